"""Closing a month from the browser, and what the closes before came to."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.dates import Month
from portal.permissions import officials, prefixes
from portal.problems import Refusal
from portal.tasks import ring
from portal.views.runs import WORDS, subject, visible_to
from subsidies.actions.closing import KIND, start_close
from subsidies.forms import CloseForm
from subsidies.permissions import CLOSERS
from subsidies.queries import versions
from subsidies.queries.months import month_rows

MONTHS = 12


@require_http_methods(["GET", "POST"])
@officials(*CLOSERS)
def page(request: HttpRequest) -> HttpResponse:
    """An officer closes the month that ended, or closes again after corrections: two fields, one button, then a bar."""
    months = _months()
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
    runs = list(visible_to(request.user).filter(kind=KIND)[:8])
    for run in runs:
        run.subject, run.colour = subject(run), WORDS[run.state]
        run.lines, run.check_value = run.result.get("lines", ""), run.result.get("hash", "")[:16]
    context: dict[str, Any] = {"form": form, "months": month_rows(months, paths), "runs": runs}
    return render(request, "subsidies/close.html", context, status=400 if form.errors else 200)


def _months() -> list[Month]:
    """A year of ended months, newest first, as far back as a policy was in force; the last one in any case."""
    last, begins = Month.of(clock.today()) - 1, versions.beginning()
    return [last - n for n in range(MONTHS) if not n or (begins is not None and last - n >= begins)]
