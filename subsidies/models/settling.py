"""What runs remember of their work: marks seen, months closed and due, children that two providers share."""

from django.db import models
from django.db.models import Q

from enrolments.models import Child
from portal.models import Area, Run
from providers.models import FactChange, Provider
from subsidies.models.policies import PolicyVersion


class SeenMark(models.Model):
    """A mark that a run has turned into due months (已受理的变动标记): a row for each, never "all up to now".

    A mark committed meanwhile has no row here and is found by the next run. No key to the mark in the database: marks
    are insert-only, and a district's import writes thousands.
    """

    mark = models.OneToOneField(FactChange, models.PROTECT, primary_key=True, db_constraint=False, related_name="seen")


class DueMonth(models.Model):
    """A provider's month that must be computed again (待重算月份).

    Written from marks, and by runs for what their own results move: the other provider of a child that changed, the
    later months of a yearly cap. A chunk removes exactly the rows its snapshot saw, in the transaction that posts.
    """

    provider = models.ForeignKey(Provider, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    month = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["month", "provider"], name="due_by_month")]


class ClosedMonth(models.Model):
    """A month that was computed for an area, a chunk of a run (已结算月份): from then on only due months are computed.

    `working_days` is what the calendar said: an edited calendar is noticed and makes the month due.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    month = models.DateField()
    working_days = models.PositiveSmallIntegerField()
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "month"], name="month_closed_once_per_area")]


class SharedChild(models.Model):
    """A child with spells at several providers in a month, as an open run saw it before the fan-out; then gone.

    `conflict`: two records of the child claim the same half-days, so nobody is paid. `counted`: the month is paid for
    at this provider (the policy's transfer rule).
    """

    run = models.ForeignKey(Run, models.CASCADE, db_index=False, related_name="+")
    month = models.DateField()
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
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


class Mover(models.Model):
    """A child with spells at several providers in the cap year, as an open run saw it: its earlier months may stand
    in other districts' lines; then gone."""

    run = models.ForeignKey(Run, models.CASCADE, db_index=False, related_name="+")
    month = models.DateField()
    child = models.ForeignKey(Child, models.PROTECT, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "month", "child"], name="mover_once")]


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
