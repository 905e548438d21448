"""Remind a provider's people of hazards whose day comes near or has passed; once each (domain §6.2)."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from inspections.actions.visits import people_of
from inspections.models import Finding, FindingState
from portal import outbox
from portal.models import User
from providers.actions.news import said

NEAR = dt.timedelta(days=3)


def remind(on: dt.date) -> int:
    """Tell of every open finding that is due within three days, and of the overdue ones its inspectors too.

    Running it again tells nothing twice. Gives how many findings it looked at.
    """
    rows = Finding.objects.filter(state=FindingState.OPEN, due_on__lte=on + NEAR)
    found = list(rows.select_related("provider", "visit__lead", "visit__second").order_by("due_on", "pk"))
    for finding in found:
        late = finding.due_on < on
        people: set[User] = set(people_of(finding.provider))
        if late:
            people |= {finding.visit.lead, finding.visit.second}
        subject = _("Finding %(number)s is overdue") if late else _("Finding %(number)s is due on %(day)s")
        body = (
            _("“%(name)s”: it was to be put right by %(day)s.")
            if late
            else _("“%(name)s”: say what was put right, with a photo, by %(day)s; or ask for more time.")
        )
        params = {"number": finding.number, "day": finding.due_on, "name": finding.provider.name}
        news = "overdue" if late else f"due-{finding.due_on}"
        for person in sorted(people, key=lambda one: one.pk):
            key = f"finding:{finding.number}:{news}:{person.pk}"
            outbox.tell_person(person, said(subject, **params), said(body, **params), key=key)
    return len(found)
