"""Attendance as letters: a child's month is 31 of them, and what they are worth in days (出勤).

F full day, A morning, P afternoon, S sick, L leave, C closed, - absent, . outside the spell or not entered yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.dates import DateRange, Month
from portal.wording import N_, Fault

LETTERS = "FAPSLC-."
LENGTH = 31
OUTSIDE, CLOSED = ".", "C"
PRESENT = {"F": frozenset({0, 1}), "A": frozenset({0}), "P": frozenset({1})}  # letter → halves of the day present
BOOKED = {"full": frozenset({0, 1}), "am": frozenset({0}), "pm": frozenset({1})}  # mode of care → halves booked
ANY_HALF, BOTH_HALVES = "ANY_HALF", "BOTH_HALVES"


# --- One month of letters ---------------------------------------------------------------------------------------


def check_letters(letters: str, month: Month, during: DateRange) -> str:
    """The letters, if they are 31, known, and nothing but `.` outside the spell. Raises Fault naming the day.

    A `.` inside the spell is a day not entered yet.
    """
    if len(letters) != LENGTH:
        message = N_("A month of attendance has 31 letters; this one has %(length)s.")
        raise Fault("LETTERS_LENGTH", message, length=len(letters))
    for number, letter in enumerate(letters, 1):
        if letter not in LETTERS:
            message = N_(
                'Day %(day)s: "%(letter)s" is not an attendance letter. Use F, A, P, S, L, C, - or a full stop.'
            )
            raise Fault("LETTER_UNKNOWN", message, day=number, letter=letter)
        if letter == OUTSIDE:
            continue
        if number > month.length:
            message = N_("Day %(day)s: %(month)s has no such day, write a full stop.")
            raise Fault("LETTER_NO_SUCH_DAY", message, day=number, month=str(month))
        if date(month.year, month.number, number) not in during:
            message = N_("Day %(day)s: the child is not enrolled on this day, write a full stop.")
            raise Fault("LETTER_OUTSIDE", message, day=number)
    return letters


def attended(letter: str, mode: str, presence: str = ANY_HALF) -> bool:
    """Whether a day counts: present in a booked half, or in every booked half."""
    booked, present = BOOKED[mode], PRESENT.get(letter, frozenset())
    return booked <= present if presence == BOTH_HALVES else bool(booked & present)


def days_attended(letters: str, mode: str, presence: str = ANY_HALF) -> int:
    """How many days of the month count as attended in this mode of care."""
    return sum(attended(letter, mode, presence) for letter in letters)


def longest_absence(letters: str) -> int:
    """The longest run of open days without the child (缺勤追踪); days closed or not entered do not break it."""
    longest = current = 0
    for letter in letters:
        if letter in (OUTSIDE, CLOSED):
            continue
        current = 0 if letter in PRESENT else current + 1
        longest = max(longest, current)
    return longest


# --- A child's month at one provider: its spells summed --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of care in one class and mode, with its letters of the month."""

    during: DateRange
    band: str
    mode: str
    letters: str


@dataclass(frozen=True, slots=True)
class ChildMonth:
    """What a subsidy reads of a child's month at one provider."""

    days_attended: int
    days_enrolled: int
    band: str
    mode: str
    first_day: date  # of the month's spells
    last_day: date


def part_in_month(during: DateRange, month: Month) -> DateRange | None:
    """The part of a spell that lies in the month; None when none does."""
    return during.intersection(month.during)


def child_month(spells: Iterable[Spell], month: Month, presence: str = ANY_HALF) -> ChildMonth | None:
    """The month at one provider: days summed; band and mode of the spell with most days attended (tie: the later).

    A day in two spells (a morning in one class, an afternoon in another) is one day. None without a day enrolled.
    """
    inside = [(part, spell) for spell in spells if (part := part_in_month(spell.during, month))]
    if not inside:
        return None
    inside.sort(key=lambda pair: pair[0].start)
    came, enrolled = set(), set()
    for part, spell in inside:
        for day in part.days():
            enrolled.add(day)
            if attended(spell.letters[day.day - 1], spell.mode, presence):
                came.add(day)
    _, main = max(inside, key=lambda pair: (days_attended(pair[1].letters, pair[1].mode, presence), pair[0].start))
    return ChildMonth(len(came), len(enrolled), main.band, main.mode, min(enrolled), max(enrolled))
