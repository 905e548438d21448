"""Start checks: what a production machine must never run with."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

LOCAL_SECRETS = ("local-only-", "bG9jYWwtb25seS")


@register(Tags.security, deploy=True)
def production_is_not_a_demo(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse demo mode, weak secrets and open hosts in production."""
    if not settings.PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if settings.DEMO:
        found.append(Error("Demo mode is on in production.", hint="Unset TUOYU_DEMO.", id="tuoyu.E001"))
    secrets = [settings.SECRET_KEY, settings.IDENTITY_HMAC_KEY, *settings.IDENTITY_KEYS]
    if any(secret.startswith(LOCAL_SECRETS) for secret in secrets):
        found.append(Error("A local secret is used in production.", hint="Set it in the environment.", id="tuoyu.E002"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("Every host name is allowed.", hint="Set ALLOWED_HOSTS.", id="tuoyu.E003"))
    return found


@register(Tags.database)
def production_has_no_demo_people(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to start in production over a database that holds demo accounts."""
    if not settings.PRODUCTION or not databases:
        return []
    from portal.models import User  # models are not loaded when checks are registered

    if User._meta.db_table not in connection.introspection.table_names():
        return []  # `migrate` runs this check before it makes the first table
    if User.objects.filter(is_demo=True, is_active=True).exists():
        return [Error("Demo accounts are active in production.", hint="Use a fresh database.", id="tuoyu.E004")]
    return []
