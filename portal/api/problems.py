"""Every fault of the API as problem JSON (RFC 9457), for whoever programs against it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions

from portal.problems import Refusal, problem, refusal_problem


class InvalidParameter(Refusal):
    """A query parameter is unknown or impossible; names it."""

    code = "invalid-parameter"
    status = 400
    text = gettext_lazy("The parameter “%(parameter)s” is not valid: %(why)s")

    def __init__(self, parameter: str, why: Any) -> None:
        super().__init__(parameter=parameter, why=why)


CODES = {
    400: "invalid",
    401: "not-authenticated",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    415: "unsupported-media-type",
    429: "throttled",
}


def handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """settings.REST_FRAMEWORK["EXCEPTION_HANDLER"]: facts and DRF's errors as answers; anything else stays a 500."""
    if isinstance(error, InvalidParameter):
        return problem(error.status, error.code, error.message, parameter=error.detail["parameter"])
    if isinstance(error, Refusal):
        return refusal_problem(error)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, DjangoValidationError):
        error = exceptions.ValidationError(error.messages)
    if not isinstance(error, exceptions.APIException):
        return None
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        answer = problem(401, CODES[401], _("Log in first."))
        answer["WWW-Authenticate"] = 'Session realm="tuoyu"'
        return answer
    if isinstance(error, exceptions.ValidationError):
        errors = _flat(error.detail)
        return problem(400, CODES[400], "; ".join(e["detail"] for e in errors), errors=errors)
    answer = problem(error.status_code, CODES.get(error.status_code, error.default_code), str(error.detail))
    if isinstance(error, exceptions.Throttled) and error.wait:
        answer["Retry-After"] = str(int(error.wait) + 1)
    return answer


def _flat(detail: Any, at: str = "") -> list[dict[str, str]]:
    """DRF's nested faults as a list of {pointer, detail}; the pointer is a JSON pointer into the body."""
    if isinstance(detail, Mapping):
        return [
            fault
            for name, part in detail.items()
            for fault in _flat(part, at if name == "non_field_errors" else f"{at}/{name}")
        ]
    if isinstance(detail, list):
        nested = any(isinstance(part, Mapping | list) for part in detail)
        return [f for n, part in enumerate(detail) for f in _flat(part, f"{at}/{n}" if nested else at)]
    return [{"pointer": at, "detail": str(detail)}]
