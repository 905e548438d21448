"""`make demo` and `make run`: everything that belongs to a running portal, in one process that looks after the others.

Sets up what is missing, starts web, worker and beat, brings back what dies, and stops all of it on Ctrl-C.
"""

import contextlib
import fcntl
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

from portal import embedded
from portal.celery import app as celery
from portal.embedded import processes
from portal.embedded.site import CHECKOUT

HOST = "127.0.0.1"
READY_SECONDS = 90
GIVE_UP_AFTER = 5  # deaths in a row before the portal was ready once
WORTH_SHOWING = re.compile(r'"level": ?"(error|critical)"|\b(ERROR|CRITICAL)\b|^Traceback|^\w+(\.\w+)*Error\b')


class CannotStart(Exception):
    """Why the portal does not start, and what to do, for the person at the terminal."""


class AskedToStop(BaseException):
    """Ctrl-C or SIGTERM, wherever we are; no `except Exception` on the way may swallow it."""


def say(text: str) -> None:
    """A line on the terminal, at once, also into a pipe."""
    print(text, flush=True)


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    """Name a step that takes time, and say how long it took."""
    begun = time.monotonic()
    yield
    say(f"  {name:<34} {time.monotonic() - begun:5.1f} s")


def manage(*arguments: str) -> list[str]:
    """The command line of a management command."""
    return [sys.executable, "manage.py", *arguments]


def run_step(name: str, *arguments: str) -> None:
    """A management command whose output matters only when it fails."""
    with step(name):
        result = subprocess.run(manage(*arguments), cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise CannotStart(f"{name} failed:\n{(result.stdout + result.stderr).strip()[-4000:]}")


@dataclass
class Child:
    """One of the processes, with the log it writes and how often it had to be started."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    again_at: float = 0.0
    deaths: int = 0
    shown_up_to: int = field(default=0, repr=False)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only us and we stop it in order."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        self.started_at = time.monotonic()

    def look_after(self) -> None:
        """Bring it back if it died: at once the first time, then with growing pauses up to 10 s."""
        now = time.monotonic()
        if self.process and self.process.poll() is not None:
            self.deaths = 1 if now - self.started_at > 60 else self.deaths + 1
            pause = 0.0 if self.deaths == 1 else min(10.0, 0.5 * 2**self.deaths)
            say(
                f"{self.name} ended with {self.process.returncode}; starting it again"
                + f" in {pause:.0f} s" * (pause > 0)
            )
            self.process, self.again_at = None, now + pause
        if self.process is None and now >= self.again_at:
            self.start()

    def stop(self, patience: float = 10.0) -> None:
        """Ask it to end, and end its whole session if it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def show_errors(self) -> None:
        """Repeat on the terminal what the log says went wrong; the rest stays in the file."""
        with contextlib.suppress(FileNotFoundError), self.log.open("rb") as log:
            log.seek(self.shown_up_to)
            for line in log:
                if not line.endswith(b"\n"):
                    break
                self.shown_up_to += len(line)
                text = line.decode(errors="replace").rstrip()
                if WORTH_SHOWING.search(text) and "/readyz" not in text:  # our own question while the worker starts
                    say(f"{self.name:>6} | {in_short(text)}")


@dataclass
class Portal:
    """A running portal: its kind ("demo" or "run"), its port, its data folder and its processes."""

    kind: str
    port: int
    data: Path
    children: list[Child] = field(default_factory=list)
    our_servers: bool = False

    def prepare(self, *, fresh: bool) -> None:
        """Servers, tables, the city, the static files."""
        outside = bool(os.environ.get("DATABASE_URL"))
        if fresh and outside:
            raise CannotStart("FRESH=1 rebuilds the embedded database only, and DATABASE_URL names another one.")
        self.our_servers |= not any(answers for answers, _ in embedded.status().values())
        with step("database and broker"):
            embedded.ensure_unless_configured()
        half_a_city = self.data / "city.loading"
        if self.kind == "demo" and half_a_city.exists() and not outside:
            say("The last loading of the city was interrupted; it begins anew.")
            fresh = True
        if fresh:
            with step("throwing the old city away"):
                embedded.recreate_database()
                shutil.rmtree(self.data / "files", ignore_errors=True)
        static = self.collect_static()
        run_step("tables", "migrate", "--noinput", "--verbosity=0")
        if self.kind == "demo":
            half_a_city.touch()
            with step("the city"):
                if subprocess.run(manage("load_demo"), cwd=CHECKOUT, check=False).returncode != 0:
                    raise CannotStart("The demo city could not be loaded; the lines above say why.")
            half_a_city.unlink()
        if static:
            output, _ = static.communicate()
            if static.returncode != 0:
                raise CannotStart(f"collectstatic failed:\n{output[-4000:]}")
            (self.data / "static.stamp").touch()

    def collect_static(self) -> subprocess.Popen[str] | None:
        """Collect and compress the static files beside the other steps, if any is newer than the last collection."""
        stamp = self.data / "static.stamp"
        sources = [CHECKOUT / "requirements" / "run.txt", *(CHECKOUT / "static").rglob("*")]
        if stamp.exists() and max(path.stat().st_mtime for path in sources) < stamp.stat().st_mtime:
            return None
        command = manage("collectstatic", "--noinput", "--verbosity=0")
        return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def start(self) -> None:
        """Start web, worker and beat; remember them, in case we are killed and cannot stop them."""
        logs = self.data / "logs"
        for folder in (logs, self.data / "beat"):
            folder.mkdir(parents=True, exist_ok=True)
        # No access log: it would hold whole addresses; every request has its line from the portal itself.
        # fmt: off
        commands = {
            "web": [sys.executable, "-m", "gunicorn", "portal.wsgi:application", f"--bind={HOST}:{self.port}",
                    "--workers=2", "--threads=4", "--timeout=60", "--graceful-timeout=5", "--log-level=warning"],
            "worker": [sys.executable, "-m", "celery", "--app=portal.celery", "--quiet", "worker", "--concurrency=2",
                       "--loglevel=WARNING", "--without-gossip", "--without-mingle"],
            "beat": [sys.executable, "-m", "celery", "--app=portal.celery", "--quiet", "beat", "--loglevel=WARNING",
                     f"--schedule={self.data / 'beat' / 'schedule'}", "--pidfile="],
        }
        # fmt: on
        for name, command in commands.items():
            log = logs / f"{name}.log"
            if log.exists():
                log.replace(log.with_suffix(".log.1"))
            child = Child(name, command, log)
            child.start()
            self.children.append(child)
        self.remember()
        celery.send_task("portal.tasks.heartbeat")  # or the first sign of life waits ten seconds for beat

    def remember(self) -> None:
        """Write down who our children are: number and time of start, which together name a process for ever."""
        known = []
        for child in self.children:
            with contextlib.suppress(psutil.NoSuchProcess):
                if child.process:
                    known.append([child.process.pid, psutil.Process(child.process.pid).create_time()])
        (self.data / "children.json").write_text(json.dumps({"children": known, "servers": self.our_servers}))

    def end_orphans(self) -> None:
        """End the children of a supervisor that was killed with -9: they would hold the port and do its work twice."""
        try:
            left = json.loads((self.data / "children.json").read_text())
        except (FileNotFoundError, ValueError):
            return
        self.our_servers = left["servers"]  # the servers it started are ours to stop now
        for number, created in left["children"]:
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                if psutil.Process(number).create_time() == created:
                    os.killpg(number, signal.SIGKILL)

    def wait_until_ready(self) -> None:
        """Return when `/readyz` says that database, broker, worker and tables are all there."""
        deadline = time.monotonic() + READY_SECONDS
        answer = "no answer"
        while time.monotonic() < deadline:
            self.look_after()
            status, answer = self.ask("/readyz")
            if status == 200:
                return
            for child in self.children:
                if child.deaths >= GIVE_UP_AFTER:
                    how = processes.tail(child.log)
                    raise CannotStart(f"{child.name} dies at every start; the end of {child.log}:\n{how}")
            time.sleep(0.4)
        raise CannotStart(f"Not ready after {READY_SECONDS} s. /readyz says: {answer}. Logs: {self.data / 'logs'}")

    def ask(self, path: str) -> tuple[int, str]:
        """What our own web server answers."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read(2000).decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error)
        finally:
            connection.close()

    def look_after(self) -> None:
        """One round: errors to the terminal, the dead brought back."""
        for child in self.children:
            child.show_errors()
            was = child.process
            child.look_after()
            if child.process is not was:
                self.remember()

    def watch(self) -> None:
        """Stay until somebody stops us; every few seconds also make sure that the embedded servers answer."""
        rounds = 0
        while True:
            time.sleep(0.5)
            self.look_after()
            rounds += 1
            if rounds % 10 == 0:
                try:
                    embedded.ensure_unless_configured()
                except embedded.ServerError as error:
                    say(str(error))

    def stop(self) -> None:
        """Stop them all at once, each with its patience; then the servers, if we started them."""
        enders = [threading.Thread(target=child.stop) for child in self.children]
        for ender in enders:
            ender.start()
        for ender in enders:
            ender.join()
        (self.data / "children.json").unlink(missing_ok=True)
        if self.our_servers:
            embedded.stop()


def in_short(line: str) -> str:
    """A line of a log as a person reads it: of a JSON event what happened, where, and the last line of a traceback."""
    with contextlib.suppress(ValueError, AttributeError):
        event = json.loads(line)
        exception = str(event.get("exception", "")).strip().splitlines()
        parts = [event.get("request"), event.get("code"), event.get("event"), exception[-1] if exception else None]
        return " · ".join(str(part) for part in parts if part)[:300]
    return line[:300]


def check_port(port: int, target: str) -> None:
    """Say clearly that the port is taken, before minutes of set-up end in a traceback."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn: lingering connections do not matter
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} cannot be used ({error.strerror}). Stop what runs there, or choose another: "
                f"make {target} PORT={port + 1}"
            ) from error


def only_one(data: Path, target: str) -> IO[str]:
    """One supervisor for a data folder; the lock is held as long as the returned file is open."""
    data.mkdir(parents=True, exist_ok=True)
    handle = (data / "supervise.lock").open("a")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CannotStart(f"`make {target}` already runs in this checkout; stop it first (Ctrl-C there).") from error
    return handle


def main(kind: str) -> int:
    """Run the portal until it is asked to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if kind == "run":
        # Its own servers and files: a real city's rows never stand beside the demo's, and never under its banner.
        os.environ.setdefault("TUOYU_DATA", str(CHECKOUT / ".data" / "run"))
        os.environ.setdefault("TUOYU_DEMO", "0")
    else:
        os.environ["TUOYU_DEMO"] = "1"
    data = Path(os.environ.get("TUOYU_DATA") or CHECKOUT / ".data").resolve()
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        say(f"PORT={port} is not a port: a number from 1 to 65535, such as 8000.")
        return 1
    portal = Portal(kind, int(port), data)

    def on_signal(number: int, frame: object) -> None:
        raise AskedToStop

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    begun = time.monotonic()
    lock = None
    try:
        lock = only_one(data, kind)
        portal.end_orphans()
        check_port(portal.port, kind)
        portal.prepare(fresh=os.environ.get("FRESH", "0") not in ("", "0"))
        with step("web, worker, beat"):
            portal.start()
            portal.wait_until_ready()
        say(f"ready: http://{HOST}:{port}")
        if kind == "demo":
            subprocess.run(manage("demo_logins"), cwd=CHECKOUT, check=False)
        else:
            say(f"first account: TUOYU_DATA={data} TUOYU_DEMO=0 {sys.executable} manage.py createsuperuser")
        say(f"({time.monotonic() - begun:.0f} s; logs in {data / 'logs'}; Ctrl-C stops everything)")
        portal.watch()
    except AskedToStop:
        say("\nstopping …")
        return 0
    except (CannotStart, embedded.ServerError) as error:
        say(str(error))
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # stopping takes seconds; a second Ctrl-C must not leave half of it
        if lock:
            portal.stop()
            lock.close()
    return 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["demo"], ["run"]):
        sys.exit("usage: python -m portal.supervise demo|run")
    sys.exit(main(sys.argv[1]))
