"""A search row carries the provider's name and public id: a list needs no second table (0.1 ms of 0.5 ms)."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    """Rows are derived: they are thrown away here and written again by the next `rewrite_lapsed`."""

    dependencies = [("providers", "0003_code_sequence")]

    operations = [
        migrations.RunSQL("DELETE FROM providers_searchrow", migrations.RunSQL.noop),
        migrations.AddField(
            "searchrow", "public_id", models.UUIDField(default=uuid.uuid4), preserve_default=False
        ),
        migrations.AddField(
            "searchrow", "name", models.CharField(max_length=100, default=""), preserve_default=False
        ),
    ]
