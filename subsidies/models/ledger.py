"""The append-only ledger: cases, lines, and balances carried from claim to claim."""

import json
from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from providers.models import Provider
from subsidies.models.claims import Claim
from subsidies.models.policies import Policy, PolicyVersion
from subsidies.rules.codes import Payee

ROUNDING_UNIT = "ROUNDING"  # the visible line of a policy that rounds totals; it rests on the claim, not on a case


class Case(models.Model):
    """A distinct combination of facts and what one policy version gives it (补助情形): stored once, explains many
    lines.

    `dimensions` is canonical JSON text, because the ledger's hash is over exactly these characters; `sha` is its
    SHA-256 together with the number of the rules' code, so that a mended rule is a new case.
    """

    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="cases")
    sha = models.CharField(max_length=64)
    dimensions = models.TextField()
    steps = models.JSONField()  # codes and numbers (subsidies.rules.Step); words are made on display
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=24)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy_version", "sha"], name="case_once_per_version"),
            models.CheckConstraint(name="case_never_negative", condition=Q(amount_fen__gte=0)),
            models.CheckConstraint(name="case_zero_has_a_reason", condition=Q(amount_fen=0) ^ Q(reason="PAID")),
        ]

    @property
    def values(self) -> dict[str, Any]:
        """The facts by dimension."""
        loaded: dict[str, Any] = json.loads(self.dimensions)
        return loaded


class Line(models.Model):
    """One amount posted for one subject and period (补助明细): append-only; corrections are further lines.

    `subject_key` is the child key of a child-month. `seq` counts the postings of one key from 0: the first is the
    amount, the later ones are differences. Σ amount_fen of a key = the law applied to today's facts (money.md).

    Foreign keys of a row cost 60 % of a close. Here the claim alone is one; policy, version, provider and case are
    checked together and as a set by the trigger `subsidies_line_rests` (migration 0002), which refuses more than keys
    could: a line whose claim belongs to another provider or whose case belongs to another version.
    """

    provider = models.ForeignKey(Provider, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    period = models.DateField()  # first of the month
    policy = models.ForeignKey(Policy, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    unit = models.CharField(max_length=16)
    subject_key = models.CharField(max_length=64, db_collation="C")
    payee = models.CharField(max_length=8)
    seq = models.PositiveSmallIntegerField()
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines")
    case = models.ForeignKey(Case, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+")
    rank = models.PositiveIntegerField(null=True)  # order among the subjects that compete for recognised places
    amount_fen = models.BigIntegerField()
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "period", "policy", "unit", "subject_key", "payee", "seq"], name="line_posted_once"
            ),
            models.CheckConstraint(name="line_payee_known", condition=Q(payee__in=[Payee.PROVIDER, Payee.FAMILY])),
            models.CheckConstraint(
                name="line_rests_on_a_case", condition=Q(case__isnull=True) ^ ~Q(unit=ROUNDING_UNIT)
            ),
            models.CheckConstraint(name="line_period_is_a_first", condition=Q(period__day=1)),
            # A zero is said once, as the first line of its key; a correction of nothing is no correction.
            models.CheckConstraint(name="line_difference_is_not_zero", condition=Q(seq=0) | ~Q(amount_fen=0)),
        ]
        # Append-only in nearly the order of time: a few pages tell which blocks hold a cap year.
        indexes = [
            BrinIndex(fields=["period"], name="line_by_period", pages_per_range=16),
            models.Index(fields=["id"], name="line_corrections", condition=Q(seq__gt=0)),  # what auditors look over
        ]


class CarriedBalance(models.Model):
    """What a claim with a negative total leaves to a later one of the same policy and payee (结转): fen below zero.

    For every claim: Σ lines + carried in − carried out = paid.
    """

    from_claim = models.ForeignKey(Claim, models.PROTECT, related_name="carried_out")
    to_claim = models.ForeignKey(Claim, models.PROTECT, related_name="carried_in")
    payee = models.CharField(max_length=8)
    fen = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="carried_to_another_claim", condition=~Q(from_claim=models.F("to_claim"))),
            models.CheckConstraint(name="carried_is_a_debt", condition=Q(fen__lt=0)),
        ]
