"""The first page after logging in (待办) and the inbox: what waits for me, by the days it has left."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from portal import clock, workdays
from portal.actions.inbox import mark_read
from portal.models import Area, OutgoingMessage, Role, User
from portal.panels import Todo, collect
from portal.permissions import scopes_of, signed_in
from portal.problems import MissingCalendar
from portal.todo import unread

SOON = 2  # working days


@signed_in
def page(request: HttpRequest) -> HttpResponse:
    """Everybody who works here opens it every morning, to see what is overdue, due and waiting; one tap to each."""
    on = clock.today()
    items = with_days(collect("todo", request.user, on), on)
    overdue = [item for item in items if item["days_left"] is not None and item["days_left"] < 0]
    soon = [item for item in items if item["days_left"] is not None and 0 <= item["days_left"] <= SOON]
    later = [item for item in items if item not in overdue and item not in soon]
    return render(
        request,
        "portal/home.html",
        {
            "overdue": overdue,
            "soon": soon,
            "later": later,
            "nothing": not items,
            "figures": collect("home", request.user, on),
            "offices": offices(request.user),
            "unread": unread(request.user),
        },
    )


def offices(user: User) -> list[dict[str, Any]]:
    """What the person is, in words, for the line beneath the heading."""
    held = scopes_of(user)
    if not held:
        return []
    names = dict(Area.objects.filter(code__in=[office.area_code for office in held]).values_list("code", "name"))
    labels = dict(Role.choices)
    return [{"role_label": labels[office.role], "area_name": names[office.area_code]} for office in held]


def with_days(items: list[Todo], on: dt.date) -> list[dict[str, Any]]:
    """To-do items as the task list shows them, those with the fewest working days left first."""
    rows = []
    for item in items:
        left, working = item.days_left, False
        if left is None and item.due is not None:
            left, working = days_left(on, item.due)
        rows.append(
            {
                "title": item.label,
                "url": item.url,
                "hint": item.hint,
                "count": item.count,
                "days_left": left,
                "working": working,
                "due": item.due,
            }
        )
    return sorted(rows, key=lambda row: (row["days_left"] is None, row["days_left"] or 0, row["due"] or dt.date.max))


def days_left(on: dt.date, due: dt.date) -> tuple[int, bool]:
    """Working days left and True, or calendar days and False where the calendar of that year is missing."""
    try:
        return workdays.left(on, due), True
    except MissingCalendar:
        return (due - on).days, False


@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """Everybody reads what the house told them, newest first; one tap to mark all read."""
    messages = OutgoingMessage.objects.filter(user=request.user, channel="INBOX").order_by("-created_at", "-id")
    shown = Paginator(messages, 20).get_page(request.GET.get("page"))
    return render(request, "portal/inbox.html", {"page": shown, "unread": unread(request.user)})


@require_POST
@signed_in
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything in my inbox as read."""
    mark_read(request.user)
    return redirect("inbox")
