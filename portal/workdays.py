"""Working days over the calendar table (make-up days included); a missing year is said, never guessed."""

import datetime as dt
from collections.abc import Mapping

from portal import dates
from portal.models import CalendarDay
from portal.problems import MissingCalendar


def calendar() -> Mapping[dt.date, bool]:
    """The whole calendar as day -> is it a working day; one query, some thousand rows."""
    return dict(CalendarDay.objects.values_list("day", "working"))


def _told(function, *args):  # type: ignore[no-untyped-def]
    try:
        return function(*args, calendar())
    except dates.MissingCalendarYear as missing:
        raise MissingCalendar(year=missing.year) from missing


def add(day: dt.date, working_days: int) -> dt.date:
    """The day a term of so many working days ends, counting from the day after. Raises MissingCalendar."""
    return _told(dates.add_working_days, day, working_days)


def left(on: dt.date, due: dt.date) -> int:
    """Working days still to come up to and including `due`; negative once it has passed. Raises MissingCalendar."""
    return _told(dates.working_days_left, on, due)


def on_or_after(day: dt.date) -> dt.date:
    """The day itself or the next working day. Raises MissingCalendar."""
    return _told(dates.on_or_after, day)


def is_working(day: dt.date) -> bool:
    """Whether people work that day. Raises MissingCalendar."""
    return _told(dates.is_working_day, day)


def in_month(month: dt.date) -> int:
    """How many working days the month of this day holds. Raises MissingCalendar."""
    return _told(dates.working_days_in, dates.Month.of(month).during)
