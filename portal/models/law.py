"""The law as dated data: documents, clauses, numbers, and the working-day calendar."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.fields import no_overlap, one_of


class PolicyStatus(models.TextChoices):
    """Where a document stands (效力状态)."""

    DRAFT = "DRAFT", _("Draft for comment")
    EFFECTIVE = "EFFECTIVE", _("In force")
    SUSPENDED = "SUSPENDED", _("Suspended")
    REPEALED = "REPEALED", _("Repealed")
    LIBRARY = "LIBRARY", _("In the library, not in force here")


class PolicyDocument(models.Model):
    """A law, rule or notice (政策文件) that numbers and decisions rest on."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    doc_no = models.CharField(max_length=80, blank=True)
    issuer = models.CharField(max_length=120, blank=True)
    area = models.ForeignKey("portal.Area", models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=12, choices=PolicyStatus)
    during = DateRangeField()
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [one_of("document_status_known", "status", PolicyStatus)]

    def __str__(self) -> str:
        return self.title


class Clause(models.Model):
    """One clause of a document (条款) in its own words, short."""

    document = models.ForeignKey(PolicyDocument, models.PROTECT, related_name="clauses")
    code = models.CharField(max_length=40)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "code"], name="clause_once_per_document")]

    def __str__(self) -> str:
        return self.code


class LawKey(models.Model):
    """A named number of the law (法定参数), e.g. `filing.receipt_workdays`; its values are dated rows."""

    code = models.CharField(max_length=60, unique=True)
    meaning = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.code


class LawValue(models.Model):
    """The value of a key in an area for a time (参数取值): added, never edited; one per day by exclusion.

    A trigger allows a single change for ever: an open end is closed once, when the successor is added.
    """

    key = models.ForeignKey(LawKey, models.PROTECT, related_name="values")
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    value = models.JSONField()
    valid_during = DateRangeField()
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [no_overlap("law_one_value_a_day", "key_id", "area_id", span="valid_during")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.valid_during}"


class CalendarDay(models.Model):
    """One day of the working-day calendar (工作日历), make-up days included; officials edit it."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.day} {'work' if self.working else 'rest'}"
