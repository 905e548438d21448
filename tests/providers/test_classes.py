"""Classes, places, fees, recognition, free places: changed from a day on, never against children or the law."""

import datetime as dt

import pytest
from django.urls import reverse

from portal import clock, law, panels
from portal.problems import NotAllowed, StaleState
from providers import search_rows
from providers.actions import classes, inclusive, standing, vacancies
from providers.models import (
    Fee,
    InclusiveAgreement,
    Place,
    Provider,
    SearchRow,
    Standing,
    StandingSpan,
)
from providers.queries.limits import BeyondLimit
from tests.factories import portal as make_portal
from tests.factories import providers as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(city):
    return make.class_group(make.provider(), places=10)


@pytest.fixture
def owner(group):
    return make.owner_of(group.provider)


def held(group, on: dt.date) -> int:
    return group.places.filter(during__contains=on).count()


def test_more_and_fewer_places_from_a_day_on(group, owner, day):
    september = dt.date(2025, 9, 1)
    classes.change_places(group.pk, places=12, from_day=september, by=owner)
    assert (held(group, day), held(group, september)) == (10, 12)
    classes.change_places(group.pk, places=8, from_day=dt.date(2025, 8, 1), by=owner)
    assert (held(group, day), held(group, dt.date(2025, 8, 1)), held(group, september)) == (10, 8, 8)
    classes.change_places(group.pk, places=10, from_day=september, by=owner)
    assert [held(group, d) for d in (day, dt.date(2025, 8, 31), september)] == [10, 8, 10]


def test_places_that_children_take_stay(group, owner, day, monkeypatch):
    used = set(group.places.order_by("-number").values_list("pk", flat=True)[:7])

    def collect(page, *args):
        return [pk for pk in args[0] if pk in used] if page == "place_use" else []

    monkeypatch.setattr(panels, "collect", collect)
    classes.change_places(group.pk, places=8, from_day=day, by=owner)
    assert held(group, day) == 8
    assert set(Place.objects.filter(during__contains=day).values_list("pk", flat=True)) >= used
    with pytest.raises(classes.PlacesInUse) as refused:
        classes.change_places(group.pk, places=6, from_day=day, by=owner)
    assert "1" in refused.value.message and "7" in refused.value.message
    with pytest.raises(classes.PlacesInUse):
        classes.close_class(group.pk, from_day=day, by=owner)


def test_the_limit_of_the_law_is_named(group, owner, day):
    with pytest.raises(BeyondLimit) as refused:
        classes.change_places(group.pk, places=21, from_day=day, by=owner)
    assert "20" in refused.value.message and "第十九" in refused.value.message
    assert held(group, day) == 10


def test_a_family_point_counts_all_its_classes(city, day):
    first = make.class_group(make.provider(kind="FAMILY"), places=3)
    owner = make.owner_of(first.provider)
    with pytest.raises(BeyondLimit):
        classes.open_class(
            first.provider_id, name="乙", band="OLDER", places=3, fees={"full": 1}, from_day=day, by=owner
        )
    classes.change_places(first.pk, places=5, from_day=day, by=owner)


def test_a_city_may_be_stricter(city, group, owner, day):
    rows = [
        {
            "band": "OLDER",
            "from_months": 24,
            "to_months": 36,
            "most_children": 10,
            "children_per_carer": 5,
            "clause": "示例〔2025〕9号",
        }
    ]
    law.add_value("class.limits", city["4401"], rows, valid_from=day, by=None)
    with pytest.raises(BeyondLimit) as refused:
        classes.change_places(group.pk, places=11, from_day=day, by=owner)
    assert "示例〔2025〕9号" in refused.value.message


def test_fees_follow_one_another_and_past_days_stay(group, owner, day):
    classes.set_fee(group.pk, mode="full", amount_fen=150_000, from_day=dt.date(2025, 8, 1), by=owner)
    now = Fee.objects.filter(retracted_at__isnull=True, class_group=group).order_by("during")
    assert [(f.amount_fen, f.during.lower, f.during.upper) for f in now] == [
        (200_000, make.OPENED, dt.date(2025, 8, 1)),
        (150_000, dt.date(2025, 8, 1), None),
    ]
    before = Fee.objects.filter(retracted_at__isnull=False).get()
    assert (before.amount_fen, before.during.upper) == (200_000, None), "what was known before is kept"
    classes.set_fee(group.pk, mode="full", amount_fen=None, from_day=dt.date(2025, 10, 1), by=owner)
    assert not Fee.objects.filter(retracted_at__isnull=True, during__contains=dt.date(2025, 10, 1)).exists()


def test_the_same_class_is_opened_once(group, owner, day):
    made = [
        classes.open_class(
            group.provider_id, name="新班", band="YOUNGER", places=5, fees={"full": 1}, from_day=day, by=owner
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert SearchRow.objects.filter(class_group=made[0]).count() == 1


def test_a_closed_class_leaves_the_search_on_its_day(group, owner, day):
    classes.close_class(group.pk, from_day=day, by=owner)
    assert not SearchRow.objects.exists()
    assert held(group, day) == 0
    with pytest.raises(classes.ClassClosed):
        classes.change_places(group.pk, places=3, from_day=day, by=owner)


def test_a_stale_page_and_a_stranger_change_nothing(group, owner, day):
    classes.change_places(group.pk, places=9, from_day=day, version=1, by=owner)
    with pytest.raises(StaleState):
        classes.change_places(group.pk, places=8, from_day=day, version=1, by=owner)
    for stranger in (make_portal.user(), make.owner_of(make.provider()), make.owner_of(group.provider, role="STAFF")):
        with pytest.raises(NotAllowed):
            classes.change_places(group.pk, places=8, from_day=day, by=stranger)
    assert held(group, day) == 9


def test_recognition_marks_places_and_ends(group, official, owner, day):
    officer = official("DISTRICT", "440105")
    inclusive.recognise_inclusive(
        group.provider_id, number="普惠1", places={group.pk: 6}, fee_cap_fen=200_000, from_day=day,
        to_day=dt.date(2025, 10, 1), by=officer,
    )  # fmt: skip
    assert group.places.filter(inclusive=True).count() == 6
    assert SearchRow.objects.get().inclusive
    with pytest.raises(classes.FeeAboveAgreement):
        classes.set_fee(group.pk, mode="full", amount_fen=200_001, from_day=day, by=owner)
    with clock.freeze(dt.datetime(2025, 10, 1, 4, tzinfo=dt.UTC)):
        assert inclusive.lapse_agreements() == 1
        assert not SearchRow.objects.get().inclusive
        assert inclusive.lapse_agreements() == 0


def test_recognition_has_its_limits(group, official, owner, day):
    officer = official("DISTRICT", "440105")
    base = {"number": "普惠1", "from_day": day, "to_day": None}
    with pytest.raises(inclusive.TooManyInclusive):
        inclusive.recognise_inclusive(group.provider_id, places={group.pk: 11}, fee_cap_fen=None, by=officer, **base)
    with pytest.raises(inclusive.FeeTooHigh):
        inclusive.recognise_inclusive(group.provider_id, places={group.pk: 5}, fee_cap_fen=1, by=officer, **base)
    other = make.class_group(make.provider())
    with pytest.raises(inclusive.TooManyInclusive):
        inclusive.recognise_inclusive(group.provider_id, places={other.pk: 5}, fee_cap_fen=None, by=officer, **base)
    for person in (owner, official("DISTRICT", "440106"), official("CITY", "4401")):
        with pytest.raises(NotAllowed):
            inclusive.recognise_inclusive(group.provider_id, places={group.pk: 5}, fee_cap_fen=None, by=person, **base)
    assert not InclusiveAgreement.objects.exists()


def test_free_places_are_declared_by_who_keeps_no_roll(city, day):
    group = make.class_group(make.provider(keeps_roll=False), places=10, fees={"full": 1, "am": 1, "hourly": 1})
    staff = make.owner_of(group.provider, role="STAFF")
    until = dt.date(2025, 8, 31)
    vacancies.declare_vacancies(group.provider_id, free={group.pk: (3, 4)}, valid_until=until, by=staff)
    free = dict(SearchRow.objects.values_list("mode", "free"))
    assert free["full"] == [3, 3] + [None] * 11, "beyond the declaration nothing is known"
    assert free["am"][:2] == [4, 4]
    assert free["hourly"] == [None] * 13
    for numbers, day_, fault in (
        ((11, 0), until, vacancies.MoreFreeThanPlaces),
        ((0, 21), until, vacancies.MoreFreeThanPlaces),
        ((1, 1), dt.date(2025, 7, 9), vacancies.DeclaredTooLong),
        ((1, 1), dt.date(2026, 7, 9), vacancies.DeclaredTooLong),
    ):
        with pytest.raises(fault):
            vacancies.declare_vacancies(group.provider_id, free={group.pk: numbers}, valid_until=day_, by=staff)
    roll = make.class_group(make.provider())
    with pytest.raises(vacancies.CountedFromRoll):
        vacancies.declare_vacancies(
            roll.provider_id, free={roll.pk: (1, 1)}, valid_until=until, by=make.owner_of(roll.provider)
        )


def test_standing_is_a_span_and_suspension_hides_from_the_search(group, day):
    search_rows.rewrite(group.provider_id)
    standing.suspend(group.provider_id, by=None, reason="D1")
    assert not SearchRow.objects.exists()
    standing.reopen(group.provider_id, by=None, reason="D1")  # the same day
    assert SearchRow.objects.count() == 1
    with clock.freeze(dt.datetime(2025, 7, 20, 4, tzinfo=dt.UTC)):
        standing.suspend(group.provider_id, by=None, reason="D2")
    spans = StandingSpan.objects.filter(retracted_at__isnull=True).order_by("during").values_list("standing", "during")
    assert [(s, d.lower, d.upper) for s, d in spans] == [
        (Standing.ACTIVE, make.OPENED, day),
        (Standing.ACTIVE, day, dt.date(2025, 7, 20)),
        (Standing.SUSPENDED, dt.date(2025, 7, 20), None),
    ]


BAD_CLASS_FORMS = [
    ("places", {"places-places": "21", "places-from_day": "2025-07-10"}),
    ("places", {"places-places": "0", "places-from_day": "2025-07-10"}),
    ("places", {"places-places": "5", "places-from_day": "2025-06-30"}),  # a month that is over
    ("places", {"places-places": "5", "places-from_day": "2025-02-31"}),
    ("fee", {"fee-mode": "full", "fee-amount": "1.234", "fee-from_day": "2025-07-10"}),
    ("fee", {"fee-mode": "boarding", "fee-amount": "1", "fee-from_day": "2025-07-10"}),
    ("close", {"close-from_day": "x"}),
]


@pytest.mark.parametrize(("form", "data"), BAD_CLASS_FORMS)
def test_bad_input_on_the_class_page_keeps_what_was_typed(group, owner, client_of, form, data):
    url = reverse("providers:class", args=[group.provider.public_id, group.public_id])
    answer = client_of(owner).post(url, {"form": form, f"{form}-version": "1"} | data)
    assert answer.status_code == 422
    assert answer.context["forms"][form].errors
    assert held(group, dt.date(2025, 7, 10)) == 10


def test_the_class_page_changes_places_fees_and_closes(group, owner, client_of, day):
    url = reverse("providers:class", args=[group.provider.public_id, group.public_id])
    client = client_of(owner)
    assert client.get(url).status_code == 200
    sent = [
        {"form": "places", "places-places": "9", "places-from_day": "2025-07-10", "places-version": "1"},
        {"form": "fee", "fee-mode": "am", "fee-amount": "900", "fee-from_day": "2025-07-10", "fee-version": "2"},
        {"form": "close", "close-from_day": "2025-08-01", "close-version": "3"},
    ]
    for data in sent:
        assert client.post(url, data).status_code == 302, data["form"]
    stale = client.post(url, sent[0])
    assert stale.status_code == 422
    group.refresh_from_db()
    assert (group.closed_on, group.version) == (dt.date(2025, 8, 1), 4)


def test_other_tenants_pages_do_not_exist(group, client_of):
    stranger = client_of(make.owner_of(make.provider()))
    staff = client_of(make.owner_of(group.provider, role="STAFF"))
    own = [group.provider.public_id]
    for name in ("manage", "classes", "class_new", "papers", "staff", "account", "people", "vacancy", "month_now"):
        assert stranger.get(reverse(f"providers:{name}", args=own)).status_code == 404, name
    assert stranger.get(reverse("providers:class", args=[*own, group.public_id])).status_code == 404
    for name in ("classes", "papers", "staff", "account", "people"):
        assert staff.get(reverse(f"providers:{name}", args=own)).status_code == 404, name
    assert staff.get(reverse("providers:manage", args=own)).status_code == 200


def test_another_providers_class_under_the_own_address_does_not_exist(group, client_of):
    other = make.provider()
    client = client_of(make.owner_of(other))
    assert client.get(reverse("providers:class", args=[other.public_id, group.public_id])).status_code == 404
    assert Provider.objects.count() == 2
