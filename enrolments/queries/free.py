"""How many places are free from a month on, for the whole city in one statement: the search row's `free` column."""

# Per class the counts of places, mornings and afternoons change on few days. `level` runs them up, `rest` looks from
# each day to the end of time: a place is free for an open end only if no later day is full. A full day needs both
# halves; re-seating makes the count decide (enrolments.seating). %(classes)s comes from providers.search_rows.
# Materialized: joined to classes without statistics (a first import) it would be computed anew for every class.
FREE = """
WITH asked AS MATERIALIZED (
    SELECT greatest(m::date, %(on)s::date) AS day
    FROM generate_series(date_trunc('month', %(on)s::timestamp),
                         date_trunc('month', %(on)s::timestamp) + interval '12 months', '1 month') m
), step AS (
    SELECT class_group_id, greatest(lower(during), %(on)s::date) AS day, 1 AS places, 0 AS am, 0 AS pm
    FROM providers_place WHERE class_group_id = ANY(%(classes)s) AND during && daterange(%(on)s, NULL)
    UNION ALL
    SELECT class_group_id, upper(during), -1, 0, 0
    FROM providers_place WHERE class_group_id = ANY(%(classes)s) AND upper(during) > %(on)s
    UNION ALL
    SELECT class_group_id, greatest(lower(during), %(on)s::date), 0, (halves @> 0)::int, (halves @> 1)::int
    FROM enrolments_occupancy WHERE class_group_id = ANY(%(classes)s) AND during && daterange(%(on)s, NULL)
      AND (expires_at IS NULL OR expires_at > %(on)s::timestamp AT TIME ZONE 'Asia/Shanghai')
    UNION ALL
    SELECT class_group_id, upper(during), 0, -(halves @> 0)::int, -(halves @> 1)::int
    FROM enrolments_occupancy WHERE class_group_id = ANY(%(classes)s) AND upper(during) > %(on)s
      AND (expires_at IS NULL OR expires_at > %(on)s::timestamp AT TIME ZONE 'Asia/Shanghai')
    UNION ALL
    SELECT class_group_id, day, 0, 0, 0 FROM unnest(%(classes)s::bigint[]) class_group_id, asked
), change AS (
    SELECT class_group_id, day, sum(places) AS places, sum(am) AS am, sum(pm) AS pm
    FROM step GROUP BY class_group_id, day
), level AS (
    SELECT class_group_id, day, sum(places) OVER upto AS places, sum(am) OVER upto AS am, sum(pm) OVER upto AS pm
    FROM change WINDOW upto AS (PARTITION BY class_group_id ORDER BY day)
), rest AS (
    SELECT class_group_id, day, min(places - greatest(am, pm)) OVER onwards AS both_halves,
           min(places - am) OVER onwards AS mornings, min(places - pm) OVER onwards AS afternoons
    FROM level WINDOW onwards AS (PARTITION BY class_group_id ORDER BY day DESC)
), answer AS MATERIALIZED (
    SELECT class_group_id, mode, array_agg(greatest(free, 0)::smallint ORDER BY day) AS value
    FROM rest JOIN asked USING (day)
    CROSS JOIN LATERAL (VALUES ('full', both_halves), ('am', mornings), ('pm', afternoons)) of_mode (mode, free)
    GROUP BY class_group_id, mode
)
SELECT class_group_id, mode, value FROM answer
"""
