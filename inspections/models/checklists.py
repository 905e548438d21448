"""What an inspector looks at: checklists as dated data, one in force per area and day."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.fields import no_overlap, one_of


class Level(models.TextChoices):
    """Level of a hazard (隐患等级): general, put right in short time, or major, with part of the site closed."""

    GENERAL = "GENERAL", _("General hazard")
    MAJOR = "MAJOR", _("Major hazard")


class CheckGroup(models.TextChoices):
    """The six groups of the on-site checklist (检查项目类别), domain §6.1."""

    PAPERS = "PAPERS", _("Papers and registration")
    FIRE = "FIRE", _("Fire safety")
    BUILDING = "BUILDING", _("Building and surroundings")
    FOOD = "FOOD", _("Food")
    HEALTH = "HEALTH", _("Health care")
    SECURITY = "SECURITY", _("Security")


class Checklist(models.Model):
    """A version of the on-site checklist (现场检查表), valid in an area for a time; added, never edited."""

    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    valid_during = DateRangeField()
    document = models.ForeignKey("portal.PolicyDocument", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="checklist_version_once"),
            no_overlap("checklist_one_a_day", "area_id", span="valid_during"),
        ]

    def __str__(self) -> str:
        """The title in the reader's language, with the version."""
        title = self.title_en if self.title_en and get_language() == "en" else self.title
        return f"{title} v{self.version}"


class ChecklistItem(models.Model):
    """One thing to check (检查项): its group, the words, the article it rests on, the level if it does not conform."""

    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="items")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=10, choices=CheckGroup)
    text = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300, blank=True)
    basis = models.CharField(max_length=200)
    level = models.CharField(max_length=8, choices=Level)

    class Meta:
        constraints = [
            one_of("check_group_known", "group", CheckGroup),
            one_of("check_level_known", "level", Level),
            models.UniqueConstraint(fields=["checklist", "code"], name="check_item_once_per_list"),
            models.UniqueConstraint(fields=["checklist", "position"], name="check_item_position_once"),
        ]

    def __str__(self) -> str:
        """The words in the reader's language."""
        return self.text_en if self.text_en and get_language() == "en" else self.text
