"""What holds for every value: money, dates, coordinates, canonical JSON and identifiers."""

import json
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from portal import canonical, coordinates, dates, identifiers, money
from portal.wording import Fault

fen = st.integers(-money.LARGEST_FEN, money.LARGEST_FEN)
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
in_china = st.builds(coordinates.Point, st.floats(73.5, 135.0), st.floats(3.9, 53.5))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


# --- money ---------------------------------------------------------------------------------------------------------


@given(fen)
def test_every_amount_is_read_back_as_it_was_written(amount):
    assert money.parse_capital(money.capital(amount)) == amount
    assert money.parse_yuan(money.yuan(amount)) == amount
    assert money.parse_yuan(money.plain_yuan(amount)) == amount


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_shares_add_up_and_none_is_a_fen_off(total, weights):
    assume(sum(weights))
    shares = money.split(total, weights)
    assert sum(shares) == total
    assert shares == [-share for share in money.split(-total, weights)]
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(total * weight, sum(weights))) < 1


@given(st.fractions(-(10**9), 10**9), st.sampled_from(money.Rounding), st.sampled_from([1, 10, 100]))
def test_rounding_moves_less_than_one_unit_and_is_symmetric(exact, mode, unit):
    rounded = money.round_fen(exact, mode, unit)
    assert rounded % unit == 0
    assert abs(rounded - exact) < unit
    assert money.round_fen(-exact, mode, unit) == -rounded
    assert money.round_fen(rounded, mode, unit) == rounded


# --- dates ---------------------------------------------------------------------------------------------------------


@given(days, st.integers(0, 120))
def test_months_completed_are_the_months_added(birth, months):
    anniversary = dates.add_months(birth, months)
    assert dates.completed_months(birth, anniversary) == months
    assert dates.completed_months(birth, anniversary - timedelta(days=1)) == months - 1


@given(days, days)
def test_age_never_goes_back(birth, on):
    tomorrow = on + timedelta(days=1)
    assert 0 <= dates.completed_months(birth, tomorrow) - dates.completed_months(birth, on) <= 1


@st.composite
def calendars(draw):
    """Two years with arbitrary holidays and make-up days, and a day in the first of them."""
    year = draw(st.integers(2000, 2059))
    some_days = st.sets(st.dates(date(year, 1, 1), date(year + 1, 12, 31)), max_size=60)
    holidays, make_up_days = draw(some_days), draw(some_days)
    calendar = {}
    for one in (year, year + 1):
        calendar |= dates.calendar_year(one, holidays=holidays, make_up_days=make_up_days)
    return calendar, draw(st.dates(date(year, 3, 1), date(year, 12, 31)))


@given(calendars(), st.integers(0, 60))
def test_working_days_are_those_a_patient_clerk_counts(calendar_and_day, working_days):
    calendar, start = calendar_and_day
    counted, day = 0, start
    while counted < working_days:
        day = day + timedelta(days=1)
        if calendar[day]:
            counted += 1
    assert dates.add_working_days(start, working_days, calendar) == day
    assert dates.working_days_left(start, day, calendar) == working_days
    assert dates.working_days_left(day, start, calendar) == -working_days


@given(calendars(), st.integers(1, 30))
def test_counting_back_undoes_counting_forward_from_a_working_day(calendar_and_day, working_days):
    calendar, day = calendar_and_day
    assume(calendar[day])
    there = dates.add_working_days(day, working_days, calendar)
    assert dates.add_working_days(there, -working_days, calendar) == day


@given(st.integers(2000, 2059), st.integers(1, 40))
def test_a_missing_year_is_always_named(year, working_days):
    calendar = dates.calendar_year(year, holidays=set(), make_up_days=set())
    try:
        dates.add_working_days(date(year, 12, 31), working_days, calendar)
    except dates.MissingCalendarYear as missing:
        assert missing.year == year + 1
    else:
        raise AssertionError("counted into a year nobody entered")


@given(days, st.integers(1, 400), days, st.none() | st.integers(1, 400))
def test_what_two_ranges_share_is_what_both_contain(start, length, other_start, other_length):
    one = dates.DateRange(start, start + timedelta(days=length))
    end = None if other_length is None else other_start + timedelta(days=other_length)
    other = dates.DateRange(other_start, end)
    shared = one.intersection(other)
    assert {day for day in one.days() if day in other} == set(shared.days() if shared else ())
    assert one.overlaps(other) == other.overlaps(one) == bool(shared)


@given(st.integers(1990, 2080), st.integers(1, 12), st.integers(1, 12))
def test_a_cap_year_has_twelve_months_and_holds_its_month(year, number, start):
    month = dates.Month(year, number)
    months = dates.cap_year(month, start)
    assert months == [months[0] + n for n in range(12)]
    assert month in months
    assert months[0].number == start


# --- coordinates ---------------------------------------------------------------------------------------------------


@given(in_china, st.sampled_from(coordinates.Crs))
def test_there_and_back_is_the_same_place(point, crs):
    assume(coordinates.in_china(coordinates.from_wgs84(point, coordinates.Crs.GCJ02)))  # not across the very border
    back = coordinates.to_wgs84(coordinates.from_wgs84(point, crs), crs)
    assert coordinates.distance_m(back, point) < 0.01


@given(in_china, in_china)
def test_distance_is_symmetric_and_mercator_never_shorter(a, b):
    distance = coordinates.distance_m(a, b)
    assert abs(distance - coordinates.distance_m(b, a)) < 1e-6
    (ax, ay), (bx, by) = coordinates.mercator_m(a), coordinates.mercator_m(b)
    assert ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 >= distance * (
        1 - 1e-9
    ) - 1e-6  # floats of points centimetres apart


@given(in_china, st.floats(1, 50_000), st.floats(0, 1), st.floats(-0.7, 0.7), st.floats(-0.7, 0.7))
def test_the_bound_of_the_search_is_never_too_generous(centre, radius, part, east, north):
    """Whatever lies within `surely_within_m` lies in the Mercator circle it was derived from."""
    other = coordinates.Point(centre.lng + east, centre.lat + north)
    circle = coordinates.widest_mercator_m(centre, radius) * part
    if coordinates.distance_m(centre, other) < coordinates.surely_within_m(centre, circle, radius):
        (ax, ay), (bx, by) = coordinates.mercator_m(centre), coordinates.mercator_m(other)
        assert ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 <= circle * (1 + 1e-9) + 1e-6


@given(st.floats(-2, 6), st.floats(-2, 6))
def test_a_square_holds_what_its_corners_say(x, y):
    square = {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]]}
    assume(min(abs(x), abs(y), abs(x - 4), abs(y - 4)) > 1e-9)
    assert coordinates.inside(coordinates.Point(x, y), square) == (0 < x < 4 and 0 < y < 4)


# --- canonical JSON and codes --------------------------------------------------------------------------------------


@given(json_values)
def test_canonical_json_says_the_same_and_is_stable(value):
    text = canonical.canonical(value)
    assert json.loads(text) == value
    assert canonical.canonical(json.loads(text)) == text


@given(st.dictionaries(st.text(), st.integers(), min_size=2), st.randoms())
def test_the_order_of_keys_does_not_matter(mapping, random):
    items = list(mapping.items())
    random.shuffle(items)
    assert canonical.digest(dict(items)) == canonical.digest(mapping)


@given(st.binary())
def test_every_short_code_can_be_typed(content):
    code = canonical.short_code(canonical.digest(content.hex()))
    assert canonical.parse_short_code(code.lower()) == code


# --- identifiers, against an independent library ---------------------------------------------------------------------

code_characters = st.text(identifiers.USCC_ALPHABET, min_size=9, max_size=9)


@given(st.sampled_from(["11", "12", "51", "52", "91", "92", "93"]), code_characters, st.integers(0, 999_999))
def test_a_credit_code_we_accept_is_one_the_library_accepts(prefix, characters, area):
    first_8 = characters[:8]
    first_17 = f"{prefix}{area:06d}{first_8}{identifiers.organisation_check(first_8)}"
    code = first_17 + identifiers.credit_code_check(first_17)
    assert identifiers.parse_credit_code(code).code == uscc.validate(code)


@given(st.text(identifiers.USCC_ALPHABET, min_size=18, max_size=18))
def test_a_credit_code_the_library_refuses_we_refuse(code):
    if not uscc.is_valid(code):
        try:
            identifiers.parse_credit_code(code)
        except Fault:
            return
        raise AssertionError(code)


@given(st.dates(date(1900, 1, 1), date(2025, 7, 10)), st.integers(1, 999))
def test_a_resident_number_has_the_check_the_library_computes(birth, serial):
    first_17 = f"440104{birth:%Y%m%d}{serial:03d}"
    number = first_17 + ric.calc_check_digit(first_17 + "0")
    identity = identifiers.parse_resident_id(number, on=date(2025, 7, 10))
    assert (identity.birth_date, identity.female) == (birth, serial % 2 == 0)


@given(st.text(max_size=24))
def test_nothing_typed_is_more_than_a_fault(text):
    for parse in (
        identifiers.parse_credit_code,
        identifiers.parse_mobile,
        identifiers.parse_phone,
        money.parse_yuan,
        money.parse_capital,
        dates.Month.parse,
        canonical.parse_short_code,
        lambda typed: identifiers.parse_resident_id(typed, on=date(2025, 7, 10)),
        *(
            lambda typed, kind=kind: identifiers.parse_identity(kind, typed, on=date(2025, 7, 10))
            for kind in identifiers.IdType
        ),
    ):
        try:
            parse(text)
        except Fault as fault:
            assert str(fault)
