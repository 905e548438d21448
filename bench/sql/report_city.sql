-- The baseline of report_city: the same report as one statement in one session: counts by subdistrict rolled up to
-- districts and city, with residents and target, as the JSON the report freezes. No pieces, no progress, no seal.
-- Parameters: the last day of the month, the moment of knowing, the city's code.
WITH RECURSIVE tree AS (
    SELECT a.id, a.code, s.name, a.level, NULL::varchar AS parent, ARRAY[a.id] AS above
    FROM portal_area a JOIN portal_areaspan s ON s.area_id = a.id AND s.during @> %(on)s::date
    WHERE a.code = %(city)s
    UNION ALL
    SELECT a.id, a.code, s.name, a.level, t.code, t.above || a.id
    FROM tree t
    JOIN portal_areaspan s ON s.parent_id = t.id AND s.during @> %(on)s::date
    JOIN portal_area a ON a.id = s.area_id AND a.level <> 'community'
), open AS MATERIALIZED (
    SELECT w.provider_id, w.street_id, p.keeps_roll,
           EXISTS (SELECT FROM providers_inclusiveagreement a
                   WHERE a.provider_id = w.provider_id AND a.during @> %(on)s::date AND a.recorded_at <= %(known)s
                     AND (a.retracted_at IS NULL OR a.retracted_at > %(known)s)) AS inclusive
    FROM providers_providerspan w
    JOIN providers_standingspan s ON s.provider_id = w.provider_id AND s.standing = 'ACTIVE' AND s.during @> %(on)s::date
     AND s.recorded_at <= %(known)s AND (s.retracted_at IS NULL OR s.retracted_at > %(known)s)
    JOIN providers_provider p ON p.id = w.provider_id
    WHERE w.during @> %(on)s::date AND w.recorded_at <= %(known)s
      AND (w.retracted_at IS NULL OR w.retracted_at > %(known)s)
), placed AS (
    SELECT g.provider_id, count(*) AS places, count(*) FILTER (WHERE x.inclusive) AS inclusive
    FROM providers_place x JOIN providers_classgroup g ON g.id = x.class_group_id
    WHERE x.during @> %(on)s::date AND x.recorded_at <= %(known)s
      AND g.id NOT IN (SELECT z.class_group_id FROM inspections_classsuspension z WHERE z.during @> %(on)s::date
                       AND z.recorded_at <= %(known)s AND (z.retracted_at IS NULL OR z.retracted_at > %(known)s))
    GROUP BY g.provider_id
), enrolled AS (
    SELECT e.provider_id, count(DISTINCT coalesce(d.same_as_id, e.child_id)) AS children
    FROM enrolments_enrolment e LEFT JOIN enrolments_child d ON d.id = e.child_id AND d.same_as_id IS NOT NULL
    WHERE e.during @> %(on)s::date AND e.state <> 'ANNULLED' GROUP BY e.provider_id
), street AS (
    SELECT o.street_id, count(*) AS providers, coalesce(sum(p.places), 0)::int AS places,
           coalesce(sum(p.inclusive) FILTER (WHERE o.inclusive), 0)::int AS inclusive_places,
           coalesce(sum(p.places) FILTER (WHERE o.keeps_roll), 0)::int AS roll_places,
           coalesce(sum(e.children) FILTER (WHERE o.keeps_roll), 0)::int AS enrolled
    FROM open o LEFT JOIN placed p USING (provider_id) LEFT JOIN enrolled e USING (provider_id)
    GROUP BY o.street_id
), rolled AS (
    SELECT t.code, t.name, t.level, t.parent,
           coalesce(sum(s.providers), 0)::int AS providers, coalesce(sum(s.places), 0)::int AS places,
           coalesce(sum(s.inclusive_places), 0)::int AS inclusive_places,
           coalesce(sum(s.roll_places), 0)::int AS roll_places, coalesce(sum(s.enrolled), 0)::int AS enrolled,
           count(u.id) AS streets, count(s.street_id) AS streets_covered, t.id
    FROM tree t
    LEFT JOIN tree u ON t.id = ANY(u.above) AND u.level = 'street'
    LEFT JOIN street s ON s.street_id = u.id
    GROUP BY t.id, t.code, t.name, t.level, t.parent
), people AS (
    SELECT area_id, population, source, is_estimate, year
    FROM quotas_population
    WHERE age_from IS NULL AND recorded_at <= %(known)s AND (retracted_at IS NULL OR retracted_at > %(known)s)
      AND year = (SELECT max(year) FROM quotas_population WHERE year <= extract(year FROM %(on)s::date) AND age_from IS NULL)
), goal AS (
    SELECT value, source FROM quotas_target
    WHERE indicator = 'PLACES_PER_THOUSAND' AND year <= extract(year FROM %(on)s::date) AND recorded_at <= %(known)s
      AND (retracted_at IS NULL OR retracted_at > %(known)s)
      AND area_id = (SELECT id FROM portal_area WHERE code = %(city)s)
    ORDER BY year DESC LIMIT 1
)
SELECT jsonb_build_object('area', %(city)s::text, 'on', %(on)s::date::text, 'population_year', (SELECT max(year) FROM people),
    'lines', jsonb_agg(jsonb_build_object('code', r.code, 'name', r.name, 'level', r.level, 'parent', r.parent,
        'providers', r.providers, 'places', r.places, 'inclusive_places', r.inclusive_places,
        'roll_places', r.roll_places, 'enrolled', r.enrolled, 'streets', r.streets, 'streets_covered', r.streets_covered,
        'population', coalesce(p.population, s.population), 'population_source', coalesce(p.source, s.source, ''),
        'population_is_estimate', coalesce(p.is_estimate, s.is_estimate, false),
        'target', (SELECT trim_scale(value)::text FROM goal), 'target_source', coalesce((SELECT source FROM goal), ''))
        ORDER BY r.code))
FROM rolled r
LEFT JOIN people p ON p.area_id = r.id
LEFT JOIN LATERAL (
    SELECT sum(d.population)::int AS population, min(d.source) AS source, bool_or(d.is_estimate) AS is_estimate
    FROM people d JOIN tree t ON t.id = d.area_id WHERE t.parent = r.code
) s ON p.area_id IS NULL
