"""Giving a child a place: enrol, hold for a family, book one day."""

import datetime as dt

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange as Span
from django.db.models import Q

from enrolments import ages, permissions, places, seating
from enrolments.actions import refusals
from enrolments.actions.changes import mark
from enrolments.models import Child, Enrolment, EnrolmentState, Occupancy, OccupancyKind
from portal import clock
from portal.audit import record
from portal.dates import ONE_DAY, DateRange, completed_months
from portal.models import User
from portal.problems import NotAllowed
from providers import search_rows
from providers.models import ClassGroup, Standing
from providers.rules.ages import AGES

HOLD_DAYS = 30  # a place kept for nobody is a place no family finds


@transaction.atomic
def take_place(
    class_group_id: int,
    *,
    child_id: int,
    mode: str,
    during: DateRange,
    by: User | None,
    fee_fen: int | None = None,
    contract_on: dt.date | None = None,
) -> Enrolment:
    """Give the child a place for the whole spell, or raise NoFreePlace. Taking the same place twice is one enrolment.

    Its own hold in the class becomes the enrolment. Raises also OutsideBand, SeatedElsewhere, ProviderNotOpen.
    """
    child = lock_child(child_id)
    same = {"child": child, "class_group_id": class_group_id, "mode": mode, "during": tuple(during)}
    if existing := Enrolment.objects.filter(**same, state=EnrolmentState.ACTIVE).first():
        return existing
    group = _open_class(class_group_id, child, during, by)
    release_own(child, group)
    enrolment = Enrolment.objects.create(
        **same | {"during": Span(*during)},
        provider_id=group.provider_id,
        area_path=group.provider.area_path,
        fee_fen=fee_fen,
        contract_on=contract_on,
        created_at=clock.now(),
        created_by=by,
    )
    halves = seating.HALVES_OF_MODE[mode]
    moved = _seat(group, child, places.Taker(child.pk, halves, during, OccupancyKind.ENROLMENT, enrolment.pk))
    record(enrolment, "take_place", by=by, after=enrolment.state, class_group=group.code, mode=mode, moved=moved)
    mark(group.provider_id, [child.pk], from_day=during.start, to_day=during.end, cause="enrolment")
    search_rows.rewrite(group.provider_id)
    return enrolment


@transaction.atomic
def hold_place(
    class_group_id: int, *, child_id: int, mode: str, during: DateRange, expires_at: dt.datetime, by: User | None
) -> None:
    """Keep a place for a family until `expires_at`, or raise NoFreePlace. A child has one hold in a class."""
    now = clock.now()
    if not now < expires_at <= now + dt.timedelta(days=HOLD_DAYS):
        raise refusals.HoldTooLong(days=HOLD_DAYS)
    child = lock_child(child_id)
    group = _open_class(class_group_id, child, during, by)
    release_own(child, group)
    taker = places.Taker(child.pk, seating.HALVES_OF_MODE[mode], during, OccupancyKind.HOLD, expires_at=expires_at)
    moved = _seat(group, child, taker)
    record(child, "hold_place", by=by, area_path=group.provider.area_path, class_group=group.code, moved=moved)
    search_rows.rewrite(group.provider_id)


@transaction.atomic
def book_session(class_group_id: int, *, child_id: int, halves: int, day: dt.date, by: User | None) -> None:
    """Give the child a place for one day (计时托、临时托), or raise NoFreePlace. Booking twice is one session."""
    child = lock_child(child_id)
    during = DateRange(day, day + ONE_DAY)
    if Occupancy.objects.filter(
        child=child, class_group=class_group_id, during=tuple(during), halves=places.RANGES[halves], kind="SESSION"
    ).exists():
        return
    group = _open_class(class_group_id, child, during, by)
    moved = _seat(group, child, places.Taker(child.pk, halves, during, OccupancyKind.SESSION))
    record(child, "book_session", by=by, area_path=group.provider.area_path, class_group=group.code, moved=moved)
    search_rows.rewrite(group.provider_id)


@transaction.atomic
def release(class_group_id: int, *, child_id: int, by: User | None) -> bool:
    """Give a held place back; pressing twice changes nothing. Says whether there was one."""
    child = lock_child(child_id)
    group = ClassGroup.objects.select_related("provider").get(pk=class_group_id)
    _may(by, group)
    if not release_own(child, group):
        return False
    record(child, "release", by=by, area_path=group.provider.area_path, class_group=group.code)
    search_rows.rewrite(group.provider_id)
    return True


def lock_child(child_id: int) -> Child:
    """Hold the child: its places change one after the other."""
    return Child.objects.select_for_update(no_key=True, of=("self",)).get(pk=child_id)


def release_own(child: Child, group: ClassGroup) -> int:
    """Delete the child's holds in the class, and its expired holds anywhere."""
    ours = Q(class_group=group) | Q(expires_at__lte=clock.now())
    holds = Occupancy.objects.filter(ours, child=child, kind=OccupancyKind.HOLD)
    classes = set(holds.values_list("class_group_id", flat=True))
    if not classes:
        return 0
    places.lock_class(*classes)
    return places.give_up(holds)


def _may(by: User | None, group: ClassGroup) -> None:
    """Refuse anybody but the provider's people; None is an import or the demo."""
    if by is not None and not permissions.may_keep_roll(by, group.provider):
        raise NotAllowed


def _open_class(class_group_id: int, child: Child, during: DateRange, by: User | None) -> ClassGroup:
    """The class, if this child may start there on the first day: provider open, age within the band."""
    group = ClassGroup.objects.select_related("provider").get(pk=class_group_id)
    if not group.provider.keeps_roll:
        raise refusals.NoRollHere
    _may(by, group)
    if group.provider.standing != Standing.ACTIVE:
        raise refusals.ProviderNotOpen(standing=group.provider.get_standing_display())
    if during.start < child.birth_date:
        raise refusals.BornLater(day=during.start, birth=child.birth_date)
    months, (low, high) = completed_months(child.birth_date, during.start), AGES[group.band]
    if ages.age_in_class(group.band, months) == ages.OUTSIDE:
        raise refusals.OutsideBand(day=during.start, months=months, low=low, high=high)
    return group


def _seat(group: ClassGroup, child: Child, taker: places.Taker) -> int:
    """Take a place, or say why not in the words of the class and the child."""
    refuse_second_seat(child, group.provider_id, taker.during, taker.halves)
    try:
        return places.take(group.pk, taker)
    except seating.Full as full:
        free = places.first_free_day(group.pk, taker.halves, taker.during)
        detail = {"class": group.name, "full": full.day}
        raise refusals.NoFreePlace(**detail, free=free) if free else refusals.NeverFree(**detail) from None


def refuse_second_seat(child: Child, provider_id: int, during: DateRange, halves: int) -> None:
    """One child sits once: name the spell in the way, and the class only to its own provider."""
    others = Occupancy.objects.filter(child=child, halves__overlap=places.RANGES[halves], during__overlap=tuple(during))
    other = others.select_related("class_group", "enrolment").order_by("during").first()
    if other is None:
        return
    span = DateRange.of(other.enrolment.during if other.enrolment else other.during)
    detail = {"first": span.start, "last": span.last or "…"}
    if other.class_group.provider_id == provider_id:
        raise refusals.SeatedHere(**detail, **{"class": other.class_group.name})
    raise refusals.SeatedElsewhere(**detail)
