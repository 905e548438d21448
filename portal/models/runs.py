"""Long work as rows: a run has state and progress and is split into leased chunks (design §3)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.fields import one_of
from portal.models.people import User


class RunState(models.TextChoices):
    """State of a run and of each chunk."""

    QUEUED = "QUEUED", _("Waiting")
    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Failed")


class Run(models.Model):
    """Long work (批处理): a close, a report, an import. Idempotent by (kind, key)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    params = models.JSONField(default=dict)
    area_path = models.CharField(max_length=80, db_collation="C")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.QUEUED)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            one_of("run_state_known", "state", RunState),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(state__in=["QUEUED", "RUNNING"]),
                name="run_one_open_per_key",
            ),
            models.CheckConstraint(
                name="run_done_has_an_end",
                condition=~models.Q(state__in=["DONE", "FAILED"]) | models.Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class RunChunk(models.Model):
    """A piece of a run (批次分块), taken with SKIP LOCKED and a lease; a dead worker's lease runs out.

    Chunks of a lower `stage` finish before those of a higher one start.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="chunks")
    stage = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.QUEUED)
    leased_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            one_of("chunk_state_known", "state", RunState),
            models.UniqueConstraint(fields=["run", "stage", "key"], name="chunk_once_per_run"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.key}"
