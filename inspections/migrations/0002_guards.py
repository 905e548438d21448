"""Draws and decisions are added, never changed: the database refuses UPDATE and DELETE."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION inspections_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER draw_append_only BEFORE UPDATE OR DELETE ON inspections_draw
    FOR EACH ROW EXECUTE FUNCTION inspections_refuse_change();
CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE ON inspections_decision
    FOR EACH ROW EXECUTE FUNCTION inspections_refuse_change();
"""

BACKWARD = """
DROP TRIGGER decision_append_only ON inspections_decision;
DROP TRIGGER draw_append_only ON inspections_draw;
DROP FUNCTION inspections_refuse_change();
"""


class Migration(migrations.Migration):
    """Triggers that only refuse."""

    dependencies = [("inspections", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
