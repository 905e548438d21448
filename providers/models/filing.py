"""The filing (备案): never a licence. Cases, their documents, and the papers that expire."""

import uuid

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.fields import one_of
from portal.models import StoredFile, User
from providers.models.provider import Provider


class FilingState(models.TextChoices):
    """States of a filing case (备案办理状态)."""

    DRAFT = "DRAFT", _("Draft")
    SUBMITTED = "SUBMITTED", _("Submitted")
    RETURNED = "RETURNED", _("Returned for correction")
    RECEIVED = "RECEIVED", _("Received")
    CONFORMING = "CONFORMING", _("Conforming")
    NON_CONFORMING = "NON_CONFORMING", _("Not conforming")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class FilingPurpose(models.TextChoices):
    """What is filed."""

    FIRST = "FIRST", _("First filing")
    CHANGE = "CHANGE", _("Change filing")
    CLOSURE = "CLOSURE", _("Deregistration")


class FilingCase(models.Model):
    """A filing under way or decided (备案件). `snapshot` is what was filed, as filed, at each submission.

    Clocks: the receipt is due 5 working days after submission, the finding of non-conformity 15 working days after
    receipt (国卫办人口发〔2019〕25号).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=40, unique=True, null=True)  # given with the receipt
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="filings")
    purpose = models.CharField(max_length=8, choices=FilingPurpose, default=FilingPurpose.FIRST)
    state = models.CharField(max_length=14, choices=FilingState, default=FilingState.DRAFT)
    area_path = models.CharField(max_length=80, db_collation="C")
    snapshot = models.JSONField(default=dict)
    submitted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    receipt_due = models.DateField(null=True)
    decision_due = models.DateField(null=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reasons = models.TextField(blank=True)  # of non-conformity, published
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("filing_state_known", "state", FilingState),
            one_of("filing_purpose_known", "purpose", FilingPurpose),
            models.CheckConstraint(
                name="filing_submitted_has_a_day",
                condition=Q(state__in=["DRAFT", "WITHDRAWN"])
                | Q(submitted_at__isnull=False, receipt_due__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="filing_received_has_a_receipt",
                condition=~Q(state__in=["RECEIVED", "CONFORMING", "NON_CONFORMING"])
                | Q(number__isnull=False, received_at__isnull=False, decision_due__isnull=False),
            ),
            models.CheckConstraint(
                name="filing_decided_has_a_decision",
                condition=~Q(state__in=["CONFORMING", "NON_CONFORMING"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="filing_maker_is_not_checker",
                condition=Q(submitted_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(submitted_by=models.F("decided_by")),
            ),
            models.UniqueConstraint(
                fields=["provider"],
                condition=Q(state__in=["DRAFT", "SUBMITTED", "RETURNED", "RECEIVED"]),
                name="filing_one_open_per_provider",
            ),
        ]


class Fault(models.Model):
    """One fault named when a filing was returned (补正事项); all are told at once."""

    filing = models.ForeignKey(FilingCase, models.PROTECT, related_name="faults")
    round = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=40)  # the field, document or class it concerns
    text = models.CharField(max_length=400)
    cured_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["filing", "round", "item", "text"], name="fault_told_once_a_round")
        ]


class Document(models.Model):
    """A paper of a provider (材料) by kind, with the days it is valid; newer ones replace, none is deleted."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=30)  # providers.rules.documents
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    valid = DateRangeField(null=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "kind"],
                condition=Q(replaced_at__isnull=True),
                name="document_one_current_of_a_kind",
            )
        ]
