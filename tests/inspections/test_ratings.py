"""Assessments: scored by one person, confirmed by another, and the stars that follow."""

import datetime as dt

import pytest

from inspections.actions import ratings as rate
from inspections.actions import refusals
from inspections.models import RatingSpan
from portal import clock
from portal.models import OutgoingMessage
from portal.problems import NotAllowed
from providers.models import SearchRow
from tests.factories import inspections as make

TOMORROW = dt.timedelta(days=1)


class TestRatings:
    """Scored by one person, confirmed by another, then true from that day."""

    @pytest.fixture
    def evaluator(self, official):
        make.scheme()
        return official("EVALUATOR", "440105")

    def scored(self, here, evaluator, **extra):
        given = {"round": "2025", "scores": {"CARE": 500, "SAFETY": 350}} | extra
        return rate.record_assessment(here.provider.pk, **given, by=evaluator)

    def test_the_grade_follows_from_the_thresholds_and_holds_from_the_confirmation(self, here, evaluator, officer):
        assessment = self.scored(here, evaluator)
        assert (assessment.total, assessment.grade) == (850, 4)
        assert not RatingSpan.objects.exists()
        rate.confirm_assessment(assessment.pk, by=officer)
        span = RatingSpan.objects.get()
        assert (span.grade, span.during.lower, span.during.upper) == (4, dt.date(2025, 7, 10), dt.date(2027, 8, 1))
        assert SearchRow.objects.get(provider=here.provider).rating == 4

    def test_a_new_grade_ends_the_former(self, here, evaluator, officer):
        rate.confirm_assessment(self.scored(here, evaluator).pk, by=officer)
        with clock.freeze(clock.now() + dt.timedelta(days=100)):
            again = self.scored(here, evaluator, round="2025-2", scores={"CARE": 600, "SAFETY": 400})
            rate.confirm_assessment(again.pk, by=officer)
        known_now = list(
            RatingSpan.objects.filter(retracted_at=None).order_by("during").values_list("grade", flat=True)
        )
        assert known_now == [4, 5]
        assert RatingSpan.objects.filter(retracted_at__isnull=False).count() == 1

    def test_a_veto_gives_no_grade_and_ends_the_former(self, here, evaluator, officer):
        rate.confirm_assessment(self.scored(here, evaluator).pk, by=officer)
        with clock.freeze(clock.now() + dt.timedelta(days=10)):
            bad = self.scored(here, evaluator, round="2025-2", veto="无犯罪记录查询缺失")
            assert bad.grade is None
            rate.confirm_assessment(bad.pk, by=officer)
        span = RatingSpan.objects.get(retracted_at=None)
        assert span.during.upper == dt.date(2025, 7, 20)
        assert SearchRow.objects.get(provider=here.provider).rating is None

    def test_returned_scores_are_given_again(self, here, evaluator, officer):
        assessment = self.scored(here, evaluator)
        with pytest.raises(refusals.AssessedAlready):
            self.scored(here, evaluator)
        rate.return_assessment(assessment.pk, reason="缺少证据", by=officer)
        told = OutgoingMessage.objects.get(user=evaluator, channel="INBOX")
        assert (told.subject, told.body) == (f"您对“{here.provider.name}”的评分已被退回", "缺少证据")
        again = self.scored(here, evaluator, scores={"CARE": 400, "SAFETY": 300})
        assert (again.pk, again.state, again.grade) == (assessment.pk, "SCORED", 3)

    @pytest.mark.parametrize("scores", [{"CARE": 601, "SAFETY": 1}, {"CARE": -1, "SAFETY": 1}, {"CARE": 1}])
    def test_points_outside_their_range_are_refused(self, here, evaluator, scores):
        with pytest.raises(refusals.ScoresOutOfRange):
            self.scored(here, evaluator, scores=scores)

    def test_the_evaluator_cannot_confirm_and_the_officer_cannot_score(self, here, evaluator, officer):
        assessment = self.scored(here, evaluator)
        with pytest.raises(NotAllowed):
            rate.confirm_assessment(assessment.pk, by=evaluator)
        with pytest.raises(NotAllowed):
            self.scored(here, officer, round="x")
