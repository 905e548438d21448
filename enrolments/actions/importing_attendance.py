"""Taking over attendance from another system: a month a row, letters shared out to the spells, all or nothing."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from enrolments import letters
from enrolments.actions.attendance import FAULTS
from enrolments.actions.importing import BATCH, BadRows
from enrolments.models import AttendanceMonth, AttendanceNote, Child, Enrolment, EnrolmentState
from enrolments.queries.attendance import STATEMENT, closed_days
from enrolments.rules import PRESENT, check_letters
from portal import clock
from portal.audit import record
from portal.dates import DateRange, Month
from portal.models import User
from portal.sheets import Table
from portal.sheets.read import Row
from portal.wording import Fault
from providers.actions.facts import facts_changed
from providers.models import MonthReturn, Provider

HALF = {"am": "A", "pm": "P"}


@dataclass(frozen=True)
class Entered:
    """What an import did: months of spells written, months that stood so already."""

    written: int
    known: int


@dataclass
class Line:
    """A row with what it is about."""

    row: Row
    provider_id: int
    month: Month
    days: str
    spells: list[Enrolment]


@transaction.atomic
def import_attendance(table: Table, *, by: User | None, reason: str = "", dry_run: bool = False) -> Entered:
    """Write the months; a dot inside a spell says nothing and keeps what stands. Raises BadRows with every fault noted.

    A month whose statement is confirmed needs `reason`: its changes are corrections and leave notes.
    """
    lines = _judge(table, bool(reason.strip()))
    if table.problems:
        raise BadRows
    list(Enrolment.objects.filter(pk__in={s.pk for line in lines for s in line.spells}).order_by("pk")
         .select_for_update(no_key=True, of=("self",)).values_list("pk"))  # fmt: skip
    written, total = _write(lines, by, reason.strip())
    if written:
        _mark(lines)
        digest = hashlib.sha256("\n".join(repr(sorted(row.values.items(), key=str)) for row in table.rows).encode())
        subject, sha256 = "enrolments.AttendanceMonth:import", digest.hexdigest()
        record(subject, "import_attendance", by=by, written=written, rows=len(lines), sha256=sha256)
    if dry_run:
        transaction.set_rollback(True)
    return Entered(written, total - written)


def _judge(table: Table, corrects: bool) -> list[Line]:
    """Every row against the roll."""
    providers = dict(
        Provider.objects.filter(code__in={row["provider_code"] for row in table.rows}).values_list("code", "pk")
    )
    children = dict(Child.objects.filter(key__in={row["child_key"] for row in table.rows}).values_list("key", "pk"))
    spells: dict[tuple[int, int], list[Enrolment]] = defaultdict(list)
    every = Enrolment.objects.filter(child__in=children.values(), provider__in=providers.values())
    for spell in every.exclude(state=EnrolmentState.ANNULLED).order_by("during"):
        spells[spell.child_id, spell.provider_id].append(spell)
    locked = set(
        MonthReturn.objects.filter(provider__in=providers.values(), item=STATEMENT).values_list("provider_id", "month")
    )
    lines: list[Line] = []
    seen: dict[tuple[int | None, int, Month], int] = {}
    for row in table.rows:
        provider_id, child_id = providers.get(row["provider_code"]), children.get(row["child_key"])
        if provider_id is None:
            table.fault(row, "provider_code", _("No provider has this code."))
            continue
        month: Month = row["month"]
        there = spells[child_id or 0, provider_id]
        line = Line(row, provider_id, month, row["days"], _in(there, month.during))
        if not line.spells:
            table.fault(row, "child_key", _("This child is not on the provider's roll in this month."))
        elif (first := seen.setdefault((child_id, provider_id, month), row.number)) != row.number:
            table.fault(row, "month", _("Row %(n)s has this child's month already.") % {"n": first})
        elif (provider_id, month.first) in locked and not corrects:
            table.fault(row, "month", _("The statement of this month is confirmed: give a reason for corrections."))
        elif fault := _fault(line):
            table.fault(row, "days", fault)
        else:
            lines.append(line)
    return lines


def _in(spells: Sequence[Enrolment], during: DateRange) -> list[Enrolment]:
    return [spell for spell in spells if DateRange.of(spell.during).overlaps(during)]


def _fault(line: Line) -> str:
    """Why the letters cannot stand, or nothing."""
    try:
        check_letters(line.days, line.month, line.month.during)
    except Fault as fault:
        return _(fault.msgid) % fault.params
    today = clock.today()
    spans = [DateRange.of(spell.during) for spell in line.spells]
    for day in line.month.days():
        letter = letters.at(line.days, day)
        inside = next((span for span in spans if day in span), DateRange(dt.date.min, dt.date(1, 1, 2)))
        if code := letters.fault_of(letter, day, inside, today):
            return _("Day %(day)s: %(fault)s.") % {"day": day.day, "fault": FAULTS[code]}
    return ""


def shared(letter: str, mode: str, others: int) -> str:
    """A day's letter for one of several spells on that day: a full day is a morning here and an afternoon there."""
    if not others or letter not in PRESENT:
        return letter
    half = HALF.get(mode, "F")
    return half if letter in {"F", half} else "-"


def _write(lines: Sequence[Line], by: User | None, reason: str) -> tuple[int, int]:
    """Rows that change, in two statements; gives (changed, all)."""
    ids = {spell.pk for line in lines for spell in line.spells}
    months = {line.month.first for line in lines}
    stored = {
        (row.enrolment_id, row.month): row
        for row in AttendanceMonth.objects.filter(enrolment__in=ids, month__in=months)
    }
    closed = {month: closed_days(Month.of(month)) for month in months}
    moment, rows, notes, total = clock.now(), [], [], 0
    for line in lines:
        for spell in line.spells:
            total += 1
            row = stored.get((spell.pk, line.month.first))
            before = (
                row.days if row else letters.fresh(DateRange.of(spell.during), line.month, closed[line.month.first])
            )
            after = _letters(line, spell, before)
            if row is not None and after == row.days:
                continue
            row = row or AttendanceMonth(enrolment=spell, month=line.month.first, version=0)
            row.days, row.entered_at, row.entered_by, row.version = after, moment, by, row.version + 1
            rows.append(row)
            if reason:
                notes += [(row, day, letters.at(before, day), letters.at(after, day)) for day in line.month.days()]
    AttendanceMonth.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["enrolment", "month"],
        update_fields=["days", "entered_at", "entered_by", "version"],
    )
    AttendanceNote.objects.bulk_create(
        AttendanceNote(attendance=row, day=day, before=was, after=now, reason=reason[:200], at=moment, by=by)
        for row, day, was, now in notes
        if was != now
    )
    return len(rows), total


def _letters(line: Line, spell: Enrolment, before: str) -> str:
    """The spell's month: the row's letters on its days, what stood there where the row says nothing."""
    during, days = DateRange.of(spell.during), before
    for day in line.month.days():
        letter = letters.at(line.days, day)
        if day in during and letter != letters.NONE:
            others = sum(day in DateRange.of(other.during) for other in line.spells) - 1
            days = letters.put(days, day, shared(letter, spell.mode, others))
    return days


def _mark(lines: Sequence[Line]) -> None:
    """The months of every provider named."""
    found: dict[Month, set[int]] = defaultdict(set)
    for line in lines:
        found[line.month].add(line.provider_id)
    for month, ids in sorted(found.items()):
        facts_changed(sorted(ids), from_day=month.first, to_day=(month + 1).first, cause="attendance")
