"""The workforce register (从业人员), thin: who works here since when, and their certificates."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, clock, secrets
from portal.models import User
from portal.problems import NotAllowed, Refusal
from providers.actions.facts import facts_changed
from providers.actions.spans import follow
from providers.actions.standing import lock
from providers.models import Certificate, Employment, Provider, Staff
from providers.permissions import may_run


class WorksElsewhere(Refusal):
    """One person is not employed by two providers at once (挂靠 is blocked)."""

    code = "works-elsewhere"
    text = _("This person is already employed by a provider for part of these days.")


@transaction.atomic
def employ(
    provider_id: int, *, name: str, identity: str | None, role: str, from_day: dt.date, education: str = "", by: User
) -> Employment:
    """Enter a person's spell of work; the same spell twice is one.

    The ID number is kept only as a key that finds the same person again.
    """
    provider = _lock(provider_id, by)
    key = secrets.identity_key("RESIDENT_ID", identity) if identity else None
    spells = Employment.objects.filter(provider=provider, role=role, retracted_at__isnull=True)
    if key is None:
        # Without a number a namesake is somebody else, unless the spell is the very same: the button pressed twice.
        nameless = spells.filter(staff__name=name, staff__identity_key__isnull=True, during__startswith=from_day)
        if same := nameless.first():
            return same
        staff = Staff.objects.create(name=name, education=education)
    else:
        staff, _new = Staff.objects.get_or_create(identity_key=key, defaults={"name": name, "education": education})
        if same := spells.filter(staff=staff, during__contains=from_day).first():
            return same
    try:
        with transaction.atomic():
            spell = Employment.objects.create(
                staff=staff, provider=provider, role=role, during=(from_day, None), recorded_at=clock.now()
            )
    except IntegrityError as clash:
        raise WorksElsewhere from clash
    audit.record(provider, "employ", by=by, staff=str(staff.public_id), role=role, from_day=from_day.isoformat())
    facts_changed(provider.pk, from_day=from_day, cause="employ")
    return spell


@transaction.atomic
def end_employment(employment_id: int, *, from_day: dt.date, by: User) -> None:
    """End a spell as of a day (the first day without the person)."""
    spell = Employment.objects.select_related("staff").get(pk=employment_id)
    provider = _lock(spell.provider_id, by)
    spell = Employment.objects.select_for_update().get(pk=employment_id)
    if spell.retracted_at is None:
        follow(
            Employment,
            of={"staff_id": spell.staff_id, "provider_id": spell.provider_id, "role": spell.role},
            from_day=from_day,
        )
        audit.record(provider, "end_employment", by=by, staff=str(spell.staff.public_id), from_day=from_day.isoformat())
        facts_changed(provider.pk, from_day=from_day, cause="end_employment")


@transaction.atomic
def add_certificate(
    employment_id: int, *, kind: str, number: str, from_day: dt.date, to_day: dt.date | None, by: User
) -> Certificate:
    """Enter a certificate of a person who works here: health, qualification, training."""
    spell = Employment.objects.select_related("staff").get(pk=employment_id)
    provider = _lock(spell.provider_id, by)
    certificate = follow(
        Certificate, of={"staff": spell.staff, "kind": kind}, from_day=from_day, to_day=to_day, number=number
    )
    audit.record(provider, "add_certificate", by=by, staff=str(spell.staff.public_id), kind=kind)
    return certificate


def _lock(provider_id: int, by: User) -> Provider:
    provider = lock(provider_id)
    if not may_run(by, provider):
        raise NotAllowed
    return provider
