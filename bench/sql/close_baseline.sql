-- The baseline of close_*: one INSERT … SELECT in one session, the whole law of bench/close_policy.yaml inlined. It
-- explains nothing, settles nothing, corrects nothing and prepares no claims: it writes the same lines.
INSERT INTO bench_line (provider_id, period, policy_id, policy_version_id, unit, subject_key, payee, seq, claim_id, case_id,
                        rank, amount_fen, posted_at)
WITH alias AS (
    SELECT c.id AS child_id, o.id AS person_id FROM enrolments_child c JOIN enrolments_child o ON o.id = c.same_as_id
    UNION ALL
    SELECT c.id, o.id FROM enrolments_child c
    JOIN enrolments_childidentity i ON i.child_id = c.id
    JOIN enrolments_child o ON o.identity_key = i.number_key AND o.id <> c.id
    WHERE c.identity_key IS NULL AND c.same_as_id IS NULL
), spell AS MATERIALIZED (
    SELECT s.*, g.band, length(translate(
        coalesce(substr(a.days, s.from_day - '2025-06-01'::date + 1, s.to_day - s.from_day), ''),
        CASE s.mode WHEN 'am' THEN 'PSLC-.' WHEN 'pm' THEN 'ASLC-.' ELSE 'SLC-.' END, '')) AS days
    FROM (
        SELECT e.id, e.provider_id, coalesce(l.person_id, e.child_id) AS person_id, e.class_group_id, e.mode, e.during,
               min(lower(e.during)) OVER (PARTITION BY e.provider_id, coalesce(l.person_id, e.child_id)) AS first_day,
               greatest(lower(e.during), '2025-06-01'::date) AS from_day,
               least(upper(e.during), '2025-07-01'::date) AS to_day
        FROM enrolments_enrolment e LEFT JOIN alias l ON l.child_id = e.child_id
        WHERE e.state <> 'ANNULLED' AND lower(e.during) < '2025-07-01'
    ) s
    JOIN providers_classgroup g ON g.id = s.class_group_id
    LEFT JOIN enrolments_attendancemonth a ON a.enrolment_id = s.id AND a.month = '2025-06-01'
    WHERE s.during && '[2025-06-01,2025-07-01)'::daterange
), several AS MATERIALIZED (
    SELECT * FROM spell WHERE person_id IN (SELECT person_id FROM spell GROUP BY person_id HAVING count(*) > 1)
), conflict AS (
    SELECT DISTINCT one.person_id FROM several one JOIN several other ON other.person_id = one.person_id AND other.id > one.id
    WHERE one.from_day < other.to_day AND other.from_day < one.to_day
      AND NOT (one.mode, other.mode) IN (('am', 'pm'), ('pm', 'am'))
), moved AS (
    SELECT s.person_id, s.provider_id,
           row_number() OVER (PARTITION BY s.person_id ORDER BY sum(s.days) DESC, max(s.to_day) DESC, p.code DESC) > 1 AS away
    FROM several s JOIN providers_provider p ON p.id = s.provider_id GROUP BY s.person_id, s.provider_id, p.code
), month AS (
    SELECT DISTINCT ON (provider_id, person_id) provider_id, person_id, band, mode, first_day,
           sum(days) OVER (PARTITION BY provider_id, person_id) AS attended
    FROM spell ORDER BY provider_id, person_id, days DESC, from_day DESC, id DESC
), provider AS MATERIALIZED (
    SELECT p.id, k.kind, r.grade, a.places,
           EXISTS (SELECT FROM providers_standingspan s WHERE s.provider_id = p.id AND s.retracted_at IS NULL
                   AND s.during @> '2025-06-30'::date AND s.standing = 'ACTIVE') AS active,
           NOT EXISTS (SELECT FROM inspections_finding f WHERE f.provider_id = p.id AND f.level = 'MAJOR'
                       AND f.withdrawn_at IS NULL AND f.found_on <= '2025-06-30'
                       AND (f.cleared_on IS NULL OR f.cleared_on > '2025-06-30')) AS safe
    FROM providers_provider p
    JOIN providers_providerspan k ON k.provider_id = p.id AND k.retracted_at IS NULL AND k.during @> '2025-06-30'::date
    JOIN providers_inclusiveagreement a ON a.provider_id = p.id AND a.retracted_at IS NULL
         AND a.during @> '2025-06-30'::date AND a.places > 0
    LEFT JOIN inspections_ratingspan r ON r.provider_id = p.id AND r.retracted_at IS NULL
         AND r.during @> '2025-06-30'::date
), used AS (
    SELECT subject_key, count(DISTINCT period) AS months FROM (
        SELECT subject_key, period FROM subsidies_line
        WHERE policy_id = %(policy)s AND unit = 'INFANT_MONTH' AND period >= '2025-01-01' AND period < '2025-06-01'
        GROUP BY subject_key, period, provider_id HAVING sum(amount_fen) > 0) f
    GROUP BY subject_key
), law AS (
    SELECT m.provider_id, c.key AS subject_key, m.first_day, p.places, CASE WHEN m.mode = 'full' THEN 2 ELSE 1 END AS share,
           coalesce(u.months, 0) < 5 AS months_left,
           CASE WHEN m.person_id IN (SELECT person_id FROM conflict) OR NOT p.safe OR m.attended < 15 THEN 0 ELSE
               (CASE WHEN p.kind = 'KINDER' THEN 15000
                     WHEN m.band = 'INFANT' THEN CASE WHEN p.grade >= 3 THEN 24000 ELSE 21000 END
                     WHEN m.band = 'YOUNGER' THEN CASE WHEN p.grade >= 3 THEN 22000 ELSE 19000 END
                     ELSE CASE WHEN p.grade >= 3 THEN 20000 ELSE 17000 END END)
               / CASE WHEN m.mode = 'full' THEN 1 ELSE 2 END END AS fen
    FROM month m
    JOIN provider p ON p.id = m.provider_id AND p.active
    JOIN enrolments_child c ON c.id = m.person_id
    LEFT JOIN moved v ON v.person_id = m.person_id AND v.provider_id = m.provider_id
    LEFT JOIN used u ON u.subject_key = c.key
    WHERE NOT coalesce(v.away, false) OR m.person_id IN (SELECT person_id FROM conflict)
), ranked AS (
    SELECT *, CASE WHEN competes THEN row_number() OVER w END AS rank, sum(share) OVER w AS taken
    FROM (SELECT *, fen > 0 AND months_left AS competes FROM law) l
    WINDOW w AS (PARTITION BY provider_id, competes ORDER BY first_day, subject_key COLLATE "C" ROWS UNBOUNDED PRECEDING)
)
SELECT r.provider_id, '2025-06-01', %(policy)s, %(version)s, 'INFANT_MONTH', r.subject_key, 'PROVIDER', 0, k.claim_id,
       %(case)s, r.rank, CASE WHEN r.competes AND r.taken <= r.places * 2 THEN r.fen ELSE 0 END, %(now)s
FROM ranked r JOIN bench_claim k ON k.provider_id = r.provider_id
ORDER BY r.provider_id, r.subject_key
