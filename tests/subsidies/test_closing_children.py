"""What children do in a month that is closed: they move, leave, come back, are recorded twice, use up their year."""

import datetime as dt

import pytest

from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
MAY = dt.date(2025, 5, 1)


def test_a_transfer_in_mid_month_and_back(plain):
    one, other = make.recognised(), make.recognised(street="440106001")
    girl = make.child("girl")
    first = make.spell(girl, one, dt.date(2025, 5, 1), dt.date(2025, 5, 9))
    second = make.spell(girl, other, dt.date(2025, 5, 12), dt.date(2025, 5, 23))
    back = make.spell(girl, one, dt.date(2025, 5, 26))
    make.attend(first, "2025-05", 2)
    make.attend(second, "2025-05", 8)
    make.attend(back, "2025-05", 4)
    make.close("2025-05")
    assert (make.posted(girl, one.provider), make.posted(girl, other.provider)) == (0, 50_000)
    make.attend(first, "2025-05", 4)
    make.attend(back, "2025-05", 5)  # now 4 + 5 days here against 8 there: the month moves
    make.close("2025-05")
    assert (make.posted(girl, one.provider), make.posted(girl, other.provider)) == (50_000, 0)
    assert make.reasons(girl, "2025-05", other.provider) == ["PAID", "GONE"]
    make.attend(second, "2025-05", 9)  # 9 days each: the tie goes to the later, which is the one she came back to
    make.close("2025-05")
    assert (make.posted(girl, one.provider), make.posted(girl, other.provider)) == (50_000, 0)
    assert make.wrong() == []


@pytest.mark.parametrize(
    ("transfer", "expected"),
    [("MORE_DAYS", (0, 50_000)), ("FIRST", (50_000, 0)), ("LAST", (0, 50_000)), ("EACH_OWN_DAYS", (50_000, 50_000))],
)
def test_each_rule_of_transfer(city, transfer, expected):
    make.policy(valid_from=MAY, transfer=transfer)
    one, other = make.recognised(), make.recognised()
    girl = make.child("girl")
    make.attend(make.spell(girl, one, dt.date(2025, 5, 1), dt.date(2025, 5, 16)), "2025-05", 4)
    make.attend(make.spell(girl, other, dt.date(2025, 5, 19)), "2025-05", 5)
    make.close("2025-05")
    assert (make.posted(girl, one.provider), make.posted(girl, other.provider)) == expected
    assert make.wrong() == []


def test_annulled_twice(plain):
    at = make.recognised()
    boy = make.stay(at, "2025-05", 3)
    make.close("2025-05")
    make.annul(boy)
    make.close("2025-05")
    make.annul(boy)
    make.close("2025-05")
    assert [fen for _child, _seq, fen in make.postings()] == [50_000, -50_000]
    assert make.wrong() == []


@pytest.mark.parametrize("close_between", [False, True])
def test_shortened_then_annulled(city, close_between):
    make.policy(valid_from=MAY, min_days=5)
    at = make.recognised()
    boy = make.stay(at, "2025-05", 18)
    make.attend(boy, "2025-06", 18)
    make.close("2025-06")
    make.shorten(boy, last=dt.date(2025, 5, 12))  # June is gone; of May's first 18 working days, 5 are left
    if close_between:
        make.close("2025-06")
        assert (make.posted(month="2025-05"), make.posted(month="2025-06")) == (50_000, 0)
    make.annul(boy)
    make.close("2025-06")
    assert make.posted() == 0
    assert make.wrong() == []


def test_two_spells_replaced_by_one_and_one_by_two(plain):
    at = make.recognised()
    girl = make.child("girl")
    one = make.spell(girl, at, dt.date(2025, 5, 6), dt.date(2025, 5, 9))
    two = make.spell(girl, at, dt.date(2025, 5, 12))
    make.attend(one, "2025-05", 2)
    make.attend(two, "2025-05", 2)
    make.close("2025-05")
    assert len(make.postings()) == 1
    make.annul(one)
    make.annul(two)
    whole = make.spell(girl, at, dt.date(2025, 5, 6))
    make.attend(whole, "2025-05", 4)
    make.close("2025-05")
    assert len(make.postings()) == 1  # the month is worth the same: nothing to correct
    make.annul(whole)
    for first, last in ((dt.date(2025, 5, 6), dt.date(2025, 5, 9)), (dt.date(2025, 5, 12), None)):
        make.attend(make.spell(girl, at, first, last), "2025-05", 1)
    make.close("2025-05")
    assert len(make.postings()) == 1
    assert make.wrong() == []


def test_a_spell_over_a_weekend_only_pays_nothing(plain):
    at = make.recognised()
    weekend = make.spell(make.child(), at, dt.date(2025, 5, 17), dt.date(2025, 5, 18))
    make.attend(weekend, "2025-05", 0)
    make.close("2025-05")
    assert make.reasons(weekend.child, "2025-05") == ["TOO_FEW_DAYS"]
    assert make.wrong() == []


def test_days_outside_the_spell_do_not_count(plain):
    at = make.recognised()
    boy = make.spell(make.child(), at, dt.date(2025, 5, 15), dt.date(2025, 5, 16))
    make.attend(boy, "2025-05", "F" * 14 + "SL" + "F" * 15)
    make.close("2025-05")
    assert make.posted() == 0
    assert make.wrong() == []


def test_the_yearly_cap_moves_to_another_provider(city):
    """Two months a year: paid in March and April here; when March falls away, June at the other provider is paid."""
    make.policy(valid_from=dt.date(2025, 3, 1), caps=[{"cap": "months_per_year", "months": 2, "clause": "general"}])
    one, other = make.recognised(), make.recognised(street="440106001")
    girl = make.child("girl")
    here = make.spell(girl, one, dt.date(2025, 3, 3), dt.date(2025, 4, 30))
    there = make.spell(girl, other, dt.date(2025, 5, 6))
    for month, spell in (("2025-03", here), ("2025-04", here), ("2025-05", there), ("2025-06", there)):
        make.attend(spell, month, 2)
    make.close("2025-06")
    months = ("2025-03", "2025-04", "2025-05", "2025-06")
    assert [make.posted(girl, month=month) for month in months] == [50_000, 50_000, 0, 0]
    make.attend(here, "2025-03", 0)
    make.close("2025-06")
    assert [make.posted(girl, month=month) for month in months] == [0, 50_000, 50_000, 0]
    assert make.posted(girl, other.provider) == 50_000
    make.attend(here, "2025-03", 1)
    make.close("2025-06")
    assert [make.posted(girl, month=month) for month in months] == [50_000, 50_000, 0, 0]
    assert make.wrong() == []


def test_a_place_lost_by_one_child_moves_months_of_another(city):
    """The first-come child's late entry pushes the second out of the only place; her capped months shift elsewhere."""
    make.policy(
        valid_from=dt.date(2025, 4, 1),
        caps=[
            {"cap": "infants_per_month", "clause": "general"},
            {"cap": "months_per_year", "months": 1, "clause": "general"},
        ],
    )
    small, other = make.recognised(places=1), make.recognised(street="440106001")
    first = make.spell(make.child("first"), small, dt.date(2024, 9, 2))
    second = make.spell(make.child("second"), small, dt.date(2025, 1, 6), dt.date(2025, 4, 30))
    moved = make.spell(second.child, other, dt.date(2025, 5, 6))
    make.attend(first, "2025-04", 0)
    make.attend(second, "2025-04", 3)
    make.attend(moved, "2025-05", 3)
    make.close("2025-05")
    assert (make.posted(second.child, small.provider), make.posted(second.child, other.provider)) == (50_000, 0)
    make.attend(first, "2025-04", 1)
    make.close("2025-05")
    assert (make.posted(second.child, small.provider), make.posted(second.child, other.provider)) == (0, 50_000)
    assert make.reasons(second.child, "2025-04") == ["PAID", "OVER_PLACES"]
    assert make.wrong() == []


def test_a_duplicate_child_found_late_and_resolved(plain):
    one, other = make.recognised(), make.recognised(street="440106001")
    here, there = make.stay(one, "2025-05", 3), make.stay(other, "2025-05", 3)
    make.close("2025-05")
    assert make.posted() == 100_000
    make.join(there.child, here.child)
    make.close("2025-05")
    assert make.posted() == 0
    assert make.flags() == [(one.provider.code, here.child.key), (other.provider.code, there.child.key)]
    assert make.reasons(here.child, "2025-05", one.provider) == ["PAID", "CONFLICT"]
    make.annul(there)
    make.close("2025-05")
    assert make.posted() == make.posted(here.child, one.provider) == 50_000
    assert make.flags() == []
    assert make.wrong() == []


def test_a_number_entered_twice_is_a_conflict_before_any_officer_looks(plain):
    one, other = make.recognised(), make.recognised(street="440106001")
    make.stay(one, "2025-05", 3, of=make.child(number="A"))
    make.stay(other, "2025-05", 3, of=make.child(number="A"))
    make.close("2025-05")
    assert make.posted() == 0 and len(make.flags()) == 2
    assert make.wrong() == []


def test_mornings_here_and_afternoons_there_are_no_conflict(plain):
    one, other = make.recognised(), make.recognised()
    girl = make.child("girl")
    make.stay(one, "2025-05", 3, of=girl, mode="am")
    afternoon = make.spell(girl, other, dt.date(2025, 5, 6), mode="pm")
    make.attend(afternoon, "2025-05", "." * 5 + "P" * 4 + "." * 22)
    make.close("2025-05")
    assert make.flags() == []
    assert (make.posted(girl, one.provider), make.posted(girl, other.provider)) == (0, 50_000)
    assert make.wrong() == []
