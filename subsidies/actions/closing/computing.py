"""A chunk of a close: one snapshot of the facts, the law once per case, one transaction that posts."""

from typing import Any

from django.db import transaction

from portal import canonical, workdays
from portal.dates import Month
from portal.models import Area, Run, RunChunk
from subsidies.actions.closing import posting
from subsidies.actions.closing.judging import Draft, judge
from subsidies.actions.closing.planning import plan
from subsidies.actions.closing.snapshot import drop, execute, one_snapshot, rows
from subsidies.models import ClosedMonth, SharedChild
from subsidies.queries import facts, versions
from subsidies.queries.claims import hashes_of_month
from subsidies.queries.versions import Law

# Everything on a month's first close, afterwards only what is due.
TODO = """
CREATE TEMP TABLE close_todo AS
SELECT p.id AS provider_id FROM providers_provider p WHERE starts_with(p.area_path, %(area_path)s) AND {which}
"""
DUE_ONLY = "p.id IN (SELECT d.provider_id FROM subsidies_duemonth d WHERE d.month = %(first)s)"
DUE_SEEN = """
CREATE TEMP TABLE close_due AS
SELECT d.id FROM subsidies_duemonth d JOIN close_todo t ON t.provider_id = d.provider_id WHERE d.month = %(first)s
"""
TABLES = ("close_todo", "close_due", "close_alias", "close_spell")


class LostLease(Exception):
    """Another worker has taken the chunk over; whatever this one has computed is thrown away."""


def compute_chunk(run: Run, chunk: RunChunk) -> dict[str, Any]:
    """Do one chunk of a close: a month's plan, or one layer of its laws in one area."""
    text, what, area_code = chunk.key.split("|")
    month = Month.parse(text)
    if what == "plan":
        return plan(run, month)
    layer = int(what.removeprefix("lines"))
    area = Area.objects.get(code=run.params["area"] if area_code == "*" else area_code)
    return _compute(run, chunk, month, area, layer, whole_area=area_code == "*")


def _compute(run: Run, chunk: RunChunk, month: Month, area: Area, layer: int, *, whole_area: bool) -> dict[str, Any]:
    first_close = not whole_area and not ClosedMonth.objects.filter(area=area, month=month.first).exists()
    layers = versions.layers(versions.in_force(month))
    laws = layers[layer] if layer < len(layers) else []
    everybody = [law for layer_laws in layers for law in layer_laws]
    last = layer >= len(layers) - 1
    params = {**facts.month_parameters(month), "area_path": area.path}
    working_days = workdays.in_month(month.first)
    drop(*TABLES)
    with one_snapshot():
        execute(TODO.format(which="true" if first_close else DUE_ONLY), params)
        execute(DUE_SEEN, params)
        execute(facts.ALIASES)
        if laws:
            execute(facts.spells_sql(), params)
            execute("ANALYZE close_spell")
        drafts = [_read_facts(law, everybody, run, month, working_days) for law in laws]
    for draft in drafts:
        judge(draft)
    with transaction.atomic():
        _fence(chunk)
        found = posting.post(run, month, drafts, first_layer=layer == 0)
        posting.pass_on(month, drafts, everybody)
        if last:
            posting.settle(month, area if first_close else None, working_days)
    drop(*TABLES, *posting.TABLES, *(table for draft in drafts for table in draft.tables))
    return found


def _read_facts(law: Law, laws: list[Law], run: Run, month: Month, working_days: int) -> Draft:
    """Facts of one law, in tables of their own, inside the snapshot."""
    excluded = versions.excluded_by(law, laws)
    capped = law.terms.months_per_year is not None and facts.cap_start(law.terms, month) < month
    params = facts.parameters(law, month, run_id=run.pk, working_days=working_days, excluded_by=excluded)
    draft = Draft(law)
    drop("close_provider", "close_fact", *draft.tables)
    execute(facts.providers_sql(law), params)
    execute(facts.facts_sql(law, capped=capped, excluding=bool(excluded)), params)
    execute(f"ALTER TABLE pg_temp.close_fact RENAME TO {draft.facts}")
    drop("close_provider")
    return draft


def _fence(chunk: RunChunk) -> None:
    """Go on only while the lease is ours, and hold it until what we post is committed.

    KEY SHARE: nobody can take the chunk over meanwhile, and the heartbeat may still prolong the lease.
    """
    mine = rows(
        "SELECT 1 FROM portal_runchunk WHERE id = %s AND worker = %s AND state = 'RUNNING' FOR KEY SHARE",
        [chunk.pk, chunk.worker],
    )
    if not mine:
        raise LostLease(chunk.key)


def finish(run: Run) -> dict[str, Any]:
    """The run's result: its claims and their hash, the same for any order, chunking, number of workers or kill."""
    SharedChild.objects.filter(run=run).delete()
    month = Month.parse(run.params["month"])
    claims = hashes_of_month(month, run.params["area_path"])
    results = run.chunks.values_list("result", flat=True)
    return {
        "month": str(month),
        "claims": len(claims),
        "lines": sum(result.get("lines", 0) for result in results),
        "fen": sum(result.get("fen", 0) for result in results),
        "hash": canonical.digest_rows(claims),
    }
