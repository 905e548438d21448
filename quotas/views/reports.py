"""Frozen reports: made by workers, listed, read, compared, printed, taken away as Excel."""

from io import BytesIO

import segno
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal import clock, sheets
from portal.models import Area
from portal.permissions import officials, prefixes, under
from portal.problems import Refusal
from portal.tasks import ring
from quotas import workbook
from quotas.actions.reports import month_of, start_report
from quotas.filters import ReportFilter
from quotas.forms import ReportForm
from quotas.models import Report
from quotas.permissions import MAKERS, READERS, areas_visible_to, reports_visible_to
from quotas.queries.compare import before, changes
from quotas.queries.table import from_content, sources
from quotas.views.figures import bars, opened
from quotas.views.lists import page_of


def _makeable(request: HttpRequest) -> QuerySet[Area]:
    rows = Area.objects.filter(under(prefixes(request.user, MAKERS), "path"), level__in=["city", "district", "street"])
    return rows.order_by("path")


@require_http_methods(["GET", "POST"])
@officials(*READERS)
def listing(request: HttpRequest) -> HttpResponse:
    """Officials find the frozen reports and have a new one made; the page of the run shows how far it is."""
    makeable = _makeable(request)
    initial = {"month": str(month_of(clock.today()))}
    form = ReportForm(request.POST if request.method == "POST" else None, initial=initial, areas=makeable)
    if request.method == "POST" and form.is_valid():
        try:
            run = start_report(form.cleaned_data["area"], form.cleaned_data["month"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            ring()
            messages.success(request, _("The report is being made."))
            return redirect("run", run.public_id)
    rows = reports_visible_to(request.user).select_related("area", "seal", "created_by").defer("content")
    filterset = ReportFilter(
        request.GET or None, queryset=rows.order_by("-month", "area__path", "-number"),
        areas=areas_visible_to(request.user).filter(reports__isnull=False).distinct().order_by("path"),
    )  # fmt: skip
    context = {
        "filterset": filterset, "page": page_of(request, filterset.qs), "form": form if makeable.exists() else None,
    }  # fmt: skip
    return render(request, "quotas/reports.html", context, status=400 if form.errors else 200)


def _report(request: HttpRequest, public_id: object) -> Report:
    rows = reports_visible_to(request.user).select_related("area", "seal", "created_by")
    return get_object_or_404(rows, public_id=public_id)


@require_GET
@officials(*READERS)
def page(request: HttpRequest, public_id: object) -> HttpResponse:
    """A frozen report on screen and on paper, with its code, its QR and the change since the month before."""
    report = _report(request, public_id)
    table = from_content(report.content)
    former = before(report)
    address = request.build_absolute_uri(reverse("verify_code", args=[report.seal.short_code]))
    context = {
        "report": report,
        "table": table,
        "root": table.root,
        "rows": opened(table, request.GET.get("open", "")),
        "sources": sources(table),
        "bars": bars(table),
        "former": former,
        "changes": changes(table, from_content(former.content)) if former else [],
        "qr": qr(address),
        "address": address,
    }
    return render(request, "quotas/report.html", context)


@require_GET
@officials(*READERS)
def excel(request: HttpRequest, public_id: object) -> HttpResponse:
    """The report as officials pass it on: two-row head, units, 合计, 制表日期, 审核人."""
    report = _report(request, public_id)
    name = _("Quota report %(area)s %(month)s") % {"area": report.area.name, "month": report.content["month"]}
    return sheets.response(name, *workbook.sheets_of(report))


def qr(address: str) -> SafeString:
    """A QR code as SVG that needs no style and no script."""
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=3, border=2, xmldecl=False, svgns=True, svgclass="qr",
                                        lineclass=None, nl=False)  # fmt: skip
    return mark_safe(out.getvalue().decode())
