"""`search_http`: throughput of the search endpoint against a plain function view with the same SQL and middleware."""

import logging
import random
import time
from functools import cache
from types import ModuleType
from typing import Any

from bench import search_sql

NAME = "search_http"
DATASET = search_sql.DATASET
VERSION = search_sql.VERSION
direction = "larger"
LIMIT = 0.5
REQUESTS = 400
prepare = search_sql.prepare


@cache
def site() -> ModuleType:
    """The project's addresses and one more: the plain view."""
    from django.http import HttpRequest, JsonResponse
    from django.urls import include, path

    from portal import clock
    from providers.queries.asked import read
    from providers.queries.nearby import nearby

    def plain(request: HttpRequest) -> JsonResponse:
        """The same SQL, its rows as they are; no checks, no throttle."""
        asked = read(dict(request.GET.lists()), on=clock.today())
        rows = [[str(row.public_id), row.name, row.distance_m, row.fee_fen] for row in nearby(asked).results]
        return JsonResponse({"rows": rows})

    urls = ModuleType("bench_urls")
    urls.urlpatterns = [path("plain/", plain), path("", include("portal.urls"))]  # type: ignore[attr-defined]
    return urls


@cache
def client() -> Any:
    """A client that goes through every middleware, against addresses with the plain view among them."""
    import sys

    from django.conf import settings
    from django.test import Client

    sys.modules["bench_urls"] = site()
    logging.disable(logging.INFO)  # a line a request on the terminal would be measured too
    settings.ROOT_URLCONF = "bench_urls"
    settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["search"] = "100000000/min"
    return Client()


def ask(address: str) -> float:
    """Requests a second."""
    dice, asking = random.Random(2), client()
    began = time.perf_counter()
    for _ in range(REQUESTS):
        lng, lat = 113 + dice.random(), 22.8 + dice.random() * 0.8
        answer = asking.get(address, {"lng": f"{lng:.5f}", "lat": f"{lat:.5f}", "mode": "full", "vacancy": "true"})
        assert answer.status_code == 200, answer.content
    return time.perf_counter() - began


def ours() -> float:
    """The endpoint as shipped."""
    return ask("/api/v1/search/")


def base() -> float:
    """The plain view."""
    return ask("/plain/")
