"""Ages and transfers as a policy reads them."""

from datetime import date

import pytest

from portal.dates import Month
from subsidies.rules.ages import age_band, age_ok
from subsidies.rules.codes import AgeDay, ReferenceDay, Transfer
from subsidies.rules.terms import AgeBand, Terms
from subsidies.rules.transfers import Stay, counted_stays

JULY = Month(2025, 7)
BANDS = (AgeBand("[0,12)", 0, 12), AgeBand("[12,24)", 12, 24))


@pytest.mark.parametrize(
    ("birth", "on", "band"),
    [
        (date(2024, 7, 31), ReferenceDay.LAST_DAY, "[12,24)"),  # one year old on the last day
        (date(2024, 7, 31), ReferenceDay.FIRST_DAY, "[0,12)"),
        (date(2024, 8, 1), ReferenceDay.LAST_DAY, "[0,12)"),
        (date(2023, 7, 31), ReferenceDay.LAST_DAY, None),
    ],
)
def test_the_band_on_the_reference_day(birth, on, band):
    assert age_band(BANDS, birth, JULY, on) == band


@pytest.mark.parametrize(
    ("birth", "at", "holds"),
    [
        (date(2022, 7, 15), AgeDay.FIRST_DAY, True),  # turns three in mid-month
        (date(2022, 7, 15), AgeDay.LAST_DAY, False),
        (date(2022, 7, 15), AgeDay.ANY_DAY, True),
        (date(2022, 7, 1), AgeDay.ANY_DAY, False),
        (date(2022, 7, 15), AgeDay.UNTIL_31_AUG, True),
        (date(2021, 9, 1), AgeDay.UNTIL_31_AUG, True),  # three on 1 September 2024: until 31 August 2025
        (date(2021, 8, 31), AgeDay.UNTIL_31_AUG, False),  # three on 31 August 2024
        (date(2025, 1, 31), AgeDay.LAST_DAY, True),  # six months on the last day
        (date(2025, 1, 31), AgeDay.FIRST_DAY, False),
        (date(2025, 1, 31), AgeDay.ANY_DAY, True),
        (date(2025, 2, 1), AgeDay.ANY_DAY, False),
        (date(2025, 2, 1), AgeDay.UNTIL_31_AUG, False),
    ],
)
def test_ages_from_six_months_to_under_three_years(birth, at, holds):
    assert age_ok(birth, JULY, from_months=6, to_months=36, at=at) is holds


def test_a_policy_gives_its_bands_from_the_youngest_up():
    rows = [{"age_band": band, "rate_fen": 1} for band in ("OLDER", "[0, 6)", "INFANT")]
    policy = {"code": "B", "name": "B", "unit": "INFANT_MONTH", "rates": rows}
    bands = Terms.from_mapping(policy).age_bands
    assert bands == (AgeBand("[0,6)", 0, 6), AgeBand("INFANT", 6, 12), AgeBand("OLDER", 24, 36))


FIRST = Stay("P1", date(2025, 7, 1), date(2025, 7, 10), 8)
SECOND = Stay("P2", date(2025, 7, 11), date(2025, 7, 31), 8)
LONGER = Stay("P0", date(2025, 7, 5), date(2025, 7, 6), 9)


@pytest.mark.parametrize(
    ("transfer", "stays", "counted"),
    [
        (Transfer.MORE_DAYS, [FIRST, SECOND], ["P2"]),  # a tie goes to the later
        (Transfer.MORE_DAYS, [SECOND, LONGER, FIRST], ["P0"]),
        (Transfer.FIRST, [SECOND, FIRST], ["P1"]),
        (Transfer.LAST, [SECOND, FIRST], ["P2"]),
        (Transfer.EACH_OWN_DAYS, [SECOND, FIRST], ["P1", "P2"]),
        (Transfer.MORE_DAYS, [], []),
    ],
)
def test_whose_month_it_is_after_a_transfer(transfer, stays, counted):
    assert [stay.provider for stay in counted_stays(transfer, stays)] == counted
