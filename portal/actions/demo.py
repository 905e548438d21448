"""Move the demo city's day; nothing else may."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, clock, workdays
from portal.dates import ONE_DAY
from portal.models import User
from portal.problems import Refusal


class NoDemo(Refusal):
    """Only a demo city has a day of its own."""

    code = "no-demo"
    status = 404
    text = _("Only the demo has a day of its own.")


def set_day(day: dt.date, *, by: User | None) -> dt.date:
    """Make it this day in the demo city. What the night would have done is `portal.tasks.new_day`, called next."""
    if not settings.DEMO or clock.demo_day() is None:
        raise NoDemo
    before = clock.today()
    with transaction.atomic():
        clock.set_demo_day(day)
        audit.record("portal.DemoDay:1", "set_demo_day", by=by, before=before.isoformat(), after=day.isoformat())
    return day


def next_workday(*, by: User | None) -> dt.date:
    """The button “next working day”. Raises MissingCalendar when the calendar ends."""
    return set_day(workdays.on_or_after(clock.today() + ONE_DAY), by=by)
