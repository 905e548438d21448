"""Seating is exact: a spell fits exactly when the count does on every day, and then it gets places."""

import datetime as dt
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolments.seating import (
    AM,
    FOREVER,
    FULL,
    PM,
    Demand,
    Full,
    Seat,
    Segment,
    assign,
    end_of,
    first_free_day,
    first_full_day,
    free_over,
)
from portal.dates import DateRange

DAY = dt.date(2025, 7, 1)
WHOLE = DateRange(DAY)


def on(start: int, end: int | None = None) -> DateRange:
    """Days counted from DAY."""
    return DateRange(DAY + dt.timedelta(start), None if end is None else DAY + dt.timedelta(end))


@st.composite
def spans(draw: st.DrawFn) -> DateRange:
    start = draw(st.integers(0, 12))
    end = draw(st.none() | st.integers(start + 1, 16))
    return on(start, end)


SEATS = st.lists(spans(), max_size=4).map(lambda found: [Seat(n, during) for n, during in enumerate(found)])
DEMANDS = st.lists(st.tuples(st.sampled_from([AM, PM, FULL]), spans()), max_size=8).map(
    lambda found: [Demand(n, halves, during) for n, (halves, during) in enumerate(found)]
)


def over_full_days(seats: list[Seat], demands: list[Demand]) -> list[dt.date]:
    """Count every half of every day by hand; nothing changes after day 16."""
    found = []
    for n in range(40):
        day = DAY + dt.timedelta(n)
        places = sum(day in seat.during for seat in seats)
        taken = [sum(bool(d.halves & half) and day in d.during for d in demands) for half in (AM, PM)]
        if max(taken) > places:
            found.append(day)
    return found


@given(SEATS, DEMANDS)
def test_everybody_gets_places_exactly_when_every_half_day_has_enough(seats: list[Seat], demands: list[Demand]) -> None:
    try:
        answer = assign(seats, demands, DAY)
    except Full as full:
        assert full.day == over_full_days(seats, demands)[0]
        return
    assert not over_full_days(seats, demands)
    by_id = {seat.id: seat for seat in seats}
    for demand in demands:
        segments = answer[demand.key]
        assert segments[0].during.start == demand.during.start
        assert segments[-1].during.end == demand.during.end
        for one, following in pairwise(segments):
            assert one.during.end == following.during.start
            assert one.seat != following.seat
        for segment in segments:
            assert by_id[segment.seat].during.covers(segment.during)
    for n in range(20):
        day, held = DAY + dt.timedelta(n), Counter()
        for demand in demands:
            for segment in answer[demand.key]:
                if day in segment.during:
                    held.update((segment.seat, half) for half in (AM, PM) if demand.halves & half)
        assert all(count == 1 for count in held.values())


@given(SEATS, DEMANDS, st.sampled_from([AM, PM, FULL]), spans())
def test_counting_and_seating_agree(seats: list[Seat], demands: list[Demand], halves: int, during: DateRange) -> None:
    if over_full_days(seats, demands):
        return
    wanted = Demand("new", halves, during)
    fits = not over_full_days(seats, [*demands, wanted])
    assert (first_full_day(seats, demands, during, halves) is None) == fits
    assert (free_over(seats, demands, during, halves) > 0) == fits


@given(SEATS, DEMANDS, st.sampled_from([AM, PM, FULL]), spans())
def test_the_first_free_day_is_the_first_from_which_it_fits(
    seats: list[Seat], demands: list[Demand], halves: int, during: DateRange
) -> None:
    if over_full_days(seats, demands):
        return
    days = [during.start + dt.timedelta(n) for n in range(20)]
    fitting = [
        day
        for day in days
        if day < end_of(during)
        and not over_full_days(seats, [*demands, Demand("new", halves, DateRange(day, during.end))])
    ]
    assert first_free_day(seats, demands, during, halves) == (fitting[0] if fitting else None)


def test_nobody_moves_without_need() -> None:
    seats = [Seat(1, WHOLE), Seat(2, WHOLE), Seat(3, WHOLE)]
    sitting = [
        Demand("a", FULL, WHOLE, (Segment(2, WHOLE),)),
        Demand("b", FULL, on(5), (Segment(3, on(5)),)),
    ]
    answer = assign(seats, [*sitting, Demand("new", FULL, WHOLE)], DAY)
    assert answer["a"] == [Segment(2, WHOLE)]
    assert answer["b"] == [Segment(3, on(5))]
    assert answer["new"] == [Segment(1, WHOLE)]


def test_two_half_places_become_a_whole_one_for_a_full_day() -> None:
    seats = [Seat(1, WHOLE), Seat(2, WHOLE)]
    sitting = [
        Demand("morning", AM, WHOLE, (Segment(1, WHOLE),)),
        Demand("afternoon", PM, WHOLE, (Segment(2, WHOLE),)),
    ]
    answer = assign(seats, [*sitting, Demand("full", FULL, WHOLE)], DAY)
    assert answer["morning"][0].seat == answer["afternoon"][0].seat != answer["full"][0].seat


def test_a_spell_changes_places_when_no_single_one_is_free_for_all_of_it() -> None:
    seats = [Seat(1, WHOLE), Seat(2, WHOLE)]
    sitting = [
        Demand("first half", FULL, on(0, 10), (Segment(1, on(0, 10)),)),
        Demand("second half", FULL, on(10, 20), (Segment(2, on(10, 20)),)),
    ]
    answer = assign(seats, [*sitting, Demand("all", FULL, on(0, 20))], DAY)
    assert sum(map(len, answer.values())) <= 4


def test_the_full_day_is_named() -> None:
    with pytest.raises(Full) as refused:
        assign([Seat(1, WHOLE)], [Demand("a", AM, on(4)), Demand("b", FULL, on(0))], DAY)
    assert refused.value.day == on(4).start


def test_an_open_end_is_far_away() -> None:
    assert end_of(WHOLE) == FOREVER
