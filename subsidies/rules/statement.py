"""The period a claim states: computed monthly, settled by the policy's period."""

from __future__ import annotations

from portal.dates import Month
from subsidies.rules.codes import SettlePeriod

_MONTHS = {SettlePeriod.MONTH: 1, SettlePeriod.QUARTER: 3, SettlePeriod.HALF: 6, SettlePeriod.YEAR: 12}


def statement_period(settle: SettlePeriod, month: Month) -> tuple[Month, Month]:
    """First and last month of the calendar month, quarter, half-year or year that holds the month."""
    length = _MONTHS[settle]
    first = Month(month.year, (month.number - 1) // length * length + 1)
    return first, first + (length - 1)
