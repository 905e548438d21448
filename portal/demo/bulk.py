"""Load many rows with COPY; constraints stand, triggers fire, nothing is bypassed."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def span(start: dt.date, end: dt.date | None = None) -> str:
    """A half-open day range as PostgreSQL writes it."""
    return f"[{start.isoformat()},{end.isoformat() if end else ''})"


def copy(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into a model's table; `fields` are field names (foreign keys take ids). Gives how many.

    Rows are made before the stream opens: a generator that queries inside a COPY would wait for itself.
    """
    made = list(rows)
    columns = [model._meta.get_field(name).column for name in fields]
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        for row in made:
            stream.write_row([json.dumps(v, ensure_ascii=False) if isinstance(v, dict | list) else v for v in row])
    return len(made)


def ids(model: type[Model], key: str = "code") -> dict[Any, int]:
    """Business key -> id of every row."""
    return dict(model._base_manager.values_list(key, "pk"))


def settle(*models: type[Model]) -> None:
    """Give the planner statistics of what was just loaded."""
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {model._meta.db_table}")
