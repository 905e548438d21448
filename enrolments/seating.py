"""Who sits where: whether a spell fits a class day by day, and which numbered place it takes on which days.

Pure. A class has places with validity; a demand is a child for one or both halves of the day over a span. Place numbers
mean nothing to a child, so a demand may change places on a day: then it fits exactly when, on every day, each half of
the day has fewer children than places (proof at `_make_room`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from portal.dates import DateRange

AM, PM, FULL = 1, 2, 3  # halves of a day as bits: a full day is both
HALVES_OF_MODE = {"full": FULL, "am": AM, "pm": PM}
FOREVER = date.max


@dataclass(frozen=True, slots=True)
class Seat:
    """A place that can be taken on the days of its validity."""

    id: int
    during: DateRange


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a spell on one place."""

    seat: int
    during: DateRange


@dataclass(frozen=True, slots=True)
class Demand:
    """A child who needs `halves` (AM, PM or FULL) of a place; `now` is where it sits already, kept where possible."""

    key: Hashable
    halves: int
    during: DateRange
    now: tuple[Segment, ...] = ()


class Full(Exception):
    """On `day` a half of the day has no place left."""

    def __init__(self, day: date) -> None:
        self.day = day
        super().__init__(day.isoformat())


def end_of(during: DateRange) -> date:
    """The first day after, far away while open."""
    return during.end or FOREVER


def span(start: date, end: date) -> DateRange:
    """The way back from `end_of`."""
    return DateRange(start, None if end == FOREVER else end)


# --- counting: does it fit? ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Level:
    """From `start` to `end`: places there are, and children in the morning and in the afternoon."""

    start: date
    end: date
    places: int
    am: int
    pm: int

    def free(self, halves: int) -> int:
        """How many more children fit in these halves."""
        taken = max(self.am if halves & AM else 0, self.pm if halves & PM else 0)
        return self.places - taken


def levels(seats: Iterable[Seat], demands: Iterable[Demand], within: DateRange) -> list[Level]:
    """The steps of the counts over `within`, in order and without gaps."""
    first, last = within.start, end_of(within)
    steps: dict[date, list[int]] = {first: [0, 0, 0]}

    def add(during: DateRange, column: int) -> None:
        start, end = max(during.start, first), min(end_of(during), last)
        if start < end:
            steps.setdefault(start, [0, 0, 0])[column] += 1
            if end < last:
                steps.setdefault(end, [0, 0, 0])[column] -= 1

    for seat in seats:
        add(seat.during, 0)
    for demand in demands:
        if demand.halves & AM:
            add(demand.during, 1)
        if demand.halves & PM:
            add(demand.during, 2)
    found, counts = [], [0, 0, 0]
    days = sorted(steps)
    for day, following in zip(days, [*days[1:], last], strict=True):
        counts = [count + change for count, change in zip(counts, steps[day], strict=True)]
        found.append(Level(day, following, *counts))
    return found


def free_over(seats: Iterable[Seat], demands: Iterable[Demand], during: DateRange, halves: int) -> int:
    """How many more children fit on every day of the span; negative where the class is over-full already."""
    return min(level.free(halves) for level in levels(seats, demands, during))


def first_full_day(seats: Iterable[Seat], demands: Iterable[Demand], during: DateRange, halves: int) -> date | None:
    """The first day of the span without a place left, or None."""
    return next((level.start for level in levels(seats, demands, during) if level.free(halves) < 1), None)


def first_free_day(seats: Iterable[Seat], demands: Iterable[Demand], during: DateRange, halves: int) -> date | None:
    """The first day from which one more child fits to the end of the span, or None when there is none."""
    day: date | None = during.start
    for level in levels(seats, demands, during):
        if level.free(halves) < 1:
            day = None if level.end == end_of(during) else level.end
    return day


# --- seating: where? --------------------------------------------------------------------------------------------------


class _Day:
    """The places of one stretch of days and who holds which half of each."""

    def __init__(self, seats: Sequence[Seat]) -> None:
        self.until = {seat.id: end_of(seat.during) for seat in seats}
        self.holders: dict[int, dict[int, Demand]] = {seat.id: {} for seat in seats}  # seat -> half -> demand
        self.seat_of: dict[Hashable, int] = {}

    def open_at(self, seat: int | None, halves: int) -> bool:
        return seat in self.holders and not any(halves & half for half in self.holders[seat])

    def sit(self, demand: Demand, seat: int) -> None:
        self.seat_of[demand.key] = seat
        self.holders[seat].update(dict.fromkeys(_halves(demand.halves), demand))

    def leave(self, demand: Demand) -> None:
        held = self.holders[self.seat_of.pop(demand.key)]
        for half in _halves(demand.halves):
            del held[half]

    def best_for(self, demand: Demand) -> int | None:
        """A place open for it: share a half-taken one first, then one that lasts long enough and not much longer."""
        wanted = end_of(demand.during)
        choices = [
            (not self.holders[seat], self.until[seat] < wanted, self.until[seat], seat)
            for seat in self.holders
            if self.open_at(seat, demand.halves)
        ]
        return min(choices)[3] if choices else None


def _halves(halves: int) -> Iterator[int]:
    return (half for half in (AM, PM) if halves & half)


def _make_room(day: _Day) -> int | None:
    """Empty a place for a full day by letting a morning child join an afternoon child; None when that cannot be.

    With c places, f full-day children, a mornings and p afternoons, one more full day fits by count when f + a < c and
    f + p < c. If no place is empty and none had only its morning taken, every place would have its afternoon taken:
    f + p = c, against the count. The same holds the other way round, so one of each exists; joining them empties one.
    """
    alone = {half: [s for s, held in day.holders.items() if list(held) == [half]] for half in (AM, PM)}
    if not alone[AM] or not alone[PM]:
        return None
    emptied, joined = alone[AM][-1], alone[PM][0]
    child = day.holders[emptied][AM]
    day.leave(child)
    day.sit(child, joined)
    return emptied


def _seat_now(demand: Demand, day: date) -> int | None:
    return next((segment.seat for segment in demand.now if day in segment.during), None)


def assign(seats: Sequence[Seat], demands: Sequence[Demand], since: date) -> dict[Hashable, list[Segment]]:
    """Give every demand places from `since` on, changing as few as it easily can, or raise `Full` with the first day.

    Days before `since` are left out of the answer. Order of the demands is the order of preference.
    """
    if not demands:
        return {}
    days = {since}
    for during in [seat.during for seat in seats] + [demand.during for demand in demands]:
        days.update(day for day in (during.start, end_of(during)) if since < day < FOREVER)
    for demand in demands:
        days.update(segment.during.start for segment in demand.now if since < segment.during.start)
    cuts = [*sorted(days), FOREVER]
    answer: dict[Hashable, list[Segment]] = {demand.key: [] for demand in demands}
    before: dict[Hashable, int] = {}
    for start, end in pairwise(cuts):
        day = _one_stretch(
            [seat for seat in seats if start in seat.during],
            [demand for demand in demands if start in demand.during],
            start,
            before,
        )
        before = day.seat_of
        for key, seat in before.items():
            _extend(answer[key], seat, span(start, end))
    return answer


def _one_stretch(seats: Sequence[Seat], demands: Sequence[Demand], start: date, before: dict[Hashable, int]) -> _Day:
    """Seat everybody of one stretch of days: where they sat, where they are booked, else where there is room."""
    day = _Day(seats)
    waiting = []
    for demand in demands:  # who sat somewhere stays, if the place does
        seat = before.get(demand.key)
        day.sit(demand, seat) if seat is not None and day.open_at(seat, demand.halves) else waiting.append(demand)
    still = []
    for demand in waiting:
        seat = _seat_now(demand, start)
        day.sit(demand, seat) if seat is not None and day.open_at(seat, demand.halves) else still.append(demand)
    for demand in sorted(still, key=lambda demand: demand.halves != FULL):
        seat = day.best_for(demand)
        if seat is None and demand.halves == FULL:
            seat = _make_room(day)
        if seat is None:
            raise Full(start)
        day.sit(demand, seat)
    return day


def _extend(segments: list[Segment], seat: int, during: DateRange) -> None:
    """Append days on a place, joining them to the last segment when nothing changes."""
    if segments and segments[-1].seat == seat and segments[-1].during.end == during.start:
        segments[-1] = Segment(seat, DateRange(segments[-1].during.start, during.end))
    else:
        segments.append(Segment(seat, during))
