"""Where benchmarks keep their data: a database for each dataset beside the house's, built once and reused."""

import hashlib
import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from portal import embedded

ROOT = Path(__file__).parent.parent
SMALL = os.environ.get("TUOYU_BENCH") == "small"  # the tests': the same way through, too few rows to say anything


def scaled(**rows: int) -> dict[str, int]:
    """Sizes of data as the benchmark defines them; a fiftieth where only the way through is tried."""
    return {name: max(2, number // 50) for name, number in rows.items()} if SMALL else rows


def house_url() -> str:
    """The house's database: as configured, else the embedded server, started when it does not run."""
    embedded.ensure_unless_configured()
    return os.environ.get("DATABASE_URL") or embedded.urls().database_url


def url_of(dataset: str) -> str:
    """The dataset's own database on the same server."""
    parts = urlsplit(house_url())
    return urlunsplit(parts._replace(path=f"/{name_of(dataset)}"))


def name_of(dataset: str) -> str:
    """The name of its database."""
    return f"tuoyu_bench_{dataset}{'_small' if SMALL else ''}"


def fingerprint(version: int) -> str:
    """What the data depend on: their version and every migration; when one changes, they are built anew."""
    sha = hashlib.sha256(str(version).encode())
    for path in sorted(ROOT.glob("*/migrations/0*.py")):
        sha.update(path.name.encode() + path.read_bytes())
    return sha.hexdigest()[:16]


def is_built(dataset: str, version: int) -> bool:
    """Whether the dataset stands as it should."""
    try:
        with psycopg.connect(url_of(dataset), connect_timeout=5) as connection:
            found = connection.execute("SELECT fingerprint FROM bench_built").fetchone()
    except psycopg.Error:
        return False
    return found is not None and found[0] == fingerprint(version)


def recreate(dataset: str) -> None:
    """An empty database for the dataset; the one before is thrown away."""
    name = sql.Identifier(name_of(dataset))
    with psycopg.connect(house_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))


def mark_built(dataset: str, version: int) -> None:
    """Say that the dataset is whole."""
    with psycopg.connect(url_of(dataset), autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_built (fingerprint text NOT NULL)")
        connection.execute("INSERT INTO bench_built VALUES (%s)", [fingerprint(version)])
