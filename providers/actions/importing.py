"""Taking over a register from another system: providers with classes, places and fees, all or nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from portal import audit, clock
from portal.models import Area, User
from providers import search_rows
from providers.actions.facts import facts_changed
from providers.actions.spans import follow
from providers.models import (
    ClassGroup,
    Fee,
    InclusiveAgreement,
    Place,
    Provider,
    ProviderSpan,
    Standing,
    StandingSpan,
)

COLUMNS = (
    "name", "kind", "credit_code", "authority", "street_id", "area_path", "address", "lng", "lat", "crs", "given_lng",
    "given_lat", "phone",
)  # fmt: skip
MODES = {"fee_full_fen": ("full",), "fee_half_fen": ("am", "pm")}


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of the list."""

    provider_code: str
    class_code: str
    band: str
    places: int
    inclusive_places: int
    fees: dict[str, int]
    from_day: dt.date


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider of the list: columns as the table has them, and its classes."""

    code: str
    columns: dict[str, Any]
    street: Area
    filed_on: dt.date | None
    classes: tuple[ClassRow, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did."""

    added: int
    changed: int
    classes: int

    @property
    def nothing(self) -> bool:
        """Whether everything was as the list says already."""
        return not (self.added or self.changed or self.classes)


@transaction.atomic
def take_over(rows: Sequence[ProviderRow], *, by: User | None) -> Taken:
    """Write the list: new providers and classes are added, changed columns followed; a second time nothing happens.

    The list was judged before (providers.forms.importing); what the database refuses takes everything back.
    """
    codes = [row.code for row in rows]
    known = {p.code: p for p in Provider.objects.select_for_update(no_key=True).filter(code__in=codes).order_by("pk")}
    fresh = [row for row in rows if row.code not in known]
    _add(fresh)
    changed = [row for row in rows if row.code in known and _follow(known[row.code], row)]
    ids = dict(Provider.objects.filter(code__in=codes).values_list("code", "pk"))
    there = set(ClassGroup.objects.filter(provider__in=ids.values()).values_list("provider__code", "code"))
    classes = [c for row in rows for c in row.classes if (row.code, c.class_code) not in there]
    _add_classes(classes, ids)
    done = Taken(len(fresh), len(changed), len(classes))
    if not done.nothing:
        touched = {row.code for row in (*fresh, *changed)} | {c.provider_code for c in classes}
        begin = min([row.filed_on for row in fresh if row.filed_on] + [c.from_day for c in classes] + [clock.today()])
        facts_changed([ids[code] for code in sorted(touched)], from_day=begin, cause="import_providers")
        search_rows.rewrite([ids[code] for code in touched])
        audit.record(
            "providers.Provider:import",
            "import_providers",
            by=by,
            added=done.added,
            changed=done.changed,
            classes=done.classes,
        )
    return done


def _add(rows: Sequence[ProviderRow]) -> None:
    """New providers with their spans, in three statements."""
    moment, today = clock.now(), clock.today()
    made = Provider.objects.bulk_create(
        Provider(
            code=row.code,
            filed_on=row.filed_on,
            standing=Standing.ACTIVE if row.filed_on else Standing.UNFILED,
            confirmed_at=moment if row.filed_on else None,
            created_at=moment,
            **row.columns,
        )
        for row in rows
    )
    spans = [(provider, (provider.filed_on or today, None)) for provider in made]
    StandingSpan.objects.bulk_create(
        StandingSpan(provider=p, standing=p.standing, during=during, recorded_at=moment) for p, during in spans
    )
    ProviderSpan.objects.bulk_create(
        ProviderSpan(
            provider=p,
            kind=p.kind,
            name=p.name,
            street_id=p.street_id,
            area_path=p.area_path,
            during=during,
            recorded_at=moment,
        )
        for p, during in spans
    )


def _follow(provider: Provider, row: ProviderRow) -> bool:
    """Write what differs of a provider that is there already; its kind, name and area follow from today."""
    different = [name for name in COLUMNS if getattr(provider, name) != row.columns[name]]
    if not different:
        return False
    for name in different:
        setattr(provider, name, row.columns[name])
    provider.version += 1
    provider.save(update_fields=[*different, "version"])
    if {"kind", "name", "street_id"} & set(different):
        follow(
            ProviderSpan,
            of={"provider": provider},
            from_day=clock.today(),
            kind=provider.kind,
            name=provider.name,
            street_id=provider.street_id,
            area_path=provider.area_path,
        )
    return True


def _add_classes(rows: Sequence[ClassRow], ids: dict[str, int]) -> None:
    """New classes with numbered places, fees and, where places are inclusive, the agreement that covers them."""
    moment = clock.now()
    groups = ClassGroup.objects.bulk_create(
        ClassGroup(
            provider_id=ids[row.provider_code],
            code=row.class_code,
            name=row.class_code,
            band=row.band,
            opened_on=row.from_day,
        )
        for row in rows
    )
    pairs = list(zip(groups, rows, strict=True))
    Place.objects.bulk_create(
        Place(
            class_group=group,
            number=n,
            inclusive=n <= row.inclusive_places,
            during=(row.from_day, None),
            recorded_at=moment,
        )
        for group, row in pairs
        for n in range(1, row.places + 1)
    )
    Fee.objects.bulk_create(
        Fee(class_group=group, mode=mode, amount_fen=amount, during=(row.from_day, None), recorded_at=moment)
        for group, row in pairs
        for mode, amount in row.fees.items()
    )
    _add_agreements([(group.provider_id, row) for group, row in pairs if row.inclusive_places])


def _add_agreements(rows: Sequence[tuple[int, ClassRow]]) -> None:
    """An agreement over the inclusive places of each provider; one that is there is followed."""
    moment = clock.now()
    covered: dict[int, list[ClassRow]] = {provider_id: [] for provider_id, _row in rows}
    for provider_id, row in rows:
        covered[provider_id].append(row)
    there = set(InclusiveAgreement.objects.filter(provider__in=covered).values_list("provider_id", flat=True))
    fresh = []
    for provider_id, found in covered.items():
        begin = min(row.from_day for row in found)
        facts: dict[str, Any] = {
            "number": f"import {moment:%Y%m%d}",
            "places": sum(row.inclusive_places for row in found),
        }
        if provider_id in there:
            follow(InclusiveAgreement, of={"provider_id": provider_id}, from_day=begin, **facts)
        else:
            fresh.append(InclusiveAgreement(provider_id=provider_id, during=(begin, None), recorded_at=moment, **facts))
    InclusiveAgreement.objects.bulk_create(fresh)


def places_now(codes: Sequence[str]) -> dict[tuple[str, str], tuple[str, int]]:
    """Band and open-ended places of the classes there are: (provider code, class code) -> (band, places)."""
    open_ended = Count("places", filter=Q(places__during__endswith__isnull=True))
    found = ClassGroup.objects.filter(provider__code__in=codes).annotate(n=open_ended)
    return {(p, c): (band, n) for p, c, band, n in found.values_list("provider__code", "code", "band", "n")}
