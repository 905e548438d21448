"""Who may see and do what in inspections (domain §10.1): a queryset to see, a predicate for each deed."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q, QuerySet

from inspections.models import Assessment, AssessmentState, Decision, Draw, Finding, FindingState, Visit, VisitState
from portal.models import Role, User
from portal.permissions import holds, people_holding, prefixes, within
from providers.models import Post, Provider
from providers.permissions import has_interest, mine, works_at

READERS = frozenset({Role.SUBDISTRICT, Role.DISTRICT, Role.CITY, Role.INSPECTOR, Role.AUDITOR})
RATING_READERS = READERS | {Role.EVALUATOR}
DECIDERS = frozenset({Role.DISTRICT, Role.CITY})  # the city decides where it has no districts
PLANNERS = DECIDERS


def _seen(model: type[Model], user: Any, roles: Iterable[str], own: Q, path: str = "area_path") -> QuerySet:
    """Rows under the person's areas and the own ones, as a UNION of prefixes (an OR cannot use the indexes)."""
    under = f"{path}__startswith"
    parts = [model._base_manager.filter(**{under: prefix}).values("pk") for prefix in prefixes(user, roles)]
    if works_somewhere(user):
        parts.append(model._base_manager.filter(own, provider__in=mine(user).values("pk")).values("pk"))
    if not parts:
        return model._base_manager.none()
    return model._base_manager.filter(pk__in=parts[0].union(*parts[1:]) if parts[1:] else parts[0])


def works_somewhere(user: Any) -> bool:
    """Whether the person holds any post at a provider; asked once a request."""
    if not getattr(user, "is_authenticated", False):
        return False
    if not hasattr(user, "_works_somewhere"):
        user._works_somewhere = Post.objects.filter(user=user, ended_at=None).exists()
    return user._works_somewhere


def visits_visible_to(user: Any) -> QuerySet[Visit]:
    """Visits under the person's areas; a provider's people see their own once begun (a visit comes unannounced)."""
    return _seen(Visit, user, READERS, ~Q(state__in=[VisitState.PLANNED, VisitState.CANCELLED]))


def findings_visible_to(user: Any) -> QuerySet[Finding]:
    """Findings under the person's areas and those of the own providers once the visit is finished."""
    return _seen(Finding, user, READERS, ~Q(visit__state=VisitState.UNDER_WAY))


def decisions_visible_to(user: Any) -> QuerySet[Decision]:
    """Decisions on providers that lie under the person's areas today, and on the own ones."""
    return _seen(Decision, user, READERS, Q(), path="provider__area_path")


def draws_visible_to(user: Any) -> QuerySet[Draw]:
    """Draws of areas that lie under the person's today."""
    return within(Draw.objects.all(), user, READERS, path="area__path")


def assessments_visible_to(user: Any) -> QuerySet[Assessment]:
    """Assessments under the person's areas; a provider's people see their confirmed ones."""
    return _seen(Assessment, user, RATING_READERS, Q(state=AssessmentState.CONFIRMED))


def plannable_by(user: Any) -> QuerySet[Provider]:
    """Providers for which the person may plan a visit."""
    return within(Provider.objects.all(), user, PLANNERS)


def inspectors_over(area_path: str) -> QuerySet[User]:
    """Who may be sent to a provider there."""
    return people_holding(Role.INSPECTOR, area_path)


def can_plan(user: Any, area_path: str) -> bool:
    """Whether the person may plan visits and draw there."""
    return holds(user, PLANNERS, area_path)


def is_inspector_of(user: Any, visit: Visit) -> bool:
    """Whether the person is one of the visit's two inspectors, still in office and without interest."""
    named = user.pk in (visit.lead_id, visit.second_id)
    return named and holds(user, {Role.INSPECTOR}, visit.area_path) and not has_interest(user, visit.provider)


def can_check(user: Any, finding: Finding) -> bool:
    """Whether the person may accept or send back an answer: an inspector over the area without interest."""
    return holds(user, {Role.INSPECTOR}, finding.area_path) and not has_interest(user, finding.provider)


def can_answer(user: Any, finding: Finding) -> bool:
    """Whether the person may answer the finding: anybody with a post at the provider."""
    return works_at(user, finding.provider)


def can_decide(user: Any, area_path: str, provider: Provider) -> bool:
    """Whether the person may suspend, resume, publish, extend or withdraw there, without interest."""
    return holds(user, DECIDERS, area_path) and not has_interest(user, provider)


def can_suspend(user: Any, finding: Finding) -> bool:
    """Whether the person may suspend for this finding: a decider who did not find it."""
    open_still = finding.state in (FindingState.OPEN, FindingState.ANSWERED)
    return (
        open_still
        and finding.level == "MAJOR"
        and user.pk != finding.found_by_id
        and can_decide(user, finding.area_path, finding.provider)
    )


def can_assess(user: Any, provider: Provider) -> bool:
    """Whether the person may score the provider: an evaluator over the area without interest."""
    return holds(user, {Role.EVALUATOR}, provider.area_path) and not has_interest(user, provider)


def can_confirm(user: Any, assessment: Assessment) -> bool:
    """Whether the person may confirm or return the scores: a decider who did not give them."""
    return user.pk != assessment.assessed_by_id and can_decide(user, assessment.area_path, assessment.provider)
