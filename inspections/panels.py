"""What inspections add to shared pages: navigation, to-do list, provider's page, month page, search column."""

import datetime as dt
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inspections.models import (
    Assessment,
    AssessmentState,
    ClassSuspension,
    Decision,
    DecisionKind,
    Draw,
    Finding,
    FindingState,
    RatingSpan,
    Visit,
    VisitState,
)
from inspections.permissions import (
    READERS,
    assessments_visible_to,
    can_assess,
    can_plan,
    findings_visible_to,
    visits_visible_to,
    works_somewhere,
)
from inspections.queries import findings as found
from inspections.queries import visits as seen
from portal import clock
from portal.copies import AreaCopy, Follows
from portal.models import Area, AreaLevel, Role
from portal.panels import MonthItem, NavItem, Panel, SearchColumn, Todo
from portal.permissions import has_role, prefixes, under, within
from providers.actions.spans import in_force
from providers.models import Provider
from providers.permissions import mine

RATING_SQL = """
SELECT g.id AS class_group_id, NULL::text AS mode, s.grade::smallint AS value
FROM inspections_ratingspan s JOIN providers_classgroup g ON g.provider_id = s.provider_id
WHERE s.retracted_at IS NULL AND s.during @> %(on)s::date
"""
SUSPENDED_SQL = """
SELECT s.class_group_id, NULL::text AS mode, true AS value
FROM inspections_classsuspension s WHERE s.retracted_at IS NULL AND s.during @> %(on)s::date
"""
search_columns = [SearchColumn("rating", RATING_SQL), SearchColumn("suspended", SUSPENDED_SQL)]


def nav(request: HttpRequest) -> list[NavItem]:
    """Inspections for officials who read them, findings for providers, ratings for those who rate."""
    user, items = request.user, []
    if has_role(user, Role.INSPECTOR):
        items.append(NavItem(reverse("inspections:mine"), gettext_lazy("My visits"), 39))
    if has_role(user, *READERS):
        items.append(NavItem(reverse("inspections:visits"), gettext_lazy("Inspections"), 40))
    elif works_somewhere(user):
        items.append(NavItem(reverse("inspections:findings"), gettext_lazy("Findings"), 40))
    if has_role(user, Role.EVALUATOR, Role.DISTRICT, Role.CITY):
        items.append(NavItem(reverse("inspections:ratings"), gettext_lazy("Star ratings"), 41))
    return items


def todo(user: Any, on: dt.date) -> list[Todo]:
    """What waits for this person in inspections: one row a kind, with how many and the earliest day."""
    rows: list[Todo] = []
    if has_role(user, Role.INSPECTOR):
        rows += _of_inspector(user, on)
    if has_role(user, Role.DISTRICT, Role.CITY):
        rows += _of_decider(user)
    if has_role(user, Role.EVALUATOR):
        sent_back = within(assessments_visible_to(user), user, {Role.EVALUATOR}).filter(state=AssessmentState.RETURNED)
        url = reverse("inspections:ratings") + "?state=RETURNED"
        rows += _since("scores-returned", gettext_lazy("Scores returned to you"), sent_back, url)
    if works_somewhere(user):
        told = Finding.objects.filter(provider__in=mine(user).values("pk")).exclude(visit__state=VisitState.UNDER_WAY)
        url = reverse("inspections:findings") + "?show=waiting"
        label = gettext_lazy("Findings to put right")
        rows += _row("findings-to-answer", label, told.filter(state=FindingState.OPEN), "due_on", url, on)
    return rows


def _row(key: str, label: Any, rows: QuerySet, day: str, url: str, on: dt.date | None = None) -> list[Todo]:
    """One to-do row for a queryset, or none when it is empty; `on` adds calendar days left."""
    facts = rows.order_by().aggregate(count=Count("pk"), due=Min(day))
    if not facts["count"]:
        return []
    left = (facts["due"] - on).days if on else None
    return [Todo(key, label, url, count=facts["count"], due=facts["due"], days_left=left)]


def _since(key: str, label: Any, rows: QuerySet, url: str) -> list[Todo]:
    """One to-do row for assessments, which have no term: how many, and since when the oldest waits."""
    facts = rows.order_by().aggregate(count=Count("pk"), first=Min("assessed_on"))
    if not facts["count"]:
        return []
    return [Todo(key, label, url, _("The oldest is of %(day)s.") % {"day": facts["first"]}, facts["count"])]


def _of_inspector(user: Any, on: dt.date) -> list[Todo]:
    own = seen.of_inspector(visits_visible_to(user), user)
    answered = found.to_check(findings_visible_to(user), user)
    url = reverse("inspections:mine")
    return [
        *_row("visits-today", gettext_lazy("Visits to make"), seen.to_do(own, on), "planned_on", url),
        *_row("answers-to-check", gettext_lazy("Answers to findings to check"), answered, "due_on", url, on),
    ]


def _of_decider(user: Any) -> list[Todo]:
    overseen = within(Finding.objects.all(), user, {Role.DISTRICT, Role.CITY})
    roles = {Role.DISTRICT} if _has_districts(user) else {Role.DISTRICT, Role.CITY}
    findings = within(Finding.objects.all(), user, roles)
    visits = seen.to_publish(within(visits_visible_to(user), user, roles))
    scored = within(assessments_visible_to(user), user, roles).filter(state=AssessmentState.SCORED)
    listed = reverse("inspections:findings")
    return [
        *_row("major-hazards", gettext_lazy("Major hazards to decide on"), found.undecided_major(overseen), "due_on",
              f"{listed}?level=MAJOR&show=waiting"),
        *_to_lift(within(Decision.objects.all(), user, roles)),
        *_row("extensions", gettext_lazy("Requests for more time"), found.extensions_asked(findings), "due_on",
              f"{listed}?show=waiting"),
        *_row("results-to-publish", gettext_lazy("Inspection results to publish"), visits, "publish_due",
              reverse("inspections:visits") + "?state=FINISHED"),
        *_since("grades-to-confirm", gettext_lazy("Star ratings to confirm"), scored,
                reverse("inspections:ratings") + "?state=SCORED"),
    ]  # fmt: skip


def _to_lift(decisions: QuerySet[Decision]) -> list[Todo]:
    """Providers and classes that may go on, since what stopped them is cleared."""
    facts = found.suspensions_to_lift(decisions).aggregate(count=Count("pk"), first=Min("from_day"))
    if not facts["count"]:
        return []
    hint = _("Every major hazard is cleared. The oldest suspension is of %(day)s.") % {"day": facts["first"]}
    url = reverse("inspections:findings") + "?show=to_lift"
    return [Todo("suspensions-to-lift", gettext_lazy("Suspensions to lift"), url, hint, facts["count"])]


def _has_districts(user: Any) -> bool:
    """Whether the person's city has districts, which then decide; the city only oversees major hazards."""
    paths = prefixes(user, {Role.CITY})
    return Area.objects.filter(under(paths, "path"), level=AreaLevel.DISTRICT).exists()


def provider(provider: Provider, user: Any) -> list[Panel]:
    """The public part (stars, published results, no open hazard) and, for officials, what waits there."""
    panels = [_public(provider)]
    official = has_role(user, *READERS, Role.EVALUATOR)
    if not official:
        return panels
    findings = found.waiting(findings_visible_to(user).filter(provider=provider)).order_by("due_on", "pk")
    decisions = Decision.objects.filter(provider=provider, kind=DecisionKind.SUSPEND, lifted_by=None)
    context = {
        "visits": list(visits_visible_to(user).filter(provider=provider).order_by("-planned_on", "-pk")[:5]),
        "findings": list(findings[:10]),
        "decisions": list(decisions.select_related("class_group")),
        "plan_url": f"{reverse('inspections:plan')}?provider={provider.code}"
        if can_plan(user, provider.area_path)
        else "",
        "assess_url": reverse("inspections:assess", args=[provider.code]) if can_assess(user, provider) else "",
    }
    panels.append(Panel(gettext_lazy("Inspections"), "inspections/panel_official.html", context, order=60))
    return panels


def _public(provider: Provider) -> Panel:
    on = clock.today()
    grade = RatingSpan.objects.filter(in_force(on), provider=provider).values_list("grade", flat=True).first()
    context = {
        "grade": grade,
        "results": list(seen.published_of(provider.pk)[:5]),
        "hazard_free": not found.open_on(provider.pk, on).exists(),
        "on": on,
        "suspended_classes": list(
            ClassSuspension.objects.filter(in_force(on), class_group__provider=provider).select_related("class_group")
        ),
    }
    return Panel(gettext_lazy("Safety and quality"), "inspections/panel_public.html", context, order=30)


def month(provider: Provider, month: dt.date, user: Any) -> MonthItem:
    """The month page's row: hazards that are still to be put right."""
    facts = found.waiting(Finding.objects.filter(provider=provider).exclude(visit__state=VisitState.UNDER_WAY))
    numbers = facts.aggregate(count=Count("pk"), due=Min("due_on"))
    if not numbers["count"]:
        state, hint = "done", _("No hazard is open.")
    else:
        state = "blocked" if numbers["due"] < clock.today() else "todo"
        text = ngettext("%(n)s hazard open, due %(day)s", "%(n)s hazards open, first due %(day)s", numbers["count"])
        hint = text % {"n": numbers["count"], "day": numbers["due"]}
    return MonthItem(
        "findings", gettext_lazy("Hazards put right"), state, reverse("inspections:findings"), hint, order=40
    )


def area_copies() -> list[AreaCopy]:
    """What is under way goes with the provider; draws and decisions are never changed and say where it lay then."""
    return [
        *(AreaCopy(model, Follows.ALWAYS) for model in (Visit, Finding, Assessment)),
        *(AreaCopy(model, Follows.NEVER) for model in (Draw, Decision)),
    ]
