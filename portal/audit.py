"""Record what was done: one plain insert in the writing transaction (design §3, One seal)."""

from typing import Any

import structlog
from django.db.models import Model

from portal import clock
from portal.models import AuditEvent, User


def subject_of(row: Model | str) -> str:
    """Name a row as `app.Model:key`, by its business key, else its public id, else its id."""
    if isinstance(row, str):
        return row
    for field in ("code", "public_id", "username"):
        if (key := getattr(row, field, None)) not in (None, ""):
            break
    else:
        key = row.pk
    return f"{row._meta.label}:{key}"


def record(
    subject: Model | str,
    verb: str,
    *,
    by: User | None,
    area_path: str | None = None,
    before: str = "",
    after: str = "",
    **detail: Any,
) -> AuditEvent:
    """Write one event. `detail` carries keys, codes and counts: never names or ID numbers."""
    return AuditEvent.objects.create(
        at=clock.now(),
        actor=by,
        verb=verb,
        subject=subject_of(subject),
        area_path=area_path if area_path is not None else getattr(subject, "area_path", ""),
        before=before,
        after=after,
        detail=detail,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64],
    )


def last_event(subject: Model | str) -> AuditEvent | None:
    """The newest event of a subject, to tell a person who came second what the first one did."""
    return AuditEvent.objects.filter(subject=subject_of(subject)).select_related("actor").order_by("-id").first()
