"""What the database refuses: changing a fact-change mark once written; and the register's counter."""

from django.db import migrations

from portal import guards


class Migration(migrations.Migration):
    """Triggers only refuse. The counter is a plain sequence, without a lock on the table; numbers may have gaps."""

    dependencies = [("providers", "0001_initial"), ("portal", "0002_guards")]

    operations = [
        guards.append_only("providers_factchange"),
        migrations.RunSQL("CREATE SEQUENCE providers_code_seq", "DROP SEQUENCE providers_code_seq"),
    ]
