"""One snapshot for everything a chunk reads, and temporary tables that outlive the reading transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


def execute(sql: str, params: Any = None) -> int:
    """Run one statement; gives the number of rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def rows(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    """Run a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def sweep() -> None:
    """Drop every temporary table of this connection: what a chunk before left, also one that failed."""
    execute("DISCARD TEMP")


@contextmanager
def one_snapshot() -> Iterator[None]:
    """A REPEATABLE READ transaction: every statement sees the facts as of its first one.

    Inside somebody else's transaction the level can no longer be chosen and that transaction's rules hold.
    """
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
