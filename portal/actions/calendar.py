"""The working-day calendar (工作日历): first filling by year, single days changed by officials."""

import datetime as dt
from collections.abc import Iterable

import chinese_calendar
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.models import Area, CalendarDay, Role, User
from portal.permissions import has_role
from portal.problems import NotAllowed, Refusal

MAKE_UP = "调休上班"


class NoPublishedYear(Refusal):
    """The package with the State Council's yearly notices does not know this year."""

    code = "no-published-year"
    text = _("The holidays of %(year)s are not known here. Enter the year by hand: weekdays first, then the changes.")


def published_year(year: int) -> list[CalendarDay]:
    """A year as the State Council's notice has it (chinesecalendar). Raises NoPublishedYear."""
    day = dt.date(year, 1, 1)
    days = []
    while day.year == year:
        try:
            working = chinese_calendar.is_workday(day)
            _free, holiday = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError as error:
            raise NoPublishedYear(year=year) from error
        name = ""
        if working and day.weekday() >= 5:
            name = MAKE_UP
        elif not working and holiday:
            name = chinese_calendar.Holiday(holiday).chinese
        days.append(CalendarDay(day=day, working=working, name=name))
        day += dt.timedelta(days=1)
    return days


def plain_year(year: int) -> list[CalendarDay]:
    """A year with weekdays as working days, to be changed by hand where no notice is known."""
    first = dt.date(year, 1, 1)
    length = (dt.date(year + 1, 1, 1) - first).days
    days = (first + dt.timedelta(days=n) for n in range(length))
    return [CalendarDay(day=day, working=day.weekday() < 5) for day in days]


@transaction.atomic
def fill_years(years: Iterable[int], *, by: User | None, by_hand: bool = False) -> int:
    """Add the days of years that are missing; days that stand, perhaps changed by an officer, are left alone.

    `by_hand` starts from plain weekdays. Gives how many days were added. Raises NoPublishedYear.
    """
    if by is not None and not may_edit(by):
        raise NotAllowed
    wanted = [day for year in years for day in (plain_year(year) if by_hand else published_year(year))]
    standing = set(CalendarDay.objects.filter(day__in=[d.day for d in wanted]).values_list("day", flat=True))
    new = [day for day in wanted if day.day not in standing]
    CalendarDay.objects.bulk_create(new)
    if new:
        audit.record(
            "portal.CalendarDay:year", "fill_calendar", by=by, area_path=_root(), days=len(new),
            years=sorted({day.day.year for day in new}),
        )  # fmt: skip
    return len(new)


@transaction.atomic
def set_day(day: dt.date, *, working: bool, name: str, by: User) -> CalendarDay:
    """An officer makes one day a working day or a rest day, as a notice of the State Council or the city says."""
    if not may_edit(by):
        raise NotAllowed
    row = CalendarDay.objects.select_for_update(no_key=True).filter(day=day).first()
    if row is None:
        raise NoPublishedYear(year=day.year)
    if (row.working, row.name) == (working, name):
        return row
    before = "work" if row.working else "rest"
    row.working, row.name = working, name
    row.save(update_fields=["working", "name"])
    audit.record(
        f"portal.CalendarDay:{day.isoformat()}", "set_calendar_day", by=by, area_path=_root(), before=before,
        after="work" if working else "rest", name=name,
    )  # fmt: skip
    return row


def may_edit(user: User) -> bool:
    """City officers keep the calendar."""
    return has_role(user, Role.CITY)


def _root() -> str:
    """The path all events of the calendar belong to: the root of the tree."""
    return Area.objects.filter(parent=None).order_by("code").values_list("path", flat=True).first() or ""
