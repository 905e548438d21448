"""Every address takes every value: never a fault of ours, never text lost, whoever may open it.

A few values an address; `DEEP=1` sends a dozen to every field, as everybody who is shown the form.
"""

import os
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.urls import Resolver404, resolve, reverse

from providers.actions import filing
from providers.queries.applications import STEPS
from tests import test_access_matrix as matrix
from tests.factories import portal as make
from tests.factories import providers as of_providers
from tests.factories import world
from tests.hostile.asking import Asked, Asker, pairs
from tests.hostile.values import VALUES, attempts

pytestmark = pytest.mark.django_db
DEEP = os.environ.get("DEEP") == "1"
DICE = int(os.environ.get("DICE", "20250710"))
# Whoever is shown most of a page comes first; the last column is for pages that only they may change.
SHOWN_MOST = (
    "owner", "inspector", "evaluator", "city", "district", "finance", "auditor", "sysadmin", "subdistrict", "staff",
    "account", "stranger",
)  # fmt: skip
# What pages read from their address without a form that says so.
ASKED = (
    "page q area district lng lat near at more back item version resolved open first_day class provider month state "
    "sort kind role ended since until claim from radius_m age_months mode min_rating max_fee_fen limit band name "
    "status next page_size inclusive vacancy year street subject actor verb"
).split()
SENT = "version seen chosen claim all verdict group form end names next elder language reason text apart join".split()
ALLAUTH = (
    "account_login", "account_signup", "account_reset_password", "account_change_password", "account_reauthenticate",
    "mfa_activate_totp", "account_set_password",
)  # fmt: skip
# Asking these ends the session of who asks; the last one shows what forms look like and takes none.
LEFT_OUT = ("account_logout", "usersessions_list", "styleguide")


def lines(own: world.Corner) -> Iterator[tuple[str, list[str], list[str]]]:
    """Address, who may read it, who may send to it; with the pages of a registration and of logging in."""
    table = matrix.read()
    for name, values in matrix.addresses():
        url = reverse(name.split()[0], args=values(own))
        read, send = (
            [who for who in SHOWN_MOST if table[who].get(f"{method} {name}", "").startswith("x")]
            for method in ("get", "post")
        )
        yield url, read, send
    returned = of_providers.filing(own["owner"], place=of_providers.PLACE)
    officer = make.official("DISTRICT", "440105")
    filing.return_for_correction(returned.pk, faults=[("identity", "示例")], version=returned.version, by=officer)
    for step in STEPS:
        yield reverse("providers:register_step", args=[step]), ["owner"], ["owner"]
        yield reverse("providers:correct_step", args=[returned.public_id, step]), ["owner"], ["owner"]
    yield reverse("providers:correct_check", args=[returned.public_id]), ["owner"], ["owner"]
    for name in ALLAUTH:
        yield reverse(name), ["owner", "stranger"], ["owner", "stranger"]


def forms_of(asker: Asker, found: list[tuple[str, list[str], list[str]]]) -> list[Asked]:
    """Every form of the site once, or once for each who is shown it."""
    forms: dict[tuple[Any, ...], Asked] = {}
    for url, read, _send in found:
        for who in read if DEEP else read[:1]:
            for asked in asker.forms(who, url):
                names = tuple(sorted({field.name for field in asked.form.fields}))
                key = (asked.url, asked.form.method, names, who if DEEP else "")
                if resolve(asked.url).view_name not in LEFT_OUT:
                    forms.setdefault(key, asked)
    return list(forms.values())


def mangled(url: str, own: world.Corner) -> Iterator[str]:
    """The address with something else in the place of each variable."""
    for value in VALUES:
        if isinstance(value, str) and value:
            for part in {part for part in url.split("/") if part and any(letter.isdigit() for letter in part)}:
                yield url.replace(f"/{part}", f"/{quote(value, safe='')}", 1)


def test_no_address_breaks_or_loses_what_was_typed(city):
    """One test for all: building the corners costs as much as asking."""
    corners = [world.corner("440105001"), world.corner("440106001")]
    world.settle(corners)
    dice = random.Random(DICE)
    asker = Asker({who: make.client_of(matrix.person(who, corners[0])) for who in matrix.PEOPLE})
    found = list(lines(corners[0]))
    forms = forms_of(asker, found)
    assert len(forms) > 60
    for asked in forms:
        for sent in attempts(asked.form, dice=dice, most=12 if DEEP else 2):
            asker.send(asked, sent)
    posted = {asked.url for asked in forms if asked.form.method == "post"}
    for url, read, send in found if DEEP else dice.sample(found, len(found) // 2):
        for who in read if DEEP else read[:1]:
            for _time in range(3 if DEEP else 1):
                asker.ask(who, "get", url, pairs(some(dice, ASKED)))
        for who in send if DEEP else send[:1] if url not in posted else []:
            for _time in range(3 if DEEP else 1):
                asker.ask(who, "post", url, pairs(some(dice, SENT)))
        strange = [one for one in mangled(url, corners[0]) if is_ours(one)]
        for one in dice.sample(strange, min(12 if DEEP else 1, len(strange))):
            for who in (read or send)[:1]:
                asker.ask(who, "get" if read else "post", one)
    assert asker.faults == {}
    assert asker.lost == {}


def some(dice: random.Random, names: list[str]) -> dict[str, Any]:
    """A dozen names with values nobody expects."""
    return {name: dice.choice(VALUES) for name in dice.sample(names, min(12, len(names)))}


def is_ours(url: str) -> bool:
    """Whether the address leads to a view at all."""
    try:
        resolve(url.replace("%00", "\x00"))
    except (Resolver404, ValueError):
        return False
    return True
