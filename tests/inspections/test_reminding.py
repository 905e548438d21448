"""Hazards whose day comes near or has passed are told to those who must act, once each."""

import datetime as dt

import pytest

from inspections.actions.reminding import remind
from inspections.tasks import remind_of_findings
from portal.models import OutgoingMessage
from tests.factories import inspections as make
from tests.factories import providers as make_provider

pytestmark = pytest.mark.django_db
TODAY = dt.date(2025, 7, 10)


def finding(due_on: dt.date, **fields):
    """An open finding of a visit three weeks ago, at a provider with an owner."""
    provider = make_provider.provider()
    make_provider.owner_of(provider)
    visited = make.visit(provider, state="PUBLISHED")
    return make.finding(visited, found_on=dt.date(2025, 6, 19), due_on=due_on, **fields)


def inbox_of(person) -> list[str]:
    return list(OutgoingMessage.objects.filter(user=person, channel="INBOX").values_list("key", flat=True))


def owner_of(found):
    return found.provider.posts.get().user


def test_what_is_due_within_three_days_is_told_the_provider_once(city):
    soon = finding(TODAY + dt.timedelta(days=3))
    later = finding(TODAY + dt.timedelta(days=4))
    assert remind(TODAY) == remind(TODAY) == 1
    assert len(inbox_of(owner_of(soon))) == 1
    assert inbox_of(owner_of(later)) == []
    assert inbox_of(soon.visit.lead) == [], "inspectors hear of it when it is overdue"


def test_overdue_is_told_again_and_to_the_inspectors(city):
    found = finding(TODAY)
    remind(TODAY)
    remind(TODAY + dt.timedelta(days=1))
    assert len(inbox_of(owner_of(found))) == 2
    assert len(inbox_of(found.visit.lead)) == len(inbox_of(found.visit.second)) == 1


def test_what_was_answered_or_cleared_is_left_alone(city):
    answered = finding(TODAY, state="ANSWERED")
    finding(TODAY, state="CLEARED", cleared_on=TODAY)
    assert remind_of_findings() == 0
    assert inbox_of(owner_of(answered)) == []
