"""Attendance letters: what a month is worth, and what an import must refuse."""

from datetime import date

import pytest

from enrolments.rules import (
    ANY_HALF,
    BOTH_HALVES,
    ChildMonth,
    Spell,
    attended,
    check_letters,
    child_month,
    days_attended,
    longest_absence,
)
from portal.dates import DateRange, Month
from portal.wording import Fault

JUNE = Month(2025, 6)
WHOLE = DateRange(date(2025, 1, 1))


def _june(letters):
    return letters.ljust(30, "-") + "."


@pytest.mark.parametrize(
    ("letter", "mode", "any_half", "both_halves"),
    [
        ("F", "full", True, True),
        ("A", "full", True, False),
        ("P", "full", True, False),
        ("F", "am", True, True),
        ("A", "am", True, True),
        ("P", "am", False, False),  # there, but not in the half that was booked
        ("P", "pm", True, True),
        ("S", "full", False, False),
        ("L", "full", False, False),
        ("C", "full", False, False),
        ("-", "full", False, False),
        (".", "full", False, False),
    ],
)
def test_when_a_day_counts(letter, mode, any_half, both_halves):
    assert attended(letter, mode, ANY_HALF) is any_half
    assert attended(letter, mode, BOTH_HALVES) is both_halves


def test_counting_a_month():
    letters = _june("CFFFFA" + "S-L" + "C" + "P")
    assert days_attended(letters, "full") == 6
    assert days_attended(letters, "full", BOTH_HALVES) == 4
    assert days_attended(letters, "am") == 5


def test_absence_runs_over_closed_days():
    assert longest_absence(_june("FSCCLF").replace("-", "F")) == 2
    assert longest_absence("F" * 30 + ".") == 0
    assert longest_absence("-" * 30 + ".") == 30


def test_a_day_of_the_spell_may_wait_to_be_entered():
    assert check_letters("F" * 29 + "..", JUNE, WHOLE) == "F" * 29 + ".."
    part = "." + "F" * 12 + "." * 18
    assert check_letters(part, JUNE, DateRange(date(2025, 6, 2), date(2025, 6, 14))) == part


@pytest.mark.parametrize(
    ("letters", "code", "day"),
    [
        ("F" * 30, "LETTERS_LENGTH", None),
        ("F" * 31, "LETTER_NO_SUCH_DAY", 31),
        ("F" * 9 + "x" + "F" * 20 + ".", "LETTER_UNKNOWN", 10),
        ("f" + "F" * 29 + ".", "LETTER_UNKNOWN", 1),
        ("", "LETTERS_LENGTH", None),
    ],
)
def test_letters_that_cannot_be(letters, code, day):
    with pytest.raises(Fault) as fault:
        check_letters(letters, JUNE, WHOLE)
    assert (fault.value.code, fault.value.params.get("day")) == (code, day)


def test_attendance_before_the_spell_is_refused():
    with pytest.raises(Fault) as fault:
        check_letters("F" * 30 + ".", JUNE, DateRange(date(2025, 6, 2)))
    assert (fault.value.code, fault.value.params["day"]) == ("LETTER_OUTSIDE", 1)


def _spell(first, last, band, mode, letters):
    return Spell(DateRange.inclusive(date(2025, 6, first), date(2025, 6, last)), band, mode, letters)


def test_spells_at_one_provider_are_summed_and_the_longer_gives_band_and_mode():
    spells = [
        _spell(1, 10, "YOUNGER", "full", "FFFFF-----" + "." * 21),
        _spell(11, 30, "OLDER", "am", "." * 10 + "AAAAAAA" + "-" * 13 + "."),
    ]
    month = child_month(spells, JUNE)
    assert month == ChildMonth(12, 30, "OLDER", "am", date(2025, 6, 1), date(2025, 6, 30))
    assert child_month(reversed(spells), JUNE) == month


def test_equal_days_give_the_later_spell():
    spells = [
        _spell(1, 10, "YOUNGER", "full", "FFFFF-----" + "." * 21),
        _spell(11, 30, "OLDER", "full", "." * 10 + "FFFFF" + "-" * 15 + "."),
    ]
    assert child_month(spells, JUNE).band == "OLDER"


def test_a_day_in_two_half_day_spells_is_one_day():
    morning = _spell(1, 30, "OLDER", "am", _june("FFFF"))
    afternoon = _spell(1, 30, "MIXED", "pm", _june("FFF"))
    assert child_month([morning, afternoon], JUNE).days_attended == 4


def test_a_spell_over_a_weekend_only_is_enrolled_and_not_attended():
    weekend = _spell(7, 8, "OLDER", "full", "." * 6 + "CC" + "." * 23)
    assert child_month([weekend], JUNE) == ChildMonth(0, 2, "OLDER", "full", date(2025, 6, 7), date(2025, 6, 8))


def test_no_spell_in_the_month_is_no_child_month():
    earlier = Spell(DateRange(date(2025, 5, 1), date(2025, 6, 1)), "OLDER", "full", "F" * 31)
    assert child_month([earlier], JUNE) is None
    assert child_month([], JUNE) is None
