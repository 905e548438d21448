"""What a visitor may set for themselves without logging in: elder mode (language is Django's own view)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.context import ELDER_COOKIE
from portal.permissions import public

YEAR = 365 * 24 * 3600


@public
@require_POST
def set_elder(request: HttpRequest) -> HttpResponse:
    """Turn elder mode (长者模式) on or off in a cookie and go back to the page it was pressed on."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if request.POST.get("elder") == "1":
        response.set_cookie(ELDER_COOKIE, "1", max_age=YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS)
    else:
        response.delete_cookie(ELDER_COOKIE, samesite="Lax")
    return response
