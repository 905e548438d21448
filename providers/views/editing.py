"""One way to answer a form: act and say so, or show the fact that stood in the way beside what was typed."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string

from portal.numbers import whole
from portal.panels import collect
from portal.problems import Refusal
from providers.models import Provider
from providers.permissions import mine


def own_provider(request: HttpRequest, public_id: uuid.UUID, *, owner: bool = False) -> Provider:
    """A provider the person works for (`owner`: runs); for everybody else the page does not exist."""
    found = mine(request.user, owner=owner).select_related("street__parent")
    return get_object_or_404(found, public_id=public_id)


def answer(
    request: HttpRequest, form: forms.BaseForm, act: Callable[[], Any], *, said: str, to: Callable[[], str]
) -> HttpResponse | None:
    """Redirect after a valid POST that could be done; None when the page is to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        act()
    except Refusal as fact:
        form.add_error(None, fact.message)
        return None
    messages.success(request, said)
    return redirect(to())


def provider_panels(request: HttpRequest, provider: Provider) -> list[tuple[Any, str]]:
    """What other apps say on a provider's page: (title, html)."""
    found = collect("provider", provider, request.user)
    return [(panel.title, render_to_string(panel.template, panel.context, request)) for panel in found]


def status_of(request: HttpRequest) -> int:
    """A page shown after a POST is one that was refused."""
    return 422 if request.method == "POST" else 200


def pressed(request: HttpRequest, name: str) -> bool:
    """Which of several forms of a page was sent."""
    return request.method == "POST" and request.POST.get("form") == name


def number_in(text: str) -> int:
    """A key of a row in a form; anything else is no row."""
    if (number := whole(text)) is None:
        raise Http404
    return number
