"""The nearby search against a naive one: same providers, same order, and an honest `complete_within_m`."""

import dataclasses
import datetime as dt
import random

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.coordinates import Point, distance_m, mercator_m
from providers.models import Band, ClassGroup, Kind, Mode, Provider, SearchRow, Standing
from providers.queries import prepared
from providers.queries.nearby import Asked, nearby
from providers.rules.ages import AGES
from tests.factories import portal as make_portal

TODAY = dt.date(2025, 7, 10)
MONTHS = [dt.date(2025 + (6 + n) // 12, (6 + n) % 12 + 1, 1) for n in range(13)]


class Rollback(Exception):
    """Ends an example's transaction."""


def build_city(seed: int, centre: Point, size: int) -> list[SearchRow]:
    """A random city around a point: clusters, neighbours at one spot, unknown numbers."""
    dice = random.Random(seed)
    street = make_portal.area("990101001", "示例街道", "street", make_portal.area("990101", "示例区", "city", None))
    spots = [(centre.lng + dice.gauss(0, 0.03), centre.lat + dice.gauss(0, 0.03)) for _ in range(max(1, size // 2))]
    providers, groups, rows = [], [], []
    for number in range(size):
        lng, lat = (
            dice.choice(spots)
            if dice.random() < 0.5
            else (
                centre.lng + dice.uniform(-0.2, 0.2),
                centre.lat + dice.uniform(-0.2, 0.2),
            )
        )
        providers.append(
            Provider(
                code=f"N{number:04d}", name=f"示例·{number}", kind=dice.choice(Kind.values),
                credit_code=f"{number:018d}", authority="MARKET", street=street,
                area_path=street.path, address="示例路", phone="020-12345678",
                lng=lng, lat=lat, given_lng=lng, given_lat=lat, standing=Standing.ACTIVE, filed_on=TODAY,
                created_at=clock.now(),
            )
        )  # fmt: skip
    Provider.objects.bulk_create(providers)
    for provider in providers:
        for n in range(dice.choice([1, 1, 2, 3])):
            groups.append(
                ClassGroup(provider=provider, code=str(n), name=str(n), band=dice.choice(Band.values), opened_on=TODAY)
            )
    ClassGroup.objects.bulk_create(groups)
    for group in groups:
        p = group.provider
        for mode in dice.sample(Mode.values, dice.choice([1, 2, 2, 5])):
            x, y = mercator_m(Point(p.lng, p.lat))
            rows.append(
                SearchRow(
                    class_group=group, provider=p, public_id=p.public_id, name=p.name, mode=mode, kind=p.kind,
                    lng=p.lng, lat=p.lat, point=f"({x!r},{y!r})",
                    age_from=AGES[group.band][0], age_to=AGES[group.band][1],
                    fee_fen=dice.choice([None, 0, 100_000, 150_000, 180_000, 181_300, 250_000]), base_month=MONTHS[0],
                    free=dice.choice([None, [dice.choice([0, 0, 1, 5, None]) for _ in range(13)]]),
                    inclusive=dice.random() < 0.4, rating=dice.choice([None, 1, 2, 3, 4, 5]),
                    confirmed_at=dice.choice([None, *(clock.now() - dt.timedelta(days=n) for n in range(5))]),
                )
            )  # fmt: skip
    SearchRow.objects.bulk_create(rows)
    return rows


def fits(row: SearchRow, asked: Asked, free: int | None) -> bool:
    """The filters, said in Python."""
    return (
        (asked.age_months is None or row.age_from <= asked.age_months < row.age_to)
        and (not asked.modes or row.mode in asked.modes)
        and (not asked.kinds or row.kind in asked.kinds)
        and (asked.max_fee_fen is None or (row.fee_fen is not None and row.fee_fen <= asked.max_fee_fen))
        and (asked.min_rating is None or (row.rating is not None and row.rating >= asked.min_rating))
        and (asked.inclusive is None or row.inclusive == asked.inclusive)
        and (asked.vacancy is None or (free is not None and (free > 0) == asked.vacancy))
    )


def naive(rows: list[SearchRow], asked: Asked) -> list[tuple]:
    """All that fits within the radius, the best fit of each provider, in the asked order."""
    centre, best = Point(asked.lng, asked.lat), {}
    big = 10**12
    for row in rows:
        free = None if row.free is None else row.free[MONTHS.index(asked.month)]
        metres = distance_m(centre, Point(row.lng, row.lat))
        if metres > asked.radius_m or not fits(row, asked, free):
            continue
        fee = big if row.fee_fen is None else row.fee_fen
        price, place = (Mode.values.index(row.mode), fee), 0 if free else 1 if free is None else 2
        rank = (price, place, row.class_group_id) if asked.sort == "fee" else (place, price, row.class_group_id)
        kept = best.get(row.provider_id)
        if kept is None or rank < kept[0]:
            best[row.provider_id] = (rank, metres, row, free)

    def order(item: tuple) -> tuple:
        _rank, metres, row, _free = item
        first = {
            "distance": 0,
            "fee": big if row.fee_fen is None else row.fee_fen,
            "rating": -(row.rating or 0),
            "freshness": -(row.confirmed_at.timestamp() if row.confirmed_at else 0),
        }[asked.sort]
        return (first, round(metres, 6), row.provider_id)

    return sorted(best.values(), key=order)


OPTIONAL = {
    "age_months": st.none() | st.integers(0, 36),
    "modes": st.sampled_from([(), ("full",), ("am", "pm"), ("pm",), ("hourly",), ("temporary",)]),
    "inclusive": st.none() | st.booleans(),
    "vacancy": st.none() | st.booleans(),
    "max_fee_fen": st.none() | st.sampled_from([0, 150_000, 200_000]),
    "min_rating": st.none() | st.integers(1, 5),
    "kinds": st.just(()) | st.lists(st.sampled_from(Kind.values), min_size=1, max_size=3).map(tuple),
    "sort": st.sampled_from(["distance", "distance", "distance", "fee", "rating", "freshness"]),
    "limit": st.sampled_from([1, 2, 5, 20, 100]),
    "radius_m": st.sampled_from([1, 300, 3000, 8000, 50_000]),
    "month": st.sampled_from([MONTHS[0], MONTHS[2], MONTHS[12]]),
}


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    centre=st.sampled_from([Point(113.3, 23.1), Point(122.4, 53.4), Point(110.0, 4.5)]),
    size=st.sampled_from([0, 1, 3, 40, 120]),
    asking=st.fixed_dictionaries(OPTIONAL),
    dx=st.floats(-0.1, 0.1),
    dy=st.floats(-0.1, 0.1),
)
def test_the_same_as_a_naive_search(day, seed, centre, size, asking, dx, dy):
    asked = Asked(lng=centre.lng + dx, lat=centre.lat + dy, today=TODAY, **asking)
    with pytest.raises(Rollback), transaction.atomic():
        rows = build_city(seed, centre, size)
        expected, answer = naive(rows, asked), nearby(asked)
        got = [(f.name, f.fee_fen, f.free_places, f.mode, f.rating, f.inclusive) for f in answer.results]
        want = [(r.provider.name, r.fee_fen, free, r.mode, r.rating, r.inclusive) for _k, _m, r, free in expected]
        assert got == want[: asked.limit]
        for found, (_k, metres, _r, _f) in zip(answer.results, expected, strict=False):
            assert found.distance_m == pytest.approx(metres, abs=1e-5)
        left_out = [metres for _k, metres, _r, _f in expected[asked.limit :]]
        assert 0 <= answer.complete_within_m <= asked.radius_m
        assert all(metres > answer.complete_within_m for metres in left_out if metres > 1)
        if not left_out:
            assert answer.complete_within_m == asked.radius_m
        raise Rollback


@pytest.mark.django_db
def test_many_at_one_spot_go_on_until_the_list_is_honest(day):
    """Forty providers in one building fill the first take; the answer still knows who is nearer."""
    rows = build_city(7, Point(113.3, 23.1), 60)
    SearchRow.objects.update(lng=113.31, lat=23.11, point="(0,0)")
    x, y = mercator_m(Point(113.31, 23.11))
    SearchRow.objects.update(point=f"({x!r},{y!r})")
    for row in rows:
        row.lng, row.lat = 113.31, 23.11
    asked = Asked(lng=113.3, lat=23.1, month=MONTHS[0], today=TODAY, limit=3)
    assert [f.name for f in nearby(asked).results] == [r.provider.name for _k, _m, r, _f in naive(rows, asked)[:3]]
    everything = dataclasses.replace(asked, limit=100)
    assert len(nearby(everything).results) == 60
    assert nearby(everything).complete_within_m == 3000


@pytest.mark.django_db
def test_after_midnight_a_row_of_last_month_still_answers_for_the_asked_month(day):
    """Between 00:00 and 00:05 rows count from last month; the asked month is found, not shifted."""
    [row] = build_city(3, Point(113.3, 23.1), 1)[:1]
    SearchRow.objects.exclude(pk=row.pk).delete()
    SearchRow.objects.update(base_month=dt.date(2025, 6, 1), free=[9, 4, *range(11)], mode="full")
    found = nearby(Asked(lng=113.3, lat=23.1, month=MONTHS[0], today=TODAY, radius_m=50_000)).results
    assert [f.free_places for f in found] == [4]


@pytest.mark.django_db
def test_a_connection_keeps_a_bounded_number_of_prepared_statements(day):
    build_city(5, Point(113.3, 23.1), 5)
    names = [f.name for f in nearby(Asked(lng=113.3, lat=23.1, month=MONTHS[0], today=TODAY, radius_m=50_000)).results]
    for limit in range(1, prepared.MOST + 20):
        nearby(Asked(lng=113.3, lat=23.1, month=MONTHS[0], today=TODAY, limit=limit, radius_m=50_000))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'tuoyu_%%'")
        assert cursor.fetchone()[0] <= prepared.MOST
    again = nearby(Asked(lng=113.3, lat=23.1, month=MONTHS[0], today=TODAY, radius_m=50_000))
    assert [f.name for f in again.results] == names
