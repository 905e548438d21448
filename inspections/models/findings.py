"""Hazards found and how they are put right."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.models.checklists import ChecklistItem, Level
from inspections.models.visits import Visit
from portal.fields import one_of
from portal.models import StoredFile, User
from providers.models import ClassGroup, Provider


class FindingState(models.TextChoices):
    """Where a finding stands (隐患整改状态)."""

    OPEN = "OPEN", _("To put right")
    ANSWERED = "ANSWERED", _("Answered, to be checked")
    CLEARED = "CLEARED", _("Cleared")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class Finding(models.Model):
    """A hazard found on a visit (隐患), with the day it must be put right by.

    A hazard is open on day d when found_on ≤ d, it was not withdrawn, and cleared_on is null or > d.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=40, unique=True)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="findings")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="findings")
    area_path = models.CharField(max_length=80, db_collation="C", db_index=True)
    item = models.ForeignKey(ChecklistItem, models.PROTECT, null=True, blank=True, related_name="+")
    class_group = models.ForeignKey(ClassGroup, models.PROTECT, null=True, blank=True, related_name="findings")
    level = models.CharField(max_length=8, choices=Level)
    text = models.CharField(max_length=500)
    basis = models.CharField(max_length=200)
    found_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=FindingState, default=FindingState.OPEN)
    cleared_on = models.DateField(null=True)
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdraw_reason = models.CharField(max_length=300, blank=True)
    found_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("finding_state_known", "state", FindingState),
            one_of("finding_level_known", "level", Level),
            models.CheckConstraint(name="finding_due_after_found", condition=Q(due_on__gte=F("found_on"))),
            models.CheckConstraint(
                name="finding_cleared_has_a_day",
                condition=Q(state="CLEARED", cleared_on__isnull=False) | (~Q(state="CLEARED") & Q(cleared_on=None)),
            ),
            models.CheckConstraint(
                name="finding_cleared_after_found", condition=Q(cleared_on=None) | Q(cleared_on__gte=F("found_on"))
            ),
            models.CheckConstraint(
                name="finding_withdrawn_has_a_reason",
                condition=Q(state="WITHDRAWN", withdrawn_at__isnull=False) & ~Q(withdraw_reason="")
                | ~Q(state="WITHDRAWN") & Q(withdrawn_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="finding_open_by_due", condition=Q(state__in=["OPEN", "ANSWERED"])),
        ]

    def __str__(self) -> str:
        return self.number


class AnswerVerdict(models.TextChoices):
    """What the inspector said to an answer (复查意见)."""

    WAITING = "WAITING", _("To be checked")
    ACCEPTED = "ACCEPTED", _("Answer accepted")
    SENT_BACK = "SENT_BACK", _("Sent back")


class FindingAnswer(models.Model):
    """What a provider did about a finding (整改反馈), round by round, and what the inspector said to it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="answers")
    round = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=2000)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField()
    verdict = models.CharField(max_length=9, choices=AnswerVerdict, default=AnswerVerdict.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("answer_verdict_known", "verdict", AnswerVerdict),
            models.UniqueConstraint(fields=["finding", "round"], name="answer_once_a_round"),
            models.CheckConstraint(
                name="answer_decided_is_whole",
                condition=Q(verdict="WAITING", decided_at=None) | (~Q(verdict="WAITING") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="answer_sent_back_has_a_reason", condition=~Q(verdict="SENT_BACK") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="answer_maker_is_not_checker",
                condition=Q(answered_by=None) | Q(decided_by=None) | ~Q(answered_by=F("decided_by")),
            ),
        ]


class FindingFile(models.Model):
    """A photo or paper that shows a finding, or its answer (影像证据)."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="files")
    answer = models.ForeignKey(FindingAnswer, models.PROTECT, null=True, blank=True, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "answer", "file"], name="finding_file_once", nulls_distinct=False
            )
        ]


class FindingExtension(models.Model):
    """More time asked for a finding (延期申请): once, with an official's approval."""

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="extension")
    until = models.DateField()
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    approved = models.BooleanField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="extension_decided_is_whole",
                condition=Q(approved=None, decided_at=None) | Q(approved__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="extension_maker_is_not_checker",
                condition=Q(asked_by=None) | Q(decided_by=None) | ~Q(asked_by=F("decided_by")),
            ),
        ]
