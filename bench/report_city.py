"""`report_city`: a month's report of a whole city as shipped (pieces, workers, seal) against one bare statement."""

import datetime as dt
import json
import time
from concurrent.futures import ProcessPoolExecutor, wait
from functools import cache
from multiprocessing import get_context
from typing import Any

from bench import place
from bench.measure import load, start_django

NAME = "report_city"
DATASET = "report"
VERSION = 1
direction = "smaller"
LIMIT = 2
CITY, MONTH = "4401", "2025-06"
SIZE = place.scaled(providers=1_938, places=108_800, children=52_000)


def prepare() -> None:
    """A city of the demo's size."""
    load("report_data.sql", **SIZE)


@cache
def workers() -> ProcessPoolExecutor:
    """The workers of a small installation: two processes that already run when a report is asked for."""
    pool = ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=start_django)
    list(pool.map(work, [0, 0]))  # connected before anything is timed
    return pool


def work(run_id: int) -> int:
    """What a worker process does for a run."""
    from portal import runs  # Django is ready only when this runs

    return runs.work(run_id)


def ours() -> float:
    """From asking for the report to the frozen, sealed row: 11 pieces, two workers."""
    from portal import clock
    from portal.dates import Month
    from portal.models import Area
    from quotas.actions.reports import start_report

    pool = workers()
    began = time.perf_counter()
    with clock.freeze(dt.datetime(2025, 7, 10, tzinfo=dt.UTC)):
        run = start_report(Area.objects.get(code=CITY), Month.parse(MONTH), by=None)
    wait([pool.submit(work, run.pk), pool.submit(work, run.pk)])
    return time.perf_counter() - began


def base() -> Any:
    """bench/sql/report_city.sql."""
    content()


def content() -> dict[str, Any]:
    """What the bare statement gives."""
    from django.db import connection

    statement = (place.ROOT / "bench" / "sql" / "report_city.sql").read_text(encoding="utf-8")
    moment = dt.datetime(2025, 7, 10, tzinfo=dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"on": dt.date(2025, 6, 30), "known": moment, "city": CITY})
        found = cursor.fetchone()[0]
    return json.loads(found) if isinstance(found, str) else found


def check() -> None:
    """Both say the same of every area."""
    from quotas.models import Report

    ours()
    frozen = Report.objects.latest("pk").content
    bare = content()
    for key in ("area", "on", "population_year"):
        assert frozen[key] == bare[key], (key, frozen[key], bare[key])
    by_code = {line["code"]: line for line in frozen["lines"]}
    assert len(by_code) == len(bare["lines"]) == 188
    for line in bare["lines"]:
        assert by_code[line["code"]] == line, (by_code[line["code"]], line)


def reset() -> None:
    """A report that was never made: the frozen one is thrown away (only here; the table refuses it elsewhere)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE quotas_report, portal_seal, portal_runchunk, portal_run CASCADE")
