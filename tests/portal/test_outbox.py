"""Messages are rows: told once, sent once, tried again later, and allauth's mails are rows too."""

import datetime as dt
import threading

import pytest
from django.core import mail
from django.core.mail import EmailMessage, get_connection

from portal import clock, outbox
from portal.models import OutgoingMessage
from tests.factories import portal as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def transport(settings):
    settings.OUTBOX_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"


def at(minutes: int):
    return clock.freeze(dt.datetime(2025, 7, 10, 10, 0, tzinfo=clock.SHANGHAI) + dt.timedelta(minutes=minutes))


def test_the_same_news_is_told_once(day):
    one = outbox.tell("a@example.com", "收到", "…", key="filing:1")
    assert outbox.tell("a@example.com", "收到", "…", key="filing:1") == one
    assert outbox.send_due() == 1
    assert outbox.send_due() == 0
    assert [m.to for m in mail.outbox] == [["a@example.com"]]
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<message-{one.pk}-")


def test_a_subject_of_two_lines_cannot_smuggle_a_header(day):
    outbox.tell("a@example.com", "one\nBcc: x@example.com", "…", key="k")
    outbox.send_due()
    assert mail.outbox[0].subject == "one Bcc: x@example.com"


def test_a_person_is_told_in_the_inbox_and_by_mail(day):
    person = make.user()
    outbox.tell_person(person, "收到", "…", key="filing:2")
    rows = OutgoingMessage.objects.order_by("channel").values_list("channel", "user", "sent_at")
    assert [(channel, user) for channel, user, _sent in rows] == [("INBOX", person.pk), ("MAIL", person.pk)]
    assert rows[0][2] is not None
    assert outbox.send_due() == 1


def test_a_failed_message_waits_longer_each_time_and_stops(monkeypatch):
    def broken(message):
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(outbox, "_deliver", broken)
    with at(0):
        row = outbox.tell("a@example.com", "收到", "…", key="k")
        assert outbox.send_due() == 0
        assert outbox.send_due() == 0
    row.refresh_from_db()
    assert (row.tries, row.next_try_at) == (1, row.created_at + outbox.BACK_OFF[0])
    assert row.error == "ConnectionRefusedError: no mail server"
    minutes = 0
    for wait in outbox.BACK_OFF:
        minutes += int(wait.total_seconds() // 60)
        with at(minutes):
            outbox.send_due()
    row.refresh_from_db()
    assert (row.tries, row.next_try_at, row.sent_at) == (7, None, None)


def test_a_row_whose_worker_died_while_sending_is_sent_after_its_lease(monkeypatch):
    class Killed(BaseException):
        pass

    def dies(message):
        raise Killed

    with at(0):
        outbox.tell("a@example.com", "收到", "…", key="k")
        with monkeypatch.context() as patched:
            patched.setattr(outbox, "_deliver", dies)
            with pytest.raises(Killed):
                outbox.send_due()
    with at(4):
        assert outbox.send_due() == 0
    with at(6):
        assert outbox.send_due() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_the_same_row():
    for number in range(30):
        outbox.tell("a@example.com", "收到", "…", key=f"k{number}")
    start = threading.Barrier(4)

    def work():
        start.wait()
        outbox.send_due()
        from django.db import connection  # each thread has its own

        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mail.outbox) == 30
    assert not OutgoingMessage.objects.filter(sent_at__isnull=True).exists()


def test_djangos_mails_become_rows_too(day):
    connection = get_connection("portal.outbox.RowBackend")
    message = EmailMessage("重置密码", "链接", "noreply@example.com", ["A <a@example.com>", "b@example.com"])
    assert connection.send_messages([message]) == 1
    assert mail.outbox == []
    assert set(OutgoingMessage.objects.values_list("to", flat=True)) == {"a@example.com", "b@example.com"}
