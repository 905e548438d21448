"""Fixtures of the ledger's tests."""

import datetime as dt

import pytest

from tests.factories import subsidies as make

MAY = dt.date(2025, 5, 1)


@pytest.fixture
def plain(city):
    """The plain policy is in force in the little city."""
    return make.policy(valid_from=MAY)
