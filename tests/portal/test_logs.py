"""Logs hold no person: points rounded, free text and secrets blanked, the request's id in workers too."""

import io
import json
import logging

import pytest
import structlog
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal import logs
from portal.models import AuditEvent, Role, User
from tests.factories import portal as make


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        (
            "GET /api/v1/search/?lng=113.264385&lat=23.129163&limit=5",
            "GET /api/v1/search/?lng=113.264&lat=23.129&limit=5",
        ),
        ("GET /providers/?q=王小明&page=2", "GET /providers/?q=*&page=2"),
        ("GET /x/?lat=abc&token=s3cret", "GET /x/?lat=*&token=*"),
        ("GET /x/", "GET /x/"),
    ],
)
def test_addresses_are_tamed(address, logged):
    assert logs.round_points(None, "info", {"request": address})["request"] == logged


def test_numbers_and_telling_keys_are_tamed():
    event = {"event": "password reset", "lng": 113.264385, "password": "x", "email": "a@b.cn", "id_number_tail": "1"}
    tamed = logs.hide_secrets(None, "info", logs.round_points(None, "info", event))
    assert tamed == {
        "event": "password reset", "lng": 113.264, "password": "*", "email": "*", "id_number_tail": "*",
    }  # fmt: skip


@pytest.fixture
def lines():
    """What is written to the log, as JSON objects."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(level="INFO", json=True)
    stream = io.StringIO()
    root.handlers[0].setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = handlers, level


@pytest.mark.django_db
def test_a_request_is_one_line_and_its_id_stands_in_the_audit_event(city, official, client_of, lines):
    person = official(Role.CITY, "4401")
    client_of(person).post(reverse("account"), {"name": "示例·王小明", "phone": "13800138000"})
    [line] = [line for line in lines() if line["event"] == "request_finished"]
    assert line["request_id"] == AuditEvent.objects.get(verb="change_profile").request_id
    assert line["user_id"] == person.pk
    text = json.dumps(lines(), ensure_ascii=False)
    assert "王小明" not in text
    assert "13800138000" not in text
    assert "127.0.0.1" not in text


@pytest.mark.django_db
def test_a_search_s_point_never_reaches_the_log(client, lines):
    client.get("/nothing/?lng=113.264385&lat=23.129163")
    text = json.dumps(lines())
    assert "113.264385" not in text
    assert "23.129" in text


def test_a_task_carries_the_id_of_the_request_that_rang():
    from django_structlog.celery.receivers import CeleryReceiver

    headers: dict = {}
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        CeleryReceiver().receiver_before_task_publish(headers=headers, body={}, properties={})
    assert headers["__django_structlog__"]["request_id"] == "abc"


@pytest.mark.django_db
def test_a_row_that_the_database_refused_is_not_quoted(city, lines):
    person = make.user(username="zhang")
    try:
        with transaction.atomic():
            User.objects.create(username="wang", email=person.email.upper())
    except IntegrityError:
        structlog.get_logger("portal").exception("refused")
    [line] = lines()
    assert "email_used_once" in line["exception"]
    assert "The above exception was the direct cause" in line["exception"]
    assert "zhang@example.com" not in line["exception"].lower()
