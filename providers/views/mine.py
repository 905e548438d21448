"""A provider's own pages: what it has here, and where each thing is changed."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import clock, panels
from portal.dates import Month
from portal.permissions import signed_in
from portal.wording import Fault
from providers.actions import drafts
from providers.actions.months import PLACES, confirm_month
from providers.models import FilingCase, FilingState, Provider, Standing
from providers.permissions import may_run, mine
from providers.queries.applications import STEPS, unfinished
from providers.queries.profile import class_rows, filing_of, totals
from providers.views.editing import own_provider, provider_panels
from providers.views.kinds import FILING_KINDS, STANDING_KINDS


@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """A provider's people see their providers, drafts and filings; one tap to each."""
    filings = FilingCase.objects.exclude(state=FilingState.DRAFT).defer("snapshot").order_by("-pk")
    providers = mine(request.user).select_related("street__parent").prefetch_related(Prefetch("filings", filings))
    rows = []
    for provider in providers.order_by("code"):
        latest = next(iter(provider.filings.all()), None)
        rows.append((provider, STANDING_KINDS[provider.standing], latest, FILING_KINDS[latest.state] if latest else ""))
    draft = drafts.draft_of(request.user)
    context = {"rows": rows, "draft": draft, "filled": len(STEPS) - len(unfinished(draft.data)) if draft else 0}
    return render(request, "providers/mine.html", context | {"steps_total": len(STEPS)})


@signed_in
def manage(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Owner and staff find what they can change; one tap to each."""
    provider = own_provider(request, public_id)
    rows, owner = class_rows(provider, clock.today()), may_run(request.user, provider)
    context = {
        "provider": provider,
        "tag": STANDING_KINDS[provider.standing],
        "rows": rows,
        "totals": totals(rows),
        "filing": filing_of(provider) or provider.filings.order_by("-pk").first(),
        "owner": owner,
        "doors": _doors(provider, owner=owner),
        "panels": provider_panels(request, provider),
    }
    return render(request, "providers/manage/index.html", context)


def _doors(provider: Provider, *, owner: bool) -> list[dict[str, Any]]:
    """What can be changed here, and by whom."""
    filed = provider.standing != Standing.UNFILED
    doors = [
        ("month_now", _("Duties of the month"), _("Confirm places and fees, attendance and papers."), filed),
        ("vacancy", _("Free places"), _("Tell parents how many places are free."), filed and not provider.keeps_roll),
        ("classes", _("Classes, places and fees"), _("Change places and fees, open and close classes."), owner),
        ("contact", _("Contact and introduction"), _("Phone, head and what parents read."), owner),
        ("papers", _("Papers"), _("See and renew papers"), owner),
        ("staff", _("Staff"), _("Who works here"), owner),
        ("account", _("Account for payments"), _("Where subsidies are paid."), owner),
        ("people", _("Access"), _("Who may work here in the portal"), owner),
        ("profile", _("Public page"), _("What parents see"), filed),
    ]
    return [
        {"title": title, "hint": hint, "url": reverse(f"providers:{name}", args=[provider.public_id])}
        for name, title, hint, open_ in doors
        if open_
    ]


@signed_in
def month(request: HttpRequest, public_id: uuid.UUID, month: str = "") -> HttpResponse:
    """Owner and staff do the month's duties (本月办理) on one page; each row is a tap, places are confirmed here."""
    provider = own_provider(request, public_id)
    shown = _month(month)
    if request.method == "POST":
        confirm_month(provider.pk, month=shown.first, by=request.user)
        messages.success(request, _("Confirmed: places and fees are as shown."))
        return redirect("providers:month", public_id, str(shown))
    rows = class_rows(provider, clock.today())
    items = panels.collect("month", provider, shown.first, request.user)
    context = {"provider": provider, "rows": rows, "totals": totals(rows), "month": shown.first}
    context["items"] = [
        {"label": i.label, "url": i.url, "hint": i.hint, "status": MONTH_STATES[i.state]()} for i in items
    ]
    context["confirmed"] = provider.month_returns.filter(month=shown.first, item=PLACES).first()
    context["runs"] = may_run(request.user, provider)
    context["before"], context["after"] = str(shown - 1), str(shown + 1) if shown < Month.of(clock.today()) else ""
    return render(request, "providers/manage/month.html", context)


def _month(text: str) -> Month:
    """The asked month, this one by default; a later one is 404."""
    today = Month.of(clock.today())
    try:
        asked = Month.parse(text) if text else today
    except Fault as fault:
        raise Http404 from fault
    if asked > today:
        raise Http404
    return asked


MONTH_STATES = {
    "done": lambda: ("done", _("Done"), "good"),
    "todo": lambda: ("todo", _("To do"), "warn"),
    "blocked": lambda: ("blocked", _("Overdue"), "bad"),
    "none": lambda: ("none", _("Nothing to do"), "neutral"),
}
