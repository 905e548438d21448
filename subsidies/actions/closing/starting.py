"""Starting a close: marks become due months, and the months to compute become stages and chunks."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from portal import clock, runs, workdays
from portal.dates import Month
from portal.models import Area, AreaLevel, Run, RunState, User
from portal.problems import Refusal
from subsidies.models import ClosedMonth
from subsidies.queries import facts, versions

KIND = "close_month"
WHOLE = "*"  # in a chunk's key: whatever is due under the area of the run
FEW = 400  # providers: that many corrections are one chunk, more are a chunk a district
MOST = 12  # areas in a chunk: their codes are its key
# Providers in a chunk. Small areas share one: each chunk costs some 50 statements and meets much the same cases (a
# city in four chunks instead of two takes a fifth longer).
ENOUGH = 900

# Exactly the marks that are committed now, each once. A month that was never closed anywhere needs no row, because its
# first close reads the facts later than this. One that is closed in another district does: what changed here may move a
# child's month there (a transfer, a second record), and the plan follows the children of due providers only.
SEE_MARKS = """
WITH fresh AS (
    INSERT INTO subsidies_seenmark (mark_id)
    SELECT f.id FROM providers_factchange f
    WHERE NOT EXISTS (SELECT FROM subsidies_seenmark s WHERE s.mark_id = f.id)
    RETURNING mark_id
)
INSERT INTO subsidies_duemonth (provider_id, month)
SELECT DISTINCT f.provider_id, c.month
FROM fresh
JOIN providers_factchange f ON f.id = fresh.mark_id
JOIN (SELECT DISTINCT month FROM subsidies_closedmonth) c
     ON c.month >= f.from_month AND (f.to_month IS NULL OR c.month <= f.to_month)
WHERE NOT EXISTS (SELECT FROM subsidies_duemonth d WHERE d.provider_id = f.provider_id AND d.month = c.month)
"""

CALENDAR_CHANGED = """
WITH counted AS (
    SELECT c.id, count(*) FILTER (WHERE d.working) AS now
    FROM subsidies_closedmonth c
    JOIN portal_calendarday d ON d.day >= c.month AND d.day < (c.month + interval '1 month')::date
    GROUP BY c.id
), changed AS (
    UPDATE subsidies_closedmonth c SET working_days = counted.now
    FROM counted WHERE counted.id = c.id AND counted.now <> c.working_days
    RETURNING c.area_id, c.month
)
INSERT INTO subsidies_duemonth (provider_id, month)
SELECT p.id, changed.month FROM changed
JOIN portal_area a ON a.id = changed.area_id
JOIN providers_provider p ON starts_with(p.area_path, a.path)
"""

DUE = """
SELECT d.month, count(DISTINCT d.provider_id)
FROM subsidies_duemonth d JOIN providers_provider p ON p.id = d.provider_id
WHERE d.month <= %s AND starts_with(p.area_path, %s) GROUP BY d.month
"""

PROVIDERS = """
SELECT a.id, count(p.id) FROM portal_area a LEFT JOIN providers_provider p ON starts_with(p.area_path, a.path)
WHERE a.id = ANY(%s) GROUP BY a.id
"""


class MonthNotOver(Refusal):
    """A month is closed when it has ended."""

    code = "month-not-over"
    text = _("%(month)s has not ended yet; it can be closed from %(first)s on.")


class ClosingUnderWay(Refusal):
    """Runs follow one another: a month rests on the months before it, in every district."""

    code = "closing-under-way"
    text = _("Another closing is under way (%(key)s). Start this one when it is done.")


class NoSuchChunk(Refusal):
    """A run covers whole districts, because lines of one child may concern several providers."""

    code = "area-too-small"
    text = _("Close a district, a city or a province, not a part of a district.")


@dataclass(frozen=True)
class Stage:
    """One stage of a run: a month's plan or one layer of its laws."""

    month: Month
    what: str
    groups: tuple[tuple[Area, ...], ...]  # the areas of each chunk; none: the whole area of the run


@transaction.atomic
def start_close(month: Month, *, area: Area, by: User | None) -> Run:
    """Queue the close of a month for an area: the month itself, months skipped before it, and every due month.

    While the same close is open, it is given back. Raises MonthNotOver, ClosingUnderWay, NoSuchChunk, MissingCalendar.
    """
    if month.last >= clock.today():
        raise MonthNotOver(month=str(month), first=(month + 1).first.isoformat())
    key = f"{month}@{area.code}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('subsidies.close', 0))")
    if open_run := Run.objects.filter(kind=KIND, state__in=[RunState.QUEUED, RunState.RUNNING]).first():
        if open_run.key == key:
            return open_run
        raise ClosingUnderWay(key=open_run.key)
    chunk_areas = districts_of(area)
    see_changes()
    chunks = list(_chunks(month, area, chunk_areas))
    params = {"month": str(month), "area": area.code}
    return runs.start(KIND, key, params=params, chunks=chunks, area_path=area.path, by=by)


def see_changes() -> None:
    """Turn marks and an edited calendar into due months. Part of starting a run; also before a check of the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(SEE_MARKS)
        cursor.execute(CALENDAR_CHANGED)


def districts_of(area: Area) -> list[Area]:
    """The chunks of an area: its districts; in a city without districts its towns; below a district there are none."""
    if area.level == AreaLevel.DISTRICT:
        return [area]
    if area.level not in (AreaLevel.CITY, AreaLevel.PROVINCE):
        raise NoSuchChunk
    under = Area.objects.filter(path__startswith=area.path)
    districts = list(under.filter(level=AreaLevel.DISTRICT).order_by("code"))
    paths = tuple(district.path for district in districts)
    towns = under.filter(level=AreaLevel.STREET).order_by("code")
    return districts + [town for town in towns if not town.path.startswith(paths)] if paths else list(towns)


def _chunks(month: Month, area: Area, chunk_areas: list[Area]) -> Iterable[runs.Chunk]:
    sizes = _sizes(chunk_areas)
    for number, stage in enumerate(_stages(month, area, chunk_areas, sizes)):
        for group in stage.groups:
            codes = "+".join(one.code for one in group) or WHOLE
            size = sum(sizes[one.pk] for one in group)
            yield runs.Chunk(key=f"{stage.month}|{stage.what}|{codes}", stage=number, total=size or 1)


def _groups(chunk_areas: list[Area], sizes: dict[int, int]) -> tuple[tuple[Area, ...], ...]:
    """Areas in chunks of like size, so that workers end together: the largest first, each where there is most room."""
    most_areas = -(-len(chunk_areas) // MOST)
    count = min(max(sum(sizes[area.pk] for area in chunk_areas) // ENOUGH, most_areas, 1), len(chunk_areas))
    groups: list[list[Area]] = [[] for _ in range(count)]
    with_room = [(0, number) for number in range(count)]  # a heap: the smallest group first
    for area in sorted(chunk_areas, key=lambda one: (-sizes[one.pk], one.code)):
        size, number = heapq.heappop(with_room)
        groups[number].append(area)
        if len(groups[number]) < MOST:
            heapq.heappush(with_room, (size + sizes[area.pk], number))
    return tuple(tuple(sorted(group, key=lambda one: one.code)) for group in groups)


def _stages(month: Month, area: Area, chunk_areas: list[Area], sizes: dict[int, int]) -> Iterable[Stage]:
    """Oldest month first; of each month first what concerns several districts, then the laws layer by layer."""
    closed, everything = _closed(chunk_areas), _groups(chunk_areas, sizes)
    with connection.cursor() as cursor:
        cursor.execute(DUE, [month.first, area.path])
        due = {Month.of(first): count for first, count in cursor.fetchall()}
    for one in sorted(_first_closes(month, chunk_areas, closed) | _reached(due.keys(), month) | {month}):
        first_close = any(one not in closed[chunk_area.pk] for chunk_area in chunk_areas)
        workdays.in_month(one.first)  # a missing year is said now, to whoever starts, not in a worker's log
        whole = not first_close and due.get(one, 0) <= FEW
        yield Stage(one, "plan", ((),))
        for layer in range(max(1, len(versions.layers(versions.in_force(one))))):
            yield Stage(one, f"lines{layer}", ((),) if whole else everything)


def _first_closes(month: Month, chunk_areas: list[Area], closed: dict[int, set[Month]]) -> set[Month]:
    """Months up to this one in which a policy was in force and some area was not computed yet."""
    begins = versions.beginning()
    if begins is None:
        return set()
    months = {begins + n for n in range(month.since(begins) + 1)}
    return {one for one in months if any(one not in closed[chunk_area.pk] for chunk_area in chunk_areas)}


def _reached(due: Iterable[Month], month: Month) -> set[Month]:
    """Due months, and where a policy caps the year those after them: a result can make a later month due in the run."""
    months = set(due)
    for one in list(months):
        laws = versions.in_force(one)
        ends = [facts.cap_start(law.terms, one) + 11 for law in laws if law.terms.months_per_year is not None]
        end = min(max(ends, default=one), month)
        months |= {one + n for n in range(end.since(one) + 1)}
    return months


def _closed(chunk_areas: list[Area]) -> dict[int, set[Month]]:
    closed: dict[int, set[Month]] = {chunk_area.pk: set() for chunk_area in chunk_areas}
    for area_id, first in ClosedMonth.objects.filter(area__in=chunk_areas).values_list("area_id", "month"):
        closed[area_id].add(Month.of(first))
    return closed


def _sizes(chunk_areas: list[Area]) -> dict[int, int]:
    """Providers by area: the largest chunk goes first, and progress is counted in them."""
    with connection.cursor() as cursor:
        cursor.execute(PROVIDERS, [[chunk_area.pk for chunk_area in chunk_areas]])
        sizes: dict[Any, int] = dict(cursor.fetchall())
    return sizes
