"""Today's figures for officials, and the approved ones for everybody."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from portal import clock
from portal.models import AreaLevel
from portal.permissions import officials, public
from providers.models import FilingCase, FilingState, Provider, Standing
from providers.permissions import filings_visible_to
from quotas.models import Layout, Report
from quotas.permissions import READERS, areas_visible_to, roots_of
from quotas.queries.table import Line, Table, from_content, live, sources


def bars(table: Table) -> list[dict]:
    """The areas directly beneath the root as bars with their target."""
    return [
        {
            "label": line.name,
            "value": line.per_thousand.shown if line.per_thousand.value is not None else "",
            "target": line.target or "",
        }
        for line in table.beneath(table.root.code)
    ]


def opened(table: Table, code: str) -> list[tuple[Line, bool, bool]]:
    """The lines to show as (line, may open, is open): the root's children, and the children of the one that is open."""
    rows = []
    for line in table.beneath(table.root.code):
        below = table.beneath(line.code)
        rows.append((line, bool(below), line.code == code))
        if line.code == code:
            rows += [(street, False, False) for street in below]
    return rows


@require_GET
@public
def overview(request: HttpRequest) -> HttpResponse:
    """A citizen looks how many places the city and its districts have; the figures of the latest frozen report."""
    rows = Report.objects.filter(area__code=settings.CITY_CODE, layout=Layout.QUOTA)
    report = rows.select_related("seal", "area").order_by("-month", "-number").first()
    if report is None:
        return render(request, "quotas/public_none.html")
    table = from_content(report.content)
    districts = [line for line in table.beneath(table.root.code) if line.level == AreaLevel.DISTRICT]
    context = {"report": report, "table": table, "root": table.root, "districts": districts}
    context["sources"] = sources(table)
    context["bars"] = bars(table) if districts else []
    return render(request, "quotas/public.html", context)


@require_GET
@officials(*READERS)
def today(request: HttpRequest) -> HttpResponse:
    """Officials see where places stand against the target today, district by district, opened to subdistricts."""
    areas = areas_visible_to(request.user)
    code = request.GET.get("area")
    roots = roots_of(request.user)
    area = get_object_or_404(areas, code=code) if code else roots[0]
    table = live(area, clock.today(), clock.now())
    context = {
        "area": area,
        "table": table,
        "root": table.root,
        "rows": opened(table, request.GET.get("open", "")),
        "sources": sources(table),
        "bars": bars(table),
        "under": sorted((s for s in table.streets if s.missing), key=lambda s: -s.missing)[:10],
        "roots": [
            {"label": root.name, "url": f"?area={root.code}", "current": area.path.startswith(root.path)}
            for root in roots
        ],
        "parent": areas.filter(pk=area.parent_id).first() if area.parent_id else None,
    }
    return render(request, "quotas/live.html", context)


@require_GET
@officials(*READERS)
def area_page(request: HttpRequest, code: str) -> HttpResponse:
    """An official looks at a subdistrict under its target: providers, filings on their way, places missing."""
    area = get_object_or_404(areas_visible_to(request.user), code=code)
    table = live(area, clock.today(), clock.now())
    providers = Provider.objects.filter(area_path__startswith=area.path).exclude(standing=Standing.CANCELLED)
    under_way = [FilingState.SUBMITTED, FilingState.RETURNED, FilingState.RECEIVED]
    filings: list[FilingCase] = list(
        filings_visible_to(request.user)
        .filter(area_path__startswith=area.path, state__in=under_way)
        .select_related("provider").order_by("submitted_at", "pk")[:20]
    )  # fmt: skip
    context = {
        "area": area,
        "line": table.root,
        "sources": sources(table),
        "table": table,
        "providers": list(providers.order_by("standing", "name", "pk")[:50]),
        "filings": filings,
        "parent": areas_visible_to(request.user).filter(pk=area.parent_id).first(),
    }
    return render(request, "quotas/area.html", context)
