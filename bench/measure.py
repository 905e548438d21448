"""Measure one benchmark in this process and print its figures as JSON on the last line of standard output."""

import importlib
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from types import ModuleType

from bench import place


def main(name: str) -> None:
    """Build the data when needed, check, then run both alternately."""
    from bench.__main__ import modules  # that module starts this one

    module = modules()[name]
    dataset, version = getattr(module, "DATASET", name), getattr(module, "VERSION", 1)
    fresh = not place.is_built(dataset, version)
    if fresh:
        place.recreate(dataset)
    os.environ["DATABASE_URL"] = place.url_of(dataset)  # before the settings are read
    start_django()
    if fresh:
        build(module, dataset, version)
    steady()
    if hasattr(module, "check"):
        module.check()
    ours, base = [], []
    for _round in range(getattr(module, "ROUNDS", 3)):
        for function, seconds in ((module.ours, ours), (module.base, base)):
            if hasattr(module, "reset"):
                module.reset()
            seconds.append(timed(function))
    print(json.dumps(figures(module, statistics.median(ours), statistics.median(base))))


def start_django() -> None:
    """Settings, apps, and a connection that may take its time."""
    import django  # the environment names the database only now

    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")


def build(module: ModuleType, dataset: str, version: int) -> None:
    """Tables by migration, data by the benchmark."""
    from django.core.management import call_command
    from django.db import connection

    print(f"{module.NAME}: building its data once …", file=sys.stderr)
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
    module.prepare()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    place.mark_built(dataset, version)


def steady() -> None:
    """The same start for both: nothing waits to be written, statistics are fresh."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("ANALYZE")


def timed(function: Callable[[], float | None]) -> float:
    """The seconds a run says it took, else those on the wall clock."""
    began = time.perf_counter()
    said = function()
    return time.perf_counter() - began if said is None else float(said)


def figures(module: ModuleType, ours: float, base: float) -> dict[str, float]:
    """Medians and their ratio; where throughput counts, more work in a second is the larger ratio."""
    ratio = base / ours if module.direction == "larger" else ours / base
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    return {"ours_s": round(ours, 4), "base_s": round(base, 4), "ratio": round(ratio, 3), "peak_mb": round(peak, 1)}


def load(path: str, **numbers: int) -> None:
    """Run a file of plain SQL beside this one, with `{name}` filled in: what `prepare()` mostly does."""
    from django.db import connection

    text = (place.ROOT / "bench" / "sql" / path).read_text(encoding="utf-8")
    for name, number in numbers.items():
        text = text.replace("{" + name + "}", str(number))
    with connection.cursor() as cursor:
        cursor.execute(text)


if __name__ == "__main__":
    importlib.invalidate_caches()
    main(sys.argv[1])
