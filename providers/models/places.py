"""Classes, places, fees and what parents see of them."""

import uuid

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Case, Q, Value, When

from portal.fields import PointField, no_overlap, one_of
from providers.models.kinds import Band, Kind, Mode
from providers.models.provider import IN_FORCE, Provider, Span


class ClassGroup(models.Model):
    """A class (班级) of one band; its size is the number of its places, which are rows."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="class_groups")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    band = models.CharField(max_length=8, choices=Band)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("class_band_known", "band", Band),
            models.UniqueConstraint(fields=["provider", "code"], name="class_code_once_per_provider"),
            models.CheckConstraint(
                name="class_closes_after_opening",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=models.F("opened_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """A place (托位): numbered, with validity, so that "how many on that day" is a count.

    `recorded_at`: when it was told; a report as known before counts without it.
    """

    class_group = models.ForeignKey(ClassGroup, models.PROTECT, related_name="places")
    number = models.PositiveSmallIntegerField()
    inclusive = models.BooleanField()
    during = DateRangeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            no_overlap("place_number_once_a_day", "class_group_id", "number"),
            models.CheckConstraint(name="place_number_from_one", condition=Q(number__gte=1)),
        ]


class Fee(Span):
    """What a class charges in a mode (收费标准): per month; hourly and occasional care per session."""

    class_group = models.ForeignKey(ClassGroup, models.PROTECT, related_name="fees")
    mode = models.CharField(max_length=10, choices=Mode)
    mode_number = models.GeneratedField(  # GiST compares integers as ranges, not text
        expression=Case(
            *(When(mode=mode, then=Value(number)) for number, mode in enumerate(Mode.values)), default=Value(-1)
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    amount_fen = models.PositiveIntegerField()

    class Meta:
        constraints = [
            one_of("fee_mode_known", "mode", Mode),
            no_overlap("fee_one_a_day", "class_group_id", "mode_number", condition=IN_FORCE),
        ]


class VacancyDeclaration(models.Model):
    """Free places as a provider without a roll here declares them (空余托位申报), per class and mode."""

    class_group = models.ForeignKey(ClassGroup, models.PROTECT, related_name="declarations")
    free_full = models.PositiveSmallIntegerField()
    free_half = models.PositiveSmallIntegerField(default=0)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    valid_until = models.DateField()


class SearchRow(models.Model):
    """What the parents' search reads: one row per class and mode, rewritten by actions (找托位检索行).

    `free` holds the places free from the first of each month for an open end, index 0 = `base_month`; null = ask by
    phone. `valid_until` is the next day a dated fact of the row changes.
    """

    class_group = models.ForeignKey(ClassGroup, models.CASCADE, related_name="search_rows")
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="search_rows")
    public_id = models.UUIDField()  # the provider's, and its name: a list needs no second table
    name = models.CharField(max_length=100)
    mode = models.CharField(max_length=10, choices=Mode)
    kind = models.CharField(max_length=10, choices=Kind)
    lng = models.FloatField()
    lat = models.FloatField()
    point = PointField()
    age_from = models.PositiveSmallIntegerField()  # completed months, inclusive
    age_to = models.PositiveSmallIntegerField()  # completed months, exclusive
    fee_fen = models.PositiveIntegerField(null=True)
    base_month = models.DateField()
    free = ArrayField(models.SmallIntegerField(), null=True)
    inclusive = models.BooleanField()
    rating = models.PositiveSmallIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    valid_until = models.DateField(null=True, db_index=True)

    class Meta:
        constraints = [
            one_of("search_mode_known", "mode", Mode),
            one_of("search_kind_known", "kind", Kind),
            models.UniqueConstraint(fields=["class_group", "mode"], name="search_row_once"),
        ]
        indexes = [GistIndex(fields=["point"], name="search_by_point", fillfactor=70)]
