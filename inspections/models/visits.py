"""Who is visited, by whom, and what they saw: the seeded draw, the visit, the results by item."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.models.checklists import Checklist, ChecklistItem
from portal.fields import one_of
from portal.models import User
from providers.models import Provider


class Draw(models.Model):
    """A random draw of providers and inspectors (双随机抽查), which anyone can repeat from seed and snapshot.

    `population` holds the provider codes drawn from, in `COLLATE "C"` order; `inspectors` who could be drawn and from
    whose providers they are barred: `[{"username", "barred": [code]}]`; `drawn` the result in rank order:
    `[{"provider": code, "inspectors": [username, username]}]`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=80, db_collation="C", db_index=True)
    title = models.CharField(max_length=120)
    seed = models.CharField(max_length=64)
    size = models.PositiveSmallIntegerField()
    population = models.JSONField()
    population_hash = models.CharField(max_length=64)
    inspectors = models.JSONField()
    drawn = models.JSONField()
    planned_on = models.DateField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="draw_takes_someone", condition=Q(size__gte=1)),
            models.UniqueConstraint(fields=["area", "seed"], name="draw_seed_once"),
        ]

    def __str__(self) -> str:
        return self.title


class VisitKind(models.TextChoices):
    """Why a provider is visited (检查类型)."""

    DRAWN = "DRAWN", _("Random inspection")
    ROUTINE = "ROUTINE", _("Routine inspection")
    SPECIAL = "SPECIAL", _("Special inspection")
    RECHECK = "RECHECK", _("Re-inspection")


class VisitState(models.TextChoices):
    """Where a visit stands (检查状态)."""

    PLANNED = "PLANNED", _("Planned")
    UNDER_WAY = "UNDER_WAY", _("Under way")
    FINISHED = "FINISHED", _("Finished")
    PUBLISHED = "PUBLISHED", _("Result published")
    CANCELLED = "CANCELLED", _("Cancelled")


class VisitResult(models.TextChoices):
    """What a visit came to (检查结果), as published."""

    CONFORMS = "CONFORMS", _("No problem found")
    CORRECT = "CORRECT", _("Told to put right by a day")
    MAJOR = "MAJOR", _("Major hazard found")


class Visit(models.Model):
    """One visit on site (现场检查) by two inspectors."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="visits")
    area_path = models.CharField(max_length=80, db_collation="C", db_index=True)
    kind = models.CharField(max_length=8, choices=VisitKind)
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, blank=True, related_name="visits")
    lead = models.ForeignKey(User, models.PROTECT, related_name="+")
    second = models.ForeignKey(User, models.PROTECT, related_name="+")
    checklist = models.ForeignKey(Checklist, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=VisitState, default=VisitState.PLANNED)
    planned_on = models.DateField()
    visited_on = models.DateField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=8, choices=VisitResult, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    met = models.CharField(max_length=60, blank=True)  # who spoke for the provider and saw the record
    publish_due = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    planned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("visit_state_known", "state", VisitState),
            one_of("visit_kind_known", "kind", VisitKind),
            models.CheckConstraint(
                name="visit_result_known", condition=Q(result="") | Q(result__in=VisitResult.values)
            ),
            models.CheckConstraint(name="visit_two_inspectors", condition=~Q(lead=F("second"))),
            models.CheckConstraint(
                name="visit_begun_has_day_and_list",
                condition=Q(state__in=["PLANNED", "CANCELLED"])
                | Q(visited_on__isnull=False, started_at__isnull=False, checklist__isnull=False),
            ),
            models.CheckConstraint(
                name="visit_finished_has_a_result",
                condition=~Q(state__in=["FINISHED", "PUBLISHED"])
                | (Q(finished_at__isnull=False, publish_due__isnull=False) & ~Q(result="")),
            ),
            models.CheckConstraint(
                name="visit_published_has_a_time", condition=~Q(state="PUBLISHED") | Q(published_at__isnull=False)
            ),
            models.CheckConstraint(
                name="visit_cancelled_has_a_reason", condition=~Q(state="CANCELLED") | ~Q(cancel_reason="")
            ),
            models.UniqueConstraint(fields=["draw", "provider"], name="visit_once_per_draw"),
        ]
        indexes = [models.Index(fields=["planned_on", "state"], name="visit_by_day")]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.planned_on}"


class Outcome(models.TextChoices):
    """What an inspector saw at one item (检查结论)."""

    CONFORMS = "CONFORMS", _("Conforms")
    FAILS = "FAILS", _("Does not conform")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("Not applicable")


class CheckResult(models.Model):
    """The outcome of one item at one visit (检查项结果)."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="results")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=14, choices=Outcome)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            one_of("check_outcome_known", "outcome", Outcome),
            models.UniqueConstraint(fields=["visit", "item"], name="check_item_once_per_visit"),
        ]
