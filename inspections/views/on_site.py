"""On site with a phone: the checklist by group, a hazard with its photo, the end of the visit."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inspections.actions import findings as hazards
from inspections.actions import visits as act
from inspections.forms.visits import FindingForm, FinishForm, ResultsForm
from inspections.models import ChecklistItem, Visit, VisitState
from inspections.permissions import is_inspector_of, visits_visible_to
from inspections.queries import visits as seen
from inspections.views.lists import posted, refused
from portal.models import Role
from portal.permissions import officials
from portal.problems import Refusal


def _under_way(request: HttpRequest, public_id: object) -> Visit:
    """The inspector's own visit while it is under way; anybody else's is not there."""
    visit = get_object_or_404(visits_visible_to(request.user).select_related("provider"), public_id=public_id)
    if not is_inspector_of(request.user, visit) or visit.state != VisitState.UNDER_WAY:
        raise Http404
    return visit


@require_http_methods(["GET", "POST"])
@officials(Role.INSPECTOR)
def check(request: HttpRequest, public_id: object, group: str) -> HttpResponse:
    """The inspector ticks one group of the checklist: one tap an item, one to go on to the next group."""
    visit = _under_way(request, public_id)
    groups = seen.record_of(visit)
    codes = [one.code for one in groups]
    if group not in codes:
        raise Http404
    number = codes.index(group)
    form = ResultsForm(posted(request), group=groups[number])
    if request.method == "POST" and form.is_valid():
        act.record_results(visit.pk, outcomes=form.outcomes(), by=request.user)
        if "next" in request.POST and number + 1 < len(codes):
            return redirect("inspections:check", visit.public_id, codes[number + 1])
        return redirect("inspections:visit", visit.public_id)
    context = {"visit": visit, "form": form, "groups": groups, "group": groups[number], "number": number + 1}
    return render(request, "inspections/check.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@officials(Role.INSPECTOR)
def finding(request: HttpRequest, public_id: object) -> HttpResponse:
    """The inspector writes a hazard down with a photo; level and article come from the item."""
    visit = _under_way(request, public_id)
    item = None
    if code := request.GET.get("item"):
        item = get_object_or_404(ChecklistItem, checklist=visit.checklist_id, code=code)
    initial = {"level": item.level, "basis": item.basis, "text": ""} if item else {"level": "GENERAL"}
    form = FindingForm(
        posted(request), request.FILES if request.method == "POST" else None, initial=initial, provider=visit.provider
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = hazards.record_finding(
                visit.pk, item_id=item.pk if item else None, level=data["level"], text=data["text"],
                basis=data["basis"],
                class_group_id=data["class_group"].pk if data["class_group"] else None, photos=data["photos"],
                by=request.user,
            )  # fmt: skip
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Recorded. To be put right by %(day)s.") % {"day": made.due_on})
            return redirect("inspections:visit", visit.public_id)
    context = {"visit": visit, "form": form, "item": item}
    return render(request, "inspections/finding_new.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@officials(Role.INSPECTOR)
def finish(request: HttpRequest, public_id: object) -> HttpResponse:
    """The inspector checks the answers and closes the record; after this it does not change."""
    visit = _under_way(request, public_id)
    form = FinishForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            act.finish_visit(visit.pk, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("The visit is finished. Print the record and let it be signed."))
            return redirect("inspections:record", visit.public_id)
    groups = seen.record_of(visit)
    findings = visit.findings.exclude(state="WITHDRAWN").order_by("pk")
    context = {"visit": visit, "form": form, "groups": groups, "findings": findings}
    return render(request, "inspections/finish.html", context, status=400 if form.errors else 200)
