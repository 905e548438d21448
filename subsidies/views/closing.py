"""Closing a month from the browser, and what the closes before came to."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.dates import Month
from portal.models import Run
from portal.permissions import officials, prefixes, within
from portal.problems import Refusal
from portal.tasks import ring
from subsidies.actions.closing import KIND, start_close
from subsidies.forms import CloseForm
from subsidies.permissions import CLOSERS
from subsidies.queries.months import month_rows

MONTHS = 12


@require_http_methods(["GET", "POST"])
@officials(*CLOSERS)
def page(request: HttpRequest) -> HttpResponse:
    """An officer closes the month that ended, or closes again after corrections: two fields, one button, then a bar."""
    last = Month.of(clock.today()) - 1
    months = [last - n for n in range(MONTHS)]
    paths = prefixes(request.user, CLOSERS)
    form = CloseForm(request.POST if request.method == "POST" else None, months=months, paths=paths)
    if request.method == "POST" and form.is_valid():
        area, month = form.cleaned_data["area"], Month.parse(form.cleaned_data["month"])
        try:
            run = start_close(month, area=area, by=request.user)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            ring()
            return redirect("run", run.public_id)
    runs = list(_runs(request))
    for run in runs:
        run.lines, run.check_value = run.result.get("lines", ""), run.result.get("hash", "")[:16]
    context: dict[str, Any] = {"form": form, "months": month_rows(months, paths), "runs": runs}
    return render(request, "subsidies/close.html", context, status=400 if form.errors else 200)


def _runs(request: HttpRequest) -> QuerySet[Run]:
    runs = within(Run.objects.filter(kind=KIND), request.user, CLOSERS).select_related("started_by")
    return runs.order_by("-queued_at", "-pk")[:8]
