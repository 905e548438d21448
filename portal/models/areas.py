"""The area tree (行政区划): one row per code for ever, names and parents over time beside it."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from portal.fields import no_overlap, one_of

models.CharField.register_lookup(Length)


class AreaLevel(models.TextChoices):
    """Levels of the tree; a city without districts simply has none (东莞, 中山)."""

    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    DISTRICT = "district", _("District or county")
    STREET = "street", _("Subdistrict or town")
    COMMUNITY = "community", _("Community or village")


class Area(models.Model):
    """An area code (行政区划代码) for ever, with today's name, parent and path.

    `path` is the codes from the root joined by `/` with a closing `/`: everything under an area is one prefix.
    """

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=AreaLevel)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=80, unique=True, db_collation="C")
    official = models.BooleanField(default=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="predecessors")
    outline = models.JSONField(null=True)  # GeoJSON geometry, WGS-84; districts only

    class Meta:
        constraints = [
            one_of("area_level_known", "level", AreaLevel),
            models.CheckConstraint(name="area_path_ends_with_code", condition=models.Q(path__endswith="/")),
        ]

    def __str__(self) -> str:
        return self.name


class AreaSpan(models.Model):
    """What an area was called and where it belonged, over time (区划沿革)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="spans")
    name = models.CharField(max_length=60)
    parent = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    during = DateRangeField()

    class Meta:
        constraints = [no_overlap("area_has_one_name_a_day", "area_id")]

    def __str__(self) -> str:
        return f"{self.name} {self.during}"
