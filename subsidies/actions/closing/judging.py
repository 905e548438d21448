"""The law, once per case: distinct facts out of the database, assessments back into it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

from django.db import connection

from portal import canonical
from subsidies.actions.closing.snapshot import execute, rows
from subsidies.queries.facts import dimensions_of
from subsidies.queries.versions import Law
from subsidies.rules import Assessment, Case, Reason, assess, share

# Raised whenever `assess` comes to give another amount or other steps for the same case: old cases stay what they were.
RULES_CODE = 1

# A child at a provider that this policy does not concern is no line; one that it did pay and no longer does, is.
NOT_CONCERNED = frozenset({Reason.NOT_INCLUSIVE, Reason.NOT_FILED, Reason.NO_RATE})

MEMO_LIMIT = 200_000


@dataclass
class Bench:
    """A law's assessments in this process: chunks of one month meet the same cases again and again."""

    by_json: dict[str, Assessment] = field(default_factory=dict)


_benches: dict[tuple[int, str], Bench] = {}


def bench_of(law: Law) -> Bench:
    """The memory for exactly these terms; a number that comes back for other terms never meets the old ones."""
    key = (law.version.pk, canonical.digest(law.version.terms))
    if sum(len(bench.by_json) for bench in _benches.values()) > MEMO_LIMIT:
        _benches.clear()
    return _benches.setdefault(key, Bench())


@dataclass
class Draft:
    """A law on its way through a chunk: the names of its temporary tables, and what was judged."""

    law: Law
    gone: int = 0  # the case under which lines are taken back

    @property
    def facts(self) -> str:
        """Facts, a row per child and provider."""
        return f"close_fact_{self.law.version.pk}"

    @property
    def target(self) -> str:
        """What the law gives: provider, child, rank, case and amount."""
        return f"close_target_{self.law.version.pk}"

    @property
    def tables(self) -> list[str]:
        """All of them."""
        return [self.facts, self.target]


def judge(draft: Draft) -> None:
    """Write the draft's target table.

    Pass 1 gives amounts before caps; where the policy caps places or months, the database ranks, and pass 2 sees the
    verdicts. Only final cases are stored.
    """
    law, bench = draft.law, bench_of(draft.law)
    draft.gone = gone_case(law)
    names = dimensions_of(law.terms)
    found = rows(f"SELECT DISTINCT key, conflict, excluded_by{''.join(f', {name}' for name in names)} FROM {draft.facts}")
    cases: dict[str, Case] = {}
    for key, conflict, excluded_by, *values in found:
        verdicts: dict[str, Any] = {"conflict": True} if conflict else {}
        if excluded_by is not None:
            verdicts["excluded_by"] = excluded_by
        cases[key] = Case({**dict(zip(names, values, strict=True)), **verdicts})
    first = {key: _assess(law, case, bench) for key, case in cases.items()}
    capped = law.terms.infants_per_month or law.terms.months_per_year is not None
    if capped:
        _rank(draft, cases, first)
        cases, first = _second_pass(draft, cases, first, bench)
    ids = store(law, {key: (cases[key], first[key]) for key in cases})
    _load("close_case", "key text, case_id bigint, fen bigint, posts boolean", (
        (key, ids[key], judged.amount_fen, judged.reason not in NOT_CONCERNED) for key, judged in first.items()
    ))  # fmt: skip
    source, rank = ("close_ranked", "r.rank") if capped else (draft.facts, "NULL::int")
    execute(
        f"CREATE TEMP TABLE {draft.target} AS"
        f" SELECT r.provider_id, r.person_id, r.subject_key, {rank} AS rank, c.case_id, c.fen, c.posts"
        f" FROM {source} r JOIN close_case c ON c.key = r.key"
    )
    execute("DROP TABLE pg_temp.close_case")
    if capped:
        execute("DROP TABLE pg_temp.close_ranked")


def _assess(law: Law, case: Case, bench: Bench) -> Assessment:
    text = case.json
    if (known := bench.by_json.get(text)) is None:
        known = bench.by_json[text] = assess(law.terms, case)
    return known


def _rank(draft: Draft, cases: dict[str, Case], first: dict[str, Assessment]) -> None:
    """Order the children who compete for recognised places, by provider: first day there, then child key.

    A child without months left takes no place. The running sum of shares decides, the first beyond it and all after.
    """
    terms = draft.law.terms
    shares = {key: share(terms, case) for key, case in cases.items()}
    scale = lcm(*(Fraction(part).denominator for part in shares.values()), 1)
    _load("close_first", "key text, pays boolean, share int", (
        (key, judged.amount_fen > 0, int(shares[key] * scale)) for key, judged in first.items()
    ))  # fmt: skip
    places = f"sum(share) OVER w <= coalesce(places, 0) * {scale}" if terms.infants_per_month else "NULL::boolean"
    rank = "row_number() OVER w" if terms.infants_per_month else "NULL::int"
    execute(f"""
        CREATE TEMP TABLE close_ranked AS
        SELECT provider_id, person_id, subject_key, first_key, months_left, rank, within,
               concat_ws('|', first_key, 'm' || months_left::text, 'w' || within::text) AS key
        FROM (
            SELECT provider_id, person_id, subject_key, first_key,
                   CASE WHEN pays THEN months_left END AS months_left,
                   CASE WHEN competes THEN {rank} END AS rank,
                   CASE WHEN competes THEN {places} END AS within
            FROM (
                SELECT f.provider_id, f.person_id, f.subject_key, f.first_day, f.places, f.key AS first_key,
                       {"coalesce(f.months_left, true)" if terms.months_per_year is not None else "NULL::boolean"}
                           AS months_left,
                       c.pays, c.share, c.pays AND f.months_left IS NOT FALSE AS competes
                FROM {draft.facts} f JOIN close_first c ON c.key = f.key
            ) f
            WINDOW w AS (PARTITION BY provider_id, competes ORDER BY first_day, subject_key COLLATE "C"
                         ROWS UNBOUNDED PRECEDING)
        ) ranked
    """)
    execute("DROP TABLE pg_temp.close_first")


def _second_pass(
    draft: Draft, cases: dict[str, Case], first: dict[str, Assessment], bench: Bench
) -> tuple[dict[str, Case], dict[str, Assessment]]:
    """The cases with what the run decided; those that got nothing before the caps stay as they are."""
    final: dict[str, Case] = {}
    judged: dict[str, Assessment] = {}
    for key, first_key, months_left, within in rows(
        "SELECT DISTINCT key, first_key, months_left, within FROM close_ranked"
    ):
        verdicts = {"months_left": months_left, "within_places": within}
        decided = {name: value for name, value in verdicts.items() if value is not None}
        final[key] = cases[first_key].with_verdicts(**decided) if decided else cases[first_key]
        judged[key] = _assess(draft.law, final[key], bench) if decided else first[first_key]
    return final, judged


def store(law: Law, judged: dict[str, tuple[Case, Assessment]]) -> dict[str, int]:
    """The ids of these cases, new ones stored. Commits at once: cases are facts of arithmetic, whoever needs them."""
    by_sha = {case_sha(case): (case, assessment) for case, assessment in judged.values()}
    ids = _stored(law, by_sha)
    if missing := by_sha.keys() - ids.keys():
        _insert_cases(law, {sha: by_sha[sha] for sha in missing})
        ids |= _stored(law, missing)
    return {key: ids[case_sha(case)] for key, (case, _assessment) in judged.items()}


def _stored(law: Law, shas: Iterable[str]) -> dict[str, int]:
    sql = "SELECT sha, id FROM subsidies_case WHERE policy_version_id = %s AND sha = ANY(%s)"
    return dict(rows(sql, [law.version.pk, list(shas)]))


def case_sha(case: Case) -> str:
    """Under which a case is stored: its facts and the code that judges them."""
    return canonical.digest({"rules": RULES_CODE, "values": dict(case.values)})


def _insert_cases(law: Law, missing: dict[str, tuple[Case, Assessment]]) -> None:
    """In the order of their hashes, so that two workers with the same cases wait for each other, never in a circle."""
    ordered = sorted(missing.items())
    columns = [
        [sha for sha, _pair in ordered],
        [case.json for _sha, (case, _assessment) in ordered],
        [canonical.canonical([step.to_mapping() for step in assessment.steps]) for _sha, (_case, assessment) in ordered],
        [assessment.amount_fen for _sha, (_case, assessment) in ordered],
        [str(assessment.reason) for _sha, (_case, assessment) in ordered],
    ]
    execute(
        "INSERT INTO subsidies_case (policy_version_id, sha, dimensions, steps, amount_fen, reason)"
        " SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::jsonb[], %s::bigint[], %s::text[])"
        " ON CONFLICT (policy_version_id, sha) DO NOTHING",
        [law.version.pk, *columns],
    )


def _load(table: str, columns: str, values: Iterable[tuple[Any, ...]]) -> None:
    """A temporary table filled by COPY."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMP TABLE {table} ({columns})")
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)


GONE = "GONE"  # a reason of ours: the facts a line rested on are no longer there, so it is taken back


def gone_case(law: Law) -> int:
    """The case of a child who has no month here any more: left, annulled, moved to another provider or policy."""
    sha = canonical.digest({"rules": RULES_CODE, "values": None})
    if found := _stored(law, [sha]):
        return found[sha]
    steps = canonical.canonical([{"code": GONE, "clause": "general", "numbers": {}}])
    execute(
        "INSERT INTO subsidies_case (policy_version_id, sha, dimensions, steps, amount_fen, reason)"
        " VALUES (%s, %s, '{}', %s, 0, %s) ON CONFLICT (policy_version_id, sha) DO NOTHING",
        [law.version.pk, sha, steps, GONE],
    )
    return _stored(law, [sha])[sha]
