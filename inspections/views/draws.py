"""Random draws (双随机): draw, and the proof that anybody can repeat."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inspections.actions import draws as act
from inspections.forms.visits import DrawForm
from inspections.permissions import READERS, draws_visible_to
from inspections.views.lists import page_of, posted, refused
from portal import canonical, clock
from portal.models import Role
from portal.permissions import has_role, officials
from portal.problems import Refusal


@require_GET
@officials(*READERS)
def listing(request: HttpRequest) -> HttpResponse:
    """Officers look over the draws, newest first; every draw ever made is here."""
    rows = draws_visible_to(request.user).select_related("area", "drawn_by").defer("population", "inspectors", "drawn")
    context = {
        "page": page_of(request, rows.order_by("-drawn_at", "-pk")),
        "may_plan": has_role(request.user, Role.DISTRICT, Role.CITY),
    }
    return render(request, "inspections/draws.html", context)


@require_http_methods(["GET", "POST"])
@officials(Role.DISTRICT, Role.CITY)
def new(request: HttpRequest) -> HttpResponse:
    """A district officer draws providers and inspectors: one form; the seed comes with the page."""
    today = clock.today()
    initial = {"seed": act.fresh_seed(), "size": 5, "planned_on": today}
    form = DrawForm(posted(request), initial=initial, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            draw = act.draw_visits(data.pop("area").pk, **data, by=request.user)
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Drawn. The visits are planned."))
            return redirect("inspections:draw", draw.public_id)
    return render(request, "inspections/draw_new.html", {"form": form}, status=400 if form.errors else 200)


@require_GET
@officials(*READERS)
def page(request: HttpRequest, public_id: object) -> HttpResponse:
    """The draw with its proof: it is drawn again from seed and snapshot before your eyes."""
    draw = get_object_or_404(draws_visible_to(request.user).select_related("area", "drawn_by"), public_id=public_id)
    visits = {v.provider.code: v for v in draw.visits.select_related("provider", "lead", "second")}
    same = canonical.digest({"providers": draw.population, "inspectors": draw.inspectors}) == draw.population_hash
    again = act.repeat_draw(draw.seed, draw.population, draw.inspectors, draw.size)
    context = {
        "draw": draw,
        "rows": [(n, visits[row["provider"]]) for n, row in enumerate(draw.drawn, 1)],
        "proved": same and again == draw.drawn,
    }
    return render(request, "inspections/draw.html", context)
