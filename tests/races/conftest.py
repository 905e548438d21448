"""Races run on a copy of the migrated test database: real commits, many connections, nothing to truncate afterwards."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import psycopg
import pytest
from django.db import connection, connections

from tests.factories.portal import City

SPARE = 20  # connections left to everybody else on the server


@pytest.fixture
def db(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """In this folder `db` is a database of its own, copied from the migrated test database, with real commits."""
    settings = connection.settings_dict
    template, copy = settings["NAME"], f"{settings['NAME']}_race_{os.getpid()}"
    with django_db_blocker.unblock():
        connections.close_all()  # a template must not be in use
        _server(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)', f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
        settings["NAME"] = copy
        try:
            yield
        finally:
            connections.close_all()
            settings["NAME"] = template
            _server(f'DROP DATABASE "{copy}" WITH (FORCE)')


@pytest.fixture
def race(city: City) -> "Race":
    """Many people pressing at once, in the little city."""
    return Race()


def _server(*statements: str) -> list[tuple]:
    """Run statements on the server itself; copying waits for a checkpoint, so without a time limit."""
    params = connection.get_connection_params() | {"dbname": "postgres", "options": "-c statement_timeout=0"}
    params = {key: value for key, value in params.items() if key not in {"context", "prepare_threshold"}}
    params.pop("cursor_factory", None)
    with psycopg.connect(**params, autocommit=True) as server:
        cursor = server.cursor()
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@dataclass
class Race:
    """Many people press at once: each runner has a thread and a connection of its own."""

    won: list[object] = field(default_factory=list)
    lost: list[Exception] = field(default_factory=list)

    def run(self, runners: list[Callable[[], object]]) -> None:
        """Start all at one moment and wait for all; results and exceptions are kept apart."""
        ((most, used),) = _server(
            "SELECT current_setting('max_connections')::int, (SELECT count(*) FROM pg_stat_activity)::int"
        )
        at_once = threading.BoundedSemaphore(max(10, min(len(runners), most - used - SPARE)))
        start = threading.Barrier(len(runners))

        def go(runner: Callable[[], object]) -> None:
            start.wait()
            with at_once:
                try:
                    self.won.append(runner())
                except Exception as error:  # every kind is what the test asks about
                    self.lost.append(error)
                finally:
                    connection.close()

        threads = [threading.Thread(target=go, args=(runner,)) for runner in runners]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
