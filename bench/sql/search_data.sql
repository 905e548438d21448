-- {providers} providers scattered over a city, one class each, full day everywhere and mornings at every second one:
-- the rows the parents' search reads. Deterministic: setseed.
SELECT setseed(0.5);
INSERT INTO portal_area (code, name, level, parent_id, path, official) VALUES ('4401', 'Bench', 'city', NULL, '4401/', true);
INSERT INTO providers_provider (public_id, code, name, kind, credit_code, authority, street_id, area_path, address, lng, lat,
    crs, given_lng, given_lat, phone, legal_person, head, intro, keeps_roll, standing, filed_on, confirmed_at, version,
    created_at)
SELECT gen_random_uuid(), 'B' || n, 'Bench ' || n,
       (ARRAY['CENTRE','PUBLIC','PUB_PRIV','COMMUNITY','KINDER','EMPLOYER','PRIVATE_NP','PRIVATE_FP','FAMILY'])[1 + n % 9],
       'X' || n, 'MARKET', a.id, a.path, 'No. ' || n, lng, lat, 'wgs84', lng, lat, '', '', '', '', true, 'ACTIVE',
       '2024-01-01', '2025-07-01Z'::timestamptz - random() * interval '90 days', 1, '2024-01-01Z'
FROM portal_area a, (SELECT n, 112.9 + random() * 1.2 AS lng, 22.6 + random() * 1.2 AS lat
                     FROM generate_series(1, {providers}) n) scattered;
INSERT INTO providers_classgroup (public_id, provider_id, code, name, band, opened_on, version)
SELECT gen_random_uuid(), id, 'C', 'Class', (ARRAY['INFANT','YOUNGER','OLDER','MIXED'])[1 + id % 4], '2024-01-01', 1
FROM providers_provider;
INSERT INTO providers_searchrow (class_group_id, provider_id, public_id, name, mode, kind, lng, lat, point, age_from, age_to,
    fee_fen, base_month, free, inclusive, rating, confirmed_at, valid_until)
SELECT g.id, p.id, p.public_id, p.name, m, p.kind, p.lng, p.lat, p.point, (ARRAY[6, 12, 24, 18])[1 + p.id % 4],
       (ARRAY[12, 24, 36, 36])[1 + p.id % 4], 100000 + (random() * 3000)::int * 100, '2025-07-01',
       CASE WHEN random() < 0.2 THEN NULL ELSE array_fill((random() * 6)::int::smallint, ARRAY[13]) END, random() < 0.6,
       CASE WHEN random() < 0.5 THEN NULL ELSE 1 + (random() * 4)::int END, p.confirmed_at, '2025-08-01'
FROM providers_provider p JOIN providers_classgroup g ON g.provider_id = p.id, unnest(ARRAY['full', 'am']) m
WHERE m = 'full' OR p.id % 2 = 0;
ANALYZE providers_provider;
ANALYZE providers_searchrow;
