"""The standing of a provider: filed and open, suspended by decision, closed. Upper apps call these, with reasons."""

import datetime as dt
from typing import Any

from django.db import transaction

from portal import clock
from portal.models import User
from portal.states import move
from providers import search_rows
from providers.actions.facts import facts_changed
from providers.actions.spans import follow
from providers.models import Provider, Standing, StandingSpan
from providers.states import STANDING


def lock(provider_id: int) -> Provider:
    """The provider, locked first by every action that changes a fact of it."""
    return Provider.objects.select_for_update(no_key=True, of=("self",)).get(pk=provider_id)


def set_standing(
    provider: Provider,
    to: str,
    *,
    from_day: dt.date,
    by: User | None,
    verb: str,
    detail: dict[str, Any] | None = None,
    **facts: Any,
) -> None:
    """Move the locked provider's standing and write its span, the change mark and the search rows."""
    move(provider, to, machine=STANDING, by=by, verb=verb, detail=detail, **facts)
    follow(StandingSpan, of={"provider": provider}, from_day=from_day, standing=to)
    facts_changed(provider.pk, from_day=from_day, cause=verb)
    search_rows.rewrite(provider.pk)


@transaction.atomic
def suspend(provider_id: int, *, by: User | None, reason: str, from_day: dt.date | None = None) -> Provider:
    """Suspend a provider (停业整改): it leaves the search at once. `reason` is a code or the number of a decision."""
    provider = lock(provider_id)
    set_standing(
        provider,
        Standing.SUSPENDED,
        from_day=from_day or clock.today(),
        by=by,
        verb="suspend",
        detail={"reason": reason},
    )
    return provider


@transaction.atomic
def reopen(provider_id: int, *, by: User | None, reason: str, from_day: dt.date | None = None) -> Provider:
    """Open a suspended provider again (恢复)."""
    provider = lock(provider_id)
    set_standing(
        provider, Standing.ACTIVE, from_day=from_day or clock.today(), by=by, verb="reopen", detail={"reason": reason}
    )
    return provider


@transaction.atomic
def cancel(provider_id: int, *, by: User | None, reason: str, from_day: dt.date | None = None) -> Provider:
    """Close a provider for good (注销)."""
    provider = lock(provider_id)
    set_standing(
        provider,
        Standing.CANCELLED,
        from_day=from_day or clock.today(),
        by=by,
        verb="cancel",
        detail={"reason": reason},
    )
    return provider
