"""A database with every table, made once and copied for each test run: migrating takes seconds, a copy under one."""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from portal.embedded import postgres
from portal.embedded.site import CHECKOUT, default


def fingerprint() -> str:
    """What the tables depend on: every migration of ours, and the versions of everybody else's."""
    digest = hashlib.sha256((CHECKOUT / "requirements" / "run.txt").read_bytes())
    for path in sorted(CHECKOUT.glob("*/migrations/*.py")):
        digest.update(str(path.relative_to(CHECKOUT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def ensure() -> str | None:
    """The template's name, made if it is not there; None when it cannot be made, and Django then migrates itself."""
    site = default()
    name = f"template_{fingerprint()}"
    with (site.data / "template.lock").open("w") as lock, postgres.connect(site) as connection:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs at once: the second finds the first one's template
        known = {row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^template_'")}
        if name in known:
            return name
        for old in known:
            connection.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        connection.execute("CREATE DATABASE template_unfinished")
        if not _migrate(site.sockets):
            return None
        connection.execute(f'ALTER DATABASE template_unfinished RENAME TO "{name}"')
        return name


def _migrate(sockets: Path) -> bool:
    """All tables into the unfinished template; in a process of its own, which leaves no connection behind."""
    url = f"postgresql://{postgres.ROLE}@/template_unfinished?host={sockets}"
    environment = os.environ | {"DATABASE_URL": url}
    command = [sys.executable, "manage.py", "migrate", "--noinput", "--skip-checks", "--verbosity=0"]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, check=False).returncode == 0
