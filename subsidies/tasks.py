"""What the clock brings about for subsidies; the task may run twice or late without harm."""

from celery import shared_task
from django.conf import settings

from portal import clock
from portal.models import Area
from subsidies.actions import checking
from subsidies.actions.claims.reminding import remind
from subsidies.actions.news import remind_offices


@shared_task
def remind_of_statements() -> int:
    """Every morning: statements that are due soon, their owners' and those that wait for an office."""
    remind_offices(clock.today())
    return remind(clock.today())


@shared_task
def check_ledger() -> bool:
    """Every night: queue the check of the ledger; the sweeper wakes workers. Gives whether there is a city."""
    area = Area.objects.filter(code=settings.CITY_CODE).first()
    if area is None:
        return False
    checking.start_check(clock.today(), area=area)
    return True
