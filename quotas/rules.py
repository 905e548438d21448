"""Indicators of the quota reports: numerator, denominator, exact value, and how it is shown.

Nothing is rounded but for display (half up); a denominator of zero gives no value, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from types import MappingProxyType

from portal.wording import N_


@dataclass(frozen=True, slots=True)
class Indicator:
    """A formula: which count over which, times what, shown with how many decimals."""

    code: str
    name: str  # msgid
    numerator: str
    denominator: str
    scale: int = 100  # 100 = percent, 1000 = per thousand, 1 = plain
    decimals: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator's value with what it was made of."""

    indicator: Indicator
    numerator: int | Fraction
    denominator: int | Fraction

    @property
    def value(self) -> Fraction | None:
        """Exact; None when there is nothing to divide by."""
        if not self.denominator:
            return None
        return Fraction(self.numerator) * self.indicator.scale / Fraction(self.denominator)

    @property
    def shown(self) -> str:
        """As printed; a dash without a value."""
        return shown(self.value, self.indicator.decimals)


INDICATORS: Mapping[str, Indicator] = MappingProxyType(
    {
        indicator.code: indicator
        for indicator in (
            Indicator("PLACES_PER_THOUSAND", N_("Places per 1,000 residents"), "places", "population", 1000, 2),
            Indicator("INCLUSIVE_SHARE", N_("Share of inclusive places"), "inclusive_places", "places"),
            Indicator("ENROLMENT_RATE", N_("Enrolment rate under 3"), "enrolled", "population_under_3"),
            Indicator("UTILISATION", N_("Places in use"), "enrolled", "places"),
            Indicator("COUNTY_COVERAGE", N_("Counties with a provider"), "counties_covered", "counties"),
            Indicator("STREET_COVERAGE", N_("Subdistricts with a provider"), "streets_covered", "streets"),
            Indicator("COMMUNITY_COVERAGE", N_("Communities with a provider"), "communities_covered", "communities"),
            Indicator("FILING_RATE", N_("Filed providers"), "filed", "known_providers"),
            Indicator("CERTIFIED_SHARE", N_("Certified staff"), "certified_staff", "staff"),
            Indicator(
                "HEALTH_CONTRACTS", N_("Providers with a health contract"), "health_contracts", "active_providers"
            ),
            Indicator("PUBLIC_SHARE", N_("Share of public places"), "public_places", "places"),
            Indicator("COMMUNITY_SHARE", N_("Share of community places"), "community_places", "places"),
            Indicator("EMPLOYER_SHARE", N_("Share of employers' places"), "employer_places", "places"),
            Indicator("RATED_THREE_UP", N_("Rated three stars or more"), "three_stars_up", "rated"),
            Indicator("CIRCLE_COVERAGE", N_("Within the 15-minute circle"), "covered", "homes"),
            Indicator("SUBSIDY_EXECUTION", N_("Subsidy paid of approved"), "paid_fen", "approved_fen"),
        )
    }
)


def figure(code: str, counts: Mapping[str, int]) -> Figure:
    """An indicator from counts by name. Raises KeyError for a count that is missing: missing is not zero."""
    indicator = INDICATORS[code]
    return Figure(indicator, counts[indicator.numerator], counts[indicator.denominator])


def shown(value: Fraction | None, decimals: int) -> str:
    """A value rounded half up for display, with thousands separated; "–" for none."""
    if value is None:
        return "–"
    units = floor(abs(value) * 10**decimals + Fraction(1, 2))
    whole, part = divmod(units, 10**decimals)
    sign = "-" if value < 0 and units else ""
    return f"{sign}{whole:,}.{part:0{decimals}d}" if decimals else f"{sign}{whole:,}"


# --- Targets ----------------------------------------------------------------------------------------------------


class Light(StrEnum):
    """How an indicator stands to its target (红黄绿)."""

    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"
    NONE = "NONE"


def light(value: Fraction | None, target: Fraction | None, *, near: Fraction = Fraction(9, 10)) -> Light:
    """Green when reached, amber when near (nine tenths), red below; none without value or target."""
    if value is None or target is None:
        return Light.NONE
    if value >= target:
        return Light.GREEN
    return Light.AMBER if value >= target * near else Light.RED


def places_missing(places: int, population: int, target_per_thousand: Fraction) -> int:
    """Places still needed to reach the target; 0 when it is reached (缺口)."""
    return max(0, ceil(Fraction(population) * target_per_thousand / 1000) - places)


def growth(now: int, before: int) -> Fraction | None:
    """Growth in percent over an earlier figure; None when there was nothing (同比)."""
    return Fraction((now - before) * 100, before) if before else None


# --- Average fees ------------------------------------------------------------------------------------------------


def mean(values: Sequence[int]) -> Fraction | None:
    """Simple mean; None for nothing."""
    return Fraction(sum(values), len(values)) if values else None


def weighted_mean(values: Iterable[tuple[int, int]]) -> Fraction | None:
    """Mean of (value, weight); None when no weight is there. Say which weight: places or enrolments."""
    pairs = list(values)
    weight = sum(weight for _, weight in pairs)
    return Fraction(sum(value * weight for value, weight in pairs), weight) if weight else None


def median(values: Iterable[int]) -> Fraction | None:
    """The middle value, or the mean of the two in the middle; None for nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return Fraction(ordered[middle]) if len(ordered) % 2 else Fraction(ordered[middle - 1] + ordered[middle], 2)
