"""What the clock brings about for rolls; each task may run twice or late without harm."""

from celery import shared_task

from enrolments.actions import children, upkeep
from portal import clock


@shared_task
def release_holds() -> int:
    """Every few minutes: held places whose time has run out are free again, for parents too."""
    return upkeep.release_holds()


@shared_task
def turn_the_day() -> int:
    """At 00:05: providers a child left yesterday have more free places; keys of long forgotten children go."""
    children.expire_keys(clock.today())
    return upkeep.turn_the_day()
