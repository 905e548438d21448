"""The last place is sold once: 200 requests at one moment through the real action; the control oversells."""

import datetime as dt
import time
from collections import Counter

import pytest
from django.db import connection
from django.db.models import QuerySet

from enrolments import places
from enrolments.actions.refusals import NoFreePlace
from enrolments.actions.spells import end_enrolment
from enrolments.actions.taking import hold_place, take_place
from enrolments.models import Child, Enrolment, Occupancy
from portal import clock
from portal.dates import DateRange
from providers.models import ClassGroup, Place, SearchRow
from tests.factories import enrolments as make
from tests.factories import providers as make_provider
from tests.races.conftest import Race

REQUESTS = 200
SPELL = DateRange(dt.date(2025, 8, 1))


def requests(group: ClassGroup, count: int, during: DateRange = SPELL, mode: str = "full"):
    """So many families asking for one class."""
    owner = make_provider.owner_of(group.provider)
    made = Child.objects.bulk_create(
        Child(key=f"R{n}-{group.pk}-{mode}", birth_date=make.BORN, created_at=clock.now()) for n in range(count)
    )

    def asking(child: Child):
        return lambda: take_place(group.pk, child_id=child.pk, mode=mode, during=during, by=owner)

    return [asking(child) for child in made]


def most_taken(group: ClassGroup) -> int:
    """The most children on any one half-day, counted by hand."""
    counts: Counter = Counter()
    for row in Occupancy.objects.filter(class_group=group):
        for half in range(row.halves.lower, row.halves.upper):
            for n in range(-60, 120):
                day = SPELL.start + dt.timedelta(n)
                if day >= row.during.lower and (row.during.upper is None or day < row.during.upper):
                    counts[half, day] += 1
    return max(counts.values(), default=0)


@pytest.fixture
def slow_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Widen the moment between looking and taking, in the race and in its control alike."""
    real = places.Taker.row

    def row(self, *args):
        time.sleep(0.02)
        return real(self, *args)

    monkeypatch.setattr(places.Taker, "row", row)


def test_of_200_families_exactly_one_gets_the_last_place(race: Race, slow_hand: None) -> None:
    group = make_provider.class_group(places=3)
    for _ in range(2):
        make.enrolment(group)
    race.run(requests(group, REQUESTS))
    assert len(race.won) == 1
    assert all(isinstance(error, NoFreePlace) for error in race.lost), {str(error) for error in race.lost}
    assert most_taken(group) == 3
    assert SearchRow.objects.get(class_group=group, mode="full").free == [0] * 13


def test_control_without_lock_and_constraint_the_place_is_sold_more_than_once(
    race: Race, slow_hand: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this one fails, the race above proves nothing."""
    group = make_provider.class_group(places=3)
    for _ in range(2):
        make.enrolment(group)
    asked = requests(group, 40)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE enrolments_occupancy DROP CONSTRAINT place_taken_once")
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    race.run(asked)
    assert len(race.won) > 1
    assert most_taken(group) > 3


def test_three_places_in_pieces_go_to_three_families(race: Race) -> None:
    """No single place is free for the whole spell, so every winner needs the class re-seated under its lock."""
    group = make_provider.class_group(places=6)
    rows = list(Place.objects.filter(class_group=group).order_by("number"))
    half = dt.date(2025, 9, 1)
    for n, place in enumerate(rows):
        span = (SPELL.start, half) if n % 2 else (half, dt.date(2025, 10, 1))
        make.enrolment(group, during=span).occupancies.update(place=place)
    race.run(requests(group, 40, DateRange(SPELL.start, dt.date(2025, 10, 1))))
    assert all(isinstance(error, NoFreePlace) for error in race.lost), {str(error) for error in race.lost}
    assert len(race.won) == 3
    assert most_taken(group) == 6


def test_one_child_asked_for_by_forty_is_enrolled_once(race: Race) -> None:
    group = make_provider.class_group(places=10)
    (ask,) = requests(group, 1)
    race.run([ask] * 40)
    assert not race.lost
    assert {enrolment.pk for enrolment in race.won} == set(Enrolment.objects.values_list("pk", flat=True))
    assert Enrolment.objects.count() == 1


def test_takers_enders_and_expired_holds_at_once_never_oversell_or_deadlock(race: Race) -> None:
    group = make_provider.class_group(places=8)
    owner = make_provider.owner_of(group.provider)
    leaving = [make.enrolment(group) for _ in range(4)]
    for _ in range(4):
        hold_place(
            group.pk,
            child_id=make.child().pk,
            mode="full",
            during=SPELL,
            expires_at=clock.now() + dt.timedelta(days=1),
            by=owner,
        )

    def ending(spell: Enrolment):
        return lambda: end_enrolment(spell.pk, last_day=dt.date(2025, 7, 20), by=owner)

    asked = requests(group, 30) + requests(group, 10, mode="am") + [ending(spell) for spell in leaving]
    with clock.freeze(clock.now() + dt.timedelta(days=2)):
        race.run(asked)
    assert all(isinstance(error, NoFreePlace) for error in race.lost), {repr(error) for error in race.lost}
    assert len(race.won) >= 4 + 4
    assert most_taken(group) == 8
    free = SearchRow.objects.get(class_group=group, mode="full").free
    assert free[1:] == [8 - most_in(group, dt.date(2025, 9, 1))] * 12


def most_in(group: ClassGroup, day: dt.date) -> int:
    """Children on a day's fuller half."""
    rows = Occupancy.objects.filter(class_group=group, during__contains=day)
    return max(rows.filter(halves__contains=half).count() for half in (0, 1))
