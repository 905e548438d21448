"""Providers, places and enrolled children by subdistrict on a day, as known at a moment; one set-based statement."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

# A fact counts when it held on the day and had been recorded, and not yet retracted, at the moment of knowing.
# Suspended providers and classes do not count (domain §7); a place is inclusive while an agreement is in force.
COUNTS = """
WITH open AS MATERIALIZED (
    SELECT w.provider_id, w.street_id, p.keeps_roll,
           EXISTS (SELECT FROM providers_inclusiveagreement a
                   WHERE a.provider_id = w.provider_id AND a.during @> %(on)s::date AND {known_a}) AS inclusive
    FROM providers_providerspan w
    JOIN providers_standingspan s ON s.provider_id = w.provider_id AND s.standing = 'ACTIVE'
                                 AND s.during @> %(on)s::date AND {known_s}
    JOIN providers_provider p ON p.id = w.provider_id
    WHERE w.street_id = ANY(%(streets)s) AND w.during @> %(on)s::date AND {known_w}
), stopped AS MATERIALIZED (
    SELECT z.class_group_id FROM inspections_classsuspension z WHERE z.during @> %(on)s::date AND {known_z}
), placed AS (
    SELECT g.provider_id, count(*) AS places, count(*) FILTER (WHERE x.inclusive) AS inclusive
    FROM open o
    JOIN providers_classgroup g ON g.provider_id = o.provider_id
    JOIN providers_place x ON x.class_group_id = g.id
    WHERE x.during @> %(on)s::date AND x.recorded_at <= %(known)s
      AND NOT EXISTS (SELECT FROM stopped z WHERE z.class_group_id = g.id)
    GROUP BY g.provider_id
), enrolled AS (
    SELECT e.provider_id, count(DISTINCT coalesce(d.same_as_id, e.child_id)) AS children
    FROM open o
    JOIN enrolments_enrolment e ON e.provider_id = o.provider_id
    LEFT JOIN enrolments_child d ON d.id = e.child_id AND d.same_as_id IS NOT NULL
    WHERE o.keeps_roll AND e.during @> %(on)s::date AND e.state <> 'ANNULLED'
    GROUP BY e.provider_id
)
SELECT o.street_id, count(*) AS providers,
       coalesce(sum(placed.places), 0)::int AS places,
       coalesce(sum(placed.inclusive) FILTER (WHERE o.inclusive), 0)::int AS inclusive_places,
       coalesce(sum(placed.places) FILTER (WHERE o.keeps_roll), 0)::int AS roll_places,
       coalesce(sum(enrolled.children), 0)::int AS enrolled
FROM open o
LEFT JOIN placed ON placed.provider_id = o.provider_id
LEFT JOIN enrolled ON enrolled.provider_id = o.provider_id
GROUP BY o.street_id
"""
KNOWN = "{0}.recorded_at <= %(known)s AND ({0}.retracted_at IS NULL OR {0}.retracted_at > %(known)s)"
STATEMENT = COUNTS.format(**{f"known_{alias}": KNOWN.format(alias) for alias in "aswz"})


class Counts(NamedTuple):
    """Of an area: open providers, their places, those of providers that keep their roll here, enrolled children."""

    providers: int = 0
    places: int = 0
    inclusive_places: int = 0
    roll_places: int = 0
    enrolled: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(*(one + two for one, two in zip(self, other, strict=True)))


def counts_by_street(streets: Iterable[int], on: dt.date, known: dt.datetime) -> dict[int, Counts]:
    """Counts by subdistrict id; a subdistrict without an open provider is missing."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"streets": list(streets), "on": on, "known": known})
        return {street: Counts(*numbers) for street, *numbers in cursor.fetchall()}
