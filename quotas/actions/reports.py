"""Reports: computed in pieces by workers, frozen and sealed once."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import canonical, clock, runs, seal
from portal.audit import record
from portal.dates import Month
from portal.models import Area, Run, RunChunk, User
from portal.problems import NotAllowed, Refusal
from quotas.models import Layout, Report
from quotas.permissions import can_make
from quotas.queries.counts import Counts, counts_by_street
from quotas.queries.table import assemble
from quotas.queries.tree import pieces_of, tree_on

KIND = "make_report"


class MonthNotOver(Refusal):
    """A report stands for the last day of its month, which must have passed."""

    code = "month-not-over"
    text = _("%(month)s is not over. A report stands for the last day of its month.")


def start_report(area: Area, month: Month, *, by: User | None) -> Run:
    """Queue the report of an area and a month in pieces of whole districts; one that is under way is given back."""
    if by is not None and not can_make(by, area):
        raise NotAllowed
    if month.last >= clock.today():
        raise MonthNotOver(month=str(month))
    pieces = pieces_of(tree_on(area, month.last))
    chunks = [runs.Chunk(code, total=len(streets)) for code, streets in pieces.items()]
    return runs.start(
        KIND, f"{area.code}:{Layout.QUOTA}:{month}", params={"area": area.code, "month": str(month), "pieces": pieces},
        chunks=chunks or [runs.Chunk(area.code)], area_path=area.path, by=by,
    )  # fmt: skip


def count_piece(run: Run, chunk: RunChunk) -> dict[str, Any]:
    """Some districts of a report: counts by subdistrict code, as known when the report was asked for."""
    streets: dict[str, int] = run.params["pieces"].get(chunk.key, {})
    found = counts_by_street(streets.values(), Month.parse(run.params["month"]).last, run.queued_at)
    return {"counts": {code: list(found[street]) for code, street in streets.items() if street in found}}


def finish_report(run: Run) -> dict[str, Any]:
    """Put the districts together and freeze the whole."""
    area, month = _of(run)
    nodes = tree_on(area, month.last)
    ids = {node.code: node.id for node in nodes}
    counts = {
        ids[code]: Counts(*numbers)
        for result in run.chunks.values_list("result", flat=True)
        for code, numbers in result["counts"].items()
    }
    table = assemble(nodes, counts, month.last, run.queued_at)
    report = freeze(area, month, table.content(), run=run, by=run.started_by)
    return {"report": str(report.public_id), "number": report.number, "code": report.seal.short_code}


@transaction.atomic
def freeze(area: Area, month: Month, content: dict[str, Any], *, run: Run | None, by: User | None) -> Report:
    """Keep and seal a report's content; the same content again is the same report, another gets the next number."""
    Area.objects.select_for_update(no_key=True, of=("self",)).get(pk=area.pk)
    content = {"layout": str(Layout.QUOTA), "month": str(month), **content}
    made = Report.objects.filter(area=area, layout=Layout.QUOTA, month=month.first)
    last = made.defer("content").order_by("-number").first()
    if last and last.content_hash == canonical.digest(content):
        return last
    number = last.number + 1 if last else 1
    link = seal.freeze(chain_of(area), f"{month}:{number}", content)
    report = Report.objects.create(
        area=area, area_path=area.path, layout=Layout.QUOTA, month=month.first, number=number, content=content,
        content_hash=link.content_hash, seal=link, run=run, created_at=clock.now(), created_by=by,
    )  # fmt: skip
    record(report, "freeze_report", by=by, month=str(month), number=number, content_hash=link.content_hash)
    return report


def chain_of(area: Area) -> str:
    """The seal chain of an area's quota reports."""
    return f"report:{area.code}:{Layout.QUOTA}"


def _of(run: Run) -> tuple[Area, Month]:
    return Area.objects.get(code=run.params["area"]), Month.parse(run.params["month"])


def month_of(day: dt.date) -> Month:
    """The latest month that is over on the day."""
    return Month.of(day) - 1
