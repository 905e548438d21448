"""Claims: the list, the page with its lines, the explanation of a line, confirming and returning."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inspections.permissions import findings_visible_to
from inspections.queries.findings import major_within
from portal import clock
from portal.dates import Month
from portal.money import yuan
from portal.numbers import version_in
from portal.permissions import signed_in
from portal.problems import Refusal
from providers.permissions import mine
from subsidies import wording
from subsidies.actions.claims import confirm_claim, return_claim
from subsidies.actions.claims.confirming import law_of
from subsidies.filters import ClaimFilter, OwnClaimFilter
from subsidies.forms import ReturnForm
from subsidies.models import Case, Claim, Line
from subsidies.models.claims import OPEN
from subsidies.permissions import (
    can_confirm,
    claims_visible_to,
    is_reader,
    official_claims,
    own_claims,
    reads_lines,
)
from subsidies.queries.claims import by_case, newest_first, totals, waiting_balance
from subsidies.queries.history import history_of
from subsidies.queries.lines import shown_lines
from subsidies.queries.turns import turn_of
from subsidies.rules import Terms, split_funding
from subsidies.rules.codes import Reason
from subsidies.views.tabs import tabs_of

LINES_A_PAGE = 50


@require_GET
@signed_in
def listing(request: HttpRequest) -> HttpResponse:
    """A provider looks for its statements, an official for any claim of the area; one tap from the navigation."""
    official = is_reader(request.user)
    own = 0 if official else mine(request.user).count()
    if not official and not own:
        raise Http404
    rows = official_claims(request.user) if official else own_claims(request.user)
    rows, asked = rows.select_related("provider", "policy"), request.GET or None
    found = ClaimFilter(asked, queryset=rows, by=request.user) if official else OwnClaimFilter(asked, queryset=rows)
    page = Paginator(newest_first(found.qs), 30).get_page(request.GET.get("page"))
    sums = totals(found.qs)
    context = {
        "official": official,
        "several": own > 1,
        "filterset": found,
        "page": page,
        "summary": [(_("Claims"), sums["count"]), (_("To be paid (yuan)"), yuan(sums["fen"]))],
        "tabs": tabs_of(request.user, "all") if official else [],
        "today": clock.today(),
    }
    return render(request, "subsidies/claims.html", context)


def _claim(request: HttpRequest, public_id: UUID) -> Claim:
    rows = claims_visible_to(request.user).select_related("provider", "policy", "notice", "batch", "returned_by")
    return get_object_or_404(rows, public_id=public_id)


@require_GET
@signed_in
def page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a claim is made of and where it stands: the provider confirms here, officials let it pass or return it."""
    claim = _claim(request, public_id)
    reading = reads_lines(request.user, claim)
    law = law_of(claim)
    context: dict[str, Any] = {
        "claim": claim,
        "turn": turn_of(request.user, claim),
        "confirms": can_confirm(request.user, claim),
        "carried_in_waiting": waiting_balance(claim) if claim.state in OPEN else 0,
        "shares": wording.shares(split_funding(claim.paid_fen, law.terms.funding)) if law else [],
        "history": history_of(claim),
        "by_child": bool(reading),
        "today": clock.today(),
    }
    if reading:
        lines = Paginator(shown_lines(claim, reading), LINES_A_PAGE).get_page(request.GET.get("page"))
        context["lines"] = lines
    else:
        context["groups"] = list(by_case(claim))
    return render(request, "subsidies/claim.html", context)


@require_GET
@signed_in
def line(request: HttpRequest, public_id: UUID, line_id: int) -> HttpResponse:
    """Why one line is what it is: facts, clauses, numbers, rounding; one tap from the claim."""
    claim = _claim(request, public_id)
    reading = reads_lines(request.user, claim)
    if not reading:
        raise Http404
    found = get_object_or_404(shown_lines(claim, reading), pk=line_id)
    return _explanation(request, claim, found.case, found)


@require_GET
@signed_in
def case(request: HttpRequest, public_id: UUID, case_id: int) -> HttpResponse:
    """The same explanation without a child, for those who read sums; one tap from the claim."""
    claim = _claim(request, public_id)
    cases = Case.objects.filter(pk__in=claim.lines.values("case")).select_related("policy_version")
    return _explanation(request, claim, get_object_or_404(cases, pk=case_id), None)


def _explanation(request: HttpRequest, claim: Claim, found: Case | None, shown: Line | None) -> HttpResponse:
    version = found.policy_version if found else None
    hazards = []
    if found and found.reason == Reason.OPEN_MAJOR_HAZARD:
        first, last = (shown.period, shown.period) if shown else (claim.from_month, claim.to_month)
        seen = findings_visible_to(request.user).filter(provider=claim.provider_id)
        hazards = list(major_within(seen, first, Month.of(last).last))
    url = reverse("subsidies:policy", args=[claim.policy.code])
    context = {
        "claim": claim,
        "line": shown,
        "case": found,
        "version": version,
        "facts": wording.facts(found) if found else [],
        "hazards": hazards,
        "steps": wording.explain(found, Terms.from_mapping(version.terms), url) if version else [],
        "reason": wording.reason(found.reason) if found else str(wording.ROUNDING_REASON),
    }
    return render(request, "subsidies/line.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The owner checks the statement once more and submits it: one page, one button."""
    claim = _claim(request, public_id)
    if not can_confirm(request.user, claim) and not (
        request.method == "POST" and claim.confirmed_by_id == request.user.pk
    ):
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            confirm_claim(claim.pk, version=version_in(request.POST), by=request.user)
        except Refusal as refusal:
            error = refusal.message
        else:
            messages.success(request, _("Confirmed. The claim now goes to the offices for checking."))
            return redirect("subsidies:claim", claim.public_id)
    carried = waiting_balance(claim)
    context = {"claim": claim, "carried": carried, "payable": max(claim.lines_fen + claim.carried_in_fen + carried, 0)}
    return render(request, "subsidies/confirm.html", context | {"error": error}, status=409 if error else 200)


@require_http_methods(["GET", "POST"])
@signed_in
def send_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Whoever's turn it is returns the claim with a reason: one field, one button."""
    claim = _claim(request, public_id)
    if turn_of(request.user, claim) is None:
        raise Http404
    form = ReturnForm(request.POST if request.method == "POST" else None, initial={"version": claim.version})
    if request.method == "POST" and form.is_valid():
        try:
            return_claim(claim.pk, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Returned. The provider is told why."))
            return redirect("subsidies:claim", claim.public_id)
    context = {"claim": claim, "form": form}
    return render(request, "subsidies/return.html", context, status=400 if form.errors else 200)
