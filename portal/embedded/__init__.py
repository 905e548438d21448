"""A real PostgreSQL and a real Valkey out of wheels, for everybody without servers: settings, manage.py, tests, demo.

`urls()` computes where they are and starts nothing; `ensure()` makes sure they run. DATABASE_URL and REDIS_URL in the
environment replace one or both. Standard library and the wheels only: settings import this before Django is ready.
"""

import contextlib
import os
from dataclasses import dataclass
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from portal.embedded import postgres, valkey
from portal.embedded.site import ServerError, Site, default

__all__ = [
    "ServerError",
    "Site",
    "Urls",
    "celery_url",
    "django_database",
    "ensure",
    "ensure_unless_configured",
    "recreate_database",
    "status",
    "stop",
    "urls",
]


@dataclass(frozen=True)
class Urls:
    """Where the embedded servers are reached: by libpq and Django, by redis-py and Django's cache, and by Celery."""

    database_url: str
    redis_url: str
    celery_url: str


def urls(site: Site | None = None) -> Urls:
    """Where the servers are or would be. Pure: computed from the data folder's path, nothing is started or read."""
    site = site or default()
    redis_url = f"unix://{valkey.socket_file(site)}"
    return Urls(
        database_url=f"postgresql://{postgres.ROLE}@/{postgres.DATABASE}?host={site.sockets}",
        redis_url=redis_url,
        celery_url=celery_url(redis_url),
    )


def celery_url(redis_url: str) -> str:
    """A REDIS_URL as Celery wants it: it has names of its own for a socket and for the number of a database."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return "redis+socket://" + redis_url.removeprefix("unix://").replace("?db=", "?virtual_host=")


def ensure(site: Site | None = None, *, database: bool = True, broker: bool = True) -> Urls:
    """Start what does not answer, recover what crashed, and say where the servers are. Quick when all is well."""
    site = site or default()
    missing_database = database and not postgres.ready(site)
    missing_broker = broker and not valkey.answers(site)
    if missing_database or missing_broker:
        with site.lock():  # two commands at once: the second finds the first one's servers
            site.prepare()
            if missing_broker and not valkey.answers(site):
                valkey.start(site)
            if missing_database:
                if not postgres.answers(site):
                    postgres.start(site)
                postgres.ensure_database(site)
    return urls(site)


def ensure_unless_configured() -> None:
    """Make sure the embedded servers run that the environment does not replace."""
    ensure(database=not os.environ.get("DATABASE_URL"), broker=not os.environ.get("REDIS_URL"))


def stop(site: Site | None = None) -> list[str]:
    """Stop what runs; the names of the servers that were stopped."""
    site = site or default()
    if not site.data.exists():
        return []
    with site.lock():
        stopped = [name for name, server in _servers() if server.stop(site)]
        with contextlib.suppress(OSError):  # not there, or a socket in it is somebody's after all
            site.sockets.rmdir()
        return stopped


def status(site: Site | None = None) -> dict[str, tuple[bool, int | None]]:
    """For each server: does it answer, and under which process number."""
    site = site or default()
    return {name: (server.answers(site), server.pid(site)) for name, server in _servers()}


def recreate_database(site: Site | None = None) -> None:
    """Throw the embedded database away and make it anew (FRESH=1). A configured server is never touched."""
    site = site or default()
    with site.lock():
        postgres.recreate_database(site)


def django_database(url: str) -> dict[str, Any]:
    """A libpq URL as an entry of Django's DATABASES; what Django has no key for (sslmode …) goes into OPTIONS."""
    parts = conninfo_to_dict(url)
    keys = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    entry: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql"}
    entry |= {key: str(parts.pop(name, None) or "") for name, key in keys.items()}
    entry["OPTIONS"] = parts
    return entry


def _servers() -> list[tuple[str, Any]]:
    """The two servers under the names people know."""
    return [("PostgreSQL", postgres), ("Valkey", valkey)]
