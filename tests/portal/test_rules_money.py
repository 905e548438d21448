"""Fen, yuan and 大写金额: the examples of 《支付结算办法》附件一 and the sums that must not lose a fen."""

from fractions import Fraction

import pytest

from portal.money import (
    LARGEST_FEN,
    Rounding,
    capital,
    parse_capital,
    parse_yuan,
    plain_yuan,
    round_fen,
    split,
    wan_yuan,
    yuan,
)
from portal.wording import Fault


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (50, "伍角整"),
        (101, "壹元零壹分"),
        (140_950, "壹仟肆佰零玖元伍角整"),  # the rule's own examples: ¥1,409.50, 6,007.14, 1,680.32, 107,000.53,
        (600_714, "陆仟零柒元壹角肆分"),  # 16,409.02 and 325.04
        (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (10_000_700, "壹拾万零柒元整"),
        (2_412_000_000, "贰仟肆佰壹拾贰万元整"),
        (100_010_000_000_000, "壹万零壹亿元整"),
        (-18_500, "负壹佰捌拾伍元整"),
    ],
)
def test_capital_numerals(fen, words):
    assert capital(fen) == words
    assert parse_capital(words) == fen
    assert parse_capital("人民币" + words) == fen


def test_where_the_rule_leaves_a_zero_open_both_ways_are_read():
    assert parse_capital("壹拾万零柒仟元零伍角叁分") == parse_capital("壹拾万柒仟元伍角叁分") == 10_700_053
    assert parse_capital("壹佰圆正") == 10_000


@pytest.mark.parametrize("text", ["", "元", "拾元", "壹贰元", "壹万万元", "壹佰", "一百元", "壹拾拾元", "伍分壹元"])
def test_what_is_no_amount_in_capital_numerals_is_refused(text):
    with pytest.raises(Fault) as fault:
        parse_capital(text)
    assert fault.value.code == "CAPITAL_FORMAT"


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("1813", 181_300), ("1,813.5", 181_350), ("¥1,813.00", 181_300), ("１８１３元", 181_300), (" -0.05 ", -5)],
)
def test_yuan_as_people_type_it(typed, fen):
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "MONEY_EMPTY"),
        ("1.234", "MONEY_FORMAT"),
        ("1,81", "MONEY_FORMAT"),
        ("十元", "MONEY_FORMAT"),
        ("1e3", "MONEY_FORMAT"),
        ("99999999999999999", "MONEY_TOO_LARGE"),
        ("9" * 5000, "MONEY_TOO_LARGE"),
        ("-10000000000000.01", "MONEY_TOO_LARGE"),
    ],
)
def test_what_is_no_amount_is_told(typed, code):
    with pytest.raises(Fault) as fault:
        parse_yuan(typed)
    assert fault.value.code == code


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("0" * 5000 + "7.5", 750), ("0", 0), ("0.05", 5), ("10000000000000", LARGEST_FEN), ("-1,813", -181_300)],
)
def test_zeros_in_front_and_the_largest_amount_are_read(typed, fen):
    assert parse_yuan(typed) == fen


def test_yuan_on_pages_in_fields_and_in_reports():
    assert yuan(-123_456_789) == "-1,234,567.89"
    assert plain_yuan(5) == "0.05"
    assert wan_yuan(2_412_000_000) == "2,412.00"
    assert wan_yuan(-499, 0) == "0"


@pytest.mark.parametrize(
    ("exact", "mode", "unit", "rounded"),
    [
        (Fraction(60_000 * 14, 22), Rounding.HALF_UP, 1, 38_182),  # domain's worked vectors
        (Fraction(60_000 * 14, 22), Rounding.FLOOR, 1, 38_181),
        (Fraction(19_000, 22), Rounding.HALF_UP, 1, 864),
        (Fraction(19_000, 22), Rounding.FLOOR, 1, 863),
        (Fraction(1, 2), Rounding.HALF_UP, 1, 1),
        (Fraction(-1, 2), Rounding.HALF_UP, 1, -1),
        (150, Rounding.HALF_UP, 100, 200),
        (101, Rounding.CEIL, 100, 200),
        (-199, Rounding.FLOOR, 100, -100),
    ],
)
def test_rounding_is_exact_and_the_same_in_both_directions(exact, mode, unit, rounded):
    assert round_fen(exact, mode, unit) == rounded
    assert round_fen(-exact, mode, unit) == -rounded


def test_shares_add_up_and_left_over_fen_go_to_the_largest_remainder():
    assert split(100, [333_333, 333_333, 333_334]) == [33, 33, 34]
    assert split(5, [1, 1, 1]) == [2, 2, 1]
    assert split(-5, [1, 1, 1]) == [-2, -2, -1]
    assert split(37_000_000, [400_000, 300_000, 300_000]) == [14_800_000, 11_100_000, 11_100_000]
    assert split(7, [0, 1]) == [0, 7]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_nobody_to_share_with_is_an_error(weights):
    with pytest.raises(ValueError, match=r"weights|empty"):
        split(1, weights)
