"""Ranges, months, completed months of age and working days, with the law's edge cases."""

from datetime import date

import pytest

from portal.dates import (
    DateRange,
    MissingCalendarYear,
    Month,
    add_months,
    add_working_days,
    calendar_year,
    cap_year,
    completed_months,
    is_working_day,
    months_of,
    on_or_after,
    working_days_in,
    working_days_left,
)
from portal.wording import Fault

# 2025 as the State Council published it: 国庆 1–8 October, made up on 28 September (Sunday) and 11 October (Saturday).
AUTUMN_2025 = calendar_year(
    2025,
    holidays={date(2025, 10, day) for day in range(1, 9)},
    make_up_days={date(2025, 9, 28), date(2025, 10, 11)},
)


def test_a_range_leaves_its_end_out():
    july = DateRange(date(2025, 7, 1), date(2025, 8, 1))
    assert date(2025, 7, 31) in july
    assert date(2025, 8, 1) not in july
    assert (july.length, july.last) == (31, date(2025, 7, 31))
    assert july == DateRange.inclusive(date(2025, 7, 1), date(2025, 7, 31)) == Month(2025, 7).during
    assert tuple(july) == (date(2025, 7, 1), date(2025, 8, 1))  # what a range column takes


def test_ranges_that_touch_do_not_overlap():
    july, august = Month(2025, 7).during, Month(2025, 8).during
    open_end = DateRange(date(2025, 7, 20))
    assert not july.overlaps(august)
    assert july.intersection(open_end) == DateRange(date(2025, 7, 20), date(2025, 8, 1))
    assert open_end.covers(august)
    assert not august.covers(open_end)
    with pytest.raises(ValueError, match="open"):
        _ = open_end.length


def test_a_range_without_days_cannot_be():
    with pytest.raises(Fault) as fault:
        DateRange(date(2025, 7, 1), date(2025, 7, 1))
    assert fault.value.code == "EMPTY_RANGE"


def test_months_count_across_years():
    assert str(Month(2024, 12) + 1) == "2025-01"
    assert Month(2025, 1) - 1 == Month(2024, 12)
    assert Month(2025, 3).since(Month(2024, 12)) == 3
    assert Month(2024, 2).last == date(2024, 2, 29)
    assert months_of(DateRange(date(2024, 12, 31), date(2025, 2, 1))) == [Month(2024, 12), Month(2025, 1)]


@pytest.mark.parametrize("text", ["2025-7", "2025-13", "2025/07", "25-07", "", "2025-00", "2025-07-01", "２０２５-07"])
def test_what_is_no_month_is_told(text):
    with pytest.raises(Fault) as fault:
        Month.parse(text)
    assert fault.value.code == "MONTH_FORMAT"


def test_a_cap_year_may_begin_in_september():
    assert cap_year(Month(2025, 8), 9)[0] == Month(2024, 9)
    assert cap_year(Month(2025, 9), 9)[0] == Month(2025, 9)
    assert cap_year(Month(2025, 7)) == [Month(2025, number) for number in range(1, 13)]


@pytest.mark.parametrize(
    ("birth", "on", "months"),
    [
        (date(2024, 7, 10), date(2025, 7, 9), 11),
        (date(2024, 7, 10), date(2025, 7, 10), 12),
        (date(2025, 1, 31), date(2025, 2, 27), 0),
        (date(2025, 1, 31), date(2025, 2, 28), 1),  # no corresponding day: the last day of the month
        (date(2025, 1, 31), date(2025, 3, 30), 1),
        (date(2025, 1, 31), date(2025, 3, 31), 2),
        (date(2024, 8, 31), date(2024, 9, 30), 1),
        (date(2024, 2, 29), date(2025, 2, 27), 11),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2024, 2, 29), date(2028, 2, 28), 47),
        (date(2024, 2, 29), date(2028, 2, 29), 48),
        (date(2025, 7, 10), date(2025, 7, 10), 0),
        (date(2025, 7, 10), date(2025, 7, 9), -1),  # not born yet
    ],
)
def test_completed_months_of_age(birth, on, months):
    assert completed_months(birth, on) == months


def test_the_corresponding_day_falls_back_to_the_last():
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)


def test_five_working_days_over_the_national_day_week():
    handed_in = date(2025, 9, 26)  # Friday; the Sunday after is a make-up day
    assert is_working_day(date(2025, 9, 28), AUTUMN_2025)
    assert add_working_days(handed_in, 5, AUTUMN_2025) == date(2025, 10, 10)
    assert add_working_days(date(2025, 10, 10), -5, AUTUMN_2025) == date(2025, 9, 26)
    assert add_working_days(handed_in, 0, AUTUMN_2025) == handed_in


def test_a_term_that_ends_on_a_holiday_ends_after_it():
    assert on_or_after(date(2025, 10, 1), AUTUMN_2025) == date(2025, 10, 9)
    assert on_or_after(date(2025, 10, 11), AUTUMN_2025) == date(2025, 10, 11)


def test_working_days_left_count_down_and_then_below_zero():
    due = date(2025, 10, 10)
    assert working_days_left(date(2025, 9, 30), due, AUTUMN_2025) == 2
    assert working_days_left(due, due, AUTUMN_2025) == 0
    assert working_days_left(date(2025, 10, 13), due, AUTUMN_2025) == -2  # Saturday the 11th was worked
    assert working_days_in(Month(2025, 10).during, AUTUMN_2025) == 18


def test_a_year_without_calendar_is_named_not_guessed():
    with pytest.raises(MissingCalendarYear) as missing:
        add_working_days(date(2025, 12, 29), 5, AUTUMN_2025)
    assert missing.value.year == 2026
    assert "2026" in str(missing.value)
