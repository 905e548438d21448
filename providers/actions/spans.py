"""Dated facts that follow one another, so that any past day can be answered as it was and as it was known."""

import datetime as dt
from typing import Any

from django.db.models import Q

from portal import clock
from providers.models.provider import Span


def follow(
    model: type[Span], *, of: dict[str, Any], from_day: dt.date, to_day: dt.date | None = None, **facts: Any
) -> Any:
    """State a fact for `[from_day, to_day)` and take back what contradicts it; what lay outside stays true.

    Rows in force that overlap are retracted (never edited) and their parts outside the new days written again. Without
    `facts` the days are left empty: the fact ends. The caller holds the lock of the subject.
    """
    moment = clock.now()
    overlapping = list(model._base_manager.filter(**of, retracted_at__isnull=True, during__overlap=(from_day, to_day)))
    model._base_manager.filter(pk__in=[row.pk for row in overlapping]).update(retracted_at=moment)
    for row in overlapping:
        begin, end = row.during.lower, row.during.upper
        if begin < from_day:
            _copy(row, (begin, from_day), moment)
        if to_day is not None and (end is None or end > to_day):
            _copy(row, (to_day, end), moment)
    if not facts:
        return None
    return model._base_manager.create(**of, **facts, during=(from_day, to_day), recorded_at=moment)


def _copy(row: Span, during: tuple[dt.date, dt.date | None], moment: dt.datetime) -> None:
    """The same fact for other days, recorded now."""
    row.pk = None
    row._state.adding = True
    row.during, row.recorded_at, row.retracted_at = during, moment, None
    row.save(force_insert=True)


def in_force(on: dt.date) -> Q:
    """A filter for spans that hold on the day as known now."""
    return Q(retracted_at__isnull=True, during__contains=on)
