"""The nearby search (找托位): the whole statement in one place, and the loop that makes its answer honest.

A Mercator index gives candidates nearest first; great-circle metres give the order. Mercator order alone is wrong in a
fifth of the lists far north, so a round takes more rows than asked for, and the answer says how far around it is
complete. When the rows taken do not cover the answer, the next round takes twice as many; how many sufficed is
remembered for each combination of filters, because rows per provider differ by it (a class and mode each have one).
"""

import datetime as dt
import uuid
from collections.abc import Hashable
from dataclasses import dataclass
from math import ceil, cos, inf, radians
from typing import Any, NamedTuple

from portal.coordinates import EARTH_RADIUS_M, Point, mercator_m, surely_within_m, widest_mercator_m
from providers.queries.prepared import fetch_all

LEAST_TAKE = 2  # times the limit
MOST_TAKE = 16  # times the limit: more is asked for again, not remembered

MONTH_OF_ROW = "(extract(year FROM r.base_month) * 12 + extract(month FROM r.base_month))::int"
# Nearly always the rows speak from the month the caller counts from; the arithmetic is for the minutes after midnight.
FREE = f"""r.free[CASE WHEN r.base_month = %(base)s THEN %(index)s
                ELSE %(index)s + %(base_number)s - {MONTH_OF_ROW} END]"""

FILTERS = {
    "age_months": "r.age_from <= %(age_months)s AND r.age_to > %(age_months)s",
    "modes": "r.mode = ANY(%(modes)s)",
    "kinds": "r.kind = ANY(%(kinds)s)",
    "max_fee_fen": "r.fee_fen <= %(max_fee_fen)s",
    "min_rating": "r.rating >= %(min_rating)s",
    "inclusive": "r.inclusive = %(inclusive)s",
}
VACANCY = {True: f"{FREE} > 0", False: f"{FREE} = 0"}

ORDERS = {
    "distance": "metres, provider_id",
    "fee": "fee_fen ASC NULLS LAST, metres, provider_id",
    "rating": "rating DESC NULLS LAST, metres, provider_id",
    "freshness": "confirmed_at DESC NULLS LAST, metres, provider_id",
}
# Of one provider's rows the parent sees: one with a free place, else one where asking may help; full days before half
# days before single hours (their fees do not compare); then the cheapest.
BY_MODE = "array_position(ARRAY['full', 'am', 'pm', 'hourly', 'temporary'], mode::text)"
BY_FEE = f"{BY_MODE}, fee_fen ASC NULLS LAST"
BY_PLACE = "CASE WHEN free_places > 0 THEN 0 WHEN free_places IS NULL THEN 1 ELSE 2 END"
FIT = f"{BY_PLACE}, {BY_FEE}, class_group_id"
FITS = {"fee": f"{BY_FEE}, {BY_PLACE}, class_group_id"}

METRES = f"""2 * {EARTH_RADIUS_M} * asin(least(1, sqrt(
    power(sin(radians(lat - %(lat)s) / 2), 2)
    + cos(radians(%(lat)s)) * cos(radians(lat)) * power(sin(radians(lng - %(lng)s) / 2), 2))))"""

ROWS = f"""
SELECT r.public_id, r.name, r.kind, r.lng, r.lat, r.fee_fen, {FREE} AS free_places, r.rating, r.inclusive,
       r.confirmed_at, r.mode, r.provider_id, r.class_group_id, r.point <-> point(%(x)s, %(y)s) AS mercator
FROM providers_searchrow r WHERE {{where}}"""

FOUND = "public_id, name, kind, lng, lat, metres, fee_fen, free_places, rating, inclusive, confirmed_at, mode"

# Nearest first: so many rows by the index, one of each provider, in true order; one more than asked for, so that the
# nearest one left out is known. `taken` and `reach` say how far the rows go.
NEAREST = f"""
SELECT {FOUND}, mercator, taken, reach FROM (
    SELECT DISTINCT ON (provider_id) rows.*, {METRES} AS metres,
           count(*) OVER () AS taken, max(mercator) OVER () AS reach
    FROM ({ROWS} ORDER BY r.point <-> point(%(x)s, %(y)s) LIMIT {{take}}) rows
    ORDER BY provider_id, {FIT}) fit
ORDER BY {ORDERS["distance"]} LIMIT {{more}}"""

# Any other order looks at everything in the circle; `left_out` is the nearest of those after the row.
SORTED = f"""
SELECT {FOUND}, min(metres) OVER (ORDER BY {{order}} ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS left_out
FROM (SELECT DISTINCT ON (provider_id) rows.*, {METRES} AS metres FROM ({ROWS}) rows
      ORDER BY provider_id, {{fit}}) fit
WHERE metres <= %(radius_m)s ORDER BY {{order}} LIMIT {{limit}}"""

TYPES = {
    "x": "float8", "y": "float8", "reach": "float8", "lng": "float8", "lat": "float8", "radius_m": "float8",
    "base": "date", "base_number": "int", "index": "int", "age_months": "int", "modes": "text[]", "kinds": "text[]",
    "max_fee_fen": "int", "min_rating": "int", "inclusive": "bool",
}  # fmt: skip

_sufficed: dict[Hashable, int] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a parent asks: a point, how far, and what must fit. `month` = first day of the month care begins."""

    lng: float
    lat: float
    month: dt.date
    today: dt.date
    radius_m: int = 3000
    age_months: int | None = None
    modes: tuple[str, ...] = ()
    inclusive: bool | None = None
    vacancy: bool | None = None
    max_fee_fen: int | None = None
    min_rating: int | None = None
    kinds: tuple[str, ...] = ()
    sort: str = "distance"
    limit: int = 20


class Found(NamedTuple):
    """One provider with its best fitting class: `free_places` None = ask by phone, `rating` None = unrated."""

    public_id: uuid.UUID
    name: str
    kind: str
    lng: float
    lat: float
    distance_m: float
    fee_fen: int | None
    free_places: int | None
    rating: int | None
    inclusive: bool
    confirmed_at: dt.datetime | None
    mode: str


@dataclass(frozen=True, slots=True)
class Nearby:
    """The list and how far around the point nothing that fits is missing from it."""

    results: list[Found]
    complete_within_m: int


def nearby(asked: Asked) -> Nearby:
    """The providers that fit, in the asked order; usually one statement."""
    return _nearest(asked) if asked.sort == "distance" else _sorted(asked)


def _nearest(asked: Asked) -> Nearby:
    """Round after round until the rows taken surely hold the whole list."""
    where, params = filters_of(asked)
    take = _sufficed.get((where, asked.limit), LEAST_TAKE * asked.limit)
    while True:
        rows = fetch_all(NEAREST.format(where=where, take=take, more=asked.limit + 1), params, TYPES)
        taken, reach = rows[0][13:15] if rows else (0, 0.0)
        covered_m = inf if taken < take else _covered_m(asked, reach)
        # Of the provider at the very edge not every row may have been taken: it belongs to the next round.
        found = [
            Found._make(row[:12]) for row in rows if row[5] <= asked.radius_m and (covered_m == inf or row[12] < reach)
        ]
        if covered_m == inf or (len(found) >= asked.limit and found[asked.limit - 1].distance_m < covered_m):
            _sufficed[where, asked.limit] = min(take, MOST_TAKE * asked.limit)
            left_out = [row.distance_m for row in found[asked.limit :]]
            return Nearby(found[: asked.limit], _whole_m(asked, min([covered_m, *left_out])))
        take *= 2


def _sorted(asked: Asked) -> Nearby:
    """By fee, rating or freshness over everything within the radius."""
    where, params = filters_of(asked)
    fit, order = FITS.get(asked.sort, FIT), ORDERS[asked.sort]
    rows = fetch_all(SORTED.format(where=where, fit=fit, order=order, limit=asked.limit), params, TYPES)
    left_out = rows[-1][12] if rows else None
    return Nearby([Found._make(row[:12]) for row in rows], _whole_m(asked, inf if left_out is None else left_out))


def _whole_m(asked: Asked, nothing_before_m: float) -> int:
    """The largest whole number of metres within which nothing is missing, when the first that may be is so far away."""
    return asked.radius_m if nothing_before_m > asked.radius_m else max(0, ceil(nothing_before_m) - 1)


def _covered_m(asked: Asked, reach: float) -> float:
    """Metres around the point that a Mercator circle of `reach` surely holds: the better of two safe estimates."""
    centre = Point(asked.lng, asked.lat)
    nearer = min(asked.radius_m, reach * cos(radians(abs(asked.lat))))
    return max(surely_within_m(centre, reach, asked.radius_m), surely_within_m(centre, reach, nearer))


def filters_of(asked: Asked) -> tuple[str, dict[str, Any]]:
    """The WHERE clause over the search rows `r` and all parameters; the bench's baseline uses the same one."""
    centre = Point(asked.lng, asked.lat)
    x, y = mercator_m(centre)
    values = {name: getattr(asked, name) for name in FILTERS}
    values["modes"], values["kinds"] = list(asked.modes) or None, list(asked.kinds) or None
    where = ["r.point <@ circle(point(%(x)s, %(y)s), %(reach)s)"]
    where += [sql for name, sql in FILTERS.items() if values[name] is not None]
    if asked.vacancy is not None:
        where.append(VACANCY[asked.vacancy])
    base = asked.today.replace(day=1)
    number = base.year * 12 + base.month
    params = values | {
        "x": x,
        "y": y,
        "reach": widest_mercator_m(centre, asked.radius_m),
        "base": base,
        "base_number": number,
        "index": asked.month.year * 12 + asked.month.month - number + 1,
        "lng": asked.lng,
        "lat": asked.lat,
        "radius_m": asked.radius_m,
    }
    return " AND ".join(where), params
