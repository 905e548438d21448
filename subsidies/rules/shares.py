"""Sharing: how much of a place a child takes, who pays a claim, who receives a line, and rounding a claim's total."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from portal.money import round_fen, split
from subsidies.rules.cases import Case
from subsidies.rules.codes import HALF_MODES, Level, Payee, Stage
from subsidies.rules.terms import Terms

_LEVELS = list(Level)


def share(terms: Terms, case: Case) -> Fraction:
    """The part of a recognised place that this child takes: 1, or the policy's share for half-day care."""
    if terms.half_day_place_share == 1:
        return Fraction(1)
    return terms.half_day_place_share if case["mode"] in HALF_MODES else Fraction(1)


def split_funding(total_fen: int, shares: Iterable[tuple[Level, int]]) -> list[tuple[Level, int]]:
    """A claim's total among the levels, from the highest down, adding up exactly (largest remainder, ties by level).

    Negative totals are split like positive ones with the sign put back.
    """
    by_level = sorted(shares, key=lambda level_share: _LEVELS.index(level_share[0]))
    amounts = split(total_fen, [share_ppm for _, share_ppm in by_level])
    return [(level, amount) for (level, _), amount in zip(by_level, amounts, strict=True)]


def split_payees(terms: Terms, amount_fen: int) -> list[tuple[Payee, int]]:
    """A line's amount among those who receive it: provider, family, or both."""
    if terms.payee is not Payee.SPLIT:
        return [(terms.payee, amount_fen)]
    return list(zip((Payee.PROVIDER, Payee.FAMILY), split(amount_fen, terms.payee_split_ppm), strict=True))


def rounding_difference(terms: Terms, total_fen: int) -> int:
    """What the rounding line of a claim adds to its total; 0 unless the policy rounds totals."""
    rule = terms.rounding
    if rule.stage is Stage.LINE:
        return 0
    return round_fen(total_fen, rule.mode, rule.unit_fen) - total_fen


def instalments(terms: Terms, total_fen: int) -> list[int]:
    """A total in yearly instalments (Ningbo 4:3:3); one payment when the policy names none."""
    return split(total_fen, terms.instalments) if terms.instalments else [total_fen]
