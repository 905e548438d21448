"""Filings as officers work on them and owners follow them."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal import clock, files, workdays
from portal.models import Role, StoredFile
from portal.numbers import version_in
from portal.permissions import officials, signed_in
from portal.problems import Refusal
from providers.actions import filing as actions
from providers.forms.filing import OPEN, FaultFormSet, FilingFilter, ReasonsForm, fault_items
from providers.models import FilingCase, FilingState
from providers.permissions import can_decide, filings_visible_to, has_interest, may_run, works_at
from providers.queries.checks import checks_of
from providers.queries.filings import clock_of, dates_of, days_left, history, queue
from providers.rules.documents import KINDS
from providers.views import summary
from providers.views.kinds import FILING_KINDS

PER_PAGE = 25


@officials(Role.SUBDISTRICT, Role.DISTRICT, Role.CITY, Role.AUDITOR)
def index(request: HttpRequest) -> HttpResponse:
    """The district officer opens it daily to see which clocks run; the first row is due first, one tap to decide."""
    asked = request.GET.copy()
    asked.setdefault("state", OPEN)  # an empty choice is “all”; no choice is what waits
    found = FilingFilter(asked, queryset=queue(filings_visible_to(request.user).exclude(state=FilingState.DRAFT)))
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    today, calendar = clock.today(), workdays.calendar()
    for filing in page:
        filing.left = days_left(filing.due, today, calendar)
        filing.tag = FILING_KINDS[filing.state]
    return render(request, "providers/filings/index.html", {"page": page, "filter": found})


@signed_in
def case(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The officer reads the case and decides; the owner sees where it stands. One tap to each action."""
    filing = _filing(request, public_id)
    deciding = can_decide(request.user, filing)
    own, works = may_run(request.user, filing.provider), works_at(request.user, filing.provider)
    context = {
        "filing": filing,
        "provider": filing.provider,
        "tag": FILING_KINDS[filing.state],
        "parts": summary.parts(filing.snapshot),
        "papers": summary.papers(
            filing.snapshot, lambda code: reverse("providers:filing_paper", args=[public_id, code])
        ),
        "checks": [] if works and not deciding else checks_of(filing, _judged_on(filing)),
        "clock": clock_of(filing, clock.today()),
        "history": history(filing),
        "faults": _faults(filing),
        "own": own,
        "works": works,
        "to_receive": deciding and filing.state == FilingState.SUBMITTED,
        "to_return": deciding and filing.state == FilingState.SUBMITTED,
        "to_decide": deciding and filing.state == FilingState.RECEIVED,
        "to_correct": own and filing.state == FilingState.RETURNED,
        "to_withdraw": own and filing.state in (FilingState.SUBMITTED, FilingState.RETURNED),
        "barred": not works and has_interest(request.user, filing.provider),
    }
    return render(request, "providers/filings/case.html", context)


@signed_in
@require_POST
def receive(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The officer gives the receipt; one tap."""
    filing = _to_decide(request, public_id)
    return _done(
        request, filing, lambda: actions.receive(filing.pk, version=version_in(request.POST), by=request.user),
        _("Receipt given. It can be printed from this page."),
    )  # fmt: skip


@signed_in
def return_(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The officer names every fault at once and returns the filing; one page."""
    filing = _to_decide(request, public_id)
    faults = FaultFormSet(request.POST or None, prefix="faults")
    refusal = ""
    if request.method == "POST" and faults.is_valid():
        try:
            actions.return_for_correction(
                filing.pk, faults=faults.named, version=version_in(request.POST), by=request.user
            )
            messages.success(request, _("Returned to the provider with all faults."))
            return redirect("providers:filing", public_id)
        except Refusal as fact:
            refusal = fact.message
    status = 422 if request.method == "POST" else 200
    context = {"filing": filing, "faults": faults, "refusal": refusal}
    return render(request, "providers/filings/return.html", context, status=status)


@signed_in
def conform(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The officer records conformity after a question; two taps."""
    filing = _to_decide(request, public_id)
    if request.method == "POST":
        return _done(
            request,
            filing,
            lambda: actions.find_conforming(filing.pk, version=version_in(request.POST), by=request.user),
            _("Recorded: the provider is filed and open, parents can find it."),
        )  # fmt: skip
    return render(request, "providers/filings/conform.html", {"filing": filing, "provider": filing.provider})


@signed_in
def refuse(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The officer records that a filing does not conform, with reasons; one page."""
    filing = _to_decide(request, public_id)
    form = ReasonsForm(request.POST or None, initial={"version": filing.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.find_non_conforming(
                filing.pk, reasons=form.cleaned_data["reasons"], version=form.cleaned_data["version"], by=request.user
            )
            messages.success(request, _("Recorded and published."))
            return redirect("providers:filing", public_id)
        except Refusal as fact:
            form.add_error(None, fact.message)
    status = 422 if request.method == "POST" else 200
    return render(request, "providers/filings/refuse.html", {"filing": filing, "form": form}, status=status)


@signed_in
@require_POST
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The owner takes the filing back; one tap."""
    filing = _filing(request, public_id)
    if not may_run(request.user, filing.provider):
        raise Http404
    return _done(
        request, filing, lambda: actions.withdraw(filing.pk, version=version_in(request.POST), by=request.user),
        _("Withdrawn."),
    )  # fmt: skip


@signed_in
def receipt(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The provider prints the receipt (回执); one tap."""
    filing = _filing(request, public_id)
    if filing.number is None:
        raise Http404
    names = [kind for code, kind in KINDS.items() if code in filing.snapshot.get("papers", {})]
    context = {"filing": filing, "provider": filing.provider, "papers": names}
    context["filed"] = filing.state == FilingState.CONFORMING
    return render(request, "providers/filings/receipt.html", context)


@signed_in
def paper(request: HttpRequest, public_id: uuid.UUID, kind: str) -> HttpResponse:
    """Officer or owner opens a paper of the filing as it was handed in."""
    kept = _filing(request, public_id).snapshot.get("papers", {}).get(kind)
    if kept is None:
        raise Http404
    return files.response(get_object_or_404(StoredFile, public_id=kept["file"]), inline=True)


def _judged_on(filing: FilingCase) -> dt.date:
    """The day the checks speak of: today, or the day it was decided on."""
    return dates_of(filing.decided_at) if filing.decided_at else clock.today()


def _filing(request: HttpRequest, public_id: uuid.UUID) -> FilingCase:
    seen = filings_visible_to(request.user).select_related("provider__street__parent", "received_by", "decided_by")
    return get_object_or_404(seen, public_id=public_id)


def _to_decide(request: HttpRequest, public_id: uuid.UUID) -> FilingCase:
    """The filing for its officer; for everybody else the page does not exist."""
    filing = _filing(request, public_id)
    if not can_decide(request.user, filing):
        raise Http404
    return filing


def _done(request: HttpRequest, filing: FilingCase, act: Callable[[], Any], said: str) -> HttpResponse:
    """Do it and say so, or say why not; either way back to the case."""
    try:
        act()
        messages.success(request, said)
    except Refusal as fact:
        messages.error(request, fact.message)
    return redirect("providers:filing", filing.public_id)


def _faults(filing: FilingCase) -> list[dict[str, Any]]:
    """Faults in words, newest round first."""
    pages = dict(fault_items())
    return [
        {
            "round": fault.round,
            "where": pages.get(fault.item, fault.item),
            "text": fault.text,
            "cured_at": fault.cured_at,
        }
        for fault in filing.faults.order_by("-round", "pk")
    ]
