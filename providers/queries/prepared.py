"""Statements that PostgreSQL plans once per connection: parsing and planning were half the time of a search."""

import re
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

PLACE = re.compile(r"%\((\w+)\)s")
_known: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


def fetch_all(sql: str, params: dict[str, Any], types: dict[str, str]) -> list[tuple[Any, ...]]:
    """The rows of a statement with `%(name)s` places, prepared on its first use in a connection.

    `types` gives each place's type. A pooler between must keep sessions (or know prepared statements).
    """
    with connection.cursor() as cursor:
        statements = _known.setdefault(connection.connection, {})
        if (call := statements.get(sql)) is None:
            names = list(dict.fromkeys(PLACE.findall(sql)))
            text = PLACE.sub(lambda match: f"${names.index(match[1]) + 1}", sql)
            name = f"tuoyu_{len(statements)}"
            cursor.execute(f"PREPARE {name} ({', '.join(types[place] for place in names)}) AS {text}")
            call = statements[sql] = f"EXECUTE {name} ({', '.join(f'%({place})s' for place in names)})"
        cursor.execute(call, params)
        return cursor.fetchall()
