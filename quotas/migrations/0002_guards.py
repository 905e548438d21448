"""A frozen report is never changed: the database refuses UPDATE and DELETE."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION quotas_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER report_append_only BEFORE UPDATE OR DELETE ON quotas_report
    FOR EACH ROW EXECUTE FUNCTION quotas_refuse_change();
"""

BACKWARD = """
DROP TRIGGER report_append_only ON quotas_report;
DROP FUNCTION quotas_refuse_change();
"""


class Migration(migrations.Migration):
    """A trigger that only refuses."""

    dependencies = [("quotas", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
