"""Conditions and caps written in one line, the way a text of law reads: "rating>=3", "months_per_year<=10"."""

from __future__ import annotations

import re

_CONDITIONS = (
    (r"filed_active_on\(month\)", {"if": "filed_active"}),
    (r"rating>=(?P<grade>\d)", {"if": "rating_at_least"}),
    (r"fee<=cap", {"if": "fee_within_ceiling"}),
    (r"fee<=(?P<fen>\d+)", {"if": "fee_at_most"}),
    (r"no_penalty_within\((?P<months>\d+)\)", {"if": "no_penalty_within"}),
    (r"operating_months>=(?P<months>\d+)", {"if": "operating_months_at_least"}),
)
_CAPS = (
    (r"infants_per_month<=recognised_places", {"cap": "infants_per_month"}),
    (r"months_per_year<=(?P<months>\d+)", {"cap": "months_per_year"}),
    (r"total_fen_per_year<=(?P<fen>\d+)", {"cap": "total_fen_per_year"}),
    (r"share_of_actual_rent<=(?P<share>\d+/\d+)", {"cap": "share_of_actual_rent"}),
    (r"amount<=fee_paid", {"cap": "amount_at_most_fee"}),
)
_Patterns = tuple[tuple[str, dict[str, str]], ...]


def spelt_out_condition(text: str) -> dict[str, object]:
    """The mapping that the line stands for; a bare name is the condition of that name."""
    return _spelt_out(text, _CONDITIONS) or {"if": text.strip()}


def spelt_out_cap(text: str) -> dict[str, object]:
    """The mapping that the line stands for."""
    return _spelt_out(text, _CAPS) or {"cap": text.strip()}


def _spelt_out(text: str, patterns: _Patterns) -> dict[str, object] | None:
    line = re.sub(r"\s", "", text).replace("≥", ">=").replace("≤", "<=")
    for pattern, meaning in patterns:
        if found := re.fullmatch(pattern, line, re.ASCII):
            numbers = {key: int(number) if number.isdigit() else number for key, number in found.groupdict().items()}
            return {**meaning, **numbers}
    return None
