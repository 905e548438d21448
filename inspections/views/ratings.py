"""Star ratings: the evaluator scores, the district confirms."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions import ratings as act
from inspections.filters import AssessmentFilter
from inspections.forms.ratings import AssessmentForm
from inspections.forms.visits import ReasonForm
from inspections.models import Assessment, AssessmentState
from inspections.permissions import RATING_READERS, assessments_visible_to, can_confirm
from inspections.views.lists import page_of, posted, refused
from portal import clock
from portal.models import Role
from portal.numbers import version_in
from portal.permissions import has_role, officials, signed_in, within
from portal.problems import Refusal
from providers.models import Provider


@require_GET
@officials(*RATING_READERS)
def listing(request: HttpRequest) -> HttpResponse:
    """Officers and evaluators look over the assessments; one tap from the navigation."""
    rows = assessments_visible_to(request.user).select_related("provider", "scheme").order_by("-assessed_at", "-pk")
    filterset = AssessmentFilter(request.GET or None, queryset=rows, by=request.user)
    context = {
        "filterset": filterset,
        "page": page_of(request, filterset.qs),
        "scores": has_role(request.user, Role.EVALUATOR),
    }
    return render(request, "inspections/ratings.html", context)


@require_http_methods(["GET", "POST"])
@officials(Role.EVALUATOR)
def new(request: HttpRequest, code: str) -> HttpResponse:
    """An evaluator gives a provider its points by dimension: one form, from the provider's page."""
    provider = get_object_or_404(within(Provider.objects.all(), request.user, {Role.EVALUATOR}), code=code)
    today = clock.today()
    scheme = act.scheme_for(provider.area_path, today)
    form = AssessmentForm(posted(request), initial={"round": str(today.year)}, scheme=scheme)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = act.record_assessment(
                provider.pk, round=data["round"], scores=form.scores(), veto=data["veto"], by=request.user
            )
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Scored. The district confirms it."))
            return redirect("inspections:assessment", made.public_id)
    context = {"form": form, "provider": provider, "scheme": scheme}
    return render(request, "inspections/assess.html", context, status=400 if form.errors else 200)


@require_GET
@signed_in
def page(request: HttpRequest, public_id: object) -> HttpResponse:
    """The scores with their grade; the district confirms or returns them from here."""
    return _page(request, _seen(request, public_id), ReasonForm())


def _seen(request: HttpRequest, public_id: object) -> Assessment:
    rows = assessments_visible_to(request.user).select_related("provider", "scheme", "assessed_by", "decided_by")
    return get_object_or_404(rows, public_id=public_id)


def _page(request: HttpRequest, assessment: Assessment, form: ReasonForm) -> HttpResponse:
    points = [(row, assessment.scores.get(row["code"])) for row in assessment.scheme.dimensions]
    decides = assessment.state == AssessmentState.SCORED and can_confirm(request.user, assessment)
    context = {"assessment": assessment, "points": points, "decides": decides, "form": form}
    return render(request, "inspections/assessment.html", context, status=400 if form.errors else 200)


@require_POST
@officials(Role.DISTRICT, Role.CITY)
def decide(request: HttpRequest, public_id: object) -> HttpResponse:
    """The district confirms the scores (one tap) or returns them with a reason; a refusal keeps what was typed."""
    assessment = _seen(request, public_id)
    version, form = version_in(request.POST), ReasonForm(request.POST)
    confirms = request.POST.get("verdict") == "confirm"
    if not confirms and not form.is_valid():
        return _page(request, assessment, form)
    try:
        if confirms:
            act.confirm_assessment(assessment.pk, version=version, by=request.user)
            messages.success(request, _("Confirmed. The grade holds from today."))
        else:
            act.return_assessment(assessment.pk, reason=form.cleaned_data["reason"], version=version, by=request.user)
            messages.success(request, _("Returned to the evaluator."))
    except Refusal as refusal:
        if not confirms:
            refused(form, refusal)
            return _page(request, _seen(request, public_id), form)
        messages.error(request, refusal.message)
    return redirect("inspections:assessment", assessment.public_id)
