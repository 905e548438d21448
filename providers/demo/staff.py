"""The demo city's workforce: as many carers as the law asks for every place taken, a head and who else it takes.

Written by the database from the classes and filings that stand there; every spell is complete: who left was followed
the same day, so that no day is without its carers.
"""

from django.db import connection

from portal import clock
from portal.demo.bulk import checked_last, settle
from portal.demo.people import SURNAMES
from providers.demo.filed import GIVEN
from providers.demo.load import story
from providers.models import Certificate, Employment, Staff
from providers.rules.ages import FAMILY_POINT, NATIONAL_LIMITS

# One post a row, and its number at the provider. Carers by class and kind of class; from 150 places a second health
# worker; two guards take turns; a cook for every 80 places where meals are served. A family point needs none of these.
POSTS = """
CREATE TEMP TABLE demo_post ON COMMIT DROP AS
WITH ratio (band, children) AS (SELECT * FROM unnest(%(bands)s::text[], %(ratios)s::int[])),
held AS (
    SELECT g.provider_id, g.band, count(*) AS places
    FROM providers_place l JOIN providers_classgroup g ON g.id = l.class_group_id
    WHERE l.during @> %(today)s::date GROUP BY g.id
), carers AS (
    SELECT h.provider_id, sum(ceil(h.places::numeric / r.children))::int AS n, sum(h.places)::int AS places
    FROM held h JOIN providers_provider p ON p.id = h.provider_id
    JOIN ratio r ON r.band = CASE WHEN p.kind = 'FAMILY' THEN 'FAMILY' ELSE h.band END
    GROUP BY h.provider_id
), wanted AS (
    SELECT c.provider_id, w.role, w.n FROM carers c
    JOIN providers_provider p ON p.id = c.provider_id
    JOIN providers_filingcase f ON f.provider_id = p.id AND f.state = 'CONFORMING'
    CROSS JOIN LATERAL (VALUES
        ('HEAD', 1), ('CARER', c.n),
        ('HEALTH', CASE WHEN p.kind = 'FAMILY' THEN 0 WHEN c.places >= 150 THEN 2 ELSE 1 END),
        ('GUARD', CASE WHEN p.kind = 'FAMILY' THEN 0 ELSE 2 END),
        ('COOK', CASE WHEN p.kind = 'FAMILY' OR NOT (f.snapshot #>> '{identity,serves_meals}')::boolean THEN 0
                      ELSE (c.places + 79) / 80 END)
    ) w (role, n)
)
SELECT w.provider_id, w.role, n.n AS number, p.filed_on, p.code || '-' || w.role || '-' || n.n AS key,
       ('x' || substr(md5(p.code || w.role || n.n), 1, 7))::bit(28)::int AS luck,
       CASE WHEN w.role = 'HEAD' THEN p.head END AS name
FROM wanted w JOIN providers_provider p ON p.id = w.provider_id CROSS JOIN generate_series(1, w.n) n
"""
# One in eight posts changed hands once; the head is whom the filing names.
PEOPLE = """
CREATE TEMP TABLE demo_person ON COMMIT DROP AS
WITH changed AS (
    SELECT *, CASE WHEN role <> 'HEAD' AND luck %% 8 = 0 AND %(today)s - filed_on > 120
                   THEN filed_on + 60 + luck %% (%(today)s - filed_on - 90) END AS changed_on
    FROM demo_post
), spell AS (
    SELECT *, 'a' AS turn, daterange(filed_on, changed_on) AS during FROM changed
    UNION ALL
    SELECT *, 'b', daterange(changed_on, NULL) FROM changed WHERE changed_on IS NOT NULL
)
SELECT provider_id, role, number, luck, during, md5(%(seed)s || key || turn)::uuid AS public_id,
       coalesce(name, '示例·' || (%(surnames)s::text[])[1 + dice %% cardinality(%(surnames)s::text[])]
                      || (%(given)s::text[])[1 + dice / 97 %% cardinality(%(given)s::text[])]) AS name, dice
FROM spell, LATERAL (SELECT ('x' || substr(md5(key || turn || 'dice'), 1, 7))::bit(28)::int AS dice) d
"""
STAFF = """
INSERT INTO providers_staff (public_id, name, education)
SELECT public_id, name, CASE role WHEN 'HEAD' THEN '本科' WHEN 'HEALTH' THEN '大专' WHEN 'CARER' THEN
    (ARRAY['大专', '大专', '中专', '本科'])[1 + dice %% 4] ELSE '高中' END
FROM demo_person ORDER BY provider_id, role, number, during
"""
EMPLOYMENTS = """
INSERT INTO providers_employment (staff_id, provider_id, role, during, recorded_at)
SELECT s.id, p.provider_id, p.role, p.during, (lower(p.during) + time '10:00') AT TIME ZONE 'Asia/Shanghai'
FROM demo_person p JOIN providers_staff s ON s.public_id = p.public_id ORDER BY s.id
"""
# A health certificate holds a year and is renewed in time; a few run out within weeks, one of them at the story's
# provider. Carers are qualified, health workers and heads trained.
CERTIFICATES = """
INSERT INTO providers_certificate (staff_id, kind, number, during, recorded_at)
SELECT s.id, c.kind, '示例' || lpad((p.dice %% 100000000)::text, 8, '0'), daterange(c.since, c.until),
       (least(c.since, %(today)s) + time '10:00') AT TIME ZONE 'Asia/Shanghai'
FROM demo_person p JOIN providers_staff s ON s.public_id = p.public_id
CROSS JOIN LATERAL (SELECT CASE
    WHEN upper(p.during) IS NOT NULL THEN lower(p.during) + 330
    WHEN p.provider_id = %(story)s AND p.role = 'CARER' AND p.number = 2 THEN %(today)s + 19
    WHEN p.provider_id <> %(story)s AND p.dice %% 50 = 0 THEN %(today)s + 5 + p.dice %% 40
    ELSE greatest(%(today)s, lower(p.during)) + 70 + p.dice %% 280 END AS health_until) h
CROSS JOIN LATERAL (VALUES
    ('HEALTH', h.health_until - 365, h.health_until),
    (CASE WHEN p.role = 'CARER' THEN 'QUALIFICATION' WHEN p.role IN ('HEAD', 'HEALTH') THEN 'TRAINING' END,
     lower(p.during) - 30 - p.dice %% 900, NULL::date)
) c (kind, since, until)
WHERE c.kind IS NOT NULL
"""


def load() -> str:
    """Staff, their spells of work and their certificates, for every provider at once."""
    limits = [*NATIONAL_LIMITS, FAMILY_POINT]
    with checked_last(Certificate), checked_last(Employment), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM providers_provider WHERE code = %s", [story().code])
        params = {
            "bands": [limit.band for limit in limits],
            "ratios": [limit.children_per_carer for limit in limits],
            "today": clock.today(),
            "seed": "staff",
            "story": cursor.fetchone()[0],
            "surnames": SURNAMES,
            "given": GIVEN,
        }
        for statement in (POSTS, PEOPLE, STAFF, EMPLOYMENTS, CERTIFICATES):
            cursor.execute(statement, params)
            made = cursor.rowcount
    settle(Staff, Employment, Certificate)
    return f"{Employment.objects.count()} spells of work, {made} certificates"
