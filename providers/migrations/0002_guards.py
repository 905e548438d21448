"""What the database refuses: changing a fact-change mark once written."""

from django.db import migrations

from portal import guards


class Migration(migrations.Migration):
    """Triggers only refuse."""

    dependencies = [("providers", "0001_initial"), ("portal", "0002_guards")]

    operations = [guards.append_only("providers_factchange")]
