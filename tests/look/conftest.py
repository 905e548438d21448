"""A server of our own for the browser tests; nothing is committed, so the test database stays as it was."""

from collections.abc import Iterator

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture
def site(db: None, day: object, settings: object) -> Iterator[str]:
    """The portal with the demo on, at an address of this machine."""
    settings.DEMO = True
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None, thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    thread.join()


@pytest.fixture
def browser(site: str) -> Iterator[Browser]:
    """The system's Chromium, started after the database is ready and gone before it is rolled back: while Playwright's
    event loop runs, Django refuses the ORM in this thread.
    """
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()
