"""What the portal itself adds to shared pages: its to-do items, its links in the navigation."""

import datetime as dt

from django.db.models import Count, Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.models import Objection, OutgoingMessage, Role, User
from portal.panels import NavItem, Todo
from portal.permissions import has_role, scopes_of, within
from portal.queries.people import READERS, open_invitations_for

OBJECTION_ANSWERERS = (Role.CITY, Role.DISTRICT)
LAW_READERS = (Role.CITY, Role.DISTRICT, Role.FINANCE, Role.AUDITOR, Role.SUBDISTRICT)


def todo(user: User, on: dt.date) -> list[Todo]:
    """Objections to public notices that wait for an answer; for system administrators invitations nobody took up."""
    return [*_objections(user), *_invitations(user)]


def _invitations(user: User) -> list[Todo]:
    """Invitations that lapse soon, for whoever keeps the accounts: ask the person, or take them back."""
    if not has_role(user, Role.SYSADMIN):
        return []
    found = open_invitations_for(user).aggregate(count=Count("pk"), first=Min("expires_at"))
    if not found["count"]:
        return []
    label, hint = _("Invitations not taken up yet"), _("Ask the person, or take the invitation back.")
    due = found["first"].astimezone(clock.SHANGHAI).date()
    return [Todo("invitations", label, reverse("people"), hint, found["count"], due)]


def _objections(user: User) -> list[Todo]:
    """By the last day of their notice."""
    open_ones = within(
        Objection.objects.filter(answered_at__isnull=True), user, OBJECTION_ANSWERERS, path="notice__area_path"
    )
    if not has_role(user, *OBJECTION_ANSWERERS):
        return []
    dues = list(open_ones.order_by("notice__last_day").values_list("notice__last_day", flat=True))
    if not dues:
        return []
    label, hint = _("Answer objections to public notices"), _("What the notice names waits until they are answered.")
    return [Todo("objections", label, reverse("objections"), hint, count=len(dues), due=dues[0])]


def nav(request: HttpRequest) -> list[NavItem]:
    """Links every kind of visitor has; the apps add theirs between."""
    user = request.user
    if not user.is_authenticated:
        return [NavItem(reverse("notices"), _("Public notices"), 80), NavItem(reverse("help"), _("Help"), 90)]
    items = [NavItem(reverse("home"), _("To do"), 1), NavItem(reverse("notices"), _("Public notices"), 80)]
    if scopes_of(user):
        if has_role(user, *READERS):
            items.append(NavItem(reverse("people"), _("People"), 84))
        if has_role(user, *LAW_READERS):
            items.append(NavItem(reverse("settings"), _("Settings"), 86))
        if has_role(user, Role.AUDITOR):
            items.append(NavItem(reverse("audit"), _("Audit trail"), 10))
    return items


def unread(user: User) -> int:
    """How many inbox messages the person has not opened."""
    return OutgoingMessage.objects.filter(user=user, channel="INBOX", read_at__isnull=True).count()
