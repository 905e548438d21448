"""What enrolments add to shared pages: search column, navigation, to-do list, month page, a provider's page."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from enrolments import places
from enrolments.models import Enrolment, Occupancy, OccupancyKind
from enrolments.permissions import SAMPLE_READERS, TOTALS_READERS, duplicates_visible_to
from enrolments.queries import attendance, roll
from enrolments.queries.free import FREE
from portal import clock
from portal.copies import AreaCopy, Follows
from portal.dates import Month
from portal.panels import MonthItem, NavItem, Panel, SearchColumn, Todo
from portal.permissions import has_role, holds
from providers.models import Place, Provider
from providers.permissions import mine, works_at

free_places = SearchColumn("free", FREE)

ATTENDANCE_DUE_DAY = 5  # the month's attendance is asked for by the fifth of the next month
SOON = dt.timedelta(days=30)


def place_use(place_ids: Sequence[int], from_day: dt.date) -> list[int]:
    """Which of these places children have on or after a day, once each class sits together on as few as it can.

    Asked by the action that takes places away, which holds the class.
    """
    classes = Place.objects.filter(pk__in=place_ids).order_by("class_group_id")
    for class_group_id in classes.values_list("class_group_id", flat=True).distinct():
        places.make_room(class_group_id, from_day)
    taken = Occupancy.objects.filter(place__in=place_ids, during__overlap=(from_day, None))
    return list(taken.values_list("place_id", flat=True).distinct())


def nav(request: HttpRequest) -> list[NavItem]:
    """The roll for a provider's people; the numbers, and double records, for offices that read them."""
    user = request.user
    if not user.is_authenticated:
        return []
    items = []
    if has_role(user, *TOTALS_READERS):
        items.append(NavItem(reverse("enrolments:totals"), _("Children enrolled"), 30, reverse("enrolments:index")))
    elif mine(user).filter(keeps_roll=True).exists():
        items.append(NavItem(reverse("enrolments:index"), _("Children"), 20))
    return items


def todo(user: Any, on: dt.date) -> list[Todo]:
    """Attendance to enter, children who turn three, holds that run out; for the district, possible double records."""
    rows: list[Todo] = []
    if has_role(user, *SAMPLE_READERS) and (count := duplicates_visible_to(user).count()):
        label, url = _("Settle double records of a child"), reverse("enrolments:duplicates")
        hint = _("Two records with one identity number: neither is paid until it is settled.")
        rows.append(Todo("same-child", label, url, hint, count))
    own = {provider.pk: provider for provider in mine(user).filter(keeps_roll=True)}
    if own:
        rows += _attendance(own, on) + _turning(own, on) + _holds(own)
    return rows


def _attendance(own: dict[int, Provider], on: dt.date) -> list[Todo]:
    """Days of this and last month that nobody entered, one row a provider and month."""
    this = Month.of(on)
    found = attendance.missing_by_month(list(own), [this - 1, this], until=on)
    rows = []
    for (provider_id, month), (days, children) in sorted(found.items(), key=lambda item: (item[0][1], item[0][0])):
        of = Month.of(month)
        label = (
            _("Enter attendance of %(month)s") % {"month": of}
            if len(own) == 1
            else _("Enter attendance of %(month)s: %(provider)s") % {"month": of, "provider": own[provider_id].name}
        )
        url = reverse("enrolments:month", args=[own[provider_id].public_id, str(of)])
        hint = ngettext_lazy("%(days)s day-entry missing", "%(days)s day-entries missing", days) % {"days": days}
        rows.append(
            Todo(
                f"attendance-{provider_id}-{of}",
                label,
                url,
                hint,
                children,
                (of + 1).first.replace(day=ATTENDANCE_DUE_DAY),
            )
        )
    return rows


def _turning(own: dict[int, Provider], on: dt.date) -> list[Todo]:
    """Children who are 36 months old within a month, or already: the law's care ends there."""
    old = roll.turning_three(list(own), on, on + SOON)
    if not old:
        return []
    provider = own[old[0].provider_id]
    url = reverse("enrolments:roll", args=[provider.public_id]) + "?show=turning"
    hint = _("Agree with the family on the last day and end the spell.")
    return [Todo("turning-three", _("Children turning three"), url, hint, len(old), old[0].turns_three_on)]


def _holds(own: dict[int, Provider]) -> list[Todo]:
    """Held places that still wait for the family."""
    held = Occupancy.objects.filter(
        kind=OccupancyKind.HOLD, class_group__provider__in=own, expires_at__gt=clock.now()
    ).aggregate(count=Count("child", distinct=True), first=Min("expires_at"), provider=Min("class_group__provider"))
    if not held["count"]:
        return []
    url = reverse("enrolments:roll", args=[own[held["provider"]].public_id]) + "#holds"
    due = held["first"].astimezone(clock.SHANGHAI).date()
    return [Todo("holds", _("Held places: enrol or give back"), url, "", held["count"], due)]


def month(provider: Provider, month: Any, user: Any) -> MonthItem | None:
    """The month page's row: is the attendance complete and confirmed?"""
    if not provider.keeps_roll:
        return None
    of = Month.of(month) if isinstance(month, dt.date) else month
    url = reverse("enrolments:month", args=[provider.public_id, str(of)])
    label = _("Attendance complete")
    if attendance.confirmed(provider.pk, of):
        return MonthItem("attendance", label, "done", url, order=20)
    missing = attendance.missing(provider.pk, of, until=min(of.last, clock.today()))
    hint = (
        ngettext_lazy("%(days)s day-entry missing", "%(days)s day-entries missing", missing) % {"days": missing}
        if missing
        else _("Everything is entered. Confirm it when the month is over.")
    )
    return MonthItem("attendance", label, "todo", url, hint, order=20)


def provider(provider: Provider, user: Any) -> Panel | None:
    """How many children are enrolled, by band: for the provider's own people and offices that read numbers."""
    if not provider.keeps_roll:
        return None
    own = works_at(user, provider)
    if not own and not holds(user, TOTALS_READERS, provider.area_path):
        return None
    today = clock.today()
    context = {
        "rows": roll.by_band(provider.pk, today),
        "on": today,
        "url": reverse("enrolments:roll", args=[provider.public_id])
        if own or holds(user, SAMPLE_READERS, provider.area_path)
        else "",
        "today_url": reverse("enrolments:today", args=[provider.public_id]) if own else "",
    }
    return Panel(_("Children enrolled"), "enrolments/panel_provider.html", context, order=30)


def area_copies() -> list[AreaCopy]:
    """A spell of care is seen by the area of its provider."""
    return [AreaCopy(Enrolment, Follows.ALWAYS)]
