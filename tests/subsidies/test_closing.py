"""Closing a month: the worked vectors and every scenario of the ledger, through the run as shipped."""

import datetime as dt

import pytest

from subsidies.models import Claim, Line
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def plain(city):
    """The plain policy is in force in the little city."""
    return make.policy()


def test_a_month_becomes_a_line_and_a_claim(plain):
    at = make.recognised()
    boy = make.child("boy")
    make.stay(at, "2025-05", 12, of=boy)
    run = make.close("2025-05")
    line = Line.objects.get()
    assert (line.subject_key, line.amount_fen, line.seq, line.period) == ("boy", 50_000, 0, dt.date(2025, 5, 1))
    claim = Claim.objects.get()
    assert (claim.lines_fen, claim.paid_fen, claim.line_count, claim.state) == (50_000, 50_000, 1, "PREPARED")
    assert line.case.steps[-1]["code"] == "EXACT"
    assert run.result["lines"] == 1 and len(run.result["hash"]) == 64
