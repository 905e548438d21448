-- Facts of one city for the close: {children} children at {providers} providers in 11 districts, {months} months of
-- attendance up to June 2025. Deterministic; set-based; the proportions are those of the demo city: 64 % of providers
-- are recognised, 41 % (all of them recognised) keep a roll, with some 31 children each, seven in ten in
-- classes of the older, one in eleven for half a day, come in over the ten months before.
-- The largest district has five times the providers of the smallest.
-- Harder than the demo city on purpose: one child in 200 changes provider within June, one in 2,000 has a second record
-- with the same number, places run out, and so do the months of the year.

INSERT INTO portal_area (code, name, level, parent_id, path, official) VALUES ('4401', 'Bench', 'city', NULL, '4401/', true);
INSERT INTO portal_area (code, name, level, parent_id, path, official)
SELECT '4401' || lpad(d::text, 2, '0'), 'District ' || d, 'district', (SELECT id FROM portal_area WHERE code = '4401'),
       '4401/4401' || lpad(d::text, 2, '0') || '/', true
FROM generate_series(3, 13) d;
INSERT INTO portal_area (code, name, level, parent_id, path, official)
SELECT a.code || lpad(s::text, 3, '0'), 'Street ' || s, 'street', a.id, a.path || a.code || lpad(s::text, 3, '0') || '/', true
FROM portal_area a, generate_series(1, 16) s WHERE a.level = 'district';

INSERT INTO portal_calendarday (day, working, name)
SELECT d::date, extract(isodow FROM d) < 6, '' FROM generate_series('2024-01-01'::date, '2026-12-31', interval '1 day') d;

INSERT INTO providers_provider (public_id, code, name, kind, credit_code, authority, street_id, area_path, address, lng, lat,
    crs, given_lng, given_lat, phone, legal_person, head, intro, keeps_roll, standing, filed_on, version, created_at)
SELECT gen_random_uuid(), 'B' || lpad(n::text, 6, '0'), 'Bench ' || n,
       CASE WHEN n % 25 < 8 THEN 'KINDER' WHEN n % 25 < 15 THEN 'PRIVATE_FP' WHEN n % 25 < 19 THEN 'PUB_PRIV'
            WHEN n % 25 < 21 THEN 'PRIVATE_NP' WHEN n % 25 < 23 THEN 'COMMUNITY' WHEN n % 25 = 23 THEN 'PUBLIC'
            WHEN n % 2 = 0 THEN 'EMPLOYER' ELSE 'CENTRE' END,
       'X' || lpad(n::text, 17, '0'), 'MARKET', a.id, a.path, 'No. ' || n, 113.3, 23.1, 'wgs84', 113.3, 23.1, '', '', '', '',
       n % 11 < 7 AND n % 22 < 13, 'ACTIVE', '2024-01-01', 1, '2024-01-01Z'
FROM (SELECT n, width_bucket(n * 7919 % 1000, ARRAY[73,133,232,351,543,614,750,835,882,922]) AS d
      FROM generate_series(1, {providers}) n) n
JOIN portal_area a ON a.code = '4401' || lpad((d + 3)::text, 2, '0') || lpad((1 + n % 16)::text, 3, '0');
INSERT INTO providers_providerspan (provider_id, kind, name, street_id, area_path, during, recorded_at)
SELECT id, kind, name, street_id, area_path, '[2024-01-01,)', '2024-01-01Z' FROM providers_provider;
INSERT INTO providers_standingspan (provider_id, standing, during, recorded_at)
SELECT id, CASE WHEN id % 40 = 0 THEN 'SUSPENDED' ELSE 'ACTIVE' END, '[2024-01-01,)', '2024-01-01Z' FROM providers_provider;
-- Recognised with places for half the children: too few here and there.
INSERT INTO providers_inclusiveagreement (provider_id, number, places, during, recorded_at)
SELECT id, 'A' || id, greatest(1, {children} * 22 / {providers} / 22 + id % 5), '[2024-01-01,)', '2024-01-01Z'
FROM providers_provider WHERE substr(code, 2)::int % 11 < 7;
INSERT INTO inspections_ratingspan (provider_id, grade, during, recorded_at)
SELECT id, 1 + id % 5, '[2024-06-01,)', '2024-06-01Z' FROM providers_provider WHERE id % 4 > 0;

INSERT INTO providers_classgroup (public_id, provider_id, code, name, band, opened_on, version)
SELECT gen_random_uuid(), p.id, 'C' || g, 'Class ' || g,
       CASE WHEN b < 17 THEN 'OLDER' WHEN b < 21 THEN 'YOUNGER' WHEN b < 24 THEN 'MIXED' ELSE 'INFANT' END, '2024-01-01', 1
FROM providers_provider p, generate_series(1, 4) g, LATERAL (SELECT (p.id * 4 + g) * 7 % 25 AS b) b;

INSERT INTO enrolments_child (public_id, key, birth_date, birth_order, identity_key, created_at)
SELECT gen_random_uuid(), 'K' || lpad(n::text, 8, '0'), '2022-09-01'::date + (n * 7919 % 900), 1,
       CASE WHEN n % 2000 > 0 THEN 'ID' || n END, '2024-01-01Z'
FROM generate_series(1, {children}) n;
INSERT INTO enrolments_childidentity (child_id, kind, sealed, mask, number_key, recorded_at)
SELECT id, 'DEMO', '', '', coalesce(identity_key, 'ID' || (substr(key, 2)::int - 1)), '2024-01-01Z' FROM enrolments_child;

-- Each child in a class of one provider since some day; one in 200 moves on 16 June to the next provider.
CREATE TEMP TABLE room AS
SELECT g.id, g.provider_id, row_number() OVER (ORDER BY g.id) - 1 AS place, count(*) OVER () AS rooms,
       first_value(g.id) OVER (ORDER BY g.provider_id RANGE BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_class
FROM providers_classgroup g JOIN providers_provider p ON p.id = g.provider_id WHERE p.keeps_roll;
CREATE TEMP TABLE seat AS
SELECT c.id AS child_id, n, g.id AS class_group_id, g.provider_id, coalesce(g.next_class, g.id) AS next_class
FROM (SELECT id, substr(key, 2)::int AS n FROM enrolments_child) c
JOIN room g ON g.place = (c.n::bigint * 15485863) % g.rooms;
INSERT INTO enrolments_enrolment (public_id, child_id, class_group_id, provider_id, area_path, mode, during, state, created_at, version)
SELECT gen_random_uuid(), s.child_id, s.class_group_id, s.provider_id, p.area_path,
       CASE n % 22 WHEN 0 THEN 'am' WHEN 11 THEN 'pm' ELSE 'full' END,
       daterange('2024-09-01'::date + n % 300, CASE WHEN n % 200 = 7 THEN '2025-06-16'::date END),
       CASE WHEN n % 200 = 7 THEN 'ENDED' ELSE 'ACTIVE' END, '2024-01-01Z', 1
FROM seat s JOIN providers_provider p ON p.id = s.provider_id;
INSERT INTO enrolments_enrolment (public_id, child_id, class_group_id, provider_id, area_path, mode, during, state, created_at, version)
SELECT gen_random_uuid(), s.child_id, g.id, g.provider_id, p.area_path, 'full', '[2025-06-16,)', 'ACTIVE', '2024-01-01Z', 1
FROM seat s JOIN providers_classgroup g ON g.id = s.next_class JOIN providers_provider p ON p.id = g.provider_id
WHERE n % 200 = 7;

INSERT INTO enrolments_attendancemonth (enrolment_id, month, days, entered_at, version)
SELECT e.id, m::date, (
    SELECT string_agg(CASE WHEN d > extract(day FROM m + interval '1 month - 1 day') THEN '.'
        WHEN extract(isodow FROM m::date + d - 1) > 5 THEN 'C'
        WHEN (e.id * 31 + d * 17 + extract(month FROM m)::int * 7) % 100 < 8 + (e.id % 7) * 5 THEN '-'
        WHEN e.mode = 'am' THEN 'A' WHEN e.mode = 'pm' THEN 'P' ELSE 'F' END, '' ORDER BY d)
    FROM generate_series(1, 31) d), '2025-07-01Z', 1
FROM enrolments_enrolment e, generate_series('2025-06-01'::date - make_interval(months => {months} - 1), '2025-06-01', interval '1 month') m
WHERE e.during && daterange(m::date, (m + interval '1 month')::date);
