"""A place says when it was told, like every other fact that a report reads."""

from django.db import migrations, models

# Of a place that is here already we know only the day from which it stands.
ADD = """
ALTER TABLE providers_place ADD COLUMN recorded_at timestamptz;
UPDATE providers_place
SET recorded_at = coalesce(lower(during), DATE '2000-01-01')::timestamp AT TIME ZONE 'Asia/Shanghai';
ALTER TABLE providers_place ALTER COLUMN recorded_at SET NOT NULL;
"""


class Migration(migrations.Migration):
    """One rewrite of the table, with the day it stands from as the moment it was told."""

    dependencies = [("providers", "0002_guards")]

    operations = [
        migrations.RunSQL(
            ADD,
            "ALTER TABLE providers_place DROP COLUMN recorded_at",
            state_operations=[migrations.AddField("place", "recorded_at", models.DateTimeField())],
        )
    ]
