"""A close that is killed with -9 at its worst moments, or done by several workers at once, ends with the same hash."""

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from django.db import connection, transaction

from portal import runs
from portal.dates import Month
from portal.models import Area, Run, RunChunk
from subsidies.actions import closing
from subsidies.actions.closing import starting
from subsidies.actions.closing.computing import LostLease
from subsidies.models import ClosedMonth, Line
from tests.factories import subsidies as make
from tests.races.conftest import Race

MAY = dt.date(2025, 5, 1)
ROOT = Path(__file__).resolve().parents[2]

# A worker of its own process that says when it has reached the moment, and then hangs until it is killed.
WORKER = """
import datetime as dt, sys, time
import django
django.setup()
from portal import clock, runs
from subsidies.actions import closing
from subsidies.actions.closing import computing, posting

def stop(*_args, **_kwargs):
    print("reached", flush=True)
    time.sleep(600)

moment = sys.argv[2]
if moment == "before the law":
    computing.judge = stop
elif moment == "lines posted, not committed":
    posting.settle = stop
elif moment == "committed, chunk not marked done":
    real = closing.compute_chunk
    def then_stop(run, chunk):
        result = real(run, chunk)
        return result if "plan" in chunk.key else stop()
    closing.compute_chunk = then_stop
with clock.freeze(dt.datetime(2025, 7, 10, 10, tzinfo=clock.SHANGHAI)):
    runs.work(int(sys.argv[1]))
"""


@pytest.fixture
def facts(city, monkeypatch):
    """Two districts, six providers, a child that moves between them and one that is recorded twice; a chunk a
    district.
    """
    monkeypatch.setattr(starting, "ENOUGH", 1)
    make.policy(valid_from=MAY, caps=[{"cap": "infants_per_month", "clause": "general"}])
    groups = [make.recognised(places=2, street=street) for street in ["440105001", "440106001"] * 3]
    for number, group in enumerate(groups):
        for days in range(4):
            make.stay(group, "2025-05", days, of=make.child(f"K{number}{days}"))
    mover = make.child("MOVER")
    make.attend(make.spell(mover, groups[0], MAY, dt.date(2025, 5, 16)), "2025-05", 3)
    make.attend(make.spell(mover, groups[1], dt.date(2025, 5, 19)), "2025-05", 4)
    make.stay(groups[2], "2025-05", 3, of=make.child("TWIN1", number="T"))
    make.stay(groups[3], "2025-05", 3, of=make.child("TWIN2", number="T"))


def undisturbed() -> str:
    """The hash of the same close done in one go, and then undone."""
    with transaction.atomic():
        wanted = make.close("2025-05").result["hash"]
        transaction.set_rollback(True)
    return str(wanted)


def start() -> Run:
    return closing.start_close(Month(2025, 5), area=Area.objects.get(code="4401"), by=None)


def worker(run: Run, moment: str) -> subprocess.Popen:
    """A process that works on this database."""
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}"
    env = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    command = [sys.executable, "-c", textwrap.dedent(WORKER), str(run.pk), moment]
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.parametrize(
    "moment", ["before the law", "lines posted, not committed", "committed, chunk not marked done"]
)
def test_a_killed_worker_changes_nothing(facts, moment):
    wanted, run = undisturbed(), start()
    with worker(run, moment) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert told == "reached\n"
    assert process.returncode == -signal.SIGKILL
    posted_before = Line.objects.count()
    assert (posted_before > 0) is (moment == "committed, chunk not marked done")
    runs.work(run.pk)
    assert run.chunks.filter(state="RUNNING").count() == 1  # the dead worker's lease still stands
    RunChunk.objects.filter(state="RUNNING").update(leased_until=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    runs.work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.result["hash"]) == ("DONE", wanted)
    assert make.wrong() == []
    assert make.close("2025-05").result["hash"] == wanted


def test_a_worker_that_lost_its_lease_posts_nothing(facts):
    """The control of the lease: a stalled worker wakes after another has taken its chunk over."""
    run = start()
    chunk = runs.take(run.pk)
    assert chunk is not None and "plan" in chunk.key
    closing.compute_chunk(run, chunk)
    RunChunk.objects.filter(pk=chunk.pk).update(state="DONE")
    stalled = runs.take(run.pk)
    assert stalled is not None
    RunChunk.objects.filter(pk=stalled.pk).update(worker="somebody else")
    with pytest.raises(LostLease):
        closing.compute_chunk(run, stalled)
    assert not Line.objects.exists()


def test_a_worker_whose_run_has_failed_meanwhile_posts_nothing(facts):
    """Another chunk gave up: a new run may have taken marks for seen that this worker's snapshot is too old for."""
    run = start()
    chunk = runs.take(run.pk)
    assert chunk is not None
    closing.compute_chunk(run, chunk)
    RunChunk.objects.filter(pk=chunk.pk).update(state="DONE")
    slow = runs.take(run.pk)
    assert slow is not None
    Run.objects.filter(pk=run.pk).update(state="FAILED", finished_at=run.queued_at)
    with pytest.raises(LostLease):
        closing.compute_chunk(run, slow)
    assert not Line.objects.exists()
    assert not ClosedMonth.objects.exists()


def test_several_workers_at_once_give_the_same_hash(facts, race: Race):
    wanted, run = undisturbed(), start()
    race.run([lambda: runs.work(run.pk)] * 4)
    runs.work(run.pk)
    run.refresh_from_db()
    assert race.lost == []
    assert (run.state, run.result["hash"]) == ("DONE", wanted)
    assert make.wrong() == []
