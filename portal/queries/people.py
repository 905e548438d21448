"""People and their offices, for the pages that show them."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet

from portal import clock
from portal.demo.steps import PASSWORD
from portal.models import Invitation, Membership, Role, User
from portal.permissions import within

# Who looks at the people of an area: those who may grant something there, and the auditor.
KEEPERS = (Role.SYSADMIN, Role.CITY, Role.DISTRICT)
READERS = (*KEEPERS, Role.AUDITOR)


def memberships_for(user: User) -> QuerySet[Membership]:
    """The offices held in the areas this person keeps or audits, with people and areas at hand."""
    return within(Membership.objects.select_related("user", "area"), user, READERS, path="area__path")


def current(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Those in force today."""
    return memberships.filter(ended_at__isnull=True, during__contains=clock.today())


def open_invitations_for(user: User) -> QuerySet[Invitation]:
    """Invitations to the same areas that nobody has taken up, taken back or let lapse."""
    waiting = Invitation.objects.filter(
        accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=clock.now()
    ).select_related("area", "invited_by")
    return within(waiting, user, READERS, path="area__path")


def matching(text: str) -> Q:
    """Memberships whose person has this in name, user name or e-mail."""
    return Q(user__name__icontains=text) | Q(user__username__icontains=text) | Q(user__email__icontains=text)


def demo_logins() -> list[tuple[str, str, str, str]]:
    """(role, username, password, area) of one demo official per role, then of the demo people without an office.

    The password is the demo's printed one; accounts that nobody can log in to are left out.
    """
    people = User.objects.filter(is_demo=True, is_active=True).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    held = Membership.objects.filter(user__in=people).select_related("user", "area").order_by("user__username")
    found: dict[str, tuple[str, str, str, str]] = {}
    for row in held:
        found.setdefault(row.role, (row.get_role_display(), row.user.username, PASSWORD, row.area.name))
    others = people.filter(memberships=None).order_by("username").values_list("name", "username")
    return [
        *(found[role] for role in Role.values if role in found),
        *((name, username, PASSWORD, "") for name, username in others),
    ]
