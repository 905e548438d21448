"""A chunk of a close: one snapshot of the facts, the law once per case, one transaction that posts."""

from typing import Any

from django.db import transaction

from portal import canonical, workdays
from portal.dates import Month
from portal.models import Area, Run, RunChunk
from subsidies.actions.closing import posting
from subsidies.actions.closing.judging import Draft, judge
from subsidies.actions.closing.planning import plan
from subsidies.actions.closing.snapshot import execute, one_snapshot, rows, sweep
from subsidies.actions.closing.starting import WHOLE
from subsidies.actions.closing.statistics import count_what_has_grown
from subsidies.actions.news import tell_auditors
from subsidies.models import ClosedMonth, Mover, SharedChild
from subsidies.queries import facts, versions
from subsidies.queries.claims import hashes_of_month
from subsidies.queries.versions import Law

# Everything on an area's first close of the month, afterwards only what is due.
TODO = """
CREATE TEMP TABLE close_todo AS
SELECT p.id AS provider_id FROM providers_provider p
WHERE EXISTS (SELECT FROM unnest(%(first_closes)s::text[]) path WHERE starts_with(p.area_path, path))
   OR (p.id IN (SELECT d.provider_id FROM subsidies_duemonth d WHERE d.month = %(first)s)
       AND EXISTS (SELECT FROM unnest(%(closed)s::text[]) path WHERE starts_with(p.area_path, path)))
"""
DUE_SEEN = """
SELECT d.id FROM subsidies_duemonth d JOIN close_todo t ON t.provider_id = d.provider_id WHERE d.month = %(first)s
"""


class LostLease(Exception):
    """Another worker has taken the chunk over; whatever this one has computed is thrown away."""


def compute_chunk(run: Run, chunk: RunChunk) -> dict[str, Any]:
    """Do one chunk of a close: a month's plan, or one layer of its laws in some districts."""
    text, what, codes = chunk.key.split("|")
    month = Month.parse(text)
    if what == "plan":
        return plan(run, month)
    return _compute(run, chunk, month, int(what.removeprefix("lines")), codes)


def _compute(run: Run, chunk: RunChunk, month: Month, layer: int, codes: str) -> dict[str, Any]:
    count_what_has_grown()
    first_closes, closed = _areas(run, month, codes)
    layers = versions.layers(versions.in_force(month))
    laws = layers[layer] if layer < len(layers) else []
    everybody = [law for layer_laws in layers for law in layer_laws]
    last = layer >= len(layers) - 1
    working_days = workdays.in_month(month.first)
    params = facts.month_parameters(month)
    params |= {"first_closes": [area.path for area in first_closes], "closed": closed}
    sweep()
    with one_snapshot():
        execute(TODO, params)
        due = [due_id for (due_id,) in rows(DUE_SEEN, params)]
        execute(facts.ALIASES)
        drafts = _read_facts(run, month, laws, everybody, working_days)
    for draft in drafts:
        judge(draft)
    with transaction.atomic():
        _fence(chunk)
        found = posting.post(run, month, drafts, laws=everybody, first_layer=layer == 0)
        if last:
            posting.settle(month, due, first_closes, working_days)
    sweep()
    return found


def _areas(run: Run, month: Month, codes: str) -> tuple[list[Area], list[str]]:
    """The chunk's areas that were never closed for the month, and the paths of those that were."""
    if codes == WHOLE:
        return [], [run.area_path]
    areas = list(Area.objects.filter(code__in=codes.split("+")).order_by("code"))
    known = set(ClosedMonth.objects.filter(area__in=areas, month=month.first).values_list("area", flat=True))
    return [area for area in areas if area.pk not in known], [area.path for area in areas if area.pk in known]


def _read_facts(run: Run, month: Month, laws: list[Law], everybody: list[Law], working_days: int) -> list[Draft]:
    """The facts of each law in tables of their own: first the providers it concerns, then their children."""
    drafts = []
    for law in laws:
        excluded = versions.excluded_by(law, everybody)
        params = facts.parameters(law, month, run_id=run.pk, working_days=working_days, excluded_by=excluded)
        draft = Draft(law, params)
        execute(f"{facts.providers_sql(law, draft.providers)}; ANALYZE {draft.providers}", params)
        drafts.append(draft)
    execute(facts.scope_sql(draft.providers for draft in drafts) + "; ANALYZE close_scope")
    execute(facts.spells_sql({law.terms.presence for law in laws}), facts.month_parameters(month))
    for draft in drafts:
        capped, excluding = facts.months_can_run_out(draft.law.terms, month), bool(draft.params["excluded_by"])
        sql = facts.facts_sql(draft.law, draft.facts, draft.providers, capped=capped, excluding=excluding)
        execute(sql, draft.params)
    return drafts


def _fence(chunk: RunChunk) -> None:
    """Go on only while the lease is ours and the run goes on, and hold both until what we post is committed.

    KEY SHARE: nobody can take the chunk over meanwhile, and the heartbeat may still prolong the lease. SHARE: the run
    cannot fail meanwhile. When one has failed by another chunk a new one may start and take marks for seen that our
    snapshot is too old for; were we to close the month after that, nobody would compute them.
    """
    mine = rows(
        "SELECT 1 FROM portal_runchunk c JOIN portal_run r ON r.id = c.run_id"
        " WHERE c.id = %s AND c.worker = %s AND c.state = 'RUNNING' AND r.state = 'RUNNING'"
        " FOR KEY SHARE OF c FOR SHARE OF r",
        [chunk.pk, chunk.worker],
    )
    if not mine:
        raise LostLease(chunk.key)


def finish(run: Run) -> dict[str, Any]:
    """The run's result: its claims and their hash, the same for any order, chunking, number of workers or kill."""
    SharedChild.objects.filter(run=run).delete()
    Mover.objects.filter(run=run).delete()
    count_what_has_grown()
    month = Month.parse(run.params["month"])
    claims = hashes_of_month(month, run.area_path)
    results = list(run.chunks.values_list("result", flat=True))
    corrections = sum(result.get("corrections", 0) for result in results)
    tell_auditors(run, corrections=corrections, fen=sum(result.get("corrected_fen", 0) for result in results))
    return {
        "month": str(month),
        "claims": len(claims),
        "lines": sum(result.get("lines", 0) for result in results),
        "fen": sum(result.get("fen", 0) for result in results),
        "corrections": corrections,
        "hash": canonical.digest_rows(claims),
    }
