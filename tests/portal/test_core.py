"""The core's own promises: append-only audit, links that prove it, a page that cannot write by being read."""

import pytest
from django.db import DatabaseError, connection, transaction

from portal import audit, clock, seal
from portal.models import AuditEvent, Seal


@pytest.mark.django_db
def test_an_event_cannot_be_changed_or_removed(city, official):
    event = audit.record("demo.Thing:1", "look", by=official("CITY", "4401"))
    for sql in ("UPDATE portal_auditevent SET verb = 'x' WHERE id = %s", "DELETE FROM portal_auditevent WHERE id = %s"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [event.pk])


@pytest.mark.django_db
def test_the_seal_covers_every_event_once_and_finds_a_changed_one(city, official):
    for number in range(3):
        audit.record(f"demo.Thing:{number}", "look", by=official("CITY", "4401"), count=number)
    assert seal.seal_pending() == 3
    assert seal.seal_pending() == 0
    assert seal.verify() == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # as a superuser bent on forging could
        cursor.execute("UPDATE portal_auditevent SET verb = 'forged' WHERE subject = 'demo.Thing:1'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    [problem] = seal.verify()
    assert "audit no. 2" in problem.where


@pytest.mark.django_db
def test_a_paper_is_sealed_once_and_its_chain_holds(city):
    first = seal.freeze("report:4401:quota", "2025-06", {"places": 3})
    again = seal.freeze("report:4401:quota", "2025-06", {"places": 4})
    seal.freeze("report:4401:quota", "2025-07", {"places": 5})
    assert first == again
    assert seal.verify() == []
    assert Seal.objects.filter(chain="report:4401:quota").count() == 2


@pytest.mark.django_db
def test_the_clock_is_frozen(day):
    assert clock.today() == day
    assert AuditEvent.objects.count() == 0
