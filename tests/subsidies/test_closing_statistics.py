"""The planner knows the size of what a close reads before the close plans with it."""

import pytest
from django.db import connection

from subsidies.actions.closing.statistics import count_what_has_grown
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db

MANY = """
INSERT INTO enrolments_child (public_id, key, birth_date, birth_order, created_at)
SELECT gen_random_uuid(), 'MANY' || n, '2023-01-15', 1, '2025-01-01Z' FROM generate_series(1, 6000) n
"""


def counted(table: str) -> bool:
    """Whether the planner has figures about the table's columns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_stats WHERE tablename = %s)", [table])
        return cursor.fetchone()[0]


@pytest.fixture
def imported(day, city):
    """A town whose children have just been imported: nobody has counted them (what other tests left is cut off)."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE enrolments_child CASCADE")
    make.policy()
    make.stay(make.recognised(), "2025-05", 5)
    with connection.cursor() as cursor:
        cursor.execute(MANY)
    assert not counted("enrolments_child")


def test_a_close_counts_what_has_grown_before_it_reads_it(imported):
    make.close("2025-05")
    assert counted("enrolments_child")


def test_what_is_small_or_counted_is_left_alone(imported):
    assert count_what_has_grown() == ["enrolments_child"]
    assert count_what_has_grown() == []
