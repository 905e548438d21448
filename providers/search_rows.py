"""The rows the parents' search reads, rewritten from facts in one set-based statement (design §3, Nearby search).

Actions rewrite their provider's rows in their own transaction; a task at 00:05 rewrites the lapsed ones. Columns that
only an upper app knows come as SQL through `settings.PANELS["search_columns"]`:

* `free`: `smallint[13]`, places free from the first of each month for an open end (index 1 = the month of `on`, counted
  from `on`); missing = ask by phone;
* `rating`: `smallint`, 1 to 5; missing = unrated;
* `suspended`: `boolean`, true for a single class stopped by decision: it has no row.

Each is a SELECT giving `(class_group_id, mode, value)` (mode NULL = every mode) with `%(on)s`, the day, as parameter.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from portal import clock, panels
from providers.rules.ages import AGES  # completed months by band

HORIZON_MONTHS = 13
BATCH = 500  # providers a transaction of the nightly rewrite holds

COLUMNS = {"free": "smallint[]", "rating": "smallint", "suspended": "boolean"}

REWRITE = """
WITH target AS MATERIALIZED (
    SELECT p.* FROM providers_provider p WHERE p.id = ANY(%(providers)s)
), class AS MATERIALIZED (
    SELECT g.id, g.provider_id, g.band, g.opened_on, g.closed_on, greatest(g.opened_on, %(on)s::date) AS shown_on
    FROM providers_classgroup g JOIN target t ON t.id = g.provider_id
    WHERE t.standing = 'ACTIVE' AND g.opened_on < %(horizon)s AND (g.closed_on IS NULL OR g.closed_on > %(on)s)
), price AS (
    SELECT f.class_group_id, f.mode, f.amount_fen
    FROM providers_fee f JOIN class c ON c.id = f.class_group_id
    WHERE f.retracted_at IS NULL AND f.during @> c.shown_on
), agreement AS (
    SELECT a.provider_id FROM providers_inclusiveagreement a JOIN target t ON t.id = a.provider_id
    WHERE a.retracted_at IS NULL AND a.during @> %(on)s::date
), declared AS (
    SELECT DISTINCT ON (v.class_group_id) v.class_group_id, v.free_full, v.declared_at, v.valid_until,
           greatest(v.free_half, v.free_full) AS free_half
    FROM providers_vacancydeclaration v JOIN class c ON c.id = v.class_group_id
    ORDER BY v.class_group_id, v.declared_at DESC, v.id DESC
), turning AS (
    SELECT class_group_id, min(day) AS day FROM (
        SELECT c.id AS class_group_id, unnest(ARRAY[c.opened_on, c.closed_on]) AS day FROM class c
        UNION ALL
        SELECT c.id, unnest(ARRAY[lower(s.during), upper(s.during)])
        FROM class c JOIN providers_place s ON s.class_group_id = c.id
        UNION ALL
        SELECT c.id, unnest(ARRAY[lower(f.during), upper(f.during)])
        FROM class c JOIN providers_fee f ON f.class_group_id = c.id AND f.retracted_at IS NULL
        UNION ALL
        SELECT c.id, unnest(ARRAY[lower(a.during), upper(a.during)])
        FROM class c JOIN providers_inclusiveagreement a ON a.provider_id = c.provider_id AND a.retracted_at IS NULL
        UNION ALL
        SELECT d.class_group_id, d.valid_until + 1 FROM declared d
    ) days WHERE day > %(on)s GROUP BY class_group_id
), wanted AS (
    SELECT c.id AS class_group_id, c.provider_id, t.public_id, t.name, coalesce(price.mode, 'full') AS mode,
           t.kind, t.lng, t.lat, t.point,
           ages.age_from, ages.age_to, price.amount_fen AS fee_fen,
           CASE WHEN NOT t.keeps_roll THEN (
               SELECT array_agg(CASE WHEN d.valid_until < %(on)s OR d.valid_until < m THEN NULL
                                     WHEN coalesce(price.mode, 'full') = 'full' THEN d.free_full
                                     WHEN price.mode IN ('am', 'pm') THEN d.free_half END::smallint ORDER BY m)
               FROM declared d,
                    generate_series(%(base)s::timestamp, %(base)s::timestamp + interval '12 months', '1 month') m
               WHERE d.class_group_id = c.id HAVING max(d.valid_until) >= %(on)s
           ) ELSE {free} END AS free,
           EXISTS (SELECT FROM agreement a WHERE a.provider_id = c.provider_id)
               AND EXISTS (SELECT FROM providers_place s
                           WHERE s.class_group_id = c.id AND s.inclusive AND s.during @> c.shown_on) AS inclusive,
           {rating} AS rating,
           CASE WHEN t.keeps_roll THEN t.confirmed_at
                ELSE greatest(t.confirmed_at, (SELECT d.declared_at FROM declared d
                              WHERE d.class_group_id = c.id AND d.valid_until >= %(on)s)) END AS confirmed_at,
           least(%(base)s::date + interval '1 month', turning.day)::date AS valid_until
    FROM class c
    JOIN target t ON t.id = c.provider_id
    JOIN (VALUES {ages}) ages (band, age_from, age_to) ON ages.band = c.band
    LEFT JOIN price ON price.class_group_id = c.id
    LEFT JOIN turning ON turning.class_group_id = c.id
    {joins}
    WHERE {suspended} IS NOT TRUE
), gone AS (
    DELETE FROM providers_searchrow r USING target t
    WHERE r.provider_id = t.id
      AND NOT EXISTS (SELECT FROM wanted w WHERE w.class_group_id = r.class_group_id AND w.mode = r.mode)
)
INSERT INTO providers_searchrow (class_group_id, provider_id, public_id, name, mode, kind, lng, lat, point, age_from,
                                 age_to, fee_fen, base_month, free, inclusive, rating, confirmed_at, valid_until)
SELECT class_group_id, provider_id, public_id, name, mode, kind, lng, lat, point, age_from, age_to, fee_fen,
       %(base)s, free, inclusive, rating, confirmed_at, valid_until
FROM wanted
ON CONFLICT (class_group_id, mode) DO UPDATE SET
    provider_id = excluded.provider_id, public_id = excluded.public_id, name = excluded.name, kind = excluded.kind,
    lng = excluded.lng, lat = excluded.lat,
    point = excluded.point, age_from = excluded.age_from, age_to = excluded.age_to, fee_fen = excluded.fee_fen,
    base_month = excluded.base_month, free = excluded.free, inclusive = excluded.inclusive, rating = excluded.rating,
    confirmed_at = excluded.confirmed_at, valid_until = excluded.valid_until
"""

LAPSED = """
SELECT provider_id FROM providers_searchrow WHERE valid_until <= %(on)s OR base_month > %(on)s
UNION
SELECT g.provider_id FROM providers_classgroup g JOIN providers_provider p ON p.id = g.provider_id
WHERE p.standing = 'ACTIVE' AND g.opened_on < %(horizon)s AND (g.closed_on IS NULL OR g.closed_on > %(on)s)
  AND NOT EXISTS (SELECT FROM providers_searchrow r WHERE r.class_group_id = g.id)
ORDER BY provider_id
"""


@transaction.atomic
def rewrite(providers: int | Iterable[int], *, on: dt.date | None = None) -> int:
    """Rewrite the rows of these providers as of `on` (today); gives how many rows there are now.

    Call it last in the transaction that changed a fact. Two writers of one provider wait for each other here and the
    second one reads what the first one wrote, so no stale number is put back.
    """
    ids = sorted({providers} if isinstance(providers, int) else set(providers))
    if not ids:
        return 0
    _wait_for_others(ids)
    with connection.cursor() as cursor:
        statement, params = _statement(ids, on or clock.today())
        cursor.execute(statement, params)
        return cursor.rowcount


def rewrite_lapsed(on: dt.date | None = None) -> int:
    """Rewrite every provider with a row whose day has come; gives how many providers. Safe to repeat at any time."""
    day = on or clock.today()
    with connection.cursor() as cursor:
        cursor.execute(LAPSED, {"on": day, "horizon": _horizon(day)})
        ids = [row[0] for row in cursor.fetchall()]
    for start in range(0, len(ids), BATCH):
        rewrite(ids[start : start + BATCH], on=day)
    return len(ids)


def _wait_for_others(ids: Sequence[int]) -> None:
    """Serialise writers of the same provider's rows; many providers at once take the whole table instead."""
    with connection.cursor() as cursor:
        if len(ids) <= BATCH:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('search:' || id, 0)) FROM unnest(%s::bigint[]) id", [ids]
            )
        else:
            cursor.execute("LOCK TABLE providers_searchrow IN SHARE ROW EXCLUSIVE MODE")


def _horizon(on: dt.date) -> dt.date:
    """The first day no column speaks of any more."""
    return on.replace(year=on.year + 1, month=on.month, day=1) + dt.timedelta(days=31)


def _statement(ids: list[int], on: dt.date) -> tuple[str, dict[str, object]]:
    """The statement with the columns the upper apps registered, each cut to the classes in question."""
    sql = {column.name: column.sql for column in panels.collect("search_columns")}
    joins, values = [], {}
    for name, kind in COLUMNS.items():
        if name not in sql:
            values[name] = f"NULL::{kind}"
            continue
        values[name] = f"column_{name}.value"
        joins.append(
            f"LEFT JOIN (SELECT * FROM ({sql[name]}) every WHERE every.class_group_id = ANY(%(classes)s)) column_{name}"
            f" ON column_{name}.class_group_id = c.id"
            f" AND (column_{name}.mode IS NULL OR column_{name}.mode = coalesce(price.mode, 'full'))"
        )
    ages = ", ".join(f"('{band}', {low}, {high})" for band, (low, high) in AGES.items())
    statement = REWRITE.format(ages=ages, joins="\n    ".join(joins), **values)
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(id) FROM providers_classgroup WHERE provider_id = ANY(%s)", [ids])
        classes = cursor.fetchone()[0] or []
    return statement, {
        "providers": ids,
        "classes": classes,
        "on": on,
        "base": on.replace(day=1),
        "horizon": _horizon(on),
    }
