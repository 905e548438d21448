"""What a request or command left behind: rows by table, before and after."""

from django.apps import apps
from django.db import connection


def rows() -> dict[str, int]:
    """How many rows each table has."""
    tables = sorted(model._meta.db_table for model in apps.get_models() if not model._meta.proxy)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables))
        return dict(cursor.fetchall())


def grown(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """What came and went."""
    return {table: after[table] - before[table] for table in after if after[table] != before[table]}
