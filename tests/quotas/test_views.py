"""Pages of quotas: approved figures for everybody, subdistricts for officials of the area, frozen reports."""

import datetime as dt
from io import BytesIO

import pytest
import python_calamine
from django.urls import reverse

from portal import clock, runs
from portal.models import Run
from providers.actions import standing
from providers.models import Standing
from quotas import panels
from quotas.models import Report
from tests.factories import quotas as make
from tests.factories.portal import area, user
from tests.factories.providers import class_group, provider


def url(name, *args):
    """The address of a page of quotas."""
    return reverse(f"quotas:{name}", args=args)


@pytest.fixture
def places(city):
    """Places in two districts, known since January; residents of all areas and a target."""
    with clock.freeze(dt.datetime(2025, 1, 5, tzinfo=dt.UTC)):
        found = [class_group(provider(street=s), places=n) for s, n in (("440105001", 10), ("440106001", 6))]
    for code in city.areas:
        if len(code) == 9:
            make.people(code, 1000, is_estimate=True)
    make.people("440105", 3000)
    make.people("440106", 2000)
    make.target()
    return found


class TestPublic:
    """City and districts only, from the latest frozen report; no subdistrict is shown as lacking."""

    def test_before_the_first_report(self, city, client):
        assert client.get(url("public")).status_code == 200

    def test_the_latest_report_without_subdistricts(self, places, client):
        make.report(month="2025-05")
        report = make.report(month="2025-06")
        page = client.get(url("public"))
        assert page.context["report"] == report
        text = page.content.decode()
        assert "海珠区" in text
        assert "3.33" in text  # 10 ÷ 3,000 × 1,000
        assert report.seal.short_code in text
        assert "赤岗街道" not in text


class TestLive:
    """Today's numbers, opened district by district, and the white patch."""

    def test_officials_see_their_area_and_no_other(self, places, official, client_of):
        client = client_of(official("DISTRICT", "440105"))
        page = client.get(url("live"))
        assert (page.context["root"].code, page.context["root"].places) == ("440105", 10)
        assert client.get(url("live") + "?area=440106").status_code == 404
        assert client.get(url("area", "440106001")).status_code == 404
        assert client.get(url("area", "440105001")).status_code == 200

    def test_a_subdistrict_officer_sees_one_subdistrict(self, places, official, client_of):
        page = client_of(official("SUBDISTRICT", "440105001")).get(url("live"))
        assert (page.context["root"].code, page.context["rows"]) == ("440105001", [])

    def test_two_offices_are_two_tabs(self, places, official, client_of):
        person = official("DISTRICT", "440105")
        other = official("DISTRICT", "440106").memberships.get()
        other.pk, other.user = None, person
        other.save()
        client = client_of(person)
        assert [root["label"] for root in client.get(url("live")).context["roots"]] == ["海珠区", "天河区"]
        assert client.get(url("live") + "?area=440106").context["root"].code == "440106"

    def test_strangers_parents_and_administrators(self, city, official, client_of):
        assert client_of(None).get(url("live")).status_code == 302
        assert client_of(user()).get(url("live")).status_code == 404
        assert client_of(official("SYSADMIN", "4401")).get(url("live")).status_code == 404

    def test_a_district_opens_to_its_subdistricts(self, places, official, client_of):
        client = client_of(official("CITY", "4401"))
        assert [line.code for line, *_ in client.get(url("live")).context["rows"]] == ["440105", "440106"]
        rows = client.get(url("live") + "?open=440106").context["rows"]
        assert [line.code for line, *_ in rows] == ["440105", "440106", "440106001", "440106002"]

    def test_a_city_without_districts(self, city, official, client_of):
        dongguan = area("441900", "东莞市", "city", city["44"])
        area("441900101", "莞城街道", "street", dongguan)
        page = client_of(official("CITY", "441900")).get(url("live"))
        assert [line.code for line, *_ in page.context["rows"]] == ["441900101"]

    def test_the_query_budget_holds_for_one_provider_and_for_three(
        self, places, official, client_of, django_assert_max_num_queries, django_assert_num_queries
    ):
        client = client_of(official("CITY", "4401"))
        client.get(url("live"))
        with django_assert_max_num_queries(12) as first:
            client.get(url("live"))
        class_group(provider(street="440105001"))
        with django_assert_num_queries(len(first.captured_queries)):
            client.get(url("live"))

    def test_the_white_patch_a_filing_recorded_conforming_moves_the_number(self, places, official, client_of):
        """From a subdistrict under its target to the number that moves."""
        client = client_of(official("DISTRICT", "440105"))
        assert "440105002" in [line.code for line in client.get(url("live")).context["under"]]
        page = client.get(url("area", "440105002"))
        assert (page.context["line"].places, page.context["line"].missing) == (0, 5)
        assert reverse("providers:register") in page.content.decode()
        newcomer = provider(street="440105002", standing=Standing.UNFILED)
        class_group(newcomer, places=5)
        assert client.get(url("area", "440105002")).context["line"].places == 0
        newcomer.filed_on = clock.today()
        standing.set_standing(
            standing.lock(newcomer.pk), Standing.ACTIVE, from_day=clock.today(), by=None, verb="conform",
            filed_on=clock.today(),
        )  # fmt: skip
        page = client.get(url("area", "440105002"))
        assert (page.context["line"].places, page.context["line"].missing) == (5, 0)
        assert newcomer.name in page.content.decode()


class TestReports:
    """Made with a progress page, listed, read, compared, printed, taken away."""

    def test_asked_for_and_made_by_workers(self, places, official, client_of):
        client = client_of(official("CITY", "4401"))
        response = client.post(url("reports"), {"area": "4401", "month": "2025-06"})
        run = Run.objects.get()
        assert response["Location"] == reverse("run", args=[run.public_id])
        assert client.get(response["Location"]).status_code == 200
        runs.work(run.pk)
        report = Report.objects.get()
        assert url("report", report.public_id) in client.get(response["Location"]).content.decode()
        assert report.created_by == run.started_by

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"area": "4401", "month": "2025-07"},
            {"area": "4401", "month": "June"},
            {"area": "X", "month": "2025-06"},
        ],
    )
    def test_bad_input_keeps_the_form(self, city, official, client_of, sent):
        response = client_of(official("CITY", "4401")).post(url("reports"), sent)
        assert response.status_code == 400
        assert not Run.objects.exists()

    def test_readers_have_no_form(self, places, official, client_of):
        client = client_of(official("AUDITOR", "4401"))
        assert client.get(url("reports")).context["form"] is None
        assert client.post(url("reports"), {"area": "4401", "month": "2025-06"}).status_code == 400

    def test_one_row_and_three_cost_the_same(
        self, places, official, client_of, django_assert_max_num_queries, django_assert_num_queries
    ):
        client = client_of(official("CITY", "4401"))
        make.report(month="2025-06")
        client.get(url("reports"))
        with django_assert_max_num_queries(12) as first:
            assert len(client.get(url("reports")).context["page"].object_list) == 1
        make.report(month="2025-05")
        make.report("440105")
        with django_assert_num_queries(len(first.captured_queries)):
            assert len(client.get(url("reports")).context["page"].object_list) == 3
        assert len(client.get(url("reports") + "?month=2025-06&area=440105").context["page"].object_list) == 1

    def test_another_district(self, places, official, client_of):
        report = make.report("440105")
        foreign = client_of(official("DISTRICT", "440106"))
        for name in ("report", "excel"):
            assert foreign.get(url(name, report.public_id)).status_code == 404

    def test_the_page_shows_code_qr_and_the_change_since_the_month_before(self, places, official, client_of):
        with clock.freeze(dt.datetime(2025, 1, 5, tzinfo=dt.UTC)):
            class_group(
                provider(street="440105003", opened=dt.date(2025, 6, 15)), places=4, opened_on=dt.date(2025, 6, 15)
            )
        make.report(month="2025-05")
        report = make.report(month="2025-06")
        page = client_of(official("CITY", "4401")).get(url("report", report.public_id))
        text = page.content.decode()
        assert report.seal.short_code in text
        assert report.seal.hash in text
        assert "<svg" in page.context["qr"]
        assert "style=" not in page.context["qr"]
        gained = {change.line.code: (change.places, change.per_thousand) for change in page.context["changes"]}
        assert gained == {"4401": (4, "+0.80"), "440105": (4, "+1.33"), "440106": (0, "0.00")}

    def test_excel_prints_right(self, places, official, client_of):
        report = make.report()
        response = client_of(official("CITY", "4401")).get(url("excel", report.public_id))
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(response.content))
        assert len(book.sheet_names) == 2
        cells = [cell for row in book.get_sheet_by_index(1).to_python() for cell in row]
        assert "赤岗街道" in cells
        assert "合计" in cells
        assert 10.0 in cells
        text = " ".join(str(cell) for cell in cells)
        for said in (
            "制表日期",
            "审核人",
            "SPECIMEN",
            report.seal.short_code,
            "示例统计",
            "本系统与广州市任何机关无关",
        ):
            assert said in text


class TestPanels:
    """What quotas say on pages of others."""

    def test_to_do_until_last_months_report_is_made(self, places, official):
        person = official("CITY", "4401")
        assert [row.key for row in panels.todo(person, clock.today())] == ["quota-report"]
        make.report()
        assert panels.todo(person, clock.today()) == []
        assert panels.todo(official("AUDITOR", "4401"), clock.today()) == []

    def test_key_figure(self, places, official):
        person = official("CITY", "4401")
        assert panels.home(person, clock.today()) == []
        make.report()
        (figure,) = panels.home(person, clock.today())
        assert (figure.value, figure.kind) == ("3.20", "bad")
