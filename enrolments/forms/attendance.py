"""The attendance grid of a month and the list of one day: what was typed, cell by cell, kept on every error."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from enrolments import letters
from enrolments.actions.attendance import FAULTS, ChangedMeanwhile, Clash, WrongCell
from enrolments.letters import Change
from enrolments.models import Enrolment
from enrolments.rules import PRESENT
from portal.dates import DateRange, Month

MEANINGS = {
    "F": _l("full day"),
    "A": _l("morning"),
    "P": _l("afternoon"),
    "S": _l("sick"),
    "L": _l("leave"),
    "C": _l("closed"),
    "-": _l("absent"),
    ".": _l("not entered"),
}
PRESENT_IN = {"full": "F", "am": "A", "pm": "P"}
ALL_PRESENT = "all-present"


def name_of(spell: Enrolment) -> str:
    """What a row is called: the mask, or the key of a child that came without an identity."""
    identity = getattr(spell.child, "identity", None)
    return identity.mask.split()[0] + " " + spell.child.key[-4:] if identity else spell.child.key


@dataclass
class Cell:
    """One day of one child: `base` is what the page was opened on, `value` what stands in the field."""

    id: str
    day: dt.date
    base: str
    value: str
    open: bool  # inside the spell
    rest: bool  # a day nobody works
    fault: str = ""

    @property
    def shown(self) -> str:
        """What stands in the field: a day not entered yet is an empty one."""
        return "" if self.value == letters.NONE else self.value

    @property
    def css(self) -> str:
        """Shade of the column."""
        return "off" if self.rest or not self.open else ""


@dataclass
class Row:
    """One child of a class."""

    spell: Enrolment
    name: str
    base: str
    cells: list[Cell]
    present: int = 0


@dataclass
class Fault:
    """A wrong cell, to be linked from the top of the page."""

    href: str
    text: str


@dataclass
class MonthForm:
    """A class's month as a grid. `data` is what was sent; without it the stored letters stand in the fields."""

    spells: Sequence[Enrolment]
    month: Month
    closed: Iterable[dt.date]
    data: Mapping[str, Any] | None = None
    days: Sequence[dt.date] = ()
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    clashes: list[tuple[str, Clash]] = field(default_factory=list)
    reason: str = ""
    names: Mapping[int, str] = field(default_factory=dict)
    refused: str = ""  # what the whole form was refused for

    def __post_init__(self) -> None:
        self.days = self.days or list(self.month.days())
        self.closed = frozenset(self.closed)
        self.reason = str((self.data or {}).get("reason", "")).strip()[:200]
        self.rows = [self._row(spell) for spell in self.spells]

    def _row(self, spell: Enrolment) -> Row:
        """Stored letters, or what was typed over them."""
        during = DateRange.of(spell.during)
        entered = getattr(spell, "entered", ())
        stored = entered[0].days if entered else letters.fresh(during, self.month, self.closed)
        base = self._sent(f"b{spell.pk}", stored)
        base = base if len(base) == letters.LENGTH and set(base) <= set(letters.LETTERS) else stored
        row = Row(spell, self.names.get(spell.pk) or name_of(spell), base, [])
        for day in self.days:
            old = letters.at(base, day)
            inside = day in during
            typed = self._sent(f"d{spell.pk}-{day.day}", old) if inside else letters.NONE
            row.cells.append(Cell(f"d{spell.pk}-{day.day}", day, old, typed, inside, day in self.closed))
        row.present = sum(letter in PRESENT for letter in base)
        return row

    def _sent(self, name: str, stored: str) -> str:
        return stored if self.data is None else str(self.data.get(name, stored))

    def changes(self) -> list[Change]:
        """The cells that were changed; unknown letters become faults."""
        found = []
        for row in self.rows:
            for cell in row.cells:
                if not cell.open:
                    continue
                letter = letters.letter_of(cell.value)
                if letter is None:
                    self._fault(row, cell, "LETTER")
                elif letter != cell.base:
                    found.append(Change(row.spell.pk, cell.day, cell.base, letter))
        return found

    def fill_present(self, day: dt.date) -> None:
        """Everybody not entered on the day came as booked."""
        for row in self.rows:
            for cell in row.cells:
                if cell.day == day and cell.open and letters.letter_of(cell.value) == letters.NONE:
                    cell.value = PRESENT_IN[row.spell.mode]

    def wrong(self, error: WrongCell) -> None:
        """Show what the action refused, at its cells."""
        for row, cell in self._cells():
            if fault := error.cells.get((row.spell.pk, cell.day)):
                self._fault(row, cell, fault)

    def clash(self, error: ChangedMeanwhile) -> None:
        """Show who changed what; sent again, what is typed here wins."""
        theirs = {(clash.enrolment_id, clash.day): clash for clash in error.clashes}
        for row, cell in self._cells():
            if found := theirs.get((row.spell.pk, cell.day)):
                cell.fault = _("now %(letter)s") % {"letter": found.theirs}
                cell.base = found.theirs
                row.base = letters.put(row.base, cell.day, found.theirs)
                self.clashes.append((row.name, found))

    def _cells(self) -> Iterable[tuple[Row, Cell]]:
        return ((row, cell) for row in self.rows for cell in row.cells)

    def _fault(self, row: Row, cell: Cell, fault: str) -> None:
        cell.fault = str(FAULTS[fault])
        self.faults.append(Fault(cell.id, f"{row.name}, {cell.day.isoformat()}: {cell.fault}"))


@dataclass
class DayForm(MonthForm):
    """One day of every child, for a phone: a choice of letters each."""

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """What can be chosen for a day."""
        return [(letter, MEANINGS[letter]) for letter in "FAPSL-C"]
