"""Policies as rows: what recording, adopting and correcting a version changes in months that are closed already."""

import datetime as dt

import pytest
from django.utils import translation

from subsidies.actions.policies import BadPolicy, OverlapsVersion, end_policy, load_policy
from subsidies.models import Policy
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
MAY, JUNE = dt.date(2025, 5, 1), dt.date(2025, 6, 1)
BOTH = ("2025-05", "2025-06")


@pytest.fixture(autouse=True)
def english():
    """Messages are matched in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture
def paid(city):
    """A child paid 500 yuan a month for May and June under the plain policy."""
    make.policy(valid_from=MAY)
    boy = make.stay(make.recognised(), "2025-05", 3)
    make.attend(boy, "2025-06", 3)
    make.close("2025-06")
    assert by_month() == [50_000, 50_000]
    return boy


def by_month():
    return [make.posted(month=month) for month in BOTH]


def test_a_library_policy_adopted_as_it_stands_is_the_law_of_closed_months_too(paid):
    more = make.terms(code="MORE", valid_from=MAY, rates=[{"rate_fen": 1_000, "clause": "general"}])
    load_policy(more, by=None, adopt=False)
    make.close("2025-06")
    assert by_month() == [50_000, 50_000]
    version, new = load_policy(more, by=None, adopt=True)
    assert (new, version.policy.standing) == (False, "ADOPTED")
    make.close("2025-06")
    assert by_month() == [51_000, 51_000]
    assert make.wrong() == []
    marks = make.marks()
    load_policy(more, by=None, adopt=True)
    assert make.marks() == marks, "adopting twice is once"


def test_earlier_versions_of_a_library_policy_become_the_law_with_its_adoption(paid):
    rates = {"rates": [{"rate_fen": 1_000, "clause": "general"}]}
    load_policy(make.terms(code="MORE", valid_from=MAY, valid_to=dt.date(2025, 5, 31), **rates), by=None, adopt=False)
    load_policy(make.terms(code="MORE", version=2, valid_from=JUNE, **rates), by=None, adopt=True)
    make.close("2025-06")
    assert by_month() == [51_000, 51_000]
    assert make.wrong() == []


def test_an_adopted_policy_keeps_its_area(paid):
    with pytest.raises(BadPolicy) as refused:
        make.policy(version=2, valid_from=JUNE, area_code="440105")
    assert [str(problem) for problem in refused.value.problems] == [
        "area_code: This policy is adopted for the area 4401. Give the policy of another area a code of its own."
    ]
    assert Policy.objects.get().area.code == "4401"


def test_a_correction_does_not_reach_into_the_days_of_another_version(paid):
    make.policy(version=2, valid_from=JUNE, rates=[{"rate_fen": 30_000, "clause": "general"}])
    with pytest.raises(OverlapsVersion, match="Version 2 holds"):
        make.policy(version=3, valid_from=MAY, corrects=1)
    make.policy(
        version=3, valid_from=MAY, valid_to=dt.date(2025, 5, 31), corrects=1,
        rates=[{"rate_fen": 20_000, "clause": "general"}],
    )  # fmt: skip
    make.close("2025-06")
    assert by_month() == [20_000, 30_000]
    assert make.wrong() == []


def test_a_correction_that_begins_later_takes_the_months_before_it_back(paid):
    make.policy(version=2, valid_from=JUNE, corrects=1)
    make.close("2025-06")
    assert by_month() == [0, 50_000]
    assert make.reasons(paid.child, "2025-05") == ["PAID", "GONE"]
    assert make.wrong() == []


def test_an_ended_policy_takes_back_the_months_after_its_last_day(paid):
    for _twice in range(2):
        end_policy(Policy.objects.get().pk, last_day=dt.date(2025, 5, 31), by=None)
    make.close("2025-06")
    assert by_month() == [50_000, 0]
    assert make.wrong() == []


def test_a_version_that_begins_in_mid_month_is_the_law_of_the_next(paid):
    make.policy(version=2, valid_from=dt.date(2025, 5, 15), rates=[{"rate_fen": 30_000, "clause": "general"}])
    make.close("2025-06")
    assert by_month() == [50_000, 30_000]
    assert make.wrong() == []
