"""The chain of approving levels as dated rows of an area."""

import django.db.models.deletion
import django.contrib.postgres.fields.ranges
import portal.fields
from django.conf import settings
from django.db import migrations, models

from portal import guards


class Migration(migrations.Migration):
    """A table and its guard: an open end is closed once, nothing else changes."""

    dependencies = [
        ("portal", "0001_initial"),
        ("subsidies", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApprovalChain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("steps", models.JSONField()),
                ("valid_during", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.area"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "approvalchain", portal.fields.no_overlap("chain_one_a_day", "area_id", span="valid_during")
        ),
        guards.close_once("subsidies_approvalchain", "valid_during"),
    ]
