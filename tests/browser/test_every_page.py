"""Every page of the demo city that a link leads to, once, as somebody who may read it: no barrier, at three widths."""

import os
import re
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser

from tests.barriers import axe, squeezed, too_wide
from tests.browser.person import Person
from tests.demo_city import City

pytestmark = pytest.mark.xdist_group("city")

WIDTHS = (390, 768, 1366) if os.environ.get("DEEP") else (390,)  # the journeys look at the others too
LANGUAGES = ("zh-hans", "en") if os.environ.get("DEEP") else ("zh-hans",)
PEOPLE = (
    "", "owner", "staff", "newcomer", "subdistrict", "district", "city", "finance", "inspector", "evaluator", "auditor",
    "sysadmin",
)  # fmt: skip
READ_OF_A_KIND = 2  # pages of one kind whose links are followed, for each person
HREF = re.compile(r'<a\b[^>]*?href="(/[^"#]*)')


def kind_of(url: str) -> str:
    """The name of the page's address; nothing for what is no page of ours."""
    try:
        found = resolve(url.partition("?")[0])
    except Resolver404:
        return ""
    return f"{found.view_name} {found.kwargs.get('step', '')}{found.kwargs.get('state', '')}"


def led_to(person: Person) -> Iterator[tuple[str, str]]:
    """(kind, address) of the pages that links lead this person to, breadth first."""
    waiting, seen, read = deque(["/", "/home/", "/demo/"]), set(), Counter()
    while waiting:
        url = waiting.popleft()
        kind = kind_of(url)
        if url in seen or not kind or "logout" in kind or read[kind] >= READ_OF_A_KIND:
            continue
        seen.add(url)
        answer = person.page.request.get(person.city.url + url)
        if not answer.ok or "text/html" not in answer.headers["content-type"]:
            continue  # a paper or a table to download; links that do not open are tests/demo/test_every_link.py's
        read[kind] += 1
        waiting.extend(unescape(found) for found in HREF.findall(answer.text()))
        yield kind, url


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_keeps_anybody_out(chromium: Browser, served_city: City, language: str) -> None:
    looked_at: set[str] = set()
    barriers: list[object] = []
    for username in PEOPLE:
        person = Person(chromium, served_city, language=language)
        if username:
            person.logs_in(username)
        for kind, url in led_to(person):
            if kind in looked_at:
                continue
            looked_at.add(kind)
            person.page.goto(served_city.url + url)
            for width in WIDTHS:
                person.page.set_viewport_size({"width": width, "height": 900})
                if found := axe(person.page):
                    barriers.append((username, url, width, found))
                if wide := too_wide(person.page):
                    barriers.append((username, url, width, f"{wide} px wide"))
                if broken := squeezed(person.page):
                    barriers.append((username, url, width, "squeezed", broken[:3]))
        person.leaves()
    assert barriers == []
    assert len(looked_at) > 90, sorted(looked_at)  # the walk did not stop at the door
