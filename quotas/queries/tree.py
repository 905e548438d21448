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


def units_of(nodes: list[Node]) -> dict[str, list[int]]:
    """What is computed in one piece, by code: each district's subdistricts; those without a district by their parent.

    东莞 has no districts: its towns are one piece under the city's own code.
    """
    units: dict[str, list[int]] = {}
    for street in streets_of(nodes):
        units.setdefault(street.parent or street.code, []).append(street.id)
    return units
