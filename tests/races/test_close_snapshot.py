"""A chunk reads everything as of one moment, and takes for settled exactly what it saw of it."""

import datetime as dt
import threading
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from subsidies.actions.closing import computing
from subsidies.models import DueMonth, Line
from tests.factories import subsidies as make

MAY = dt.date(2025, 5, 1)


@pytest.fixture
def kids(city):
    """Two children of one provider, three days each."""
    make.policy(valid_from=MAY)
    at = make.recognised()
    return [make.stay(at, "2025-05", 3) for _ in range(2)]


def elsewhere(work):
    """Do and commit something on another connection, as another person would meanwhile."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def meanwhile(monkeypatch, name, work):
    """Once, when a chunk comes to its step `name`: somebody else commits."""
    real, first = getattr(computing, name), iter([True])

    def step(*args):
        if next(first, False):
            elsewhere(work)
        return real(*args)

    monkeypatch.setattr(computing, name, step)


def all_stay_away(kids):
    for kid in kids:
        make.attend(kid, "2025-05", 0)


def test_what_is_entered_while_a_chunk_reads_is_for_the_next_run(kids, monkeypatch):
    meanwhile(monkeypatch, "_read_facts", lambda: all_stay_away(kids))
    make.close("2025-05")
    assert make.posted() == 100_000, "half of what was entered meanwhile may have been read"
    make.close("2025-05")
    assert make.posted() == 0
    assert make.wrong() == []


def test_control_without_the_snapshot_it_would_be_read(kids, monkeypatch):
    @contextmanager
    def no_snapshot():
        with transaction.atomic():
            yield

    monkeypatch.setattr(computing, "one_snapshot", no_snapshot)
    meanwhile(monkeypatch, "_read_facts", lambda: all_stay_away(kids))
    make.close("2025-05")
    assert make.posted() == 0


@pytest.mark.parametrize("step", ["_read_facts", "judge", "_fence"])
def test_a_due_month_that_came_after_the_snapshot_stays_due(kids, monkeypatch, step):
    """Another chunk's result made the month due again: this one did not see why."""
    make.close("2025-05")
    all_stay_away(kids)
    provider_id = kids[0].provider_id
    meanwhile(monkeypatch, step, lambda: DueMonth.objects.create(provider_id=provider_id, month=MAY))
    make.close("2025-05")
    assert make.posted() == 0
    assert DueMonth.objects.filter(provider_id=provider_id, month=MAY).count() == 1
    lines = Line.objects.count()
    make.close("2025-05")
    assert not DueMonth.objects.exists()
    assert Line.objects.count() == lines, "looked at again, and nothing to correct"
