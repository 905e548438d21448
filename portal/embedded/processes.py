"""What is really running: tells a server of ours from a stale number in a file, for the modules that start them."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import psutil

WAIT_SECONDS = 60  # crash recovery after a kill -9 in the middle of a big load was measured at up to 20 s


def is_ours(pid: int, folder: Path) -> bool:
    """Is this a living process that was started with our folder among its arguments?

    The arguments and not the working folder: in a container root may read the first of another user's process, not the
    second. A zombie (killed, and nobody collected it) is dead although signals still reach its number.
    """
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and str(folder) in process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied, ValueError):
        return False


def number_in(path: Path) -> int | None:
    """The process number on the first line of a pid file, if there is one."""
    with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
        return int(path.read_text().splitlines()[0])
    return None


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Ask again and again until the condition holds; False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log, for an error message."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return "(no log was written)"


def rotate(path: Path, *, limit: int = 20_000_000) -> None:
    """Set a long log aside before a start, so that a demo left running for weeks does not fill the disk."""
    if path.exists() and path.stat().st_size > limit:
        path.replace(path.with_suffix(".1"))
