"""What a provider is owed for a statement period, who let it pass, and how it was paid."""

import uuid
from itertools import combinations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.fields import one_of
from portal.models import Area, PublicNotice, User
from providers.models import Provider
from subsidies.models.policies import Policy


class ClaimState(models.TextChoices):
    """Where a claim stands (补助申领状态)."""

    PREPARED = "PREPARED", _("Prepared, to be confirmed by the provider")
    RETURNED = "RETURNED", _("Returned to the provider")
    CONFIRMED = "CONFIRMED", _("Confirmed by the provider")
    CHECKED = "CHECKED", _("Checked by the subdistrict")
    REVIEWED = "REVIEWED", _("Reviewed by the district")
    NOTICED = "NOTICED", _("In public notice")
    RELEASED = "RELEASED", _("Released for payment")
    EXPORTED = "EXPORTED", _("On a payment list")


OPEN = (ClaimState.PREPARED, ClaimState.RETURNED)  # these take lines; whatever was submitted is closed
PEOPLE = ("started_by", "confirmed_by", "checked_by", "reviewed_by", "released_by")


class PaymentBatch(models.Model):
    """A payment list as finance exported it (拨付清单): the released claims of one policy in one area."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=60, unique=True)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="batches")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=80, db_collation="C")
    claim_count = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()
    content_hash = models.CharField(max_length=64)
    exported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    exported_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="batch_pays_nothing_negative", condition=Q(total_fen__gte=0))]

    def __str__(self) -> str:
        return self.number


def _distinct_people() -> list[models.CheckConstraint]:
    """No person acts twice on a claim, whatever offices they hold; one check, a pair of columns each."""
    apart = Q()
    for one, other in combinations(PEOPLE, 2):
        apart &= Q(**{f"{one}__isnull": True}) | Q(**{f"{other}__isnull": True}) | ~Q(**{one: F(other)})
    return [models.CheckConstraint(name="claim_people_are_distinct", condition=apart)]


class Claim(models.Model):
    """A provider's statement under one policy for one statement period (补助申领): the sum of its lines.

    While it is open, runs post lines into it; what comes after it was submitted goes into the next `sequence`.
    Σ lines + carried in − carried out = paid; totals are written by the code that writes lines and balances.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(
        Provider, models.PROTECT, db_index=False, related_name="claims"
    )  # led by the unique key
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="claims")
    from_month = models.DateField()  # first and last month of the statement period, both firsts of months
    to_month = models.DateField()
    sequence = models.PositiveSmallIntegerField(default=1)
    area_path = models.CharField(max_length=80, db_collation="C")
    state = models.CharField(max_length=10, choices=ClaimState, default=ClaimState.PREPARED)
    line_count = models.PositiveIntegerField(default=0)
    subject_count = models.PositiveIntegerField(default=0)  # children with more than 0
    lines_fen = models.BigIntegerField(default=0)
    carried_in_fen = models.BigIntegerField(default=0)
    carried_out_fen = models.BigIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")
    released_by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")
    prepared_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    due = models.DateField(null=True)  # last day of the office or provider whose turn it is
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")
    return_reason = models.CharField(max_length=400, blank=True)
    notice = models.ForeignKey(PublicNotice, models.PROTECT, null=True, db_index=False, related_name="claims")
    batch = models.ForeignKey(PaymentBatch, models.PROTECT, null=True, db_index=False, related_name="claims")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("claim_state_known", "state", ClaimState),
            models.UniqueConstraint(
                fields=["provider", "policy", "from_month", "sequence"], name="claim_once_per_period_and_sequence"
            ),
            *_distinct_people(),
            models.CheckConstraint(
                name="claim_months_are_firsts",
                condition=Q(from_month__day=1, to_month__day=1, to_month__gte=F("from_month")),
            ),
            models.CheckConstraint(
                name="claim_adds_up",
                condition=Q(paid_fen=F("lines_fen") + F("carried_in_fen") - F("carried_out_fen")),
            ),
            models.CheckConstraint(
                name="claim_submitted_never_pays_below_zero",
                condition=Q(state__in=OPEN) | Q(paid_fen__gte=0),
            ),
            models.CheckConstraint(
                name="claim_submitted_is_confirmed_and_hashed",
                condition=Q(state__in=OPEN) | (Q(confirmed_at__isnull=False) & ~Q(hash="")),
            ),
            models.CheckConstraint(
                name="claim_returned_has_a_reason",
                condition=~Q(state="RETURNED") | (Q(returned_at__isnull=False) & ~Q(return_reason="")),
            ),
            models.CheckConstraint(
                name="claim_noticed_has_a_notice",
                condition=~Q(state__in=["NOTICED", "RELEASED", "EXPORTED"]) | Q(notice__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_released_has_a_day",
                condition=~Q(state__in=["RELEASED", "EXPORTED"]) | Q(released_at__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_exported_has_a_batch", condition=Q(state="EXPORTED") ^ Q(batch__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["state", "area_path"], name="claim_by_state_and_area"),
            models.Index(fields=["from_month", "policy"], name="claim_by_month"),
            # A run opens a claim for every provider and month: what is still empty costs no index entry.
            *(
                models.Index(fields=[name], name=f"claim_by_{name}", condition=Q(**{f"{name}__isnull": False}))
                for name in (*PEOPLE, "returned_by", "notice", "batch")
            ),
        ]


class Fund(models.Model):
    """A year's money for a policy in an area (专项资金): what payments are measured against."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="funds")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    budget_fen = models.BigIntegerField()
    document = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "area", "year"], name="fund_once_a_year"),
            models.CheckConstraint(name="fund_is_not_negative", condition=Q(budget_fen__gte=0)),
        ]
