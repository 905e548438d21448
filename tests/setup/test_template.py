"""Test databases are copies of a migrated template; it must be what migrating would give."""

import os
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.embedded import postgres
from portal.embedded.site import default
from tests import template

pytestmark = pytest.mark.skipif(not os.environ.get("TEST_TEMPLATE"), reason="the database is not the embedded one")


@pytest.mark.django_db
def test_a_copied_database_has_nothing_left_to_migrate() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_another_migration_asks_for_another_template(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = template.fingerprint()
    (tmp_path / "app" / "migrations").mkdir(parents=True)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("")
    monkeypatch.setattr(template, "CHECKOUT", tmp_path)
    empty = template.fingerprint()
    (tmp_path / "app" / "migrations" / "0001_initial.py").write_text("operations = []")
    assert len({before, empty, template.fingerprint()}) == 3


def test_a_template_that_is_there_is_taken_as_it_is() -> None:
    name = os.environ["TEST_TEMPLATE"]
    with postgres.connect(default()) as server:
        oid = "SELECT oid FROM pg_database WHERE datname = %s"
        made = server.execute(oid, [name]).fetchone()
        assert template.ensure() == name
        assert server.execute(oid, [name]).fetchone() == made


@pytest.mark.django_db
def test_test_databases_are_made_without_the_web_s_time_limit() -> None:
    with connection.creation._nodb_cursor() as cursor:
        assert cursor.execute("SHOW statement_timeout").fetchone()[0] == "0"
    with connection.cursor() as cursor:
        assert cursor.execute("SHOW statement_timeout").fetchone()[0] == "10s"
