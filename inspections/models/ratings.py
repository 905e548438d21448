"""How good a provider is: scheme, assessment, and the grade over time."""

import uuid

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.fields import no_overlap, one_of
from portal.models import User
from providers.models import Provider
from providers.models.provider import IN_FORCE, Span


class RatingScheme(models.Model):
    """A version of the rating rules (星级评定办法): dimensions with their maxima, grades with their thresholds.

    `dimensions` = `[{"code", "name", "name_en", "max"}]`; `grades` = `[{"grade": 5, "min_score": 900}]`, best first;
    a failed basic indicator (一票否决) gives no grade.
    """

    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    dimensions = models.JSONField()
    grades = models.JSONField()
    validity_months = models.PositiveSmallIntegerField()
    valid_during = DateRangeField()
    document = models.ForeignKey("portal.PolicyDocument", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="rating_scheme_version_once"),
            no_overlap("rating_scheme_one_a_day", "area_id", span="valid_during"),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class AssessmentState(models.TextChoices):
    """Where an assessment stands (评定状态)."""

    SCORED = "SCORED", _("Scored, to be confirmed")
    CONFIRMED = "CONFIRMED", _("Grade confirmed")
    RETURNED = "RETURNED", _("Returned to the evaluator")


class Assessment(models.Model):
    """An evaluator's scores for a provider (评定), confirmed by the district before they become a grade."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scheme = models.ForeignKey(RatingScheme, models.PROTECT, related_name="assessments")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="assessments")
    area_path = models.CharField(max_length=80, db_collation="C", db_index=True)
    round = models.CharField(max_length=40)
    assessed_on = models.DateField()
    scores = models.JSONField()  # dimension code → points
    total = models.PositiveSmallIntegerField()
    veto = models.CharField(max_length=300, blank=True)  # the basic indicator that failed
    grade = models.PositiveSmallIntegerField(null=True)  # null: no grade reached
    state = models.CharField(max_length=9, choices=AssessmentState, default=AssessmentState.SCORED)
    assessed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    assessed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("assessment_state_known", "state", AssessmentState),
            models.CheckConstraint(
                name="assessment_grade_in_range", condition=Q(grade=None) | Q(grade__gte=1, grade__lte=5)
            ),
            models.CheckConstraint(
                name="assessment_decided_is_whole", condition=Q(state="SCORED") | Q(decided_at__isnull=False)
            ),
            models.CheckConstraint(
                name="assessment_returned_has_a_reason", condition=~Q(state="RETURNED") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="assessment_maker_is_not_checker",
                condition=Q(assessed_by=None) | Q(decided_by=None) | ~Q(assessed_by=F("decided_by")),
            ),
            models.UniqueConstraint(fields=["provider", "round"], name="assessment_once_a_round"),
        ]


class RatingSpan(Span):
    """The grade of a provider over time (等级沿革), one to five stars; no row = unrated."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="rating_spans")
    grade = models.PositiveSmallIntegerField()
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, blank=True, related_name="spans")

    class Meta:
        constraints = [
            models.CheckConstraint(name="rating_one_to_five", condition=Q(grade__gte=1, grade__lte=5)),
            no_overlap("rating_one_a_day", "provider_id", condition=IN_FORCE),
        ]
