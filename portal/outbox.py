"""Messages as rows (待发消息): whoever has news writes a row in its own transaction, a task sends it later.

`tell` is called by actions. `send_due` is the task's work: each row is leased before it is sent, so two workers never
send the same row, and a failed row waits longer after each try.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from email.utils import parseaddr

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q

from portal import clock
from portal.models import OutgoingMessage, User

log = structlog.get_logger(__name__)

MAIL, SMS, INBOX = "MAIL", "SMS", "INBOX"
ONCE = "once:"  # keys of messages that carry a link to be used once: their text is forgotten when they are sent
LEASE = dt.timedelta(minutes=5)  # a worker that dies while sending gives its row back after this long
BACK_OFF = [dt.timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720)]  # after that nobody tries again by itself


def tell(
    to: str, subject: str, body: str, *, key: str, user: User | None = None, channel: str = MAIL
) -> OutgoingMessage:
    """Write a message once: the same `key` is the same news, however often an action is repeated.

    `key` is natural, e.g. `filing-returned:<public_id>:<round>`. INBOX messages are read in the portal and never sent.
    """
    moment = clock.now()
    message, _created = OutgoingMessage.objects.get_or_create(
        key=key[:160],
        defaults={
            "channel": channel,
            "to": to[:200],
            "user": user,
            "subject": " ".join(subject.split())[:200],
            "body": body,
            "created_at": moment,
            "sent_at": moment if channel == INBOX else None,
            "next_try_at": None if channel == INBOX else moment,
        },
    )
    return message


def tell_person(user: User, subject: str, body: str, *, key: str) -> OutgoingMessage:
    """Tell a person of the portal: in their inbox, and by mail when they have an address."""
    if user.email:
        tell(user.email, subject, body, key=f"mail:{key}"[:160], user=user, channel=MAIL)
    return tell(user.username, subject, body, key=f"inbox:{key}"[:160], user=user, channel=INBOX)


class RowBackend(BaseEmailBackend):
    """Django's e-mail backend of the house: what allauth mails becomes rows too, one per recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each message as rows; nothing leaves the house here."""
        for message in email_messages:
            for recipient in message.recipients():
                address = parseaddr(recipient)[1] or recipient
                tell(
                    address,
                    str(message.subject),
                    str(message.body),
                    key=f"{ONCE}{uuid.uuid4()}",
                    user=User.objects.filter(email__iexact=address).first(),
                )
        return len(email_messages)


def send_due(limit: int = 50) -> int:
    """Send the messages that are due; gives how many left. A message whose sending fails waits for its next try."""
    sent = 0
    for message in _lease(limit):
        try:
            _deliver(message)
        except Exception as error:
            _failed(message, error)
        else:
            done = {"sent_at": clock.now(), "next_try_at": None, "error": ""}
            forget = {"body": ""} if message.key.startswith(ONCE) else {}
            mine = OutgoingMessage.objects.filter(pk=message.pk, tries=message.tries, sent_at__isnull=True)
            sent += mine.update(**done, **forget)
    return sent


@transaction.atomic
def _lease(limit: int) -> list[OutgoingMessage]:
    """Take due rows for this worker alone: the next try moves past the lease and the try is counted before sending."""
    moment = clock.now()
    due = (
        OutgoingMessage.objects.select_for_update(skip_locked=True)
        .filter(Q(next_try_at__lte=moment), sent_at__isnull=True)
        .order_by("next_try_at")[:limit]
    )
    found = list(due)
    OutgoingMessage.objects.filter(pk__in=[m.pk for m in found]).update(
        next_try_at=moment + LEASE, tries=F("tries") + 1
    )
    for message in found:
        message.tries += 1
    return found


def _deliver(message: OutgoingMessage) -> None:
    """Hand one message to the transport; a text message without a configured gateway is an error that is told."""
    if message.channel != MAIL:
        raise NotImplementedError("no gateway for text messages is configured")
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    EmailMessage(
        message.subject,
        message.body,
        settings.DEFAULT_FROM_EMAIL,
        [message.to],
        # Always the same for the same row: should a worker die between sending and noting it, the mail server sees the
        # repetition.
        headers={"Message-ID": f"<message-{message.pk}-{message.created_at:%Y%m%d%H%M%S}@{host}>"},
        connection=get_connection(backend=settings.OUTBOX_TRANSPORT),
    ).send()


def _failed(message: OutgoingMessage, error: Exception) -> None:
    """Note the fault and when to try again; after the last try the row stays, for a person to look at."""
    wait = BACK_OFF[message.tries - 1] if message.tries <= len(BACK_OFF) else None
    OutgoingMessage.objects.filter(pk=message.pk, tries=message.tries).update(
        next_try_at=clock.now() + wait if wait else None, error=f"{type(error).__name__}: {error}"[:300]
    )
    log.warning("message_not_sent", message=message.pk, tries=message.tries, fault=type(error).__name__)
