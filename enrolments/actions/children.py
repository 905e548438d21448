"""Children and who they are: found again by number, sealed, opened only on record, two rows of one child joined."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Min, Q
from django.utils.translation import gettext_lazy as _

from enrolments import identity, permissions
from enrolments.actions import refusals
from enrolments.actions.changes import mark
from enrolments.identity import Carer, Person
from enrolments.models import Child, ChildIdentity, Enrolment, EnrolmentState, Guardian, IdentityKind, Occupancy
from portal import clock
from portal.audit import record
from portal.models import User
from portal.permissions import holds
from portal.problems import NotAllowed
from providers.models import Provider
from providers.permissions import works_at

KEY_KEPT = dt.timedelta(days=731)  # two years: our choice, longer than any cap year; the privacy notice says it


@transaction.atomic
def register_child(
    *,
    person: Person,
    birth_date: dt.date,
    birth_order: int | None,
    guardian: Carer,
    by: User | None,
    area_path: str = "",
) -> Child:
    """The child with this number: the one on record, else a new one. The guardian has consented (PIPL art. 31).

    Raises IdentityDiffers when the number is on record with another birth date.
    """
    refuse_demo(person.kind)
    child = Child.objects.filter(identity_key=person.key).first() or _new_child(person, birth_date, birth_order, by)
    if child.birth_date != birth_date:
        raise refusals.IdentityDiffers
    if not hasattr(child, "identity"):
        _store(child, person, by)
    if not child.guardians.filter(phone_key=guardian.key).exists():
        Guardian.objects.create(
            child=child,
            sealed=identity.seal(child, guardian),
            mask=guardian.mask,
            phone_key=guardian.key,
            consented_at=clock.now(),
        )
    record(child, "register_child", by=by, area_path=area_path)
    return child


@transaction.atomic
def record_identity(child_id: int, *, person: Person, by: User | None, area_path: str = "") -> bool:
    """Add the number of a child that came without one; gives False when another child has it already.

    Then the district officer is asked whether the two are one child.
    """
    refuse_demo(person.kind)
    child = Child.objects.select_for_update(no_key=True, of=("self",)).get(pk=child_id)
    known = ChildIdentity.objects.select_related("child").filter(child=child).first()
    if known is not None and identity.open_person(known) == person:  # the button was pressed twice: nothing changes
        return all(other.pk == child.pk for other in _with_number(person.key))
    parted = _drop_identity(child)
    met = _with_number(person.key)
    _store(child, person, by)
    child.identity_key = None if met else person.key
    child.save(update_fields=["identity_key"])
    record(child, "record_identity", by=by, area_path=area_path, clash=bool(met))
    if parted or met:
        _mark_all(child, *parted, *met)
    return not met


@transaction.atomic
def reveal(enrolment: Enrolment, *, by: User, reason: str) -> tuple[Person | None, Sequence[Carer]]:
    """Open a child's name, number and guardians for somebody who needs them, on record with the reason."""
    if not permissions.may_reveal(by, enrolment):
        raise NotAllowed
    child = Child.objects.select_related("identity").get(pk=enrolment.child_id)
    record(child, "reveal_identity", by=by, area_path=enrolment.area_path, reason=reason[:100])
    known = getattr(child, "identity", None)
    guardians = child.guardians.select_related("child").order_by("pk")
    return (identity.open_person(known) if known else None), [identity.open_carer(one) for one in guardians]


@transaction.atomic
def reveal_names(provider: Provider, spells: Iterable[Enrolment], *, by: User) -> dict[int, str]:
    """The names of a class for the provider's people, by spell, on record as one reading; numbers stay sealed."""
    if not works_at(by, provider):
        raise NotAllowed
    names = {
        spell.pk: identity.open_person(spell.child.identity).name
        for spell in spells
        if spell.provider_id == provider.pk and hasattr(spell.child, "identity")
    }
    record(provider, "reveal_names", by=by, children=len(names))
    return names


@transaction.atomic
def join_children(duplicate_id: int, *, into_id: int, by: User) -> Child:
    """Two rows are one child: from now on facts of the duplicate count for the other. Joining twice is once.

    Raises NotADuplicate; a pair is never chained, so that `coalesce(same_as, id)` names the child.
    """
    rows = {row.pk: row for row in _held(duplicate_id, into_id)}
    duplicate, child = rows[duplicate_id], rows[into_id]
    _refuse_strangers(by, duplicate, child)
    if duplicate.same_as_id == child.pk:
        return child
    if duplicate.pk == child.pk or child.same_as_id or duplicate.same_as_id or duplicate.duplicates.exists():
        raise refusals.NotADuplicate(why=_("one of them is joined to another record already."))
    if duplicate.birth_date != child.birth_date:
        raise refusals.NotADuplicate(why=_("the birth dates differ. Have the wrong one corrected first."))
    duplicate.same_as = child
    duplicate.save(update_fields=["same_as"])
    record(duplicate, "join_children", by=by, area_path=_area(duplicate), into=str(child.public_id))
    _mark_all(duplicate, child)
    return child


@transaction.atomic
def keep_apart(duplicate_id: int, *, by: User, reason: str) -> None:
    """Not the same child: the second number was wrong, so that identity is deleted and must be entered again."""
    (child,) = _held(duplicate_id)
    _refuse_strangers(by, child)
    parted = _drop_identity(child)
    record(child, "keep_apart", by=by, area_path=_area(child), reason=reason[:100])
    if parted:
        _mark_all(child, *parted)


@transaction.atomic
def forget_on_request(spell: Enrolment, *, asked_on: dt.date, by: User) -> None:
    """A guardian takes back the consent after the child has left: delete who it is, in every record of it.

    PIPL art. 31 (a guardian consents), 15 (and may withdraw), 47 (then the data are deleted).

    Asked twice is once. Raises StillEnrolled while the child has a place anywhere, SharedNumber as `forget`.
    """
    if not permissions.may_keep_roll(by, spell.provider):
        raise NotAllowed
    first = spell.child.same_as_id or spell.child_id
    records = _held(*Child.objects.filter(Q(pk=first) | Q(same_as=first)).values_list("pk", flat=True))
    ends_later = Q(during__endswith=None) | Q(during__endswith__gt=clock.today())
    seated = Enrolment.objects.exclude(state=EnrolmentState.ANNULLED).filter(ends_later, child__in=records)
    if seated.exists() or Occupancy.objects.filter(child__in=records, expires_at__gt=clock.now()).exists():
        raise refusals.StillEnrolled
    for child in records:
        if ChildIdentity.objects.filter(child=child).exists() or child.guardians.exists():
            forget(child.pk, by=by, asked_on=asked_on.isoformat())


@transaction.atomic
def forget(child_id: int, *, by: User | None, **detail: str) -> None:
    """Delete who a child is (个人信息删除): name, number, guardians. No fact changes, the ledger never held a name.

    `identity_key` stays for a while (`expire_keys`): with it a child that comes back is found, and nothing is paid
    twice. Raises SharedNumber while it is open whether another record with the number is the same child: afterwards
    nobody could tell.
    """
    (child,) = _held(child_id)
    known = ChildIdentity.objects.filter(child=child)
    numbers = list(known.values_list("number_key", flat=True))
    settled = child.same_as_id is not None or child.duplicates.exists()
    if numbers and len(_with_number(numbers[0])) > 1 and not settled:
        raise refusals.SharedNumber
    known.delete()
    child.guardians.all().delete()
    record(child, "forget", by=by, area_path=_area(child), **detail)


def expire_keys(on: dt.date) -> int:
    """Drop the keys of forgotten children two years after their last day of care: no cap year reaches so far back."""
    gone = Child.objects.filter(identity_key__isnull=False, identity=None, guardians=None)
    recent = Enrolment.objects.filter(Q(during__endswith=None) | Q(during__endswith__gt=on - KEY_KEPT))
    return gone.exclude(pk__in=recent.values("child")).update(identity_key=None)


def refuse_demo(kind: str) -> None:
    """Invented numbers stay in the demo."""
    if kind == IdentityKind.DEMO and not settings.DEMO:
        raise NotAllowed(_("Demo identities cannot be used here."))


def _new_child(person: Person, birth_date: dt.date, birth_order: int | None, by: User | None) -> Child:
    """A new row; of two people who register one number at once the second gets the first one's."""
    try:
        with transaction.atomic():
            child = Child.objects.create(
                key=f"C{uuid.uuid4().hex[:16]}",
                birth_date=birth_date,
                birth_order=birth_order,
                identity_key=person.key,
                created_at=clock.now(),
            )
    except IntegrityError:
        return Child.objects.get(identity_key=person.key)
    _store(child, person, by)
    return child


def _store(child: Child, person: Person, by: User | None) -> None:
    """Write the sealed identity."""
    child.identity = ChildIdentity.objects.create(
        child=child,
        kind=person.kind,
        sealed=identity.seal(child, person),
        mask=person.mask,
        number_key=person.key,
        recorded_at=clock.now(),
        recorded_by=by,
    )


def _with_number(number_key: str) -> list[Child]:
    """Every record entered with the number, the one that owns it among them."""
    rows = Child.objects.filter(Q(identity_key=number_key) | Q(identity__number_key=number_key))
    return list(rows.order_by("pk"))


def _drop_identity(child: Child) -> list[Child]:
    """Delete who the child is; gives the records it shared its number with: whether they are one child is a fact that
    the subsidy rests on. If the child owned the number, the next of them does, so that who comes with it is found.
    """
    known = ChildIdentity.objects.filter(child=child)
    number = known.values_list("number_key", flat=True).first() or child.identity_key
    parted = [other for other in _with_number(number) if other.pk != child.pk] if number else []
    known.delete()
    owned, child.identity_key = child.identity_key, None
    child.save(update_fields=["identity_key"])
    if owned and parted:
        Child.objects.filter(pk=parted[0].pk).update(identity_key=owned)
    return parted


def _held(*child_ids: int) -> list[Child]:
    return list(Child.objects.filter(pk__in=child_ids).order_by("pk").select_for_update(no_key=True, of=("self",)))


def _area(child: Child) -> str:
    """Where the child is or was last, for those who read the audit of an area."""
    return child.enrolments.order_by("-pk").values_list("area_path", flat=True).first() or ""


def _refuse_strangers(by: User, *children: Child) -> None:
    """Only a district officer of an area that saw one of the children decides."""
    areas = Enrolment.objects.filter(child__in=children).values_list("area_path", flat=True).distinct()
    if not any(holds(by, permissions.SAMPLE_READERS, path) for path in areas):
        raise NotAllowed


def _mark_all(*children: Child) -> None:
    """Every month of any of them may change: conflicts, months already funded."""
    spells = Enrolment.objects.filter(child__in=children).values("provider_id")
    for row in spells.annotate(first=Min("during__startswith")).order_by("provider_id"):
        mark(row["provider_id"], [], from_day=row["first"], to_day=None, cause="same-child")
