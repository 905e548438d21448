"""What officers and owners read of filings: the queue by days left, the clock, the history."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, DateField, F, QuerySet, When
from django.utils.translation import gettext_lazy as _

from portal import dates, workdays
from portal.models import AuditEvent
from portal.problems import MissingCalendar
from providers.models import FilingCase, FilingState

WAITING = (FilingState.SUBMITTED, FilingState.RECEIVED)

VERBS = {
    "file": _("Handed in"),
    "receive": _("Receipt given"),
    "return_for_correction": _("Returned for correction"),
    "find_conforming": _("Found conforming: filed"),
    "find_non_conforming": _("Found not conforming"),
    "withdraw_filing": _("Withdrawn by the provider"),
}
KINDS = {"find_conforming": "good", "find_non_conforming": "bad", "return_for_correction": "warn"}


def with_due(filings: QuerySet[FilingCase]) -> QuerySet[FilingCase]:
    """Adds `due`: the day the running clock ends; None where no clock runs."""
    return filings.annotate(
        due=Case(
            When(state=FilingState.SUBMITTED, then=F("receipt_due")),
            When(state=FilingState.RECEIVED, then=F("decision_due")),
            output_field=DateField(null=True),
        )
    )


def queue(filings: QuerySet[FilingCase]) -> QuerySet[FilingCase]:
    """For the officer's list: what is due first comes first, decided ones after, newest first."""
    return (
        with_due(filings)
        .select_related("provider__street__parent")
        .defer("snapshot", "provider__street__parent__outline")
        .order_by(F("due").asc(nulls_last=True), "-submitted_at", "-pk")
    )


@dataclass(frozen=True, slots=True)
class Clock:
    """A statutory clock in working days: used of total, due on a day."""

    label: Any
    used: int
    total: int
    due: dt.date

    @property
    def left(self) -> int:
        """Working days left; negative when overdue."""
        return self.total - self.used


def days_left(due: dt.date | None, on: dt.date, calendar: Mapping[dt.date, bool]) -> int | None:
    """Working days left for a row of the queue; calendar days where the calendar of the year is missing."""
    if due is None:
        return None
    try:
        return dates.working_days_left(on, due, calendar)
    except dates.MissingCalendarYear:
        return (due - on).days


def clock_of(filing: FilingCase, on: dt.date) -> Clock | None:
    """The clock that runs for a filing, or None."""
    if filing.state == FilingState.SUBMITTED:
        label, start, due = _("Receipt"), filing.submitted_at, filing.receipt_due
    elif filing.state == FilingState.RECEIVED:
        label, start, due = _("Decision"), filing.received_at, filing.decision_due
    else:
        return None
    if start is None or due is None:
        return None
    try:
        total = workdays.left(dates_of(start), due)
        return Clock(label, total - workdays.left(on, due), total, due)
    except MissingCalendar:
        return None


def dates_of(moment: dt.datetime) -> dt.date:
    """The day of a moment in the city."""
    return moment.astimezone(dt.timezone(dt.timedelta(hours=8))).date()


def history(filing: FilingCase) -> list[dict[str, Any]]:
    """The timeline of a filing, newest first; one query."""
    events = AuditEvent.objects.filter(subject=f"providers.FilingCase:{filing.public_id}").select_related("actor")
    return [
        {
            "title": VERBS.get(event.verb, event.verb),
            "at": event.at,
            "by": str(event.actor) if event.actor else "",
            "text": "",
            "kind": KINDS.get(event.verb, "neutral"),
        }
        for event in events.order_by("-id")
    ]
