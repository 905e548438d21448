"""What the clock brings about for subsidies; the task may run twice or late without harm."""

from celery import shared_task

from portal import clock
from subsidies.actions.claims.reminding import remind


@shared_task
def remind_of_statements() -> int:
    """Every morning: statements that are due soon."""
    return remind(clock.today())
