"""How people come in: what the house wants differently from django-allauth, and officials' second factor.

allauth brings login by name or e-mail, reset, sessions and TOTP; the lockout after five wrong passwords is in settings.
"""

import base64
import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

from portal import secrets
from portal.models import User
from portal.permissions import is_official
from portal.problems import problem

SEEN = "second_factor_seen"
BEGAN, LAST_SEEN = "session_began", "session_last_seen"
SEEN_EVERY_S = 60  # how often the mark moves: a page that is read does not write the session each time
WITHOUT_SECOND_FACTOR = ("/accounts/", "/language/", "/elder/", "/static/", "/livez", "/readyz")


class AccountAdapter(DefaultAccountAdapter):
    """allauth's adapter: anybody may open an account (a newcomer registers a provider); offices are granted."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Open to everybody: an account alone shows nothing that is not public."""
        return True

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Five tries belong to the account, not to each of the names it can be called by."""
        said = credentials.get("email") or credentials.get("username") or ""
        owner = (
            User.objects.filter(Q(username__iexact=said) | Q(email__iexact=said)).values_list("pk", flat=True).first()
        )
        return f"account:{owner}" if owner else super()._get_login_attempts_cache_key(request, **credentials)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Keep the name and phone of the sign-up form; a name may never be empty."""
        user = super().save_user(request, user, form, commit=False)
        user.name = form.cleaned_data.get("name") or user.username
        user.phone = form.cleaned_data.get("phone", "")
        if commit:
            user.save()
        return user


class MfaAdapter(DefaultMFAAdapter):
    """The key of an official's authenticator app is stored sealed, like identities."""

    def encrypt(self, text: str) -> str:
        """Seal a key or the seed of recovery codes."""
        return base64.b64encode(secrets.seal(text.encode(), about="mfa")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return secrets.unseal(base64.b64decode(encrypted_text), about="mfa").decode()


class SessionAgeMiddleware:
    """End a session that is too old for anybody, or in which an official has done nothing for too long.

    Both ages are settings and are counted on the machine's clock: the demo's day may jump. What a page asks for by
    itself (htmx, GET) keeps nobody logged in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._is_over(request):
            logout(request)
            return self._ask_again(request)
        return self.get_response(request)

    def _is_over(self, request: HttpRequest) -> bool:
        now, session = int(time.time()), request.session
        if (began := session.get(BEGAN)) is None:
            session[BEGAN] = session[LAST_SEEN] = now
            return False
        idle = now - session[LAST_SEEN]
        if now - began > settings.SESSION_COOKIE_AGE or (idle > settings.OFFICIAL_IDLE_S and is_official(request.user)):
            return True
        if idle >= SEEN_EVERY_S and not (request.htmx and request.method == "GET"):
            session[LAST_SEEN] = now
        return False

    def _ask_again(self, request: HttpRequest) -> HttpResponse:
        told = _("You were logged in for too long or idle. Log in again.")
        if request.path.startswith("/api/"):
            return problem(401, "session-over", told)
        messages.info(request, told)
        if request.htmx:
            return HttpResponseClientRefresh()
        return redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("home"))


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
