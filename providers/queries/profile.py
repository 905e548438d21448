"""What a provider's public page says: places, fees and free places by class, and who confirmed it when."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from providers.models import ClassGroup, Fee, FilingCase, FilingState, InclusiveAgreement, Mode, Provider, SearchRow


@dataclass(slots=True)
class ClassRow:
    """A class as parents see it."""

    group: ClassGroup
    places: int
    inclusive: int
    fees: list[tuple[Any, int]] = field(default_factory=list)  # (mode label, fen)
    free: list[tuple[Any, int | None]] = field(default_factory=list)  # (mode label, places free from today)


def class_rows(provider: Provider, on: dt.date) -> list[ClassRow]:
    """Classes open on the day with places, fees and free places; four queries."""
    held = Q(places__during__contains=on)
    groups = (
        provider.class_groups.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on), opened_on__lte=on)
        .annotate(
            held=Count("places", filter=held), held_inclusive=Count("places", filter=held & Q(places__inclusive=True))
        )
        .order_by("band", "code")
    )
    agreed = InclusiveAgreement.objects.filter(
        provider=provider, retracted_at__isnull=True, during__contains=on
    ).exists()
    rows = {g.pk: ClassRow(g, g.held, g.held_inclusive if agreed else 0) for g in groups}
    order = {mode: number for number, mode in enumerate(Mode.values)}
    fees = Fee.objects.filter(class_group__in=rows, retracted_at__isnull=True, during__contains=on)
    for fee in sorted(fees, key=lambda fee: order[fee.mode]):
        rows[fee.class_group_id].fees.append((Mode(fee.mode).label, fee.amount_fen))
    for seen in sorted(SearchRow.objects.filter(class_group__in=rows), key=lambda seen: order[seen.mode]):
        free = seen.free[0] if seen.free else None
        rows[seen.class_group_id].free.append((Mode(seen.mode).label, free))
    return list(rows.values())


def filing_of(provider: Provider) -> FilingCase | None:
    """The filing the provider stands on."""
    decided = provider.filings.filter(state=FilingState.CONFORMING).defer("snapshot").select_related("decided_by")
    return decided.order_by("-decided_at").first()


def totals(rows: list[ClassRow]) -> dict[str, Any]:
    """Places and inclusive places in all."""
    return {"places": sum(row.places for row in rows), "inclusive": sum(row.inclusive for row in rows)}
