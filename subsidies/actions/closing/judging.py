"""The law, once per case: distinct facts become cases, and with them each child's amount, rank and caps."""

from dataclasses import dataclass
from math import lcm
from typing import Any

from subsidies.actions.closing.cases import NOT_CONCERNED, Verdicts, find, gone_case, judge_new, sha_sql
from subsidies.actions.closing.snapshot import execute
from subsidies.queries.facts import dimensions_of
from subsidies.queries.versions import Law
from subsidies.rules import Case, Terms, share
from subsidies.rules.codes import MODES


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
    def cases(self) -> str:
        """Distinct facts with their cases."""
        return f"close_case_{self.law.version.pk}"

    @property
    def beyond(self) -> str:
        """Distinct facts beyond a cap with their cases."""
        return f"close_beyond_{self.law.version.pk}"

    @property
    def target(self) -> str:
        """What the law gives: provider, child, rank, case and amount."""
        return f"close_target_{self.law.version.pk}"


def judge(draft: Draft) -> None:
    """Write the draft's target table: what the law gives each child.

    Each combination of facts is judged as if it passed the caps; that is the amount before caps, and for nearly all the
    final case. The database ranks those who get something, and only those beyond a cap are judged a second time.
    """
    law, names = draft.law, dimensions_of(draft.law.terms)
    draft.gone = gone_case(law)
    wordings = _before_caps(law.terms)
    shas = ", ".join(sha_sql(names, verdicts) for verdicts in wordings)
    columns = ", ".join(["key", "conflict", "excluded_by", *names])
    find(law, draft.cases, f"SELECT *, ARRAY[{shas}] AS shas FROM (SELECT DISTINCT {columns} FROM {draft.facts}) f")
    judge_new(law, draft.cases, {"true": wordings})
    execute(_target_sql(draft), {"not_concerned": sorted(NOT_CONCERNED)})
    if draft.capped:
        _judge_beyond_caps(draft)


def _before_caps(terms: Terms) -> list[Verdicts]:
    """A case within every cap says so; one that gets nothing anyway does not mention caps."""
    caps = {"months_left": terms.months_per_year is not None, "within_places": terms.infants_per_month}
    passed = {name: True for name, capped in caps.items() if capped}
    return [passed, {}] if passed else [{}]


def _target_sql(draft: Draft) -> str:
    """Rank the children who compete for recognised places, by provider: first day there, then child key.

    A child without months left takes no place. The running sum of shares decides, the first beyond it and all after.
    """
    posts = "c.reason <> ALL(%(not_concerned)s) AS posts"
    if not draft.capped:
        return (
            f"CREATE TEMP TABLE {draft.target} AS SELECT f.provider_id, f.subject_key, NULL::int AS rank,"
            f" c.case_id, c.fen, {posts} FROM {draft.facts} f JOIN {draft.cases} c ON c.key = f.key"
        )
    by_places = draft.law.terms.infants_per_month
    part, whole = _share_sql(draft.law.terms)
    return f"""
CREATE TEMP TABLE {draft.target} AS
SELECT provider_id, subject_key, key, case_id, fen, posts, CASE WHEN competes THEN months_left END AS months_left,
       {"CASE WHEN competes THEN row_number() OVER w END" if by_places else "NULL::int"} AS rank,
       {f"NOT competes OR sum(share) OVER w <= coalesce(places, 0) * {whole}" if by_places else "true"} AS within,
       pays AND NOT months_left AS over_months
FROM (
    SELECT f.provider_id, f.subject_key, f.key, f.first_day, f.places, coalesce(f.months_left, true) AS months_left,
           c.case_id, c.fen, {posts}, {part} AS share, c.fen > 0 AS pays,
           c.fen > 0 AND f.months_left IS NOT FALSE AS competes
    FROM {draft.facts} f JOIN {draft.cases} c ON c.key = f.key
) f
WINDOW w AS (PARTITION BY provider_id, competes ORDER BY first_day, subject_key COLLATE "C" ROWS UNBOUNDED PRECEDING)
"""


def _share_sql(terms: Terms) -> tuple[str, int]:
    """A child's share of a place, and the whole place, in units that make both whole numbers."""
    if not terms.infants_per_month or terms.half_day_place_share == 1:
        return "1", 1
    shares = {mode: share(terms, Case({"mode": mode})) for mode in sorted(MODES)}
    whole = lcm(*(part.denominator for part in shares.values()))
    whens = " ".join(f"WHEN '{mode}' THEN {part * whole}" for mode, part in shares.items())
    return f"CASE f.mode {whens} END", whole


def _judge_beyond_caps(draft: Draft) -> None:
    """Those with no months left, and those beyond the places: judged with what the run decided."""
    law, names = draft.law, dimensions_of(draft.law.terms)
    over_months: Verdicts = {"months_left": False}
    over_places: Verdicts = {"within_places": False}
    if law.terms.months_per_year is not None:
        over_places = {"months_left": True, **over_places}
    sha = f"CASE WHEN over_months THEN {sha_sql(names, over_months)} ELSE {sha_sql(names, over_places)} END"
    find(law, draft.beyond, f"""
        SELECT *, ARRAY[{sha}] AS shas FROM (
            SELECT t.over_months, c.key, c.conflict, c.excluded_by{"".join(f", c.{name}" for name in names)}
            FROM (SELECT DISTINCT key, over_months FROM {draft.target} WHERE over_months OR NOT within) t
            JOIN {draft.cases} c ON c.key = t.key
        ) b
    """)  # fmt: skip
    judge_new(law, draft.beyond, {"over_months": [over_months], "NOT over_months": [over_places]})
    execute(f"""
        UPDATE {draft.target} t SET case_id = b.case_id, fen = b.fen
        FROM {draft.beyond} b
        WHERE (t.over_months OR NOT t.within) AND b.key = t.key AND b.over_months = t.over_months
    """)
