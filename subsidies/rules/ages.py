"""Ages as a policy reads them: bands and age conditions on its reference day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portal.dates import Month, add_months, completed_months
from subsidies.rules.codes import AgeDay, ReferenceDay
from subsidies.rules.terms import AgeBand


def reference_months(birth: date, month: Month, on: ReferenceDay) -> int:
    """Completed months of age on the policy's reference day; ANY_DAY reads a band on the last day of the month."""
    return completed_months(birth, month.first if on is ReferenceDay.FIRST_DAY else month.last)


def age_band(bands: Iterable[AgeBand], birth: date, month: Month, on: ReferenceDay) -> str | None:
    """The name of the policy's band for this child and month; None when it fits none."""
    months = reference_months(birth, month, on)
    return next((band.name for band in bands if band.from_months <= months < band.to_months), None)


def age_ok(birth: date, month: Month, *, from_months: int, to_months: int, at: AgeDay) -> bool:
    """Whether the child's completed months are in [from_months, to_months) as the condition reads them.

    ANY_DAY: on some day of the month. UNTIL_31_AUG: read on the last day, and a child that reaches the upper age
    stays eligible until the 31 August that follows.
    """
    first, last = completed_months(birth, month.first), completed_months(birth, month.last)
    match at:
        case AgeDay.FIRST_DAY:
            return from_months <= first < to_months
        case AgeDay.LAST_DAY:
            return from_months <= last < to_months
        case AgeDay.ANY_DAY:
            return first < to_months and from_months <= last
        case AgeDay.UNTIL_31_AUG:
            reached = add_months(birth, to_months)
            august = date(reached.year + (reached > date(reached.year, 8, 31)), 8, 31)
            return from_months <= last and month.first <= august
