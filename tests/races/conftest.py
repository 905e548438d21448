"""Races run on a copy of the migrated test database: real commits, many connections, nothing to truncate afterwards."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
import pytest
from django.db import OperationalError, connection, connections

from tests.factories.portal import City

PATIENCE = 60  # seconds for all of a race to be connected


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


def _server(*statements: str) -> None:
    """Run statements on the server itself."""
    with _server_connection() as server:
        for statement in statements:
            server.execute(statement)


def _server_connection() -> psycopg.Connection:
    """A connection beside the test's own; copying waits for a checkpoint, so without a time limit."""
    params = connection.get_connection_params() | {"dbname": "postgres", "options": "-c statement_timeout=0"}
    params = {key: value for key, value in params.items() if key not in {"context", "prepare_threshold"}}
    params.pop("cursor_factory", None)
    return psycopg.connect(**params, autocommit=True)


@dataclass
class Race:
    """Many people press at once: each runner has a thread and an open connection of its own before anybody starts."""

    won: list[object] = field(default_factory=list)
    lost: list[Exception] = field(default_factory=list)

    def run(self, runners: list[Callable[[], object]]) -> None:
        """Start all at one moment and wait for all; results and exceptions are kept apart."""
        start = threading.Barrier(len(runners), timeout=PATIENCE)

        def go(runner: Callable[[], object]) -> None:
            try:
                _connect()
                start.wait()
                self.won.append(runner())
            except Exception as error:  # every kind is what the test asks about
                self.lost.append(error)
            finally:
                connection.close()

        with _alone():
            threads = [threading.Thread(target=go, args=(runner,)) for runner in runners]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        broken = [error for error in self.lost if isinstance(error, threading.BrokenBarrierError)]
        assert not broken, f"{len(broken)} of {len(runners)} never started: raise the server's max_connections"


def _connect() -> None:
    """Open this thread's connection; a server still saying good-bye to earlier ones is asked again."""
    patience = time.monotonic() + PATIENCE
    while True:
        try:
            return connection.ensure_connection()
        except OperationalError as error:
            if "too many clients" not in str(error) or time.monotonic() > patience:
                raise
            time.sleep(0.1)


@contextmanager
def _alone() -> Iterator[None]:
    """One race at a time on the server: two of 200 connections each, on two test workers, would not fit."""
    with _server_connection() as server:
        server.execute("SELECT pg_advisory_lock(hashtext('tuoyu race'))")
        yield
