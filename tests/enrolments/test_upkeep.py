"""What time brings about: holds run out, spells end, places can be taken away from full-looking classes."""

import datetime as dt

import pytest
from django.core import checks
from django.urls import reverse

from enrolments.checks import no_demo_identities
from enrolments.models import Occupancy
from enrolments.panels import place_use
from enrolments.tasks import release_holds, turn_the_day
from portal import clock
from portal.models import User
from providers import search_rows
from providers.actions.classes import PlacesInUse, change_places, close_class
from providers.models import ClassGroup, Place, SearchRow
from tests.enrolments.conftest import JULY, seats
from tests.factories import enrolments as make

SEPTEMBER = dt.date(2025, 9, 1)


def free(group: ClassGroup) -> int:
    return SearchRow.objects.get(class_group=group, mode="full").free[0]


def test_expired_holds_are_given_back_and_parents_see_it(group: ClassGroup) -> None:
    make.hold(group, until=clock.now() + dt.timedelta(hours=1))
    kept = make.hold(group, until=clock.now() + dt.timedelta(hours=3))
    search_rows.rewrite(group.provider_id)
    assert free(group) == 1
    with clock.freeze(clock.now() + dt.timedelta(hours=2)):
        assert release_holds() == 1
        assert release_holds() == 0
        assert free(group) == 2
    assert Occupancy.objects.get() == kept


def test_the_place_of_a_child_who_left_is_free_the_next_morning(group: ClassGroup) -> None:
    for _ in range(2):
        make.enrolment(group, during=(JULY, None))
    make.enrolment(group, during=(JULY, dt.date(2025, 7, 11)))
    search_rows.rewrite(group.provider_id)
    assert free(group) == 0
    with clock.freeze(clock.now() + dt.timedelta(days=1)):
        assert turn_the_day() == 1
        assert free(group) == 1


def test_places_nobody_needs_can_end_although_every_number_is_used(group: ClassGroup, owner: User) -> None:
    """Two children over three places, one after the other on numbers 2 and 3: sitting together frees two numbers."""
    one = make.enrolment(group, during=(JULY, SEPTEMBER))
    two = make.enrolment(group, during=(SEPTEMBER, None))
    numbers = {place.number: place for place in Place.objects.filter(class_group=group)}
    one.occupancies.update(place=numbers[2])
    two.occupancies.update(place=numbers[3])
    change_places(group.pk, places=1, from_day=dt.date(2025, 8, 1), by=owner)
    open_ended = Place.objects.filter(class_group=group, during__endswith__isnull=True)
    assert open_ended.count() == 1
    assert seats(two) == [(open_ended.get().number, SEPTEMBER, None)]
    assert seats(one)[0][:2] == (2, JULY)


def test_places_children_need_cannot_be_taken_away(group: ClassGroup, owner: User) -> None:
    make.enrolment(group)
    make.enrolment(group, mode="am")
    make.enrolment(group, mode="pm")
    with pytest.raises(PlacesInUse):
        change_places(group.pk, places=1, from_day=dt.date(2025, 8, 1), by=owner)
    change_places(group.pk, places=2, from_day=dt.date(2025, 8, 1), by=owner)
    with pytest.raises(PlacesInUse):
        close_class(group.pk, from_day=dt.date(2025, 8, 1), by=owner)


def test_inclusive_places_are_sat_on_first(group: ClassGroup) -> None:
    Place.objects.filter(class_group=group, number=3).update(inclusive=True)
    spell = make.enrolment(group)
    assert place_use(list(Place.objects.filter(class_group=group).values_list("pk", flat=True)), JULY) == [
        Place.objects.get(class_group=group, number=3).pk
    ]
    assert seats(spell)[-1][0] == 3


def test_production_does_not_start_over_invented_identities(group: ClassGroup, settings) -> None:
    make.identified(kind="DEMO", number="DEMO-000001")
    assert no_demo_identities(None, databases=["default"]) == []
    settings.DEMO = False
    (error,) = no_demo_identities(None, databases=["default"])
    assert error.id == "tuoyu.E010"
    assert no_demo_identities in checks.registry.registry.get_checks()


def test_the_form_offers_no_invented_identity_outside_the_demo(
    group: ClassGroup, owner: User, client_of, settings
) -> None:
    url = reverse("enrolments:enrol", args=[group.provider.public_id, "child"])
    client = client_of(owner)
    assert 'value="DEMO"' in client.get(url).content.decode()
    settings.DEMO = False
    assert 'value="DEMO"' not in client.get(url).content.decode()
    data = {"name": "示例宝宝", "kind": "DEMO", "number": "DEMO-000001", "birth_date": "2023-03-15"}
    assert list(client.post(url, data).context["form"].errors) == ["kind"]
