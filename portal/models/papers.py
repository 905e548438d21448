"""Papers that leave or enter the house: notices, objections, messages, stored files."""

import uuid

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.fields import one_of
from portal.models.people import User


class NoticeState(models.TextChoices):
    """A public notice stands until its last working day has passed."""

    STANDING = "STANDING", _("Standing for objections")
    ENDED = "ENDED", _("Ended")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class PublicNotice(models.Model):
    """A public notice (公示) that must stand a number of working days before what it names may go on.

    `subject` names what is published (`subsidies.Batch:code`); `rows` are the published lines: institutions, never
    children.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=120, db_index=True)
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="notices")
    area_path = models.CharField(max_length=80, db_collation="C")
    title = models.CharField(max_length=200)
    rows = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.STANDING)
    from_day = models.DateField()
    last_day = models.DateField()
    workdays = models.PositiveSmallIntegerField()
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("notice_state_known", "state", NoticeState),
            models.CheckConstraint(name="notice_days_in_order", condition=models.Q(last_day__gte=models.F("from_day"))),
        ]

    def __str__(self) -> str:
        return self.title


class Objection(models.Model):
    """An objection to a public notice (异议): while one is open the notice blocks what follows."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections")
    row_key = models.CharField(max_length=60, blank=True)
    text = models.TextField(max_length=2000)
    contact = models.CharField(max_length=60)
    raised_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    upheld = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="objection_answer_is_whole",
                condition=models.Q(answered_at__isnull=True, answered_by__isnull=True, upheld__isnull=True)
                | models.Q(answered_at__isnull=False, answered_by__isnull=False, upheld__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.raised_at}"


class OutgoingMessage(models.Model):
    """A mail or text message as a row (待发消息), sent by a task; sending twice is prevented by its lease."""

    channel = models.CharField(max_length=10, choices=[("MAIL", "mail"), ("SMS", "sms"), ("INBOX", "inbox")])
    to = models.CharField(max_length=200)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="messages")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    key = models.CharField(max_length=160, unique=True)  # natural key: the same news is told once
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], name="message_waiting", condition=models.Q(sent_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(
                name="message_channel_known", condition=models.Q(channel__in=["MAIL", "SMS", "INBOX"])
            )
        ]

    def __str__(self) -> str:
        return self.key


class StoredFile(models.Model):
    """An uploaded paper (上传材料): bytes on disk under its hash, name and kind here; never served directly."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=100)  # MIME type as found in the bytes, not as claimed
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Interest(models.Model):
    """A declared interest (回避申报): this person may not decide on this provider (by provider code)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="interests")
    provider_code = models.CharField(max_length=40, db_index=True)
    reason = models.CharField(max_length=200)
    during = DateRangeField()
    declared_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.provider_code}"
