"""Attendance: a class's month as a grid, one day as a list for the phone, the month confirmed."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from enrolments.actions import attendance as actions
from enrolments.actions.children import reveal_names
from enrolments.actions.refusals import AttendanceLocked
from enrolments.forms.attendance import ALL_PRESENT, MEANINGS, DayForm, MonthForm
from enrolments.queries import attendance as read
from enrolments.views.reach import kept_roll
from portal import clock
from portal.dates import DateRange, Month
from portal.permissions import signed_in
from portal.problems import Refusal
from portal.wording import Fault
from providers.models import Provider


@signed_in
def month(request: HttpRequest, public_id: uuid.UUID, month: str) -> HttpResponse:
    """A provider's people enter a class's month, one letter a cell, and save it with one tap."""
    provider, of = kept_roll(request, public_id), _month(month)
    every = list(read.with_month(read.spells(provider.pk, of), of).order_by("class_group__code", "child__key", "pk"))
    groups = list({spell.class_group_id: spell.class_group for spell in every}.values())
    wanted = request.GET.get("class", "")
    group = next((one for one in groups if str(one.public_id) == wanted), groups[0] if groups else None)
    spells = [spell for spell in every if spell.class_group_id == group.pk] if group else []
    form = MonthForm(spells, of, read.closed_days(of), _sent(request), names=_names(request, provider, spells))
    if request.method == "POST" and _save(request, provider, form):
        return redirect(request.get_full_path())
    today = clock.today()
    context = _page(provider, of, form) | {
        "tabs": [
            {
                "label": one.name,
                "url": f"?class={one.public_id}",
                "current": one == group,
                "count": sum(spell.class_group_id == one.pk for spell in every),
            }
            for one in groups
        ],
        "group": group,
        "missing": read.missing(provider.pk, of, until=min(today, of.last)),
        "confirmed": read.confirmed(provider.pk, of),
        "before": of - 1,
        "after": of + 1,
        "fill": today in of.during,
        "over": today >= of.last,
        "today": today,
        "heads": [(day, _weekday(day), day in form.closed) for day in of.days()],
    }
    context["missing_text"] = ngettext("%(n)s entry missing", "%(n)s entries missing", context["missing"]) % {
        "n": context["missing"]
    }
    return _answer(request, "enrolments/month.html", context, form)


@signed_in
def today(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A provider's people come to today's list by a short address; no tap."""
    provider = kept_roll(request, public_id)
    return redirect("enrolments:day", provider.public_id, clock.today().isoformat())


@signed_in
def day(request: HttpRequest, public_id: uuid.UUID, day: str) -> HttpResponse:
    """A provider's people tick off one day on the phone: a choice a child, everybody present with one tap."""
    provider, on = kept_roll(request, public_id), _day(day)
    of = Month.of(on)
    there = read.spells(provider.pk, of).filter(during__contains=on)
    spells = list(read.with_month(there, of).order_by("class_group__code", "child__key", "pk"))
    names = _names(request, provider, spells)
    form = DayForm(spells, of, read.closed_days(of), _sent(request), days=[on], names=names)
    if request.method == "POST" and _save(request, provider, form):
        return redirect("enrolments:day", public_id, day)
    context = _page(provider, of, form) | {"on": on, "before": on - dt.timedelta(1), "after": on + dt.timedelta(1)}
    context |= {"ahead": on > clock.today(), "rest": on in form.closed, "fill": on <= clock.today()}
    context["day_text"] = f"{on.isoformat()} {date_format(on, 'l')}"
    return _answer(request, "enrolments/day.html", context, form)


@signed_in
@require_POST
def confirm(request: HttpRequest, public_id: uuid.UUID, month: str) -> HttpResponse:
    """A provider's people say that a month is complete; one tap."""
    provider, of = kept_roll(request, public_id), _month(month)
    try:
        actions.confirm_month(provider.pk, month=of, by=request.user)
        messages.success(request, _("The month's attendance is confirmed."))
    except Refusal as fact:
        messages.error(request, fact.message)
    return redirect("enrolments:month", public_id, str(of))


def _sent(request: HttpRequest) -> Any:
    """What was typed; showing names keeps it too."""
    return request.POST if request.method == "POST" else None


def _names(request: HttpRequest, provider: Provider, spells: list) -> dict[int, str]:
    """Full names for this one answer, when asked for by POST; it is put on record."""
    if request.method == "POST" and "names" in request.POST:
        return reveal_names(provider, spells, by=request.user)
    return {}


def _save(request: HttpRequest, provider: Provider, form: MonthForm) -> bool:
    """Write what was changed; on a refusal the form knows what to show."""
    if "names" in request.POST:
        return False
    if ALL_PRESENT in request.POST:
        form.fill_present(form.days[0] if len(form.days) == 1 else clock.today())
    changes = form.changes()
    if form.faults:
        return False
    try:
        written = actions.enter(provider.pk, month=form.month, changes=changes, by=request.user, reason=form.reason)
    except actions.WrongCell as error:
        form.wrong(error)
    except actions.ChangedMeanwhile as error:
        form.clash(error)
    except AttendanceLocked as error:
        form.refused = error.message
    else:
        messages.success(request, _("Saved: %(cells)s entries changed.") % {"cells": written})
        return True
    return False


def _page(provider: Provider, of: Month, form: MonthForm) -> dict[str, Any]:
    """What grid and list share."""
    return {
        "provider": provider,
        "month": of,
        "form": form,
        "legend": list(MEANINGS.items()),
        "locked": read.is_locked(provider.pk, of),
        "calendar_known": read.calendar_known(of),
    }


def _answer(request: HttpRequest, template: str, context: dict[str, Any], form: MonthForm) -> HttpResponse:
    """The page; names on it are never kept by a browser."""
    wrong = request.method == "POST" and "names" not in request.POST
    response = render(request, template, context, status=422 if wrong else 200)
    if form.names:
        response["Cache-Control"] = "no-store"
    return response


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except Fault:
        raise Http404 from None


def _weekday(day: dt.date) -> str:
    """As short as a column of the grid: 一 to 日, Mon to Sun."""
    name = date_format(day, "D")
    return name[-1] if name.startswith("星期") else name


def _day(text: str) -> dt.date:
    try:
        found = dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a day, no moment)
    except ValueError:
        raise Http404 from None
    if found not in DateRange(dt.date(2000, 1, 1), dt.date(2100, 1, 1)):
        raise Http404
    return found
