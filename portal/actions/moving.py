"""An area moves (区划变动): every row that carries a copy of its path goes where the area belongs now, set-based.

The tables are named by each app in `settings.PANELS["area_copies"]`; what a table does is said there (`AreaCopy`).
Called by `portal.actions.areas` in the transaction that moves the areas.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from portal import clock
from portal.copies import AreaCopy, Follows, area_copies
from portal.models import AuditEvent, PublicNotice, Run

FOLLOW = """
UPDATE {table} t SET area_path = m.new{area}
FROM unnest(%(old)s::text[], %(new)s::text[], %(area)s::bigint[]) AS m (old, new, area)
WHERE t.area_path = m.old{only} RETURNING t.id
"""

# Rows that stay with the area above: also those of an area that has left it before.
FOLLOW_ABOVE = """
UPDATE {table} t SET area_path = m.new || substr(t.area_path, length(m.old) + 1)
FROM unnest(%(old)s::text[], %(new)s::text[]) AS m (old, new)
WHERE starts_with(t.area_path, m.old) AND t.area_path <> m.old{only}
"""

# A dated fact is retracted and told anew, as `providers.actions.spans.follow` does it for one row: until the day with
# the old path, from the day on with the new one. Without a day it was always so.
FOLLOW_FROM_THE_DAY = """
WITH m AS (
    SELECT * FROM unnest(%(old)s::text[], %(new)s::text[], %(area)s::bigint[]) AS m (old, new, area)
), past AS (
    UPDATE {table} t SET retracted_at = %(now)s FROM m
    WHERE t.area_path = m.old AND t.retracted_at IS NULL AND NOT isempty(t.during)
      AND (%(day)s::date IS NULL OR upper_inf(t.during) OR upper(t.during) > %(day)s::date)
    RETURNING t.*, m.new AS new_path, m.area AS new_area
)
INSERT INTO {table} ({columns}{comma_area}, area_path, during, recorded_at)
SELECT {columns}{comma_area}, area_path, daterange(lower(during), %(day)s::date), %(now)s
FROM past WHERE coalesce(lower(during), '-infinity'::date) < %(day)s::date
UNION ALL
SELECT {columns}{new_area}, new_path, daterange(greatest(lower(during), %(day)s::date), upper(during)), %(now)s
FROM past
"""


@dataclass(frozen=True)
class Move:
    """An area's path before and after. `area`: the successor that takes over its rows, where it ended.

    `itself`: it was given another parent, and did not only come along with an area above it.
    """

    old: str
    new: str
    area: int | None = None
    itself: bool = False


@dataclass(frozen=True)
class Step:
    """Moves that take effect on one day (None: it was always so)."""

    day: dt.date | None
    moves: tuple[Move, ...]


def path_of(code: str, parents: Mapping[str, str]) -> str:
    """The codes from the root to an area, each closed by `/`."""
    steps = [code]
    while (code := parents.get(code, "")) and code not in steps:
        steps.append(code)
    return "/".join(reversed(steps)) + "/"


def steps(before: Mapping[str, str], after: Mapping[str, str], since: Mapping[str, dt.date | None]) -> list[Step]:
    """What parents changed from `before` to `after`, by the day `since` which each area has its new one.

    An area that comes along with another is moved too; areas that `before` does not know are new and move nothing.
    """
    parents = {**after, **before}
    moved: dict[dt.date | None, list[str]] = {}
    for code, parent in before.items():
        if after.get(code, parent) != parent:
            moved.setdefault(since.get(code), []).append(code)
    found, paths = [], {code: path_of(code, parents) for code in before}
    for day in sorted(moved, key=lambda one: one or dt.date.min):
        parents |= {code: after[code] for code in moved[day]}
        now = {code: path_of(code, parents) for code in before}
        found.append(
            Step(
                day,
                tuple(
                    Move(paths[code], now[code], itself=code in moved[day])
                    for code in before
                    if paths[code] != now[code]
                ),
            )
        )
        paths = now
    return found


def copies() -> list[AreaCopy]:
    """The portal's own: a notice and a run belong to their area; an audit event is sealed with the area of then."""
    return [
        AreaCopy(PublicNotice, Follows.ALWAYS, area="area"),
        AreaCopy(Run, Follows.ALWAYS),
        AreaCopy(AuditEvent, Follows.NEVER),
    ]


def carry_along(plan: Iterable[Step]) -> int:
    """Bring every copy of a moved path up to date, step by step; gives how many rows that were."""
    plan = [step for step in plan if step.moves]
    tables = area_copies() if plan else []
    return sum(_follow(copy, step) for step in plan for copy in tables)


def _follow(copy: AreaCopy, step: Step) -> int:
    if copy.how is Follows.NEVER:
        return 0
    above = copy.how is Follows.ITS_SUPERIOR
    moves = [move for move in step.moves if move.itself or not above]
    if not moves:
        return 0
    params: dict[str, Any] = {
        "old": [move.old for move in moves],
        "new": [move.new for move in moves],
        "area": [move.area for move in moves],
        "day": step.day,
        "now": clock.now(),
    }
    if copy.how is Follows.FROM_THE_DAY:
        return _run(_dated_sql(copy), params)[0]
    area = f", {_column(copy)} = coalesce(m.area, t.{_column(copy)})" if copy.area else ""
    only = f" AND {copy.only}" if copy.only else ""
    sql = FOLLOW_ABOVE if above else FOLLOW
    count, ids = _run(sql.format(table=_table(copy.model), area=area, only=only), params)
    if copy.then and ids:
        copy.then(ids)
    return count


def _dated_sql(copy: AreaCopy) -> str:
    own = {"id", "area_path", "during", "recorded_at", "retracted_at", copy.area}
    names = [str(field.column) for field in copy.model._meta.concrete_fields if field.name not in own]
    area = f", {_column(copy)}" if copy.area else ""
    new_area = f", coalesce(new_area, {_column(copy)})" if copy.area else ""
    return FOLLOW_FROM_THE_DAY.format(
        table=_table(copy.model), columns=", ".join(names), comma_area=area, new_area=new_area
    )


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _column(copy: AreaCopy) -> str:
    return next(str(field.column) for field in copy.model._meta.concrete_fields if field.name == copy.area)


def _run(sql: str, params: Mapping[str, Any]) -> tuple[int, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount, [pk for (pk,) in cursor.fetchall()] if cursor.description else []
