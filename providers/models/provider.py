"""A provider and what is true of it over time."""

import uuid

from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GistIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.fields import Mercator, PointField, no_overlap, one_of
from portal.models import User
from providers.models.kinds import Authority, Crs, Kind, Standing


class Brand(models.Model):
    """A group of branches under one name (连锁品牌)."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Provider(models.Model):
    """What is filed (托育机构): one address, one point, one subdistrict. `code` is its business key for ever."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="branches")
    credit_code = models.CharField(_("unified social credit code"), max_length=18)
    authority = models.CharField(_("registration authority"), max_length=8, choices=Authority)
    street = models.ForeignKey("portal.Area", models.PROTECT, related_name="providers")
    area_path = models.CharField(max_length=80, db_collation="C")
    address = models.CharField(_("address"), max_length=200)
    lng = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    crs = models.CharField(max_length=5, choices=Crs, default=Crs.WGS84)  # the system the point was given in
    given_lng = models.FloatField()
    given_lat = models.FloatField()
    point = models.GeneratedField(expression=Mercator("lng", "lat"), output_field=PointField(), db_persist=True)
    phone = models.CharField(_("phone"), max_length=30)
    legal_person = models.CharField(_("legal representative"), max_length=60, blank=True)
    head = models.CharField(_("head"), max_length=60, blank=True)
    intro = models.TextField(_("introduction"), max_length=1000, blank=True)
    building_m2 = models.PositiveIntegerField(_("building area (m²)"), null=True, blank=True)
    outdoor_m2 = models.PositiveIntegerField(_("outdoor area (m²)"), null=True, blank=True)
    lease_from = models.DateField(null=True, blank=True)
    lease_to = models.DateField(null=True, blank=True)
    keeps_roll = models.BooleanField(default=True)  # False: free places come from its dated declarations
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.UNFILED)
    filed_on = models.DateField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # public data last confirmed by the provider
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("provider_kind_known", "kind", Kind),
            one_of("provider_authority_known", "authority", Authority),
            one_of("provider_crs_known", "crs", Crs),
            one_of("provider_standing_known", "standing", Standing),
            models.UniqueConstraint(fields=["credit_code", "address"], name="provider_once_per_code_and_address"),
            models.CheckConstraint(
                name="provider_point_in_china",
                condition=Q(lng__gte=73, lng__lte=136, lat__gte=3, lat__lte=54),
            ),
            models.CheckConstraint(
                name="provider_filed_when_active",
                condition=Q(standing__in=["UNFILED", "CANCELLED"]) | Q(filed_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(OpClass(F("area_path"), "text_pattern_ops"), name="provider_by_area"),
            GistIndex(fields=["point"], name="provider_by_point"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def full_address(self) -> str:
        """The address with district and subdistrict, unless it names the district itself; wants `street__parent`."""
        district = self.street.parent.name if self.street.parent else ""
        if district and self.address.startswith(district):
            return self.address
        return f"{district}{self.street.name}{self.address}"


class Span(models.Model):
    """What every dated fact has: the days it holds, when it was recorded, and when it was taken back."""

    during = DateRangeField()
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


IN_FORCE = Q(retracted_at__isnull=True)


class StandingSpan(Span):
    """The standing of a provider over time, written by `portal.states.move` (机构状态沿革)."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="standing_spans")
    standing = models.CharField(max_length=10, choices=Standing)

    class Meta:
        constraints = [
            one_of("standing_span_known", "standing", Standing),
            no_overlap("standing_one_a_day", "provider_id", condition=IN_FORCE),
        ]


class ProviderSpan(Span):
    """Kind, name and area of a provider over time (机构类型与属地沿革)."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="spans")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=100)
    street = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=80, db_collation="C")

    class Meta:
        constraints = [
            one_of("provider_span_kind_known", "kind", Kind),
            no_overlap("provider_one_kind_a_day", "provider_id", condition=IN_FORCE),
        ]


class InclusiveAgreement(Span):
    """Recognised inclusive places with a fee cap (普惠托位协议)."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="agreements")
    number = models.CharField(max_length=60)
    places = models.PositiveIntegerField()
    fee_cap_fen = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [no_overlap("agreement_one_a_day", "provider_id", condition=IN_FORCE)]


class PostRole(models.TextChoices):
    """What a person does at a provider."""

    OWNER = "OWNER", _("Owner")
    STAFF = "STAFF", _("Staff")


class Post(models.Model):
    """A person's access to a provider or a whole brand (机构账号): user × role × provider or brand."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=8, choices=PostRole)
    provider = models.ForeignKey(Provider, models.PROTECT, null=True, related_name="posts")
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="posts")
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("post_role_known", "role", PostRole),
            models.CheckConstraint(
                name="post_at_one_place",
                condition=Q(provider__isnull=False, brand__isnull=True) | Q(provider__isnull=True, brand__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["user", "provider"], condition=Q(ended_at__isnull=True), name="post_held_once_at_provider"
            ),
            models.UniqueConstraint(
                fields=["user", "brand"], condition=Q(ended_at__isnull=True), name="post_held_once_at_brand"
            ),
        ]


class PayeeAccount(Span):
    """Where a provider is paid (收款账户), over time; the number is stored encrypted, its tail in the clear."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="accounts")
    holder = models.CharField(max_length=100)
    bank = models.CharField(max_length=100)
    number_sealed = models.BinaryField()
    tail = models.CharField(max_length=4)

    class Meta:
        constraints = [no_overlap("account_one_a_day", "provider_id", condition=IN_FORCE)]


class FactChange(models.Model):
    """A dated fact of a provider changed for these months (事实变动标记): insert-only; runs settle what they saw."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="fact_changes")
    from_month = models.DateField()  # first day of the month
    to_month = models.DateField(null=True)  # null = open end
    cause = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["from_month", "provider"], name="fact_change_by_month")]
        constraints = [
            models.CheckConstraint(
                name="fact_change_months_are_firsts",
                condition=Q(from_month__day=1) & (Q(to_month__isnull=True) | Q(to_month__day=1)),
            )
        ]
