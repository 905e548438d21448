"""The pages: who sees what, what a button does, how many queries a list costs, what an explanation says."""

import datetime as dt
import io
import re

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from portal import clock, runs
from portal.models import AuditEvent, Run
from subsidies.actions import claims
from subsidies.models import Claim, Fund, Line, PaymentBatch
from tests.factories import inspections as of_inspections
from tests.factories import portal as of_portal
from tests.factories import providers as of_providers
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
MAY = dt.date(2025, 5, 1)


@pytest.fixture
def claim(city):
    """A prepared claim of 92.50 yuan for a half-day child, under the demo city's own scheme."""
    make.load_policy(make.terms(
        valid_from=MAY,
        rates=[{"rate_fen": 18_500, "class_type": "OLDER", "care_mode": ["full", "half"], "clause": "general"}],
        proration={"basis": "THRESHOLD", "threshold": {"days": 15}, "below": "ZERO", "clause": "days"},
        multipliers=[{"by": "CARE_MODE", "map": {"half": "1/2"}, "clause": "half"}],
        caps=[{"cap": "infants_per_month", "clause": "general"},
              {"cap": "months_per_year", "months": 10, "clause": "general"}],
        clauses={"general": "测试办法", "days": "第六条 满15天按整月", "half": "第五条 半日托减半"},
    ), by=None)  # fmt: skip
    at = make.recognised()
    make.account(at.provider)
    make.stay(at, "2025-05", 16, mode="am", of=make.child("KEY0012345", number="A"))
    make.close("2025-05")
    return Claim.objects.select_related("provider__street__parent", "policy").get()


@pytest.fixture
def office(claim):
    """The people of every level."""
    return make.Office.over(claim.provider)


def url(name, *args):
    return reverse(f"subsidies:{name}", args=args)


def test_a_month_that_a_hazard_cost_leads_to_the_hazard(city, client_of, official):
    make.load_policy(make.terms(
        valid_from=MAY, eligibility=[{"if": "no_open_major_hazard", "clause": "general"}],
        clauses={"general": "第八条 存在未整改完成的重大隐患的月份，不予补助"},
    ), by=None)  # fmt: skip
    at = make.recognised()
    make.stay(at, "2025-05", 16)
    visit = of_inspections.visit(at.provider, state="FINISHED", result="MAJOR")
    of_may = of_inspections.finding(visit, level="MAJOR", found_on=dt.date(2025, 5, 20), text="出口堵塞")
    later = of_inspections.finding(visit, level="MAJOR", found_on=dt.date(2025, 6, 2), text="护栏松动")
    make.close("2025-05")
    claim = Claim.objects.get()
    office = make.Office.over(claim.provider)
    line = claim.lines.get()
    assert (line.amount_fen, line.case.reason) == (0, "OPEN_MAJOR_HAZARD")
    for person in (office.owner, office.district):
        page = client_of(person).get(url("line", claim.public_id, line.pk)).content.decode()
        assert reverse("inspections:finding", args=[of_may.public_id]) in page
        assert "出口堵塞" in page and later.number not in page
    sums = client_of(office.finance).get(url("case", claim.public_id, line.case_id)).content.decode()
    assert "第八条" in sums and "出口堵塞" not in sums  # finance reads money, no findings


def test_the_owner_reads_the_statement_and_its_explanation_and_confirms(claim, office, client_of):
    client = client_of(office.owner)
    listing = client.get(url("claims"))
    assert "2025-05" in listing.content.decode() and "92.50" in listing.content.decode()
    page = client.get(url("claim", claim.public_id)).content.decode()
    assert "王** 4401" in page  # the child's mask, never a key or a name
    assert "KEY0012345" not in page
    line = claim.lines.get()
    text = client.get(url("line", claim.public_id, line.pk), headers={"accept-language": "en"}).content.decode()
    for said in ("第六条 满15天按整月", "Multiplied by 1/2 for Half days", "16 days reach the threshold of 15",
                 "185.00 yuan a month", "Amount: 92.50 yuan", "Within the recognised places"):  # fmt: skip
        assert said in text, said
    answer = client.post(url("confirm", claim.public_id), {"version": claim.version})
    assert answer.status_code == 302
    claim.refresh_from_db()
    assert claim.state == "CONFIRMED" and claim.confirmed_by == office.owner
    again = client.post(url("confirm", claim.public_id), {"version": claim.version - 1})
    assert again.status_code == 302  # the button pressed twice
    assert AuditEvent.objects.filter(verb="confirm_claim").count() == 1


def test_a_stale_statement_is_told_and_not_confirmed(claim, office, client_of):
    stay = make.enrolment_of("KEY0012345")
    make.attend(stay, "2025-05", 10)
    make.close("2025-05")
    answer = client_of(office.owner).post(url("confirm", claim.public_id), {"version": claim.version})
    assert answer.status_code == 409
    claim.refresh_from_db()
    assert claim.state == "PREPARED"


def test_officials_see_a_masked_key_and_the_city_only_sums(claim, office, client_of):
    for person, by_child in (
        (office.subdistrict, True),
        (office.district, True),
        (office.city, False),
        (office.finance, False),
    ):
        client = client_of(person)
        page = client.get(url("claim", claim.public_id)).content.decode()
        assert ("KE***345" in page) is by_child
        assert "KEY0012345" not in page and "王**" not in page
        line = client.get(url("line", claim.public_id, claim.lines.get().pk))
        assert line.status_code == (200 if by_child else 404)
        case = client.get(url("case", claim.public_id, claim.lines.get().case_id))
        assert case.status_code == 200 and "KE***345" not in case.content.decode()


@pytest.mark.parametrize(
    "role", ["SUBDISTRICT", "DISTRICT", "CITY", "FINANCE", "AUDITOR", "INSPECTOR", "EVALUATOR", "SYSADMIN"]
)
def test_offices_of_another_area_and_other_offices_see_nothing(claim, role, client_of):
    elsewhere = {"SUBDISTRICT": "440106001", "CITY": "440106", "FINANCE": "440106"}.get(role, "440106")
    client = client_of(of_portal.official(role, elsewhere))
    page = client.get(url("claim", claim.public_id))
    assert page.status_code == 404
    listing = client.get(url("claims"))
    assert listing.status_code == 404 or "92.50" not in listing.content.decode()


def test_another_provider_and_a_stranger_see_nothing(claim, client_of):
    other = of_providers.owner_of(make.recognised().provider)
    for name in ("claim", "confirm", "return"):
        assert client_of(other).get(url(name, claim.public_id)).status_code == 404
        assert client_of(None).get(url(name, claim.public_id)).status_code == 302


def test_a_queue_passes_many_after_a_look_at_the_totals(claim, office, client_of):
    second = make.recognised()
    make.stay(second, "2025-05", 15)
    make.close("2025-05")
    other = Claim.objects.exclude(pk=claim.pk).get()
    claims.confirm_claim(claim.pk, by=office.owner)
    claims.confirm_claim(other.pk, by=make.Office.over(other.provider).owner)
    client = client_of(office.subdistrict)
    home = client.get(reverse("home")).content.decode()
    assert url("queue", "checked") in home
    queue = client.get(url("queue", "checked")).content.decode()
    assert "277.50" in queue
    seen = client.post(url("queue_check", "checked"), {"all": "1", "amount": "some"})
    chosen = re.search(r'name="chosen" value="([^"]+)"', seen.content.decode())[1]
    assert len(chosen.split(",")) == 2
    assert Claim.objects.filter(state="CHECKED").count() == 0  # the look writes nothing
    assert client.post(url("queue_pass", "checked"), {"chosen": chosen}).status_code == 302
    assert Claim.objects.filter(state="CHECKED").count() == 2
    twice = client.post(url("queue_pass", "checked"), {"chosen": chosen})
    assert twice.status_code == 302


def test_a_queue_says_why_nothing_was_changed_and_keeps_what_was_chosen(claim, office, client_of):
    claims.confirm_claim(claim.pk, by=office.owner)
    client = client_of(office.subdistrict)
    wrong = client.post(url("queue_pass", "checked"), {"chosen": f"{claim.pk}:{claim.version}"})
    assert wrong.status_code == 409 and claim.provider.name in wrong.content.decode()
    empty = client.post(url("queue_check", "checked"), {})
    assert empty.status_code == 200
    assert client.post(url("queue_pass", "checked"), {"chosen": "nonsense,1:x"}).status_code == 409
    assert client_of(office.subdistrict).get(url("queue", "released")).status_code == 404


def test_an_officer_returns_a_claim_with_a_reason(claim, office, client_of):
    claims.confirm_claim(claim.pk, by=office.owner)
    client = client_of(office.subdistrict)
    claim.refresh_from_db()
    assert client.post(url("return", claim.public_id), {"reason": " ", "version": claim.version}).status_code == 400
    answer = client.post(url("return", claim.public_id), {"reason": "签到表缺五月六日", "version": claim.version})
    assert answer.status_code == 302
    assert "签到表缺五月六日" in client_of(office.owner).get(url("claim", claim.public_id)).content.decode()
    assert client.get(url("return", claim.public_id)).status_code == 404  # it is the provider's turn


def test_publish_release_and_pay_in_the_browser(claim, office, client_of):
    make.advance(claim, "REVIEWED", office)
    client = client_of(office.district)
    assert client.post(url("queue_pass", "noticed"), {"chosen": f"{claim.pk}:{claim.version}"}).status_code == 302
    claim.refresh_from_db()
    public = client_of(None).get(reverse("notice", args=[claim.notice.public_id])).content.decode()
    assert claim.provider.name in public and "92.50" in public and "KEY" not in public
    city = client_of(office.city)
    early = city.post(url("queue_pass", "released"), {"chosen": f"{claim.pk}:{claim.version}"})
    assert early.status_code == 409
    with clock.freeze(dt.datetime(2025, 7, 18, 9, tzinfo=clock.SHANGHAI)):
        assert city.post(url("queue_pass", "released"), {"chosen": f"{claim.pk}:{claim.version}"}).status_code == 302
        finance = client_of(office.finance)
        assert "92.50" in finance.get(url("batches")).content.decode()
        make_url = url("batch_new", "TEST", "4401")
        seen = re.search(r'name="seen" value="(\w+)"', finance.get(make_url).content.decode())[1]
        assert finance.post(make_url, {"seen": "0" * 64}).status_code == 409  # another list than the one seen
        assert finance.post(make_url, {"seen": seen}).status_code == 302
        assert finance.get(make_url).status_code == 404
        batch = PaymentBatch.objects.get()
        page = finance.get(url("batch", batch.public_id)).content.decode()
        assert "玖拾贰元伍角整" in page
        file = finance.post(url("batch_file", batch.public_id))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    cells = [str(cell) for row in rows for cell in row if cell != ""]
    for said in ("SPECIMEN 样张", "6222000011112222", "92.5"):
        assert said in cells, said
    assert any("玖拾贰元伍角整" in cell for cell in cells)
    assert any("演示数据" in cell or "Demo data" in cell for cell in cells)
    assert AuditEvent.objects.filter(verb="read_account_numbers").count() == 1
    assert client_of(office.city).post(url("batch_file", batch.public_id)).status_code == 404


def test_closing_in_the_browser_starts_a_run_and_shows_its_progress(claim, office, client_of):
    client = client_of(office.city)
    page = client.get(url("close"))
    assert page.status_code == 200 and "2025-06" in page.content.decode()
    assert "2025-05" in page.content.decode() and "2025-04" not in page.content.decode()  # no policy was in force yet
    answer = client.post(url("close"), {"month": "2025-06", "area": "4401"})
    run = Run.objects.filter(kind="close_month").latest("id")
    assert answer.url == reverse("run", args=[run.public_id])
    waiting = client.get(answer.url).content.decode()
    assert "hx-trigger" in waiting
    other = client.post(url("close"), {"month": "2025-05", "area": "4401"})
    assert other.status_code == 400  # one closing at a time
    runs.work(run.pk)
    done = client.get(answer.url).content.decode()
    assert "hx-trigger" not in done and url("claims") in done
    assert "新记明细 1 条，合计 0.00 元。 本月共有申领单 1 张。" in done  # nobody entered June's attendance
    again = client.post(url("close"), {"month": "2025-06", "area": "4401"}).url
    runs.work(Run.objects.latest("id").pk)
    assert "没有变化，未新记明细。" in client.get(again).content.decode()
    for wrong in ({"month": "2025-07", "area": "4401"}, {"month": "x", "area": "440106001"}, {}):
        assert client.post(url("close"), wrong).status_code == 400
    assert client_of(office.subdistrict).get(url("close")).status_code == 404


def test_a_close_that_names_no_month_leads_to_all_claims(city, client_of):
    run = Run.objects.create(
        kind="close_month", key="by hand", state="DONE", area_path=city["4401"].path, params={}, result={},
        queued_at=clock.now(), started_at=clock.now(), finished_at=clock.now(),
    )  # fmt: skip
    officer = of_portal.official("CITY", "4401")
    page = client_of(officer).get(reverse("run", args=[run.public_id]))
    assert page.status_code == 200
    assert f'href="{url("claims")}"' in page.content.decode()


def test_the_month_page_and_the_provider_page_tell_the_statement(claim, office, client_of):
    client = client_of(office.owner)
    assert url("claims") in client.get(reverse("home")).content.decode()
    claims.confirm_claim(claim.pk, by=office.owner)
    assert "claims-to-confirm" not in client.get(reverse("home")).content.decode()


def test_policies_are_public_and_say_each_rule_with_its_clause(claim, client_of):
    client = client_of(None)
    assert "TEST" in client.get(url("policies")).content.decode()
    page = client.get(url("policy", "TEST"), headers={"accept-language": "en"}).content.decode()
    for said in (
        "185.00",
        "From 15 days on the whole month is paid",
        "× 1/2",
        "At most 10 months a year",
        'href="#clause-days"',
    ):
        assert said in page, said
    assert client.get(url("policy", "NONE")).status_code == 404


@pytest.mark.parametrize("name", ["demo-2025-1", "shanxi-2025", "hunan-2024"])
def test_every_policy_of_the_library_can_be_read(city, client_of, name):
    version, _new = make.load_policy(make.policy_file(f"{name}.yaml"), by=None, adopt=False)
    assert client_of(None).get(url("policy", version.policy.code)).status_code == 200


def test_the_auditor_reads_and_downloads_the_ledger(claim, office, client_of):
    auditor = client_of(of_portal.official("AUDITOR", "4401", "AUDIT"))
    page = auditor.get(url("ledger"), {"month": "2025-05", "reason": "PAID"}).content.decode()
    assert "KE***345" in page and "KEY0012345" not in page
    assert auditor.get(url("ledger"), {"reason": "OVER_PLACES"}).content.decode().count("KE***") == 0
    file = b"".join(auditor.post(url("ledger_file"), {"month": "2025-05"}).streaming_content).decode()
    assert "KEY0012345" in file
    assert AuditEvent.objects.filter(verb="export_lines").count() == 1
    assert client_of(office.city).get(url("ledger")).status_code == 404


def test_corrections_wait_for_the_auditor_until_they_are_looked_over(claim, office, client_of):
    person = of_portal.official("AUDITOR", "4401", "AUDIT")
    auditor, unseen = client_of(person), url("ledger") + "?kind=unseen"
    assert unseen not in auditor.get(reverse("home")).content.decode()
    stay = claim.provider.enrolments.get()
    make.attend(stay, "2025-05", 3)
    make.mark(claim.provider, "2025-05")
    make.close("2025-05")
    correction = Line.objects.get(seq=1)
    assert f'href="{unseen}"' in auditor.get(reverse("home")).content.decode()
    page = auditor.get(unseen)
    assert [line.pk for line in page.context["page"]] == [correction.pk]
    sent = {"area": "4401", "until": correction.pk}
    for bad in ({}, {"until": "x"}, {"area": "4403"}, {"until": "-1"}, {"until": "9" * 30}):
        assert auditor.post(url("looked_over"), bad and sent | bad).status_code == 302
    assert client_of(office.city).post(url("looked_over"), sent).status_code == 404
    run = Run.objects.create(kind="close_month", key="open", state="RUNNING", queued_at=clock.now())
    auditor.post(url("looked_over"), sent)
    assert not AuditEvent.objects.filter(verb="look_over_corrections").exists(), "a line may still come in"
    run.delete()
    for _twice in range(2):
        assert auditor.post(url("looked_over"), sent).status_code == 302
    event = AuditEvent.objects.get(verb="look_over_corrections")
    assert event.detail == {"until": correction.pk, "count": 1, "fen": -9_250}
    assert unseen not in auditor.get(reverse("home")).content.decode()
    assert list(auditor.get(unseen).context["page"]) == []
    make.attend(stay, "2025-05", 17)
    make.mark(claim.provider, "2025-05")
    make.close("2025-05")
    assert [line.seq for line in auditor.get(unseen).context["page"]] == [2], "the next correction waits anew"
    second = Line.objects.get(seq=2)
    make.attend(stay, "2025-05", 3)
    make.mark(claim.provider, "2025-05")
    make.close("2025-05")
    auditor.post(url("looked_over"), {"area": "4401", "until": second.pk})
    last = AuditEvent.objects.filter(verb="look_over_corrections").latest("pk")
    assert last.detail == {"until": second.pk, "count": 1, "fen": 9_250}
    assert [line.seq for line in auditor.get(unseen).context["page"]] == [3], "what was not on the page goes on waiting"


def test_double_enrolments_are_listed_for_the_district(claim, office, client_of):
    other = make.recognised()
    make.stay(other, "2025-05", 15, of=make.child("TWIN000001", number="A"))
    make.close("2025-05")
    client = client_of(office.district)
    assert url("conflicts") in client.get(reverse("home")).content.decode()
    page = client.get(url("conflicts")).content.decode()
    assert "TW***001" in page and other.provider.name in page
    assert client_of(office.city).get(url("conflicts")).status_code == 404


def test_the_fund_shows_how_far_the_year_is_paid(claim, office, client_of):
    Fund.objects.create(policy=claim.policy, area=claim.provider.street.parent.parent, year=2025, budget_fen=92_500)
    make.advance(claim, "EXPORTED", office)
    assert "10 %" in client_of(office.city).get(url("batches")).content.decode()


# --- how many queries a list costs ------------------------------------------------------------------------------------


def prepared(count):
    """So many claims of one street, each with an account and one child, confirmed."""
    for _ in range(count):
        at = make.recognised()
        make.account(at.provider)
        make.stay(at, "2025-05", 15)
    make.close("2025-05")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "args", "role", "area"),
    [
        ("claims", (), "DISTRICT", "440105"),
        ("queue", ("checked",), "SUBDISTRICT", "440105001"),
        ("close", (), "CITY", "4401"),
        ("batches", (), "FINANCE", "4401"),
        ("ledger", (), "AUDITOR", "4401"),
        ("conflicts", (), "DISTRICT", "440105"),
    ],
)
def test_lists_cost_the_same_with_one_row_and_three(
    city, client_of, django_assert_max_num_queries, django_assert_num_queries, rows, name, args, role, area
):
    make.policy(valid_from=MAY)
    prepared(rows)
    Claim.objects.update(state="CONFIRMED", confirmed_at=clock.now())
    client = client_of(of_portal.official(role, area, {"FINANCE": "FINANCE", "AUDITOR": "AUDIT"}.get(role, "HEALTH")))
    client.get(url(name, *args))  # what is kept for the process is read once
    with django_assert_max_num_queries(12), django_assert_num_queries(QUERIES[name]):
        assert client.get(url(name, *args)).status_code == 200


QUERIES = {"claims": 11, "queue": 12, "close": 10, "batches": 8, "ledger": 8, "conflicts": 4}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_claim_costs_the_same_with_one_line_and_three(city, client_of, django_assert_num_queries, rows):
    make.policy(valid_from=MAY)
    at = make.recognised()
    for _ in range(rows):
        make.stay(at, "2025-05", 15)
    make.close("2025-05")
    claim = Claim.objects.get()
    client = client_of(make.Office.over(at.provider).owner)
    client.get(url("claim", claim.public_id))
    with django_assert_num_queries(12):
        client.get(url("claim", claim.public_id))
