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
from inspections.models import AssessmentState
from inspections.permissions import RATING_READERS, assessments_visible_to, can_confirm
from inspections.views.lists import page_of, posted, refused
from portal import clock
from portal.models import Role
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
    rows = assessments_visible_to(request.user).select_related("provider", "scheme", "assessed_by", "decided_by")
    assessment = get_object_or_404(rows, public_id=public_id)
    points = [(row, assessment.scores.get(row["code"])) for row in assessment.scheme.dimensions]
    decides = assessment.state == AssessmentState.SCORED and can_confirm(request.user, assessment)
    context = {"assessment": assessment, "points": points, "decides": decides, "form": ReasonForm()}
    return render(request, "inspections/assessment.html", context)


@require_POST
@officials(Role.DISTRICT, Role.CITY)
def decide(request: HttpRequest, public_id: object) -> HttpResponse:
    """The district confirms the scores (one tap) or returns them with a reason."""
    assessment = get_object_or_404(assessments_visible_to(request.user), public_id=public_id)
    version = request.POST.get("version")
    try:
        if request.POST.get("verdict") == "confirm":
            act.confirm_assessment(assessment.pk, version=version, by=request.user)
            messages.success(request, _("Confirmed. The grade holds from today."))
        else:
            form = ReasonForm(request.POST)
            if not form.is_valid():
                messages.error(request, _("Say why you return it."))
                return redirect("inspections:assessment", assessment.public_id)
            act.return_assessment(assessment.pk, reason=form.cleaned_data["reason"], version=version, by=request.user)
            messages.success(request, _("Returned to the evaluator."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("inspections:assessment", assessment.public_id)
