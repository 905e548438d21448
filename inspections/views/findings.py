"""Findings: the list by due day, the page where provider, inspector and district each do their part."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions import findings as act
from inspections.filters import FindingFilter
from inspections.forms.findings import AnswerForm, CheckForm, ExtensionForm
from inspections.forms.visits import ReasonForm
from inspections.models import Finding, FindingExtension, FindingFile, FindingState
from inspections.permissions import (
    READERS,
    can_answer,
    can_check,
    can_decide,
    can_suspend,
    findings_visible_to,
    works_somewhere,
)
from inspections.queries.findings import WAITING, by_due, suspensions_to_lift
from inspections.views.lists import page_of, posted, refused
from portal import clock, files
from portal.models import Role, StoredFile
from portal.permissions import has_role, officials, signed_in
from portal.problems import Refusal


@require_GET
@signed_in
def listing(request: HttpRequest) -> HttpResponse:
    """Officers and providers see findings by due day, overdue in red; one tap from the navigation or the to-do list."""
    official = has_role(request.user, *READERS)
    if not (official or works_somewhere(request.user)):
        raise Http404
    rows = by_due(findings_visible_to(request.user)).select_related("provider")
    filterset = FindingFilter(request.GET or None, queryset=rows, by=request.user)
    today = clock.today()
    page = page_of(request, filterset.qs)
    for finding in page:
        finding.days = (finding.due_on - today).days if finding.state in WAITING else None
    context = {"filterset": filterset, "page": page, "official": official}
    return render(request, "inspections/findings.html", context)


def _finding(request: HttpRequest, public_id: object) -> Finding:
    rows = findings_visible_to(request.user).select_related(
        "provider", "visit", "item", "class_group", "found_by", "cleared_by"
    )
    return get_object_or_404(rows, public_id=public_id)


def _show(request: HttpRequest, finding: Finding, bound: dict[str, forms.Form] | None = None) -> HttpResponse:
    """The page with the forms this person may use; a bound form keeps what was typed."""
    bound = bound or {}
    asked = FindingExtension.objects.filter(finding=finding).select_related("asked_by", "decided_by").first()
    offered: dict[str, Any] = {"answer_form": None, "check_form": None, "extension_form": None}
    if finding.state == FindingState.OPEN and can_answer(request.user, finding):
        offered["answer_form"] = AnswerForm(initial={"version": finding.version})
        if asked is None:
            offered["extension_form"] = ExtensionForm(finding=finding, latest=act.latest_extension(finding))
    if finding.state == FindingState.ANSWERED and can_check(request.user, finding):
        offered["check_form"] = CheckForm(initial={"version": finding.version})
    decides = can_decide(request.user, finding.area_path, finding.provider)
    answers = finding.answers.order_by("-round").select_related("answered_by", "decided_by")
    context = {
        "finding": finding,
        "days": (finding.due_on - clock.today()).days if finding.state in WAITING else None,
        "photos": list(finding.files.filter(answer=None).select_related("file")),
        "answers": list(answers.prefetch_related("files__file")),
        "decisions": list(finding.decisions.order_by("pk").select_related("class_group")),
        "to_lift": suspensions_to_lift(finding.decisions.all()).first() if decides else None,
        "asked": asked,
        "decides_extension": decides and asked is not None and asked.approved is None,
        "suspends": can_suspend(request.user, finding),
        "withdraws": decides and finding.state in WAITING and request.user.pk != finding.found_by_id,
    } | offered | bound  # fmt: skip
    return render(request, "inspections/finding.html", context, status=400 if bound else 200)


def _own(request: HttpRequest, public_id: object) -> Finding:
    """A finding at a provider where this person works; officers read it, but have nothing to answer."""
    finding = _finding(request, public_id)
    if not can_answer(request.user, finding):
        raise Http404
    return finding


@require_GET
@signed_in
def page(request: HttpRequest, public_id: object) -> HttpResponse:
    """A finding with its photos and history: the provider answers, the inspector checks, the district decides."""
    return _show(request, _finding(request, public_id))


@require_POST
@signed_in
def answer(request: HttpRequest, public_id: object) -> HttpResponse:
    """The provider says what was put right, with evidence: text, photo, one button."""
    finding = _own(request, public_id)
    form = AnswerForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        try:
            act.answer_finding(
                finding.pk, text=data["text"], uploads=data["uploads"], version=data["version"], by=request.user
            )
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Your answer is with the inspectors."))
            return redirect("inspections:finding", finding.public_id)
    return _show(request, finding, {"answer_form": form})


@require_POST
@officials(Role.INSPECTOR)
def check(request: HttpRequest, public_id: object) -> HttpResponse:
    """The inspector closes the finding or sends it back with a reason."""
    finding = _finding(request, public_id)
    form = CheckForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            if data["verdict"] == "clear":
                act.clear_finding(finding.pk, note=data["reason"], version=data["version"], by=request.user)
            else:
                act.send_back(finding.pk, reason=data["reason"], version=data["version"], by=request.user)
        except Refusal as refusal:
            refused(form, refusal)
        else:
            done = data["verdict"] == "clear"
            messages.success(request, _("The finding is cleared.") if done else _("The finding is sent back."))
            return redirect("inspections:finding", finding.public_id)
    return _show(request, finding, {"check_form": form})


@require_POST
@signed_in
def ask_extension(request: HttpRequest, public_id: object) -> HttpResponse:
    """The provider asks for more time, once."""
    finding = _own(request, public_id)
    form = ExtensionForm(request.POST, finding=finding, latest=act.latest_extension(finding))
    if form.is_valid():
        try:
            act.ask_extension(finding.pk, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("The district decides on your request."))
            return redirect("inspections:finding", finding.public_id)
    return _show(request, finding, {"extension_form": form})


@require_POST
@officials(Role.DISTRICT, Role.CITY)
def decide_extension(request: HttpRequest, public_id: object) -> HttpResponse:
    """The district approves or refuses more time: one tap."""
    finding = _finding(request, public_id)
    approve = request.POST.get("verdict") == "approve"
    try:
        act.decide_extension(finding.pk, approve=approve, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("inspections:finding", finding.public_id)
    messages.success(request, _("More time is approved.") if approve else _("More time is refused."))
    return redirect("inspections:finding", finding.public_id)


@require_http_methods(["GET", "POST"])
@officials(Role.DISTRICT, Role.CITY)
def withdraw(request: HttpRequest, public_id: object) -> HttpResponse:
    """The district takes back a finding recorded by mistake, with the reason."""
    finding = _finding(request, public_id)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            act.withdraw_finding(finding.pk, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("The finding is withdrawn."))
            return redirect("inspections:finding", finding.public_id)
    context = {"form": form, "finding": finding}
    return render(request, "inspections/withdraw.html", context, status=400 if form.errors else 200)


@require_GET
@signed_in
def file(request: HttpRequest, public_id: object, file_id: object) -> HttpResponse:
    """A photo or paper of a finding, for whoever may see the finding."""
    finding = _finding(request, public_id)
    shown = FindingFile.objects.filter(finding=finding).values("file")  # one photo may show the finding and its answer
    return files.response(get_object_or_404(StoredFile, pk__in=shown, public_id=file_id), inline=True)
