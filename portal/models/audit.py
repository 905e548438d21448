"""What was done, and the seal that proves nobody changed the record."""

from django.db import models

from portal.models.people import User


class AuditEvent(models.Model):
    """One act (审计事件): who did what to which subject, from which state to which.

    Plain append-only insert in the writing transaction; carries keys and codes, never names or ID numbers.
    `subject` is `app.Model:key`, `area_path` lets officials see the events of their area.
    """

    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    area_path = models.CharField(max_length=80, blank=True, db_collation="C")
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20, blank=True)
    detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    sealed = models.BooleanField(default=False)  # the one change the append-only trigger allows: false -> true

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"], name="audit_by_moment"),  # the audit page reads it backwards
            models.Index(fields=["subject", "id"], name="audit_by_subject"),
            models.Index(fields=["id"], name="audit_unsealed", condition=models.Q(sealed=False)),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class Seal(models.Model):
    """One link of a hash chain (封存链). Append-only: a trigger refuses UPDATE and DELETE.

    `chain` is `audit` for events, `report:<area>:<layout>`, `statement:<city>` for frozen papers. `hash` is
    SHA-256 over the previous hash and `content_hash`.
    """

    chain = models.CharField(max_length=60, db_collation="C")
    number = models.BigIntegerField()
    subject = models.CharField(max_length=120)
    content_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    short_code = models.CharField(max_length=24, blank=True, db_index=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="seal_numbered_once"),
            models.UniqueConstraint(fields=["chain", "subject"], name="seal_once_per_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.chain} {self.number}"


class IdempotentAnswer(models.Model):
    """The stored answer to a repeated API request with the same Idempotency-Key, for 24 hours."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    body_hash = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once_per_user")]

    def __str__(self) -> str:
        return self.key


class Draft(models.Model):
    """What a person typed into a long form and has not sent yet (草稿): kept in a row, never in a session."""

    user = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_draft_of_a_kind_per_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"
