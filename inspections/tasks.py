"""What the clock brings about for inspections; the task may run twice or late without harm."""

from celery import shared_task

from inspections.actions.reminding import remind
from portal import clock


@shared_task
def remind_of_findings() -> int:
    """Every morning: hazards that are due soon or overdue."""
    return remind(clock.today())
