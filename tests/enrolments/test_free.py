"""The parents' free places, computed for many classes in one statement, against a naive recount day by day."""

import contextlib
import datetime as dt
from random import Random

import pytest
from django.db import connection

from enrolments.models import Occupancy
from enrolments.queries.free import FREE
from portal import clock
from providers import search_rows
from providers.models import ClassGroup, Place, SearchRow
from tests.factories import enrolments as make
from tests.factories import providers as make_provider
from tests.factories.portal import City

TODAY = dt.date(2025, 7, 10)
ASKED = [TODAY, *(dt.date(2025 + (6 + n) // 12, (6 + n) % 12 + 1, 1) for n in range(1, 13))]
END = dt.date(2026, 12, 31)


def naive(group: ClassGroup, mode: str, start: dt.date) -> int:
    """The fewest free on any day from the start on, counted by hand."""
    places = list(Place.objects.filter(class_group=group))
    rows = [
        row for row in Occupancy.objects.filter(class_group=group) if not row.expires_at or row.expires_at > clock.now()
    ]
    halves = {"full": (0, 1), "am": (0,), "pm": (1,)}[mode]
    fewest, day = 10_000, start
    while day <= END:
        standing = sum(covers(place.during, day) for place in places)
        for half in halves:
            taken = sum(covers(row.during, day) and half in row.halves for row in rows)
            fewest = min(fewest, standing - taken)
        day += dt.timedelta(1)
    return fewest


def covers(span, day: dt.date) -> bool:
    return span.lower <= day and (span.upper is None or day < span.upper)


def a_busy_class(dice: Random) -> ClassGroup:
    """Places that come and go, spells in all modes, holds."""
    group = make_provider.class_group(places=6, fees={"full": 200_000, "am": 90_000, "pm": 90_000})
    first = Place.objects.filter(class_group=group).order_by("number")
    first.filter(number=6).update(during=(group.opened_on, dt.date(2026, 2, 1)))
    first.filter(number=5).update(during=(dt.date(2025, 10, 15), None))
    for _ in range(5):
        start = dt.date(2025, 1, 1) + dt.timedelta(dice.randrange(300))
        end = None if dice.random() < 0.3 else start + dt.timedelta(dice.randrange(20, 400))
        who = make.child()
        mode = dice.choice(["full", "am", "pm"])
        with contextlib.suppress(AssertionError):  # it needed re-seating: as good
            make.enrolment(group, who=who, mode=mode, during=(start, end))
    return group


@pytest.mark.parametrize("seed", range(4))
def test_every_class_mode_and_month_equals_the_recount(city: City, seed: int) -> None:
    dice = Random(seed)
    groups = [a_busy_class(dice) for _ in range(3)]
    make.hold(groups[0], until=clock.now() + dt.timedelta(days=3))
    providers = [group.provider_id for group in groups]
    search_rows.rewrite(providers)
    rows = SearchRow.objects.filter(provider__in=providers)
    assert rows.count() == 9
    for row in rows:
        assert row.free == [naive(row.class_group, row.mode, start) for start in ASKED]


def test_a_provider_with_its_roll_elsewhere_says_nothing_here(city: City) -> None:
    provider = make_provider.provider(keeps_roll=False)
    group = make_provider.class_group(provider)
    search_rows.rewrite(provider.pk)
    assert SearchRow.objects.get(class_group=group).free is None


def test_only_the_asked_classes_are_computed(city: City) -> None:
    one, _other = make_provider.class_group(), make_provider.class_group()
    with connection.cursor() as cursor:
        cursor.execute(FREE, {"classes": [one.pk], "on": TODAY})
        assert {row[0] for row in cursor.fetchall()} == {one.pk}


def test_a_hold_that_ran_out_yesterday_is_free(city: City) -> None:
    group = make_provider.class_group(places=1)
    make.hold(group, until=clock.now() + dt.timedelta(hours=1))
    search_rows.rewrite(group.provider_id)
    assert SearchRow.objects.get(class_group=group).free[0] == 0
    with clock.freeze(clock.now() + dt.timedelta(days=1)):
        search_rows.rewrite(group.provider_id)
        assert SearchRow.objects.get(class_group=group).free[0] == 1
