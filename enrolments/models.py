"""Children, their spells of care, the places they take, and the days they came."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, IntegerRangeField, RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Deferrable, F, Q
from django.utils.translation import gettext_lazy as _

from portal.fields import CodeSpan, one_of
from portal.models import User
from providers.models import ClassGroup, Mode, Place, Provider


class Child(models.Model):
    """A child (婴幼儿) without an identity: what rules need and nothing more.

    `identity_key` is an HMAC of the ID number; `same_as` is set by an officer when two rows are one child, so
    facts use `coalesce(same_as, id)`. `key` is the business key of imports (`child_key`).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=64, unique=True)
    birth_date = models.DateField()
    birth_order = models.PositiveSmallIntegerField(null=True)
    identity_key = models.CharField(max_length=64, unique=True, null=True)
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="duplicates")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="child_is_not_its_own_duplicate", condition=Q(same_as__isnull=True) | ~Q(same_as=F("id"))
            )
        ]


class IdentityKind(models.TextChoices):
    """What paper an identity number stands on (证件类型); the codes of `portal.identifiers.IdType`."""

    RESIDENT = "RESIDENT", _("Resident identity card")
    BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE", _("Birth certificate")
    HMT_RESIDENCE = "HMT_RESIDENCE", _("Residence permit for Hong Kong, Macao and Taiwan residents")
    HK_MACAO_PERMIT = "HK_MACAO_PERMIT", _("Mainland travel permit for Hong Kong and Macao residents")
    TAIWAN_PERMIT = "TAIWAN_PERMIT", _("Mainland travel permit for Taiwan residents")
    FOREIGN_RESIDENCE = "FOREIGN_RESIDENCE", _("Foreign permanent resident ID card")
    PASSPORT = "PASSPORT", _("Passport")
    DEMO = "DEMO", _("Demo identity (invented)")


class ChildIdentity(models.Model):
    """Who a child is (身份信息), apart and encrypted (AES-GCM); deleting it leaves ledger and audit intact.

    `number_key` is the HMAC of the number. The first child with a number also gets it as `Child.identity_key`; a
    second one is a likely duplicate for the district officer to resolve.
    """

    child = models.OneToOneField(Child, models.CASCADE, related_name="identity")
    kind = models.CharField(max_length=20, choices=IdentityKind)
    sealed = models.BinaryField()  # JSON of name and number
    mask = models.CharField(max_length=60)  # shown by default: 王** 4401************14
    number_key = models.CharField(max_length=64, db_index=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [one_of("identity_kind_known", "kind", IdentityKind)]


class Guardian(models.Model):
    """A guardian of a child (监护人), encrypted like the identity."""

    child = models.ForeignKey(Child, models.CASCADE, related_name="guardians")
    sealed = models.BinaryField()  # JSON of name, phone, relation
    mask = models.CharField(max_length=60)
    phone_key = models.CharField(max_length=64, db_index=True)  # HMAC, to find by phone
    consented_at = models.DateTimeField()


class EnrolmentState(models.TextChoices):
    """States of a spell (入托状态)."""

    ACTIVE = "ACTIVE", _("Enrolled")
    ENDED = "ENDED", _("Ended")
    ANNULLED = "ANNULLED", _("Annulled")


class Enrolment(models.Model):
    """A spell of care of one child in one class and mode (入托登记).

    Seated by one or more occupancies; an annulled spell never was and keeps no occupancy.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    child = models.ForeignKey(Child, models.PROTECT, related_name="enrolments")
    class_group = models.ForeignKey(ClassGroup, models.PROTECT, related_name="enrolments")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="enrolments")
    area_path = models.CharField(max_length=80, db_collation="C")
    mode = models.CharField(max_length=10, choices=Mode)
    during = DateRangeField()
    state = models.CharField(max_length=10, choices=EnrolmentState, default=EnrolmentState.ACTIVE)
    fee_fen = models.PositiveIntegerField(null=True)
    contract_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("enrolment_state_known", "state", EnrolmentState),
            models.CheckConstraint(name="enrolment_mode_is_a_spell", condition=Q(mode__in=["full", "am", "pm"])),
            models.CheckConstraint(
                name="enrolment_ended_has_an_end", condition=~Q(state="ENDED") | Q(during__upper_inf=False)
            ),
            models.CheckConstraint(name="enrolment_has_days", condition=Q(during__isempty=False)),
        ]
        indexes = [models.Index(OpClass(F("area_path"), "text_pattern_ops"), name="enrolment_by_area")]


class OccupancyKind(models.TextChoices):
    """Why a place is taken."""

    HOLD = "HOLD", _("Held")
    ENROLMENT = "ENROLMENT", _("Enrolled")
    SESSION = "SESSION", _("One day's session")


class Occupancy(models.Model):
    """A place taken by a child for half-days over a span (托位占用): the guard against selling a place twice.

    `halves`: morning [0,1), afternoon [1,2), full day [0,2).
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="occupancies")
    class_group = models.ForeignKey(ClassGroup, models.PROTECT, related_name="occupancies")
    child = models.ForeignKey(Child, models.PROTECT, related_name="occupancies")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, related_name="occupancies")
    halves = IntegerRangeField()
    during = DateRangeField()
    kind = models.CharField(max_length=10, choices=OccupancyKind)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("occupancy_kind_known", "kind", OccupancyKind),
            ExclusionConstraint(
                name="place_taken_once",
                index_type="GIST",
                expressions=[
                    (CodeSpan("place_id"), RangeOperators.OVERLAPS),
                    (F("halves"), RangeOperators.OVERLAPS),
                    (F("during"), RangeOperators.OVERLAPS),
                ],
                deferrable=Deferrable.IMMEDIATE,
            ),
            ExclusionConstraint(
                name="child_sits_once",
                index_type="GIST",
                expressions=[
                    (CodeSpan("child_id"), RangeOperators.OVERLAPS),
                    (F("halves"), RangeOperators.OVERLAPS),
                    (F("during"), RangeOperators.OVERLAPS),
                ],
                deferrable=Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(
                name="occupancy_halves_of_a_day",
                condition=Q(halves__contained_by=(0, 2)) & Q(halves__isempty=False),
            ),
            models.CheckConstraint(name="occupancy_has_days", condition=Q(during__isempty=False)),
            models.CheckConstraint(
                name="only_holds_expire",
                condition=Q(kind="HOLD", expires_at__isnull=False) | (~Q(kind="HOLD") & Q(expires_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="enrolled_place_has_a_spell", condition=~Q(kind="ENROLMENT") | Q(enrolment__isnull=False)
            ),
        ]


class AttendanceMonth(models.Model):
    """A child's month (出勤): one letter a day, 31 letters.

    F full day, A morning, P afternoon, S sick, L leave, C closed, - absent, . outside the spell.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendance")
    month = models.DateField()
    days = models.CharField(max_length=31)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "month"], name="attendance_once_a_month"),
            models.CheckConstraint(name="attendance_month_is_a_first", condition=Q(month__day=1)),
            models.CheckConstraint(name="attendance_letters_known", condition=Q(days__regex=r"^[FAPSLC\-.]{31}$")),
        ]
        indexes = [models.Index(fields=["month", "enrolment"], name="attendance_by_month")]


class AttendanceNote(models.Model):
    """A reason, source or correction of one attended day (出勤备注): sparse, insert-only."""

    attendance = models.ForeignKey(AttendanceMonth, models.PROTECT, related_name="notes")
    day = models.DateField()
    before = models.CharField(max_length=1)
    after = models.CharField(max_length=1)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
