"""News for a provider's people, as rows a task sends; written in the portal's first language."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import translation

from portal.models import User
from portal.outbox import INBOX, MAIL, tell
from providers.models import PostRole, Provider


def said(text: Any, **params: Any) -> str:
    """A lazy text in the portal's first language: what is stored is read by others than the person who acts."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(text) % params


def tell_owners(provider: Provider, subject: Any, body: Any, *, key: str, **params: Any) -> None:
    """Tell every owner, in the portal and by mail where there is an address; the same `key` is told once."""
    at = Q(posts__provider=provider) | Q(posts__brand__isnull=False, posts__brand=provider.brand_id)
    owners = User.objects.filter(
        at, posts__ended_at__isnull=True, posts__role=PostRole.OWNER, is_active=True
    ).distinct()
    subject, body = said(subject, **params), said(body, **params)
    for owner in owners:
        tell(owner.email, subject, body, key=f"{key}:{owner.pk}:inbox", user=owner, channel=INBOX)
        if owner.email:
            tell(owner.email, subject, body, key=f"{key}:{owner.pk}", user=owner, channel=MAIL)
