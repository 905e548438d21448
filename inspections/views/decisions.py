"""Decisions: suspend for a major hazard, the paper, resume."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inspections.actions import decisions as act
from inspections.forms.findings import SuspendForm
from inspections.forms.visits import ReasonForm
from inspections.models import Decision, DecisionKind
from inspections.permissions import can_decide, can_suspend, decisions_visible_to, findings_visible_to
from inspections.views.lists import posted, refused
from portal.models import Role
from portal.permissions import officials, signed_in
from portal.problems import Refusal


@require_http_methods(["GET", "POST"])
@officials(Role.DISTRICT, Role.CITY)
def suspend(request: HttpRequest, public_id: object) -> HttpResponse:
    """The district stops a class or a provider for a major hazard: reached from the finding, one form."""
    rows = findings_visible_to(request.user).select_related("provider", "class_group")
    finding = get_object_or_404(rows, public_id=public_id)
    if not can_suspend(request.user, finding):
        raise Http404
    initial = {"basis": finding.basis, "class_group": finding.class_group.code if finding.class_group else None}
    form = SuspendForm(posted(request), initial=initial, finding=finding)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        group = data["class_group"]
        try:
            decision = act.suspend(
                finding.pk, class_group_id=group.pk if group else None, reason=data["reason"], basis=data["basis"],
                by=request.user,
            )  # fmt: skip
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Suspended from today. The provider is told."))
            return redirect("inspections:decision", decision.public_id)
    context = {"form": form, "finding": finding}
    return render(request, "inspections/suspend.html", context, status=400 if form.errors else 200)


def _decision(request: HttpRequest, public_id: object) -> Decision:
    rows = decisions_visible_to(request.user).select_related(
        "provider", "class_group", "finding", "lifts", "lifted_by", "decided_by"
    )
    return get_object_or_404(rows, public_id=public_id)


@require_GET
@signed_in
def page(request: HttpRequest, public_id: object) -> HttpResponse:
    """The decision as a paper, for officers and the provider; one tap from the finding."""
    decision = _decision(request, public_id)
    open_still = decision.kind == DecisionKind.SUSPEND and not hasattr(decision, "lifted_by")
    resumes = open_still and can_decide(request.user, decision.provider.area_path, decision.provider)
    context = {"decision": decision, "resumes": resumes, "lifted_by": getattr(decision, "lifted_by", None)}
    return render(request, "inspections/decision.html", context)


@require_http_methods(["GET", "POST"])
@officials(Role.DISTRICT, Role.CITY)
def resume(request: HttpRequest, public_id: object) -> HttpResponse:
    """The district lets service go on once the major hazards are cleared."""
    decision = _decision(request, public_id)
    if decision.kind != DecisionKind.SUSPEND:
        raise Http404
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = act.resume(decision.pk, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Service may go on from today. The provider is told."))
            return redirect("inspections:decision", made.public_id)
    context = {"form": form, "decision": decision}
    return render(request, "inspections/resume.html", context, status=400 if form.errors else 200)
