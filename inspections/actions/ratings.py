"""How a grade comes about: an evaluator scores, the district confirms, the span is written."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from inspections import rules
from inspections.actions import refusals
from inspections.models import Assessment, AssessmentState, RatingScheme, RatingSpan
from inspections.permissions import can_assess, can_confirm
from inspections.states import ASSESSMENT
from portal import clock, dates, law, outbox
from portal.audit import record
from portal.models import User
from portal.problems import NotAllowed
from portal.states import check_version, move
from providers import search_rows
from providers.actions import standing
from providers.actions.facts import facts_changed
from providers.actions.news import said
from providers.actions.spans import follow


def scheme_for(area_path: str, on: dt.date) -> RatingScheme:
    """The rating scheme of the nearest area that has one in force on the day."""
    codes = law.ancestors(area_path)
    rows = RatingScheme.objects.filter(area__code__in=codes, valid_during__contains=on).select_related("area")
    found = {row.area.code: row for row in rows}
    for code in codes:
        if code in found:
            return found[code]
    raise refusals.NoScheme(day=on.isoformat())


@transaction.atomic
def record_assessment(
    provider_id: int, *, round: str, scores: Mapping[str, int], veto: str = "", by: User
) -> Assessment:
    """Score a provider in a round; a returned assessment is scored again in the same row."""
    provider = standing.lock(provider_id)
    if not can_assess(by, provider):
        raise NotAllowed
    today = clock.today()
    scheme = scheme_for(provider.area_path, today)
    total, grade = judged(scheme, scores, veto)
    facts = {
        "scheme": scheme, "assessed_on": today, "scores": dict(scores), "total": total, "veto": veto, "grade": grade,
        "assessed_by": by, "assessed_at": clock.now(),
    }  # fmt: skip
    existing = Assessment.objects.filter(provider=provider, round=round).first()
    if existing is None:
        made = Assessment.objects.create(provider=provider, area_path=provider.area_path, round=round, **facts)
        record(made, "record_assessment", by=by, provider=provider.code, total=total, grade=grade)
        return made
    if existing.state != AssessmentState.RETURNED:
        raise refusals.AssessedAlready
    move(
        existing, AssessmentState.SCORED, machine=ASSESSMENT, by=by, verb="record_assessment",
        detail={"total": total, "grade": grade}, decided_by=None, decided_at=None, reason="", **facts,
    )  # fmt: skip
    return existing


def judged(scheme: RatingScheme, scores: Mapping[str, int], veto: str) -> tuple[int, int | None]:
    """(total, grade or None) by the scheme's thresholds; a failed basic indicator gives no grade."""
    tops = {row["code"]: row["max"] for row in scheme.dimensions}
    if set(scores) != set(tops) or any(not 0 <= scores[code] <= top for code, top in tops.items()):
        raise refusals.ScoresOutOfRange
    total = sum(scores.values())
    thresholds = [(row["grade"], row["min_score"]) for row in scheme.grades]
    return total, rules.grade_of(total, thresholds, vetoed=bool(veto))


@transaction.atomic
def confirm_assessment(assessment_id: int, *, version: int | None = None, by: User) -> Assessment:
    """Confirm the scores: the grade holds from today for the scheme's months; what held before ends."""
    assessment = _locked(assessment_id, version, by)
    today = clock.today()
    move(assessment, AssessmentState.CONFIRMED, machine=ASSESSMENT, by=by, verb="confirm_assessment",
         decided_by=by, decided_at=clock.now())  # fmt: skip
    provider = {"provider_id": assessment.provider_id}
    follow(RatingSpan, of=provider, from_day=today)  # the former grade ends, also where no grade was reached
    if assessment.grade is not None:
        # Grades end with a month, so that the search rows, rewritten on every first, never show a lapsed one.
        until = (dates.Month.of(dates.add_months(today, assessment.scheme.validity_months)) + 1).first
        follow(RatingSpan, of=provider, from_day=today, to_day=until, grade=assessment.grade, assessment=assessment)
    facts_changed(assessment.provider_id, from_day=today, cause="rating")
    search_rows.rewrite(assessment.provider_id)
    return assessment


@transaction.atomic
def return_assessment(assessment_id: int, *, reason: str, version: int | None = None, by: User) -> Assessment:
    """Give the scores back to the evaluator with the reason."""
    assessment = _locked(assessment_id, version, by)
    move(assessment, AssessmentState.RETURNED, machine=ASSESSMENT, by=by, verb="return_assessment",
         decided_by=by, decided_at=clock.now(), reason=reason)  # fmt: skip
    if assessment.assessed_by is not None:
        outbox.tell_person(
            assessment.assessed_by,
            said(_("Your scores of “%(name)s” were sent back"), name=assessment.provider.name),
            reason,
            key=f"assessment-returned:{assessment.public_id}:{assessment.version}",
        )
    return assessment


def _locked(assessment_id: int, version: int | None, by: User) -> Assessment:
    found = Assessment.objects.only("provider_id").get(pk=assessment_id)
    provider = standing.lock(found.provider_id)
    rows = Assessment.objects.select_for_update(no_key=True, of=("self",)).select_related("scheme")
    assessment = rows.get(pk=assessment_id)
    assessment.provider = provider
    if not can_confirm(by, assessment):
        raise NotAllowed
    check_version(assessment, version)
    return assessment
