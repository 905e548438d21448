"""The law, once per case: distinct facts out of the database, assessments back into it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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

CAP_VERDICTS = frozenset({"months_left", "within_places"})
MEMO_LIMIT = 200_000


@dataclass
class Judged:
    """A case with what the law gives it, and its row once that is stored."""

    case: Case
    assessment: Assessment
    sha: str = ""
    row_id: int = 0

    @property
    def posts(self) -> bool:
        """Whether a first line is written for it, even with 0."""
        return self.assessment.reason not in NOT_CONCERNED


Bench = dict[str, Judged]
_benches: dict[tuple[int, str], Bench] = {}


def bench_of(law: Law) -> Bench:
    """What this process has judged under exactly these terms: the chunks of a month meet the same cases again."""
    if sum(map(len, _benches.values())) > MEMO_LIMIT:
        _benches.clear()
    return _benches.setdefault((law.version.pk, canonical.digest(law.version.terms)), {})


def forget() -> None:
    """Judge everything anew, e.g. after a failure: the rows remembered may never have been committed."""
    _benches.clear()


@dataclass
class Draft:
    """A law on its way through a chunk: its parameters, and the names of its temporary tables."""

    law: Law
    params: dict[str, Any]
    gone: int = 0  # the case under which lines are taken back

    @property
    def capped(self) -> bool:
        """Whether the run decides anything about a case."""
        return self.law.terms.infants_per_month or self.law.terms.months_per_year is not None

    @property
    def providers(self) -> str:
        """The providers it concerns."""
        return f"close_provider_{self.law.version.pk}"

    @property
    def facts(self) -> str:
        """Facts, a row per child and provider."""
        return f"close_fact_{self.law.version.pk}"

    @property
    def target(self) -> str:
        """What the law gives: provider, child, rank, case and amount."""
        return f"close_target_{self.law.version.pk}"


def judge(draft: Draft) -> None:
    """Write the draft's target table: what the law gives each child.

    Each combination of facts is judged as if it passed the caps; that is the amount before caps, and for nearly all the
    final case. The database ranks those who get something, and only those beyond a cap are judged a second time.
    """
    law, bench = draft.law, bench_of(draft.law)
    draft.gone = gone_case(law)
    names = dimensions_of(law.terms)
    columns = "".join(f", {name}" for name in names)
    judged: Bench = {}
    for key, conflict, excluded_by, *values in rows(
        f"SELECT DISTINCT key, conflict, excluded_by{columns} FROM {draft.facts}"
    ):
        if (one := bench.get(key)) is None:
            verdicts: dict[str, Any] = {"conflict": True} if conflict else {}
            if excluded_by is not None:
                verdicts["excluded_by"] = excluded_by
            one = bench[key] = _hopeful(law, Case({**dict(zip(names, values, strict=True)), **verdicts}))
        judged[key] = one
    store(law, judged.values())
    _load_cases(judged, {key: share(law.terms, one.case) for key, one in judged.items()})
    execute(_target_sql(draft))
    if draft.capped:
        _judge_beyond_caps(draft, judged, bench)


def _hopeful(law: Law, case: Case) -> Judged:
    """The case within every cap; a case that gets nothing anyway does not mention caps."""
    verdicts = {"months_left": law.terms.months_per_year is not None, "within_places": law.terms.infants_per_month}
    passed = case.with_verdicts(**{name: True for name, capped in verdicts.items() if capped})
    assessment = assess(law.terms, passed)
    return Judged(passed if assessment.amount_fen else case, assessment)


def _load_cases(judged: Bench, shares: Mapping[str, Fraction]) -> None:
    """Table `close_case`: each combination with its case and amount, and its share of a place as a whole number."""
    scale = lcm(*{part.denominator for part in shares.values()}, 1)
    _load("close_case", "key text, case_id bigint, fen bigint, posts boolean, share int, whole int", (
        (key, one.row_id, one.assessment.amount_fen, one.posts, int(shares[key] * scale), scale)
        for key, one in judged.items()
    ))  # fmt: skip


def _target_sql(draft: Draft) -> str:
    """Rank the children who compete for recognised places, by provider: first day there, then child key.

    A child without months left takes no place. The running sum of shares decides, the first beyond it and all after.
    """
    if not draft.capped:
        return (
            f"CREATE TEMP TABLE {draft.target} AS SELECT f.provider_id, f.subject_key, NULL::int AS rank,"
            " c.case_id, c.fen,"
            f" c.posts FROM {draft.facts} f JOIN close_case c ON c.key = f.key"
        )
    by_places = draft.law.terms.infants_per_month
    return f"""
CREATE TEMP TABLE {draft.target} AS
SELECT provider_id, subject_key, key, case_id, fen, posts, CASE WHEN competes THEN months_left END AS months_left,
       {"CASE WHEN competes THEN row_number() OVER w END" if by_places else "NULL::int"} AS rank,
       {"NOT competes OR sum(share) OVER w <= coalesce(places, 0) * whole" if by_places else "true"} AS within,
       pays AND NOT months_left AS over_months
FROM (
    SELECT f.provider_id, f.subject_key, f.key, f.first_day, f.places, coalesce(f.months_left, true) AS months_left,
           c.case_id, c.fen, c.posts, c.share, c.whole, c.fen > 0 AS pays,
           c.fen > 0 AND f.months_left IS NOT FALSE AS competes
    FROM {draft.facts} f JOIN close_case c ON c.key = f.key
) f
WINDOW w AS (PARTITION BY provider_id, competes ORDER BY first_day, subject_key COLLATE "C" ROWS UNBOUNDED PRECEDING)
"""


def _judge_beyond_caps(draft: Draft, judged: Bench, bench: Bench) -> None:
    """Those with no months left, and those beyond the places: judged with what the run decided."""
    terms = draft.law.terms
    beyond: Bench = {}
    found = rows(f"SELECT DISTINCT key, over_months FROM {draft.target} WHERE over_months OR NOT within")
    for key, over_months in found:
        named = f"{key}|{'months' if over_months else 'places'}"
        if (one := bench.get(named)) is None:
            facts = {name: value for name, value in judged[key].case.values.items() if name not in CAP_VERDICTS}
            verdicts: dict[str, Any] = {"months_left": False} if over_months else {"within_places": False}
            if not over_months and terms.months_per_year is not None:
                verdicts["months_left"] = True
            case = Case({**facts, **verdicts})
            one = bench[named] = Judged(case, assess(terms, case))
        beyond[named] = one
    if not beyond:
        return
    store(draft.law, beyond.values())
    _load("close_beyond", "key text, case_id bigint", ((key, one.row_id) for key, one in beyond.items()))
    execute(f"""
        UPDATE {draft.target} t SET case_id = b.case_id, fen = 0
        FROM close_beyond b WHERE (t.over_months OR NOT t.within)
             AND b.key = t.key || CASE WHEN t.over_months THEN '|months' ELSE '|places' END
    """)


def store(law: Law, judged: Iterable[Judged]) -> None:
    """Give every case its row, new ones stored. Commits at once: cases are facts of arithmetic, whoever needs them."""
    unknown = {case_sha(one): one for one in judged if not one.row_id}
    if not unknown:
        return
    known = _stored(law, unknown)
    if missing := unknown.keys() - known.keys():
        _insert_cases(law, [unknown[sha] for sha in sorted(missing)])
        known |= _stored(law, missing)
    for sha, one in unknown.items():
        one.row_id = known[sha]


def _stored(law: Law, shas: Iterable[str]) -> dict[str, int]:
    sql = "SELECT sha, id FROM subsidies_case WHERE policy_version_id = %s AND sha = ANY(%s)"
    return dict(rows(sql, [law.version.pk, list(shas)]))


def case_sha(judged: Judged) -> str:
    """Under which a case is stored: its facts and the code that judges them."""
    if not judged.sha:
        judged.sha = sha_of(text_of(judged.case))
    return judged.sha


def text_of(case: Case) -> str:
    """`Case.json`, character for character, in a tenth of its time: the values are flat and already in order."""
    return json.dumps(dict(case.values), ensure_ascii=False, separators=(",", ":"))


def sha_of(dimensions: str) -> str:
    """The hash of a case's canonical facts under the present code."""
    return hashlib.sha256(f"rules {RULES_CODE}\n{dimensions}".encode()).hexdigest()


def _insert_cases(law: Law, missing: Sequence[Judged]) -> None:
    """In the order of their hashes, so that two workers with the same cases wait for each other, never in a circle."""
    _load("close_new", "sha text, dimensions text, steps text, fen bigint, reason text", (
        (
            one.sha,
            text_of(one.case),
            json.dumps([step.to_mapping() for step in one.assessment.steps], ensure_ascii=False),
            one.assessment.amount_fen,
            str(one.assessment.reason),
        )
        for one in missing
    ))  # fmt: skip
    execute(
        "INSERT INTO subsidies_case (policy_version_id, sha, dimensions, steps, amount_fen, reason)"
        " SELECT %s, sha, dimensions, steps::jsonb, fen, reason FROM close_new ORDER BY sha"
        " ON CONFLICT (policy_version_id, sha) DO NOTHING; DROP TABLE pg_temp.close_new",
        [law.version.pk],
    )


def _load(table: str, columns: str, values: Iterable[tuple[Any, ...]]) -> None:
    """A temporary table filled by COPY."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {table} ({columns})")
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)


GONE = "GONE"  # a reason of ours: the facts a line rested on are no longer there, so it is taken back


def gone_case(law: Law) -> int:
    """The case of a child who has no month here any more: left, annulled, moved to another provider or policy."""
    sha = sha_of("null")
    if found := _stored(law, [sha]):
        return found[sha]
    steps = json.dumps([{"code": GONE, "clause": "general", "numbers": {}}])
    execute(
        "INSERT INTO subsidies_case (policy_version_id, sha, dimensions, steps, amount_fen, reason)"
        " VALUES (%s, %s, '{}', %s, 0, %s) ON CONFLICT (policy_version_id, sha) DO NOTHING",
        [law.version.pk, sha, steps, GONE],
    )
    return _stored(law, [sha])[sha]
