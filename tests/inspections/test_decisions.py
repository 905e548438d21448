"""Suspending and resuming: the smallest measure that is enough, and who is told."""

import datetime as dt

import pytest

from inspections.actions import decisions, findings, refusals
from inspections.models import ClassSuspension
from portal import clock
from portal.problems import NotAllowed
from providers.models import SearchRow, Standing
from tests.factories import inspections as make
from tests.factories.providers import class_group, owner_of

TOMORROW = dt.timedelta(days=1)


class TestDecisions:
    """Suspend the class where that is enough, else the provider; resume when the hazard is gone."""

    def major(self, here, **fields):
        visit = make.visit(here.provider, state="FINISHED", result="MAJOR")
        return make.finding(visit, level="MAJOR", due_on=dt.date(2025, 8, 9), **fields)

    def clear(self, finding):
        findings.answer_finding(finding.pk, text="好", by=owner_of(finding.provider))
        findings.clear_finding(finding.pk, by=finding.visit.lead)

    def test_a_suspended_provider_leaves_the_search_and_comes_back(self, here, officer):
        from providers import search_rows  # the rows as they stood before

        search_rows.rewrite(here.provider.pk)
        assert SearchRow.objects.filter(provider=here.provider).exists()
        finding = self.major(here)
        decision = decisions.suspend(finding.pk, class_group_id=None, reason="出口堵塞", basis="示例", by=officer)
        here.provider.refresh_from_db()
        assert here.provider.standing == Standing.SUSPENDED
        assert not SearchRow.objects.filter(provider=here.provider).exists()
        with pytest.raises(refusals.HazardsOpen):
            decisions.resume(decision.pk, reason="已整改", by=officer)
        self.clear(finding)
        resumed = decisions.resume(decision.pk, reason="已整改", by=officer)
        assert decisions.resume(decision.pk, reason="已整改", by=officer) == resumed
        here.provider.refresh_from_db()
        assert here.provider.standing == Standing.ACTIVE
        assert SearchRow.objects.filter(provider=here.provider).exists()

    def test_only_the_affected_class(self, here, officer):
        other = class_group(here.provider)
        finding = self.major(here, class_group=here)
        decision = decisions.suspend(finding.pk, class_group_id=here.pk, reason="示例", basis="示例", by=officer)
        here.provider.refresh_from_db()
        assert here.provider.standing == Standing.ACTIVE
        assert ClassSuspension.objects.get().class_group == here
        assert list(SearchRow.objects.values_list("class_group", flat=True)) == [other.pk]  # parents see the other one
        with pytest.raises(refusals.SuspendedAlready):
            decisions.suspend(finding.pk, class_group_id=here.pk, reason="示例", basis="示例", by=officer)
        self.clear(finding)
        with clock.freeze(clock.now() + dt.timedelta(days=5)):
            decisions.resume(decision.pk, reason="好", by=officer)
        span = ClassSuspension.objects.get(retracted_at=None)
        assert (span.during.lower, span.during.upper) == (dt.date(2025, 7, 10), dt.date(2025, 7, 15))
        assert not ClassSuspension.objects.filter(class_group=other).exists()

    def test_a_general_hazard_suspends_nothing(self, here, officer):
        finding = make.finding(make.visit(here.provider, state="FINISHED"))
        with pytest.raises(NotAllowed):
            decisions.suspend(finding.pk, class_group_id=None, reason="示例", basis="示例", by=officer)

    def test_the_inspector_does_not_decide_and_another_district_neither(self, here, official):
        finding = self.major(here)
        for person in (finding.visit.lead, official("DISTRICT", "440106")):
            with pytest.raises(NotAllowed):
                decisions.suspend(finding.pk, class_group_id=None, reason="示例", basis="示例", by=person)

    def test_a_foreign_class_is_refused(self, here, officer):
        foreign = class_group()
        with pytest.raises(refusals.ForeignItem):
            decisions.suspend(self.major(here).pk, class_group_id=foreign.pk, reason="示例", basis="示例", by=officer)
