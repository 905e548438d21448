"""`search_sql`: the parents' search with all it promises against the barest statement with the same WHERE."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from bench import place
from bench.measure import load

NAME = "search_sql"
DATASET = "search"
VERSION = 1
direction = "smaller"
LIMIT = 1.5
SIZE = place.scaled(providers=120_000)
POINTS = 1_000
TODAY = dt.date(2025, 7, 10)
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"modes": ("full",)},
    {"age_months": 20},
    {"vacancy": True},
    {"inclusive": True, "max_fee_fen": 200_000},
    {"kinds": ("PUBLIC", "CENTRE")},
    {"min_rating": 4, "modes": ("full",)},
    {"age_months": 30, "modes": ("am", "pm"), "vacancy": True},
    {"max_fee_fen": 100_000},  # this and the next match almost nothing
    {"min_rating": 5, "kinds": ("FAMILY",), "max_fee_fen": 110_000},
)
BASE = """
SELECT r.provider_id, r.mode, r.kind, r.lng, r.lat, r.fee_fen, r.inclusive, r.rating, r.confirmed_at
FROM providers_searchrow r WHERE {where} ORDER BY r.point <-> point(%(x)s, %(y)s) LIMIT 20
"""


def prepare() -> None:
    """120,000 providers."""
    load("search_data.sql", **SIZE)


def questions() -> Iterator[Any]:
    """Seeded points, the filters in turn."""
    from providers.queries.nearby import Asked

    dice = random.Random(1)
    for number in range(POINTS):
        lng, lat = 113 + dice.random(), 22.8 + dice.random() * 0.8
        yield Asked(lng=lng, lat=lat, month=TODAY.replace(day=1), today=TODAY, **FILTERS[number % len(FILTERS)])


def ours() -> None:
    """The full statement: best fit a provider, great circles, the bound of completeness."""
    from providers.queries.nearby import nearby

    for asked in questions():
        nearby(asked)


def base() -> None:
    """Nearest twenty rows on the plane, nothing else."""
    from django.db import connection

    from providers.queries.nearby import filters_of

    with connection.cursor() as cursor:
        for asked in questions():
            where, params = filters_of(asked)
            cursor.execute(BASE.format(where=where), params)
            cursor.fetchall()
