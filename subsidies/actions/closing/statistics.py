"""What the planner knows of tables that a close reads, brought up to date before a chunk is planned with it.

Autovacuum looks once a minute; a close is faster. On a ledger that was never counted the totals of claims came to
compare each line with each claim: six months of a city in one run took 22.6 s of the database's time instead of 8.0 s,
and the waste grows with the square of the months. Counting a city's ledger takes 0.1 s, and is only done where a table
has grown by half since it was last counted: some five times in the first year, then once a year.
"""

from subsidies.actions.closing.snapshot import execute, rows

TABLES = (
    "enrolments_child",
    "enrolments_enrolment",
    "enrolments_attendancemonth",
    "subsidies_case",
    "subsidies_claim",
    "subsidies_line",
)
SMALL = 50  # pages of 8 kB: a table of up to that many is read through in no time, whatever the plan

GROWN = """
SELECT c.relname FROM pg_class c
WHERE c.oid = ANY(%s::text[]::regclass[])
  AND pg_relation_size(c.oid) / current_setting('block_size')::int > %s + c.relpages * 1.5
ORDER BY c.relname
"""


def count_what_has_grown() -> list[str]:
    """ANALYZE the tables that are far larger than the planner thinks; gives their names."""
    grown = [name for (name,) in rows(GROWN, [list(TABLES), SMALL])]
    if grown:
        execute(f"ANALYZE {', '.join(grown)}")
    return grown
