"""The demo city's own page: who can log in, and the button that brings the next working day."""

import time

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal import clock, tasks
from portal.actions import demo
from portal.permissions import public
from portal.queries.people import demo_logins


@public
def page(request: HttpRequest) -> HttpResponse:
    """Whoever tries the demo sees its day, a login for each role and where the stories begin; no tap."""
    if not settings.DEMO:
        raise Http404
    logins = [
        {"role": role, "username": username, "password": password, "area": area}
        for role, username, password, area in demo_logins()
    ]
    return render(request, "portal/demo.html", {"logins": logins, "day": clock.demo_day()})


@require_POST
@public
def next_workday(request: HttpRequest) -> HttpResponse:
    """The button “next working day”: terms come nearer, notices end, search rows and holds are those of the new day."""
    if not settings.DEMO:
        raise Http404
    day = demo.next_workday(by=request.user if request.user.is_authenticated else None)
    tasks.new_day()
    time.sleep(clock.DEMO_DAY_TTL_S)  # the page that follows may come from another process: it knows the day by then
    messages.success(request, _("It is now %(day)s in the demo city.") % {"day": day.isoformat()})
    return redirect("demo")
