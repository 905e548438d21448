"""A provider's public page, and the register as officers read it."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from portal import clock
from portal.permissions import public, signed_in
from providers.forms.listing import RegisterFilter
from providers.models import Provider, Standing
from providers.permissions import can_recognise, filings_visible_to, visible_to, works_at
from providers.queries.profile import class_rows, filing_of, totals
from providers.queries.register import listed
from providers.views.editing import provider_panels
from providers.views.kinds import STANDING_KINDS

PER_PAGE = 50


@public
def profile(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A parent reads what is known of a provider before calling; one tap from the search. Prints on one sheet."""
    shown = Provider.objects.exclude(standing=Standing.UNFILED)
    provider = get_object_or_404(shown.select_related("street__parent", "brand"), public_id=public_id)
    rows = class_rows(provider, clock.today())
    context = {
        "provider": provider,
        "tag": STANDING_KINDS[provider.standing],
        "rows": rows,
        "totals": totals(rows),
        "filing": filing_of(provider),
        "panels": provider_panels(request, provider),
        "works_here": works_at(request.user, provider),
        "may_recognise": request.user.is_authenticated and can_recognise(request.user, provider),
    }
    return render(request, "providers/profile.html", context)


@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """An officer looks a provider up; search, then one tap."""
    providers = listed(visible_to(request.user), filings=filings_visible_to(request.user))
    found = RegisterFilter(request.GET, queryset=providers, by=request.user)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    for provider in page:
        provider.tag = STANDING_KINDS[provider.standing]
    return render(request, "providers/index.html", {"page": page, "filter": found})
