"""Writing a month of attendance letter by letter: what a fresh one says, what is missing, what may stand where. Pure.

What the letters are worth is `enrolments.rules`. A dot inside the spell is a day not entered yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from enrolments.rules import CLOSED, LENGTH, LETTERS, OUTSIDE
from portal.dates import DateRange, Month
from portal.identifiers import tidy

NONE = OUTSIDE  # outside the spell, or inside and not entered yet
AHEAD = frozenset("LC.")  # what can be known before the day: leave, closing
TYPED = {"√": "F", "1": "F", "0": "-", "—": "-", "－": "-", "X": "-", "×": "-", "。": ".", "·": ".", "": "."}
# What people write on paper: whole, morning, afternoon, sick, leave (two words), closed, absent.
TYPED |= dict(zip("全上下病事假休缺", "FAPSLLC-", strict=True))


@dataclass(frozen=True, slots=True)
class Change:
    """One cell: what the person saw and what it shall be."""

    enrolment_id: int
    day: date
    before: str
    after: str


def letter_of(typed: str) -> str | None:
    """The letter a person means, or None. Small and full-width letters and the words of paper forms do."""
    text = tidy(typed)
    return TYPED.get(text, text) if TYPED.get(text, text) in set(LETTERS) else None


def fresh(during: DateRange, month: Month, closed: Iterable[date]) -> str:
    """A month nobody has entered: closed days of the spell are known, everything else is open."""
    shut = set(closed)
    days = [CLOSED if day in during and day in shut else NONE for day in month.days()]
    return "".join(days).ljust(LENGTH, NONE)


def at(days: str, day: date) -> str:
    """The letter of a day."""
    return days[day.day - 1]


def put(days: str, day: date, letter: str) -> str:
    """The month with one letter changed."""
    return days[: day.day - 1] + letter + days[day.day :]


def cut(days: str, month: Month, since: date) -> str:
    """The month without anything from a day on."""
    keep = 0 if since <= month.first else min((since - month.first).days, LENGTH)
    return days[:keep].ljust(LENGTH, NONE)


def missing(days: str, during: DateRange, month: Month, closed: Iterable[date], until: date) -> Iterator[date]:
    """Open days of the spell up to and including `until` without an entry."""
    shut = set(closed)
    for day in month.days():
        if day <= until and day in during and day not in shut and at(days, day) == NONE:
            yield day


def fault_of(letter: str, day: date, during: DateRange, on: date) -> str | None:
    """Why a letter cannot stand on a day: `LETTER`, `OUTSIDE` the spell, `AHEAD` of the day; None when it can."""
    if letter not in set(LETTERS):
        return "LETTER"
    if letter != NONE and day not in during:
        return "OUTSIDE"
    if letter not in AHEAD and day > on:
        return "AHEAD"
    return None
