"""Visits: the officer's list and plan, the inspector's day on the phone, the record and its publication."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions import visits as act
from inspections.filters import VisitFilter
from inspections.forms.visits import PlanForm, ReasonForm
from inspections.models import Visit, VisitState
from inspections.permissions import (
    READERS,
    can_decide,
    can_plan,
    findings_visible_to,
    is_inspector_of,
    visits_visible_to,
)
from inspections.queries import findings as found
from inspections.queries import visits as seen
from inspections.views.lists import page_of, posted, refused
from portal import clock
from portal.models import Role
from portal.permissions import has_role, officials, signed_in
from portal.problems import Refusal


@require_GET
@officials(*READERS)
def listing(request: HttpRequest) -> HttpResponse:
    """Officers look over visits by day, state and result; one tap from the navigation."""
    rows = seen.with_findings(visits_visible_to(request.user)).select_related("provider", "lead", "second")
    filterset = VisitFilter(request.GET or None, queryset=rows.order_by("-planned_on", "-pk"), by=request.user)
    context = {
        "filterset": filterset,
        "page": page_of(request, filterset.qs),
        "may_plan": has_role(request.user, Role.DISTRICT, Role.CITY),
        "inspects": has_role(request.user, Role.INSPECTOR),
    }
    return render(request, "inspections/visits.html", context)


@require_GET
@officials(Role.INSPECTOR)
def mine(request: HttpRequest) -> HttpResponse:
    """The inspector's own day on the phone: begin or go on with a visit in one tap."""
    own = seen.of_inspector(visits_visible_to(request.user), request.user).select_related(
        "provider__street", "lead", "second"
    )
    today = clock.today()
    planned = own.filter(state=VisitState.PLANNED, planned_on__gt=today).order_by("planned_on", "pk")
    answered = found.to_check(findings_visible_to(request.user), request.user).select_related("provider")
    context = {"due": list(seen.to_do(own, today)), "later": list(planned[:20]), "answered": list(answered[:20])}
    return render(request, "inspections/mine.html", context)


@require_http_methods(["GET", "POST"])
@officials(Role.DISTRICT, Role.CITY)
def plan(request: HttpRequest) -> HttpResponse:
    """A district officer sends two inspectors to a provider: one form, reached from the provider's page or the list."""
    initial = {"provider": request.GET.get("provider", ""), "planned_on": clock.today()}
    form = PlanForm(posted(request), initial=initial, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            visit = act.plan_visit(
                data["provider"].pk, kind=data["kind"], planned_on=data["planned_on"], lead_id=data["lead"].pk,
                second_id=data["second"].pk, by=request.user,
            )  # fmt: skip
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("The visit is planned. The provider is not told."))
            return redirect("inspections:visit", visit.public_id)
    return render(request, "inspections/plan.html", {"form": form}, status=400 if form.errors else 200)


def _visit(request: HttpRequest, public_id: object) -> Visit:
    rows = visits_visible_to(request.user).select_related("provider__street", "lead", "second", "checklist", "draw")
    return get_object_or_404(rows, public_id=public_id)


@require_GET
@signed_in
def page(request: HttpRequest, public_id: object) -> HttpResponse:
    """A visit for whoever may see it; the inspector begins, goes on by group, and finishes from here."""
    visit = _visit(request, public_id)
    inspects = is_inspector_of(request.user, visit)
    groups = seen.record_of(visit) if visit.checklist_id else []
    context = {
        "visit": visit,
        "groups": groups,
        "bare": [line for group in groups for line in group.bare],
        "done": sum(group.done for group in groups),
        "total": sum(len(group.lines) for group in groups),
        "findings": list(visit.findings.order_by("pk")),
        "inspects": inspects,
        "reads": has_role(request.user, *READERS),
        "decides": not inspects and can_decide(request.user, visit.area_path, visit.provider),
        "plans": can_plan(request.user, visit.area_path),
        "today": clock.today(),
    }
    return render(request, "inspections/visit.html", context)


@require_POST
@officials(Role.INSPECTOR)
def begin(request: HttpRequest, public_id: object) -> HttpResponse:
    """The inspector stands at the door and begins: one tap."""
    visit = _visit(request, public_id)
    try:
        act.begin_visit(visit.pk, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("inspections:visit", visit.public_id)


@require_GET
@signed_in
def record(request: HttpRequest, public_id: object) -> HttpResponse:
    """The record (现场检查记录) to print and sign, for whoever may see the visit; one tap from it."""
    visit = _visit(request, public_id)
    groups = seen.record_of(visit) if visit.checklist_id else []
    findings = visit.findings.exclude(state="WITHDRAWN").select_related("item", "class_group").order_by("pk")
    return render(request, "inspections/record.html", {"visit": visit, "groups": groups, "findings": findings})


@require_POST
@officials(Role.DISTRICT, Role.CITY)
def publish(request: HttpRequest, public_id: object) -> HttpResponse:
    """The district puts the result on the provider's public page: one tap."""
    visit = _visit(request, public_id)
    act.publish_visit(visit.pk, by=request.user)
    messages.success(request, _("The result stands on the provider's public page."))
    return redirect("inspections:visit", visit.public_id)


@require_http_methods(["GET", "POST"])
@officials(Role.DISTRICT, Role.CITY)
def cancel(request: HttpRequest, public_id: object) -> HttpResponse:
    """The officer calls a planned visit off with a reason."""
    visit = _visit(request, public_id)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            act.cancel_visit(visit.pk, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("The visit is cancelled."))
            return redirect("inspections:visit", visit.public_id)
    context = {"form": form, "visit": visit}
    return render(request, "inspections/cancel.html", context, status=400 if form.errors else 200)
