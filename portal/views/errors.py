"""Error pages for whoever met a wall: what happened, what to do now. Under /api/ the same as problem JSON."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.permissions import public
from portal.problems import problem


def _page(request: HttpRequest, status: int, code: str, heading: str, message: str) -> HttpResponse:
    """The calm page, or problem JSON where a program asks."""
    if request.path.startswith("/api/"):
        return problem(status, code, message)
    return render(
        request, "errors/error.html", {"status": status, "heading": heading, "message": message}, status=status
    )


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be read."""
    return _page(
        request, 400, "bad-request", _("This request cannot be read"),
        _("Something in the address or in what was sent is not as expected. Go back and try again."),
    )  # fmt: skip


@public
def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """403: a form that was open for too long, or came from somewhere else (CSRF)."""
    return _page(
        request, 403, "forbidden", _("This form can no longer be sent"),
        _("It was open for too long, or cookies are off. Load the page again; what you typed must be entered anew."),
    )  # fmt: skip


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page, or the person may not see it; which of the two is not said."""
    return _page(
        request, 404, "not-found", _("Page not found"),
        _("The address may be mistyped, or the page belongs to an area you do not work in."),
    )  # fmt: skip


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Nothing of the page is taken from the database, which may be what is broken."""
    return _page(
        request, 500, "server-error", _("Something went wrong on our side"),
        _("The fault has been recorded. Nothing you sent was half done. Try again in a few minutes."),
    )  # fmt: skip


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """settings.CSRF_FAILURE_VIEW: the same page as any refused form."""
    return forbidden(request)
