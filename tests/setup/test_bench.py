"""Every benchmark can be run: its data can be built on today's tables, and both sides come to the same."""

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import connection

import bench

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(info.name for info in pkgutil.iter_modules(bench.__path__) if info.name not in {"__main__"})
MODULES = {name: module for name in NAMES if hasattr(module := importlib.import_module(f"bench.{name}"), "LIMIT")}
DATASETS = sorted({module.DATASET for module in MODULES.values()})


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.django_db
def test_the_benchmarks_of_a_dataset_run(dataset):
    settings = connection.settings_dict
    url = os.environ.get("DATABASE_URL") or f"postgresql://{settings['USER']}@/postgres?host={settings['HOST']}"
    with psycopg.connect(url, autocommit=True) as server:  # an older one may have been built another way
        server.execute(f'DROP DATABASE IF EXISTS "tuoyu_bench_{dataset}_small" WITH (FORCE)')
    names = sorted(name for name, module in MODULES.items() if dataset == module.DATASET)
    given = {"TUOYU_BENCH": "small", "DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "bench", *names], cwd=ROOT, env=os.environ | given, text=True, timeout=300,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    for name in names:
        [row] = [line for line in done.stdout.splitlines() if line.startswith(f"{name} ")]
        ours, base, ratio = (float(word) for word in row.split()[1:4])
        assert min(ours, base, ratio) > 0
