"""What concerns several districts, settled before a month's fan-out: shared children, conflicts, providers moved
along.
"""

from collections.abc import Sequence
from typing import Any

from portal import clock
from portal.dates import Month
from portal.models import Run
from subsidies.actions.closing.snapshot import execute, one_snapshot, rows, sweep
from subsidies.actions.closing.statistics import count_what_has_grown
from subsidies.queries import facts, versions
from subsidies.queries.versions import Law
from subsidies.rules.codes import Presence, Transfer

# A due provider's children may be paid for elsewhere in this month: what moved here may move there. Annulled and ended
# spells count too, because a child that is gone here may now be paid for there.
MOVED_ALONG = """
WITH touched AS (
    SELECT DISTINCT coalesce(l.person_id, e.child_id) AS person_id
    FROM subsidies_duemonth d
    JOIN enrolments_enrolment e ON e.provider_id = d.provider_id
    LEFT JOIN close_alias l ON l.child_id = e.child_id
    WHERE d.month = %(first)s
), kin AS (
    SELECT person_id AS child_id FROM touched
    UNION SELECT l.child_id FROM close_alias l JOIN touched t ON t.person_id = l.person_id
)
INSERT INTO subsidies_duemonth (provider_id, month)
SELECT DISTINCT e.provider_id, %(first)s::date
FROM kin JOIN enrolments_enrolment e ON e.child_id = kin.child_id
WHERE e.state <> 'ANNULLED' AND e.during && %(month)s::daterange
  AND NOT EXISTS (SELECT FROM subsidies_duemonth d WHERE d.provider_id = e.provider_id AND d.month = %(first)s)
"""

# The one look at everybody: the few who have several spells since the earliest cap year began. Counted, so that what
# follows reads their attendance and not the whole city's.
SEVERAL = """
CREATE TEMP TABLE plan_several AS
WITH spell AS MATERIALIZED (
    SELECT e.id, e.provider_id, e.child_id, coalesce(l.person_id, e.child_id) AS person_id, e.mode, e.during
    FROM enrolments_enrolment e LEFT JOIN close_alias l ON l.child_id = e.child_id
    WHERE e.state <> 'ANNULLED' AND e.during && daterange(%(since)s, %(end)s)
)
SELECT * FROM spell WHERE person_id IN (SELECT person_id FROM spell GROUP BY person_id HAVING count(*) > 1)
"""

SHARED_SPELLS = f"""
CREATE TEMP TABLE plan_spell AS
SELECT s.*, {
    ", ".join(
        facts.days_sql(
            presence,
            mode="s.mode",
            letters="coalesce(substr(a.days, s.from_day - %(first)s::date + 1, s.to_day - s.from_day), '')",
        )
        + f" AS {presence.lower()}"
        for presence in Presence
    )
}
FROM (
    SELECT p.*, count(*) OVER (PARTITION BY person_id) AS spells, greatest(lower(during), %(first)s::date) AS from_day,
           least(upper(during), %(end)s::date) AS to_day
    FROM plan_several p WHERE during && %(month)s::daterange
) s
LEFT JOIN enrolments_attendancemonth a ON a.enrolment_id = s.id AND a.month = %(first)s
WHERE s.spells > 1
"""

# Overlap by half-day: mornings at one provider and afternoons at another are two stays, not a conflict.
CONFLICTS = """
CREATE TEMP TABLE plan_conflict AS
SELECT DISTINCT one.person_id
FROM plan_spell one JOIN plan_spell other ON other.person_id = one.person_id AND other.id > one.id
WHERE one.from_day < other.to_day AND other.from_day < one.to_day
  AND NOT (one.mode, other.mode) IN (('am', 'pm'), ('pm', 'am'))
"""

# Ties as `subsidies.rules.transfers.counted_stays` breaks them.
ORDER_OF_TRANSFER = {
    Transfer.MORE_DAYS: "days DESC, to_day DESC, code DESC",
    Transfer.FIRST: "from_day, code",
    Transfer.LAST: "to_day DESC, code DESC",
}

SHARED = """
INSERT INTO subsidies_sharedchild (run_id, month, policy_version_id, provider_id, child_id, conflict, counted)
SELECT %(run)s, %(first)s, %(version)s, provider_id, person_id, conflict, conflict OR {counted}
FROM (
    SELECT s.person_id, s.provider_id, p.code, s.person_id IN (SELECT person_id FROM plan_conflict) AS conflict,
           sum({days}) AS days, min(from_day) AS from_day, max(to_day) AS to_day,
           count(*) OVER (PARTITION BY s.person_id) AS providers
    FROM plan_spell s JOIN providers_provider p ON p.id = s.provider_id
    WHERE EXISTS (
        SELECT FROM providers_providerspan a WHERE a.provider_id = p.id AND a.retracted_at IS NULL
        AND a.during && %(ref)s::daterange AND '/' || a.area_path LIKE %(policy_area)s)
    GROUP BY s.person_id, s.provider_id, p.code
) stay
WHERE conflict OR providers > 1
"""

FLAG = """
INSERT INTO subsidies_conflictflag (month, provider_id, child_id, person_key, found_at)
SELECT DISTINCT %(first)s::date, s.provider_id, s.child_id, c.key, %(now)s::timestamptz
FROM plan_spell s JOIN plan_conflict k ON k.person_id = s.person_id JOIN enrolments_child c ON c.id = s.person_id
WHERE NOT EXISTS (
    SELECT FROM subsidies_conflictflag f WHERE f.month = %(first)s AND f.provider_id = s.provider_id
    AND f.child_id = s.child_id AND f.resolved_at IS NULL)
"""

UNFLAG = """
UPDATE subsidies_conflictflag f SET resolved_at = %(now)s
WHERE f.month = %(first)s AND f.resolved_at IS NULL AND NOT EXISTS (
    SELECT FROM plan_spell s JOIN plan_conflict k ON k.person_id = s.person_id
    WHERE s.child_id = f.child_id AND s.provider_id = f.provider_id)
"""

MOVERS = """
INSERT INTO subsidies_mover (run_id, month, child_id)
SELECT %(run)s, %(first)s, person_id FROM plan_several GROUP BY person_id HAVING min(provider_id) <> max(provider_id)
"""

# A month that is closed and not due, here or on the way of this run, needs no plan.
SOMETHING_TO_DO = """
SELECT EXISTS (SELECT FROM subsidies_duemonth WHERE month = %(first)s)
    OR EXISTS (
        SELECT FROM providers_provider p WHERE starts_with(p.area_path, %(area_path)s) AND NOT EXISTS (
            SELECT FROM subsidies_closedmonth c JOIN portal_area a ON a.id = c.area_id
            WHERE c.month = %(first)s AND starts_with(p.area_path, a.path)))
"""


def plan(run: Run, month: Month) -> dict[str, Any]:
    """Find the children that several providers share in the month, over all districts, in one snapshot."""
    params = {**facts.month_parameters(month), "now": clock.now(), "area_path": run.area_path}
    if not rows(SOMETHING_TO_DO, params)[0][0]:
        return {}
    count_what_has_grown()
    sweep()
    with one_snapshot():
        laws = versions.in_force(month)
        starts = [facts.cap_start(law.terms, month) for law in laws if facts.months_can_run_out(law.terms, month)]
        params["since"] = min([*starts, month]).first
        execute(facts.ALIASES)
        moved = execute(MOVED_ALONG, params)
        execute(f"{SEVERAL}; ANALYZE plan_several", params)
        execute(SHARED_SPELLS, params)
        execute(CONFLICTS)
        execute(FLAG, params)
        execute(UNFLAG, params)
        conflicts = rows("SELECT count(*) FROM plan_conflict")[0][0]
        shared = _share_out(run, month, laws, params)
        _name_movers(run, month, params, capped=bool(starts))
    sweep()
    return {"moved_along": moved, "conflicts": conflicts, "shared": shared}


def _share_out(run: Run, month: Month, laws: Sequence[Law], params: dict[str, Any]) -> int:
    """Say for every law where the month of each shared child counts."""
    execute("DELETE FROM subsidies_sharedchild WHERE run_id = %s AND month = %s", [run.pk, month.first])
    count = 0
    for law in laws:
        order = ORDER_OF_TRANSFER.get(law.terms.transfer)
        counted = f"row_number() OVER (PARTITION BY person_id ORDER BY {order}) = 1" if order else "true"
        sql = SHARED.format(counted=counted, days=law.terms.presence.lower())
        given = {**params, "run": run.pk, "version": law.version.pk, "policy_area": facts.policy_area(law)}
        given["ref"] = facts.reference_range(law.terms, month)
        count += execute(sql, given)
    return count


def _name_movers(run: Run, month: Month, params: dict[str, Any], *, capped: bool) -> None:
    """Children whose earlier months of some law's cap year may stand at other providers."""
    execute("DELETE FROM subsidies_mover WHERE run_id = %s AND month = %s", [run.pk, month.first])
    if capped:
        execute(MOVERS, {**params, "run": run.pk})
