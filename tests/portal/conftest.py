"""Fixtures of the portal's tests."""

from collections.abc import Iterator

import pytest

from portal import panels


@pytest.fixture
def own_nav(settings) -> Iterator[None]:
    """Only the portal's own links, whose questions do not depend on what other apps add."""
    settings.PANELS = {**settings.PANELS, "nav": ["portal.todo.nav"]}
    panels._functions.cache_clear()
    yield
    panels._functions.cache_clear()
