"""What every page knows without asking: the site, its notices, the navigation of who is looking, elder mode."""

from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal import clock
from portal.panels import collect

ELDER_COOKIE = "tuoyu_elder"


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The main navigation for who is asking, from settings.PANELS["nav"]: the longest matching section is current."""
    found = [
        {"url": str(item.url), "label": item.label, "section": item.section or str(item.url), "current": False}
        for item in collect("nav", request)
    ]
    here = [item for item in found if is_at(request.path, item["section"])]
    if here:
        max(here, key=lambda item: len(item["section"]))["current"] = True
    return found


def is_at(path: str, url: str) -> bool:
    """Whether the page at `path` belongs to the section that starts at `url`; the front page has no subpages."""
    url = url.partition("?")[0]
    return path == url or (url != "/" and url.endswith("/") and path.startswith(url))


def site(request: HttpRequest) -> dict[str, Any]:
    """Variables of every page; next_path is where the preference forms come back to.

    What asks the database is lazy: error pages must come when it is the database that is broken.
    """
    return {
        "DEMO": settings.DEMO,
        "SITE": settings.SITE,
        "today": SimpleLazyObject(clock.today),
        "elder": request.COOKIES.get(ELDER_COOKIE) == "1",
        "nav_items": SimpleLazyObject(lambda: navigation(request)),
        "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
        "next_path": request.get_full_path() if request.method == "GET" else request.path,
    }
