"""What the database refuses: changing an audit event, a seal, or a number of the law."""

from django.db import migrations

from portal import guards


class Migration(migrations.Migration):
    """Triggers only refuse (style: Inside an app, 12)."""

    dependencies = [("portal", "0001_initial")]

    operations = [
        migrations.RunSQL(guards.REFUSE, "DROP FUNCTION portal_refuse_change"),
        guards.append_only(
            "portal_auditevent",
            unless="NOT OLD.sealed AND NEW.sealed AND (to_jsonb(NEW) - 'sealed') = (to_jsonb(OLD) - 'sealed')",
        ),
        guards.append_only("portal_seal"),
        guards.close_once("portal_lawvalue", "valid_during"),
        # An event that is added already sealed would never get its link.
        migrations.RunSQL(
            "CREATE TRIGGER portal_auditevent_unsealed BEFORE INSERT ON portal_auditevent FOR EACH ROW"
            " WHEN (NEW.sealed) EXECUTE FUNCTION portal_refuse_change();",
            "DROP TRIGGER portal_auditevent_unsealed ON portal_auditevent;",
        ),
    ]
