"""Tasks are bells: runs survive killed workers, two workers never share a chunk, the second mover is told."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from kombu.exceptions import OperationalError

from portal import clock, notices, panels, runs, tasks
from portal.celery import app
from portal.models import Draft, IdempotentAnswer, PublicNotice, Run, RunChunk, RunState, Seal
from portal.problems import StaleState
from portal.runs import Chunk, RunKind
from portal.states import NoSuchMove, move
from tests.factories import portal as make
from tests.factories import providers as make_provider

DONE: list[str] = []
LOCK = threading.Lock()


def work_on(run: Run, chunk: RunChunk) -> dict:
    if chunk.key == "breaks":
        raise ValueError("broken chunk")
    with LOCK:
        DONE.append(chunk.key)
    return {"key": chunk.key}


def finish(run: Run) -> dict:
    return {"chunks": run.chunks.count()}


KIND = RunKind("demo", "Demo", work_on, finish)


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setattr(runs, "kinds", lambda: {"demo": KIND})
    DONE.clear()
    yield
    panels._functions.cache_clear()


def start(*keys, stages=None):
    chunks = [Chunk(key, stage=(stages or {}).get(key, 0), total=1) for key in keys]
    return runs.start("demo", "k", params={}, chunks=chunks, area_path="44/", by=None)


@pytest.mark.django_db(transaction=True)
def test_starting_twice_is_one_run_and_work_finishes_it():
    run = start("a", "b", "c")
    assert start("a", "b", "c") == run
    assert tasks.work_runs() == 3
    run.refresh_from_db()
    assert (run.state, run.result, sorted(DONE)) == (RunState.DONE, {"chunks": 3}, ["a", "b", "c"])
    assert start("a") != run  # a new one, now that the first has ended


@pytest.mark.django_db(transaction=True)
def test_a_chunk_whose_worker_was_killed_is_done_by_the_next():
    run = start("a", "b")
    lost = runs.take()
    assert lost.tries == 1
    assert runs.work() == 1  # the other chunk; the lost one is still leased
    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    assert not runs.waiting()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_runchunk SET leased_until = clock_timestamp() - interval '1 second' WHERE id = %s", [lost.pk]
        )
    assert runs.waiting()
    assert runs.work() == 1
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert RunChunk.objects.get(pk=lost.pk).tries == 2


@pytest.mark.django_db(transaction=True)
def test_a_slow_worker_that_lost_its_lease_cannot_overwrite_the_one_who_took_over():
    start("a")
    lost = runs.take()
    RunChunk.objects.filter(pk=lost.pk).update(worker="somebody else", result={"by": "somebody else"})
    runs._do(lost)
    chunk = RunChunk.objects.get(pk=lost.pk)
    assert (chunk.state, chunk.result) == (RunState.RUNNING, {"by": "somebody else"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fails", [False, True])
def test_a_chunk_waits_for_the_disk_when_it_says_how_it_went_and_not_before(monkeypatch, fails):
    waits = []

    def note(*_args):
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            waits.append(cursor.fetchone()[0])
        if fails:
            raise ValueError("nothing comes of it")
        return {}

    monkeypatch.setattr(runs, "MAX_TRIES", 1)
    monkeypatch.setattr(runs, "kinds", lambda: {"demo": RunKind("demo", "Demo", note, note)})
    run = start("a")
    runs.work()
    run.refresh_from_db()
    assert run.state == (RunState.FAILED if fails else RunState.DONE)
    assert waits == (["off"] if fails else ["off", "on"])
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone()[0] == "on"


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_a_run_and_no_chunk_twice():
    start(*(str(n) for n in range(40)))
    gate = threading.Barrier(3)

    def worker():
        gate.wait()
        runs.work()
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(DONE, key=int) == [str(n) for n in range(40)]
    assert Run.objects.get().state == RunState.DONE


@pytest.mark.django_db(transaction=True)
def test_a_later_stage_waits_for_the_earlier_one():
    start("late", "early", stages={"late": 1, "early": 0})
    first = runs.take()
    assert first.key == "early"
    assert runs.take() is None


@pytest.mark.django_db(transaction=True)
def test_a_chunk_that_always_fails_fails_the_run_after_its_tries():
    run = start("breaks", "fine")
    for _ in range(runs.MAX_TRIES + 1):
        runs.work()
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "broken chunk" in run.error
    assert RunChunk.objects.get(key="breaks").tries == runs.MAX_TRIES
    assert start("fine") != run  # it may be started again


@pytest.mark.django_db(transaction=True)
def test_the_sweeper_rings_only_while_something_waits(monkeypatch, settings):
    rung = []
    monkeypatch.setattr(tasks.work_runs, "apply_async", lambda connection, **options: rung.append(options))
    assert tasks.sweep_runs() is False
    start("a")
    assert tasks.sweep_runs() is True
    assert rung == [{"expires": 10, "retry": False}] * settings.RUN_WORKERS


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_when_a_stage_opens_and_not_when_one_chunk_of_it_is_done():
    start("plan", "a", "b", "c", "sum", stages={"a": 1, "b": 1, "c": 1, "sum": 2})
    rung = []
    assert runs.work(stage_opened=lambda: rung.append(list(DONE))) == 5
    assert [set(done) for done in rung] == [{"plan"}, {"plan", "a", "b", "c"}]


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["subsidies:close", "quotas:reports"])
def test_whoever_starts_long_work_wakes_the_workers(page, city, official, client_of, settings):
    make_provider.provider()
    with app.connection() as broker:
        queue = broker.default_channel.client
        queue.delete("celery")
        answer = client_of(official("CITY", "4401")).post(reverse(page), {"area": "4401", "month": "2025-06"})
        assert answer.status_code == 302
        assert queue.llen("celery") == settings.RUN_WORKERS
        queue.delete("celery")


@pytest.mark.django_db(transaction=True)
def test_a_broken_bell_stops_nobody(monkeypatch):
    def broken(**options):
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.work_runs, "apply_async", broken)
    start("a")
    tasks.ring()
    assert runs.waiting()


@contextmanager
def dead_broker(*, accepts):
    """The address of a broker that refuses every connection, or takes it and never says a word."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        if accepts:
            door.listen()
        yield f"redis://127.0.0.1:{door.getsockname()[1]}/0"


@pytest.mark.parametrize("accepts", [False, True], ids=["closed port", "silent broker"])
@pytest.mark.django_db
def test_who_starts_long_work_does_not_wait_for_a_dead_broker(city, official, client_of, monkeypatch, accepts):
    make_provider.provider()
    client = client_of(official("CITY", "4401"))
    with dead_broker(accepts=accepts) as address:
        monkeypatch.setattr(app.conf, "broker_write_url", address)
        began = time.monotonic()
        answer = client.post(reverse("subsidies:close"), {"area": "4401", "month": "2025-06"})
        took = time.monotonic() - began
        assert answer.status_code == 302
        assert tasks.sweep_runs(), "what is to be done stands in rows, the sweeper finds it"
    assert took < 1


@pytest.mark.django_db(transaction=True)
def test_no_more_workers_take_runs_than_the_settings_say(settings):
    settings.RUN_WORKERS = 1
    start("a")
    held = threading.Event()
    let_go = threading.Event()

    def holder():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [tasks.RUN_SLOT])
            held.set()
            let_go.wait(10)
            cursor.execute("SELECT pg_advisory_unlock(%s)", [tasks.RUN_SLOT])
        connection.close()

    thread = threading.Thread(target=holder)
    thread.start()
    held.wait(10)
    assert tasks.work_runs() == 0
    let_go.set()
    thread.join()
    assert tasks.work_runs() == 1


@pytest.mark.django_db
def test_the_small_tasks_do_what_they_say(city):
    cache.delete(tasks.HEARTBEAT)
    tasks.heartbeat()
    assert cache.get(tasks.HEARTBEAT)
    notices.publish("P", "x:1", area=city["4401"], title="示例", rows=[], workdays_standing=1, by=None)
    assert tasks.seal() == 1
    assert Seal.objects.count() == 1
    assert tasks.send_messages() == 0


@pytest.mark.django_db
def test_the_night_ends_notices_and_forgets_what_is_old(city):
    import datetime as dt

    notice = notices.publish("P", "x:1", area=city["4401"], title="示例", rows=[], workdays_standing=1, by=None)
    user = make.user()
    old, new = clock.now() - dt.timedelta(hours=25), clock.now()
    IdempotentAnswer.objects.create(user=user, key="old", body_hash="", started_at=old)
    IdempotentAnswer.objects.create(user=user, key="new", body_hash="", started_at=new)
    Draft.objects.create(user=user, kind="old", updated_at=clock.now() - dt.timedelta(days=181))
    Draft.objects.create(user=user, kind="new", updated_at=new)
    with clock.freeze(dt.datetime(2025, 7, 12, 0, 5, tzinfo=clock.SHANGHAI)):
        IdempotentAnswer.objects.filter(key="new").update(started_at=clock.now())
        assert tasks.nightly() == {"areas": 0, "notices": 1, "answers": 1, "drafts": 1}
    assert PublicNotice.objects.get(pk=notice.pk).state == "ENDED"
    assert [row.key for row in IdempotentAnswer.objects.all()] == ["new"]


# --- states ---


@pytest.mark.django_db
def test_the_second_mover_is_told_who_was_first(city, official):
    by, other = official("CITY", "4401"), official("DISTRICT", "440105")
    notice = notices.publish("P", "x:1", area=city["4401"], title="示例", rows=[], workdays_standing=1, by=by)
    seen_before = PublicNotice.objects.get(pk=notice.pk)
    notices.withdraw(notice.pk, reason="x", by=by)
    with pytest.raises(StaleState) as told:
        move(seen_before, "ENDED", machine=notices.MACHINE, by=other, verb="end_notice")
    assert told.value.detail["who"] == by.name
    assert told.value.status == 412


@pytest.mark.django_db
def test_a_machine_knows_its_moves_only(city):
    notice = notices.publish("P", "x:1", area=city["4401"], title="示例", rows=[], workdays_standing=1, by=None)
    notices.withdraw(notice.pk, reason="x", by=None)
    notice.refresh_from_db()
    with pytest.raises(NoSuchMove):
        move(notice, "STANDING", machine=notices.MACHINE, by=None, verb="x")
