"""Grant, invite to and end offices (任职). Who may grant what is one table, asked by buttons and actions alike."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal import audit, clock, outbox
from portal.dates import ONE_DAY
from portal.models import Area, AreaLevel, Department, Invitation, Membership, Role, User
from portal.permissions import holds, scopes_of
from portal.problems import NotAllowed, Refusal

# Three separate powers (三员分立): one runs the system, one reads its record, the others decide.
ALONE = {Role.SYSADMIN, Role.AUDITOR}
GRANTS: dict[str, frozenset[str]] = {
    Role.SYSADMIN: frozenset(Role.values),
    Role.CITY: frozenset(set(Role.values) - ALONE),
    Role.DISTRICT: frozenset({Role.SUBDISTRICT}),
}
LEVELS: dict[str, frozenset[str]] = {
    Role.SUBDISTRICT: frozenset({AreaLevel.STREET, AreaLevel.COMMUNITY}),
    Role.DISTRICT: frozenset({AreaLevel.DISTRICT}),
    Role.CITY: frozenset({AreaLevel.CITY, AreaLevel.PROVINCE}),
    Role.FINANCE: frozenset({AreaLevel.CITY, AreaLevel.DISTRICT}),
    Role.INSPECTOR: frozenset({AreaLevel.CITY, AreaLevel.DISTRICT, AreaLevel.STREET}),
    Role.EVALUATOR: frozenset({AreaLevel.CITY, AreaLevel.DISTRICT}),
    Role.AUDITOR: frozenset({AreaLevel.PROVINCE, AreaLevel.CITY, AreaLevel.DISTRICT}),
    Role.SYSADMIN: frozenset({AreaLevel.PROVINCE, AreaLevel.CITY}),
}
INVITATION_HOLDS = dt.timedelta(days=7)


class OwnOffice(Refusal):
    """Nobody grants or ends an office of their own."""

    code = "own-office"
    status = 403
    text = _("Nobody grants or ends an office of their own. Ask a colleague.")


class WrongLevel(Refusal):
    """A subdistrict officer serves a subdistrict, a city officer a city."""

    code = "wrong-level"
    status = 400
    text = _("The office “%(role)s” cannot be held at “%(area)s”. Choose an area of the right level.")


class PowersApart(Refusal):
    """System administration and audit are held alone."""

    code = "powers-apart"
    text = _("System administrators and auditors hold no other office. End the other office first.")


class AlreadyHeld(Refusal):
    """The same office is in force."""

    code = "already-held"
    text = _("%(name)s already holds this office.")


class InvitationGone(Refusal):
    """The link was used, taken back, has lapsed, or was never given."""

    code = "invitation-gone"
    status = 404
    text = _("This invitation is no longer valid: it was used, taken back, or is older than 7 days. Ask for a new one.")


class InvitedAlready(Refusal):
    """The same office is offered to the same address, and the offer is open."""

    code = "invited-already"
    text = _("This office was offered to %(email)s on %(day)s. Take that invitation back before you send another.")


class AddressTaken(Refusal):
    """The invited address belongs to an account: its owner logs in and accepts."""

    code = "address-taken"
    text = _("There is an account with this e-mail address. Log in with it, then open the link again.")


def may_grant(user: User, role: str, area: Area) -> bool:
    """Whether the person may give and end this office there; the button's question and the action's."""
    givers = [giver for giver, roles in GRANTS.items() if role in roles]
    return holds(user, givers, area.path)


def roles_to_grant(user: User) -> list[str]:
    """The roles the person may grant somewhere, in the order of the list."""
    held = {office.role for office in scopes_of(user)} & GRANTS.keys()
    return [role for role in Role.values if any(role in GRANTS[giver] for giver in held)]


def _check(role: str, area: Area, *, by: User) -> None:
    """What holds for every grant and invitation."""
    if not may_grant(by, role, area):
        raise NotAllowed
    if area.level not in LEVELS[role]:
        raise WrongLevel(role=Role(role).label, area=area.name)


def _check_powers(user: User, role: str) -> None:
    held = set(Membership.objects.filter(user=user, ended_at__isnull=True).values_list("role", flat=True))
    if (role in ALONE and held - {role}) or (role not in ALONE and held & ALONE):
        raise PowersApart


@transaction.atomic
def grant(user: User, role: str, area: Area, *, department: str, by: User) -> Membership:
    """Give a person an office from today. Raises NotAllowed, OwnOffice, WrongLevel, PowersApart, AlreadyHeld."""
    if user == by:
        raise OwnOffice
    _check(role, area, by=by)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two grants to one person wait for each other
    return _hold(user, role, area, Department(department), by=by)


def _hold(user: User, role: str, area: Area, department: str, *, by: User) -> Membership:
    _check_powers(user, role)
    if Membership.objects.filter(
        user=user, role=role, area=area, department=department, ended_at__isnull=True
    ).exists():
        raise AlreadyHeld(name=user.name)
    held = Membership.objects.create(
        user=user, role=role, area=area, department=department, during=(clock.today(), None), granted_by=by,
        granted_at=clock.now(),
    )  # fmt: skip
    audit.record(user, "grant_office", by=by, area_path=area.path, after=role, area=area.code, department=department)
    return held


@transaction.atomic
def end(membership_id: int, *, by: User) -> Membership:
    """End an office at once; the record of who held it stays. Ending twice is ending once."""
    held = (
        Membership.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user", "area")
        .get(pk=membership_id)
    )
    if held.user_id == by.pk:
        raise OwnOffice
    if not may_grant(by, held.role, held.area):
        raise NotAllowed
    if held.ended_at:
        return held
    began = held.during.lower
    held.during = (began, max(clock.today(), began or clock.today()) + ONE_DAY)
    held.ended_at, held.ended_by = clock.now(), by
    held.save(update_fields=["during", "ended_at", "ended_by"])
    audit.record(held.user, "end_office", by=by, area_path=held.area.path, before=held.role, area=held.area.code)
    return held


@transaction.atomic
def invite(
    email: str, name: str, role: str, area: Area, *, department: str, link: Callable[[str], str], by: User
) -> Invitation:
    """Offer an office by mail; `link(token)` is the address to open. The token is kept nowhere but in the mail."""
    if email.lower() == by.email.lower():
        raise OwnOffice
    _check(role, area, by=by)
    Area.objects.select_for_update(no_key=True, of=("self",)).get(pk=area.pk)  # pressing twice invites once
    same = {"email__iexact": email, "role": role, "area": area, "department": department}
    still_open = {"accepted_at__isnull": True, "revoked_at__isnull": True, "expires_at__gt": clock.now()}
    if existing := Invitation.objects.filter(**same, **still_open).first():
        raise InvitedAlready(email=email, day=localtime(existing.invited_at).date().isoformat())
    token = secrets.token_urlsafe(32)
    offered = Invitation.objects.create(
        token_hash=_hash(token), email=email, name=name, role=role, area=area, department=Department(department),
        invited_by=by, invited_at=clock.now(), expires_at=clock.now() + INVITATION_HOLDS,
    )  # fmt: skip
    outbox.tell(
        email,
        _now("Invitation to the childcare portal"),
        _now(
            "Dear %(name)s,\n\n%(by)s invites you to work on the childcare portal as %(role)s (%(area)s).\n"
            "Open this link within 7 days; it works once:\n\n%(link)s\n"
        )
        % {"name": name, "by": by.name, "role": Role(role).label, "area": area.name, "link": link(token)},
        key=f"{outbox.ONCE}invitation:{offered.pk}",
    )
    audit.record(offered, "invite", by=by, area_path=area.path, after=role, area=area.code)
    return offered


def open_invitation(token: str) -> Invitation:
    """The invitation behind a link, or InvitationGone."""
    found = (
        Invitation.objects.filter(
            token_hash=_hash(token), accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=clock.now()
        )
        .select_related("area", "invited_by")
        .first()
    )
    if found is None or not may_grant(found.invited_by, found.role, found.area):
        raise InvitationGone
    return found


@transaction.atomic
def accept(token: str, *, by: User | None = None, username: str = "", password: str = "", name: str = "") -> User:
    """Take up an invitation, once: as the account that owns the invited address (`by`), or with a new account.

    Raises InvitationGone, AddressTaken, and what a grant raises. The inviter must still be allowed to grant it.
    """
    offered = open_invitation(token)
    Invitation.objects.select_for_update(no_key=True).get(pk=offered.pk)
    offered = open_invitation(token)  # again, now that nobody else can take it
    owner = User.objects.filter(email__iexact=offered.email).first()
    if owner is None:
        owner = User.objects.create_user(username=username, email=offered.email, password=password, name=name)
        EmailAddress.objects.create(user=owner, email=offered.email, verified=True, primary=True)
        audit.record(owner, "open_account", by=owner, area_path=offered.area.path)
    elif by != owner:
        raise AddressTaken
    offered.accepted_at, offered.accepted_by = clock.now(), owner
    offered.save(update_fields=["accepted_at", "accepted_by"])
    _hold(owner, offered.role, offered.area, offered.department, by=offered.invited_by)
    return owner


@transaction.atomic
def revoke(invitation_id: int, *, by: User) -> Invitation:
    """Take an invitation back before it is taken up."""
    offered = (
        Invitation.objects.select_for_update(no_key=True, of=("self",)).select_related("area").get(pk=invitation_id)
    )
    if not may_grant(by, offered.role, offered.area):
        raise NotAllowed
    if offered.accepted_at:
        raise InvitationGone
    if not offered.revoked_at:
        offered.revoked_at = clock.now()
        offered.save(update_fields=["revoked_at"])
        audit.record(offered, "revoke_invitation", by=by, area_path=offered.area.path, before=offered.role)
    return offered


@transaction.atomic
def change_profile(user: User, *, name: str, phone: str) -> User:
    """A person corrects their own name and phone."""
    user.name, user.phone = name, phone
    user.save(update_fields=["name", "phone"])
    audit.record(user, "change_profile", by=user)
    return user


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
