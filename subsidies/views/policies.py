"""Subsidy policies for everybody: in force here and in the library, terms in words with their clauses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from portal import clock
from portal.permissions import public
from subsidies.models import Policy, PolicyStanding
from subsidies.rules import Terms
from subsidies.terms_wording import shown


@require_GET
@public
def listing(request: HttpRequest) -> HttpResponse:
    """Anybody sees which subsidies are paid here, and which of other places are kept to compare; one tap to the
    terms.
    """
    policies = list(Policy.objects.select_related("area").prefetch_related("versions").order_by("code"))
    today = clock.today()
    for policy in policies:
        versions = [version for version in policy.versions.all() if version.retracted_at is None]
        policy.current = next((version for version in versions if _holds(version, today)), None)
        policy.shown_version = policy.current or max(versions, key=lambda version: version.number, default=None)
    context = {
        "adopted": [policy for policy in policies if policy.standing == PolicyStanding.ADOPTED],
        "library": [policy for policy in policies if policy.standing == PolicyStanding.LIBRARY],
    }
    return render(request, "subsidies/policies.html", context)


def _holds(version: object, day: object) -> bool:
    during = version.valid_during
    return during.lower <= day and (during.upper is None or day < during.upper)


@require_GET
@public
def page(request: HttpRequest, code: str) -> HttpResponse:
    """What a policy says: rates, conditions, limits, each with its clause; older versions by their number."""
    policy = get_object_or_404(Policy.objects.select_related("area"), code=code)
    versions = list(policy.versions.order_by("-number"))
    wanted = request.GET.get("version", "")
    version = next((one for one in versions if str(one.number) == wanted), None)
    if version is None:
        in_force = [one for one in versions if one.retracted_at is None and _holds(one, clock.today())]
        version = (in_force or versions)[0]
    terms = Terms.from_mapping(version.terms)
    context = {"policy": policy, "version": version, "versions": versions, "terms": terms, "shown": shown(terms)}
    return render(request, "subsidies/policy.html", context)
