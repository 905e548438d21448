"""The working-day calendar (工作日历): every statutory clock counts on it; city officers keep it."""

import calendar as months
import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal import clock
from portal.actions import calendar
from portal.models import CalendarDay
from portal.permissions import officials
from portal.problems import Refusal
from portal.todo import LAW_READERS

# One letter in a narrow column, the word for screen readers.
WEEKDAYS = [
    (pgettext_lazy("weekday", "M"), gettext_lazy("Monday")),
    (pgettext_lazy("weekday", "Tu"), gettext_lazy("Tuesday")),
    (pgettext_lazy("weekday", "W"), gettext_lazy("Wednesday")),
    (pgettext_lazy("weekday", "Th"), gettext_lazy("Thursday")),
    (pgettext_lazy("weekday", "F"), gettext_lazy("Friday")),
    (pgettext_lazy("weekday", "Sa"), gettext_lazy("Saturday")),
    (pgettext_lazy("weekday", "Su"), gettext_lazy("Sunday")),
]


class DayForm(forms.Form):
    """One day that a notice of the State Council or the city changed."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    working = forms.TypedChoiceField(
        label=gettext_lazy("It is a"),
        choices=[("yes", gettext_lazy("working day (make-up day)")), ("no", gettext_lazy("rest day or holiday"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=gettext_lazy("Name or notice"), help_text=gettext_lazy("For example 国庆节 or 调休上班."), max_length=40
    )


@officials(*LAW_READERS)
def page(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """An official checks which days count; a city officer changes one with a form, or fills a year that is missing."""
    year = year or clock.today().year
    if not 2000 <= year <= 2100:
        raise Http404
    may_edit = calendar.may_edit(request.user)
    form = DayForm(request.POST if "day" in request.POST else None)
    if request.method == "POST" and may_edit and (answer := _changed(request, form, year)) is not None:
        return answer
    days = {row.day: row for row in CalendarDay.objects.filter(day__year=year)}
    context = {
        "year": year,
        "sheets": [month_sheet(year, month, days) for month in range(1, 13)] if days else [],
        "special": [row for row in days.values() if row.name],
        "workdays": sum(row.working for row in days.values()),
        "may_edit": may_edit,
        "weekdays": WEEKDAYS,
        "form": form,
    }
    return render(request, "portal/calendar.html", context)


def _changed(request: HttpRequest, form: DayForm, year: int) -> HttpResponse | None:
    """Do what a city officer asked: fill the year, or change a day."""
    try:
        if "fill" in request.POST:
            added = calendar.fill_years([year], by=request.user, by_hand=request.POST["fill"] == "plain")
            messages.success(request, _("%(count)s days were added.") % {"count": added})
        elif form.is_valid():
            calendar.set_day(**form.cleaned_data, by=request.user)
            messages.success(request, _("The day is changed. Clocks count with it from now on."))
            year = form.cleaned_data["day"].year
        else:
            return None
    except Refusal as refusal:
        form.add_error(None, refusal.message) if form.is_bound else messages.error(request, refusal.message)
        return None if form.is_bound else redirect("calendar_year", year=year)
    return redirect("calendar_year", year=year)


def month_sheet(year: int, month: int, days: dict[dt.date, CalendarDay]) -> dict[str, Any]:
    """A month as weeks from Monday; each day with what it is: work, rest, make-up, holiday, or unknown."""
    weeks = []
    for week in months.Calendar().monthdatescalendar(year, month):
        weeks.append([_cell(day, days.get(day)) if day.month == month else None for day in week])
    return {"first": dt.date(year, month, 1), "weeks": weeks}


def _cell(day: dt.date, row: CalendarDay | None) -> dict[str, Any]:
    weekend = day.weekday() >= 5
    if row is None:
        kind = "unknown"
    elif row.working:
        kind = "makeup" if weekend else "work"
    else:
        kind = "rest" if weekend else "holiday"
    return {"day": day, "kind": kind, "name": row.name if row else ""}
