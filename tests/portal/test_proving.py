"""The seals are proven every night: whoever changes a sealed row past the application is named in the morning."""

import datetime as dt

import pytest
from django.db import connection

from portal import audit, clock, proving, runs, seal, tasks
from portal.models import OutgoingMessage, Role, Run, Seal

pytestmark = pytest.mark.django_db
ROW = "UPDATE portal_auditevent SET verb = 'nothing_happened' WHERE id = %s"


def night(day):
    """What the night's proof finds; the same night twice is once."""
    with clock.freeze(dt.datetime(2025, 7, day, 4, 0, tzinfo=clock.SHANGHAI)):
        seal.seal_pending()
        assert tasks.verify_chain() and tasks.verify_chain()
        run = Run.objects.get(kind=proving.KIND, key=dt.date(2025, 7, day).isoformat())
        runs.work(run.pk)
    run.refresh_from_db()
    assert run.state == "DONE", run.error
    return run


def past_the_application(sql, *params):
    """As somebody would who owns the database: triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET session_replication_role = origin")


def test_a_whole_chain_is_said_to_be_whole(official):
    auditor = official(Role.AUDITOR, "4401")
    audit.record(auditor, "change_profile", by=auditor)
    run = night(11)
    head = Seal.objects.order_by("-number").values_list("number", "hash")[0]
    assert (run.result["problems"], run.result["head"]) == (0, "{} {}".format(*head))
    assert f"{run.result['links']} 个" in proving.came_to(run)
    assert not OutgoingMessage.objects.filter(key__contains=proving.KIND).exists()


def test_a_changed_event_is_found_and_those_who_look_after_it_are_told(official):
    told = {official(Role.AUDITOR, "4401"), official(Role.SYSADMIN, "4401")}
    officer = official(Role.DISTRICT, "440105")
    event = audit.record(officer, "change_profile", by=officer)
    assert night(11).result["problems"] == 0
    past_the_application(ROW, event.pk)
    run = night(12)
    assert run.result["problems"] == 1
    assert "1 条" in proving.came_to(run)
    messages = OutgoingMessage.objects.filter(key__contains=proving.KIND, channel="INBOX").select_related("user")
    assert {message.user for message in messages} == told
    for message in messages:
        assert "2025-07-12" in message.subject
        assert f"({event.pk})" in message.body


def test_there_is_no_second_proof_while_one_waits(city):
    for day in (14, 15):
        with clock.freeze(dt.datetime(2025, 7, day, 4, 0, tzinfo=clock.SHANGHAI)):
            tasks.verify_chain()
    assert [run.key for run in Run.objects.filter(kind=proving.KIND)] == ["2025-07-14"]
