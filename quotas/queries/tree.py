"""The area tree as it was on a day: names and parents from their spans, never from the digits of a code."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from portal.models import Area, AreaLevel

TREE = """
WITH RECURSIVE tree AS (
    SELECT a.id, a.code, s.name, a.level, NULL::varchar AS parent, a.path
    FROM portal_area a JOIN portal_areaspan s ON s.area_id = a.id AND s.during @> %(on)s::date
    WHERE a.id = %(area)s
    UNION ALL
    SELECT a.id, a.code, s.name, a.level, t.code, a.path
    FROM tree t
    JOIN portal_areaspan s ON s.parent_id = t.id AND s.during @> %(on)s::date
    JOIN portal_area a ON a.id = s.area_id AND a.level <> 'community'
)
SELECT id, code, name, level, parent, path FROM tree ORDER BY path COLLATE "C"
"""


@dataclass(frozen=True)
class Node:
    """An area on the day: `parent` is a code, None for the root."""

    id: int
    code: str
    name: str
    level: str
    parent: str | None
    path: str


def tree_on(area: Area, on: dt.date) -> list[Node]:
    """The area and all beneath it down to subdistricts, parents before children; one query."""
    with connection.cursor() as cursor:
        cursor.execute(TREE, {"area": area.pk, "on": on})
        return in_order([Node(*row) for row in cursor.fetchall()])


def in_order(nodes: list[Node]) -> list[Node]:
    """Parents before their children, siblings by code, whatever today's paths say of a past day."""
    beneath: dict[str | None, list[Node]] = {}
    for node in nodes:
        beneath.setdefault(node.parent, []).append(node)
    ordered: list[Node] = []

    def add(parent: str | None) -> None:
        for node in sorted(beneath.get(parent, []), key=lambda one: one.code):
            ordered.append(node)
            add(node.code)

    add(None)
    return ordered


def streets_of(nodes: Iterable[Node]) -> list[Node]:
    """The subdistricts and towns."""
    return [node for node in nodes if node.level == AreaLevel.STREET]


PIECE = 96  # subdistricts: enough counting to be worth a worker's while; two workers share a city of Guangzhou's size


def pieces_of(nodes: list[Node], most: int = PIECE) -> dict[str, dict[str, int]]:
    """What a worker computes at a time: whole districts up to `most` subdistricts (code → id), by the first one's code.

    With a piece for each of 11 districts, handing the work out took longer than the counting (bench report_city).
    东莞 has no districts: its towns are one piece under the city's own code.
    """
    districts: dict[str, dict[str, int]] = {}
    for street in streets_of(nodes):
        districts.setdefault(street.parent or street.code, {})[street.code] = street.id
    pieces: dict[str, dict[str, int]] = {}
    key = ""
    for code, streets in districts.items():
        if not key or len(pieces[key]) + len(streets) > most:
            key = code
            pieces[key] = {}
        pieces[key] |= streets
    return pieces
