"""What officers, inspectors and providers can do, and what the house refuses them."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from inspections import states
from inspections.actions import draws, findings, refusals, visits
from inspections.models import Draw, Finding, Visit
from inspections.queries.findings import open_on
from portal import canonical, clock
from portal.models import AuditEvent, Interest, OutgoingMessage
from portal.problems import NotAllowed, StaleState
from portal.states import NoSuchMove, move
from providers.models import FactChange, Standing
from tests.factories import inspections as make
from tests.factories.providers import owner_of, provider

TOMORROW = dt.timedelta(days=1)


def plan(of, by, **extra):
    """A visit planned for today by two fresh inspectors."""
    given = {"kind": "ROUTINE", "planned_on": clock.today()} | extra
    given.setdefault("lead_id", make.inspector().pk)
    given.setdefault("second_id", make.inspector().pk)
    return visits.plan_visit(of.pk, **given, by=by)


class TestPlanning:
    """Two different inspectors in office, without an interest, not in the past."""

    def test_a_planned_visit_is_recorded(self, here, officer):
        visit = plan(here.provider, officer)
        assert visit.state == "PLANNED"
        assert AuditEvent.objects.filter(verb="plan_visit", area_path=here.provider.area_path).count() == 1

    def test_pressing_twice_plans_once(self, here, officer):
        two = {"lead_id": make.inspector().pk, "second_id": make.inspector().pk}
        assert plan(here.provider, officer, **two) == plan(here.provider, officer, **two)
        assert Visit.objects.count() == 1

    def test_one_person_twice_is_refused(self, here, officer):
        one = make.inspector().pk
        with pytest.raises(refusals.NotTwoInspectors):
            plan(here.provider, officer, lead_id=one, second_id=one)

    def test_an_inspector_of_another_district_is_refused(self, here, officer):
        with pytest.raises(refusals.NotTwoInspectors):
            plan(here.provider, officer, lead_id=make.inspector(area_code="440106").pk)

    def test_a_declared_interest_is_refused_by_name(self, here, officer):
        person = make.inspector("示例·王")
        Interest.objects.create(
            user=person, provider_code=here.provider.code, reason="亲属", during=(dt.date(2025, 1, 1), None),
            declared_at=clock.now(),
        )  # fmt: skip
        with pytest.raises(refusals.InterestDeclared, match="示例·王"):
            plan(here.provider, officer, lead_id=person.pk)

    def test_an_owner_cannot_inspect_their_own_provider(self, here, officer):
        owner = owner_of(here.provider)
        inspector = make.inspector()
        owner.memberships.create(
            role="INSPECTOR", area=inspector.memberships.get().area, department="HEALTH",
            during=(dt.date(2024, 1, 1), None), granted_at=clock.now(),
        )  # fmt: skip
        with pytest.raises(refusals.InterestDeclared):
            plan(here.provider, officer, lead_id=owner.pk)

    def test_yesterday_is_refused(self, here, officer):
        with pytest.raises(refusals.VisitInThePast):
            plan(here.provider, officer, planned_on=clock.today() - TOMORROW)

    @pytest.mark.parametrize(("role", "area"), [("DISTRICT", "440106"), ("SUBDISTRICT", "440105001"), ("CITY", "44")])
    def test_only_the_districts_and_citys_officers_plan(self, here, official, role, area):
        if role == "CITY":
            assert plan(here.provider, official(role, area)).pk
        else:
            with pytest.raises(NotAllowed):
                plan(here.provider, official(role, area))

    def test_the_database_refuses_one_inspector_twice(self, here):
        person = make.inspector()
        with pytest.raises(IntegrityError, match="visit_two_inspectors"), transaction.atomic():
            make.visit(here.provider, lead=person, second=person)


class TestDraw:
    """双随机: seeded, reproducible, without anybody's favour."""

    def several(self, count=6):
        return [provider(street="440105001") for _ in range(count)]

    def test_the_same_seed_and_snapshot_give_the_same_draw(self, city, officer):
        self.several()
        [make.inspector() for _ in range(3)]
        draw = draws.draw_visits(
            city["440105"].pk, title="示例", size=3, planned_on=clock.today(), seed="ab" * 16, by=officer
        )
        assert draws.repeat_draw(draw.seed, draw.population, draw.inspectors, draw.size) == draw.drawn
        assert draw.population_hash == canonical.digest({"providers": draw.population, "inspectors": draw.inspectors})
        assert draw.visits.count() == 3
        assert draws.repeat_draw("cd" * 16, draw.population, draw.inspectors, 6) != draws.repeat_draw(
            draw.seed, draw.population, draw.inspectors, 6
        )

    def test_the_same_form_sent_twice_draws_once(self, city, officer):
        self.several()
        [make.inspector() for _ in range(2)]
        args = {"title": "示例", "size": 2, "planned_on": clock.today(), "seed": "ab" * 16, "by": officer}
        assert draws.draw_visits(city["440105"].pk, **args) == draws.draw_visits(city["440105"].pk, **args)
        assert Visit.objects.count() == 2

    def test_suspended_and_foreign_providers_are_not_drawn(self, city, officer):
        own = self.several(2)
        provider(street="440105001", standing=Standing.SUSPENDED)
        provider(street="440106001")
        [make.inspector() for _ in range(2)]
        draw = draws.draw_visits(
            city["440105"].pk, title="示例", size=2, planned_on=clock.today(), seed="ab" * 16, by=officer
        )
        assert sorted(draw.population) == sorted(p.code for p in own)

    def test_inspectors_with_an_interest_are_never_paired_with_that_provider(self, city, officer):
        one = self.several(1)[0]
        people = [make.inspector() for _ in range(3)]
        Interest.objects.create(
            user=people[0], provider_code=one.code, reason="亲属", during=(dt.date(2025, 1, 1), None),
            declared_at=clock.now(),
        )  # fmt: skip
        for number in range(8):
            draw = draws.draw_visits(
                city["440105"].pk, title="示例", size=1, planned_on=clock.today(), seed=f"{number:032x}", by=officer
            )
            assert people[0].username not in draw.drawn[0]["inspectors"]

    def test_more_than_there_are_is_refused(self, city, officer):
        self.several(1)
        with pytest.raises(refusals.NothingToDraw):
            draws.draw_visits(
                city["440105"].pk, title="示例", size=2, planned_on=clock.today(), seed="ab" * 16, by=officer
            )

    def test_a_draw_cannot_be_changed(self, city, officer):
        self.several(1)
        [make.inspector() for _ in range(2)]
        draws.draw_visits(city["440105"].pk, title="示例", size=1, planned_on=clock.today(), seed="ab" * 16, by=officer)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Draw.objects.update(seed="00" * 16)


class TestOnSite:
    """Begin, tick, write down, finish: the record is whole or the visit stays open."""

    def test_a_whole_visit(self, here, officer):
        visit = plan(here.provider, officer)
        lead = visit.lead
        visits.begin_visit(visit.pk, by=lead)
        visit.refresh_from_db()
        items = {item.code: item for item in visit.checklist.items.all()}
        visits.record_results(visit.pk, outcomes={items["Q1"].pk: "CONFORMS", items["F1"].pk: "FAILS"}, by=visit.second)
        with pytest.raises(refusals.ItemsMissing, match="还有1项未填结论。1项不符合但未登记隐患"):
            visits.finish_visit(visit.pk, met="示例园长", by=lead)
        visits.record_results(visit.pk, outcomes={items["H1"].pk: "NOT_APPLICABLE"}, by=lead)
        with pytest.raises(refusals.ItemsMissing, match=r"^1项不符合但未登记隐患"):  # and that one has no finding yet
            visits.finish_visit(visit.pk, met="示例园长", by=lead)
        findings.record_finding(
            visit.pk,
            item_id=items["F1"].pk,
            level="MAJOR",
            text="出口堵塞",
            basis="示例",
            photos=[make.photo()],
            by=lead,
        )
        owner = owner_of(here.provider)
        done = visits.finish_visit(visit.pk, met="示例园长", by=lead)
        assert (done.state, done.result) == ("FINISHED", "MAJOR")
        assert done.publish_due == dt.date(2025, 8, 7)  # 20 working days after 10 July
        assert OutgoingMessage.objects.filter(user=owner, channel="INBOX").count() == 1

    def test_beginning_twice_is_one_beginning(self, here):
        visit = make.visit(here.provider)
        first = visits.begin_visit(visit.pk, by=visit.lead)
        assert visits.begin_visit(visit.pk, by=visit.second).version == first.version

    def test_somebody_else_cannot_begin(self, here):
        with pytest.raises(NotAllowed):
            visits.begin_visit(make.visit(here.provider).pk, by=make.inspector())

    def test_without_a_checklist_it_says_so(self, city):
        with pytest.raises(refusals.NoChecklist, match="2025-07-10"):
            visit = make.visit(provider())
            visits.begin_visit(visit.pk, by=visit.lead)

    def test_the_nearest_areas_checklist_is_taken(self, here):
        near = make.checklist("440105")
        visit = make.visit(here.provider)
        assert visits.begin_visit(visit.pk, by=visit.lead).checklist == near

    def test_a_finished_record_does_not_change(self, here):
        visit = make.visit(here.provider, state="FINISHED")
        item = visit.checklist.items.first()
        with pytest.raises(refusals.VisitIsOver):
            visits.record_results(visit.pk, outcomes={item.pk: "FAILS"}, by=visit.lead)

    def test_items_of_another_list_are_refused(self, here):
        visit = make.visit(here.provider, state="UNDER_WAY")
        foreign = make.checklist("440106").items.first()
        with pytest.raises(refusals.ForeignItem):
            visits.record_results(visit.pk, outcomes={foreign.pk: "FAILS"}, by=visit.lead)

    def test_publishing_is_the_districts_and_happens_once(self, here, officer):
        visit = make.visit(here.provider, state="FINISHED")
        with pytest.raises(NotAllowed):
            visits.publish_visit(visit.pk, by=visit.lead)
        assert visits.publish_visit(visit.pk, by=officer).state == "PUBLISHED"
        assert visits.publish_visit(visit.pk, by=officer).state == "PUBLISHED"

    def test_only_a_planned_visit_is_cancelled(self, here, officer):
        assert visits.cancel_visit(make.visit(here.provider).pk, reason="台风", by=officer).state == "CANCELLED"
        with pytest.raises(NoSuchMove):
            visits.cancel_visit(make.visit(here.provider, state="UNDER_WAY").pk, reason="台风", by=officer)


class TestFindings:
    """Found, answered, checked: with due days, reasons, and the marks that stop or free money."""

    def hazard(self, here, level="GENERAL", **extra):
        visit = make.visit(here.provider, state="UNDER_WAY")
        given = {"text": "示例", "basis": "示例", "photos": [make.photo()], "item_id": None} | extra
        return findings.record_finding(visit.pk, level=level, by=visit.lead, **given)

    def test_the_due_day_follows_level_and_law(self, here):
        assert self.hazard(here).due_on == dt.date(2025, 7, 25)
        assert self.hazard(here, "MAJOR").due_on == dt.date(2025, 8, 9)

    def test_a_major_hazard_needs_a_photo(self, here):
        with pytest.raises(refusals.FindingNeedsPhoto):
            self.hazard(here, "MAJOR", photos=[])

    def test_only_a_major_hazard_marks_the_months(self, here):
        self.hazard(here)
        assert not FactChange.objects.exists()
        self.hazard(here, "MAJOR")
        assert FactChange.objects.get(provider=here.provider).from_month == dt.date(2025, 7, 1)

    def test_two_findings_of_a_day_have_two_numbers(self, here):
        assert self.hazard(here).number != self.hazard(here).number

    def test_answered_sent_back_answered_cleared(self, here):
        finding = self.hazard(here, "MAJOR")
        owner, inspector = owner_of(here.provider), finding.visit.lead
        findings.answer_finding(finding.pk, text="已清理", uploads=[make.photo()], by=owner)
        with pytest.raises(NotAllowed):
            findings.clear_finding(finding.pk, by=owner)
        findings.send_back(finding.pk, reason="照片看不清", by=inspector)
        assert Finding.objects.get().state == "OPEN"
        findings.answer_finding(finding.pk, text="已清理并拍照", uploads=[make.photo("again.png")], by=owner)
        before = FactChange.objects.count()
        with clock.freeze(clock.now() + dt.timedelta(days=3)):
            findings.clear_finding(finding.pk, by=inspector)
        cleared = Finding.objects.get()
        assert (cleared.state, cleared.cleared_on) == ("CLEARED", dt.date(2025, 7, 13))
        assert [a.verdict for a in cleared.answers.order_by("round")] == ["SENT_BACK", "ACCEPTED"]
        assert FactChange.objects.count() == before + 1

    def test_it_was_open_until_the_day_it_was_cleared(self, here):
        finding = self.hazard(here)
        findings.answer_finding(finding.pk, text="好", by=owner_of(here.provider))
        with clock.freeze(clock.now() + dt.timedelta(days=3)):
            findings.clear_finding(finding.pk, by=finding.visit.second)
        july = [dt.date(2025, 7, n) for n in (9, 10, 12, 13)]
        assert [open_on(here.provider.pk, day).exists() for day in july] == [False, True, True, False]

    def test_a_stale_tab_is_told_who_was_first(self, here):
        finding = self.hazard(here)
        owner = owner_of(here.provider, name="示例·第一人")
        findings.answer_finding(finding.pk, text="好", version=finding.version, by=owner)
        with pytest.raises(StaleState, match="示例·第一人"):
            findings.clear_finding(finding.pk, version=finding.version, by=finding.visit.lead)

    def test_a_stranger_cannot_answer(self, here):
        with pytest.raises(NotAllowed):
            findings.answer_finding(self.hazard(here).pk, text="好", by=owner_of(provider()))

    def test_the_finder_cannot_withdraw_their_own_finding(self, here, officer):
        finding = self.hazard(here, "MAJOR")
        with pytest.raises(NotAllowed):
            findings.withdraw_finding(finding.pk, reason="误录", by=finding.visit.lead)
        assert findings.withdraw_finding(finding.pk, reason="误录", by=officer).state == "WITHDRAWN"
        assert not open_on(here.provider.pk, clock.today()).exists()

    def test_more_time_once_with_approval(self, here, officer):
        finding, owner = self.hazard(here), owner_of(here.provider)
        with pytest.raises(refusals.ExtensionTooLong):
            findings.ask_extension(finding.pk, until=dt.date(2025, 8, 10), reason="采购", by=owner)
        findings.ask_extension(finding.pk, until=dt.date(2025, 8, 9), reason="采购", by=owner)
        assert Finding.objects.get().due_on == dt.date(2025, 7, 25)  # nothing moves before it is approved
        findings.decide_extension(finding.pk, approve=True, by=officer)
        assert Finding.objects.get().due_on == dt.date(2025, 8, 9)
        with pytest.raises(refusals.ExtendedAlready):
            findings.ask_extension(finding.pk, until=dt.date(2025, 8, 12), reason="采购", by=owner)

    def test_refused_more_time_leaves_the_day(self, here, officer):
        finding = self.hazard(here)
        findings.ask_extension(finding.pk, until=dt.date(2025, 8, 1), reason="采购", by=owner_of(here.provider))
        findings.decide_extension(finding.pk, approve=False, by=officer)
        assert Finding.objects.get().due_on == dt.date(2025, 7, 25)


@pytest.mark.parametrize("machine", states.MACHINES, ids=lambda machine: machine.name)
def test_every_state_has_its_row_and_no_other_move_exists(machine, here):
    """Walk every pair of states: those of the dict pass the machine, all others are refused."""
    choices = [code for code, _ in machine.model._meta.get_field(machine.field).choices]
    assert set(machine.moves) == set(choices)
    reached = {to for targets in machine.moves.values() for to in targets}
    first = machine.model._meta.get_field(machine.field).default
    assert reached | {first} == set(choices)
    row = machine.model()
    for before in choices:
        for after in set(choices) - set(machine.moves[before]):
            setattr(row, machine.field, before)
            with pytest.raises(NoSuchMove):
                move(row, after, machine=machine, by=None, verb="try")
