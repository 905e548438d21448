"""Payment lists: what is released and waits, the list as made, and its file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.models import Area, Role
from portal.permissions import has_role, officials
from portal.problems import Refusal
from subsidies import wording
from subsidies.actions.claims import export_batch
from subsidies.actions.claims.confirming import law_of
from subsidies.actions.claims.paying import fingerprint, open_account_numbers
from subsidies.models import Claim, PaymentBatch, Policy
from subsidies.permissions import BATCH_READERS, PAYERS, batches_visible_to
from subsidies.queries.payments import executed, released, waiting_payments
from subsidies.rules import split_funding
from subsidies.views.payment_list import payment_list


@require_GET
@officials(*BATCH_READERS)
def listing(request: HttpRequest) -> HttpResponse:
    """Finance sees what is released and the lists made so far, others the lists; one tap from the to-do list."""
    rows = batches_visible_to(request.user).select_related("policy", "area", "exported_by")
    context = {
        "waiting": waiting_payments(request.user),
        "page": Paginator(rows.order_by("-exported_at", "-pk"), 20).get_page(request.GET.get("page")),
        "funds": executed(request.user),
        "pays": has_role(request.user, Role.FINANCE),
    }
    return render(request, "subsidies/batches.html", context)


@require_http_methods(["GET", "POST"])
@officials(*PAYERS)
def new(request: HttpRequest, policy_code: str, area_code: str) -> HttpResponse:
    """Finance looks over a list before it is made, then makes it: one page, one button."""
    policy = get_object_or_404(Policy, code=policy_code)
    area = get_object_or_404(Area, code=area_code)
    error = ""
    if request.method == "POST":
        try:
            batch = export_batch(policy, area=area, expected=request.POST.get("seen", ""), by=request.user)
        except Refusal as refusal:
            error = refusal.message
        else:
            messages.success(request, _("The payment list is made. Download it here."))
            return redirect("subsidies:batch", batch.public_id)
    claims = list(released(request.user, policy, area))
    if not claims and not error:
        raise Http404
    context = {
        "policy": policy,
        "area": area,
        "claims": claims,
        "total": sum(claim.paid_fen for claim in claims),
        "zero": sum(claim.paid_fen == 0 for claim in claims),
        "seen": fingerprint(claims),
        "shares": _shares(claims),
        "error": error,
    }
    return render(request, "subsidies/batch_new.html", context, status=409 if error else 200)


def _batch(request: HttpRequest, public_id: UUID) -> PaymentBatch:
    rows = batches_visible_to(request.user).select_related("policy", "area", "exported_by")
    return get_object_or_404(rows, public_id=public_id)


def _claims(batch: PaymentBatch) -> list[Claim]:
    return list(batch.claims.select_related("provider", "policy").order_by("provider__code", "from_month", "sequence"))


def _shares(claims: list[Claim]) -> list[tuple[str, int]]:
    """Each claim is split by itself, so that what the levels pay adds up claim by claim."""
    sums: dict[Any, int] = {}
    funding = {}
    for claim in claims:
        key = claim.from_month
        if key not in funding:
            law = law_of(claim)
            funding[key] = law.terms.funding if law else ()
        for level, fen in split_funding(claim.paid_fen, funding[key]) if funding[key] else ():
            sums[level] = sums.get(level, 0) + fen
    return wording.shares(sums.items())


@require_GET
@officials(*BATCH_READERS)
def page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A payment list as made: who is paid what, and who pays which share."""
    batch = _batch(request, public_id)
    claims = _claims(batch)
    context = {
        "batch": batch,
        "claims": claims,
        "zero": sum(claim.paid_fen == 0 for claim in claims),
        "shares": _shares(claims),
        "unchanged": fingerprint(claims) == batch.content_hash,
        "pays": has_role(request.user, Role.FINANCE),
    }
    return render(request, "subsidies/batch.html", context)


@require_POST
@officials(*PAYERS)
def file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The list as Excel with account numbers, for the treasury; the reading of the numbers is recorded."""
    batch = _batch(request, public_id)
    accounts = open_account_numbers(batch.pk, by=request.user)
    claims = _claims(batch)
    return payment_list(batch, claims, accounts, _shares(claims), request.user)
