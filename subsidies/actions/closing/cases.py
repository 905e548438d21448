"""Cases and their rows: each combination of facts is judged once, whoever met it first, and found again ever after.

A case is stored under the hash of its canonical facts and of the code that judged them. The database words and hashes
the combinations of a chunk itself and finds those it knows; only new ones are judged here.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from subsidies.actions.closing.snapshot import execute, rows
from subsidies.queries.facts import dimensions_of
from subsidies.queries.versions import Law
from subsidies.rules import DIMENSIONS, Assessment, Case, Reason, assess

# Raised whenever `assess` comes to give another amount or other steps for the same case: old cases stay what they were.
RULES_CODE = 1

# A child at a provider that this policy does not concern is no line; one that it did pay and no longer does, is.
NOT_CONCERNED = frozenset({Reason.NOT_INCLUSIVE, Reason.NOT_FILED, Reason.NO_RATE})

GONE = "GONE"  # a reason of ours: the facts a line rested on are no longer there, so it is taken back

Verdicts = Mapping[str, bool]  # what the run has decided about a case: within_places, months_left


class LostCase(Exception):
    """A case that was just stored is not found again: the database and `Case.json` do not word it alike."""


class _New(NamedTuple):
    """A case that nobody has met before."""

    sha: str
    dimensions: str
    assessment: Assessment


# --- Words and hashes, here and in the database -------------------------------------------------------------------


def sha_of(dimensions: str) -> str:
    """Under which a case is stored: its canonical facts and the code that judges them."""
    return hashlib.sha256(f"rules {RULES_CODE}\n{dimensions}".encode()).hexdigest()


def sha_sql(names: Iterable[str], verdicts: Verdicts) -> str:
    """`sha_of(case.json)` for a row with the columns `conflict`, `excluded_by` and the dimensions named."""
    words = " || ".join(_word(name, verdicts) for name in sorted({*names, *verdicts, "conflict", "excluded_by"}))
    text = f"'rules {RULES_CODE}' || chr(10) || '{{' || left({words}, -1) || '}}'"
    return f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')"


def _word(name: str, verdicts: Verdicts) -> str:
    """One key and value of the canonical JSON, with a comma; what speaks for the line is not mentioned."""
    if name in verdicts:
        return f"""'"{name}":{json.dumps(verdicts[name])},'"""
    if name == "conflict":
        return """CASE WHEN conflict THEN '"conflict":true,' ELSE '' END"""
    if name == "excluded_by":
        return """coalesce('"excluded_by":' || to_json(excluded_by)::text || ',', '')"""
    value = f"to_json({name})::text" if DIMENSIONS[name] is str else f"{name}::text"
    return f"""'"{name}":' || coalesce({value}, 'null') || ','"""


STORED = """
SELECT k.id AS case_id, k.amount_fen AS fen, k.reason FROM subsidies_case k
WHERE k.policy_version_id = %s AND k.sha = ANY(c.shas) LIMIT 1
"""

FOUND_AGAIN = """
WITH again AS (
    UPDATE {table} c SET (case_id, fen, reason) = ({stored}) WHERE case_id IS NULL RETURNING case_id
)
SELECT count(*) FROM again WHERE case_id IS NULL
"""


# --- Finding and judging ------------------------------------------------------------------------------------------


def find(law: Law, table: str, combinations: str) -> None:
    """A table of combinations of facts, which a query gives with their possible `shas`: case_id, fen and reason are
    filled where one of those is stored. Each is looked up by itself: a join would be planned without an index while
    the first cases of a ledger are not counted yet.
    """
    execute(
        f"CREATE TEMP TABLE {table} AS WITH c AS MATERIALIZED ({combinations})"  # hashed once, not again to look it up
        f" SELECT c.*, k.* FROM c LEFT JOIN LATERAL ({STORED}) k ON true",
        [law.version.pk],
    )


def judge_new(law: Law, table: str, wordings: Mapping[str, Sequence[Verdicts]]) -> None:
    """Judge and store what `find` did not find. Commits at once: cases are facts of arithmetic, whoever needs them.

    `wordings`: by a condition on the table's rows, how those are worded. A case is judged in the first wording; one
    that gets nothing is stored in the last.
    """
    new = []
    for where, worded in wordings.items():
        for case in _unknown(law, table, where):
            assessment = assess(law.terms, case.with_verdicts(**worded[0]))
            dimensions = case.with_verdicts(**worded[0 if assessment.amount_fen else -1]).json
            new.append(_New(sha_of(dimensions), dimensions, assessment))
    if not new:
        return
    _store(law, new)
    if lost := rows(FOUND_AGAIN.format(table=table, stored=STORED), [law.version.pk])[0][0]:
        raise LostCase(f"{lost} of {len(new)} new cases of {law.terms.code}")


def _unknown(law: Law, table: str, where: str) -> Iterable[Case]:
    names = dimensions_of(law.terms)
    columns = ", ".join(["conflict", "excluded_by", *names])
    for conflict, excluded_by, *values in rows(f"SELECT {columns} FROM {table} WHERE case_id IS NULL AND {where}"):
        against: dict[str, Any] = {"conflict": True} if conflict else {}
        if excluded_by is not None:
            against["excluded_by"] = excluded_by
        yield Case({**dict(zip(names, values, strict=True)), **against})


def _store(law: Law, new: Iterable[_New]) -> None:
    """In the order of their hashes, so that two workers with the same cases wait for each other, never in a circle."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE close_new (sha text, dimensions text, steps text, fen bigint, reason text)")
        with cursor.copy("COPY close_new FROM STDIN") as copy:
            for sha, dimensions, assessment in new:
                steps = json.dumps([step.to_mapping() for step in assessment.steps], ensure_ascii=False)
                copy.write_row((sha, dimensions, steps, assessment.amount_fen, str(assessment.reason)))
    execute(
        "INSERT INTO subsidies_case (policy_version_id, sha, dimensions, steps, amount_fen, reason)"
        " SELECT %s, sha, dimensions, steps::jsonb, fen, reason FROM close_new ORDER BY sha"
        " ON CONFLICT (policy_version_id, sha) DO NOTHING; DROP TABLE pg_temp.close_new",
        [law.version.pk],
    )


def gone_case(law: Law) -> int:
    """The case of a child who has no month here any more: left, annulled, moved to another provider or policy."""
    known = "SELECT id FROM subsidies_case WHERE policy_version_id = %s AND sha = %s"
    key = [law.version.pk, sha_of("null")]
    if not (found := rows(known, key)):
        steps = json.dumps([{"code": GONE, "clause": "general", "numbers": {}}])
        execute(
            "INSERT INTO subsidies_case (policy_version_id, sha, dimensions, steps, amount_fen, reason)"
            " VALUES (%s, %s, '{}', %s, 0, %s) ON CONFLICT (policy_version_id, sha) DO NOTHING",
            [*key, steps, GONE],
        )
        found = rows(known, key)
    return int(found[0][0])
