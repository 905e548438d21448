"""`python -m bench [NAME …]`: run the benchmarks, print a table, write bench/latest.json.

A benchmark is a module of this package with `NAME`, `direction` ("smaller" or "larger" is better), `LIMIT` (the ratio
it must keep), `prepare()` (build its data once, set-based), `ours()` and `base()`: one run each. Either may return its
own seconds (to leave preparation out, or because other processes do the work); else the call is timed from outside.
Optional: `DATASET` (the name of its data; several may share one), `VERSION` (raise it when the data change), `reset()`
(before every run, not timed), `check()` (before timing: raise unless both give the same result), `ROUNDS` (3).

`TUOYU_BENCH=small` takes a fiftieth of the rows and judges no ratio: that every way through works is a test.

Each runs in a process of its own against a database of its own beside the house's (`tuoyu_bench_<dataset>`).
"""

import importlib
import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import bench
from bench import place

HERE = Path(__file__).parent
LATEST = HERE / "latest.json"
HARNESS = {"__main__", "measure", "place"}
LONGEST_S = 600 + 300  # ten minutes of measuring, and the data the first time


def modules() -> dict[str, ModuleType]:
    """The benchmarks by name; their modules import nothing of Django at the top."""
    found = {}
    for info in pkgutil.iter_modules(bench.__path__):
        if info.name in HARNESS or info.name.startswith("_"):
            continue
        module = importlib.import_module(f"bench.{info.name}")
        if hasattr(module, "NAME"):
            found[module.NAME] = module
    return found


def main(asked: list[str]) -> int:
    """Run those asked for (all, if none); 1 when one failed or does not keep its limit."""
    known = modules()
    if unknown := [name for name in asked if name not in known]:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")
        return 1
    results: dict[str, Any] = json.loads(LATEST.read_text()) if LATEST.exists() else {}
    worst = 0
    print(f"{'benchmark':<18}{'ours s':>10}{'base s':>10}{'ratio':>9}{'limit':>9}{'peak MB':>9}")
    for name in asked or sorted(known):
        outcome = one(name)
        if outcome is None:
            print(f"{name:<18}  failed")
            worst = 1
            continue
        results[name] = outcome
        if not place.SMALL:
            LATEST.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
        module = known[name]
        limit, larger = getattr(module, "LIMIT", None), module.direction == "larger"
        kept = limit is None or place.SMALL or (outcome["ratio"] >= limit if larger else outcome["ratio"] <= limit)
        worst = worst or int(not kept)
        said = f"{'≥' if larger else '≤'} {limit}" if limit is not None else ""
        print(
            f"{name:<18}{outcome['ours_s']:>10.3f}{outcome['base_s']:>10.3f}{outcome['ratio']:>9.2f}{said:>9}"
            f"{outcome['peak_mb']:>9.0f}{'' if kept else '  NOT KEPT'}"
        )
    return worst


def one(name: str) -> dict[str, Any] | None:
    """Measure one benchmark in a fresh process, so that its peak memory is its own."""
    command = [sys.executable, "-m", "bench.measure", name]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings", "TUOYU_DEMO": "0"}
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, env=environment, cwd=HERE.parent, timeout=LONGEST_S, check=False
        )
    except subprocess.TimeoutExpired:
        print(f"{name} took longer than {LONGEST_S} s.")
        return None
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
