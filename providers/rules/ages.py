"""Bands of age in completed months, and how many children and carers a class of each may and must have (班型).

托育机构设置标准(试行) 国卫人口发〔2019〕58号, arts 19–20. "以下、以上、以内" include the number (Civil Code art. 1259).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from types import MappingProxyType

from portal.dates import DateRange
from portal.wording import N_, Fault

SETTING_STANDARD = "托育机构设置标准(试行) 国卫人口发〔2019〕58号"


@dataclass(frozen=True, slots=True)
class ClassLimit:
    """What one kind of class may hold, for a time: ages [from, to), most children, children per carer."""

    band: str
    from_months: int
    to_months: int
    most_children: int
    children_per_carer: int
    valid_during: DateRange
    clause: str
    ratio_is_ours: bool = False  # the law sets none; ours is a default that a city may change


_SINCE_2019 = DateRange(date(2019, 10, 8), None)

NATIONAL_LIMITS = (
    ClassLimit("INFANT", 6, 12, 10, 3, _SINCE_2019, f"{SETTING_STANDARD} 第十九、二十条"),
    ClassLimit("YOUNGER", 12, 24, 15, 5, _SINCE_2019, f"{SETTING_STANDARD} 第十九、二十条"),
    ClassLimit("OLDER", 24, 36, 20, 7, _SINCE_2019, f"{SETTING_STANDARD} 第十九、二十条"),
    ClassLimit("MIXED", 18, 36, 18, 5, _SINCE_2019, f"{SETTING_STANDARD} 第十九条", ratio_is_ours=True),
)

AGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {limit.band: (limit.from_months, limit.to_months) for limit in NATIONAL_LIMITS}
)

# At most five children, a carer for at most three (2023-11); more must be filed as an institution.
FAMILY_POINT = ClassLimit("FAMILY", 0, 36, 5, 3, DateRange(date(2023, 11, 1), None), "家庭托育点管理办法(试行)")

YOUNGEST_MONTHS = 6  # below this no standard class takes a child


def limit_of(band: str, on: date, limits: Iterable[ClassLimit] = NATIONAL_LIMITS) -> ClassLimit:
    """The limit in force on a day. Raises KeyError where the law has none."""
    for limit in limits:
        if limit.band == band and on in limit.valid_during:
            return limit
    raise KeyError(f"no limit for {band} on {on}")


def band_of_age(months: int) -> str | None:
    """The band of an age in completed months; a child of exactly twelve months is YOUNGER. None outside [6, 36)."""
    return next((band for band, (low, high) in AGES.items() if band != "MIXED" and low <= months < high), None)


def bands_for_age(months: int) -> list[str]:
    """Every kind of class that may take a child of this age: its own band, and MIXED from eighteen months."""
    return [band for band, (low, high) in AGES.items() if low <= months < high]


def carers_needed(band: str, children: int, on: date, limits: Iterable[ClassLimit] = NATIONAL_LIMITS) -> int:
    """Carers that one class needs for the children in it; part of a carer is a whole one."""
    return ceil(Fraction(children, limit_of(band, on, limits).children_per_carer))


def check_places(band: str, places: int, on: date, limits: Iterable[ClassLimit] = NATIONAL_LIMITS) -> None:
    """Raise Fault when a class is to have no place or more than the law allows."""
    limit = limit_of(band, on, limits)
    if places < 1:
        raise Fault("CLASS_EMPTY", N_("A class has at least one place."))
    if places > limit.most_children:
        message = N_("A class of this kind may have at most %(most)s places (%(clause)s). Open a second class.")
        raise Fault("CLASS_TOO_LARGE", message, most=limit.most_children, clause=limit.clause)
