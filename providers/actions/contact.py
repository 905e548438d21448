"""What a provider may change of its public page without a filing: phone, head, introduction."""

from django.db import transaction

from portal import audit, clock
from portal.models import User
from portal.problems import NotAllowed
from portal.states import check_version
from providers import search_rows
from providers.actions.standing import lock
from providers.models import Provider
from providers.permissions import may_run

FIELDS = ("phone", "head", "intro")


@transaction.atomic
def update_contact(provider_id: int, *, version: int | None, by: User, **values: str) -> Provider:
    """Change some of FIELDS; name, address and type change by a filing. The data count as confirmed now."""
    provider = lock(provider_id)
    if not may_run(by, provider):
        raise NotAllowed
    check_version(provider, version)
    changed = {name: value for name, value in values.items() if name in FIELDS and getattr(provider, name) != value}
    for name, value in changed.items():
        setattr(provider, name, value)
    provider.confirmed_at = clock.now()
    provider.version += 1
    provider.save(update_fields=[*changed, "confirmed_at", "version"])
    audit.record(provider, "update_contact", by=by, fields=sorted(changed))
    search_rows.rewrite(provider.pk)
    return provider
