"""Walk the demo city as every role, link by link, and say what does not open; run in a city by test_every_link.

A few pages of each kind for each person, in Django's own client with strict templates: a name that a template was not
given is a fault here too, also on pages that no other test opens.
"""

import html
import os
import re
from collections import Counter, deque
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from portal.models import User
from portal.queries.people import demo_logins
from tests import strict_templates

DEEP = bool(os.environ.get("DEEP"))
PER_VIEW = 4 if DEEP else 2
LANGUAGES = ("zh-hans", "en") if DEEP else ("zh-hans",)
FIRST = ("/", "/home/", "/help/", "/demo/", "/account/", "/styleguide/")
LEFT_OUT = ("/static/", "/accounts/logout/", "/api/v1/schema/")
HREF = re.compile(r'href="([^"#]+)')


def walk(username: str, language: str) -> Iterator[tuple[str, str]]:
    """(address and where the link stands, what is wrong with it or nothing) for every page this person comes to."""
    client = Client()
    client.cookies["tuoyu_lang"] = language
    if username:
        client.force_login(User.objects.get(username=username), "django.contrib.auth.backends.ModelBackend")
    waiting, seen, kinds = deque((url, "") for url in FIRST), set(), Counter()
    while waiting:
        url, origin = waiting.popleft()
        if url in seen or not url.startswith("/") or url.startswith(LEFT_OUT):
            continue
        seen.add(url)
        said = f"{url} (on {origin})"
        try:
            kind = resolve(url.partition("?")[0]).view_name
        except Resolver404:
            yield said, "a link to no page"
            continue
        kinds[kind] += 1
        if kinds[kind] > PER_VIEW:
            continue
        try:
            answer = client.get(url)
        except pytest.fail.Exception as unknown:
            yield said, str(unknown)
            continue
        except Exception as error:
            yield said, repr(error)
            continue
        yield said, "" if answer.status_code < 400 else str(answer.status_code)
        if answer.get("Content-Type", "").startswith("text/html"):
            here = url.partition("?")[0]
            found = (html.unescape(link) for link in HREF.findall(answer.content.decode()))
            waiting.extend((here + link if link.startswith("?") else link, url) for link in found)


def main() -> None:
    """Every role, and a stranger."""
    strict_templates.switch_on()
    pages = 0
    for username in ["", *(login for _role, login, *_rest in demo_logins())]:
        for language in LANGUAGES:
            for url, fault in walk(username, language):
                pages += 1
                if fault:
                    print(f"{username or 'a stranger'} {language} {url}: {fault}")
    print(f"{pages} pages")
