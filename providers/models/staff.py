"""People who work at a provider."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.fields import no_overlap, one_of
from providers.models.provider import IN_FORCE, Provider, Span


class StaffRole(models.TextChoices):
    """Posts at a provider (岗位)."""

    HEAD = "HEAD", _("Head")
    CARER = "CARER", _("Carer")
    HEALTH = "HEALTH", _("Health worker")
    COOK = "COOK", _("Cook")
    GUARD = "GUARD", _("Guard")
    OTHER = "OTHER", _("Other")


class Staff(models.Model):
    """A person of the workforce register (从业人员)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=60)
    identity_key = models.CharField(max_length=64, unique=True, null=True)  # HMAC of the ID number
    education = models.CharField(max_length=20, blank=True)


class Employment(Span):
    """A spell of work at one provider (任职); one person is not in two providers at once."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="employments")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="employments")
    role = models.CharField(max_length=8, choices=StaffRole)

    class Meta:
        constraints = [
            one_of("employment_role_known", "role", StaffRole),
            no_overlap("employment_one_a_day", "staff_id", condition=IN_FORCE),
        ]


class CertificateKind(models.TextChoices):
    """Kinds of certificate that the register speaks of (证书种类)."""

    HEALTH = "HEALTH", _("Health certificate")
    QUALIFICATION = "QUALIFICATION", _("Qualification of a carer")
    TRAINING = "TRAINING", _("Training certificate")


class Certificate(Span):
    """A certificate of a person (证书): health, qualification, training; with its end."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="certificates")
    kind = models.CharField(max_length=30)
    number = models.CharField(max_length=60, blank=True)


class MonthReturn(models.Model):
    """The provider's month page (本月办理): what it confirmed for the month and when."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="month_returns")
    month = models.DateField()
    item = models.CharField(max_length=30)  # places, attendance, papers, statement: each app adds its own
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "month", "item"], name="month_item_confirmed_once"),
            models.CheckConstraint(name="month_return_is_a_first", condition=models.Q(month__day=1)),
        ]
