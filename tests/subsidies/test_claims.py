"""The way of a claim: every step by its person, every refusal, balances over claims."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from portal import clock, notices
from portal.models import Interest, Objection
from portal.problems import NotAllowed, StaleState
from portal.states import NoSuchMove, move
from providers.models import MonthReturn
from subsidies.actions import claims
from subsidies.actions.claims import refusals
from subsidies.models import ApprovalChain, CarriedBalance, Claim, ClaimState, Line
from subsidies.states import CLAIM, CLAIM_MOVES
from tests.factories import portal as of_portal
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
MAY = dt.date(2025, 5, 1)


@pytest.fixture(autouse=True)
def english():
    """Messages are matched in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture
def claim(city):
    """A prepared claim of 500 yuan for May, its provider with an account."""
    make.policy(valid_from=MAY)
    at = make.recognised()
    make.account(at.provider)
    make.stay(at, "2025-05", 3)
    make.close("2025-05")
    return Claim.objects.select_related("provider__street__parent", "policy").get()


@pytest.fixture
def office(claim):
    """The people of every level."""
    return make.Office.over(claim.provider)


def test_the_machine_has_a_row_for_every_state():
    assert set(CLAIM_MOVES) == set(ClaimState)
    reached = {ClaimState.PREPARED} | {to for moves in CLAIM_MOVES.values() for to in moves}
    assert reached == set(ClaimState)


def test_the_whole_way_to_the_payment_list(claim, office):
    make.advance(claim, "EXPORTED", office)
    assert claim.batch.total_fen == 50_000
    assert claim.batch.number == "TEST-4401-20250710-01"
    people = {claim.confirmed_by, claim.checked_by, claim.reviewed_by, claim.released_by}
    assert people == {office.owner, office.subdistrict, office.district, office.city}
    [row] = claim.notice.rows
    assert (row["key"], row["amount_fen"]) == (claim.provider.code, 50_000)
    assert claim.notice.last_day == dt.date(2025, 7, 17)
    assert MonthReturn.objects.filter(item="statement", month=MAY).exists()


def test_no_step_can_be_left_out(claim, office):
    claims.confirm_claim(claim.pk, by=office.owner)
    for state, person in (("REVIEWED", office.district), ("RELEASED", office.city)):
        with pytest.raises(StaleState):
            claims.pass_claims([claim.pk], to=state, by=person)
    claim.refresh_from_db()
    with pytest.raises(NoSuchMove):
        move(claim, ClaimState.EXPORTED, machine=CLAIM, by=office.finance, verb="x")


def test_pressing_twice_is_once_and_a_stale_page_is_told(claim, office):
    version = claim.version
    first = claims.confirm_claim(claim.pk, version=version, by=office.owner)
    assert claims.confirm_claim(claim.pk, version=version, by=office.owner).version == first.version
    claims.pass_claims([claim.pk], to="CHECKED", versions={claim.pk: first.version}, by=office.subdistrict)
    again = claims.pass_claims([claim.pk], to="CHECKED", versions={claim.pk: first.version}, by=office.subdistrict)
    assert again[0].version == first.version + 1
    with translation.override("en"), pytest.raises(StaleState, match="Checked a claim"):
        claims.pass_claims([claim.pk], to="REVIEWED", versions={claim.pk: first.version}, by=office.district)


def test_only_the_owner_confirms_and_only_the_office_whose_turn_it_is_passes(claim, office):
    for person in (office.district, office.subdistrict):
        with pytest.raises(NotAllowed):
            claims.confirm_claim(claim.pk, by=person)
    claims.confirm_claim(claim.pk, by=office.owner)
    elsewhere = of_portal.official("SUBDISTRICT", "440106001")
    for person in (elsewhere, office.district, office.owner):
        with pytest.raises(refusals.NotYourTurn):
            claims.pass_claims([claim.pk], to="CHECKED", by=person)


def test_nobody_acts_twice_whatever_offices_they_hold(claim, office):
    both = office.subdistrict
    make.give_office(both, "DISTRICT", "440105")
    claims.confirm_claim(claim.pk, by=office.owner)
    claims.pass_claims([claim.pk], to="CHECKED", by=both)
    with pytest.raises(refusals.SamePerson):
        claims.pass_claims([claim.pk], to="REVIEWED", by=both)
    with pytest.raises(IntegrityError, match="claim_people_are_distinct"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(reviewed_by=both)


def test_who_started_the_run_does_not_release_what_it_prepared(city):
    make.policy(valid_from=MAY)
    at = make.recognised()
    make.stay(at, "2025-05", 3)
    officer = of_portal.official("CITY", "4401")
    make.close("2025-05", by=officer)
    claim = Claim.objects.get()
    office = make.Office.over(claim.provider)
    make.advance(claim, "NOTICED", office)
    with clock.freeze(dt.datetime(2025, 7, 25, 10, tzinfo=clock.SHANGHAI)), pytest.raises(refusals.SamePerson):
        claims.pass_claims([claim.pk], to="RELEASED", by=officer)


def test_a_declared_interest_keeps_a_person_out(claim, office):
    claims.confirm_claim(claim.pk, by=office.owner)
    Interest.objects.create(
        user=office.subdistrict,
        provider_code=claim.provider.code,
        reason="亲属",
        during=(MAY, None),
        declared_at=clock.now(),
    )
    with pytest.raises(refusals.HasInterest):
        claims.pass_claims([claim.pk], to="CHECKED", by=office.subdistrict)


def test_the_notice_stands_five_working_days_and_an_objection_blocks(claim, office):
    make.advance(claim, "NOTICED", office)
    with clock.freeze(dt.datetime(2025, 7, 17, 23, tzinfo=clock.SHANGHAI)), pytest.raises(notices.NoticeStands):
        claims.pass_claims([claim.pk], to="RELEASED", by=office.city)
    notices.object_to(claim.notice_id, text="不实", contact="123", row_key=claim.provider.code)
    with clock.freeze(dt.datetime(2025, 7, 18, 9, tzinfo=clock.SHANGHAI)):
        with pytest.raises(notices.NoticeStands, match="1"):
            claims.pass_claims([claim.pk], to="RELEASED", by=office.city)
        notices.answer(Objection.objects.get().pk, text="已核实", upheld=False, by=office.district)
        claims.pass_claims([claim.pk], to="RELEASED", by=office.city)
    claim.refresh_from_db()
    assert claim.state == "RELEASED"


def test_a_returned_claim_is_open_again_takes_corrections_and_goes_its_way_anew(claim, office):
    make.advance(claim, "CHECKED", office)
    with pytest.raises(refusals.ReasonMissing):
        claims.return_claim(claim.pk, reason="  ", by=office.district)
    claims.return_claim(claim.pk, reason="出勤记录与签到不符", by=office.district)
    claim.refresh_from_db()
    assert (claim.state, claim.confirmed_by, claim.checked_by) == ("RETURNED", None, None)
    boy = claim.lines.get().subject_key
    make.attend(make.enrolment_of(boy), "2025-05", 0)
    make.close("2025-05")
    claim.refresh_from_db()
    assert claim.lines_fen == 0 and claim.lines.count() == 2
    make.attend(make.enrolment_of(boy), "2025-05", 4)
    make.close("2025-05")
    make.advance(claim, "EXPORTED", office)
    assert claim.paid_fen == 50_000
    assert make.wrong() == []


def test_many_are_passed_all_or_none(claim, office):
    other = make.recognised(street="440105001")
    make.stay(other, "2025-05", 2)
    make.close("2025-05")
    second = Claim.objects.exclude(pk=claim.pk).get()
    claims.confirm_claim(claim.pk, by=office.owner)
    with pytest.raises(StaleState):  # the second is not confirmed yet
        claims.pass_claims([claim.pk, second.pk], to="CHECKED", by=office.subdistrict)
    claim.refresh_from_db()
    assert claim.state == "CONFIRMED"
    claims.confirm_claim(second.pk, by=make.Office.over(second.provider).owner)
    claims.pass_claims([claim.pk, second.pk], to="CHECKED", by=office.subdistrict)
    assert set(Claim.objects.values_list("state", flat=True)) == {"CHECKED"}
    claims.pass_claims([claim.pk, second.pk], to="REVIEWED", by=office.district)
    [notice] = claims.publish_claims([claim.pk, second.pk], by=office.district)
    assert len(notice.rows) == 2
    assert claims.publish_claims([claim.pk, second.pk], by=office.district) == [notice]


def test_a_city_without_districts_skips_a_level(claim, office):
    """Towns check, the city does the rest by three people."""
    ApprovalChain.objects.create(
        area=claim.provider.street.parent.parent,
        steps=[
            {"state": "CHECKED", "role": "SUBDISTRICT", "workdays": 5},
            {"state": "NOTICED", "role": "CITY", "workdays": 3},
            {"state": "RELEASED", "role": "CITY", "workdays": 5},
            {"state": "EXPORTED", "role": "FINANCE", "workdays": 5},
        ],
        valid_during=(dt.date(2020, 1, 1), None),
        recorded_at=clock.now(),
    )
    claims.confirm_claim(claim.pk, by=office.owner)
    claims.pass_claims([claim.pk], to="CHECKED", by=office.subdistrict)
    claims.publish_claims([claim.pk], by=office.city)
    with clock.freeze(dt.datetime(2025, 7, 18, 9, tzinfo=clock.SHANGHAI)):
        claims.pass_claims([claim.pk], to="RELEASED", by=office.city)
    claim.refresh_from_db()
    assert claim.state == "RELEASED" and claim.reviewed_by is None


def test_a_statement_is_not_confirmed_before_its_last_month_is_closed(city):
    make.policy(valid_from=MAY, settle_period="QUARTER")
    at = make.recognised()
    make.stay(at, "2025-05", 3)
    make.close("2025-05")
    claim = Claim.objects.get()
    office = make.Office.over(claim.provider)
    with pytest.raises(refusals.PeriodNotComplete, match="2025-06"):
        claims.confirm_claim(claim.pk, by=office.owner)
    make.close("2025-06")
    assert claims.confirm_claim(claim.pk, by=office.owner).state == "CONFIRMED"


def test_nobody_is_paid_without_an_account(claim, office):
    claim.provider.accounts.all().delete()
    make.advance(claim, "RELEASED", office)
    with pytest.raises(refusals.NoAccount):
        claims.export_batch(claim.policy, area=claim.provider.street.parent.parent, by=office.finance)


def test_a_negative_total_is_carried_over_three_claims(city):
    """Three months of May to July are found wrong afterwards: −1,500 yuan meet 500, 500 and 1,000 yuan."""
    make.policy(valid_from=dt.date(2025, 1, 1))
    at = make.recognised()
    make.account(at.provider)
    kids = [make.spell(make.child(f"c{n}"), at, dt.date(2024, 9, 2)) for n in range(3)]
    for kid in kids:
        make.attend(kid, "2025-01", 3)
    make.close("2025-01")
    first = Claim.objects.get()
    office = make.Office.over(at.provider)
    make.advance(first, "EXPORTED", office)
    for kid in kids:
        make.attend(kid, "2025-01", 0)
    paid = []
    for number, present in ((2, 1), (3, 1), (4, 2)):
        for kid in kids[:present]:
            make.attend(kid, f"2025-{number:02}", 3)
        make.close(f"2025-{number:02}")
        claim = Claim.objects.get(from_month=dt.date(2025, number, 1))
        make.advance(claim, "CONFIRMED", office)
        paid.append((claim.lines_fen, claim.carried_in_fen, claim.carried_out_fen, claim.paid_fen))
    assert paid == [
        (-100_000, 0, -100_000, 0),
        (50_000, -100_000, -50_000, 0),
        (100_000, -50_000, 0, 50_000),
    ]
    assert list(CarriedBalance.objects.order_by("id").values_list("fen", flat=True)) == [-100_000, -50_000]
    assert make.wrong() == []


def test_a_provider_closes_with_a_balance(claim, office):
    """What it owes stands in its last claim, carried out to no one."""
    make.advance(claim, "EXPORTED", office)
    make.annul(make.enrolment_of(claim.lines.get().subject_key))
    make.close("2025-06")
    last = Claim.objects.exclude(pk=claim.pk).get()
    make.advance(last, "CONFIRMED", office)
    assert (last.lines_fen, last.carried_out_fen, last.paid_fen) == (-50_000, -50_000, 0)
    assert not CarriedBalance.objects.exists()
    assert make.wrong() == []


def test_totals_are_rounded_by_one_visible_line(city):
    make.policy(
        valid_from=MAY,
        rates=[{"rate_fen": 33_333, "clause": "general"}],
        rounding={"mode": "FLOOR", "unit_fen": 100, "stage": "TOTAL", "clause": "general"},
    )
    at = make.recognised()
    boy = make.stay(at, "2025-05", 3)
    make.close("2025-05")
    claim = Claim.objects.get()
    office = make.Office.over(claim.provider)
    make.advance(claim, "CONFIRMED", office)
    assert (claim.lines_fen, claim.paid_fen) == (33_300, 33_300)
    assert Line.objects.get(unit="ROUNDING").amount_fen == -33
    claims.return_claim(claim.pk, reason="补正", by=office.subdistrict)
    make.stay(at, "2025-05", 3)
    make.close("2025-05")
    make.advance(claim, "CONFIRMED", office)
    assert claim.lines_fen == 66_600
    assert list(Line.objects.filter(unit="ROUNDING").order_by("seq").values_list("amount_fen", flat=True)) == [-33, -33]
    assert make.wrong() == [] and boy


def test_the_ledger_cannot_be_changed(claim):
    line = claim.lines.get()
    for change in (
        lambda: Line.objects.filter(pk=line.pk).update(amount_fen=1),
        lambda: Line.objects.filter(pk=line.pk).delete(),
        lambda: type(line.case).objects.filter(pk=line.case_id).update(amount_fen=1),
        lambda: claim.policy.versions.update(terms={}),
        claim.delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_line_rests_on_an_open_claim_of_its_provider(claim, office):
    line = claim.lines.get()
    other = make.recognised().provider
    wrong = [{"provider": other}, {"case_id": 0}, {"policy_version_id": 0}]
    for change in wrong:
        line.pk, line.seq = None, 7
        with pytest.raises(IntegrityError, match="does not rest"), transaction.atomic():
            Line.objects.create(**{
                name: getattr(line, name)
                for name in ("provider", "period", "policy", "policy_version_id", "unit", "subject_key", "payee", "seq",
                             "claim", "case_id", "amount_fen", "posted_at")
            } | change)  # fmt: skip
    claims.confirm_claim(claim.pk, by=office.owner)
    with pytest.raises(IntegrityError, match="does not rest"), transaction.atomic():
        Line.objects.create(
            provider=claim.provider, period=MAY, policy=claim.policy, policy_version=line.policy_version, unit="X",
            subject_key="x", payee="PROVIDER", seq=0, claim=claim, case=line.case, amount_fen=1, posted_at=clock.now(),
        )  # fmt: skip
