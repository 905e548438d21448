"""The register's counter: numbers of new providers without a lock on the table."""

from django.db import migrations


class Migration(migrations.Migration):
    """A plain sequence; numbers may have gaps."""

    dependencies = [("providers", "0002_guards")]

    operations = [migrations.RunSQL("CREATE SEQUENCE providers_code_seq", "DROP SEQUENCE providers_code_seq")]
