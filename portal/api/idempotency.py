"""Idempotency-Key for API calls that change something: pressing twice does it once (contract: 24 h).

The key's row is written in the same transaction as what the call does: either both stand or neither, however the
process ends. A second call with the key while the first still runs finds its advisory lock taken.
"""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.actions.cleaning import ANSWERS_KEPT
from portal.models import IdempotentAnswer
from portal.problems import Refusal

KEPT_HEADERS = ("ETag", "Location")


class KeyUsedOtherwise(Refusal):
    """The key came with another request before."""

    code = "idempotency-key-reused"
    status = 422
    text = _("This Idempotency-Key was used with another request. Use a new key.")


class StillRunning(Refusal):
    """The first request with this key has not ended."""

    code = "idempotency-key-running"
    status = 409
    text = _("The first request with this Idempotency-Key is still running. Ask again shortly.")


class BadKey(Refusal):
    """The key is empty or too long."""

    code = "idempotency-key-invalid"
    status = 400
    text = _("An Idempotency-Key has 1 to 128 characters.")


Method = Callable[..., Response]


def idempotent(method: Method) -> Method:
    """Decorate an API method: with an Idempotency-Key its answer is stored and given again; without, nothing changes.

    A refused call changed nothing and is not stored: it may be tried again with the same key.
    """

    @wraps(method)
    def once(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return method(self, request, *args, **kwargs)
        if not 1 <= len(key) <= 128:
            raise BadKey
        body_hash = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
        with transaction.atomic():
            _lock(request.user.pk, key)
            stored = IdempotentAnswer.objects.filter(user=request.user, key=key).first()
            if stored is not None and stored.started_at < clock.now() - ANSWERS_KEPT:
                stored.delete()
                stored = None
            if stored is not None:
                if stored.body_hash != body_hash:
                    raise KeyUsedOtherwise
                return _again(stored)
            started = clock.now()
            response = method(self, request, *args, **kwargs)
            if response.status_code >= 400:
                transaction.set_rollback(True)
                return response
            IdempotentAnswer.objects.create(
                user=request.user,
                key=key,
                body_hash=body_hash,
                started_at=started,
                status=response.status_code,
                answer={
                    "data": json.loads(JSONRenderer().render(response.data)),
                    "headers": {name: response[name] for name in KEPT_HEADERS if response.has_header(name)},
                },
            )
        return response

    return once


def _lock(user_id: int, key: str) -> None:
    """Hold the key until the transaction ends, or raise StillRunning at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency:{user_id}:{key}"])
        if not cursor.fetchone()[0]:
            raise StillRunning


def _again(stored: IdempotentAnswer) -> Response:
    """The stored answer, marked as a repetition."""
    answer = stored.answer or {}
    return Response(
        answer.get("data"),
        status=stored.status,
        headers={**answer.get("headers", {}), "Idempotency-Replayed": "true"},
    )
