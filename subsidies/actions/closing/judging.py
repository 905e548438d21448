"""The law, once per case: distinct facts out of the database, amounts, ranks and caps back into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from subsidies.actions.closing.cases import Bench, bench_of, decide, gone_case, load
from subsidies.actions.closing.snapshot import execute, rows
from subsidies.queries.facts import dimensions_of
from subsidies.queries.versions import Law
from subsidies.rules import Case

CAP_VERDICTS = frozenset({"months_left", "within_places"})


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
    met, wanted = [], {}
    for key, conflict, excluded_by, *values in rows(
        f"SELECT DISTINCT key, conflict, excluded_by{columns} FROM {draft.facts}"
    ):
        met.append(key)
        if key not in bench:
            verdicts: dict[str, Any] = {"conflict": True} if conflict else {}
            if excluded_by is not None:
                verdicts["excluded_by"] = excluded_by
            wanted[key] = _wordings(law, Case({**dict(zip(names, values, strict=True)), **verdicts}))
    bench.update(decide(law, wanted))
    judged = {key: bench[key] for key in met}
    _load_cases(judged)
    execute(_target_sql(draft))
    if draft.capped:
        _judge_beyond_caps(draft, judged, bench)


def _wordings(law: Law, case: Case) -> Sequence[Case]:
    """The case within every cap, and as it is when it gets nothing anyway and does not mention caps."""
    verdicts = {"months_left": law.terms.months_per_year is not None, "within_places": law.terms.infants_per_month}
    passed = {name: True for name, capped in verdicts.items() if capped}
    return (case.with_verdicts(**passed), case) if passed else (case,)


def _load_cases(judged: Bench) -> None:
    """Table `close_case`: each combination with its case and amount, and its share of a place as a whole number."""
    shares = {one.share for one in judged.values()}
    scale = lcm(*(part.denominator for part in shares), 1)
    whole: dict[Fraction, int] = {part: int(part * scale) for part in shares}
    load("close_case", "key text, case_id bigint, fen bigint, posts boolean, share int, whole int", (
        (key, one.row_id, one.fen, one.posts, whole[one.share], scale) for key, one in judged.items()
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
    met, wanted = set(), {}
    found = rows(f"SELECT DISTINCT key, over_months FROM {draft.target} WHERE over_months OR NOT within")
    for key, over_months in found:
        met.add(named := f"{key}|{'months' if over_months else 'places'}")
        if named not in bench:
            facts = {name: value for name, value in judged[key].case.values.items() if name not in CAP_VERDICTS}
            verdicts: dict[str, Any] = {"months_left": False} if over_months else {"within_places": False}
            if not over_months and terms.months_per_year is not None:
                verdicts["months_left"] = True
            wanted[named] = (Case({**facts, **verdicts}),)
    if not met:
        return
    bench.update(decide(draft.law, wanted))
    load("close_beyond", "key text, case_id bigint", ((key, bench[key].row_id) for key in met))
    execute(f"""
        UPDATE {draft.target} t SET case_id = b.case_id, fen = 0
        FROM close_beyond b WHERE (t.over_months OR NOT t.within)
             AND b.key = t.key || CASE WHEN t.over_months THEN '|months' ELSE '|places' END
    """)
