"""What whoever keeps the accounts and the calendar is told in the morning; the same news once."""

import datetime as dt

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from portal import clock, outbox
from portal.models import AreaSpan, CalendarDay, Invitation, Membership, Role, User
from portal.permissions import people_holding

LAPSES_SOON = dt.timedelta(days=3)
NO_SECOND_FACTOR_AFTER = dt.timedelta(days=7)
NEXT_YEAR_IS_DUE = 11  # November: the State Council has published the next year's holidays


def remind(on: dt.date) -> int:
    """Tell of invitations that lapse unanswered, offices without a second factor or an area, a calendar that ends.

    Running it again tells nothing twice. Gives how many things it found; in the portal's first language.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _of_invitations(on) + _of_second_factors(on) + _of_dissolved_areas(on) + _of_calendar(on)


def _of_invitations(on: dt.date) -> int:
    """System administrators and whoever invited: it lapses within three days."""
    open_ones = Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=clock.now())
    found = 0
    for offered in open_ones.select_related("area", "invited_by").order_by("pk"):
        last = offered.expires_at.astimezone(clock.SHANGHAI).date()
        if last - LAPSES_SOON > on:
            continue
        found += 1
        for person in {offered.invited_by, *people_holding(Role.SYSADMIN, offered.area.path)}:
            outbox.tell_person(
                person,
                _("The invitation of %(name)s has not been taken up") % {"name": offered.name},
                _("%(role)s, %(area)s: the link lapses on %(day)s. Ask the person, or invite again.")
                % {"role": Role(offered.role).label, "area": offered.area.name, "day": last},
                key=f"invitation-lapses:{offered.pk}:{person.pk}",
            )
    return found


def _of_second_factors(on: dt.date) -> int:
    """System administrators: an office of more than a week whose account has no second factor; once an account."""
    if not settings.TOTP_FOR_OFFICIALS:
        return 0
    safe = Authenticator.objects.filter(type=Authenticator.Type.TOTP).values("user")
    held = Membership.objects.filter(
        ended_at__isnull=True, during__contains=on, user__is_active=True,
        granted_at__lte=clock.now() - NO_SECOND_FACTOR_AFTER,
    ).exclude(user__in=safe)  # fmt: skip
    without = {row.user_id: row for row in held.select_related("user", "area").order_by("-pk")}
    for row in without.values():
        for keeper in people_holding(Role.SYSADMIN, row.area.path):
            outbox.tell_person(
                keeper,
                _("The account %(username)s has no second factor") % {"username": row.user.username},
                _("%(name)s holds an office and has not set up the second step of the login. Ask, or end the office.")
                % {"name": row.user.name},
                key=f"no-second-factor:{row.user_id}:{keeper.pk}",
            )
    return len(without)


def _of_dissolved_areas(on: dt.date) -> int:
    """System administrators: an office over an area that is no more sees nothing; offices are not inherited."""
    held = Membership.objects.filter(ended_at__isnull=True, during__contains=on, user__is_active=True)
    empty = held.exclude(area__in=AreaSpan.objects.filter(during__contains=on).values("area"))
    for row in empty.select_related("user", "area").order_by("pk"):
        for keeper in people_holding(Role.SYSADMIN, row.area.path):
            outbox.tell_person(
                keeper,
                _("%(area)s is no more, %(name)s still holds an office there")
                % {"area": row.area.name, "name": row.user.name},
                _("%(role)s, account %(username)s: end the office, and give one over the area that follows.")
                % {"role": Role(row.role).label, "username": row.user.username},
                key=f"office-of-no-area:{row.pk}:{keeper.pk}",
            )
    return empty.count()


def _of_calendar(on: dt.date) -> int:
    """City officers, who keep it, and system administrators: days are missing, so that no date can be computed."""
    years = [on.year, *([on.year + 1] if on.month >= NEXT_YEAR_IS_DUE else [])]
    missing = [year for year in years if not CalendarDay.objects.filter(day__year=year).exists()]
    offices = Membership.objects.filter(
        role__in=[Role.CITY, Role.SYSADMIN], ended_at__isnull=True, during__contains=on, user__is_active=True
    )
    keepers = User.objects.filter(pk__in=offices.values("user")) if missing else User.objects.none()
    for year in missing:
        for person in keepers:
            outbox.tell_person(
                person,
                _("The working-day calendar has no %(year)s") % {"year": year},
                _("Deadlines that reach into it cannot be computed. A city officer fills it under Settings."),
                key=f"calendar-missing:{year}:{person.pk}",
            )
    return len(missing)
