"""What one district's close owes to another: months are closed district by district, children do not keep to one."""

import datetime as dt

import pytest

from enrolments import identity
from enrolments.actions import children, refusals
from enrolments.models import Child
from tests.factories import enrolments as of_enrolments
from tests.factories import portal as of_portal
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
MAY = dt.date(2025, 5, 1)
HERE, THERE = "440105", "440106"


@pytest.fixture
def plain(city):
    """The plain policy is in force in the little city, which has two districts."""
    return make.policy(valid_from=MAY)


@pytest.fixture
def moved(plain):
    """A girl who moves in mid-May from the second district to the first: 3 days there, none entered here yet."""
    here, there = make.recognised(street="440105001"), make.recognised(street="440106001")
    girl = make.child("girl")
    before = make.spell(girl, there, dt.date(2025, 5, 1), dt.date(2025, 5, 16))
    after = make.spell(girl, here, dt.date(2025, 5, 19))
    make.attend(before, "2025-05", 3)
    return before, after


def fen(spell):
    """What stands in the ledger for the child where the spell is."""
    return make.posted(spell.child, spell.provider)


def test_days_entered_where_the_month_is_still_open_move_it_from_where_it_is_closed(moved):
    before, after = moved
    make.close("2025-05", THERE)
    assert (fen(before), fen(after)) == (50_000, 0)
    make.attend(after, "2025-05", 5)  # 5 days here against 3 there; here May was never closed
    make.close("2025-05", HERE)
    make.close("2025-05", THERE)
    assert (fen(before), fen(after)) == (0, 50_000), "paid in both districts"
    assert make.wrong() == []


def test_a_spell_annulled_where_the_month_is_still_open_is_paid_where_it_is_closed(moved):
    before, after = moved
    make.attend(after, "2025-05", 5)
    make.close("2025-05", THERE)
    assert (fen(before), fen(after)) == (0, 0)  # it is this district's to pay
    make.annul(after)
    make.close("2025-05")
    assert (fen(before), fen(after)) == (50_000, 0), "paid in neither district"
    assert make.wrong() == []


def test_a_second_record_entered_where_the_month_is_still_open_stops_the_payment_where_it_is_closed(plain):
    here, there = make.recognised(street="440105001"), make.recognised(street="440106001")
    first = make.stay(there, "2025-05", 3, of=make.child("first", number="A"))
    make.close("2025-05", THERE)
    assert fen(first) == 50_000
    second = make.stay(here, "2025-05", 3, of=make.child("second", number="A"))
    make.close("2025-05")
    assert (fen(first), fen(second)) == (0, 0)
    assert len(make.flags()) == 2
    assert make.wrong() == []


# --- two records with one number ------------------------------------------------------------------------------------


@pytest.fixture
def twins(plain):
    """Two spells at the same days in two districts, paid both; the first child's number is on record."""
    here, there = make.recognised(street="440105001"), make.recognised(street="440106001")
    first = make.stay(here, "2025-05", 3, of=of_enrolments.identified())
    second = make.stay(there, "2025-05", 3)
    make.close("2025-05")
    assert (fen(first), fen(second)) == (50_000, 50_000)
    return first, second


def fen_of_person(spell):
    """What the provider has for the child, under whichever record."""
    return make.posted(provider=spell.provider)


def record_again(first, second):
    """The second record gets the first one's number; gives whether it was new."""
    who = identity.open_person(first.child.identity)
    return children.record_identity(second.child_id, person=who, by=None)


def test_a_number_recorded_late_for_a_second_child_stops_both_payments(twins):
    first, second = twins
    assert record_again(first, second) is False
    make.close("2025-05")
    assert (fen(first), fen(second)) == (0, 0)
    assert make.wrong() == []


def test_a_month_of_one_record_is_a_month_of_the_other(city):
    """One month a year: March here under the first record, April there under the second."""
    cap = {"cap": "months_per_year", "months": 1, "clause": "general"}
    make.policy(valid_from=dt.date(2025, 3, 1), caps=[cap])
    here, there = make.recognised(street="440105001"), make.recognised(street="440106001")
    first = make.spell(of_enrolments.identified(), here, dt.date(2025, 3, 3), dt.date(2025, 3, 31))
    second = make.spell(make.child(), there, dt.date(2025, 4, 7))
    record_again(first, second)
    make.attend(first, "2025-03", 3)
    make.attend(second, "2025-04", 3)
    make.close("2025-04")
    assert [fen_of_person(one) for one in (first, second)] == [50_000, 0]
    assert make.flags() == []
    make.attend(first, "2025-03", 0)
    make.close("2025-04")
    assert [fen_of_person(one) for one in (first, second)] == [0, 50_000]
    assert make.wrong() == []


@pytest.mark.parametrize("which", [0, 1])
def test_whichever_of_two_spells_is_annulled_the_other_is_paid(twins, which):
    record_again(*twins)
    make.close("2025-05")
    make.annul(twins[which])
    make.close("2025-05")
    assert [fen_of_person(one) for one in twins] == [50_000 * (which == 1), 50_000 * (which == 0)]
    assert make.flags() == []
    assert make.wrong() == []


def test_records_kept_apart_are_both_paid_again(twins):
    first, second = twins
    record_again(first, second)
    make.close("2025-05")
    officer = of_portal.official("DISTRICT", "440106")
    children.keep_apart(second.child_id, by=officer, reason="typing error")
    make.close("2025-05")
    assert (fen(first), fen(second)) == (50_000, 50_000)
    assert make.flags() == []
    assert make.wrong() == []


def test_a_corrected_number_parts_two_records(twins):
    first, second = twins
    record_again(first, second)
    make.close("2025-05")
    other = identity.Person("王小红", "RESIDENT", of_enrolments.resident_id())
    assert children.record_identity(second.child_id, person=other, by=None) is True
    make.close("2025-05")
    assert (fen(first), fen(second)) == (50_000, 50_000)
    assert make.wrong() == []


def test_nobody_is_forgotten_while_two_records_are_one_child_or_not(twins):
    first, second = twins
    record_again(first, second)
    make.close("2025-05")
    for one in twins:
        with pytest.raises(refusals.SharedNumber):
            children.forget(one.child_id, by=None)
    Child.objects.filter(pk=second.child_id).update(birth_date=first.child.birth_date)
    officer = of_portal.official("DISTRICT", "440106")
    children.join_children(second.child_id, into_id=first.child_id, by=officer)
    make.close("2025-05")
    paid = (fen(first), fen(second))
    children.forget(first.child_id, by=None)
    make.close("2025-05")
    assert (fen(first), fen(second)) == paid
    assert make.wrong() == []


def test_a_child_that_comes_back_after_it_was_forgotten_has_used_its_months(city):
    make.policy(valid_from=MAY, caps=[{"cap": "months_per_year", "months": 1, "clause": "general"}])
    boy = of_enrolments.identified()
    first = make.spell(boy, make.recognised(), MAY, dt.date(2025, 5, 31))
    make.attend(first, "2025-05", 3)
    make.close("2025-05")
    known = identity.open_person(boy.identity)
    children.forget(boy.pk, by=None)
    carer = identity.Carer("王大明", "13800001234", "father")
    back = {"birth_date": boy.birth_date, "birth_order": 1, "guardian": carer}
    again = children.register_child(person=known, by=None, **back)
    assert again.pk == boy.pk
    make.stay(make.recognised(), "2025-06", 3, of=again, first=dt.date(2025, 6, 2))
    make.close("2025-06")
    assert make.posted() == 50_000, "June is his second month of the year"
    assert make.wrong() == []


# --- two policies ---------------------------------------------------------------------------------------------------


def test_what_a_district_s_policy_pays_for_a_child_excludes_the_city_s_at_another_provider(city):
    """The district pays where she was first, from three stars up; the city where she was last, unless it does."""
    make.policy(
        code="B-DISTRICT", valid_from=MAY, area_code=HERE, transfer="FIRST",
        rates=[{"rate_fen": 7_000, "rating": {"min": 3}, "clause": "general"}],
    )  # fmt: skip
    make.policy(code="A-CITY", valid_from=MAY, excludes=["B-DISTRICT"], transfer="LAST")
    here, there = make.recognised(street="440105001"), make.recognised(street="440106001")
    girl = make.child("girl")
    make.attend(make.spell(girl, here, dt.date(2025, 5, 1), dt.date(2025, 5, 16)), "2025-05", 3)
    make.attend(make.spell(girl, there, dt.date(2025, 5, 19)), "2025-05", 3)
    make.close("2025-05")
    assert make.amounts(girl) == {"A-CITY": 50_000}
    make.rate(here.provider, 4, since=MAY)
    make.close("2025-05")
    assert make.amounts(girl) == {"A-CITY": 0, "B-DISTRICT": 7_000}
    assert make.reasons(girl, "2025-05", there.provider) == ["PAID", "EXCLUDED"]
    make.rate(here.provider, 2, since=MAY)
    make.close("2025-05")
    assert make.amounts(girl) == {"A-CITY": 50_000, "B-DISTRICT": 0}
    assert make.wrong() == []
