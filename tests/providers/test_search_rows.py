"""Search rows against a naive recount of the facts, and what makes them change."""

import datetime as dt
import random

import pytest

from portal import clock, panels
from portal.panels import SearchColumn
from providers import search_rows
from providers.actions.spans import follow
from providers.models import (
    ClassGroup,
    Fee,
    InclusiveAgreement,
    Place,
    Provider,
    SearchRow,
    Standing,
    VacancyDeclaration,
)
from providers.rules.ages import AGES
from tests.factories import providers as make

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def alone(monkeypatch):
    """No upper app adds a column: these rows speak of providers only."""
    monkeypatch.setattr(panels, "collect", lambda page, *args: [])


def months_from(on: dt.date) -> list[dt.date]:
    first = on.replace(day=1)
    return [dt.date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(13)]


def naive_rows(on: dt.date) -> dict[tuple[int, str], dict]:
    """What the rows must say, one fact at a time."""
    found = {}
    months = months_from(on)
    horizon = months[-1] + 31 * DAY
    for group in ClassGroup.objects.select_related("provider"):
        provider = group.provider
        closed = group.closed_on is not None and group.closed_on <= on
        if provider.standing != Standing.ACTIVE or closed or group.opened_on >= horizon:
            continue
        shown = max(on, group.opened_on)
        fees = list(group.fees.filter(retracted_at__isnull=True))
        agreements = list(provider.agreements.filter(retracted_at__isnull=True))
        declared = group.declarations.order_by("-declared_at", "-id").first()
        days = [group.opened_on, group.closed_on]
        for row in [*group.places.all(), *fees, *agreements]:
            days += [row.during.lower, row.during.upper]
        if declared:
            days.append(declared.valid_until + DAY)
        turning = min([d for d in days if d is not None and d > on] + [months[1]])
        at_once = [f for f in fees if f.during.lower <= shown and (f.during.upper is None or shown < f.during.upper)]
        for mode, fee in [(f.mode, f.amount_fen) for f in at_once] or [("full", None)]:
            free = None
            if not provider.keeps_roll and declared and declared.valid_until >= on:
                number = {"full": declared.free_full}
                number |= dict.fromkeys(("am", "pm"), max(declared.free_half, declared.free_full))
                free = [number.get(mode) if m <= max(declared.valid_until, months[0]) else None for m in months]
            agreed = any(a.during.lower <= on and (a.during.upper is None or on < a.during.upper) for a in agreements)
            marked = group.places.filter(inclusive=True, during__contains=shown).exists()
            confirmed = provider.confirmed_at
            if not provider.keeps_roll and declared and declared.valid_until >= on:
                confirmed = max(filter(None, [confirmed, declared.declared_at]))
            found[group.pk, mode] = {
                "provider_id": provider.pk, "public_id": provider.public_id, "name": provider.name,
                "kind": provider.kind, "lng": provider.lng, "lat": provider.lat,
                "point": provider.point, "age_from": AGES[group.band][0], "age_to": AGES[group.band][1],
                "fee_fen": fee, "base_month": months[0], "free": free, "inclusive": agreed and marked, "rating": None,
                "confirmed_at": confirmed, "valid_until": turning,
            }  # fmt: skip
    return found


def stored_rows() -> dict[tuple[int, str], dict]:
    return {
        (row.pop("class_group_id"), row.pop("mode")): row
        for row in SearchRow.objects.values(
            "class_group_id", "mode", "provider_id", "public_id", "name",
            "kind", "lng", "lat", "point", "age_from", "age_to", "fee_fen",
            "base_month", "free", "inclusive", "rating", "confirmed_at", "valid_until",
        )
    }  # fmt: skip


def differences(on: dt.date) -> dict:
    """Column by column what is stored and what the facts say."""
    stored, naive = stored_rows(), naive_rows(on)
    found: dict = dict.fromkeys(stored.keys() ^ naive.keys(), "row")
    for key in stored.keys() & naive.keys():
        for name, value in naive[key].items():
            if stored[key][name] != value:
                found[*key, name] = (stored[key][name], value)
    return found


def random_city(dice: random.Random, on: dt.date) -> None:
    """Providers with everything that can be: past, present and future facts."""

    def some_day(low: int = -400, high: int = 500) -> dt.date:
        return on + dt.timedelta(days=dice.randint(low, high))

    for _ in range(6):
        standing = dice.choice([Standing.ACTIVE] * 4 + [Standing.SUSPENDED, Standing.UNFILED])
        provider = make.provider(standing=standing, keeps_roll=dice.random() < 0.5)
        if dice.random() < 0.6:
            begin = some_day(-300, 30)
            follow(
                InclusiveAgreement,
                of={"provider": provider},
                from_day=begin,
                number="X",
                places=5,
                to_day=dice.choice([None, begin + dt.timedelta(days=dice.randint(1, 400))]),
            )
        for _ in range(dice.randint(1, 3)):
            opened = some_day(-400, 420)
            closed = dice.choice([None, None, opened + dt.timedelta(days=dice.randint(0, 500))])
            fees = {
                mode: dice.randint(0, 3) * 50_000
                for mode in dice.sample(["full", "am", "pm", "hourly"], dice.randint(0, 3))
            }
            if closed == opened:
                closed = None
            group = make.class_group(
                provider, opened_on=opened, closed_on=closed, places=dice.randint(1, 4), inclusive=dice.randint(0, 2),
                fees=fees, band=dice.choice(list(AGES)),
            )  # fmt: skip
            if fees and dice.random() < 0.5:
                mode = dice.choice(list(fees))
                follow(Fee, of={"class_group": group, "mode": mode}, from_day=some_day(), amount_fen=77_700)
            if dice.random() < 0.5:
                place = group.places.first()
                Place.objects.filter(pk=place.pk).update(
                    during=(opened, opened + dt.timedelta(days=dice.randint(1, 600)))
                )
            for _ in range(dice.randint(0, 2)):
                VacancyDeclaration.objects.create(
                    class_group=group,
                    free_full=dice.randint(0, 4),
                    free_half=dice.randint(0, 4),
                    declared_at=clock.now() - dt.timedelta(minutes=dice.randint(0, 99)),
                    valid_until=some_day(-20, 90),
                )


@pytest.mark.parametrize("seed", range(6))
def test_rows_say_what_the_facts_say_and_go_on_saying_it(city, day, alone, seed):
    random_city(random.Random(seed), day)
    search_rows.rewrite(Provider.objects.values_list("pk", flat=True))
    assert differences(day) == {}
    for days in (1, 9, 22, 40, 200):  # the nightly task touches only lapsed rows, and that is enough
        on = day + dt.timedelta(days=days)
        search_rows.rewrite_lapsed(on)
        assert differences(on) == {}


def test_nothing_lapsed_rewrites_nothing(city, day):
    make.class_group(make.provider())
    assert search_rows.rewrite_lapsed(day) == 1  # it had no row yet
    assert search_rows.rewrite_lapsed(day) == 0
    assert search_rows.rewrite_lapsed(dt.date(2025, 8, 1)) == 1


def test_columns_of_upper_apps_are_woven_in(city, day, monkeypatch):
    group = make.class_group(make.provider(), fees={"full": 1, "am": 2})
    other = make.class_group(make.provider())
    columns = [
        SearchColumn(
            "free",
            f"SELECT {group.pk} AS class_group_id, 'full' AS mode, ARRAY[extract(day FROM %(on)s::date)]::smallint[]"
            " AS value",
        ),
        SearchColumn("rating", f"SELECT {group.pk} AS class_group_id, NULL::text AS mode, 4::smallint AS value"),
    ]
    monkeypatch.setattr(panels, "collect", lambda page, *args: columns if page == "search_columns" else [])
    search_rows.rewrite([group.provider_id, other.provider_id])
    assert list(
        SearchRow.objects.order_by("class_group", "mode").values_list("class_group", "mode", "free", "rating")
    ) == [
        (group.pk, "am", None, 4),
        (group.pk, "full", [10], 4),
        (other.pk, "full", None, None),
    ]


def test_a_provider_that_leaves_takes_its_rows_along(city, day):
    group = make.class_group(make.provider())
    search_rows.rewrite(group.provider_id)
    assert SearchRow.objects.count() == 1
    Provider.objects.update(standing=Standing.SUSPENDED)
    search_rows.rewrite(group.provider_id)
    assert not SearchRow.objects.exists()


def test_many_providers_are_rewritten_in_few_statements(city, day, alone, django_assert_num_queries):
    for _ in range(3):
        make.class_group(make.provider())
    ids = list(Provider.objects.values_list("pk", flat=True))
    with django_assert_num_queries(5):  # savepoint, lock, class ids, the statement, release
        search_rows.rewrite(ids)
