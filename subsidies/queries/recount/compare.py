"""What is posted against what the law gives on today's facts."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, Sum

from enrolments.models import Child, Enrolment
from portal.dates import Month
from subsidies.models import Line
from subsidies.models.ledger import ROUNDING_UNIT
from subsidies.queries import versions
from subsidies.queries.facts import cap_start
from subsidies.queries.recount.judge import Key, Recount
from subsidies.queries.recount.world import World

WAITING = """
SELECT p.code, d.month FROM subsidies_duemonth d JOIN providers_provider p ON p.id = d.provider_id
UNION
SELECT p.code, c.month
FROM providers_factchange f
JOIN providers_provider p ON p.id = f.provider_id
JOIN subsidies_closedmonth c ON c.month >= f.from_month AND (f.to_month IS NULL OR c.month <= f.to_month)
WHERE NOT EXISTS (SELECT FROM subsidies_seenmark s WHERE s.mark_id = f.id)
"""


class Difference(NamedTuple):
    """A key whose postings are not what the law gives."""

    key: Key
    law_fen: int
    posted_fen: int


def expected(since: Month | None = None) -> dict[Key, int]:
    """What the law gives for every month that was ever closed, or from one on."""
    world = World.read()
    recount = Recount(world)
    begin = since and min([since, *(cap_start(law.terms, since) for law in versions.in_force(since))])
    for month in sorted({Month.of(first) for _path, first in world.closed}):
        if begin is None or month >= begin:  # earlier months of a cap year say whether a child has months left
            recount.month(month)
    return {key: fen for key, fen in recount.results.items() if since is None or key.period >= since.first}


def posted(since: Month | None = None) -> dict[Key, int]:
    """Σ of lines by key, without the visible rounding of claims."""
    lines = Line.objects.exclude(unit=ROUNDING_UNIT)
    if since is not None:
        lines = lines.filter(period__gte=since.first)
    sums = lines.order_by().values_list("policy__code", "unit", "subject_key", "provider__code", "payee", "period")
    return {Key(*key): fen for *key, fen in sums.annotate(Sum("amount_fen"))}


def differences(since: Month | None = None) -> Iterator[Difference]:
    """Keys that differ, in order; of all months, or from one on."""
    law, ledger = expected(since), posted(since)
    for key in sorted(law.keys() | ledger.keys()):
        if law.get(key, 0) != ledger.get(key, 0):
            yield Difference(key, law.get(key, 0), ledger.get(key, 0))


def waiting() -> set[tuple[str, dt.date]]:
    """Months of providers that the next run will compute again, so that a difference there is no fault."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return set(cursor.fetchall())


def providers_of(subject_key: str) -> set[str]:
    """Every provider that a child ever had a spell at."""
    kin = Child.objects.filter(Q(key=subject_key) | Q(same_as__key=subject_key)).values("pk")
    return set(Enrolment.objects.filter(child__in=kin).values_list("provider__code", flat=True))
