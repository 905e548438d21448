"""Due days, results, grades, and a draw that anyone can repeat with standard tools."""

import subprocess
from datetime import date

import pytest

from inspections.rules import days_left, draw, due_on, grade_of, result_of

CODES = [f"P{number:04d}" for number in range(200)]


def test_the_day_of_finding_is_not_counted():
    assert due_on(date(2025, 7, 10), 15) == date(2025, 7, 25)
    assert due_on(date(2024, 2, 14), 15) == date(2024, 2, 29)
    assert days_left(date(2025, 7, 25), date(2025, 7, 26)) == -1
    with pytest.raises(ValueError, match="negative"):
        due_on(date(2025, 7, 10), -1)


@pytest.mark.parametrize(
    ("levels", "result"),
    [([], "CONFORMS"), (["GENERAL"], "CORRECT"), (["GENERAL", "MAJOR"], "MAJOR"), (["MAJOR"], "MAJOR")],
)
def test_what_a_visit_comes_to(levels, result):
    assert result_of(levels) == result


def test_an_unknown_level_is_an_error():
    with pytest.raises(ValueError, match="MIDDLING"):
        result_of(["MIDDLING"])


@pytest.mark.parametrize(
    ("total", "vetoed", "grade"),
    [(1000, False, 5), (900, False, 5), (899, False, 4), (600, False, 3), (599, False, None), (1000, True, None)],
)
def test_grades(total, vetoed, grade):
    assert grade_of(total, [(3, 600), (5, 900), (4, 800)], vetoed=vetoed) == grade


def test_the_draw_does_not_depend_on_the_order_of_the_snapshot():
    assert draw("seed", CODES, 10) == draw("seed", CODES[::-1], 10)
    assert len(set(draw("seed", CODES, 10))) == 10
    assert draw("seed", CODES, 10) != draw("another", CODES, 10)


def test_a_larger_draw_begins_with_the_smaller_one():
    assert draw("seed", CODES, 30)[:10] == draw("seed", CODES, 10)


def test_anybody_can_repeat_it_with_sha256sum():
    script = """
        for code in "$@"; do
            echo "$(printf '%s' "2025-Q3|$code" | sha256sum | cut -c1-64) $code"
        done | LC_ALL=C sort
    """
    lines = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *CODES[:20]], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert [line.split()[1] for line in lines][:5] == draw("2025-Q3", CODES[:20], 5)


def test_nobody_is_favoured():
    """Over 2,000 seeds each of ten is drawn about 400 times for two seats; 5 sigma is 90."""
    names = CODES[:10]
    counts = dict.fromkeys(names, 0)
    for seed in range(2000):
        for name in draw(str(seed), names, 2):
            counts[name] += 1
    assert all(310 < count < 490 for count in counts.values())


@pytest.mark.parametrize("size", [-1, 201])
def test_more_than_there_are_cannot_be_drawn(size):
    with pytest.raises(ValueError, match="cannot draw"):
        draw("seed", CODES, size)
