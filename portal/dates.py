"""Days, months and spans as the law counts them: half-open ranges, completed months of age, working days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple, Self

from portal.wording import N_, Fault

ONE_DAY = timedelta(days=1)


# --- Spans ------------------------------------------------------------------------------------------------------


class _Bounds(NamedTuple):
    start: date
    end: date | None


class DateRange(_Bounds):
    """Days from `start` up to but not including `end`; no end means still open.

    It is a (start, end) pair, so a range column takes it as it stands; `of` reads what such a column gives back.
    """

    __slots__ = ()

    def __new__(cls, start: date, end: date | None = None) -> Self:
        if end is not None and end <= start:
            message = N_("The last day must not be before the first day (%(start)s).")
            raise Fault("EMPTY_RANGE", message, start=start.isoformat())
        return super().__new__(cls, start, end)

    @classmethod
    def of(cls, bounds: object) -> Self:
        """From anything with half-open `lower` and `upper`."""
        return cls(bounds.lower, bounds.upper)  # type: ignore[attr-defined]

    @classmethod
    def inclusive(cls, first: date, last: date | None = None) -> Self:
        """From a first and last day as people write them (以内 includes the number, Civil Code art. 1259)."""
        return cls(first, None if last is None else last + ONE_DAY)

    @property
    def last(self) -> date | None:
        """The last day inside, as printed; None while open."""
        return None if self.end is None else self.end - ONE_DAY

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: DateRange) -> bool:
        return self.intersection(other) is not None

    def intersection(self, other: DateRange) -> DateRange | None:
        """The days in both, or None."""
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        end = min(ends, default=None)
        return None if end is not None and end <= start else DateRange(start, end)

    def covers(self, other: DateRange) -> bool:
        """Whether every day of the other lies inside."""
        return self.intersection(other) == other

    @property
    def length(self) -> int:
        """How many days; an open range has no length and raises ValueError."""
        if self.end is None:
            raise ValueError(f"the range from {self.start} is open")
        return (self.end - self.start).days

    def days(self) -> Iterator[date]:
        """Every day inside, in order."""
        return (self.start + timedelta(days=n) for n in range(self.length))


# --- Months -----------------------------------------------------------------------------------------------------


class Month(NamedTuple):
    """A calendar month; months sort, and `month + 1` is the next one."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """From "2025-07". Raises Fault."""
        year, dash, number = text.strip().partition("-")
        written_well = dash and len(year) == 4 and len(number) == 2 and (year + number).isascii()
        if not (written_well and (year + number).isdigit() and 1 <= int(number) <= 12 and 1900 <= int(year) < 2200):
            raise Fault("MONTH_FORMAT", N_('"%(text)s" is not a month. Write it like 2025-07.'), text=text)
        return cls(int(year), int(number))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def __add__(self, months: int) -> Month:  # type: ignore[override]
        years, month = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, month + 1)

    def __sub__(self, months: int) -> Month:
        return self + -months

    def since(self, earlier: Month) -> int:
        """How many months after the earlier one."""
        return (self.year - earlier.year) * 12 + self.number - earlier.number

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, self.length)

    @property
    def length(self) -> int:
        return monthrange(self.year, self.number)[1]

    @property
    def during(self) -> DateRange:
        return DateRange(self.first, (self + 1).first)

    def days(self) -> Iterator[date]:
        return self.during.days()


def months_of(during: DateRange) -> list[Month]:
    """Every month the closed range touches, in order."""
    first, last = Month.of(during.start), Month.of(during.start + timedelta(days=during.length - 1))
    return [first + n for n in range(last.since(first) + 1)]


def cap_year(month: Month, start_month: int = 1) -> list[Month]:
    """The twelve months of the cap year that holds `month`, for a year that begins in `start_month` (9 = September)."""
    first = Month(month.year - (month.number < start_month), start_month)
    return [first + n for n in range(12)]


# --- Ages -------------------------------------------------------------------------------------------------------


def add_months(day: date, months: int) -> date:
    """The corresponding day (对应日) so many months on; without one, the month's last day (Civil Code art. 202)."""
    month = Month.of(day) + months
    return month.first.replace(day=min(day.day, month.length))


def completed_months(birth: date, on: date) -> int:
    """Completed months of age (满月龄) on a day: a month is complete on the corresponding day, or on the last day of
    a month that has none (Civil Code art. 202). Born 31 January: one month on 28 February. Born 29 February 2024:
    twelve months on 28 February 2025. Before birth it is negative.
    """
    months = Month.of(on).since(Month.of(birth))
    return months - (on < add_months(birth, months))


# --- Working days -----------------------------------------------------------------------------------------------

WorkCalendar = Mapping[date, bool]
"""Every day of each known year → is it a working day (holidays and make-up days 调休 already applied)."""


class MissingCalendarYear(Fault):
    """The calendar has no working days for a year yet; names the year for the officer in charge, never guesses."""

    def __init__(self, year: int) -> None:
        self.year = year
        message = N_(
            "The working-day calendar of %(year)s has not been entered. Enter it before counting days in that year."
        )
        super().__init__("MISSING_CALENDAR_YEAR", message, year=year)


def calendar_year(year: int, *, holidays: Collection[date], make_up_days: Collection[date]) -> dict[date, bool]:
    """One full year: weekdays work but for the holidays; make-up days (调休) work whatever weekday they are."""
    whole_year = DateRange(date(year, 1, 1), date(year + 1, 1, 1))
    return {day: day in make_up_days or (day.weekday() < 5 and day not in holidays) for day in whole_year.days()}


def is_working_day(day: date, calendar: WorkCalendar) -> bool:
    """Raises MissingCalendarYear."""
    try:
        return calendar[day]
    except KeyError:
        raise MissingCalendarYear(day.year) from None


def add_working_days(day: date, working_days: int, calendar: WorkCalendar) -> date:
    """The day on which a term of so many working days ends, counting from the day after (Civil Code art. 201).

    A negative number counts back. Zero is the day itself. Raises MissingCalendarYear.
    """
    step = ONE_DAY if working_days > 0 else -ONE_DAY
    left = abs(working_days)
    while left:
        day += step
        left -= is_working_day(day, calendar)
    return day


def on_or_after(day: date, calendar: WorkCalendar) -> date:
    """The day itself or the next working day: a term that ends on a holiday ends after it (Civil Code art. 203)."""
    while not is_working_day(day, calendar):
        day += ONE_DAY
    return day


def working_days_in(during: DateRange, calendar: WorkCalendar) -> int:
    """How many working days the closed range holds. Raises MissingCalendarYear."""
    return sum(is_working_day(day, calendar) for day in during.days())


def working_days_left(on: date, due: date, calendar: WorkCalendar) -> int:
    """Working days still to come after `on` up to and including `due`; negative once it has passed."""
    if due >= on:
        return working_days_in(DateRange(on + ONE_DAY, due + ONE_DAY), calendar) if due > on else 0
    return -working_days_in(DateRange(due + ONE_DAY, on + ONE_DAY), calendar)
