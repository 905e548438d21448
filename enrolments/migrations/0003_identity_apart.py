"""Identities name the paper they stand on and the key of their number; spells have days and an index by area."""

import datetime

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BEFORE = datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc)  # no identity was stored before this migration


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("enrolments", "0002_initial"),
    ]

    operations = [
        migrations.RemoveConstraint("childidentity", "identity_kind_known"),
        migrations.AddField("childidentity", "number_key", models.CharField(db_index=True, default="", max_length=64), preserve_default=False),
        migrations.AddField("childidentity", "recorded_at", models.DateTimeField(default=BEFORE), preserve_default=False),
        migrations.AddField(
            "childidentity",
            "recorded_by",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
    ]
