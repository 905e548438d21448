"""What workers do when the bell rings. Each task is thin: the work and its truth stand in rows.

A view that started a run calls `ring()` after its commit, so that nobody waits for the sweeper.
"""

import time

import structlog
from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from kombu.exceptions import OperationalError

from portal import clock, notices, outbox, proving, runs
from portal import seal as sealer
from portal.actions import areas, cleaning, reminding
from portal.models import Area
from portal.panels import collect

HEARTBEAT = "worker-heartbeat"
RUN_SLOT = 0x7075_0100  # advisory locks of the run workers: this number plus the slot's

# Whoever rings stands before a page: by itself Celery tries for 6 s (4 s and a pause of 2), and every retry of its own.
BELL_S = 0.25
BELL = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {
    "socket_connect_timeout": BELL_S,
    "socket_timeout": BELL_S,
    "max_retries": 1,  # 0 would mean for ever
    "interval_start": 0,
    "interval_step": 0,
    "connect_retries_timeout": BELL_S,
}

log = structlog.get_logger(__name__)


@shared_task
def seal() -> int:
    """Give committed audit events their links (every few seconds)."""
    return sealer.seal_pending()


@shared_task
def send_messages() -> int:
    """Send the messages that are due (every few seconds)."""
    return outbox.send_due()


@shared_task
def sweep_runs() -> bool:
    """Ring again while a chunk waits: a lost bell, a killed worker, a lease that ran out."""
    if waiting := runs.waiting():
        ring()
    return waiting


def ring() -> None:
    """Wake the run workers; a bell that nobody hears within seconds is forgotten, the sweeper rings again.

    Nobody is refused for a broken bell: what is to be done stands in rows.
    """
    try:
        with work_runs.app.connection_for_write(transport_options=BELL) as bell:
            for _slot in range(settings.RUN_WORKERS):
                work_runs.apply_async(expires=10, retry=False, connection=bell)
    except OperationalError as error:
        log.warning("bell_not_rung", error=str(error))


@shared_task
def work_runs() -> int:
    """Take chunks of runs until none is left. At most settings.RUN_WORKERS of these work at a time, so that messages,
    seals and heartbeats always find a free process."""
    for slot in range(settings.RUN_WORKERS):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [RUN_SLOT + slot])
            if not cursor.fetchone()[0]:
                continue
        try:
            return runs.work(stage_opened=ring)
        finally:
            with connection.cursor() as cursor:  # a connection that was lost meanwhile has freed the slot by itself
                cursor.execute("SELECT pg_advisory_unlock(%s)", [RUN_SLOT + slot])
    return 0


@shared_task
def heartbeat() -> None:
    """Say that a worker lives; `/readyz` looks at it."""
    cache.set(HEARTBEAT, time.time(), timeout=300)


@shared_task
def nightly() -> dict[str, int]:
    """At 00:05: areas move, notices end whose last day has passed, what has expired is forgotten."""
    return {"areas": areas.turn_the_tree(), "notices": notices.end_due(), **cleaning.clean()}


@shared_task
def remind_keepers() -> int:
    """Every morning: whoever keeps accounts and the calendar is told of what has been left."""
    return reminding.remind(clock.today())


@shared_task
def verify_chain() -> bool:
    """Every night: queue the proof of the seals; the sweeper wakes workers. Gives whether there is a city."""
    area = Area.objects.filter(code=settings.CITY_CODE).first()
    if area is not None:
        proving.start_proof(clock.today(), area=area)
    return area is not None


def new_day() -> None:
    """Do at once what the beat does at 00:05: the demo's day moves when somebody says so, not at midnight."""
    collect("new_day")
