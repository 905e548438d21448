"""Population figures as lists bring them; a corrected figure takes the former back, none is edited."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from portal import clock
from portal.audit import record
from portal.models import Area, User
from quotas.models import Population


@dataclass(frozen=True)
class PopulationRow:
    """One figure of a list; ages in completed years, `age_to` exclusive, both None for all residents."""

    area_code: str
    year: int
    population: int
    source: str
    age_from: int | None = None
    age_to: int | None = None
    is_estimate: bool = False


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    rows: int
    added: int
    corrected: int


@transaction.atomic
def load_population(rows: Sequence[PopulationRow], *, by: User | None) -> Loaded:
    """Bring the figures up to a list of known areas; the same list again changes nothing."""
    areas = Area.objects.in_bulk([row.area_code for row in rows], field_name="code")
    moment, fresh, stale = clock.now(), [], []
    held = {
        (one.area_id, one.year, one.age_from, one.age_to): one
        for one in Population.objects.select_for_update().filter(area__in=areas.values(), retracted_at=None)
    }
    for row in rows:
        area = areas[row.area_code]
        former = held.get((area.pk, row.year, row.age_from, row.age_to))
        facts = (row.population, row.source, row.is_estimate)
        if former and (former.population, former.source, former.is_estimate) == facts:
            continue
        if former:
            stale.append(former.pk)
        fresh.append(
            Population(
                area=area,
                year=row.year,
                age_from=row.age_from,
                age_to=row.age_to,
                population=row.population,
                source=row.source,
                is_estimate=row.is_estimate,
                recorded_at=moment,
            )
        )
    Population.objects.filter(pk__in=stale).update(retracted_at=moment)
    Population.objects.bulk_create(fresh)
    if fresh:
        record(
            "quotas.Population:list", "load_population", by=by, rows=len(rows), added=len(fresh), corrected=len(stale)
        )
    return Loaded(len(rows), len(fresh) - len(stale), len(stale))
