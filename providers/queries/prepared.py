"""Statements that PostgreSQL plans once per connection: parsing and planning were half the time of a search."""

import re
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from psycopg.types.datetime import TimestamptzLoader  # psycopg's own, in C; Django's takes 5 µs a moment

PLACE = re.compile(r"%\((\w+)\)s")
MOST = 64  # statements a connection keeps; the one unused for longest goes
_known: WeakKeyDictionary[Any, dict[str, tuple[str, str]]] = WeakKeyDictionary()
_number = count()


def fetch_all(sql: str, params: dict[str, Any], types: dict[str, str]) -> list[tuple[Any, ...]]:
    """The rows of a statement with `%(name)s` places, prepared on its first use in a connection.

    `types` gives each place's type. A pooler between must keep sessions (or know prepared statements).
    """
    with connection.cursor() as cursor:
        cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        statements = _known.setdefault(connection.connection, {})
        name, call = statements.pop(sql, ("", ""))
        if not name:
            if len(statements) >= MOST:
                oldest = next(iter(statements))
                cursor.execute(f"DEALLOCATE {statements.pop(oldest)[0]}")
            name = f"tuoyu_{next(_number)}"
            places = list(dict.fromkeys(PLACE.findall(sql)))
            text = PLACE.sub(lambda match: f"${places.index(match[1]) + 1}", sql)
            cursor.execute(f"PREPARE {name} ({', '.join(types[place] for place in places)}) AS {text}")
            call = f"EXECUTE {name} ({', '.join(f'%({place})s' for place in places)})"
        statements[sql] = name, call
        cursor.execute(call, params)
        return cursor.fetchall()
