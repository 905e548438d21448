"""Which claim a line goes into; what a claim below zero leaves to later ones: inside one policy, once, never lost."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from subsidies.actions import claims
from subsidies.models import CarriedBalance, Claim, Policy
from subsidies.queries import ledger
from tests.factories import ledger as reading
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
FIRST = dt.date(2025, 1, 1)


def at_rate(fen):
    return [{"rate_fen": fen, "clause": "general"}]


def sums(code, month):
    """(lines, carried in, carried out, paid) of a policy's claim."""
    claim = Claim.objects.get(policy__code=code, from_month=dt.date(2025, month, 1))
    return claim.lines_fen, claim.carried_in_fen, claim.carried_out_fen, claim.paid_fen


def owed():
    """What the first policy's claims left below zero and no other claim has taken yet."""
    left = Claim.objects.filter(policy__code="TEST").aggregate(fen=Sum("carried_out_fen"))["fen"]
    return left - (CarriedBalance.objects.aggregate(fen=Sum("fen"))["fen"] or 0)


@pytest.fixture
def office(city):
    """January is paid under two policies, 500 and 70 yuan; then the first one turns out to have been 100 yuan."""
    make.policy(valid_from=FIRST)
    make.policy(code="OTHER", valid_from=FIRST, rates=at_rate(7_000))
    at = make.recognised()
    make.account(at.provider)
    boy = make.spell(make.child("boy"), at, dt.date(2024, 9, 2))
    for month in ("2025-01", "2025-02", "2025-03", "2025-04"):
        make.attend(boy, month, 3)
    make.close("2025-01")
    office = make.Office.over(at.provider)
    for code in ("TEST", "OTHER"):
        make.advance(Claim.objects.get(policy__code=code), "RELEASED", office)
        claims.export_batch(Policy.objects.get(code=code), area=at.provider.street.parent.parent, by=office.finance)
    make.policy(valid_from=FIRST, version=2, corrects=1, rates=at_rate(10_000))
    return office


def confirmed(month, office):
    """Both claims of a month, closed and submitted."""
    make.close(f"2025-{month:02}")
    for claim in Claim.objects.filter(from_month=dt.date(2025, month, 1)).order_by("pk"):
        claims.confirm_claim(claim.pk, by=office.owner)


def test_a_debt_stays_inside_its_policy(office):
    confirmed(2, office)
    assert sums("TEST", 2) == (-30_000, 0, -30_000, 0)  # 10,000 for February, 40,000 too much for January
    assert sums("OTHER", 2) == (7_000, 0, 0, 7_000)
    confirmed(3, office)
    assert sums("TEST", 3) == (10_000, -30_000, -20_000, 0)
    assert sums("OTHER", 3) == (7_000, 0, 0, 7_000)
    confirmed(4, office)
    assert sums("TEST", 4) == (10_000, -20_000, -10_000, 0)
    assert ledger.problems() == []


def test_a_returned_claim_whose_debt_was_taken_is_not_taken_again(office):
    for month in (2, 3):
        confirmed(month, office)
    first = Claim.objects.get(policy__code="TEST", from_month=dt.date(2025, 2, 1))
    claims.return_claim(first.pk, reason="补正", by=office.subdistrict)
    assert sums("TEST", 2) == (-30_000, 0, -30_000, 0)
    assert owed() == -20_000
    claims.confirm_claim(first.pk, by=office.owner)
    assert (sums("TEST", 2)[0], sums("TEST", 2)[3]) == (-30_000, 0)
    assert sums("TEST", 3) == (10_000, -30_000, -20_000, 0)
    assert owed() == -20_000, "what March had taken of it is owed once"
    assert ledger.problems() == []


def test_a_returned_claim_whose_debt_nobody_took_takes_corrections_first(office):
    confirmed(2, office)
    first = Claim.objects.get(policy__code="TEST", from_month=dt.date(2025, 2, 1))
    claims.return_claim(first.pk, reason="补正", by=office.subdistrict)
    assert sums("TEST", 2) == (-30_000, 0, 0, -30_000)
    make.attend(make.enrolment_of("boy"), "2025-02", 0)
    make.close("2025-02")
    claims.confirm_claim(first.pk, by=office.owner)
    assert sums("TEST", 2) == (-40_000, 0, -40_000, 0)
    assert ledger.problems() == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"paid_fen": 1}, "claim_adds_up"),
        ({"lines_fen": -1, "paid_fen": -1}, "claim_submitted_never_pays_below_zero"),
        ({"hash": ""}, "claim_submitted_is_confirmed_and_hashed"),
    ],
)
def test_the_database_refuses_a_claim_that_does_not_add_up(office, change, rule):
    confirmed(2, office)
    claim = Claim.objects.filter(policy__code="OTHER", from_month=dt.date(2025, 2, 1))
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        claim.update(**change)


def test_a_difference_goes_into_the_open_claim_of_its_month_then_into_that_of_the_month_being_closed(city):
    """And once that is submitted too, into its next sequence; each keeps its own month."""
    make.policy(valid_from=dt.date(2025, 4, 1))
    at = make.recognised()
    boy, girl = make.stay(at, "2025-04", 3), make.stay(at, "2025-04", 3)
    for kid in (boy, girl):
        make.attend(kid, "2025-05", 3)
    owner = make.Office.over(at.provider).owner
    make.close("2025-04")
    make.close("2025-05")
    came_to = []
    for days in (0, 3, 0):
        make.attend(girl, "2025-04", days)
        make.close("2025-05")
        came_to.append([row[1:] for row in reading.claims_of(at.provider)])
        claims.confirm_claim(Claim.objects.filter(state="PREPARED").order_by("from_month")[0].pk, by=owner)
    april, may = ("2025-04", "2025-04"), ("2025-05", "2025-05")
    assert came_to == [
        [(*april, 1, 50_000), (*may, 1, 100_000)],
        [(*april, 1, 50_000), (*may, 1, 150_000)],
        [(*april, 1, 50_000), (*may, 1, 150_000), (*may, 2, -50_000)],
    ]
    assert make.wrong() == [] and ledger.problems() == []


@pytest.mark.parametrize("added_up", [False, True])
def test_a_claim_counts_its_lines_and_the_children_who_got_something(city, added_up):
    make.policy(valid_from=FIRST)
    at = make.recognised()
    make.stay(at, "2025-01", 3)
    make.stay(at, "2025-01", 0)
    make.close("2025-01")
    if added_up:
        make.stay(at, "2025-01", 0)
        make.close("2025-01")
    claim = Claim.objects.get()
    assert (claim.line_count, claim.subject_count, claim.lines_fen) == (2 + added_up, 1, 50_000)


def test_a_total_is_rounded_anew_after_a_return_and_not_upon_its_own_rounding(city):
    """333.33 is 333; with a second child 666.66 is 667, whatever the first rounding took off."""
    rounding = {"mode": "HALF_UP", "unit_fen": 100, "stage": "TOTAL", "clause": "general"}
    make.policy(valid_from=FIRST, rates=at_rate(33_333), rounding=rounding)
    at = make.recognised()
    make.stay(at, "2025-01", 3)
    make.close("2025-01")
    claim = Claim.objects.get()
    office = make.Office.over(at.provider)
    claims.confirm_claim(claim.pk, by=office.owner)
    assert sums("TEST", 1) == (33_300, 0, 0, 33_300)
    claims.return_claim(claim.pk, reason="补正", by=office.subdistrict)
    make.stay(at, "2025-01", 3)
    make.close("2025-01")
    claims.confirm_claim(claim.pk, by=office.owner)
    assert sums("TEST", 1) == (66_700, 0, 0, 66_700)
    assert make.wrong() == [] and ledger.problems() == []
