"""The demo's button “next working day”: what the night would have done is done when the page comes back."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.urls import reverse

from enrolments.models import Occupancy, OccupancyKind
from portal import clock
from portal.models import AuditEvent, DemoDay
from providers import search_rows
from providers.models import ClassGroup
from tests.factories import enrolments as make
from tests.factories import providers as make_provider

DAY = dt.date(2025, 7, 10)


@pytest.fixture
def group(city, settings) -> Iterator[ClassGroup]:
    """Three places on the demo's day: one taken for long, one until tonight, one held for an hour."""
    settings.DEMO = True
    held, clock._frozen[:] = list(clock._frozen), []  # the demo's clock goes, not the tests'
    DemoDay.objects.create(id=1, day=DAY)
    clock._kept.clear()
    made = make_provider.class_group(places=3)
    make.enrolment(made)
    make.enrolment(made, during=(dt.date(2025, 6, 1), DAY + dt.timedelta(days=1)))
    make.hold(made, until=clock.now() + dt.timedelta(hours=1))
    search_rows.rewrite(made.provider_id)
    yield made
    clock._frozen[:] = held
    clock._kept.clear()


def free(client, group: ClassGroup) -> int | None:
    """What a parent at the door reads."""
    answer = client.get("/api/v1/search/", {"lng": group.provider.lng, "lat": group.provider.lat, "age_months": 27})
    (one,) = answer.json()["results"]
    return one["free_places"]


@pytest.mark.django_db
def test_the_button_brings_the_next_day_s_places(client, group):
    assert free(client, group) == 0
    answer = client.post(reverse("demo_next_workday"), follow=True)
    assert "2025-07-11" in answer.content.decode()
    assert free(client, group) == 2
    assert not Occupancy.objects.filter(kind=OccupancyKind.HOLD).exists()


@pytest.mark.django_db
def test_the_command_does_what_the_button_does_and_finds_back(client, group):
    call_command("demo_day", "2025-08-04")
    assert free(client, group) == 2
    call_command("demo_day", DAY.isoformat())
    assert free(client, group) == 1  # the hold is gone; the child who leaves on the 11th is back
    assert AuditEvent.objects.filter(verb="set_demo_day").count() == 2


def test_whatever_the_beat_does_at_night_the_button_does_too():
    nightly = {row["task"] for row in site.CELERY_BEAT_SCHEDULE.values() if not isinstance(row["schedule"], float)}
    assert nightly <= set(site.PANELS["new_day"])
