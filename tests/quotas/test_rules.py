"""Indicators against published figures, and what happens where there is nothing to divide by."""

from fractions import Fraction

import pytest

from quotas.rules import (
    INDICATORS,
    Light,
    figure,
    growth,
    light,
    mean,
    median,
    places_missing,
    shown,
    weighted_mean,
)


@pytest.mark.parametrize(
    ("code", "counts", "value"),
    [
        # 665.7万 places for 14.05亿 residents: 4.74, published as 4.73 from unrounded counts
        ("PLACES_PER_THOUSAND", {"places": 6_657_000, "population": 1_405_000_000}, "4.74"),
        # the country's inclusive places at the end of 2025: 3.32 of 6.66 million, "about half"
        ("INCLUSIVE_SHARE", {"inclusive_places": 3_320_000, "places": 6_657_000}, "49.9"),
        ("HEALTH_CONTRACTS", {"health_contracts": 80_000, "active_providers": 126_000}, "63.5"),
        ("STREET_COVERAGE", {"streets_covered": 177, "streets": 178}, "99.4"),
        ("UTILISATION", {"enrolled": 467, "places": 1000}, "46.7"),
    ],
)
def test_published_figures(code, counts, value):
    assert figure(code, counts).shown == value


def test_a_figure_keeps_what_it_was_made_of_and_is_exact():
    per_thousand = figure("PLACES_PER_THOUSAND", {"places": 1, "population": 3})
    assert per_thousand.value == Fraction(1000, 3)
    assert (per_thousand.numerator, per_thousand.denominator) == (1, 3)


@pytest.mark.parametrize("code", INDICATORS)
def test_nothing_to_divide_by_gives_no_value(code):
    indicator = INDICATORS[code]
    empty = figure(code, {indicator.denominator: 0, indicator.numerator: 0})
    assert empty.value is None
    assert empty.shown == "–"


def test_a_missing_count_is_not_zero():
    with pytest.raises(KeyError):
        figure("UTILISATION", {"places": 100})


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(12345678, 1000), 1, "12,345.7"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(-1, 1000), 2, "0.00"),
        (Fraction(5, 2), 0, "3"),
        (None, 2, "–"),
    ],
)
def test_rounded_half_up_for_display_only(value, decimals, text):
    assert shown(value, decimals) == text


def test_targets():
    target = Fraction(9, 2)
    assert light(Fraction(9, 2), target) is Light.GREEN
    assert light(Fraction(405, 100), target) is Light.AMBER
    assert light(Fraction(404, 100), target) is Light.RED
    assert light(None, target) is light(Fraction(1), None) is Light.NONE
    assert places_missing(100, 25_000, target) == 13  # 112.5 places are 113
    assert places_missing(113, 25_000, target) == 0
    assert growth(120, 100) == 20
    assert growth(1, 0) is None


def test_average_fees():
    assert mean([1800, 1827]) == Fraction(3627, 2)
    assert weighted_mean([(1000, 3), (2000, 1)]) == 1250
    assert median([3, 1, 2]) == 2
    assert median([4, 1, 2, 3]) == Fraction(5, 2)
    assert mean([]) is weighted_mean([(1000, 0)]) is median([]) is None
