"""Who works at a provider today and which of their certificates run out, for the staff page and the to-do list."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery

from portal.dates import ONE_DAY
from providers.models import Certificate, CertificateKind, Employment, Provider, StaffRole

SOON_DAYS = 30  # a certificate that runs out within these is renewed now


@dataclass(slots=True)
class Held:
    """A certificate as a page shows it: its kind in words, its last day, and days left (None: it does not run out)."""

    label: str
    last_day: dt.date | None
    days_left: int | None

    @property
    def soon(self) -> bool:
        """Whether it has run out or soon will."""
        return self.days_left is not None and self.days_left <= SOON_DAYS


@dataclass(slots=True)
class StaffRow:
    """A spell of work with the person's certificates."""

    spell: Employment
    held: list[Held] = field(default_factory=list)


def at_work(on: dt.date) -> Q:
    """Spells of work that hold on the day or later, as known now."""
    return Q(retracted_at__isnull=True, during__overlap=(on, None))


def staff_rows(provider: Provider, on: dt.date) -> list[StaffRow]:
    """Everybody who works there, the head first, with the newest certificate of each kind; two queries."""
    order = list(StaffRole.values)
    spells = sorted(
        provider.employments.filter(at_work(on)).select_related("staff"),
        key=lambda spell: (order.index(spell.role), spell.during.lower, spell.pk),
    )
    rows = {spell.staff_id: StaffRow(spell) for spell in spells}
    certificates = Certificate.objects.filter(staff__in=rows, retracted_at__isnull=True).order_by("kind", "during")
    newest = {(one.staff_id, one.kind): one for one in certificates}
    labels = dict(CertificateKind.choices)
    for (staff_id, kind), one in newest.items():
        last = one.during.upper - ONE_DAY if one.during.upper else None
        left = (last - on).days if last else None
        rows[staff_id].held.append(Held(str(labels.get(kind, kind)), last, left))
    return list(rows.values())


def lapsing(providers: Collection[int] | QuerySet, on: dt.date) -> QuerySet[Any, dict[str, Any]]:
    """`provider_id, people, first` where somebody's newest health certificate runs out within `SOON_DAYS`, or has."""
    health = Certificate.objects.filter(
        staff=OuterRef("staff"), kind=CertificateKind.HEALTH, retracted_at__isnull=True
    ).order_by("-during")
    spells = Employment.objects.filter(at_work(on), provider__in=providers).annotate(
        until=Subquery(health.values("during__endswith")[:1])
    )
    soon = spells.filter(until__lte=on + dt.timedelta(days=SOON_DAYS + 1))
    by_provider: Any = soon.values("provider_id", "provider__public_id", "provider__name")
    return by_provider.annotate(people=Count("pk"), first=Min("until")).order_by("first", "provider_id")
