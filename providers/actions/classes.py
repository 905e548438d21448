"""Classes, their places and fees: opened, changed and closed from a day on."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal import audit, clock, panels
from portal.models import User
from portal.money import yuan
from portal.problems import NotAllowed, Refusal
from portal.states import check_version
from providers import search_rows
from providers.actions.facts import facts_changed
from providers.actions.spans import follow, in_force
from providers.actions.standing import lock
from providers.models import ClassGroup, Fee, InclusiveAgreement, Mode, Place, Provider, Standing
from providers.permissions import may_run
from providers.queries import limits


class NotFiled(Refusal):
    """Classes open with the filing; until then they stand in the filing."""

    code = "not-filed"
    text = _("Classes are opened by the filing. Change them in the filing until it is found conforming.")


class ClassClosed(Refusal):
    """A closed class stays closed."""

    code = "class-closed"
    text = _("This class is closed as of %(day)s.")


class PlacesInUse(Refusal):
    """Places that children take from that day on cannot be taken away."""

    code = "places-in-use"
    text = _(
        "Only %(free)s of the places are free from %(day)s on. End or move enrolments first, or keep %(least)s places."
    )


class FeeAboveAgreement(Refusal):
    """The inclusive agreement caps the fee."""

    code = "fee-above-agreement"
    status = 422
    text = _("The agreement %(number)s caps the monthly fee of inclusive places at %(cap)s yuan.")


class BeforeOpening(Refusal):
    """Nothing of a class can be dated before it opens."""

    code = "before-opening"
    status = 422
    text = _("The class opens on %(day)s; choose that day or a later one.")


def open_places(
    provider: Provider,
    *,
    code: str,
    name: str,
    band: str,
    places: int,
    fees: Mapping[str, int],
    from_day: dt.date,
    by: User | None,
) -> ClassGroup:
    """Write a class with numbered places and fees for the locked provider. Raises limits.BeyondLimit."""
    limits.check(provider, band=band, places=places, on=from_day)
    group = ClassGroup.objects.create(provider=provider, code=code, name=name, band=band, opened_on=from_day)
    moment = clock.now()
    Place.objects.bulk_create(
        Place(class_group=group, number=number, inclusive=False, during=(from_day, None), recorded_at=moment)
        for number in range(1, places + 1)
    )
    Fee.objects.bulk_create(
        Fee(class_group=group, mode=mode, amount_fen=amount, during=(from_day, None), recorded_at=moment)
        for mode, amount in fees.items()
    )
    audit.record(
        group,
        "open_class",
        by=by,
        area_path=provider.area_path,
        band=band,
        places=places,
        from_day=from_day.isoformat(),
    )
    return group


@transaction.atomic
def open_class(
    provider_id: int, *, name: str, band: str, places: int, fees: Mapping[str, int], from_day: dt.date, by: User
) -> ClassGroup:
    """Open a class of a filed provider. The same name twice is the same press of the button, not two classes."""
    provider = lock(provider_id)
    if not may_run(by, provider):
        raise NotAllowed
    if provider.standing not in (Standing.ACTIVE, Standing.SUSPENDED):
        raise NotFiled
    if same := provider.class_groups.filter(name=name, band=band, closed_on__isnull=True).first():
        return same
    number = provider.class_groups.count() + 1
    while provider.class_groups.filter(code=f"{provider.code}-{number:02d}").exists():
        number += 1
    group = open_places(
        provider,
        code=f"{provider.code}-{number:02d}",
        name=name,
        band=band,
        places=places,
        fees=fees,
        from_day=from_day,
        by=by,
    )
    _tell(provider, from_day, "open_class")
    return group


@transaction.atomic
def change_places(
    class_group_id: int, *, places: int, from_day: dt.date, version: int | None = None, by: User
) -> ClassGroup:
    """Give the class so many places from a day on. Fewer only where they are free. Raises PlacesInUse, BeyondLimit."""
    group, provider = _opened(class_group_id, from_day, version, by)
    limits.check(provider, band=group.band, places=places, on=from_day, besides=group.pk)
    now = list(group.places.filter(during__endswith__isnull=True).order_by("number"))
    if places > len(now):
        taken = {place.number for place in group.places.filter(during__overlap=(from_day, None))}
        numbers = [number for number in range(1, places + len(taken) + 1) if number not in taken][: places - len(now)]
        Place.objects.bulk_create(
            Place(class_group=group, number=number, inclusive=False, during=(from_day, None), recorded_at=clock.now())
            for number in numbers
        )
    elif places < len(now):
        _end_places(now, len(now) - places, from_day)
    _changed(group, provider, from_day, "change_places", by, places=places)
    return group


def _end_places(now: list[Place], how_many: int, from_day: dt.date) -> None:
    """End the highest-numbered places that nobody has from the day on; plain places before inclusive ones."""
    used = set(panels.collect("place_use", [place.pk for place in now], from_day))
    free = sorted((p for p in now if p.pk not in used), key=lambda p: (p.inclusive, -p.number))
    if len(free) < how_many:
        raise PlacesInUse(free=len(free), day=from_day.isoformat(), least=len(now) - len(free))
    for place in free[:how_many]:
        if place.during.lower >= from_day:
            place.delete()
        else:
            Place.objects.filter(pk=place.pk).update(during=(place.during.lower, from_day))


@transaction.atomic
def set_fee(
    class_group_id: int, *, mode: str, amount_fen: int | None, from_day: dt.date, version: int | None = None, by: User
) -> ClassGroup:
    """Set what the class charges in a mode from a day on; None ends the mode. Raises FeeAboveAgreement."""
    group, provider = _opened(class_group_id, from_day, version, by)
    if mode == Mode.FULL and amount_fen is not None:
        _check_cap(group, amount_fen, from_day)
    facts: dict[str, Any] = {} if amount_fen is None else {"amount_fen": amount_fen}
    follow(Fee, of={"class_group": group, "mode": mode}, from_day=from_day, **facts)
    _changed(group, provider, from_day, "set_fee", by, mode=mode, amount_fen=amount_fen)
    return group


def _check_cap(group: ClassGroup, amount_fen: int, on: dt.date) -> None:
    """A class with inclusive places charges no more than the agreement in force allows."""
    capped = InclusiveAgreement.objects.filter(in_force(on), provider=group.provider_id, fee_cap_fen__lt=amount_fen)
    agreement = capped.first()
    if agreement is not None and group.places.filter(inclusive=True, during__contains=on).exists():
        raise FeeAboveAgreement(number=agreement.number, cap=yuan(agreement.fee_cap_fen or 0))


@transaction.atomic
def close_class(class_group_id: int, *, from_day: dt.date, version: int | None = None, by: User) -> ClassGroup:
    """Close a class as of a day (the first day without it), with its places and fees. Raises PlacesInUse."""
    group, provider = _opened(class_group_id, from_day, version, by)
    open_ended = list(group.places.filter(during__endswith__isnull=True).order_by("number"))
    _end_places(open_ended, len(open_ended), from_day)
    for fee in group.fees.filter(retracted_at__isnull=True, during__overlap=(from_day, None)):
        follow(Fee, of={"class_group": group, "mode": fee.mode}, from_day=from_day)
    ClassGroup.objects.filter(pk=group.pk).update(closed_on=from_day)
    group.closed_on = from_day
    _changed(group, provider, from_day, "close_class", by)
    return group


def _opened(class_group_id: int, from_day: dt.date, version: int | None, by: User) -> tuple[ClassGroup, Provider]:
    """The class for a change by its provider's owner, provider locked first."""
    provider = lock(ClassGroup.objects.values_list("provider_id", flat=True).get(pk=class_group_id))
    group = ClassGroup.objects.select_for_update(no_key=True).get(pk=class_group_id)
    if not may_run(by, provider):
        raise NotAllowed
    check_version(group, version)
    if group.closed_on is not None:
        raise ClassClosed(day=group.closed_on.isoformat())
    if from_day < group.opened_on:
        raise BeforeOpening(day=group.opened_on.isoformat())
    return group, provider


def _changed(group: ClassGroup, provider: Provider, from_day: dt.date, verb: str, by: User, **detail: Any) -> None:
    ClassGroup.objects.filter(pk=group.pk).update(version=F("version") + 1)
    group.version += 1
    audit.record(group, verb, by=by, area_path=provider.area_path, from_day=from_day.isoformat(), **detail)
    _tell(provider, from_day, verb)


def _tell(provider: Provider, from_day: dt.date, cause: str) -> None:
    """The provider itself confirmed what parents see, today."""
    Provider.objects.filter(pk=provider.pk).update(confirmed_at=clock.now())
    facts_changed(provider.pk, from_day=from_day, cause=cause)
    search_rows.rewrite(provider.pk)
