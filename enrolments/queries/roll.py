"""Reading a provider's roll: who is enrolled, until when, who turns three, how many by band."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, DateField, ExpressionWrapper, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast

from enrolments import places
from enrolments.models import AttendanceMonth, Child, Enrolment, EnrolmentState, Occupancy, OccupancyKind
from enrolments.queries.free import FREE
from enrolments.rules import CLOSED, OUTSIDE, days_attended
from portal import clock
from portal.audit import subject_of
from portal.dates import Month
from portal.models import AuditEvent
from providers.models import Band, ClassGroup, Fee, Mode, Place

LAST_MONTHS = 36  # care under three ends on the third birthday (3岁以下婴幼儿)


def turns_three() -> Cast:
    """The day a spell's child is 36 months old, in SQL."""
    birthday = ExpressionWrapper(
        F("child__birth_date") + Func(Value(f"{LAST_MONTHS} months"), template="CAST(%(expressions)s AS interval)"),
        output_field=DateField(),
    )
    return Cast(birthday, DateField())


def with_people(queryset: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """With what a row of the roll shows."""
    return queryset.select_related("child__identity", "class_group", "provider").annotate(turns_three_on=turns_three())


def running(queryset: QuerySet[Enrolment], on: dt.date) -> QuerySet[Enrolment]:
    """Spells that hold on a day."""
    return queryset.filter(during__contains=on).exclude(state=EnrolmentState.ANNULLED)


def turning_three(provider_ids: Sequence[int], on: dt.date, until: dt.date) -> list[Enrolment]:
    """Spells on `on` that go on past the third birthday, where that comes by `until`; the first to turn first."""
    spells = running(Enrolment.objects.filter(provider__in=provider_ids), on)
    old = still_past_three(with_people(spells)).alias(third=turns_three()).filter(third__lte=until)
    return list(old.order_by("third", "pk"))


def still_past_three(queryset: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Spells that have no end before the child is three; needs `with_people`."""
    return queryset.filter(Q(during__endswith__isnull=True) | Q(during__endswith__gt=F("turns_three_on")))


def by_band(provider_id: int, on: dt.date) -> list[tuple[Any, int, int]]:
    """(band, children, places) of the classes on a day."""
    spells = running(Enrolment.objects.filter(provider=provider_id), on)
    children = dict(spells.values_list("class_group__band").annotate(n=Count("pk")).order_by())
    open_now = ClassGroup.objects.filter(provider=provider_id, places__during__contains=on)
    standing = dict(open_now.values_list("band").annotate(n=Count("places")).order_by())
    return [
        (Band(band).label, children.get(band, 0), standing.get(band, 0))
        for band in Band.values
        if children.get(band) or standing.get(band)
    ]


# --- holds ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hold:
    """A held place as the roll shows it: the segments of a seat put together."""

    child: Child
    class_group: ClassGroup
    mode: str
    first: dt.date
    end: dt.date | None
    expires_at: dt.datetime | None

    @property
    def name(self) -> str:
        """The mask, or the key of a child without a document."""
        known = getattr(self.child, "identity", None)
        return known.mask if known else self.child.key

    @property
    def mode_label(self) -> str:
        """The mode in words."""
        return str(Mode(self.mode).label)


MODES = {halves: mode for mode, halves in places.seating.HALVES_OF_MODE.items()}


def holds_of(provider_id: int) -> list[Hold]:
    """Held places that have not run out, the next to run out first."""
    rows = Occupancy.objects.filter(
        class_group__provider=provider_id, kind=OccupancyKind.HOLD, expires_at__gt=clock.now()
    ).select_related("child__identity", "class_group")
    spells = places.demands_of(rows).values()
    found = [
        Hold(
            child=parts[0].child,
            class_group=parts[0].class_group,
            mode=MODES[places.bits(parts[0].halves)],
            first=parts[0].during.lower,
            end=parts[-1].during.upper,
            expires_at=parts[0].expires_at,
        )
        for parts in spells
    ]
    return sorted(found, key=lambda hold: (str(hold.expires_at), hold.first))


# --- free places while somebody chooses -------------------------------------------------------------------------------


@dataclass(frozen=True)
class FreeRow:
    """A class with what is free in each mode it offers from a day to the open end."""

    group: ClassGroup
    free: dict[str, int]
    fees: dict[str, int]

    @property
    def cells(self) -> list[tuple[str, int | None, int | None]]:
        """(mode label, free, fee in fen) for full days, mornings and afternoons; None where not offered."""
        return [
            (str(Mode(mode).label), self.free.get(mode) if mode in self.fees else None, self.fees.get(mode))
            for mode in SPELL_MODES
        ]


SPELL_MODES = (Mode.FULL, Mode.AM, Mode.PM)


def open_classes(provider_id: int, on: dt.date) -> QuerySet[ClassGroup]:
    """Classes a child may join from a day on."""
    groups = ClassGroup.objects.filter(provider=provider_id).order_by("code")
    return groups.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))


def free_from(provider_id: int, day: dt.date) -> list[FreeRow]:
    """Every open class of a provider with its free places from a day on; three queries."""
    groups = list(open_classes(provider_id, day))
    free: dict[int, dict[str, int]] = {group.pk: {} for group in groups}
    with connection.cursor() as cursor:
        cursor.execute(FREE, {"classes": list(free), "on": day})
        for class_group_id, mode, months in cursor.fetchall():
            free[class_group_id][mode] = months[0]
    fees: dict[int, dict[str, int]] = {group.pk: {} for group in groups}
    in_force = Fee.objects.filter(
        class_group__in=groups, mode__in=SPELL_MODES, retracted_at__isnull=True, during__contains=day
    )
    for fee in in_force:
        fees[fee.class_group_id][fee.mode] = fee.amount_fen
    return [FreeRow(group, free[group.pk], fees[group.pk]) for group in groups]


# --- numbers for offices ----------------------------------------------------------------------------------------------


def counts_by_provider(provider_ids: QuerySet, month: Month) -> dict[int, int]:
    """Children with a day in the month, by provider."""
    spells = Enrolment.objects.filter(provider__in=provider_ids, during__overlap=tuple(month.during))
    rows = (
        spells.exclude(state=EnrolmentState.ANNULLED).values_list("provider").annotate(n=Count("child", distinct=True))
    )
    return dict(rows.order_by())


def totals(provider_ids: QuerySet, month: Month, on: dt.date) -> dict[str, int]:
    """Providers, children and half-day children of a month, and places standing on the day."""
    spells = Enrolment.objects.filter(provider__in=provider_ids, during__overlap=tuple(month.during))
    spells = spells.exclude(state=EnrolmentState.ANNULLED)
    counted = spells.aggregate(
        children=Count("child", distinct=True), halves=Count("child", distinct=True, filter=~Q(mode=Mode.FULL))
    )
    standing = Place.objects.filter(class_group__provider__in=provider_ids, during__contains=on).count()
    return {"children": counted["children"], "half_days": counted["halves"], "places": standing}


# --- one spell --------------------------------------------------------------------------------------------------------


def attendance_of(spell: Enrolment) -> list[tuple[Month, int, int, AttendanceMonth]]:
    """Months entered for a spell, the newest first: days attended, open days, the row itself."""
    rows = spell.attendance.select_related("entered_by").order_by("-month")
    return [
        (
            Month.of(row.month),
            days_attended(row.days, spell.mode),
            sum(letter not in (OUTSIDE, CLOSED) for letter in row.days),
            row,
        )
        for row in rows
    ]


def history_of(spell: Enrolment) -> list[AuditEvent]:
    """What was done to a spell and to who the child is, the newest first."""
    subjects = [subject_of(spell), subject_of(spell.child)]
    return list(AuditEvent.objects.filter(subject__in=subjects).select_related("actor").order_by("-id")[:20])
