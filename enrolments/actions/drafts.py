"""What somebody typed about a child and has not sent yet: kept sealed, per person and provider."""

import base64
import json
from typing import Any

from django.db import transaction

from portal import clock, secrets
from portal.models import Draft, User


def read(by: User, provider_id: int) -> dict[str, dict[str, Any]]:
    """What was typed so far, by step; empty when nothing was."""
    draft = Draft.objects.filter(user=by, kind=_kind(provider_id)).first()
    if draft is None:
        return {}
    return json.loads(secrets.unseal(base64.b64decode(draft.data["sealed"]), about=_about(by)))


@transaction.atomic
def keep(by: User, provider_id: int, step: str, values: dict[str, Any]) -> None:
    """Keep one step; the others stay."""
    draft, _new = Draft.objects.get_or_create(
        user=by, kind=_kind(provider_id), defaults={"data": {}, "updated_at": clock.now()}
    )
    draft = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    steps = read(by, provider_id) if draft.data else {}
    sealed = secrets.seal(json.dumps(steps | {step: values}, ensure_ascii=False).encode(), about=_about(by))
    draft.data, draft.updated_at = {"sealed": base64.b64encode(sealed).decode()}, clock.now()
    draft.save(update_fields=["data", "updated_at"])


def discard(by: User, provider_id: int) -> None:
    """Forget it."""
    Draft.objects.filter(user=by, kind=_kind(provider_id)).delete()


def _kind(provider_id: int) -> str:
    return f"enrol:{provider_id}"


def _about(by: User) -> str:
    return f"draft:{by.pk}"
