"""The law of a subsidy as dated rows: policies and their versions."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.fields import no_overlap, one_of
from portal.models import User


class PolicyStanding(models.TextChoices):
    """Whether a policy is paid here or only kept to be read and compared."""

    ADOPTED = "ADOPTED", _("Adopted here")
    LIBRARY = "LIBRARY", _("In the library, not in force here")


class Policy(models.Model):
    """A subsidy policy (补助政策) of an area; what it says at which time stands in its versions."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    area = models.ForeignKey("portal.Area", models.PROTECT, null=True, blank=True, related_name="+")
    standing = models.CharField(max_length=8, choices=PolicyStanding)

    class Meta:
        constraints = [
            one_of("policy_standing_known", "standing", PolicyStanding),
            models.CheckConstraint(
                name="policy_adopted_has_an_area", condition=models.Q(standing="LIBRARY") | models.Q(area__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        """The title in the reader's language."""
        return self.title_en if self.title_en and get_language() == "en" else self.title


class PolicyVersion(models.Model):
    """What a policy says for a time (政策版本): `terms` is the canonical mapping of `subsidies.rules.Terms`.

    Added, never edited. A trigger allows two changes, each once: an open end is closed when a successor is added, and
    a version that was wrong is taken back (`retracted_at`) when its correction is recorded. The version that counts is
    the one in force on the first day of the month, as recorded now.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    terms = models.JSONField()
    valid_during = DateRangeField()
    document = models.ForeignKey("portal.PolicyDocument", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    retracted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_numbered_once"),
            no_overlap(
                "policy_one_version_a_day",
                "policy_id",
                span="valid_during",
                condition=models.Q(retracted_at__isnull=True),
            ),
        ]


class ApprovalChain(models.Model):
    """Who lets a claim pass, step by step, in an area for a time (审核层级): the nearest area's chain holds.

    `steps` = `[{"state": "CHECKED", "role": "SUBDISTRICT", "workdays": 5}, …]` in order; a city without districts
    leaves a level out or gives it to another office. Added, never edited; an open end is closed once.
    """

    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    steps = models.JSONField()
    valid_during = DateRangeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [no_overlap("chain_one_a_day", "area_id", span="valid_during")]
