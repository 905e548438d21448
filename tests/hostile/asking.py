"""Somebody who may open an address asks it anything; what comes back is judged, and nothing stays written."""

import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.messages import ERROR, get_messages
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from tests.hostile.reading import Form, forms_in
from tests.hostile.values import MARK

TYPED = {"text", "textarea", "number", "date", "month", "email", "tel", "search", "select"}
LANGUAGES = ("zh-hans", "en")


@dataclass
class Asked:
    """One form and who was shown it."""

    who: str
    url: str
    form: Form


class Asker:
    """Asks for a group of people, and notes what must not be: a fault of ours, text lost, a way out of the site."""

    def __init__(self, clients: dict[str, Client]) -> None:
        self.clients = clients
        self.faults: dict[tuple[str, ...], str] = {}
        self.lost: dict[tuple[str, ...], str] = {}
        self.count = 0

    def ask(self, who: str, method: str, url: str, sent: Iterable[tuple[str, Any]] = (), **more: Any) -> Any:
        """The answer, or None when there was a fault of ours."""
        self.count += 1
        client, query = self.clients[who], urlencode(list(sent))
        client.cookies["tuoyu_lang"] = LANGUAGES[self.count % 2]
        said = f"{who} {method} {url[:160]} {query[:400]}"
        try:
            with transaction.atomic():
                try:
                    answer = self._answer(client, method, url, query, more)
                finally:
                    transaction.set_rollback(True)
        except (Exception, pytest.fail.Exception) as error:
            self.faults.setdefault((repr(error)[:200], *places(error)), said)
            return None
        if answer.status_code >= 500:
            self.faults.setdefault((str(answer.status_code), url), said)
        if "//evil" in answer.get("Location", "")[:20]:
            self.faults.setdefault(("leads away", url), said)
        if is_page(answer) and MARK in answer.content:
            self.faults.setdefault(("not escaped", url), said)
        return answer

    def _answer(self, client: Client, method: str, url: str, query: str, more: dict[str, Any]) -> HttpResponse:
        if method == "get":
            answer = client.get(f"{url}?{query}" if query else url, **more)
        else:
            kind = {"content_type": "application/x-www-form-urlencoded"}
            answer = client.post(url, query, **(kind | more))
        if answer.streaming:
            answer.getvalue()  # a paper: reading it to its end closes it
        return answer

    def forms(self, who: str, url: str) -> Iterator[Asked]:
        """The forms of a page that lead to this site."""
        answer = self.ask(who, "get", url)
        for form in forms_in(answer.content.decode()) if answer is not None and is_page(answer) else []:
            target = form.path or url
            try:
                resolve(target)
            except Resolver404:
                continue
            yield Asked(who, target, form)

    def send(self, asked: Asked, sent: dict[str, Any]) -> None:
        """Send a form, and look whether a refusal kept what was typed."""
        answer = self.ask(asked.who, asked.form.method, asked.url, pairs(sent))
        if answer is None or asked.form.method != "post":
            return
        said = f"{asked.who} {asked.url} {urlencode(pairs(sent))[:400]}"
        typed = {field.name for field in asked.form.fields if field.kind in TYPED and field.kind != "select"}
        if answer.status_code == 302 and any(sent.get(name) for name in typed) and refused(answer):
            self.lost.setdefault((resolve(asked.url).view_name, "refused by leading away from the form"), said)
        if is_page(answer) and answer.status_code in (200, 400, 409, 422):
            for name, got in missing(asked.form, sent, forms_in(answer.content.decode())):
                self.lost.setdefault((resolve(asked.url).view_name, name), f"{got!r} {said}")


def refused(answer: Any) -> bool:
    """Whether the page that follows will say that it was not done."""
    return any(message.level == ERROR for message in get_messages(answer.wsgi_request)._queued_messages)


def missing(form: Form, sent: dict[str, Any], shown: list[Form]) -> Iterator[tuple[str, str]]:
    """Fields of a form shown again that do not hold what was typed into them."""
    names = {field.name for field in form.fields}
    if any(field.kind == "hidden" and sent.get(field.name) != field.value for field in form.fields):
        return  # what the page itself says, of which of its forms was sent for example, is not typed by anybody
    again = next((one for one in shown if one.method == form.method and names & {f.name for f in one.fields}), None)
    for field in again.fields if again else ():
        value = sent.get(field.name)
        if field.kind not in TYPED or not isinstance(value, str) or len(value) > 300 or not value.isprintable():
            continue
        if field.kind == "select" and value not in field.choices:
            continue
        if field.value.strip() != value.strip():
            yield field.name, field.value


def is_page(answer: Any) -> bool:
    """Whether the answer is HTML."""
    return answer.get("Content-Type", "").startswith("text/html")


def pairs(sent: dict[str, Any]) -> list[tuple[str, Any]]:
    """Names and values as a browser lays them in a row; None is not sent."""
    found = []
    for name, value in sent.items():
        if value is not None:
            found += [(name, one) for one in (value if isinstance(value, list) else [value])]
    return found


def places(error: BaseException) -> list[str]:
    """Where in our code it happened."""
    ours = [
        frame for frame in traceback.extract_tb(error.__traceback__)
        if ".venv" not in frame.filename and "/tests/" not in frame.filename
    ]  # fmt: skip
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in ours[-3:]]
