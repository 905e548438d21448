"""Colours and words of claims for templates."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from portal.money import capital
from subsidies import wording
from subsidies.models import Claim, ClaimState, Line
from subsidies.rules import Terms

register = template.Library()

TONES = {
    ClaimState.PREPARED: "info",
    ClaimState.RETURNED: "warn",
    ClaimState.CONFIRMED: "neutral",
    ClaimState.CHECKED: "neutral",
    ClaimState.REVIEWED: "neutral",
    ClaimState.NOTICED: "info",
    ClaimState.RELEASED: "good",
    ClaimState.EXPORTED: "good",
}


@register.filter
def claim_tone(state: str) -> str:
    """The colour of a claim's state."""
    return TONES.get(state, "neutral")


@register.filter
def period(claim: Claim) -> str:
    """The months a claim states: 2025-06, or 2025-01 to 2025-06; its number when it is a later one."""
    months = f"{claim.from_month:%Y-%m}"
    if claim.to_month != claim.from_month:
        months = _("%(first)s to %(last)s") % {"first": months, "last": f"{claim.to_month:%Y-%m}"}
    if claim.sequence > 1:
        months = _("%(months)s, no. %(number)s") % {"months": months, "number": claim.sequence}
    return months


@register.filter
def line_reason(line: Line) -> str:
    """Why a line's amount is what it is."""
    return wording.reason_of(line)


@register.filter
def reason_words(code: Any) -> str:
    """A reason's code in words; none: the rounding of a total."""
    return wording.reason(code) if code else str(wording.ROUNDING_REASON)


@register.filter
def paid_tone(fen: int) -> str:
    """Green when something is paid, grey at 0, amber below."""
    return "good" if fen > 0 else "neutral" if fen == 0 else "warn"


@register.filter
def mask_key(key: str) -> str:
    """A child key as officials see it."""
    return wording.mask_key(key)


@register.filter
def carried(claim: Claim) -> int:
    """What balances add to a claim's lines."""
    return claim.carried_in_fen - claim.carried_out_fen


@register.filter
def in_words(fen: int) -> str:
    """大写金额 as payment papers want it."""
    return capital(fen)


@register.filter
def clause_name(terms: Terms, code: str) -> str:
    """What people call a clause: 第三条, or the short text itself; a long text without a number keeps its code."""
    text = terms.clauses.get(code, code)
    first = text.split()[0] if text.split() else code
    return first if first.startswith("第") or len(first) <= 16 else code
