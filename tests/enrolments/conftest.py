"""A class of three places, its provider's owner, and what a spell looks like on its places."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from enrolments.models import Enrolment
from portal.models import User
from providers.models import ClassGroup
from tests.factories import providers as make_provider
from tests.factories.portal import City

JULY = dt.date(2025, 7, 1)


@pytest.fixture
def group(city: City) -> ClassGroup:
    """An older class of three places, open since September 2024."""
    return make_provider.class_group(places=3, name="示例大一班")


@pytest.fixture
def owner(group: ClassGroup) -> User:
    """Who runs the provider."""
    return make_provider.owner_of(group.provider)


def seats(spell: Enrolment) -> list[tuple[int, dt.date, dt.date | None]]:
    """Where a spell sits: (place number, first day, day after)."""
    rows = spell.occupancies.select_related("place").order_by("during")
    return [(row.place.number, row.during.lower, row.during.upper) for row in rows]


@pytest.fixture
def client(owner: User, client_of: Callable) -> Client:
    """The owner's browser, in English."""
    client = client_of(owner)
    client.cookies["tuoyu_lang"] = "en"
    return client


def at(name: str, group: ClassGroup, *more: object) -> str:
    return reverse(f"enrolments:{name}", args=[group.provider.public_id, *more])


def of(name: str, spell: Enrolment) -> str:
    return reverse(f"enrolments:{name}", args=[spell.public_id])
