"""Is the house alive, and may it be sent visitors? For load balancers and supervisors; nothing secret in the answer."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from redis import Redis

from portal.permissions import public
from portal.tasks import HEARTBEAT

HEARTBEAT_S = 60  # a worker says so every ten seconds


@public
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@public
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, broker, worker and migrations are as they must be, else 503; each named."""
    parts = {name: _tried(probe) for name, probe in PROBES.items()}
    well = all(part == "ok" for part in parts.values())
    return JsonResponse({"status": "ok" if well else "not ready", **parts}, status=200 if well else 503)


def _tried(probe: Any) -> str:
    try:
        return probe()
    except Exception as error:
        return type(error).__name__


def database() -> str:
    """One round trip."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def broker() -> str:
    """One round trip to what wakes the workers."""
    with Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        client.ping()
    return "ok"


def worker() -> str:
    """How long ago a worker last said that it lives."""
    beat = cache.get(HEARTBEAT)
    if beat is None:
        return "no heartbeat"
    age = time.time() - beat
    return "ok" if age <= HEARTBEAT_S else f"last heartbeat {int(age)} s ago"


def migrations() -> str:
    """Whether the tables are those of this code."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if not waiting else f"{len(waiting)} to apply"


PROBES = {"database": database, "broker": broker, "worker": worker, "migrations": migrations}
