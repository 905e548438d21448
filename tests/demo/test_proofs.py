"""The demo city proves itself: ledger, chains, places and search rows against naive re-counts."""

import pytest

from tests.demo_city import City

pytestmark = pytest.mark.xdist_group("city")


def test_the_ledger_is_what_the_law_gives_on_todays_facts(demo_city: City):
    done = demo_city.manage("check_ledger")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_chain_holds(demo_city: City):
    done = demo_city.manage("verify_chain")
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_class_is_ever_fuller_than_its_places(demo_city: City):
    """A naive count by day and half over the whole history, with no range operator of the guard's own."""
    fuller = demo_city.one("""
        WITH days AS (SELECT d::date AS day FROM generate_series(DATE '2024-07-01', DATE '2025-12-31', '1 month') d),
        halves AS (SELECT generate_series(0, 1) AS half)
        SELECT count(*) FROM days, halves, providers_classgroup g
        WHERE (SELECT count(*) FROM enrolments_occupancy o WHERE o.class_group_id = g.id
               AND lower(o.during) <= day AND (upper(o.during) IS NULL OR upper(o.during) > day)
               AND lower(o.halves) <= half AND upper(o.halves) > half)
            > (SELECT count(*) FROM providers_place p WHERE p.class_group_id = g.id
               AND lower(p.during) <= day AND (upper(p.during) IS NULL OR upper(p.during) > day))
    """)
    assert fuller == 0


def test_free_places_of_the_search_are_the_naive_count(demo_city: City):
    """Free today for a full day, at providers with a roll: the least of places − taken over all days to come."""
    rows = demo_city.rows("""
        SELECT s.free[1] AS shown, g.code,
          (SELECT min(places.n - taken.n) FROM (
             SELECT DATE '2025-07-10' AS day UNION
             SELECT lower(o.during) FROM enrolments_occupancy o
             WHERE o.class_group_id = g.id AND lower(o.during) > DATE '2025-07-10') AS marks,
           LATERAL (SELECT count(*) AS n FROM providers_place p WHERE p.class_group_id = g.id
                    AND lower(p.during) <= marks.day
                    AND (upper(p.during) IS NULL OR upper(p.during) > marks.day)) AS places,
           LATERAL (SELECT greatest(count(*) FILTER (WHERE 0 <@ o.halves), count(*) FILTER (WHERE 1 <@ o.halves)) AS n
                    FROM enrolments_occupancy o WHERE o.class_group_id = g.id
                    AND lower(o.during) <= marks.day
                    AND (upper(o.during) IS NULL OR upper(o.during) > marks.day)) AS taken) AS naive
        FROM providers_searchrow s JOIN providers_classgroup g ON g.id = s.class_group_id
        JOIN providers_provider r ON r.id = g.provider_id
        WHERE s.mode = 'full' AND r.keeps_roll
    """)
    assert len(rows) > 2_000
    wrong = [(code, shown, naive) for shown, code, naive in rows if shown != naive]
    assert wrong == []
