"""Whatever an action changes of a closed month is marked by it: the next close posts the difference, to the fen."""

import datetime as dt

import pytest

from enrolments.actions.attendance import enter
from enrolments.actions.spells import annul, end_enrolment, move_to_class
from enrolments.actions.taking import take_place
from enrolments.letters import Change
from portal.dates import DateRange, Month
from providers.actions import inclusive, standing
from providers.actions.classes import set_fee
from subsidies.models import Claim
from subsidies.queries import ledger
from tests.factories import enrolments as of_enrolments
from tests.factories import portal as of_portal
from tests.factories import providers as of_providers
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
MAY = dt.date(2025, 5, 1)
DAYS = [dt.date(2025, 5, day) for day in (7, 8, 9)]


class House:
    """A provider with its owner, who keeps the roll and the attendance through the actions."""

    def __init__(self, street="440105001", **fields):
        self.group = make.recognised(street=street, **fields)
        self.provider = self.group.provider
        self.owner = of_providers.owner_of(self.provider)

    def take(self, child, first=dt.date(2025, 5, 6), group=None):
        group = group or self.group
        return take_place(group.pk, child_id=child.pk, mode="full", during=DateRange(first), by=self.owner)

    def come(self, spell, days=DAYS, before=".", after="F"):
        changes = [Change(spell.pk, day, before, after) for day in days]
        return enter(self.provider.pk, month=Month.of(days[0]), changes=changes, by=self.owner, reason="核对")


@pytest.fixture
def house(city):
    """500 yuan for a month of at least three days, not above the fee."""
    cap = [{"cap": "amount_at_most_fee", "clause": "general"}]
    make.policy(valid_from=MAY, min_days=3, caps=cap)
    return House()


@pytest.fixture
def girl(house):
    """She came three days in May, which is closed and paid."""
    spell = house.take(of_enrolments.child())
    house.come(spell)
    assert closed(spell) == 50_000
    return spell


def closed(spell, month="2025-05"):
    """What the child's month comes to after another close; the ledger is proven on the way."""
    make.close(month)
    assert ledger.problems() == []
    assert make.wrong() == []
    return make.posted(spell.child, month="2025-05")


def test_attendance_entered_late_and_put_right_twice(house, city):
    spell = house.take(of_enrolments.child())
    assert closed(spell) == 0
    house.come(spell)
    assert closed(spell) == 50_000
    house.come(spell, DAYS[:1], "F", "S")
    assert closed(spell) == 0
    house.come(spell, DAYS[:1], "S", "A")
    assert closed(spell) == 50_000
    assert [fen for _child, _seq, fen in make.postings()] == [0, 50_000, -50_000, 50_000]


def test_a_spell_is_shortened_and_then_annulled(house, girl):
    end_enrolment(girl.pk, last_day=DAYS[-1], by=house.owner)
    assert closed(girl) == 50_000
    end_enrolment(girl.pk, last_day=DAYS[-2], by=house.owner, reason="核对")
    assert closed(girl) == 0
    annul(girl.pk, by=house.owner, reason="误登记")
    annul(girl.pk, by=house.owner, reason="误登记")
    assert closed(girl) == 0
    assert make.reasons(girl.child, "2025-05") == ["PAID", "TOO_FEW_DAYS"], "nothing more to take back"


def test_a_spell_annulled_at_once_takes_everything_back(house, girl):
    annul(girl.pk, by=house.owner, reason="误登记")
    assert closed(girl) == 0
    assert make.reasons(girl.child, "2025-05") == ["PAID", "GONE"]


def test_a_child_that_moves_in_mid_month_and_back(house, girl):
    other = House("440106001")
    end_enrolment(girl.pk, last_day=dt.date(2025, 5, 12), by=house.owner)
    there = other.take(girl.child, dt.date(2025, 5, 13))
    other.come(there, [dt.date(2025, 5, day) for day in (13, 14, 15, 16)])
    assert closed(there) == 50_000
    assert (make.posted(girl.child, house.provider), make.posted(girl.child, other.provider)) == (0, 50_000)
    end_enrolment(there.pk, last_day=dt.date(2025, 5, 16), by=other.owner)
    back = house.take(girl.child, dt.date(2025, 5, 19))
    house.come(back, [dt.date(2025, 5, 19), dt.date(2025, 5, 20)])  # 3 and 2 days here, 4 there
    assert closed(back) == 50_000
    assert (make.posted(girl.child, house.provider), make.posted(girl.child, other.provider)) == (50_000, 0)


def test_a_child_that_moves_to_another_class_keeps_its_month(house, girl):
    other = of_providers.class_group(house.provider)
    moved = move_to_class(girl.pk, class_group_id=other.pk, mode="am", from_day=dt.date(2025, 5, 9), by=house.owner)
    assert closed(girl) == 0, "the day she moved on is struck out in the old class"
    house.come(moved, DAYS[-1:], ".", "A")
    assert closed(girl) == 50_000


def test_a_provider_is_suspended_opened_and_closed_backwards(house, girl):
    standing.suspend(house.provider.pk, by=None, reason="JD-1", from_day=dt.date(2025, 5, 20))
    assert closed(girl) == 0
    standing.reopen(house.provider.pk, by=None, reason="JD-2", from_day=dt.date(2025, 5, 30))
    assert closed(girl) == 50_000
    standing.cancel(house.provider.pk, by=None, reason="注销", from_day=dt.date(2025, 5, 31))
    assert closed(girl) == 0


def test_a_recognition_is_ended_and_given_again_backwards(house, girl):
    district = of_portal.official("DISTRICT", "440105")
    inclusive.end_inclusive(house.provider.pk, from_day=dt.date(2025, 5, 20), reason="退出", by=district)
    assert closed(girl) == 0
    inclusive.recognise_inclusive(
        house.provider.pk, number="P-2", places={house.group.pk: 3}, fee_cap_fen=None,
        from_day=dt.date(2025, 5, 31), to_day=None, by=district,
    )  # fmt: skip
    assert closed(girl) == 50_000


def test_a_fee_is_corrected_backwards(house, girl):
    set_fee(house.group.pk, mode="full", amount_fen=30_000, from_day=MAY, by=house.owner)
    assert closed(girl) == 30_000
    set_fee(house.group.pk, mode="full", amount_fen=60_000, from_day=dt.date(2025, 5, 31), by=house.owner)
    assert closed(girl) == 50_000


def test_a_provider_that_was_closed_keeps_its_balance_in_its_last_claim(house, girl):
    """Paid for May, then May was wrong and the provider is gone: the debt stands, carried to no one."""
    make.account(house.provider)
    office = make.Office.over(house.provider)
    office.owner = house.owner
    make.advance(Claim.objects.get(), "EXPORTED", office)
    annul(girl.pk, by=house.owner, reason="误登记")
    standing.cancel(house.provider.pk, by=None, reason="注销", from_day=dt.date(2025, 6, 1))
    assert closed(girl, "2025-06") == 0
    last = Claim.objects.exclude(state="EXPORTED").get()
    make.advance(last, "CONFIRMED", office)
    assert (last.lines_fen, last.carried_in_fen, last.carried_out_fen, last.paid_fen) == (-50_000, 0, -50_000, 0)
    assert closed(girl, "2025-06") == 0
    assert Claim.objects.count() == 2, "nothing is opened any more"
