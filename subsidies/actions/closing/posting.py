"""Posting: what the law gives against what is posted, the difference as lines, the claims they go into."""

from collections.abc import Sequence
from typing import Any

from portal import clock
from portal.dates import Month
from portal.models import Area, Run
from subsidies.actions.closing import claims
from subsidies.actions.closing.cases import gone_case
from subsidies.actions.closing.judging import Draft
from subsidies.actions.closing.snapshot import execute, rows
from subsidies.models import ClosedMonth
from subsidies.queries import facts, versions
from subsidies.queries.versions import Law
from subsidies.rules.codes import Payee

# Nothing is posted where nothing changes. A first line is posted for every child the policy concerns, also with 0,
# because it carries the explanation. What is posted is read provider by provider through the ledger's key, whatever the
# planner knows of a ledger that has just begun.
DIFFERENCES = """
CREATE TEMP TABLE close_diff AS
SELECT coalesce(t.provider_id, p.provider_id) AS provider_id, coalesce(t.subject_key, p.subject_key) AS subject_key,
       t.rank, coalesce(t.case_id, %(gone)s) AS case_id, coalesce(t.fen, 0) - coalesce(p.fen, 0) AS delta,
       coalesce(p.seq + 1, 0) AS seq, (coalesce(t.fen, 0) > 0) <> (coalesce(p.fen, 0) > 0) AS flipped
FROM {target} t
FULL JOIN (
    SELECT todo.provider_id, posted.* FROM close_todo todo CROSS JOIN LATERAL (
        SELECT l.subject_key, sum(l.amount_fen)::bigint AS fen, max(l.seq) AS seq FROM subsidies_line l
        WHERE l.provider_id = todo.provider_id AND l.period = %(first)s
          AND l.policy_id = %(policy)s AND l.unit = %(unit)s AND l.payee = %(payee)s
        GROUP BY l.subject_key
    ) posted
) p ON p.provider_id = t.provider_id AND p.subject_key = t.subject_key
WHERE CASE WHEN p.seq IS NULL THEN t.posts ELSE coalesce(t.fen, 0) <> p.fen END
"""

LINES = """
INSERT INTO subsidies_line (provider_id, period, policy_id, policy_version_id, unit, subject_key, payee, seq, claim_id,
                            case_id, rank, amount_fen, posted_at)
SELECT d.provider_id, %(first)s, %(policy)s, %(version)s, %(unit)s, d.subject_key, %(payee)s, d.seq, o.claim_id,
       d.case_id, d.rank, d.delta, %(now)s
FROM close_diff d JOIN close_open o ON o.provider_id = d.provider_id
ORDER BY d.provider_id, d.subject_key
"""

# What was posted in all, and of it what changes something posted before.
MOVED = """
SELECT sum(delta), count(*) FILTER (WHERE seq > 0), coalesce(sum(abs(delta)) FILTER (WHERE seq > 0), 0) FROM close_diff
"""

# Policies that have lines here but no version for the month any more take everything back.
LAPSED = """
SELECT DISTINCT lapsed.policy_id FROM close_todo t CROSS JOIN LATERAL (
    SELECT DISTINCT l.policy_id FROM subsidies_line l
    WHERE l.provider_id = t.provider_id AND l.period = %s AND l.policy_id <> ALL(%s)
) lapsed
"""

# What a child's month moves: later months of the cap year, and the same month under a policy that this one excludes.
PASS_ON = """
INSERT INTO subsidies_duemonth (provider_id, month)
SELECT DISTINCT e.provider_id, c.month
FROM close_diff d
JOIN enrolments_child k ON k.key = d.subject_key
JOIN enrolments_child kin ON kin.id = k.id OR kin.id IN (SELECT l.child_id FROM close_alias l WHERE l.person_id = k.id)
JOIN enrolments_enrolment e ON e.child_id = kin.id AND e.state <> 'ANNULLED'
JOIN providers_provider p ON p.id = e.provider_id
JOIN portal_area a ON starts_with(p.area_path, a.path)
JOIN subsidies_closedmonth c ON c.area_id = a.id
     AND e.during && daterange(c.month, (c.month + interval '1 month')::date)
WHERE d.flipped AND c.month BETWEEN %(from)s AND %(until)s
"""


class IncompletePosting(Exception):
    """Fewer lines than differences: a provider without a claim. The chunk starts over."""


def post(run: Run, month: Month, drafts: Sequence[Draft], *, laws: Sequence[Law], first_layer: bool) -> dict[str, Any]:
    """Post the differences of every law into its providers' open claims; gives how many lines and fen.

    `laws`: all of the month. What stands there under any other policy is taken back with the first layer.
    """
    done = {"lines": 0, "fen": 0, "corrections": 0, "corrected_fen": 0}
    for draft in drafts:
        _post_law(run, month, draft, draft.target, laws, done)
    if first_layer:
        _take_back_lapsed(run, month, laws, done)
    return done


def _post_law(run: Run, month: Month, draft: Draft, target: str, laws: Sequence[Law], done: dict[str, int]) -> None:
    law, statement = draft.law, Month.parse(run.params["month"])
    params = {
        **facts.month_parameters(month),
        "now": clock.now(),
        "policy": law.policy_id,
        "version": law.version.pk,
        "unit": law.terms.unit.value,
        "payee": Payee.PROVIDER.value,
        "gone": draft.gone,
    }
    if differences := execute(DIFFERENCES.format(target=target), params):
        known = claims.open_for_lines(law, params, statement=statement, started_by_id=run.started_by_id)
        if (posted := execute(LINES, params)) != differences:
            raise IncompletePosting(f"{posted} of {differences} differences of {month} found their claim and case")
        done["lines"] += posted
        fen, corrections, corrected = rows(MOVED)[0]
        done["fen"] += int(fen)
        done["corrections"] += corrections
        done["corrected_fen"] += int(corrected)
        if known:
            claims.add_up("SELECT claim_id FROM close_open WHERE NOT made")
        _pass_on(month, law, laws)
    execute("DROP TABLE IF EXISTS pg_temp.close_diff, pg_temp.close_open")


def _pass_on(month: Month, law: Law, laws: Sequence[Law]) -> None:
    """Make due what these differences move and was computed before: later months, and laws that look at this one."""
    looked_at = any(law.terms.code in other.terms.excluded_policies for other in laws)
    first = month if looked_at else month + 1
    until = facts.cap_start(law.terms, month) + 11 if law.terms.months_per_year is not None else month
    if ClosedMonth.objects.filter(month__range=(first.first, until.first)).exists():
        execute(PASS_ON, {"from": first.first, "until": until.first})


def _take_back_lapsed(run: Run, month: Month, laws: Sequence[Law], done: dict[str, int]) -> None:
    lapsed = [policy_id for (policy_id,) in rows(LAPSED, [month.first, [law.policy_id for law in laws]])]
    if not lapsed:
        return
    execute(
        "CREATE TEMP TABLE close_empty"
        " (provider_id bigint, subject_key text, rank int, case_id bigint, fen bigint, posts boolean)"
    )
    for law in versions.last_of(lapsed, month).values():
        _post_law(run, month, Draft(law, {}, gone_case(law)), "close_empty", laws, done)


def settle(month: Month, due: list[int], first_closed: Sequence[Area], working_days: int) -> None:
    """Remove exactly the due rows the snapshot saw; a first close is remembered with its calendar."""
    execute("DELETE FROM subsidies_duemonth WHERE id = ANY(%s)", [due])
    ClosedMonth.objects.bulk_create(
        [
            ClosedMonth(area=area, month=month.first, working_days=working_days, closed_at=clock.now())
            for area in first_closed
        ],
        ignore_conflicts=True,
    )
