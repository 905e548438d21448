"""Tables of quotas: how many people, how many places are wanted, and what a report said."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.fields import one_of
from portal.models import Area, Run, Seal, User


class Population(models.Model):
    """Residents of an area in a year (常住人口), all ages or a band in years; a corrected figure retracts the former.

    `age_from`/`age_to` are completed years, `age_to` exclusive; both empty = all residents.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="populations")
    year = models.PositiveSmallIntegerField()
    age_from = models.PositiveSmallIntegerField(null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(null=True, blank=True)
    population = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    is_estimate = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "year", "age_from", "age_to"],
                condition=Q(retracted_at=None),
                nulls_distinct=False,
                name="population_once_a_year",
            ),
            models.CheckConstraint(
                name="population_ages_whole",
                condition=Q(age_from=None, age_to=None)
                | Q(age_from__isnull=False, age_to__isnull=False, age_to__gt=F("age_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.year}"


class Indicator(models.TextChoices):
    """What is measured against a target (指标), domain §7."""

    PLACES_PER_THOUSAND = "PLACES_PER_THOUSAND", _("Places per 1,000 residents")
    INCLUSIVE_SHARE = "INCLUSIVE_SHARE", _("Share of inclusive places")
    STREET_COVERAGE = "STREET_COVERAGE", _("Subdistricts with a provider")


class Target(models.Model):
    """A target set for an area and a year (目标值) with the document it comes from; shares are in percent."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="targets")
    indicator = models.CharField(max_length=24, choices=Indicator)
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=8, decimal_places=3)
    clause = models.ForeignKey("portal.Clause", models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("target_indicator_known", "indicator", Indicator),
            models.CheckConstraint(name="target_above_zero", condition=Q(value__gt=0)),
            models.UniqueConstraint(
                fields=["area", "indicator", "year"], condition=Q(retracted_at=None), name="target_once_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.indicator} {self.year}"


class Layout(models.TextChoices):
    """Layouts of a frozen report (报表)."""

    QUOTA = "QUOTA", _("Childcare places against the target")


class Report(models.Model):
    """A report frozen as it was known then (定稿报表): never changed; made again, it has a new number."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="reports")
    area_path = models.CharField(max_length=80, db_collation="C", db_index=True)
    layout = models.CharField(max_length=10, choices=Layout)
    month = models.DateField()
    number = models.PositiveSmallIntegerField(default=1)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    seal = models.OneToOneField(Seal, models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            one_of("report_layout_known", "layout", Layout),
            models.UniqueConstraint(fields=["area", "layout", "month", "number"], name="report_numbered_once"),
            models.CheckConstraint(name="report_month_is_a_first", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.layout} {self.month}"
