"""Bring the area tree (行政区划) up to a list of codes, names and parents over time."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal import audit, clock
from portal.actions import moving
from portal.models import Area, AreaSpan, User
from portal.problems import Refusal

LIST = "portal.Area:list"


@dataclass(frozen=True)
class AreaRow:
    """What an area is called and where it belongs from a first to a last day (None: always)."""

    code: str
    name: str
    level: str
    parent_code: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    successor_code: str = ""

    @property
    def during(self) -> tuple[dt.date | None, dt.date | None]:
        """The days as a half-open range."""
        return self.valid_from, self.valid_to + dt.timedelta(days=1) if self.valid_to else None

    def holds_on(self, day: dt.date) -> bool:
        """Whether the row is true on the day."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


@dataclass(frozen=True)
class Loaded:
    """What a load changed."""

    areas: int
    added: int
    changed: int
    spans: int
    outlines: int
    carried: int = 0  # rows of other tables that went along with a moved area

    @property
    def nothing(self) -> bool:
        """Whether everything was as the list says before."""
        return not (self.added or self.changed or self.spans or self.outlines or self.carried)


class BrokenTree(Refusal):
    """The list is no tree: an unknown parent, a loop, two names on one day. `row` is the row at fault."""

    code = "broken-tree"
    status = 400

    def __init__(self, row: AreaRow, column: str, message: Any, **detail: Any) -> None:
        self.row = row
        self.column = column
        super().__init__(message, **detail)


def faults(rows: Iterable[AreaRow]) -> list[BrokenTree]:
    """Everything that keeps a list from being a tree, together with the areas that are in the database already."""
    rows = list(rows)
    known = {row.code for row in rows} | set(Area.objects.values_list("code", flat=True))
    found: list[BrokenTree] = []
    spans: dict[str, list[AreaRow]] = {}
    for row in rows:
        if row.parent_code and row.parent_code not in known:
            found.append(
                BrokenTree(row, "parent_code", _("The parent %(code)s is not in the list."), code=row.parent_code)
            )
        if row.successor_code and row.successor_code not in known:
            message = _("The successor %(code)s is not in the list.")
            found.append(BrokenTree(row, "successor_code", message, code=row.successor_code))
        if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
            found.append(BrokenTree(row, "valid_to", _("The last day is before the first.")))
        for other in spans.setdefault(row.code, []):
            if _overlap(row, other):
                found.append(BrokenTree(row, "valid_from", _("%(code)s has two rows for the same day."), code=row.code))
                break
        spans[row.code].append(row)
    return found + _loops(_current(rows))


def _overlap(one: AreaRow, two: AreaRow) -> bool:
    far, late = dt.date.min, dt.date.max
    return (one.valid_from or far) <= (two.valid_to or late) and (two.valid_from or far) <= (one.valid_to or late)


def _current(rows: Iterable[AreaRow]) -> dict[str, AreaRow]:
    """Per code the row that holds today, else the one that held last (or, for an area to come, will first)."""
    today = clock.today()
    best: dict[str, AreaRow] = {}
    for row in sorted(rows, key=lambda row: row.valid_from or dt.date.min):
        have = best.get(row.code)
        if have is None or (not have.holds_on(today) and (row.valid_from or today) <= today):
            best[row.code] = row
    return best


def _loops(current: Mapping[str, AreaRow]) -> list[BrokenTree]:
    found = []
    for code, row in current.items():
        seen, at = {code}, row.parent_code
        while at and at in current and at not in seen:
            seen.add(at)
            at = current[at].parent_code
        if at == code:
            found.append(BrokenTree(row, "parent_code", _("%(code)s is its own ancestor."), code=code))
    return found


@transaction.atomic
def load_areas(rows: Iterable[AreaRow], *, outlines: Mapping[str, Any] | None = None, by: User | None) -> Loaded:
    """Add and change areas so that the tree is what the list says; areas that the list does not name stay.

    Idempotent. Raises BrokenTree. Paths are rewritten for everything beneath a moved area, here and in every table that
    copies them. What begins later is kept in the spans and takes effect on its day (`turn_the_tree`).
    """
    rows = list(rows)
    if found := faults(rows):
        raise found[0]
    loaded = _bring_to(rows, outlines)
    if not loaded.nothing:
        audit.record(LIST, "load_areas", by=by, added=loaded.added, changed=loaded.changed, carried=loaded.carried)
    return loaded


@transaction.atomic
def turn_the_tree() -> int:
    """At 00:05: names, parents and successors that begin today take effect; gives how many areas and rows changed."""
    today = clock.today()
    held = AreaSpan.objects.filter(during__contains=today)
    begins = held.exclude(area__name=F("name"), area__parent__isnull=True, parent__isnull=True).exclude(
        area__name=F("name"), area__parent=F("parent")
    )
    ended = Area.objects.filter(successor__isnull=False, spans__during__endswith__lte=today)
    if not begins.exists() and not ended.exists():
        return 0
    spans = AreaSpan.objects.select_related("area__successor", "parent")
    loaded = _bring_to([_row_of(span) for span in spans], None)
    if not loaded.nothing:
        audit.record(LIST, "turn_the_tree", by=None, changed=loaded.changed, carried=loaded.carried)
    return loaded.changed + loaded.carried


def _row_of(span: AreaSpan) -> AreaRow:
    area, last = span.area, span.during.upper
    return AreaRow(
        code=area.code,
        name=span.name,
        level=area.level,
        parent_code=span.parent.code if span.parent else "",
        valid_from=span.during.lower,
        valid_to=last and last - dt.timedelta(days=1),
        successor_code=area.successor.code if area.successor else "",
    )


def _bring_to(rows: list[AreaRow], outlines: Mapping[str, Any] | None) -> Loaded:
    """Make the tree what the rows say today, with all that carries its paths; the spans what they say for ever."""
    before = {area.code: area for area in Area.objects.select_for_update(no_key=True)}
    today = clock.today()  # an area that is there stays as it is until the day the list speaks of
    current = {
        code: row for code, row in _current(rows).items() if code not in before or (row.valid_from or today) <= today
    }
    were = {code: area.parent.code if area.parent else "" for code, area in _with_parents(before).items()}
    parents = were | {code: row.parent_code for code, row in current.items()}
    paths = {code: moving.path_of(code, parents) for code in parents}
    areas, news = dict(before), [code for code in current if code not in before]
    for depth in sorted({paths[code].count("/") for code in news}):  # parents first, each level in one statement
        level = [Area(code=code) for code in news if paths[code].count("/") == depth]
        areas |= {area.code: area for area in level}
        for area in level:
            _bring_up(area, current, parents, paths, areas, outlines)
        Area.objects.bulk_create(level, batch_size=1000)
    changed = [areas[code] for code in paths if _bring_up(areas[code], current, parents, paths, areas, outlines)]
    Area.objects.bulk_update(changed, ["name", "level", "parent", "path", "successor", "outline"], batch_size=500)
    spans = _write_spans(rows, areas)
    since = {code: row.valid_from for code, row in current.items()}
    carried = moving.carry_along([*moving.steps(were, parents, since), *_successions(areas)])
    return Loaded(
        areas=len({row.code for row in rows}),
        added=len(news),
        changed=len(changed),
        spans=spans,
        outlines=len([code for code in outlines or () if code in news or areas[code] in changed]),
        carried=carried,
    )


def _successions(areas: Mapping[str, Area]) -> list[moving.Step]:
    """Areas that have ended, day by day: what lay in them lies in their successor, the last one of a row of them."""
    today, by_id = clock.today(), {area.pk: area for area in areas.values()}
    last_days = dict(
        AreaSpan.objects.filter(area__successor__isnull=False)
        .exclude(Q(during__upper_inf=True) | Q(during__endswith__gt=today))
        .order_by("during")
        .values_list("area", "during")
    )
    lasting = Q(during__upper_inf=True) | Q(during__endswith__gt=today)
    ended = last_days.keys() - set(AreaSpan.objects.filter(lasting, area__in=last_days).values_list("area", flat=True))
    found: dict[dt.date, list[moving.Move]] = {}
    for pk in ended:
        heir, seen = by_id[pk], {pk}
        while heir.pk in ended and heir.successor_id and (heir.pk == pk or heir.pk not in seen):
            seen.add(heir.pk)
            heir = by_id[heir.successor_id]
        move = moving.Move(by_id[pk].path, heir.path, heir.pk)
        found.setdefault(last_days[pk].upper, []).append(move)
    return [moving.Step(day, tuple(moves)) for day, moves in sorted(found.items())]


def _with_parents(areas: Mapping[str, Area]) -> Mapping[str, Area]:
    """The same areas with their parents in place, without a query each."""
    by_id = {area.pk: area for area in areas.values()}
    for area in areas.values():
        if area.parent_id:
            area.parent = by_id[area.parent_id]
    return areas


def _bring_up(
    area: Area,
    current: Mapping[str, AreaRow],
    parents: Mapping[str, str],
    paths: Mapping[str, str],
    areas: Mapping[str, Area],
    outlines: Mapping[str, Any] | None,
) -> bool:
    """Set what the list says on an area; whether anything differed. A successor not yet there comes the second time."""
    parent = areas[parents[area.code]] if parents[area.code] else None
    wanted: dict[str, Any] = {"path": paths[area.code], "parent_id": parent.pk if parent else None}
    if row := current.get(area.code):
        successor = areas.get(row.successor_code)
        wanted |= {"name": row.name, "level": row.level, "successor_id": successor.pk if successor else None}
    if outlines and area.code in outlines:
        wanted["outline"] = outlines[area.code]
    differs = {name for name, value in wanted.items() if getattr(area, name) != value}
    for name in differs:
        setattr(area, name, wanted[name])
    return bool(differs)


def _write_spans(rows: Iterable[AreaRow], areas: Mapping[str, Area]) -> int:
    """Make the spans of the listed areas those of the list, from the first day it speaks of; what was before stays.

    Gives how many areas needed it.
    """
    wanted: dict[int, set[tuple]] = {}
    first: dict[int, dt.date] = {}
    for row in rows:
        area_id, parent = areas[row.code].pk, areas[row.parent_code].pk if row.parent_code else None
        wanted.setdefault(area_id, set()).add((row.name, parent, row.during))
        first[area_id] = min(first.get(area_id, dt.date.max), row.valid_from or dt.date.min)
    have: dict[int, set[tuple]] = {}
    for area_id, name, parent, during in AreaSpan.objects.values_list("area_id", "name", "parent_id", "during"):
        have.setdefault(area_id, set()).add((name, parent, (during.lower, during.upper)))
        begin, end = during.lower, during.upper
        if area_id in wanted and (begin or dt.date.min) < first[area_id]:
            wanted[area_id].add((name, parent, (begin, min(end or dt.date.max, first[area_id]))))
    differ = [area_id for area_id, spans in wanted.items() if have.get(area_id) != spans]
    AreaSpan.objects.filter(area_id__in=differ).delete()
    AreaSpan.objects.bulk_create(
        (
            AreaSpan(area_id=area_id, name=name, parent_id=parent, during=during)
            for area_id in differ
            for name, parent, during in wanted[area_id]
        ),
        batch_size=1000,
    )
    return len(differ)
