"""The roll of a provider, the numbers for offices, and finding a child without writing its name anywhere."""

import datetime as dt
import uuid
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from enrolments.forms.spell import FindForm, RollFilter, TotalsFilter, by_first_day
from enrolments.permissions import SAMPLE_READERS, TOTALS_READERS, duplicates_visible_to, totals_visible_to
from enrolments.queries import roll
from enrolments.queries.finding import find_children
from enrolments.views.reach import kept_roll, seen_roll, seen_spells
from portal import clock
from portal.dates import DateRange, Month, completed_months
from portal.permissions import has_role, officials, signed_in
from providers.permissions import mine

Rows = TypeVar("Rows", Page, list)
PAGE = 25
SOON_DAYS = 30


def shown(rows: Rows, on: dt.date) -> Rows:
    """Each spell with what its row says: name, age, last day, whether the third birthday comes before its end."""
    for spell in rows:
        known = getattr(spell.child, "identity", None)
        spell.name = known.mask if known else spell.child.key
        spell.months_old = completed_months(spell.child.birth_date, on)
        during = DateRange.of(spell.during)
        spell.last_day = during.last
        ends_before = during.end is not None and during.end <= spell.turns_three_on
        soon = spell.turns_three_on <= on + dt.timedelta(days=SOON_DAYS)
        spell.turning = _("soon three") if soon and not ends_before and on in during else ""
    return rows


@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """A provider's people come to their roll, with several providers to a list; an office to its numbers. One tap."""
    own = list(mine(request.user).filter(keeps_roll=True).order_by("code"))
    if not own and has_role(request.user, *TOTALS_READERS):
        return redirect("enrolments:totals")
    if len(own) == 1:
        return redirect("enrolments:roll", own[0].public_id)
    return render(request, "enrolments/index.html", {"providers": own})


@signed_in
def provider_roll(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A provider's people see who is enrolled; a district officer sees this month's sample. One tap to a child."""
    provider, own = seen_roll(request, public_id)
    spells = seen_spells(request).filter(provider=provider)
    filters = RollFilter(request.GET, by_first_day(spells), provider=provider)
    page = Paginator(filters.qs, PAGE).get_page(request.GET.get("page"))
    today = clock.today()
    context = {
        "provider": provider,
        "own": own,
        "filters": filters,
        "page": shown(page, today),
        "find": FindForm(),
        "month": Month.of(today),
        "holds": roll.holds_of(provider.pk) if own else [],
        "bands": [
            (band, _("%(children)s of %(places)s places") % {"children": children, "places": places})
            for band, children, places in (roll.by_band(provider.pk, today) if own else ())
        ],
    }
    return render(request, "enrolments/roll.html", context)


@signed_in
@require_POST
def find(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A provider's people find a child by name, number or telephone; none of it stands in the address."""
    provider = kept_roll(request, public_id)
    form = FindForm(request.POST)
    found = find_children(provider.pk, form.cleaned_data["find"]) if form.is_valid() else []
    context = {"provider": provider, "find": form, "found": shown(found, clock.today()), "asked": form.is_valid()}
    return render(request, "enrolments/found.html", context)


@officials(*TOTALS_READERS)
def totals(request: HttpRequest) -> HttpResponse:
    """Offices read how many children each provider has, never who; a district officer goes on to a sample."""
    month = Month.of(clock.today())
    visible = totals_visible_to(request.user).filter(keeps_roll=True)
    filters = TotalsFilter(request.GET, visible.select_related("street__parent").order_by("area_path", "code"))
    page = Paginator(filters.qs, PAGE).get_page(request.GET.get("page"))
    counts = roll.counts_by_provider([provider.pk for provider in page], month)
    rows = [(provider, counts.get(provider.pk, 0)) for provider in page]
    context = {"filters": filters, "page": page, "rows": rows, "month": month}
    sums = roll.totals(visible.values("pk"), month, clock.today())
    context["figures"] = [
        {"label": _("Children in the month"), "value": sums["children"]},
        {"label": _("of them half days"), "value": sums["half_days"]},
        {"label": _("Places today"), "value": sums["places"]},
    ]
    context["samples"] = has_role(request.user, *SAMPLE_READERS)
    context["waiting"] = duplicates_visible_to(request.user).count() if context["samples"] else 0
    return render(request, "enrolments/totals.html", context)
