"""The nearby search (找托位): the whole statement in one place, and the loop that makes its answer honest.

A Mercator index gives candidates nearest first; great-circle metres give the order. Mercator order alone is wrong in a
fifth of the lists far north, so the statement takes four times as many rows as asked for and the answer says how far
around it is complete. If the rows taken do not cover the answer, it goes on with four times as many.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from math import ceil, cos, inf, radians
from typing import Any

from django.db import connection

from portal.coordinates import EARTH_RADIUS_M, Point, mercator_m, surely_within_m, widest_mercator_m

FIRST_TAKE = 4  # times the limit
GO_ON = 4  # times the last take
EVERYTHING = 2**31 - 1  # rows of another order than distance have no nearest first

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
    "distance": "distance_m, provider_id",
    "fee": "fee_fen ASC NULLS LAST, distance_m, provider_id",
    "rating": "rating DESC NULLS LAST, distance_m, provider_id",
    "freshness": "confirmed_at DESC NULLS LAST, distance_m, provider_id",
}
# Of one provider's rows the parent sees: one with a free place, else one where asking may help; full days before half
# days before single hours (their fees do not compare); then the cheapest.
BY_MODE = "array_position(ARRAY['full', 'am', 'pm', 'hourly', 'temporary'], mode::text)"
BY_FEE = f"{BY_MODE}, fee_fen ASC NULLS LAST"
BY_PLACE = "(free_places > 0) DESC NULLS LAST, free_places IS NULL DESC"
FIT = f"{BY_PLACE}, {BY_FEE}, class_group_id"
FITS = {"fee": f"{BY_FEE}, {BY_PLACE}, class_group_id"}

NEAR = """
SELECT r.provider_id, r.class_group_id, r.mode, r.kind, r.lng, r.lat, r.fee_fen, r.inclusive, r.rating,
       r.confirmed_at, {free} AS free_places, r.point <-> point(%(x)s, %(y)s) AS mercator
FROM providers_searchrow r
WHERE {where}
"""

STATEMENT = """
WITH near AS MATERIALIZED ({near}{nearest}),
taken AS (SELECT count(*) AS rows, max(mercator) AS reach FROM near),
fit AS (
    SELECT DISTINCT ON (provider_id) near.*, 2 * {radius} * asin(least(1, sqrt(
               power(sin(radians(lat - %(lat)s) / 2), 2)
               + cos(radians(%(lat)s)) * cos(radians(lat)) * power(sin(radians(lng - %(lng)s) / 2), 2)))) AS distance_m
    FROM near, taken WHERE taken.rows < %(take)s OR near.mercator < taken.reach
    ORDER BY provider_id, {fit}
),
ranked AS (
    SELECT fit.*, row_number() OVER (ORDER BY {order}) AS rank FROM fit WHERE distance_m <= %(radius_m)s
)
SELECT p.public_id, p.name, ranked.kind, ranked.lng, ranked.lat, ranked.distance_m, ranked.fee_fen,
       ranked.free_places, ranked.rating, ranked.inclusive, ranked.confirmed_at, ranked.mode, ranked.rank,
       taken.rows, taken.reach, (SELECT min(distance_m) FROM ranked WHERE rank > %(limit)s) AS omitted_m
FROM taken
LEFT JOIN (SELECT * FROM ranked WHERE rank <= %(limit)s) ranked ON true
LEFT JOIN providers_provider p ON p.id = ranked.provider_id
ORDER BY ranked.rank
"""


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


@dataclass(frozen=True, slots=True)
class Found:
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
    take = FIRST_TAKE * asked.limit if asked.sort == "distance" else EVERYTHING
    while True:
        found, taken, reach, omitted_m = _run(asked, take)
        covered_m = inf if taken < take else _covered_m(asked, reach)
        if covered_m == inf or (len(found) == asked.limit and found[-1].distance_m < covered_m):
            nothing_before_m = min(covered_m, omitted_m)
            whole = asked.radius_m if nothing_before_m > asked.radius_m else max(0, ceil(nothing_before_m) - 1)
            return Nearby(found, whole)
        take *= GO_ON


def _covered_m(asked: Asked, reach: float) -> float:
    """Metres around the point that a Mercator circle of `reach` surely holds: the better of two safe estimates."""
    centre = Point(asked.lng, asked.lat)
    nearer = min(asked.radius_m, reach * cos(radians(abs(asked.lat))))
    return max(surely_within_m(centre, reach, asked.radius_m), surely_within_m(centre, reach, nearer))


def _run(asked: Asked, take: int) -> tuple[list[Found], int, float, float]:
    """One round: the list, rows taken, Mercator reach of the last one, metres of the nearest one left out."""
    statement, params = statement_of(asked, take)
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = cursor.fetchall()
    taken, reach, omitted_m = rows[0][13:16]
    found = [Found(*row[:12]) for row in rows if row[0] is not None]
    return found, taken, reach or 0.0, inf if omitted_m is None else omitted_m


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
    }
    return " AND ".join(where), params


def statement_of(asked: Asked, take: int) -> tuple[str, dict[str, Any]]:
    """The full SQL with its parameters."""
    where, params = filters_of(asked)
    statement = STATEMENT.format(
        near=NEAR.format(free=FREE, where=where),
        nearest="" if take == EVERYTHING else "ORDER BY r.point <-> point(%(x)s, %(y)s) LIMIT %(take)s",
        radius=EARTH_RADIUS_M,
        fit=FITS.get(asked.sort, FIT),
        order=ORDERS[asked.sort],
    )
    params |= {
        "lng": asked.lng,
        "lat": asked.lat,
        "radius_m": asked.radius_m,
        "limit": asked.limit,
        "take": take,
    }
    return statement, params
