-- A city of 11 districts and 176 subdistricts: {providers} providers, three classes each, {places} places, {children}
-- enrolled children, suspensions and agreements, population and a target. Deterministic and set-based.
INSERT INTO portal_area (code, name, level, parent_id, path, official) VALUES ('4401', 'Bench', 'city', NULL, '4401/', true);
INSERT INTO portal_area (code, name, level, parent_id, path, official)
SELECT '4401' || lpad(d::text, 2, '0'), 'District ' || d, 'district', (SELECT id FROM portal_area WHERE code = '4401'),
       '4401/4401' || lpad(d::text, 2, '0') || '/', true
FROM generate_series(3, 13) d;
INSERT INTO portal_area (code, name, level, parent_id, path, official)
SELECT a.code || lpad(s::text, 3, '0'), 'Street ' || s, 'street', a.id, a.path || a.code || lpad(s::text, 3, '0') || '/', true
FROM portal_area a, generate_series(1, 16) s WHERE a.level = 'district';
INSERT INTO portal_areaspan (area_id, name, parent_id, during) SELECT id, name, parent_id, '[2000-01-01,)' FROM portal_area;

INSERT INTO providers_provider (public_id, code, name, kind, credit_code, authority, street_id, area_path, address, lng, lat,
    crs, given_lng, given_lat, phone, legal_person, head, intro, keeps_roll, standing, filed_on, version, created_at)
SELECT gen_random_uuid(), 'B' || lpad(n::text, 6, '0'), 'Bench ' || n, 'PRIVATE_FP', 'X' || lpad(n::text, 17, '0'), 'MARKET',
       a.id, a.path, 'No. ' || n, 113.3, 23.1, 'wgs84', 113.3, 23.1, '', '', '', '', n % 5 < 2, 'ACTIVE', '2024-01-01', 1,
       '2024-01-01Z'
FROM generate_series(1, {providers}) n
JOIN (SELECT id, path, row_number() OVER (ORDER BY code) - 1 AS place FROM portal_area WHERE level = 'street') a
  ON a.place = n % 176;
INSERT INTO providers_providerspan (provider_id, kind, name, street_id, area_path, during, recorded_at)
SELECT id, kind, name, street_id, area_path, '[2024-01-01,)', '2024-01-01Z' FROM providers_provider;
INSERT INTO providers_standingspan (provider_id, standing, during, recorded_at)
SELECT id, CASE WHEN id % 40 = 0 THEN 'SUSPENDED' ELSE 'ACTIVE' END, '[2024-01-01,)', '2024-01-01Z' FROM providers_provider;
INSERT INTO providers_inclusiveagreement (provider_id, number, places, during, recorded_at)
SELECT id, 'A' || id, 30, '[2024-01-01,)', '2024-01-01Z' FROM providers_provider WHERE id % 10 < 6;
INSERT INTO providers_classgroup (public_id, provider_id, code, name, band, opened_on, version)
SELECT gen_random_uuid(), p.id, 'C' || g, 'Class ' || g, (ARRAY['INFANT','YOUNGER','OLDER'])[g], '2024-01-01', 1
FROM providers_provider p, generate_series(1, 3) g;
INSERT INTO providers_place (class_group_id, number, inclusive, during, recorded_at)
SELECT g.id, n, n % 3 > 0, '[2024-01-01,)', '2024-01-01Z'
FROM providers_classgroup g, generate_series(1, {places} / (3 * {providers}) + 1) n;

INSERT INTO enrolments_child (public_id, key, birth_date, birth_order, created_at)
SELECT gen_random_uuid(), 'K' || lpad(n::text, 8, '0'), '2022-09-01'::date + (n * 7919 % 900), 1, '2024-01-01Z'
FROM generate_series(1, {children}) n;
INSERT INTO enrolments_enrolment (public_id, child_id, class_group_id, provider_id, area_path, mode, during, state, created_at, version)
SELECT gen_random_uuid(), c.id, g.id, g.provider_id, p.area_path, 'full', '[2024-09-01,)', 'ACTIVE', '2024-09-01Z', 1
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM enrolments_child) c
JOIN (SELECT g.id, g.provider_id, row_number() OVER (ORDER BY g.id) - 1 AS place, count(*) OVER () AS classes
      FROM providers_classgroup g JOIN providers_provider p ON p.id = g.provider_id WHERE p.keeps_roll) g
  ON g.place = (c.n * 15485863) % g.classes
JOIN providers_provider p ON p.id = g.provider_id;

INSERT INTO quotas_population (area_id, year, population, source, is_estimate, recorded_at)
SELECT id, 2024, CASE level WHEN 'street' THEN 100000 ELSE 1600000 END, 'bench', level = 'street', '2024-01-01Z'
FROM portal_area WHERE level <> 'city';
INSERT INTO quotas_target (area_id, indicator, year, value, source, recorded_at)
SELECT id, 'PLACES_PER_THOUSAND', 2025, 4.5, 'bench', '2024-01-01Z' FROM portal_area WHERE level = 'city';
