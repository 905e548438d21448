"""Pages that only say something: privacy with the children's rules, accessibility, help."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.permissions import public


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """A parent reads what is kept about their child, why, how long, and what they may ask for; no tap."""
    return render(request, "portal/privacy.html")


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """Somebody for whom a page did not work reads what we promise and where to say so; no tap."""
    return render(request, "portal/accessibility.html")


@public
def help_page(request: HttpRequest) -> HttpResponse:
    """Anybody finds where to start: families, providers, officials; one tap to the right page."""
    return render(request, "portal/help.html")
