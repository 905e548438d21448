"""The process that looks after a running portal: clear refusals, and whatever dies comes back."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from portal import embedded, supervise
from portal.embedded import postgres, processes, valkey
from portal.embedded.site import CHECKOUT, Site

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that the servers' user can reach, gone afterwards with everything that runs in it."""
    folder = Path(tempfile.mkdtemp(prefix="tuoyu-test-"))
    folder.chmod(0o755)
    yield folder
    embedded.stop(Site(folder))
    shutil.rmtree(folder)


def supervisor(kind: str, data: Path, **environment: str) -> subprocess.Popen[str]:
    """`make run` as make starts it, with its output in a pipe."""
    ours = ("TUOYU_TESTING", "DATABASE_URL", "REDIS_URL", "FRESH", "DEEP")
    kept = {key: value for key, value in os.environ.items() if key not in ours}
    return subprocess.Popen(
        [sys.executable, "-m", "portal.supervise", kind],
        cwd=CHECKOUT,
        env=kept | {"TUOYU_DATA": str(data)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_taken_port_is_a_clear_message_before_anything_is_set_up(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said, _ = (process := supervisor("run", data, PORT=str(port))).communicate(timeout=30)
    assert process.returncode == 1
    assert said == (
        f"Port {port} cannot be used (Address already in use). Stop what runs there, or choose another: "
        f"make run PORT={port + 1}\n"
    )
    assert not (data / "servers").exists()


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_an_impossible_port_is_named(data: Path, port: str) -> None:
    said, _ = (process := supervisor("run", data, PORT=port)).communicate(timeout=30)
    assert process.returncode == 1
    assert said == f"PORT={port} is not a port: a number from 1 to 65535, such as 8000.\n"


def test_a_second_supervisor_of_the_same_folder_is_refused(data: Path) -> None:
    lock = supervise.only_one(data, "run")
    said, _ = (process := supervisor("run", data, PORT=str(free_port()))).communicate(timeout=30)
    lock.close()
    assert process.returncode == 1
    assert "already runs in this checkout" in said


def test_fresh_never_empties_a_database_that_is_not_ours(data: Path) -> None:
    process = supervisor("demo", data, PORT=str(free_port()), FRESH="1", DATABASE_URL="postgresql://127.0.0.1:1/city")
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "DATABASE_URL names another one" in said


def test_the_dead_come_back_first_at_once_then_with_pauses(tmp_path: Path) -> None:
    child = supervise.Child("web", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log")
    child.start()
    pauses = []
    for _ in range(3):
        child.process.wait(10)
        child.look_after()
        pauses.append(round(child.again_at - time.monotonic(), 0))
        child.again_at = 0
        if child.process is None:
            child.look_after()
    assert child.deaths == 3
    assert pauses == [0, 2, 4]
    child.stop()


def test_who_does_not_end_is_ended_with_its_own_children(tmp_path: Path) -> None:
    stubborn = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"grandchild = subprocess.Popen({SLEEP!r}); print(grandchild.pid, flush=True); time.sleep(60)"
    )
    child = supervise.Child("worker", [sys.executable, "-c", stubborn], tmp_path / "log")
    child.start()
    assert processes.wait_until(lambda: (tmp_path / "log").read_text().endswith("\n"), seconds=10)
    grandchild = int((tmp_path / "log").read_text())
    child.stop(patience=0.2)
    assert child.process.returncode == -signal.SIGKILL
    gone = lambda: not psutil.pid_exists(grandchild) or psutil.Process(grandchild).status() == psutil.STATUS_ZOMBIE  # noqa: E731
    assert processes.wait_until(gone, seconds=10)


def test_errors_in_a_log_are_repeated_once_and_nothing_else_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    child = supervise.Child("web", [], log)
    broken = {"event": "broken", "level": "error", "request": "GET /x", "code": 500, "exception": "Trace\n E: why\n"}
    log.write_text('{"event": "request", "level": "info"}\n' + json.dumps(broken) + "\n[ERROR] half a li")
    child.show_errors()
    child.show_errors()
    with log.open("a") as more:
        more.write("ne\nAn ERRORLESS line\n")
    child.show_errors()
    assert capsys.readouterr().out.splitlines() == [
        "   web | GET /x · 500 · broken ·  E: why",
        "   web | [ERROR] half a line",
    ]


def test_children_of_a_killed_supervisor_are_ended_and_strangers_are_not(tmp_path: Path) -> None:
    with (
        subprocess.Popen(SLEEP, start_new_session=True) as orphan,
        subprocess.Popen(SLEEP, start_new_session=True) as stranger,
    ):
        known = [[orphan.pid, psutil.Process(orphan.pid).create_time()], [stranger.pid, 12345.0]]
        (tmp_path / "children.json").write_text(json.dumps({"children": known, "servers": True}))
        portal = supervise.Portal("run", 1, tmp_path)
        portal.end_orphans()
        assert orphan.wait(10) == -signal.SIGKILL
        assert stranger.poll() is None
        assert portal.our_servers
        stranger.kill()


def test_a_portal_starts_survives_the_death_of_each_part_and_stops_whole(data: Path) -> None:
    port = free_port()
    process = supervisor("run", data, PORT=str(port))

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    try:
        for line in process.stdout:
            if line.startswith("ready: "):
                break
        assert line == f"ready: http://127.0.0.1:{port}\n"
        site = Site(data.resolve())
        parts = {number for number, _ in json.loads((data / "children.json").read_text())["children"]}
        assert len(parts) == 3
        for number in [*parts, postgres.pid(site), valkey.pid(site)]:
            psutil.Process(number).kill()
        assert processes.wait_until(lambda: not ready(), seconds=10)
        assert processes.wait_until(ready, seconds=60)
        again = {number for number, _ in json.loads((data / "children.json").read_text())["children"]}
        assert len(again) == 3
        assert not parts & again
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert [psutil.pid_exists(number) for number in again] == [False] * 3
    assert [pid for _, pid in embedded.status(site).values()] == [None, None]
