"""What the database refuses: editing the law or the ledger, and a line that does not rest on its claim and case."""

from django.db import migrations

from portal import guards

UNCHANGED = "(to_jsonb(NEW) - '{0}') = (to_jsonb(OLD) - '{0}')"
CLOSED = (
    "upper_inf(OLD.valid_during) AND NOT upper_inf(NEW.valid_during)"
    " AND lower(NEW.valid_during) = lower(OLD.valid_during)"
)
TAKEN_BACK = "OLD.retracted_at IS NULL AND NEW.retracted_at IS NOT NULL"

# One set-based look at the lines of a statement instead of four foreign keys a row: claims and cases are never
# deleted (triggers below), so a look at insertion is enough.
LINE_RESTS = """
CREATE FUNCTION subsidies_line_rests() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
    SELECT l.subject_key, l.provider_id, l.period INTO wrong
    FROM added l
    LEFT JOIN subsidies_claim c ON c.id = l.claim_id
    LEFT JOIN subsidies_policyversion v ON v.id = l.policy_version_id
    LEFT JOIN subsidies_case k ON k.id = l.case_id
    WHERE c.id IS NULL OR c.provider_id <> l.provider_id OR c.policy_id <> l.policy_id
       OR c.state NOT IN ('PREPARED', 'RETURNED')
       OR v.id IS NULL OR v.policy_id <> l.policy_id
       OR (l.case_id IS NOT NULL AND (k.id IS NULL OR k.policy_version_id <> l.policy_version_id))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a line of provider % for % does not rest on its open claim, version and case',
            wrong.provider_id, wrong.period USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER subsidies_line_rests AFTER INSERT ON subsidies_line
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION subsidies_line_rests();
"""


class Migration(migrations.Migration):
    """Triggers only refuse."""

    dependencies = [("subsidies", "0001_initial"), ("portal", "0002_guards")]

    operations = [
        guards.append_only("subsidies_line"),
        guards.append_only("subsidies_case"),
        guards.append_only("subsidies_carriedbalance"),
        guards.close_once("subsidies_approvalchain", "valid_during"),
        guards.append_only(
            "subsidies_policyversion",
            unless=f"({UNCHANGED.format('valid_during')} AND {CLOSED})"
            f" OR ({UNCHANGED.format('retracted_at')} AND {TAKEN_BACK})",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER subsidies_claim_no_delete BEFORE DELETE ON subsidies_claim FOR EACH ROW"
            " EXECUTE FUNCTION portal_refuse_change();",
            "DROP TRIGGER subsidies_claim_no_delete ON subsidies_claim;",
        ),
        migrations.RunSQL(
            LINE_RESTS,
            "DROP TRIGGER subsidies_line_rests ON subsidies_line; DROP FUNCTION subsidies_line_rests();",
        ),
    ]
