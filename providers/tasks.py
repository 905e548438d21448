"""What the clock brings about for providers; each task may run twice or late without harm."""

from celery import shared_task

from providers import search_rows
from providers.actions.inclusive import lapse_agreements


@shared_task
def turn_the_day() -> int:
    """At 00:05: agreements that ran out, then every search row whose day has come."""
    return lapse_agreements() + search_rows.rewrite_lapsed()
