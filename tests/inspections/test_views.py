"""Pages of inspections as each person meets them: what they see, what they may press, what stays hidden."""

import datetime as dt

import pytest
from django.urls import reverse

from inspections.models import Assessment, Decision, Draw, Finding, Visit
from portal import clock
from providers.models import Standing
from tests.factories import inspections as make
from tests.factories.providers import class_group, owner_of, provider


@pytest.fixture
def here(city):
    """A provider in 海珠区 with one class, and a checklist in force."""
    make.checklist()
    return class_group(provider(street="440105001")).provider


@pytest.fixture
def officer(official):
    """The district officer of 海珠区."""
    return official("DISTRICT", "440105")


def url(name, *args):
    """The address of a page of inspections."""
    return reverse(f"inspections:{name}", args=args)


def rows_of(response):
    """How many rows the list page shows."""
    return len(response.context["page"].object_list)


class TestLists:
    """Search, filters, paging, empty state; the same number of queries for one row and for three."""

    @pytest.mark.parametrize("name", ["visits", "findings", "draws", "ratings"])
    def test_an_empty_list_says_so(self, name, officer, client_of):
        response = client_of(officer).get(url(name))
        assert response.status_code == 200
        assert "empty" in response.content.decode()

    @pytest.mark.parametrize("name", ["visits", "findings", "draws", "ratings"])
    def test_one_row_and_three_cost_the_same(
        self, name, here, officer, official, client_of, django_assert_max_num_queries, django_assert_num_queries
    ):
        scheme = make.scheme()
        evaluator = official("EVALUATOR", "440105")

        def add():
            visit = make.visit(provider(street="440105001"), state="FINISHED", checklist=None)
            make.finding(visit)
            Draw.objects.create(
                area=here.street.parent, area_path=here.street.parent.path, title="示例", seed=f"{visit.pk}", size=1,
                population=[], population_hash="", inspectors=[], drawn=[], planned_on=clock.today(),
                drawn_at=clock.now(), drawn_by=officer,
            )  # fmt: skip
            Assessment.objects.create(
                scheme=scheme, provider=visit.provider, area_path=visit.area_path, round="2025",
                assessed_on=clock.today(), scores={}, total=700, grade=3, assessed_by=evaluator,
                assessed_at=clock.now(),
            )  # fmt: skip

        add()
        client = client_of(officer)
        client.get(url(name))
        with django_assert_max_num_queries(12) as first:
            assert rows_of(client.get(url(name))) == 1
        add()
        add()
        with django_assert_num_queries(len(first.captured_queries)):
            assert rows_of(client.get(url(name))) == 3

    def test_filters_cut_the_list(self, here, officer, client_of):
        late = make.finding(
            make.visit(here, state="FINISHED"), found_on=dt.date(2025, 6, 1), due_on=dt.date(2025, 6, 16), level="MAJOR"
        )
        make.finding(make.visit(provider(street="440105002"), state="FINISHED"))
        client = client_of(officer)
        for query in ("show=overdue", "level=MAJOR", f"q={here.code}", "show=overdue&level=MAJOR&area=440105"):
            page = client.get(url("findings") + "?" + query).context["page"]
            assert [finding.pk for finding in page] == [late.pk], query
        assert "over" in client.get(url("findings")).content.decode()

    def test_the_first_row_is_the_most_urgent(self, here, officer, client_of):
        visit = make.visit(here, state="FINISHED")
        make.finding(visit, state="CLEARED", cleared_on=clock.today())
        later = make.finding(visit, due_on=dt.date(2025, 8, 1))
        sooner = make.finding(visit, due_on=dt.date(2025, 7, 12))
        shown = list(client_of(officer).get(url("findings")).context["page"])
        assert [finding.pk for finding in shown[:2]] == [sooner.pk, later.pk]


class TestWhoSees:
    """What a person may not see is not there."""

    def test_another_district_and_strangers(self, here, official, client_of):
        visit = make.visit(here, state="FINISHED")
        finding = make.finding(visit)
        foreign = client_of(official("DISTRICT", "440106"))
        for address in (
            url("visit", visit.public_id),
            url("finding", finding.public_id),
            url("record", visit.public_id),
        ):
            assert foreign.get(address).status_code == 404
            assert client_of(None).get(address).status_code == 302
        assert rows_of(foreign.get(url("findings"))) == 0

    def test_a_provider_learns_of_a_visit_only_when_it_has_begun(self, here, client_of):
        client = client_of(owner_of(here))
        planned, done = make.visit(here), make.visit(here, state="FINISHED")
        assert client.get(url("visit", planned.public_id)).status_code == 404
        assert client.get(url("visit", done.public_id)).status_code == 200

    def test_a_provider_sees_findings_after_the_visit_and_only_its_own(self, here, client_of):
        client = client_of(owner_of(here))
        under_way = make.finding(make.visit(here, state="UNDER_WAY"))
        own = make.finding(make.visit(here, state="FINISHED"))
        make.finding(make.visit(provider(street="440105001"), state="FINISHED"))
        assert [f.pk for f in client.get(url("findings")).context["page"]] == [own.pk]
        assert client.get(url("finding", under_way.public_id)).status_code == 404

    def test_somebody_with_neither_office_nor_post(self, here, client_of):
        from tests.factories.portal import user  # a parent with an account

        assert client_of(user()).get(url("findings")).status_code == 404
        assert client_of(user()).get(url("visits")).status_code == 404

    @pytest.mark.parametrize("role", ["FINANCE", "SYSADMIN", "EVALUATOR"])
    def test_offices_that_have_nothing_to_do_here(self, here, official, client_of, role):
        client = client_of(official(role, "4401"))
        assert client.get(url("visits")).status_code == 404
        assert client.get(url("visit", make.visit(here).public_id)).status_code == 404

    def test_photos_are_guarded_like_their_finding(self, here, official, client_of):
        from inspections.actions.findings import keep_files  # the evidence as an inspector's action keeps it

        visit = make.visit(here, state="FINISHED")
        finding = make.finding(visit)
        keep_files(finding, [make.photo()], by=visit.lead)
        address = url("finding_file", finding.public_id, finding.files.get().file.public_id)
        response = client_of(owner_of(here)).get(address)
        assert b"".join(response.streaming_content) == make.PNG
        assert client_of(official("DISTRICT", "440106")).get(address).status_code == 404


class TestTheBlockedExit:
    """The story in the browser's terms: plan, begin, tick, photo, finish, answer, check, decide, resume."""

    def test_from_plan_to_cleared(self, here, officer, client_of):
        lead, second = make.inspector(), make.inspector()
        district, inspector, owner = client_of(officer), client_of(lead), client_of(owner_of(here))
        form = {
            "provider": here.code, "kind": "ROUTINE", "planned_on": "2025-07-10", "lead": lead.pk, "second": second.pk,
        }  # fmt: skip
        assert district.post(url("plan"), form).status_code == 302
        visit = Visit.objects.get()
        assert [v.pk for v in inspector.get(url("mine")).context["due"]] == [visit.pk]
        inspector.post(url("begin", visit.public_id))
        items = {item.code: item.pk for item in Visit.objects.get().checklist.items.all()}
        for group, code, outcome in (
            ("PAPERS", "Q1", "CONFORMS"),
            ("FIRE", "F1", "FAILS"),
            ("HEALTH", "H1", "CONFORMS"),
        ):
            data = {f"item_{items[code]}": outcome, "next": "1"}
            assert inspector.post(url("check", visit.public_id, group), data).status_code == 302
        page = inspector.get(url("visit", visit.public_id))
        assert [line.item.code for line in page.context["bare"]] == ["F1"]
        address = url("finding_new", visit.public_id) + "?item=F1"
        assert inspector.get(address).context["form"].initial["level"] == "MAJOR"
        hazard = {"level": "MAJOR", "text": "安全出口被堵", "basis": "示例规范", "photos": [make.photo()]}
        assert inspector.post(address, hazard).status_code == 302
        assert inspector.post(url("finish", visit.public_id), {"met": "示例园长"}).status_code == 302
        assert "安全出口被堵" in inspector.get(url("record", visit.public_id)).content.decode()

        finding = Finding.objects.get()
        stopped = {"class_group": "", "reason": "安全出口被堵", "basis": "示例规范"}
        assert district.post(url("suspend", finding.public_id), stopped).status_code == 302
        here.refresh_from_db()
        assert here.standing == Standing.SUSPENDED
        page = owner.get(url("finding", finding.public_id))
        version = page.context["answer_form"].initial["version"]
        reply = {"text": "已清理", "uploads": [make.photo()], "version": version}
        assert owner.post(url("answer", finding.public_id), reply).status_code == 302
        page = inspector.get(url("finding", finding.public_id))
        verdict = {"verdict": "clear", "version": page.context["check_form"].initial["version"]}
        assert inspector.post(url("check_finding", finding.public_id), verdict).status_code == 302
        decision = Decision.objects.get()
        assert district.get(url("decision", decision.public_id)).context["resumes"]
        assert district.post(url("resume", decision.public_id), {"reason": "已整改"}).status_code == 302
        here.refresh_from_db()
        assert here.standing == Standing.ACTIVE
        assert district.post(url("publish", visit.public_id)).status_code == 302
        assert Visit.objects.get().state == "PUBLISHED"


class TestBadInput:
    """Every form keeps what was typed and names field and fix; nothing is a 500."""

    def test_planning(self, here, officer, client_of):
        lead = make.inspector()
        form = {
            "provider": "NIX", "kind": "ROUTINE", "planned_on": "2025-07-09", "lead": lead.pk, "second": lead.pk,
        }  # fmt: skip
        response = client_of(officer).post(url("plan"), form)
        assert response.status_code == 400
        assert set(response.context["form"].errors) == {"provider", "planned_on", "second"}
        assert "NIX" in response.content.decode()

    @pytest.mark.parametrize("sent", [{}, {"level": "HUGE"}, {"level": "MAJOR", "text": "示例", "basis": "示例"}])
    def test_a_finding_that_is_not_whole(self, here, client_of, sent):
        visit = make.visit(here, state="UNDER_WAY")
        response = client_of(visit.lead).post(url("finding_new", visit.public_id), sent)
        assert response.status_code == 400
        assert not Finding.objects.exists()

    def test_a_program_named_like_a_photo(self, here, client_of):
        from django.core.files.uploadedfile import SimpleUploadedFile  # the upload of a liar

        visit = make.visit(here, state="UNDER_WAY")
        fake = SimpleUploadedFile("exit.png", b"MZ" + b"\0" * 100, content_type="image/png")
        sent = {"level": "MAJOR", "text": "示例", "basis": "示例", "photos": [fake]}
        response = client_of(visit.lead).post(url("finding_new", visit.public_id), sent)
        assert "exit" in str(response.context["form"].errors["photos"])

    def test_sending_back_needs_a_reason(self, here, client_of):
        visit = make.visit(here, state="FINISHED")
        finding = make.finding(visit)
        from inspections.actions.findings import answer_finding  # the provider's part

        answer_finding(finding.pk, text="好", by=owner_of(here))
        finding.refresh_from_db()
        sent = {"verdict": "send_back", "reason": "", "version": finding.version}
        response = client_of(visit.lead).post(url("check_finding", finding.public_id), sent)
        assert response.status_code == 400
        assert "reason" in response.context["check_form"].errors

    def test_a_stale_tab(self, here, client_of):
        finding = make.finding(make.visit(here, state="FINISHED"))
        client = client_of(owner_of(here))
        sent = {"text": "好", "version": finding.version}
        assert client.post(url("answer", finding.public_id), sent | {"uploads": [make.photo()]}).status_code == 302
        again = client.post(url("answer", finding.public_id), sent | {"uploads": [make.photo()]})
        assert again.status_code == 400
        assert Finding.objects.get().answers.count() == 1

    def test_an_unknown_group_or_item_is_not_there(self, here, client_of):
        visit = make.visit(here, state="UNDER_WAY")
        client = client_of(visit.lead)
        assert client.get(url("check", visit.public_id, "NIX")).status_code == 404
        assert client.get(url("finding_new", visit.public_id) + "?item=NIX").status_code == 404
        assert client.get(url("check", make.visit(here).public_id, "FIRE")).status_code == 404

    def test_filters_with_nonsense(self, officer, client_of):
        client = client_of(officer)
        for query in ("area=NIX", "day_from=2025-13-01", "page=nix", "state=NIX", "page=999"):
            assert client.get(url("visits") + "?" + query).status_code == 200


class TestDrawAndRatingPages:
    """The proof of a draw, and a grade from score to confirmation, in the browser's terms."""

    def test_draw(self, here, officer, client_of):
        [make.inspector() for _ in range(2)]
        client = client_of(officer)
        seed = client.get(url("draw_new")).context["form"].initial["seed"]
        form = {"title": "七月抽查", "area": "440105", "size": 1, "planned_on": "2025-07-11", "seed": seed}
        assert client.post(url("draw_new"), form).status_code == 302
        page = client.get(url("draw", Draw.objects.get().public_id))
        assert page.context["proved"]
        assert seed in page.content.decode()

    def test_too_large_a_draw_keeps_the_form(self, here, officer, client_of):
        form = {"title": "七月抽查", "area": "440105", "size": 9, "planned_on": "2025-07-11", "seed": "ab" * 16}
        response = client_of(officer).post(url("draw_new"), form)
        assert response.status_code == 400
        assert "七月抽查" in response.content.decode()

    def test_rating(self, here, officer, official, client_of):
        make.scheme()
        evaluator = client_of(official("EVALUATOR", "440105"))
        form = {"round": "2025", "points_CARE": 500, "points_SAFETY": 999, "veto": ""}
        assert evaluator.post(url("assess", here.code), form).status_code == 400
        assert evaluator.post(url("assess", here.code), form | {"points_SAFETY": 300}).status_code == 302
        assessment = Assessment.objects.get()
        district = client_of(officer)
        page = district.get(url("assessment", assessment.public_id))
        assert page.context["decides"]
        sent = {"verdict": "confirm", "version": assessment.version}
        district.post(url("decide_assessment", assessment.public_id), sent)
        assert here.rating_spans.get().grade == 4
        assert client_of(owner_of(here)).get(url("assessment", assessment.public_id)).status_code == 200


class TestPanels:
    """What inspections say on pages of others."""

    def test_public_panel_tells_result_stars_and_hazards(self, here, client_of):
        from django.contrib.auth.models import AnonymousUser
        from django.template.loader import render_to_string

        from inspections import panels
        from inspections.models import RatingSpan

        make.visit(here, state="PUBLISHED")
        make.visit(here, state="FINISHED")
        RatingSpan.objects.create(provider=here, grade=4, during=(dt.date(2025, 1, 1), None), recorded_at=clock.now())
        (panel,) = panels.provider(here, AnonymousUser())
        assert (panel.context["grade"], panel.context["hazard_free"], len(panel.context["results"])) == (4, True, 1)
        make.finding(make.visit(here, state="FINISHED"))
        (panel,) = panels.provider(here, AnonymousUser())
        assert not panel.context["hazard_free"]
        assert "★★★★☆" in render_to_string(panel.template, panel.context)

    def test_officials_see_what_waits(self, here, officer):
        from django.template.loader import render_to_string

        from inspections import panels

        finding = make.finding(make.visit(here, state="FINISHED"))
        _public, inner = panels.provider(here, officer)
        assert finding.number in render_to_string(inner.template, inner.context)
        assert here.code in inner.context["plan_url"]

    def test_to_do_rows_by_role(self, here, officer, official):
        from inspections import panels

        visit = make.visit(here, state="FINISHED")
        finding = make.finding(visit, level="MAJOR")
        make.visit(here, lead=visit.lead)
        on = clock.today()
        assert {row.key for row in panels.todo(officer, on)} == {"major-hazards", "results-to-publish"}
        assert {row.key for row in panels.todo(visit.lead, on)} == {"visits-today"}
        (row,) = panels.todo(owner_of(here), on)
        assert (row.count, row.due, row.days_left) == (1, finding.due_on, 15)
        assert panels.todo(official("DISTRICT", "440106"), on) == []

    @pytest.mark.parametrize("of_class", [False, True])
    def test_a_suspension_waits_to_be_lifted_once_its_hazard_is_cleared(self, here, officer, client_of, of_class):
        from inspections import panels
        from inspections.actions import decisions, findings

        group = here.class_groups.get() if of_class else None
        visit = make.visit(here, state="FINISHED", result="MAJOR")
        finding = make.finding(visit, level="MAJOR", class_group=group)
        decision = decisions.suspend(
            finding.pk, class_group_id=group and group.pk, reason="示例", basis="示例", by=officer
        )
        on, listed = clock.today(), url("findings") + "?show=to_lift"
        assert "suspensions-to-lift" not in {row.key for row in panels.todo(officer, on)}
        assert rows_of(client_of(officer).get(listed)) == 0
        findings.answer_finding(finding.pk, text="好", by=owner_of(here))
        findings.clear_finding(finding.pk, by=visit.lead)
        (row,) = [row for row in panels.todo(officer, on) if row.key == "suspensions-to-lift"]
        assert (row.count, row.url) == (1, listed)
        page = client_of(officer).get(url("findings") + "?show=to_lift").content.decode()
        assert finding.number in page
        lifting = url("resume", decision.public_id)
        assert lifting in client_of(officer).get(url("finding", finding.public_id)).content.decode()
        assert lifting not in client_of(owner_of(here)).get(url("finding", finding.public_id)).content.decode()
        client_of(officer).post(lifting, {"reason": "已整改"})
        assert "suspensions-to-lift" not in {row.key for row in panels.todo(officer, on)}
        assert rows_of(client_of(officer).get(listed)) == 0

    def test_returned_scores_wait_for_the_evaluator(self, here, officer, official):
        from inspections import panels
        from inspections.actions import ratings

        make.scheme()
        evaluator = official("EVALUATOR", "440105")
        scored = ratings.record_assessment(here.pk, round="2025", scores={"CARE": 1, "SAFETY": 1}, by=evaluator)
        assert panels.todo(evaluator, clock.today()) == []
        ratings.return_assessment(scored.pk, reason="缺少证据", by=officer)
        assert [row.key for row in panels.todo(evaluator, clock.today())] == ["scores-returned"]

    def test_the_public_page_carries_the_panel(self, here, client):
        make.visit(here, state="PUBLISHED")
        page = client.get(reverse("providers:profile", args=[here.public_id])).content.decode()
        assert "未发现问题" in page
        assert "安全与质量" in page

    @pytest.mark.parametrize(("due", "state"), [(None, "done"), (20, "todo"), (9, "blocked")])
    def test_month_row(self, here, due, state):
        from inspections import panels

        if due:
            make.finding(make.visit(here, state="FINISHED"), found_on=dt.date(2025, 7, 1), due_on=dt.date(2025, 7, due))
        assert panels.month(here, dt.date(2025, 7, 1), owner_of(here)).state == state
