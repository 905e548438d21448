"""SQL of the triggers that only refuse: used by migrations, never by code that runs."""

from django.db.migrations import RunSQL

REFUSE = """
CREATE OR REPLACE FUNCTION portal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def append_only(table: str, unless: str = "") -> RunSQL:
    """Refuse UPDATE and DELETE on a table (not TRUNCATE, which privileges refuse in production).

    `unless` is an SQL condition over OLD and NEW that allows one kind of UPDATE.
    """
    update = (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW"
        f" {f'WHEN (NOT ({unless}))' if unless else ''} EXECUTE FUNCTION portal_refuse_change();"
    )
    delete = (
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW"
        " EXECUTE FUNCTION portal_refuse_change();"
    )
    return RunSQL(
        update + delete,
        f"DROP TRIGGER {table}_no_update ON {table}; DROP TRIGGER {table}_no_delete ON {table};",
    )


def close_once(table: str, span: str) -> RunSQL:
    """Append-only, but an open end may be closed once, with every other column as it was."""
    unchanged = f"(to_jsonb(NEW) - '{span}') = (to_jsonb(OLD) - '{span}')"
    closed = f"upper_inf(OLD.{span}) AND NOT upper_inf(NEW.{span}) AND lower(NEW.{span}) = lower(OLD.{span})"
    return append_only(table, unless=f"{unchanged} AND {closed}")
