"""How people come in: what the house wants differently from django-allauth, and officials' second factor.

allauth brings login by name or e-mail, reset, sessions and TOTP; the lockout after five wrong passwords is in settings.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.permissions import is_official
from portal.problems import problem

SEEN = "second_factor_seen"
WITHOUT_SECOND_FACTOR = ("/accounts/", "/language/", "/elder/", "/static/", "/livez", "/readyz")


class AccountAdapter(DefaultAccountAdapter):
    """allauth's adapter: anybody may open an account (a newcomer registers a provider); offices are granted."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Open to everybody: an account alone shows nothing that is not public."""
        return True

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Keep the name and phone of the sign-up form; a name may never be empty."""
        user = super().save_user(request, user, form, commit=False)
        user.name = form.cleaned_data.get("name") or user.username
        user.phone = form.cleaned_data.get("phone", "")
        if commit:
            user.save()
        return user


class SecondFactorMiddleware:
    """Officials set up TOTP before anything else (settings.TOTP_FOR_OFFICIALS; the demo goes without).

    The answer is kept in the session, so it costs one query per login. Providers and parents may, officials must.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._missing(request):
            if request.path.startswith("/api/"):
                return problem(403, "second-factor", _("Set up two-step login first."))
            return redirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    def _missing(self, request: HttpRequest) -> bool:
        if not settings.TOTP_FOR_OFFICIALS or request.path.startswith(WITHOUT_SECOND_FACTOR):
            return False
        if not request.user.is_authenticated or request.session.get(SEEN) or not is_official(request.user):
            return False
        if is_mfa_enabled(request.user):
            request.session[SEEN] = True
            return False
        return True
