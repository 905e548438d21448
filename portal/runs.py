"""Long work as rows (design §3): start a run, let workers take its chunks under a lease, survive any kill.

A worker takes the oldest waiting chunk of the lowest unfinished stage with SKIP LOCKED; a chunk whose lease ran out is
waiting again. What a chunk does is idempotent by natural key, so doing it twice changes nothing.
"""

import datetime as dt
import os
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import close_old_connections, connection, transaction
from django.db.models import Count, F, Min, Q, Sum

from portal import audit, clock
from portal.models import Run, RunChunk, RunState, User
from portal.panels import collect

LEASE = dt.timedelta(seconds=60)
BEAT_S = 15
MAX_TRIES = 5

# What a chunk commits on its way need not be on the disk yet: PostgreSQL writes commits down in their order, so the one
# that says DONE, and whatever anybody builds on it, brings all before it to the disk. A crash loses a chunk as a whole.
ASYNC, AS_CONFIGURED = "SET synchronous_commit = off", "RESET synchronous_commit"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Chunk:
    """A piece of work to queue: `stage` orders, `key` names it once per run and stage."""

    key: str
    stage: int = 0
    total: int = 0


@dataclass(frozen=True)
class RunKind:
    """What a kind of run does: `chunk(run, chunk)` gives its result, `finish(run)` the run's; `title` is for pages.

    `url(run, user)` is where this person sees the result; empty where their office does not read it. `said(run)` is one
    sentence on what came of it.
    """

    name: str
    title: Any
    chunk: Callable[[Run, RunChunk], dict[str, Any]]
    finish: Callable[[Run], dict[str, Any]]
    url: Callable[[Run, User], str] | None = None
    said: Callable[[Run], str] | None = None


def kinds() -> dict[str, RunKind]:
    """Every kind of run the apps registered."""
    return {kind.name: kind for kind in collect("run_kinds")}


@transaction.atomic
def start(
    kind: str, key: str, *, params: dict[str, Any], chunks: Iterable[Chunk], area_path: str, by: User | None
) -> Run:
    """Queue a run with its chunks; while one of the same kind and key is open, that one is given back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"run:{kind}:{key}"])
    if existing := Run.objects.filter(kind=kind, key=key, state__in=[RunState.QUEUED, RunState.RUNNING]).first():
        return existing
    run = Run.objects.create(
        kind=kind, key=key, params=params, area_path=area_path, started_by=by, queued_at=clock.now()
    )
    RunChunk.objects.bulk_create(
        RunChunk(run=run, stage=chunk.stage, key=chunk.key, total=chunk.total) for chunk in chunks
    )
    audit.record(run, "start_run", by=by, kind=kind, key=key)
    return run


def of_the_night(kind: str, on: dt.date) -> Run | None:
    """The run of a night that was started, or the one before it that still waits or works: there is no second."""
    mine, unfinished = Q(key=on.isoformat()), Q(state__in=[RunState.QUEUED, RunState.RUNNING])
    return Run.objects.filter(mine | unfinished, kind=kind).order_by("-pk").first()


def worker_name() -> str:
    """Who holds a lease: host, process and thread."""
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"


@transaction.atomic
def take(run_id: int | None = None) -> RunChunk | None:
    """Lease the next chunk that may run now, or None. Leases are measured by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.id FROM portal_runchunk c JOIN portal_run r ON r.id = c.run_id
            WHERE r.state IN ('QUEUED', 'RUNNING') AND (%(run)s::bigint IS NULL OR r.id = %(run)s)
              AND (c.state = 'QUEUED' OR (c.state = 'RUNNING' AND c.leased_until < clock_timestamp()))
              AND NOT EXISTS (SELECT FROM portal_runchunk b WHERE b.run_id = c.run_id AND b.stage < c.stage
                              AND b.state <> 'DONE')
            ORDER BY r.id, c.stage, c.total DESC, c.id LIMIT 1 FOR UPDATE OF c SKIP LOCKED
            """,
            {"run": run_id},
        )
        if (found := cursor.fetchone()) is None:
            return None
        cursor.execute(
            "UPDATE portal_runchunk SET state = 'RUNNING', worker = %s, tries = tries + 1, done = 0,"
            " leased_until = clock_timestamp() + %s WHERE id = %s",
            [worker_name(), LEASE, found[0]],
        )
    chunk = RunChunk.objects.select_related("run").get(pk=found[0])
    Run.objects.filter(pk=chunk.run_id, state=RunState.QUEUED).update(state=RunState.RUNNING, started_at=clock.now())
    return chunk


class Lease:
    """Keeps a chunk's lease alive from a thread of its own while the work runs."""

    def __init__(self, chunk: RunChunk) -> None:
        self.chunk = chunk
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def _beat(self) -> None:
        while not self._stop.wait(BEAT_S):
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE portal_runchunk SET leased_until = clock_timestamp() + %s WHERE id = %s AND worker = %s",
                    [LEASE, self.chunk.pk, self.chunk.worker],
                )
        connection.close()

    def __enter__(self) -> "Lease":
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()


def progress(chunk: RunChunk, done: int, total: int | None = None) -> None:
    """Say how far a chunk is; call it outside the chunk's long transaction."""
    new: dict[str, int] = {"done": done} | ({"total": total} if total is not None else {})
    RunChunk.objects.filter(pk=chunk.pk).update(**new)


def _tell_database(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements))


def _do(chunk: RunChunk) -> None:
    kind = kinds()[chunk.run.kind]
    try:
        _tell_database("SET statement_timeout = 0", "SET lock_timeout = 0", ASYNC)
        with Lease(chunk):
            result = kind.chunk(chunk.run, chunk)
        _tell_database(AS_CONFIGURED)
    except Exception as error:
        _tell_database(AS_CONFIGURED)
        log.exception("chunk_failed", run=str(chunk.run.public_id), chunk=chunk.key)
        final = chunk.tries >= MAX_TRIES
        RunChunk.objects.filter(pk=chunk.pk, worker=chunk.worker).update(
            state=RunState.FAILED if final else RunState.QUEUED, leased_until=None, error=repr(error)[:2000]
        )
        if final:
            Run.objects.filter(pk=chunk.run_id).update(
                state=RunState.FAILED, error=f"{chunk.key}: {error!r}"[:2000], finished_at=clock.now()
            )
        return
    RunChunk.objects.filter(pk=chunk.pk, worker=chunk.worker).update(
        state=RunState.DONE,
        leased_until=None,
        result=result or {},
        error="",
        done=F("total"),
    )
    finish_if_whole(chunk.run)


def finish_if_whole(run: Run) -> bool:
    """Finish a run whose chunks are all done, once."""
    with transaction.atomic():
        locked = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
        if locked.state != RunState.RUNNING or run.chunks.exclude(state=RunState.DONE).exists():
            return False
        locked.result = kinds()[locked.kind].finish(locked)
        locked.state = RunState.DONE
        locked.finished_at = clock.now()
        locked.save(update_fields=["result", "state", "finished_at"])
        audit.record(locked, "finish_run", by=None, kind=locked.kind, key=locked.key, result=locked.result)
    return True


def work(run_id: int | None = None, *, stage_opened: Callable[[], None] | None = None) -> int:
    """Take and do chunks until none may run now; gives how many were done. Safe with any number of workers.

    `stage_opened` is called when a stage has ended and another begins: workers that found nothing to do have left.
    """
    count = 0
    while (chunk := take(run_id)) is not None:
        _do(chunk)
        count += 1
        if stage_opened and _opens_a_stage(chunk):
            stage_opened()
        if not connection.in_atomic_block:
            close_old_connections()
    return count


def _opens_a_stage(chunk: RunChunk) -> bool:
    rest = RunChunk.objects.filter(run=chunk.run_id, run__state=RunState.RUNNING).exclude(state=RunState.DONE)
    stages = rest.aggregate(first=Min("stage"), here=Count("pk", filter=Q(stage__lte=chunk.stage)))
    return stages["first"] is not None and not stages["here"]


def waiting() -> bool:
    """Whether any chunk of an open run waits for a worker (or lost its worker)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM portal_runchunk c JOIN portal_run r ON r.id = c.run_id"
            " WHERE r.state IN ('QUEUED', 'RUNNING') AND (c.state = 'QUEUED'"
            " OR (c.state = 'RUNNING' AND c.leased_until < clock_timestamp())))"
        )
        return cursor.fetchone()[0]


@dataclass(frozen=True)
class Progress:
    """How far a run is, for the page."""

    done: int
    total: int
    chunks_done: int
    chunks: int
    stage: int | None

    @property
    def percent(self) -> int:
        """Whole percent."""
        return 100 * self.done // self.total if self.total else 0


def progress_of(run: Run) -> Progress:
    """Count a run's progress over its chunks; one query."""
    sums = run.chunks.aggregate(
        done=Sum("done"),
        total=Sum("total"),
        stage=Min("stage", filter=~Q(state=RunState.DONE)),
    )
    states = list(run.chunks.values_list("state", flat=True))
    chunks_done = states.count(RunState.DONE)
    total = sums["total"] or len(states)
    return Progress(sums["done"] if sums["total"] else chunks_done, total, chunks_done, len(states), sums["stage"])
