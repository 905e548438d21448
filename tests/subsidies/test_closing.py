"""Closing a month: the worked vectors and every scenario of the ledger, through the run as shipped."""

import datetime as dt

import pytest
from django.db import transaction

from portal import canonical
from subsidies.actions.closing import starting
from subsidies.actions.policies import end_policy
from subsidies.models import Claim, Line
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
MAY = dt.date(2025, 5, 1)


def test_a_month_becomes_a_line_and_a_claim(plain):
    at = make.recognised()
    boy = make.child("boy")
    make.stay(at, "2025-05", 12, of=boy)
    run = make.close("2025-05")
    line = Line.objects.get()
    assert (line.subject_key, line.amount_fen, line.seq, line.period) == ("boy", 50_000, 0, dt.date(2025, 5, 1))
    claim = Claim.objects.get()
    assert (claim.lines_fen, claim.paid_fen, claim.line_count, claim.state) == (50_000, 50_000, 1, "PREPARED")
    assert line.case.steps[-1]["code"] == "EXACT"
    assert run.result["lines"] == 1 and len(run.result["hash"]) == 64
    assert make.wrong() == []


# --- the worked vectors of the library's policies ------------------------------------------------------------------


def test_shanxi_pays_ten_of_twelve_months(city):
    make.load_policy(make.policy_file("shanxi-2025.yaml") | {"area_code": "4401"}, by=None, adopt=True)
    at = make.recognised(kind="PRIVATE_NP")
    girl = make.spell(make.child("girl"), at, dt.date(2024, 9, 2), contract_on=dt.date(2024, 9, 1))
    kinder = make.recognised(kind="KINDER")
    boy = make.spell(make.child("boy"), kinder, dt.date(2024, 9, 2), contract_on=dt.date(2024, 9, 1))
    with make.clock_at(2026, 1, 10):
        for number in range(1, 13):
            make.attend(girl, f"2025-{number:02}", 5)
        for number in range(1, 5):
            make.attend(boy, f"2025-{number:02}", 5)
        make.close("2025-12")
    assert make.posted(girl.child) == 500_000
    assert make.posted(boy.child) == 120_000
    assert make.posted(girl.child, month="2025-10") == 50_000
    assert make.posted(girl.child, month="2025-11") == 0
    assert make.reasons(girl.child, "2025-11") == ["OVER_MONTHS"]
    assert make.wrong() == []


def test_hunan_pays_whole_months_of_fifteen_days(city):
    make.load_policy(make.policy_file("hunan-2024.yaml") | {"area_code": "4401"}, by=None, adopt=True)
    at = make.recognised(places=2)
    full = make.stay(at, "2025-05", 15).child
    short = make.stay(at, "2025-05", 14).child
    half = make.stay(at, "2025-05", 16, mode="am").child
    beyond = make.stay(at, "2025-05", 19, first=dt.date(2025, 3, 3)).child
    make.close("2025-05")
    assert make.posted(full, month="2025-05") == 10_000
    assert make.posted(short, month="2025-05") == 0
    assert make.posted(half, month="2025-05") == 5_000
    assert make.reasons(beyond, "2025-05") == ["OVER_PLACES"]
    claim = Claim.objects.get(from_month=dt.date(2025, 1, 1))
    assert (claim.to_month, claim.lines_fen) == (dt.date(2025, 6, 1), 15_000)
    assert make.wrong() == []


# --- the scenarios of the ledger -----------------------------------------------------------------------------------


def test_late_attendance_is_a_further_line(plain):
    at = make.recognised()
    boy = make.stay(at, "2025-05", 0)
    make.close("2025-05")
    assert make.postings() == [(boy.child.key, 0, 0)]
    make.attend(boy, "2025-05", 3)
    make.close("2025-05")
    assert make.postings() == [(boy.child.key, 0, 0), (boy.child.key, 1, 50_000)]
    assert make.wrong() == []


def test_a_month_put_right_twice_has_two_differences(plain):
    at = make.recognised()
    boy = make.stay(at, "2025-05", 3)
    for days in (0, 2):
        make.close("2025-05")
        make.attend(boy, "2025-05", days)
    make.close("2025-05")
    assert [fen for _child, _seq, fen in make.postings()] == [50_000, -50_000, 50_000]
    assert Claim.objects.get().lines_fen == 50_000
    assert make.wrong() == []


def test_nothing_changes_so_nothing_is_corrected(plain):
    at = make.recognised()
    boy = make.stay(at, "2025-05", 3)
    first = make.close("2025-05")
    make.attend(boy, "2025-05", 4)  # another number of days, the same amount
    again = make.close("2025-05")
    assert len(make.postings()) == 1
    assert again.result["lines"] == 0 and again.result["hash"] == first.result["hash"]


def test_kind_rating_and_recognition_change_backwards(city):
    make.policy(
        valid_from=MAY,
        rates=[
            {"rate_fen": 10_000, "clause": "general"},
            {"rate_fen": 20_000, "rating": {"min": 3}, "clause": "general"},
            {"rate_fen": 5_000, "provider_type": "KINDER", "priority": 1, "clause": "general"},
        ],
    )
    at = make.recognised()
    boy = make.stay(at, "2025-05", 3).child
    make.close("2025-05")
    assert make.posted(boy) == 10_000
    make.rate(at.provider, 4, since=dt.date(2025, 5, 20))
    make.close("2025-05")
    assert make.posted(boy) == 20_000
    make.change_kind(at.provider, "KINDER", since=dt.date(2025, 5, 31))
    make.close("2025-05")
    assert make.posted(boy) == 5_000
    make.end_agreement(at.provider, on=dt.date(2025, 5, 31))
    make.close("2025-05")
    assert make.posted(boy) == 0
    assert make.reasons(boy, "2025-05")[-1] == "NOT_INCLUSIVE"
    assert make.wrong() == []


def test_a_policy_corrected_backwards_posts_the_difference(plain):
    at = make.recognised()
    boy = make.stay(at, "2025-05", 3).child
    make.close("2025-05")
    make.policy(valid_from=MAY, version=2, corrects=1, rates=[{"rate_fen": 45_000, "clause": "general"}])
    make.close("2025-05")
    lines = list(Line.objects.order_by("seq").values_list("amount_fen", "policy_version__number"))
    assert lines == [(50_000, 1), (-5_000, 2)]
    assert make.posted(boy) == 45_000
    assert make.wrong() == []


def test_a_successor_closes_the_open_end_and_changes_only_later_months(plain):
    at = make.recognised()
    boy = make.stay(at, "2025-05", 3)
    make.attend(boy, "2025-06", 3)
    make.close("2025-06")
    make.policy(valid_from=dt.date(2025, 6, 1), version=2, rates=[{"rate_fen": 30_000, "clause": "general"}])
    make.close("2025-06")
    assert (make.posted(month="2025-05"), make.posted(month="2025-06")) == (50_000, 30_000)
    assert make.wrong() == []


def test_an_ended_policy_takes_back_what_it_paid_too_long(plain):
    at = make.recognised()
    make.stay(at, "2025-05", 3)
    make.close("2025-05")
    end_policy(plain.policy_id, last_day=dt.date(2025, 4, 30), by=None)  # too late: it began on 1 May
    make.retract(plain)
    make.close("2025-05")
    assert make.posted() == 0
    assert make.wrong() == []


def test_a_skipped_month_is_closed_with_the_next(city):
    make.policy(valid_from=dt.date(2025, 3, 1))
    at = make.recognised()
    boy = make.spell(make.child("boy"), at, dt.date(2024, 9, 2))
    for month in ("2025-03", "2025-04", "2025-05"):
        make.attend(boy, month, 2)
    make.close("2025-03")
    make.close("2025-05")
    assert [make.posted(month=month) for month in ("2025-03", "2025-04", "2025-05")] == [50_000] * 3
    assert Claim.objects.count() == 2  # April's line keeps its period and stands in May's claim
    assert make.wrong() == []


def test_a_rule_with_zero_amounts(city):
    make.policy(valid_from=MAY, rates=[{"rate_fen": 0, "clause": "general"}])
    at = make.recognised()
    boy = make.stay(at, "2025-05", 3).child
    make.close("2025-05")
    assert make.reasons(boy, "2025-05") == ["ZERO_RATE"]
    assert Claim.objects.get().paid_fen == 0
    assert make.wrong() == []


def test_a_policy_that_excludes_another_waits_for_it(city):
    make.policy(
        code="B-FIRST", valid_from=MAY, rates=[{"rate_fen": 7_000, "class_type": "INFANT", "clause": "general"}]
    )
    make.policy(code="A-SECOND", valid_from=MAY, excludes=["B-FIRST"])
    infants, others = make.recognised(band="INFANT"), make.recognised(street="440106001")
    baby, child = make.stay(infants, "2025-05", 2).child, make.stay(others, "2025-05", 2).child
    make.close("2025-05")
    assert make.amounts(baby) == {"B-FIRST": 7_000, "A-SECOND": 0}
    assert make.amounts(child) == {"A-SECOND": 50_000}
    assert make.reasons(baby, "2025-05")[-1] == "EXCLUDED"
    assert make.wrong() == []


def test_an_edited_calendar_makes_the_month_due(city):
    make.policy(
        valid_from=MAY,
        proration={"basis": "DAILY", "denominator": "WORKDAY", "clause": "general"},
    )
    at = make.recognised()
    make.stay(at, "2025-05", 10)
    make.close("2025-05")
    before = make.posted()
    make.day_off(dt.date(2025, 5, 30))
    make.close("2025-05")
    assert make.posted() > before
    assert make.wrong() == []


def test_an_unmarked_change_is_found_by_the_check_and_not_paid(plain):
    at = make.recognised()
    boy = make.stay(at, "2025-05", 3)
    make.close("2025-05")
    boy.attendance.update(days="-" * 31)  # no action, no mark
    make.close("2025-05")
    [fault] = make.wrong()
    assert (fault.key.subject_key, fault.law_fen, fault.posted_fen) == (boy.child.key, 0, 50_000)


def test_a_district_alone_leaves_the_other_for_later(plain):
    here, there = make.recognised(), make.recognised(street="440106001")
    make.stay(here, "2025-05", 3)
    make.stay(there, "2025-05", 3)
    make.close("2025-05", "440105")
    assert make.posted() == 50_000
    assert make.wrong() == []
    make.close("2025-05")
    assert make.posted() == 100_000
    assert make.wrong() == []


def test_a_correction_goes_into_the_open_claim_and_after_submission_into_the_next(plain):
    at = make.recognised()
    boy = make.stay(at, "2025-05", 0)
    make.close("2025-05")
    make.attend(boy, "2025-05", 3)
    make.close("2025-05")
    claim = Claim.objects.get()
    make.submit(claim)
    make.attend(boy, "2025-05", 0)
    make.close("2025-05")
    claim.refresh_from_db()
    after = Claim.objects.exclude(pk=claim.pk).get()
    assert (claim.lines_fen, after.sequence, after.lines_fen) == (50_000, 2, -50_000)
    assert make.wrong() == []


def test_the_hash_does_not_depend_on_how_the_work_is_cut(plain, monkeypatch):
    for street in ("440105001", "440105002", "440106001", "440106002"):
        at = make.recognised(street=street)
        for days in (0, 1, 5):
            make.stay(at, "2025-05", days)
    hashes = set()
    for enough in (1000, 1):
        monkeypatch.setattr(starting, "ENOUGH", enough)
        with transaction.atomic():
            run = make.close("2025-05")
            hashes.add((run.chunks.count(), run.result["hash"]))
            transaction.set_rollback(True)
    assert len({chunks for chunks, _hash in hashes}) == 2
    assert len({digest for _chunks, digest in hashes}) == 1


def test_a_claims_hash_is_over_its_lines_as_written_down(plain):
    """The ledger's hash rests on nothing but business codes: anybody can compute it from the exported lines."""
    at = make.recognised()
    boy = make.stay(at, "2025-05", 3, of=make.child('K"ö\\1'))
    make.close("2025-05")
    make.attend(boy, "2025-05", 0)
    make.close("2025-05")
    claim = Claim.objects.get()
    rows = [
        ["TEST", 1, "INFANT_MONTH", 'K"ö\\1', at.provider.code, "PROVIDER", "2025-05-01", seq, fen, line.case.values]
        for line, seq, fen in zip(claim.lines.order_by("seq"), (0, 1), (50_000, -50_000), strict=True)
    ]
    assert claim.hash == canonical.digest_rows(rows)
