"""Decisions that stop a class or a provider and let it go on."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inspections.models.findings import Finding
from portal.fields import no_overlap, one_of
from portal.models import User
from providers.models import ClassGroup, Provider
from providers.models.provider import IN_FORCE, Span


class DecisionKind(models.TextChoices):
    """What a district decides after a finding (处理决定)."""

    SUSPEND = "SUSPEND", _("Suspend")
    RESUME = "RESUME", _("Resume")


class Decision(models.Model):
    """A district officer's decision (停业整改决定 / 恢复服务决定) on a class, or on the whole provider."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=8, choices=DecisionKind)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="decisions")
    class_group = models.ForeignKey(ClassGroup, models.PROTECT, null=True, blank=True, related_name="decisions")
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, related_name="decisions")
    lifts = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="lifted_by")
    area_path = models.CharField(max_length=80, db_collation="C", db_index=True)
    reason = models.CharField(max_length=500)
    basis = models.CharField(max_length=200)
    from_day = models.DateField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("decision_kind_known", "kind", DecisionKind),
            models.CheckConstraint(
                name="decision_resume_names_what_it_lifts",
                condition=Q(kind="SUSPEND", lifts=None) | Q(kind="RESUME", lifts__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_suspends_for_a_finding", condition=~Q(kind="SUSPEND") | Q(finding__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ClassSuspension(Span):
    """The days a single class is suspended (班级暂停); a whole provider's are in its standing."""

    class_group = models.ForeignKey(ClassGroup, models.PROTECT, related_name="suspensions")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="spans")

    class Meta:
        constraints = [no_overlap("class_suspended_once_a_day", "class_group_id", condition=IN_FORCE)]
