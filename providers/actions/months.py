"""The provider's part of the month page (本月办理): its classes, places and fees are as shown."""

import datetime as dt
from typing import Any

from django.db import transaction

from portal import audit, clock
from portal.models import User
from portal.problems import NotAllowed
from providers import search_rows
from providers.actions.standing import lock
from providers.models import MonthReturn, Provider
from providers.permissions import works_at

PLACES = "places"


@transaction.atomic
def confirm_month(
    provider_id: int, *, month: dt.date, item: str = PLACES, detail: dict[str, Any] | None = None, by: User
) -> MonthReturn:
    """Confirm an item of the month once; confirming again keeps the first. Upper apps pass their own item."""
    provider = lock(provider_id)
    if not works_at(by, provider):
        raise NotAllowed
    confirmed, new = MonthReturn.objects.get_or_create(
        provider=provider,
        month=month.replace(day=1),
        item=item,
        defaults={"confirmed_at": clock.now(), "confirmed_by": by, "detail": detail or {}},
    )
    if new:
        audit.record(provider, "confirm_month", by=by, month=f"{month:%Y-%m}", item=item)
        if item == PLACES:
            Provider.objects.filter(pk=provider.pk).update(confirmed_at=clock.now())
            search_rows.rewrite(provider.pk)
    return confirmed
