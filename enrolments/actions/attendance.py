"""Entering who came: cells of a month, corrections after the statement, the month confirmed complete."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enrolments import letters, permissions
from enrolments.actions import refusals
from enrolments.actions.changes import mark
from enrolments.letters import Change
from enrolments.models import AttendanceMonth, AttendanceNote, Enrolment
from enrolments.queries import attendance as read
from portal import clock
from portal.audit import record
from portal.dates import DateRange, Month
from portal.models import User
from portal.problems import NotAllowed, Refusal
from providers.models import MonthReturn, Provider

FAULTS = {
    "LETTER": _("this letter is not known; use F, A, P, S, L, C or -"),
    "OUTSIDE": _("the child is not enrolled on this day"),
    "AHEAD": _("this day has not come yet; only L (leave) and C (closed) can be entered ahead"),
}


@dataclass(frozen=True)
class Clash:
    """A cell that somebody else changed to another letter in the meantime."""

    enrolment_id: int
    day: dt.date
    theirs: str
    who: str
    when: dt.datetime


class ChangedMeanwhile(Refusal):
    """Some of the same cells were changed by somebody else; `clashes` says which, by whom and to what."""

    code = "stale"
    status = 412
    text = _("Somebody else changed some of these days while you were typing. Nothing was saved.")

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__()
        self.clashes = clashes


class WrongCell(Refusal):
    """A letter that cannot stand there; `cells` maps (enrolment, day) to `letters.fault_of`."""

    code = "wrong-cell"
    status = 400
    text = _("Some days cannot be saved like this.")

    def __init__(self, cells: dict[tuple[int, dt.date], str]) -> None:
        super().__init__()
        self.cells = cells


class DaysMissing(Refusal):
    """Days without an entry, so the month is not complete."""

    code = "days-missing"
    text = _("%(days)s entries are still missing. Fill them in, then confirm the month.")


@transaction.atomic
def enter(provider_id: int, *, month: Month, changes: Iterable[Change], by: User | None, reason: str = "") -> int:
    """Write the cells a person changed; gives how many really changed. Cells changed by others meanwhile are kept.

    Raises WrongCell, ChangedMeanwhile, and AttendanceLocked when the statement is confirmed and no reason is given.
    """
    provider = Provider.objects.get(pk=provider_id)
    if by is not None and not permissions.may_keep_roll(by, provider):
        raise NotAllowed
    cells = [change for change in changes if change.before != change.after]
    spells = _hold(provider_id, month, {change.enrolment_id for change in cells})
    cells = [change for change in cells if change.enrolment_id in spells]
    _check(cells, spells)
    if cells and read.is_locked(provider_id, month) and not reason.strip():
        raise refusals.AttendanceLocked(month=str(month))
    written = _write(cells, spells, month, by, reason.strip())
    if written:
        record(provider, "enter_attendance", by=by, month=str(month), cells=written, correction=bool(reason.strip()))
        during = month.during
        children = [spells[change.enrolment_id].child_id for change in cells]
        mark(provider_id, children, from_day=during.start, to_day=during.end, cause="attendance")
    return written


@transaction.atomic
def confirm_month(provider_id: int, *, month: Month, by: User) -> MonthReturn:
    """The provider says the month's attendance is complete (本月办理); pressing twice is once. Raises DaysMissing."""
    provider = Provider.objects.select_for_update(no_key=True, of=("self",)).get(pk=provider_id)
    if not permissions.may_keep_roll(by, provider):
        raise NotAllowed
    if done := read.confirmed(provider_id, month):
        return done
    missing = read.missing(provider_id, month, until=month.last)
    if missing:
        raise DaysMissing(days=missing)
    detail: dict[str, Any] = {"children": read.spells(provider_id, month).count()}
    made = MonthReturn.objects.create(
        provider=provider,
        month=month.first,
        item=read.ITEM,
        confirmed_at=clock.now(),
        confirmed_by=by,
        detail=detail,
    )
    record(provider, "confirm_attendance", by=by, month=str(month), **detail)
    return made


def cut_attendance(enrolment: Enrolment, *, since: dt.date, by: User | None, reason: str) -> None:
    """Strike out entries from a day on, with a note for each. Part of ending a spell; the caller marks the change."""
    for row in enrolment.attendance.filter(month__gte=since.replace(day=1)).select_for_update(of=("self",)):
        shorter = letters.cut(row.days, Month.of(row.month), since)
        if shorter == row.days:
            continue
        notes = [(day, at, letters.NONE) for day, at in _letters(row) if at != letters.NONE and day >= since]
        _save(row, shorter, notes, by, reason or "end")


def _letters(row: AttendanceMonth) -> list[tuple[dt.date, str]]:
    return [(day, letters.at(row.days, day)) for day in Month.of(row.month).days()]


def _hold(provider_id: int, month: Month, enrolment_ids: set[int]) -> dict[int, Enrolment]:
    """The spells, held so that two first entries of a month follow each other; strangers' ids fall away."""
    spells = read.spells(provider_id, month).filter(pk__in=enrolment_ids).order_by("pk")
    return {spell.pk: spell for spell in spells.select_for_update(no_key=True, of=("self",))}


def _check(cells: Sequence[Change], spells: dict[int, Enrolment]) -> None:
    """Every letter possible on its day, else all faults at once."""
    today, faults = clock.today(), {}
    for change in cells:
        during = DateRange.of(spells[change.enrolment_id].during)
        if fault := letters.fault_of(change.after, change.day, during, today):
            faults[change.enrolment_id, change.day] = fault
    if faults:
        raise WrongCell(faults)


def _write(cells: Sequence[Change], spells: dict[int, Enrolment], month: Month, by: User | None, reason: str) -> int:
    """Put the letters in, over what stands there now, or name what others changed."""
    closed = read.closed_days(month)
    rows = {
        row.enrolment_id: row
        for row in AttendanceMonth.objects.filter(enrolment__in=spells, month=month.first).select_related("entered_by")
    }
    wanted: dict[int, list[Change]] = defaultdict(list)
    clashes = []
    for change in cells:
        row = rows.get(change.enrolment_id)
        if row is None:
            during = DateRange.of(spells[change.enrolment_id].during)
            row = rows[change.enrolment_id] = AttendanceMonth(
                enrolment_id=change.enrolment_id, month=month.first, days=letters.fresh(during, month, closed)
            )
        now = letters.at(row.days, change.day)
        if now == change.after:
            continue
        if now != change.before:
            clashes.append(Clash(row.enrolment_id, change.day, now, str(row.entered_by or "—"), row.entered_at))
        wanted[change.enrolment_id].append(change)
    if clashes:
        raise ChangedMeanwhile(clashes)
    for enrolment_id, changes in wanted.items():
        row = rows[enrolment_id]
        days = row.days
        for change in changes:
            days = letters.put(days, change.day, change.after)
        notes = [(change.day, change.before, change.after) for change in changes] if reason else []
        _save(row, days, notes, by, reason)
    return sum(map(len, wanted.values()))


def _save(
    row: AttendanceMonth, days: str, notes: Iterable[tuple[dt.date, str, str]], by: User | None, reason: str
) -> None:
    """One month of one spell, its version one higher, with a note for each corrected day."""
    moment = clock.now()
    row.version = row.version + 1 if row.pk else 1
    row.days, row.entered_at, row.entered_by = days, moment, by
    row.save()
    AttendanceNote.objects.bulk_create(
        AttendanceNote(attendance=row, day=day, before=before, after=after, reason=reason[:200], at=moment, by=by)
        for day, before, after in notes
    )
