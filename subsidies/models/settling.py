"""What runs remember of their work: which marks they saw, which children two providers share."""

from django.db import models
from django.db.models import Q

from enrolments.models import Child
from portal.models import Run
from providers.models import FactChange, Provider
from subsidies.models.policies import PolicyVersion


class Settled(models.Model):
    """A provider's month that was computed, and the mark that this answered (已结算标记).

    A row without mark says that the month was computed at all. Rows name exactly the marks a run saw, never "all up to
    now": a change committed meanwhile stays unsettled. No foreign keys in the database: one row per provider and month,
    written a district at a time.
    """

    provider = models.ForeignKey(Provider, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    month = models.DateField()
    mark = models.ForeignKey(
        FactChange, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="settled"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "provider", "mark"], name="settled_once", nulls_distinct=False)
        ]
        indexes = [models.Index(fields=["mark", "month"], name="settled_by_mark", condition=Q(mark__isnull=False))]


class Planned(models.Model):
    """A provider's month that an open run is going to compute, with the marks the plan saw; gone when the run ends."""

    run = models.ForeignKey(Run, models.CASCADE, db_index=False, related_name="+")
    month = models.DateField()
    provider = models.ForeignKey(Provider, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    mark = models.ForeignKey(FactChange, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "month", "provider", "mark"], name="planned_once", nulls_distinct=False)
        ]


class SharedChild(models.Model):
    """A child with spells at several providers in a month, as an open run saw it before the fan-out; then gone.

    `conflict`: two records of the child claim the same half-days, so nobody is paid. `counted`: the month is paid for
    at this provider (the policy's transfer rule).
    """

    run = models.ForeignKey(Run, models.CASCADE, db_index=False, related_name="+")
    month = models.DateField()
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    provider = models.ForeignKey(Provider, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    child = models.ForeignKey(Child, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    conflict = models.BooleanField()
    counted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "month", "policy_version", "provider", "child"], name="shared_child_once"
            )
        ]


class ConflictFlag(models.Model):
    """Two records of one child claim the same days of a month (重复入托提示): paid to neither until it is resolved."""

    month = models.DateField()
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+")
    child = models.ForeignKey(Child, models.PROTECT, related_name="+")  # the record as enrolled there
    person_key = models.CharField(max_length=64)  # child key that stands for both records
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "provider", "child"],
                condition=Q(resolved_at__isnull=True),
                name="conflict_flagged_once",
            )
        ]


class CalendarUsed(models.Model):
    """How many working days a month had when it was computed: an edited calendar is noticed and marked."""

    month = models.DateField(primary_key=True)
    working_days = models.PositiveSmallIntegerField()
