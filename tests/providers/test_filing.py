"""The officer's way of a filing: clocks, receipt, faults at once, conformity, non-conformity, and who may."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import clock
from portal.models import AuditEvent, Interest, OutgoingMessage, PublicNotice
from portal.problems import NotAllowed, StaleState
from portal.states import NoSuchMove, move
from providers.actions import applying, drafts, filing
from providers.models import FactChange, FilingCase, FilingState, Provider, SearchRow, Standing, StandingSpan
from providers.states import FILING, FILING_MOVES, STANDING, STANDING_MOVES
from tests.factories import portal as make_portal
from tests.factories import providers as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(city):
    return make_portal.user()


@pytest.fixture
def officer(city, official):
    return official("DISTRICT", "440105")


@pytest.fixture
def filed(owner):
    """A filing as handed in by its owner."""
    return make.filing(by=owner)


def at(filing_case, name: str) -> str:
    return reverse(f"providers:{name}", args=[filing_case.public_id])


def test_the_clocks_count_working_days_from_the_day_after(filed, officer):
    assert filed.receipt_due == dt.date(2025, 7, 17)  # Thursday + 5 working days
    received = filing.receive(filed.pk, by=officer)
    assert received.number == "备440105-2025-0001"
    assert received.decision_due == dt.date(2025, 7, 31)  # 15 working days
    with clock.freeze(dt.datetime(2025, 9, 28, 2, tzinfo=dt.UTC)):  # a make-up Sunday before the holiday
        other = make.filing(by=make_portal.user())
        assert other.receipt_due == dt.date(2025, 10, 11)  # holiday 1–8 October, 11 is a make-up Saturday


def test_conformity_opens_the_provider_its_classes_and_the_search(filed, officer, owner, day):
    filing.receive(filed.pk, by=officer)
    filing.find_conforming(filed.pk, by=officer)
    provider = Provider.objects.get()
    assert (provider.standing, provider.filed_on) == (Standing.ACTIVE, day)
    spans = StandingSpan.objects.filter(retracted_at__isnull=True).values_list("standing", "during")
    assert [(s, d.lower, d.upper) for s, d in spans] == [(Standing.ACTIVE, day, None)]
    group = provider.class_groups.get()
    assert group.places.filter(during__contains=day).count() == 15
    assert not group.places.filter(inclusive=True).exists(), "inclusive places count once they are recognised"
    assert set(SearchRow.objects.values_list("mode", flat=True)) == {"full", "am", "pm"}
    assert FactChange.objects.filter(provider=provider, from_month=dt.date(2025, 7, 1)).exists()
    assert OutgoingMessage.objects.filter(user=owner, key__startswith="filing-conforming").exists()


def test_all_faults_at_once_corrected_and_handed_in_again(filed, officer, owner, client_of):
    client = client_of(officer)
    data = {"version": filed.version, "faults-TOTAL_FORMS": 3, "faults-INITIAL_FORMS": 0}
    data |= {f"faults-{n}-{name}": "" for n in range(3) for name in ("item", "text")}  # as a browser sends empty rows
    data |= {
        "faults-0-item": "place",
        "faults-0-text": "门牌号不符",
        "faults-1-item": "papers:FIRE",
        "faults-1-text": "看不清",
    }
    assert client.post(at(filed, "filing_return"), data).status_code == 302
    filed.refresh_from_db()
    assert filed.state == FilingState.RETURNED
    assert filed.faults.count() == 2
    own = client_of(owner)
    assert "门牌号不符" in own.get(at(filed, "filing")).content.decode()
    assert own.post(at(filed, "filing_correct")).url == reverse("providers:correct_check", args=[filed.public_id])
    step = reverse("providers:correct_step", args=[filed.public_id, "place"])
    page = own.get(step).content.decode()
    assert "门牌号不符" in page and "看不清" not in page
    values = make.PLACE | {"address": "示例路 88 号", "seen": "0", "lease_from": "", "lease_to": ""}
    assert own.post(step, values).status_code == 302
    answer = own.post(reverse("providers:correct_check", args=[filed.public_id]), {"true": "on", "seen": "1"})
    assert answer.status_code == 302
    filed.refresh_from_db()
    assert (filed.state, filed.provider.address) == (FilingState.SUBMITTED, "示例路 88 号")
    assert not filed.faults.filter(cured_at__isnull=True).exists()
    assert Provider.objects.count() == FilingCase.objects.count() == 1


def test_a_return_without_a_fault_is_refused(filed, officer, client_of):
    with pytest.raises(filing.NoFaults):
        filing.return_for_correction(filed.pk, faults=[("place", "  ")], by=officer)
    data = {"version": filed.version, "faults-TOTAL_FORMS": 3, "faults-INITIAL_FORMS": 0}
    assert client_of(officer).post(at(filed, "filing_return"), data).status_code == 422
    filed.refresh_from_db()
    assert filed.state == FilingState.SUBMITTED


def test_non_conformity_is_published_with_its_reasons(filed, officer, owner, client_of):
    filing.receive(filed.pk, by=officer)
    filed.refresh_from_db()
    client = client_of(officer)
    assert client.post(at(filed, "filing_refuse"), {"reasons": " ", "version": filed.version}).status_code == 422
    client.post(at(filed, "filing_refuse"), {"reasons": "场地在四层", "version": filed.version})
    filed.refresh_from_db()
    assert filed.state == FilingState.NON_CONFORMING
    notice = PublicNotice.objects.get()
    assert notice.rows[0]["reasons"] == "场地在四层"
    assert filed.provider.standing == Standing.UNFILED
    assert "场地在四层" in client_of(owner).get(at(filed, "filing")).content.decode()


def test_the_maker_is_not_the_checker(officer):
    own = make.filing(by=officer)
    with pytest.raises(NotAllowed):
        filing.receive(own.pk, by=officer)


def test_an_interest_keeps_an_officer_out(filed, officer, client_of):
    Interest.objects.create(
        user=officer, provider_code=filed.provider.code, reason="亲属", during=(dt.date(2025, 1, 1), None),
        declared_at=clock.now(),
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        filing.receive(filed.pk, by=officer)
    page = client_of(officer).get(at(filed, "filing"))
    assert at(filed, "filing_receive") not in page.content.decode()
    assert client_of(officer).post(at(filed, "filing_receive"), {"version": 1}).status_code == 404


@pytest.mark.parametrize(
    ("role", "area", "department", "status"),
    [
        ("DISTRICT", "440106", "HEALTH", 404),  # another district
        ("DISTRICT", "440105", "MARKET", 200),  # reads, does not decide
        ("SUBDISTRICT", "440105001", "HEALTH", 200),
        ("SUBDISTRICT", "440105002", "HEALTH", 404),
        ("CITY", "4401", "HEALTH", 200),
        ("FINANCE", "4401", "FINANCE", 404),
        ("SYSADMIN", "4401", "IT", 404),
    ],
)
def test_who_sees_a_filing_and_that_only_the_district_decides(filed, client_of, role, area, department, status):
    person = make_portal.official(role, area, department)
    client = client_of(person)
    assert client.get(at(filed, "filing")).status_code == status
    for verb in ("filing_receive", "filing_return", "filing_conform", "filing_refuse"):
        assert client.post(at(filed, verb), {"version": filed.version, "reasons": "x"}).status_code == 404
    with pytest.raises(NotAllowed):
        filing.receive(filed.pk, by=person)
    filed.refresh_from_db()
    assert filed.state == FilingState.SUBMITTED


def test_another_tenants_filing_does_not_exist(filed, client_of):
    other = make.owner_of(make.provider())
    client = client_of(other)
    for name in ("filing", "filing_receipt"):
        assert client.get(at(filed, name)).status_code == 404
    assert client.get(reverse("providers:filing_paper", args=[filed.public_id, "FIRE"])).status_code == 404
    for name in ("filing_withdraw", "filing_correct"):
        assert client.post(at(filed, name), {"version": filed.version}).status_code == 404
    assert client_of(None).get(at(filed, "filing")).status_code == 302


def test_the_second_officer_is_told_who_was_first(filed, officer, client_of):
    second = make_portal.official("DISTRICT", "440105")
    stale = filed.version
    filing.receive(filed.pk, version=stale, by=officer)
    with pytest.raises(StaleState) as refused:
        filing.receive(filed.pk, version=stale, by=second)
    assert officer.name in refused.value.message
    answer = client_of(second).post(at(filed, "filing_receive"), {"version": stale}, follow=True)
    assert officer.name in answer.content.decode() or answer.status_code == 404
    assert FilingCase.objects.get().number == "备440105-2025-0001"


def test_numbers_run_on_by_district_and_year(officer, owner):
    numbers = [filing.receive(make.filing(by=owner).pk, by=officer).number for _ in range(3)]
    assert numbers == ["备440105-2025-0001", "备440105-2025-0002", "备440105-2025-0003"]


def test_a_withdrawn_filing_is_over(filed, owner, officer, client_of):
    client_of(owner).post(at(filed, "filing_withdraw"), {"version": filed.version})
    filed.refresh_from_db()
    assert filed.state == FilingState.WITHDRAWN
    with pytest.raises(NoSuchMove):
        filing.receive(filed.pk, by=officer)


def test_the_receipt_says_filed_and_never_licensed(filed, officer, owner, client_of):
    assert client_of(owner).get(at(filed, "filing_receipt")).status_code == 404
    filing.receive(filed.pk, by=officer)
    filing.find_conforming(filed.pk, by=officer)
    page = client_of(owner).get(at(filed, "filing_receipt")).content.decode()
    assert "备440105-2025-0001" in page and "SPECIMEN" in page


def test_checks_find_what_is_wrong(filed, officer, client_of):
    make.provider(credit_code=filed.provider.credit_code)
    filed.snapshot["papers"]["FIRE"]["to"] = "2025-07-01"
    filed.snapshot["classes"][0]["places"] = 99
    filed.snapshot["place"] |= {"lease_from": "2025-01-01", "lease_to": "2026-01-01"}
    filed.save()
    checks = client_of(officer).get(at(filed, "filing")).context["checks"]
    assert [check.kind for check in checks] == ["good", "warn", "good", "bad", "warn", "bad"]


def test_the_queue_costs_the_same_for_one_and_three(officer, owner, client_of, django_assert_num_queries):
    client = client_of(officer)
    make.filing(by=owner)
    client.get(reverse("providers:filings"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(reverse("providers:filings"))
    for _ in range(2):
        make.filing(by=owner)
    with django_assert_num_queries(len(one)):
        page = client.get(reverse("providers:filings"))
    assert len(page.context["page"].object_list) == 3
    assert len(one) <= 12
    assert client_of(owner).get(reverse("providers:filings")).status_code == 404


def test_the_queue_filters(filed, officer, client_of):
    client = client_of(officer)
    for query, count in (("", 1), ("?state=RECEIVED", 0), ("?q=不存在", 0), (f"?q={filed.provider.credit_code}", 1)):
        page = client.get(reverse("providers:filings") + query)
        assert page.status_code == 200
        assert len(page.context["page"].object_list) == count, query


@pytest.mark.parametrize("before", list(FILING_MOVES))
@pytest.mark.parametrize("after", list(FILING_MOVES))
def test_a_filing_moves_only_along_the_table(filed, before, after):
    facts = {
        "number": "X", "received_at": clock.now(), "decision_due": dt.date(2025, 8, 1), "decided_at": clock.now(),
        "decided_by": make_portal.user(),
    }  # fmt: skip
    FilingCase.objects.filter(pk=filed.pk).update(state=before, **facts)
    filed.refresh_from_db()
    events = AuditEvent.objects.count()
    if after in FILING_MOVES[before]:
        move(filed, after, machine=FILING, by=None, verb="test")
        assert AuditEvent.objects.count() == events + 1
    else:
        with pytest.raises(NoSuchMove):
            move(filed, after, machine=FILING, by=None, verb="test")
        assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("before", list(STANDING_MOVES))
@pytest.mark.parametrize("after", list(STANDING_MOVES))
def test_a_standing_moves_only_along_the_table(city, before, after):
    provider = make.provider(standing=before, filed_on=dt.date(2024, 9, 1))
    if after in STANDING_MOVES[before]:
        move(provider, after, machine=STANDING, by=None, verb="test")
        assert Provider.objects.get().standing == after
    else:
        with pytest.raises(NoSuchMove):
            move(provider, after, machine=STANDING, by=None, verb="test")


def test_a_correction_draft_is_begun_by_the_owner_only(filed, officer, owner):
    filing.return_for_correction(filed.pk, faults=[("place", "x")], by=officer)
    filed.refresh_from_db()
    with pytest.raises(NotAllowed):
        drafts.begin_correction(filed, by=officer)
    assert applying.corrected_filing(drafts.begin_correction(filed, by=owner)) == filed.public_id
