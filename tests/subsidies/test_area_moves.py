"""A subdistrict moves to another district: each month is paid by the district in which it lay then."""

import datetime as dt

import pytest

from portal.actions.areas import AreaRow, load_areas
from subsidies.models import Claim
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
JULY = dt.date(2025, 7, 1)


@pytest.fixture
def stay(city):
    """A child in 海珠区, whose district pays by a policy of its own; June and July were attended."""
    make.policy(valid_from=dt.date(2025, 5, 1), area_code="440105")
    made = make.stay(make.recognised(), "2025-06", 12)
    make.attend(made, "2025-07", 12)
    return made


def to_another_district(since):
    load_areas([AreaRow("440105001", "赤岗街道", "street", "440106", valid_from=since)], by=None)


def test_the_old_district_pays_what_was_before_the_day_and_nothing_after(stay):
    make.close("2025-06")
    to_another_district(JULY)
    with make.clock_at(2025, 8, 5):
        make.close("2025-07")
    assert make.posted(month="2025-06") == 50_000
    assert make.posted(month="2025-07") == 0
    assert make.wrong() == []
    assert Claim.objects.get(from_month=dt.date(2025, 6, 1)).area_path.startswith("44/4401/440106/")


def test_a_month_that_only_the_new_district_has_closed_is_computed_after_the_move(stay):
    make.close("2025-06", "440106")
    assert make.posted() == 0
    to_another_district(JULY)
    make.close("2025-06", "440106")
    assert make.posted(month="2025-06") == 50_000
    assert make.wrong() == []


def test_a_district_that_moves_with_its_policy_takes_nothing_back(stay):
    make.close("2025-06")
    load_areas([AreaRow("440105", "海珠区", "district", "44", valid_from=JULY)], by=None)
    with make.clock_at(2025, 8, 5):
        make.close("2025-07", "440105")
    assert make.posted(month="2025-06") == 50_000
    assert make.posted(month="2025-07") == 50_000
    assert make.wrong() == []


def test_a_shared_child_s_month_counts_once_in_the_district_of_then(stay):
    other = make.recognised(street="440105002")
    make.attend(make.spell(stay.child, other, dt.date(2025, 6, 16)), "2025-06", 3)
    make.close("2025-06")
    paid = make.posted(stay.child, month="2025-06")
    to_another_district(JULY)
    make.close("2025-06")
    assert make.posted(stay.child, month="2025-06") == paid
    assert make.wrong() == []
