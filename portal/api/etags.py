"""ETags on rows with a version: who writes must say which version they saw (428 without, 412 when it is stale)."""

from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from portal.problems import Refusal


class Versioned(Protocol):
    """A row that counts its versions."""

    version: int


class PreconditionRequired(Refusal):
    """PUT and PATCH need If-Match."""

    code = "precondition-required"
    status = 428
    text = _("Send If-Match with the ETag of the version you saw.")


class VersionGone(Refusal):
    """The row is not in the version the client saw."""

    code = "stale"
    status = 412
    text = _("This has changed since you read it. Read it again, then decide.")


def etag(row: Versioned) -> str:
    """The strong ETag of a row."""
    return f'"{row.version}"'


def with_etag(response: Response, row: Versioned) -> Response:
    """The answer with the row's ETag."""
    response["ETag"] = etag(row)
    return response


def required_version(request: Request, row: Versioned) -> int:
    """The version the client saw, equal to the row's; hand it to the action, which checks again under its lock.

    Raises PreconditionRequired (428) or VersionGone (412).
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise PreconditionRequired
    if given != "*" and etag(row) not in {tag.strip() for tag in given.split(",")}:
        raise VersionGone
    return row.version


class EtagMixin:
    """For API views of one row: `self.answer(row, data)` carries the ETag, `self.seen_version(row)` wants If-Match."""

    request: Request

    def answer(self, row: Versioned, data: Any, status: int = 200) -> Response:
        """The row's data with its ETag; 304 when the client has this version."""
        if self.request.method == "GET" and self.request.headers.get("If-None-Match", "").strip() == etag(row):
            return with_etag(Response(status=304), row)
        return with_etag(Response(data, status=status), row)

    def seen_version(self, row: Versioned) -> int:
        """See required_version."""
        return required_version(self.request, row)
