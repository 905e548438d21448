"""Recognition of inclusive places (普惠认定): a dated agreement, and which places of which class it covers."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, clock
from portal.models import User
from portal.money import yuan
from portal.problems import NotAllowed, Refusal
from portal.states import check_version
from providers import search_rows
from providers.actions.facts import facts_changed
from providers.actions.news import tell_owners
from providers.actions.spans import follow, in_force
from providers.actions.standing import lock
from providers.models import Fee, InclusiveAgreement, Place, Provider, Standing
from providers.permissions import can_recognise


class NotOpen(Refusal):
    """Only a filed and open provider is recognised."""

    code = "not-open"
    text = _("Only a filed and open provider can have an inclusive agreement.")


class TooManyInclusive(Refusal):
    """No class has more inclusive places than places, and an agreement has at least one."""

    code = "too-many-inclusive"
    status = 422
    text = _("The class “%(name)s” has %(places)s places; %(asked)s cannot be inclusive.")


class FeeTooHigh(Refusal):
    """A class above the cap cannot be recognised."""

    code = "fee-too-high"
    status = 422
    text = _("The class “%(name)s” charges %(fee)s yuan a month, the agreement allows %(cap)s.")


@transaction.atomic
def recognise_inclusive(
    provider_id: int,
    *,
    number: str,
    places: Mapping[int, int],
    fee_cap_fen: int | None,
    from_day: dt.date,
    to_day: dt.date | None,
    version: int | None = None,
    by: User,
) -> InclusiveAgreement:
    """Recognise so many inclusive places by class id for `[from_day, to_day)`; what held for these days is replaced."""
    provider = lock(provider_id)
    if not can_recognise(by, provider):
        raise NotAllowed
    check_version(provider, version)
    if provider.standing != Standing.ACTIVE:
        raise NotOpen
    _check(provider, places, fee_cap_fen, from_day)
    agreement = follow(
        InclusiveAgreement,
        of={"provider": provider},
        from_day=from_day,
        to_day=to_day,
        number=number,
        places=sum(places.values()),
        fee_cap_fen=fee_cap_fen,
    )
    mark_places(provider, places)
    _changed(provider, from_day, to_day, "recognise_inclusive", by, number=number, places=agreement.places)
    tell_owners(
        provider,
        _("%(places)s inclusive places are recognised"),
        _("“%(name)s”: agreement %(number)s from %(day)s."),
        key=f"inclusive:{provider.code}:{number}",
        places=agreement.places,
        name=provider.name,
        number=number,
        day=from_day,
    )
    return agreement


@transaction.atomic
def end_inclusive(
    provider_id: int, *, from_day: dt.date, reason: str, version: int | None = None, by: User
) -> Provider:
    """End the agreement as of a day (退出): over-charging, a hazard, or by wish."""
    provider = lock(provider_id)
    if not can_recognise(by, provider):
        raise NotAllowed
    check_version(provider, version)
    follow(InclusiveAgreement, of={"provider": provider}, from_day=from_day)
    if from_day <= clock.today():
        mark_places(provider, {})
    _changed(provider, from_day, None, "end_inclusive", by, reason=reason)
    return provider


@transaction.atomic
def lapse_agreements() -> int:
    """Unmark the places of providers whose agreement has run out, each night. Gives how many providers."""
    today = clock.today()
    agreed = InclusiveAgreement.objects.filter(in_force(today)).values("provider")
    marked = Place.objects.filter(inclusive=True).exclude(class_group__provider__in=agreed)
    ids = list(marked.values_list("class_group__provider", flat=True).distinct())
    if ids:
        Place.objects.filter(inclusive=True, class_group__provider__in=ids).update(inclusive=False)
        search_rows.rewrite(ids)
    return len(ids)


def mark_places(provider: Provider, places: Mapping[int, int]) -> None:
    """Mark the lowest-numbered places of each class as inclusive. Which number it is means nothing to a child: how many
    count on a day is the agreement's."""
    for group_id in provider.class_groups.values_list("pk", flat=True):
        numbered = Place.objects.filter(class_group=group_id, during__endswith__isnull=True).order_by("number")
        chosen = list(numbered.values_list("pk", flat=True)[: places.get(group_id, 0)])
        Place.objects.filter(class_group=group_id, inclusive=True).exclude(pk__in=chosen).update(inclusive=False)
        Place.objects.filter(pk__in=chosen, inclusive=False).update(inclusive=True)


def _check(provider: Provider, places: Mapping[int, int], fee_cap_fen: int | None, on: dt.date) -> None:
    groups = provider.class_groups.in_bulk(list(places))
    if not sum(places.values()):
        raise TooManyInclusive(name="—", places=0, asked=0)
    for group_id, asked in places.items():
        group = groups.get(group_id)
        has = group.places.filter(during__contains=on).count() if group else 0
        if group is None or not 0 <= asked <= has:
            raise TooManyInclusive(name=group.name if group else "—", places=has, asked=asked)
        fee = Fee.objects.filter(in_force(on), class_group=group, mode="full").first()
        if asked and fee and fee_cap_fen is not None and fee.amount_fen > fee_cap_fen:
            raise FeeTooHigh(name=group.name, fee=yuan(fee.amount_fen), cap=yuan(fee_cap_fen))


def _changed(provider: Provider, from_day: dt.date, to_day: dt.date | None, verb: str, by: User, **detail: Any) -> None:
    provider.version += 1
    Provider.objects.filter(pk=provider.pk).update(version=provider.version)
    audit.record(provider, verb, by=by, from_day=from_day.isoformat(), **detail)
    facts_changed(provider.pk, from_day=from_day, to_day=to_day, cause=verb)
    search_rows.rewrite(provider.pk)
