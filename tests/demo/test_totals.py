"""The demo city comes to the published totals (design §5); that it does shows only that the generator works.

Each total is counted here from rows, not by the code that made them.
"""

import pytest

from tests.demo_city import City

pytestmark = pytest.mark.xdist_group("city")
DAY = "DATE '2025-07-10'"
ACTIVE = f"""
    SELECT s.provider_id FROM providers_standingspan s
    WHERE s.standing = 'ACTIVE' AND s.retracted_at IS NULL AND s.during @> {DAY}
"""
PLACES = f"""
    FROM providers_place p JOIN providers_classgroup g ON g.id = p.class_group_id
    JOIN providers_provider r ON r.id = g.provider_id
    WHERE p.during @> {DAY} AND g.provider_id IN ({ACTIVE})
"""


def test_institutions_and_places(demo_city: City):
    assert demo_city.one(f"SELECT count(*) FROM ({ACTIVE}) a") == 1_938
    assert demo_city.one(f"SELECT count(*) {PLACES}") == 108_800


def test_more_than_six_places_in_ten_are_inclusive(demo_city: City):
    [(inclusive, places)] = demo_city.rows(f"SELECT count(*) FILTER (WHERE p.inclusive), count(*) {PLACES}")
    assert 0.60 < inclusive / places < 0.70


def test_the_mean_fee_of_inclusive_classes_is_1813_yuan(demo_city: City):
    mean = demo_city.one(f"""
        SELECT avg(f.amount_fen) FROM providers_fee f
        WHERE f.mode = 'full' AND f.retracted_at IS NULL AND f.during @> {DAY}
          AND EXISTS (SELECT FROM providers_place p WHERE p.class_group_id = f.class_group_id AND p.inclusive)
    """)
    assert round(mean) == 181_300


def test_haizhu_has_634_places_per_thousand_residents(demo_city: City):
    places = demo_city.one(f"SELECT count(*) {PLACES} AND r.area_path LIKE '44/4401/440105/%'")
    people = demo_city.one("""
        SELECT n.population FROM quotas_population n JOIN portal_area a ON a.id = n.area_id
        WHERE a.code = '440105' AND n.age_from IS NULL AND n.retracted_at IS NULL
    """)
    assert round(places * 1000 / people, 2) == 6.34


def test_177_of_178_subdistricts_have_a_centre(demo_city: City):
    assert demo_city.one("SELECT count(*) FROM portal_area WHERE level = 'street'") == 178
    centres = demo_city.one(f"""
        SELECT count(DISTINCT r.street_id) FROM providers_provider r
        WHERE r.id IN ({ACTIVE}) AND r.kind IN ('CENTRE', 'PUBLIC', 'PUB_PRIV')
          AND EXISTS (SELECT FROM providers_inclusiveagreement i WHERE i.provider_id = r.id AND i.during @> {DAY})
    """)
    assert centres == 177


def test_more_than_seven_in_ten_of_the_rated_inclusive_providers_have_three_stars(demo_city: City):
    [(rated, three)] = demo_city.rows(f"""
        SELECT count(*), count(*) FILTER (WHERE s.grade >= 3) FROM inspections_ratingspan s
        WHERE s.during @> {DAY} AND s.retracted_at IS NULL AND EXISTS (
            SELECT FROM providers_inclusiveagreement i WHERE i.provider_id = s.provider_id AND i.during @> {DAY})
    """)
    assert rated > 500
    assert three / rated > 0.70


def test_792_institutions_were_paid_2412_wan_yuan_by_the_end_of_june(demo_city: City):
    [(institutions, fen)] = demo_city.rows("""
        SELECT count(DISTINCT c.provider_id), sum(c.paid_fen) FROM subsidies_claim c
        JOIN subsidies_paymentbatch b ON b.id = c.batch_id
        WHERE c.state = 'EXPORTED' AND c.paid_fen > 0
          AND (b.exported_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN '2025-01-01' AND '2025-06-30'
    """)
    assert institutions == 792
    assert round(fen / 1_000_000) == 2_412  # 万元


def test_the_history_has_twelve_months(demo_city: City):
    months = demo_city.one("SELECT count(DISTINCT month) FROM enrolments_attendancemonth WHERE month < '2025-07-01'")
    assert months == 12


def test_names_and_people_are_plainly_invented(demo_city: City):
    assert demo_city.one("SELECT count(*) FROM providers_provider WHERE name NOT LIKE '示例·%'") == 0
    assert demo_city.one("SELECT count(*) FROM portal_user WHERE email NOT LIKE '%@example.com'") == 0
    assert demo_city.one("SELECT count(*) FROM portal_user WHERE NOT is_demo") == 0
    assert demo_city.one("SELECT count(*) FROM enrolments_childidentity WHERE kind <> 'DEMO'") == 0
