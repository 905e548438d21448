"""Which colour a state of inspections has; the word beside it says the same."""

from django import template

register = template.Library()

TONES = {
    "PLANNED": "info", "UNDER_WAY": "warn", "FINISHED": "neutral", "PUBLISHED": "good", "CANCELLED": "neutral",
    "CONFORMS": "good", "FAILS": "bad", "NOT_APPLICABLE": "neutral", "CORRECT": "warn",
    "MAJOR": "bad", "GENERAL": "warn",
    "OPEN": "warn", "ANSWERED": "info", "CLEARED": "good", "WITHDRAWN": "neutral",
    "WAITING": "info", "ACCEPTED": "good", "SENT_BACK": "warn",
    "SCORED": "info", "CONFIRMED": "good", "RETURNED": "warn", "SUSPEND": "bad", "RESUME": "good",
}  # fmt: skip


@register.filter
def tone(code: str) -> str:
    """The kind of tag for a state, level, result or verdict."""
    return TONES.get(code, "neutral")


@register.filter
def stars(grade: int | None) -> str:
    """Filled and empty stars; the number stands beside them in words."""
    return "★" * grade + "☆" * (5 - grade) if grade else ""
