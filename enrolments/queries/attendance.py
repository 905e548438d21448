"""Reading a provider's month of attendance: spells, letters, what is missing, whether it is confirmed or locked."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet

from enrolments.models import AttendanceMonth, Enrolment, EnrolmentState
from portal.dates import Month
from portal.models import CalendarDay
from providers.models import MonthReturn

ITEM = "attendance"  # the row of the month page that this app owns
STATEMENT = "statement"  # the row that confirms the month's claim: from then on a change is a correction

MISSING = """
SELECT e.provider_id, m.month, count(*), count(DISTINCT e.id)
FROM unnest(%(months)s::date[]) m (month)
JOIN portal_calendarday c
  ON c.working AND c.day >= m.month AND c.day < m.month + interval '1 month' AND c.day <= %(until)s
JOIN enrolments_enrolment e ON e.provider_id = ANY(%(providers)s) AND e.state <> 'ANNULLED' AND e.during @> c.day
LEFT JOIN enrolments_attendancemonth a ON a.enrolment_id = e.id AND a.month = m.month
WHERE coalesce(substr(a.days, extract(day FROM c.day)::int, 1), '.') = '.'
GROUP BY e.provider_id, m.month
"""


def spells(provider_id: int, month: Month) -> QuerySet[Enrolment]:
    """The provider's spells with a day in the month."""
    return Enrolment.objects.filter(provider=provider_id, during__overlap=tuple(month.during)).exclude(
        state=EnrolmentState.ANNULLED
    )


def with_month(queryset: QuerySet[Enrolment], month: Month) -> QuerySet[Enrolment]:
    """Each spell with `.entered`: a list of its one row of the month, or none."""
    rows = AttendanceMonth.objects.filter(month=month.first).select_related("entered_by")
    return queryset.select_related("child__identity", "class_group").prefetch_related(
        Prefetch("attendance", rows, to_attr="entered")
    )


def closed_days(month: Month) -> frozenset[dt.date]:
    """Days of the month on which nobody works, by the calendar; none where the calendar is missing."""
    days = CalendarDay.objects.filter(day__range=(month.first, month.last), working=False)
    return frozenset(days.values_list("day", flat=True))


def calendar_known(month: Month) -> bool:
    """Whether the working-day calendar has the month."""
    return CalendarDay.objects.filter(day=month.first).exists()


def missing_by_month(
    provider_ids: Sequence[int], months: Sequence[Month], *, until: dt.date
) -> dict[tuple[int, dt.date], tuple[int, int]]:
    """(provider, month) -> (entries missing on working days up to `until`, children they belong to)."""
    params: dict[str, Any] = {
        "providers": list(provider_ids),
        "months": [month.first for month in months],
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(MISSING, params)
        return {(provider, month): (days, children) for provider, month, days, children in cursor.fetchall()}


def missing(provider_id: int, month: Month, *, until: dt.date) -> int:
    """How many entries of one provider's month are missing on working days up to `until`."""
    found = missing_by_month([provider_id], [month], until=until)
    return found.get((provider_id, month.first), (0, 0))[0]


def confirmed(provider_id: int, month: Month) -> MonthReturn | None:
    """Who confirmed the month's attendance and when."""
    rows = MonthReturn.objects.filter(provider=provider_id, month=month.first, item=ITEM)
    return rows.select_related("confirmed_by").first()


def is_locked(provider_id: int, month: Month) -> bool:
    """Whether the month's statement is confirmed, so that a change is a correction with a reason."""
    return MonthReturn.objects.filter(provider=provider_id, month=month.first, item=STATEMENT).exists()
