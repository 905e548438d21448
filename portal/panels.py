"""What upper apps add to shared pages, by dotted paths in `settings.PANELS` (design §2)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class NavItem:
    """A link of the main navigation; current on every page under `section` (its own url, if none is given)."""

    url: str
    label: Any
    order: int = 50
    section: str = ""


@dataclass(frozen=True)
class Todo:
    """A row of a person's to-do list (待办): `due` orders it, `count` is how many rows wait behind the link."""

    key: str
    label: Any
    url: str
    hint: Any = ""
    count: int | None = None
    due: dt.date | None = None
    days_left: int | None = None  # days of the calendar, where those count; else working days are counted to `due`


@dataclass(frozen=True)
class Panel:
    """A part of a page that another app gives: a template and its context."""

    title: Any
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    order: int = 50


@dataclass(frozen=True)
class MonthItem:
    """A row of the provider's month page (本月办理). `state`: todo, done, blocked or none."""

    key: str
    label: Any
    state: str
    url: str = ""
    hint: Any = ""
    order: int = 50


@dataclass(frozen=True)
class SearchColumn:
    """A column of the search row that an upper app knows: SQL giving (class_group_id, mode, value)."""

    name: str
    sql: str


@dataclass(frozen=True)
class Sealed:
    """What an app says of a sealed paper of its own on the verify page: `PANELS["verify"]` functions get the Seal.

    `content_hash` is the digest of the content as it stands today (None: no longer kept here).
    """

    title: Any
    content_hash: str | None
    facts: list[tuple[Any, Any]] = field(default_factory=list)
    url: str = ""


@dataclass(frozen=True)
class Figure:
    """A key figure of a person's home page: `PANELS["home"]` functions get (user, on) and give some."""

    label: Any
    value: Any
    unit: Any = ""
    note: Any = ""
    url: str = ""
    kind: str = "neutral"
    when: dt.datetime | dt.date | None = None
    who: Any = ""
    order: int = 50


@dataclass(frozen=True)
class Problem:
    """A fault that a check of the ledger or of the chains found."""

    where: str
    message: str


@cache
def _functions(page: str) -> tuple[Callable[..., Any], ...]:
    return tuple(import_string(path) for path in settings.PANELS[page])


def collect(page: str, *args: Any) -> list[Any]:
    """Call every function registered for `page`; lists are joined, `None` is left out, `order` sorts."""
    found: list[Any] = []
    for function in _functions(page):
        given = function(*args) if callable(function) else function
        if given is None:
            continue
        found.extend(given) if isinstance(given, list | tuple) else found.append(given)
    return sorted(found, key=lambda item: getattr(item, "order", 50))
