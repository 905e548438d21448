"""Free places as declared by a provider that keeps no roll here (空余托位申报)."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, clock
from portal.models import User
from portal.problems import NotAllowed, Refusal
from providers import search_rows
from providers.actions.standing import lock
from providers.models import Place, Provider, VacancyDeclaration
from providers.permissions import works_at

SAME_PRESS = dt.timedelta(minutes=1)
LONGEST = dt.timedelta(days=92)  # a declaration older than a quarter says nothing


class MoreFreeThanPlaces(Refusal):
    """A class has no more free places than places."""

    code = "more-free-than-places"
    status = 422
    text = _("The class “%(name)s” has %(places)s places; %(free)s cannot be free.")


class CountedFromRoll(Refusal):
    """Where the roll is kept here, free places are counted, not declared."""

    code = "counted-from-roll"
    text = _("This provider keeps its roll here: free places are counted from it.")


class DeclaredTooLong(Refusal):
    """A declaration holds from today for at most a quarter."""

    code = "declared-too-long"
    status = 422
    text = _("Choose a day from %(first)s to %(last)s.")


@transaction.atomic
def declare_vacancies(
    provider_id: int, *, free: Mapping[int, tuple[int, int]], valid_until: dt.date, by: User
) -> Provider:
    """Declare per class id (free full-day places, free half-day places), good up to and including a day.

    The same numbers from the same person within a minute are the button pressed twice; later they are a confirmation.
    """
    provider = lock(provider_id)
    if not works_at(by, provider):
        raise NotAllowed
    if provider.keeps_roll:
        raise CountedFromRoll
    today = clock.today()
    if not today <= valid_until <= today + LONGEST:
        raise DeclaredTooLong(first=today.isoformat(), last=(today + LONGEST).isoformat())
    groups = provider.class_groups.in_bulk(list(free))
    for group_id, numbers in free.items():
        group = groups.get(group_id)
        has = Place.objects.filter(class_group=group, during__contains=today).count() if group else 0
        for number, most in zip(numbers, (has, 2 * has), strict=True):  # a place holds two half-day children
            if group is None or not 0 <= number <= most:
                raise MoreFreeThanPlaces(name=group.name if group else "—", places=has, free=number)
    if _told(free, valid_until, by):
        return provider
    VacancyDeclaration.objects.bulk_create(
        VacancyDeclaration(
            class_group=groups[group_id],
            free_full=full,
            free_half=half,
            declared_at=clock.now(),
            declared_by=by,
            valid_until=valid_until,
        )
        for group_id, (full, half) in free.items()
    )
    Provider.objects.filter(pk=provider.pk).update(confirmed_at=clock.now())
    audit.record(provider, "declare_vacancies", by=by, valid_until=valid_until.isoformat(), classes=len(free))
    search_rows.rewrite(provider.pk)
    return provider


def _told(free: Mapping[int, tuple[int, int]], valid_until: dt.date, by: User) -> bool:
    """Whether the newest declaration of each class says just this, was made by this person, and a moment ago."""
    fresh = clock.now() - SAME_PRESS
    newest = VacancyDeclaration.objects.filter(class_group__in=list(free)).order_by(
        "class_group", "-declared_at", "-pk"
    )
    last = {row.class_group_id: row for row in newest.distinct("class_group")}
    return all(
        (row := last.get(group_id)) is not None
        and (row.free_full, row.free_half, row.valid_until, row.declared_by_id) == (full, half, valid_until, by.pk)
        and row.declared_at >= fresh
        for group_id, (full, half) in free.items()
    )


@transaction.atomic
def keep_roll(provider_id: int, *, keeps: bool, by: User) -> Provider:
    """Count free places from the roll kept here, or declare them (a provider with a system of its own)."""
    provider = lock(provider_id)
    if not works_at(by, provider):
        raise NotAllowed
    if provider.keeps_roll != keeps:
        provider.keeps_roll = keeps
        provider.version += 1
        provider.save(update_fields=["keeps_roll", "version"])
        audit.record(provider, "keep_roll", by=by, keeps=keeps)
        search_rows.rewrite(provider.pk)
    return provider
