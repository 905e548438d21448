"""What of a child's month counts: letters by the half that was booked, the spell with most days, the cap year."""

import datetime as dt

import pytest

from tests.factories import ledger
from tests.factories import providers as of_providers
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
MAY = dt.date(2025, 5, 1)
BY_CLASS = [
    {"class_type": "INFANT", "rate_fen": 30_000, "clause": "general"},
    {"class_type": "OLDER", "rate_fen": 20_000, "clause": "general"},
]
A_DAY = {"basis": "DAILY", "denominator": "FIXED(10)", "clause": "general"}  # 5,000 fen a day of 50,000
LETTERS = "FAPSLC-"  # 5 to 11 May: full, morning, afternoon, sick, leave, closed, nobody came


@pytest.mark.parametrize(
    ("presence", "mode", "days"),
    [("ANY_HALF", "full", 3), ("ANY_HALF", "am", 2), ("ANY_HALF", "pm", 2),
     ("BOTH_HALVES", "full", 1), ("BOTH_HALVES", "am", 2), ("BOTH_HALVES", "pm", 2)],
)  # fmt: skip
def test_a_day_counts_with_presence_in_a_booked_half_or_in_both(city, presence, mode, days):
    make.policy(valid_from=MAY, presence=presence, proration=A_DAY)
    child = make.spell(make.child(), make.recognised(), dt.date(2024, 9, 2), mode=mode)
    make.attend(child, "2025-05", "." * 4 + LETTERS + "." * 20)
    make.close("2025-05")
    assert make.posted() == days * 5_000
    assert make.wrong() == []


def in_two_classes(infant_days, older_days):
    """A month in the infant class until the 16th, then in the older one, so many days each; gives what it is worth."""
    infants = make.recognised(band="INFANT")
    older = of_providers.class_group(infants.provider, band="OLDER")
    girl = make.child("girl")
    make.attend(make.spell(girl, infants, dt.date(2025, 5, 5), dt.date(2025, 5, 16)), "2025-05", infant_days)
    make.attend(make.spell(girl, older, dt.date(2025, 5, 19), mode="am"), "2025-05", older_days)
    make.close("2025-05")
    assert make.wrong() == []
    return make.posted(girl)


@pytest.mark.parametrize(
    ("infant_days", "older_days", "fen"),
    [
        (4, 3, 30_000),
        (3, 4, 10_000),
        (4, 4, 10_000),
    ],  # the older class in the morning: half of 20,000; a tie: the later
)
def test_band_and_mode_are_those_of_the_spell_with_most_days_and_of_the_later_in_a_tie(
    city, infant_days, older_days, fen
):
    half = {"by": "CARE_MODE", "map": {"half": "1/2"}, "clause": "general"}
    make.policy(valid_from=MAY, rates=BY_CLASS, multipliers=[half])
    assert in_two_classes(infant_days, older_days) == fen


@pytest.mark.parametrize(("days", "fen"), [((3, 4), 20_000), ((3, 3), 0)])
def test_the_days_of_both_spells_are_one_month(city, days, fen):
    make.policy(valid_from=MAY, rates=BY_CLASS, min_days=7)
    assert in_two_classes(*days) == fen


def test_a_month_counts_with_one_day_unless_the_policy_says_otherwise(city):
    make.policy(valid_from=MAY)
    make.policy(code="NONE-NEEDED", valid_from=MAY, min_days=0, rates=[{"rate_fen": 1, "clause": "general"}])
    at = make.recognised()
    none, one = make.stay(at, "2025-05", 0).child, make.stay(at, "2025-05", 1).child
    make.close("2025-05")
    assert make.amounts(none) == {"TEST": 0, "NONE-NEEDED": 1}
    assert make.amounts(one) == {"TEST": 50_000, "NONE-NEEDED": 1}
    assert make.wrong() == []


def test_the_cap_year_begins_where_the_policy_says(city):
    """From April on: March's month is of the year before, so April and May are the two of the new one."""
    cap = {"cap": "months_per_year", "months": 2, "clause": "general"}
    make.policy(valid_from=dt.date(2025, 2, 1), cap_year_start_month=4, caps=[cap])
    child = make.spell(make.child(), make.recognised(), dt.date(2024, 9, 2))
    months = [f"2025-{number:02}" for number in range(2, 7)]
    for month in months:
        make.attend(child, month, 1)
    make.close("2025-06")
    assert [make.posted(month=month) for month in months] == [50_000, 50_000, 50_000, 50_000, 0]
    make.attend(child, "2025-04", 0)
    make.close("2025-06")
    assert [make.posted(month=month) for month in months] == [50_000, 50_000, 0, 50_000, 50_000]
    assert make.wrong() == []


def test_a_child_without_months_left_takes_no_place(city):
    """One place. The first child has had its month of the year; the second, who came later, gets the place."""
    caps = [
        {"cap": "infants_per_month", "clause": "general"},
        {"cap": "months_per_year", "months": 1, "clause": "general"},
    ]
    make.policy(valid_from=MAY, caps=caps)
    at = make.recognised(places=1)
    first = make.stay(at, "2025-05", 2, first=dt.date(2024, 9, 2))
    second = make.spell(make.child(), at, dt.date(2025, 6, 3))
    make.attend(first, "2025-06", 2)
    make.attend(second, "2025-06", 2)
    make.close("2025-06")
    assert (make.posted(first.child), make.posted(second.child)) == (50_000, 50_000)
    assert make.reasons(first.child, "2025-06") == ["OVER_MONTHS"]
    assert ledger.ranks("2025-06") == {second.child.key: 1, first.child.key: None}
    make.attend(first, "2025-05", 0)  # June is the first child's month now, and the place is his
    make.close("2025-06")
    assert (make.posted(first.child, month="2025-06"), make.posted(second.child)) == (50_000, 0)
    assert make.wrong() == []


def test_places_go_by_first_day_at_this_provider_then_by_key_and_half_days_take_half(city):
    """Two places, four children: one whole, two halves, and the fourth goes without though a half would have fitted."""
    caps = [{"cap": "infants_per_month", "clause": "general"}]
    make.policy(valid_from=MAY, half_day_place_share="1/2", caps=caps)
    at = make.recognised(places=2)
    for key, first, mode in (("D", 3, "am"), ("B", 4, "am"), ("C", 4, "full"), ("A", 5, "pm")):
        make.stay(at, "2025-05", 1, of=make.child(key), mode=mode, first=dt.date(2025, 3, first))
    make.stay(at, "2025-05", 0, of=make.child("E"), first=dt.date(2025, 3, 3))  # nothing to pay: no place taken
    make.close("2025-05")
    assert ledger.ranks("2025-05") == {"D": 1, "B": 2, "C": 3, "A": 4, "E": None}
    assert [key for key, _seq, fen in sorted(make.postings()) if fen] == ["B", "C", "D"]
    assert make.wrong() == []


@pytest.mark.parametrize(("day", "fen"), [("FIRST_DAY", 0), ("LAST_DAY", 20_000), ("ANY_DAY", 20_000)])
def test_dated_facts_are_read_on_the_policy_s_reference_day(city, day, fen):
    make.policy(
        valid_from=MAY,
        reference_day=day,
        rates=[{"rate_fen": 0, "clause": "general"}, {"rate_fen": 20_000, "rating": 4, "clause": "general"}],
    )
    at = make.recognised()
    make.stay(at, "2025-05", 1)
    make.rate(at.provider, 4, since=dt.date(2025, 5, 20))
    make.close("2025-05")
    assert make.posted() == fen
    assert make.wrong() == []


@pytest.mark.parametrize(("day", "fen"), [("FIRST_DAY", 50_000), ("LAST_DAY", 0), ("ANY_DAY", 50_000)])
def test_what_ends_in_mid_month_held_on_its_first_day_and_on_some_day(city, day, fen):
    make.policy(valid_from=MAY, reference_day=day)
    at = make.recognised()
    make.stay(at, "2025-05", 1)
    make.end_agreement(at.provider, on=dt.date(2025, 5, 15))
    make.close("2025-05")
    assert make.posted() == fen
    assert make.wrong() == []


def test_what_was_taken_back_of_a_rating_and_a_kind_is_not_read_though_it_began_later(city):
    make.policy(
        valid_from=MAY,
        rates=[
            {"rate_fen": 10_000, "clause": "general"},
            {"rate_fen": 20_000, "rating": 4, "clause": "general"},
            {"rate_fen": 5_000, "provider_type": "KINDER", "priority": 1, "clause": "general"},
        ],
    )
    at = make.recognised()
    make.stay(at, "2025-05", 1)
    came_to = []
    for change, told in ((make.rate, 4), (make.rate, 2), (make.change_kind, "KINDER"), (make.change_kind, "COMMUNITY")):
        since = dt.date(2025, 5, 20) if told in (4, "KINDER") else dt.date(2025, 5, 10)
        change(at.provider, told, since=since)
        make.close("2025-05")
        came_to.append(make.posted())
    assert came_to == [20_000, 10_000, 5_000, 10_000]
    assert make.wrong() == []


def test_only_policies_whose_area_contains_the_provider_apply_each_with_its_own_claim(city):
    make.policy(valid_from=MAY)
    make.policy(
        code="DISTRICT", valid_from=MAY, area_code="440106", rates=[{"rate_fen": 7_000, "clause": "general"}],
        settle_period="QUARTER",
    )  # fmt: skip
    inside, outside = make.recognised(street="440106001"), make.recognised(street="440105001")
    here, there = make.stay(inside, "2025-05", 1).child, make.stay(outside, "2025-05", 1).child
    make.close("2025-05")
    assert make.amounts(here) == {"TEST": 50_000, "DISTRICT": 7_000}
    assert make.amounts(there) == {"TEST": 50_000}
    assert ledger.claims_of(inside.provider) == [
        ("DISTRICT", "2025-04", "2025-06", 1, 7_000), ("TEST", "2025-05", "2025-05", 1, 50_000),
    ]  # fmt: skip
    assert make.wrong() == []
