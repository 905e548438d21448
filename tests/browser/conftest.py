"""A browser for the journeys, and persons to sit at it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.person import Person
from tests.demo_city import City, served_city


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def person(chromium: Browser, served_city: City) -> Iterator[Callable[..., Person]]:
    """`person("owner", width=390)` sits down and logs in; without a name it is a visitor."""
    there: list[Person] = []

    def sit(username: str = "", **more: object) -> Person:
        someone = Person(chromium, served_city, **more)  # type: ignore[arg-type]
        there.append(someone)
        return someone.logs_in(username) if username else someone

    yield sit
    for someone in there:
        someone.leaves()


__all__ = ["served_city"]
