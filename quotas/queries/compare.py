"""What changed between two frozen reports of an area."""

from dataclasses import dataclass

from portal.dates import Month
from quotas import rules
from quotas.models import Report
from quotas.queries.table import Line, Table


@dataclass(frozen=True)
class Change:
    """An area now and before: places gained, and the figure's change as shown."""

    line: Line
    places: int | None
    per_thousand: str


def before(report: Report) -> Report | None:
    """The latest report of the same area for the month before, or None."""
    month = (Month.of(report.month) - 1).first
    same = Report.objects.filter(area=report.area_id, layout=report.layout, month=month)
    return same.select_related("seal").order_by("-number").first()


def changes(now: Table, then: Table) -> list[Change]:
    """Root and the areas directly beneath it; an area that was not there before has no change."""
    former = {line.code: line for line in then.lines}
    rows = []
    for line in [now.root, *now.beneath(now.root.code)]:
        old = former.get(line.code)
        if old is None:
            rows.append(Change(line, None, ""))
            continue
        a, b = line.per_thousand.value, old.per_thousand.value
        moved = "" if a is None or b is None else rules.shown(a - b, 2)
        rows.append(Change(line, line.places - old.places, moved if moved.startswith(("-", "0.00")) else f"+{moved}"))
    return rows
