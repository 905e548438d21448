"""Whether a child's age on its first day fits a class. Pure."""

from __future__ import annotations

from providers.rules.ages import AGES, YOUNGEST_MONTHS

FITS, VERY_YOUNG, OUTSIDE = "FITS", "VERY_YOUNG", "OUTSIDE"


def age_in_class(band: str, months: int) -> str:
    """FITS, OUTSIDE, or VERY_YOUNG: under six months no standard class takes a child, so an infant class is warned."""
    low, high = AGES[band]
    if low <= months < high:
        return FITS
    if low == YOUNGEST_MONTHS and 0 <= months < low:
        return VERY_YOUNG
    return OUTSIDE
