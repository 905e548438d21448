"""A whole demo city for tests, behind a real web server and a real worker: made once per state of the code, copied.

Loading it takes a minute, so one database per fingerprint of everything that shapes the city is kept as a template.
"""

import contextlib
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from portal import embedded
from portal.embedded import postgres
from portal.embedded.site import CHECKOUT, default
from tests.template import fingerprint

SHAPES = ("portal", "providers", "enrolments", "inspections", "subsidies", "quotas", "policies", "demo")
READY_S = 60
PASSWORD = "tuoyu-demo-2025"


@dataclass(frozen=True)
class City:
    """A copy of the demo city: its database, its environment and, when served, its address."""

    database_url: str
    environment: dict[str, str]
    url: str = ""

    def rows(self, sql: str, *parameters: object) -> list[tuple]:
        """What the database says."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(sql, parameters or None).fetchall()

    def one(self, sql: str, *parameters: object) -> object:
        """The first column of the first row."""
        return self.rows(sql, *parameters)[0][0]

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a management command in this city."""
        return subprocess.run(
            [sys.executable, "manage.py", *command], cwd=CHECKOUT, env=self.environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip


def _shape() -> str:
    """What the city depends on: tables, and the source of every app."""
    digest = hashlib.sha256(fingerprint().encode())
    for folder in SHAPES:
        for path in sorted((CHECKOUT / folder).rglob("*")):
            if path.suffix in (".py", ".yaml", ".csv", ".geojson", ".sql") and "/views/" not in str(path):
                digest.update(str(path.relative_to(CHECKOUT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _environment(database: str, sockets: Path, broker: int) -> dict[str, str]:
    env = os.environ | {
        "DATABASE_URL": f"postgresql://{postgres.ROLE}@/{database}?host={sockets}",
        "REDIS_URL": f"{embedded.urls().redis_url}?db={broker}",
        "TUOYU_DEMO": "1",
        "TUOYU_TESTING": "1",
        "SEARCH_THROTTLE": "100000/min",
    }
    env.pop("TEST_TEMPLATE", None)
    return env


def template() -> str:
    """The name of the loaded city's database, made if this state of the code has none yet."""
    if given := os.environ.get("CITY_TEMPLATE"):  # for whoever works on a page while others shape the city
        return given
    site, name = default(), f"city_{_shape()}"
    with (site.data / "city.lock").open("w") as lock, postgres.connect(site) as connection:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = {row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^city_'")}
        if name in known:
            return name
        for old in known:
            connection.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        connection.execute("CREATE DATABASE city_unfinished")
        env = _environment("city_unfinished", site.sockets, 15)
        for command in (["migrate", "--noinput", "--verbosity=0"], ["load_demo"]):
            done = subprocess.run(
                [sys.executable, "manage.py", *command], cwd=CHECKOUT, env=env, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            if done.returncode:
                raise RuntimeError(f"the demo city did not load: {done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        connection.execute(f'ALTER DATABASE city_unfinished RENAME TO "{name}"')
        return name


@pytest.fixture(scope="session")
def demo_city() -> Iterator[City]:
    """The demo city to look at: a copy of its own for this test process."""
    with _copy("look") as city:
        yield city


@pytest.fixture(scope="module")
def served_city() -> Iterator[City]:
    """The demo city to work in, behind gunicorn with a Celery worker and beat: a fresh copy for each module."""
    with _copy("work") as city, _served(city) as served:
        yield served


@contextlib.contextmanager
def _copy(purpose: str) -> Iterator[City]:
    source, site = template(), default()
    database = f"cityrun_{purpose}_{os.getpid()}"
    broker = 1 + (os.getpid() % 7) * 2 + (purpose == "work")
    with postgres.connect(site) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{source}" STRATEGY FILE_COPY')
    try:
        env = _environment(database, site.sockets, min(broker, 15))
        yield City(env["DATABASE_URL"], env)
    finally:
        with postgres.connect(site) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


@contextlib.contextmanager
def _served(city: City) -> Iterator[City]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    bin_ = Path(sys.executable).parent
    log = (default().data / f"served-{os.getpid()}.log").open("w")
    schedule = str(default().data / f"beat-{os.getpid()}")
    commands = [
        [str(bin_ / "gunicorn"), "portal.wsgi", "-b", f"127.0.0.1:{port}", "-w", "1", "--threads", "4"],
        [str(bin_ / "celery"), "-A", "portal.celery", "worker", "-B", "-s", schedule, "-c", "2", "-l", "warning"],
    ]
    children = [
        subprocess.Popen(command, cwd=CHECKOUT, env=city.environment, stdout=log, stderr=log, start_new_session=True)
        for command in commands
    ]
    try:
        _wait_for(f"{url}/livez")
        yield City(city.database_url, city.environment, url)
    finally:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGTERM)
        for child in children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
        log.close()


def _wait_for(url: str) -> None:
    ends = time.monotonic() + READY_S
    while time.monotonic() < ends:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.3)
    raise RuntimeError(f"{url} did not answer within {READY_S} s")
