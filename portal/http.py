"""What every request passes: pages travel compressed, reading writes nothing, and refusals become answers."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal import collisions
from portal.problems import Refusal, refusal_problem
from portal.views import errors

SAFE = {"GET", "HEAD", "OPTIONS"}
NO_DATABASE = {"/livez"}
READ_ONLY = "SET default_transaction_read_only = {}"
Handler = Callable[[HttpRequest], HttpResponse]


class CompressPagesMiddleware(GZipMiddleware):
    """Pages travel at about a sixth of their size, also where no web server in front compresses them.

    Only pages: compressing would weaken the ETags of the API, which writers must send back as they are.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Compress HTML for whoever takes it."""
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class ReadOnlyGetMiddleware:
    """Run GET and HEAD with PostgreSQL refusing every write: a page that changes something by being looked at fails.

    Two cheap statements a request; sessions, throttles and locks live in Valkey.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE or not settings.READ_ONLY_GET or request.path in NO_DATABASE:
            return self.get_response(request)
        nested = connection.in_atomic_block  # only in tests
        _plain(
            *(("SAVEPOINT reading", "SET LOCAL transaction_read_only = on") if nested else (READ_ONLY.format("on"),))
        )
        try:
            return self.get_response(request)
        finally:
            if connection.connection is not None and not connection.connection.closed:
                undo = ("ROLLBACK TO SAVEPOINT reading", "RELEASE SAVEPOINT reading")
                _plain(*(undo if nested else (READ_ONLY.format("off"),)))


def _plain(*statements: str) -> None:
    """Send statements beneath Django's cursor, so that query budgets count the page's own queries only."""
    connection.ensure_connection()
    for statement in statements:
        connection.connection.execute(statement)


class ReadableAddressMiddleware:
    """An address with a NUL byte is one that nobody typed and PostgreSQL cannot compare with: 400 before any view.

    In forms the field says so (django.forms refuses NUL beside what was typed); an address has no field to say it at.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return errors.bad_request(request)
        return self.get_response(request)


class ProblemMiddleware:
    """Answer a `Refusal` that a view let through, or a collision in the database.

    Problem JSON under /api/, a calm page elsewhere.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn facts into answers; everything else stays an error."""
        refusal = exception if isinstance(exception, Refusal) else collisions.refusal_of(exception)
        if refusal is None:
            return None
        if request.path.startswith("/api/"):
            answer: HttpResponse = refusal_problem(refusal)
        else:
            context = {"status": refusal.status, "heading": _("This cannot be done now"), "message": refusal.message}
            answer = render(request, "errors/error.html", context, status=refusal.status)
        if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
            answer["Retry-After"] = "5"
        return answer
