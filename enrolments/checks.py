"""Start check: a real city never runs over invented identities."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection


@register(Tags.database)
def no_demo_identities(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to start outside the demo over a database that holds identities of the DEMO kind."""
    if settings.DEMO or not databases:
        return []
    from enrolments.models import ChildIdentity, IdentityKind  # models are not loaded when checks are registered

    if ChildIdentity._meta.db_table not in connection.introspection.table_names():
        return []  # before the first migration
    if not ChildIdentity.objects.filter(kind=IdentityKind.DEMO).exists():
        return []
    hint = "Use a fresh database, or set TUOYU_DEMO=1 for a demo."
    return [Error("Invented (DEMO) identities stand in the database.", hint=hint, id="tuoyu.E010")]
