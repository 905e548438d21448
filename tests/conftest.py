"""Fixtures of the whole house: a frozen day, a little city, people with offices."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation

os.environ.setdefault("TUOYU_TESTING", "1")

from tests import strict_templates
from tests.factories import portal as make

strict_templates.switch_on()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Test databases are made and dropped without the web's time limits: a busy disk may need longer than 10 s."""
    plain = connection.creation._nodb_cursor

    @contextmanager
    def patient() -> Iterator:
        with plain() as cursor:
            cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
            yield cursor

    connection.creation._nodb_cursor = patient


@pytest.fixture(autouse=True)
def chinese() -> None:
    """Every test begins in the house's first language, whatever the last page of the test before was read in."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests ask from one address, more in a minute than one may: a rate holds where a test sets it."""
    from rest_framework.throttling import SimpleRateThrottle  # settings must be ready

    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", dict.fromkeys(SimpleRateThrottle.THROTTLE_RATES))


@pytest.fixture
def day() -> Iterator[dt.date]:
    """The clock stands at 10:00 on Thursday 2025-07-10, Asia/Shanghai."""
    from portal import clock  # settings must be ready

    with clock.freeze(dt.datetime(2025, 7, 10, 10, 0, tzinfo=clock.SHANGHAI)):
        yield dt.date(2025, 7, 10)


@pytest.fixture
def workdays_2025(db: None) -> None:
    """The working-day calendar of 2024 to 2026."""
    make.workdays(2024, 2025, 2026)


@pytest.fixture
def city(db: None, day: dt.date, workdays_2025: None) -> "make.City":
    """City 4401 with two districts and five streets, calendar and legal defaults loaded, on the frozen day."""
    return make.city()


@pytest.fixture
def official(city: "make.City") -> Callable:
    """`official(role, area_code)` gives a user with that office; the same call gives the same person."""
    return make.official


@pytest.fixture
def client_of() -> Callable:
    """`client_of(user)` gives a test client logged in as that user (None: a stranger)."""
    return make.client_of
