"""Marking that facts changed: whoever computes from them (subsidies, reports) finds the mark (money.md, Changes)."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Min

from portal import clock
from providers.models import FactChange, Provider


def facts_changed(
    provider_ids: int | Iterable[int], *, from_day: dt.date, to_day: dt.date | None = None, cause: str
) -> None:
    """Mark every month that `[from_day, to_day)` touches as changed for these providers; insert-only, one statement.

    Call it in the transaction that changes the fact. No end means: all later months.
    """
    ids = [provider_ids] if isinstance(provider_ids, int) else list(provider_ids)
    moment = clock.now()
    last = None if to_day is None else max(to_day - dt.timedelta(days=1), from_day).replace(day=1)
    FactChange.objects.bulk_create(
        FactChange(provider_id=pk, from_month=from_day.replace(day=1), to_month=last, cause=cause, at=moment)
        for pk in ids
    )


def area_moved(provider_ids: list[int]) -> None:
    """Mark all months of providers that an area took along: one that their new district has closed, and the old one has
    not, would otherwise never be computed for them.
    """
    filed = Provider.objects.filter(pk__in=provider_ids, filed_on__isnull=False).aggregate(first=Min("filed_on"))
    facts_changed(provider_ids, from_day=filed["first"] or clock.today(), cause="area_moved")
