"""What benchmarks of a close share: a city of facts with earlier months closed, the run as shipped, the one statement.

Ours: the run with its workers, from the first chunk taken to the last commit: due months, conflicts, cases,
explanations, lines, claims with their hashes. Base: bench/sql/close_baseline.sql, which writes the same lines and
nothing else, into an empty copy of the ledger with all its constraints and triggers. `check` holds both to the same
lines, fen by fen.
"""

import time
from concurrent.futures import ProcessPoolExecutor, wait
from functools import cache
from multiprocessing import get_context
from typing import Any

import yaml

from bench import place
from bench.measure import load, start_django

CITY, MONTH = "4401", "2025-06"
KEPT = ("subsidies_line", "subsidies_claim", "subsidies_case", "subsidies_closedmonth")
WORK = "subsidies_duemonth, subsidies_carriedbalance, subsidies_conflictflag, subsidies_sharedchild, subsidies_mover"


def prepare(children: int, providers: int, months: int) -> None:
    """Facts, the policy, and the months before June closed; what they left is copied, to start again from it."""
    from portal.dates import Month
    from subsidies.actions.policies import load_policy

    load("close_data.sql", children=children, providers=providers, months=months)
    with (place.ROOT / "bench" / "close_policy.yaml").open(encoding="utf-8") as file:
        policy = yaml.safe_load(file)
    first = Month.parse(MONTH) - (months - 1)
    load_policy(policy | {"valid_from": first.first}, by=None)
    run = start("2025-05")
    work(run)
    for table in KEPT:
        execute(f"CREATE TABLE bench_{table} AS TABLE {table}")


def execute(sql: str, params: Any = None) -> None:
    """One statement on the benchmark's connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def start(month: str) -> int:
    """Queue the close of a month."""
    from portal.dates import Month
    from portal.models import Area
    from subsidies.actions.closing import start_close

    return start_close(Month.parse(month), area=Area.objects.get(code=CITY), by=None).pk


def work(run_id: int) -> None:
    """What a worker process does until the run has ended."""
    from portal import runs
    from portal.models import Run, RunState

    while True:
        runs.work(run_id)
        if Run.objects.values_list("state", flat=True).get(pk=run_id) in (RunState.DONE, RunState.FAILED):
            return
        time.sleep(0.002)


@cache
def workers(count: int) -> ProcessPoolExecutor:
    """Worker processes that already run: connected, their modules loaded, nothing of the month computed."""
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=start_django)
    list(pool.map(warm, range(count)))
    return pool


def warm(number: int) -> None:
    """Load what a running worker has loaded, and connect."""
    from django.db import connection

    from portal import runs

    runs.kinds()
    connection.ensure_connection()


def ours(count: int) -> float:
    """June closed by so many workers, first chunk to last commit."""
    from portal.models import Run

    pool = workers(count)
    run_id = start(MONTH)
    began = time.perf_counter()
    wait([pool.submit(work, run_id) for _worker in range(count)])
    took = time.perf_counter() - began
    run = Run.objects.get(pk=run_id)
    assert run.state == "DONE", run.error
    return took


def base() -> float:
    """June by the one statement."""
    statement = (place.ROOT / "bench" / "sql" / "close_baseline.sql").read_text(encoding="utf-8")
    params = _numbers()
    began = time.perf_counter()
    execute(statement, params)
    return time.perf_counter() - began


def _numbers() -> dict[str, Any]:
    from portal import clock
    from subsidies.models import Case, PolicyVersion

    version = PolicyVersion.objects.get()
    case = Case.objects.order_by("pk").values_list("pk", flat=True).first()
    return {"policy": version.policy_id, "version": version.pk, "case": case, "now": clock.now()}


def reset() -> None:
    """As after the close of May: nothing of June anywhere, an empty copy of the ledger, a claim for every provider."""
    from django.db import connection

    execute(f"TRUNCATE {', '.join(KEPT)}, {WORK}, portal_runchunk, portal_run CASCADE")
    execute("SET session_replication_role = replica")  # loads what was there; checks nothing twice
    for table in reversed(KEPT):
        execute(f"INSERT INTO {table} SELECT * FROM bench_{table}")
    execute("SET session_replication_role = origin")
    execute("DROP TABLE IF EXISTS bench_line, bench_claim")
    execute("CREATE TABLE bench_line (LIKE subsidies_line INCLUDING ALL)")
    execute(
        "ALTER TABLE bench_line ADD FOREIGN KEY (claim_id) REFERENCES subsidies_claim (id)"
        " DEFERRABLE INITIALLY DEFERRED;"
        "CREATE TRIGGER rests AFTER INSERT ON bench_line REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
        " EXECUTE FUNCTION subsidies_line_rests();"
        "CREATE TABLE bench_claim AS SELECT provider_id, min(id) AS claim_id FROM subsidies_claim GROUP BY provider_id"
    )
    with connection.cursor() as cursor:
        for table in (*KEPT, "bench_claim"):
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("CHECKPOINT")


def check() -> None:
    """The same children, ranks and amounts from both (a provider without a claim in May is left out of the base)."""
    from django.db import connection

    reset()
    ours(2)
    base()
    columns = "l.provider_id, l.subject_key, l.rank, l.amount_fen"
    known = "l.provider_id IN (SELECT provider_id FROM bench_claim)"
    june = f"SELECT {columns} FROM subsidies_line l WHERE l.period = '2025-06-01'"
    bare = f"SELECT {columns} FROM bench_line l"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT count(*) FROM ({bare} EXCEPT {june}) x),"
            f" (SELECT count(*) FROM ({june} AND {known} EXCEPT {bare}) x),"
            " (SELECT count(*) FROM bench_line)"
        )
        missing, more, lines = cursor.fetchone()
    assert (missing, more) == (0, 0) and lines > 0, (missing, more, lines)
