"""Taking the places of a class: the locks, the pick and the re-seating behind every action that seats a child.

Lock order everywhere: child, classes by id, places by id. Whoever changes or removes a taken place holds its class.
Only `take` with a place free for the whole spell does without the class: it locks that one place.
"""

import datetime as dt
import time
from collections.abc import Container, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from psycopg.types.range import Int4Range

from enrolments import seating
from enrolments.models import Occupancy
from portal import clock
from portal.dates import DateRange
from providers.models import ClassGroup, Place

RANGES = {seating.AM: Int4Range(0, 1), seating.PM: Int4Range(1, 2), seating.FULL: Int4Range(0, 2)}


def bits(halves: Container[int]) -> int:
    """The halves of a taken place as bits."""
    return (seating.AM if 0 in halves else 0) | (seating.PM if 1 in halves else 0)


@dataclass(frozen=True)
class Taker:
    """Who takes a place and as what."""

    child_id: int
    halves: int
    during: DateRange
    kind: str
    enrolment_id: int | None = None
    expires_at: dt.datetime | None = None

    def row(self, place_id: int, class_group_id: int, during: DateRange) -> Occupancy:
        """The taken place as a row."""
        return Occupancy(
            place_id=place_id,
            class_group_id=class_group_id,
            child_id=self.child_id,
            enrolment_id=self.enrolment_id,
            halves=RANGES[self.halves],
            during=tuple(during),
            kind=self.kind,
            expires_at=self.expires_at,
        )


def blocking(moment: dt.datetime) -> Q:
    """Occupancies that keep others out: all but holds that have expired."""
    return Q(expires_at__isnull=True) | Q(expires_at__gt=moment)


def lock_class(*class_group_ids: int, patient: bool = True) -> bool:
    """Hold these classes: nobody else re-seats them or removes a taken place of theirs. Impatient: only if free now."""
    wanted = ClassGroup.objects.filter(pk__in=class_group_ids).order_by("pk")
    held = wanted.select_for_update(no_key=True, of=("self",), skip_locked=not patient).values_list("pk")
    return len(held) == len(set(class_group_ids))


def release_expired(class_group_id: int) -> int:
    """Delete the class's expired holds; whoever looks for a place does this first."""
    if not _expired(class_group_id).exists():
        return 0
    lock_class(class_group_id)
    return _expired(class_group_id).delete()[0]


def _expired(class_group_id: int) -> QuerySet[Occupancy]:
    return Occupancy.objects.filter(class_group_id=class_group_id, expires_at__lte=clock.now())


def seats_of(class_group_id: int, during: DateRange) -> list[seating.Seat]:
    """The class's places that stand on some day of the span."""
    places = Place.objects.filter(class_group_id=class_group_id, during__overlap=tuple(during))
    return [
        seating.Seat(pk, DateRange.of(span)) for pk, span in places.order_by("number", "pk").values_list("pk", "during")
    ]


def taken_of(class_group_id: int, during: DateRange) -> QuerySet[Occupancy]:
    """What keeps others out of the class on some day of the span."""
    return Occupancy.objects.filter(blocking(clock.now()), class_group_id=class_group_id, during__overlap=tuple(during))


def demands_of(taken: Iterable[Occupancy]) -> dict[tuple, list[Occupancy]]:
    """Taken places put together to spells: the segments of one child that follow each other without a gap."""
    spells: dict[tuple, list[Occupancy]] = {}
    latest: dict[tuple, tuple] = {}
    for row in sorted(taken, key=lambda row: row.during.lower):
        who = (row.child_id, row.enrolment_id, row.kind, row.expires_at, bits(row.halves))
        key = latest.get(who)
        if key is None or spells[key][-1].during.upper != row.during.lower:
            key = latest[who] = (*who, row.during.lower)
        spells.setdefault(key, []).append(row)
    return spells


def demand(key: tuple, rows: list[Occupancy]) -> seating.Demand:
    """A spell as the seating sees it."""
    whole = DateRange(rows[0].during.lower, rows[-1].during.upper)
    now = tuple(seating.Segment(row.place_id, DateRange.of(row.during)) for row in rows)
    return seating.Demand(key, bits(rows[0].halves), whole, now)


def demands(class_group_id: int, during: DateRange) -> list[seating.Demand]:
    """Who has a place of the class on some day of the span."""
    return [demand(key, rows) for key, rows in demands_of(taken_of(class_group_id, during)).items()]


def first_full_day(class_group_id: int, halves: int, during: DateRange) -> dt.date | None:
    """The first day of the span without a place left, or None when a child fits on every day."""
    seats, taken = seats_of(class_group_id, during), demands(class_group_id, during)
    return seating.first_full_day(seats, taken, during, halves)


def first_free_day(class_group_id: int, halves: int, during: DateRange) -> dt.date | None:
    """The first day from which a child fits to the end of the span, or None."""
    seats, taken = seats_of(class_group_id, during), demands(class_group_id, during)
    return seating.first_free_day(seats, taken, during, halves)


# --- taking -----------------------------------------------------------------------------------------------------------


class _Gone(Exception):
    """Somebody took the picked place between the look and the lock."""


def take(class_group_id: int, taker: Taker) -> int:
    """Seat the taker for the whole spell and say how many others changed places, or raise `seating.Full`.

    The caller holds the child.
    """
    release_expired(class_group_id)
    try:
        with transaction.atomic():  # gives the picked place back when it is gone, so that the class can be waited for
            if _take_one(class_group_id, taker):
                return 0
    except _Gone:
        pass
    _reach_class(class_group_id, taker)
    return reseat(class_group_id, taker)


def _reach_class(class_group_id: int, taker: Taker) -> None:
    """Hold the class, or raise `seating.Full` as soon as what is committed says so.

    A plain queue would serve 200 askers for the last place one by one, long past lock_timeout; looking again between
    short waits lets them all go when the first of them has it.
    """
    for wait_ms in (0, 20, 40, 80, 160, 320):
        time.sleep(wait_ms / 1000)
        if day := first_full_day(class_group_id, taker.halves, taker.during):
            raise seating.Full(day)
        if lock_class(class_group_id, patient=False):
            return
    lock_class(class_group_id)


def _take_one(class_group_id: int, taker: Taker) -> bool:
    """Take one place that is free for the whole spell, if there is one nobody else is just taking."""
    span, halves = tuple(taker.during), RANGES[taker.halves]
    there = Occupancy.objects.filter(place=OuterRef("pk"), during__overlap=span)
    place = (
        Place.objects.filter(
            ~Exists(there.filter(halves__overlap=halves)), class_group_id=class_group_id, during__contains=span
        )
        .annotate(shared=Exists(there))  # a half day joins a half-taken place and leaves whole ones for whole days
        .order_by("-shared", F("during__endswith").asc(nulls_last=True), "number")
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .first()
    )
    if place is None:
        return False
    # The look was older than the lock: what the one before us wrote is visible only to a new statement.
    if Occupancy.objects.filter(place=place, during__overlap=span, halves__overlap=halves).exists():
        raise _Gone
    taker.row(place.pk, class_group_id, taker.during).save(force_insert=True)
    return True


def reseat(class_group_id: int, taker: Taker) -> int:
    """Seat the class anew from the taker's first day on, so that the taker fits, or raise `seating.Full`.

    The caller holds the class. Returns how many spells changed places.
    """
    begin = taker.during.start
    lock_places(class_group_id)
    _expired(class_group_id).delete()  # a hold may have run out while we waited
    rest = DateRange(begin)
    spells = demands_of(taken_of(class_group_id, rest))
    wanted = [demand(key, rows) for key, rows in spells.items()]
    wanted.append(seating.Demand(None, taker.halves, taker.during))
    seats = seating.assign(seats_of(class_group_id, rest), wanted, begin)
    return settle(class_group_id, spells, seats, begin, {None: taker})


def lock_places(*class_group_ids: int) -> None:
    """Wait for whoever is just taking one of them."""
    places = Place.objects.filter(class_group__in=class_group_ids).order_by("pk")
    list(places.select_for_update(no_key=True, of=("self",)).values_list("pk"))


def settle(
    class_group_id: int,
    spells: dict[tuple, list[Occupancy]],
    seats: Mapping[Hashable, list[seating.Segment]],
    since: dt.date,
    takers: Mapping[Hashable, Taker] = MappingProxyType({}),
) -> int:
    """Write down where everybody sits from a day on; gives how many moved. The caller holds class and places."""
    return settle_all([(class_group_id, spells, seats, since, takers)])


Settled = tuple[int, dict[tuple, list[Occupancy]], Mapping[Hashable, list[seating.Segment]], dt.date, Mapping]


def settle_all(classes: Iterable[Settled]) -> int:
    """`settle` for many classes with one insert."""
    fresh, count = [], 0
    for class_group_id, spells, seats, since, takers in classes:
        moved = {key: rows for key, rows in spells.items() if seats[key] != _clipped(rows, since)}
        _cut(moved.values(), since)
        fresh += [_like(rows[0], segment.seat, segment.during) for key, rows in moved.items() for segment in seats[key]]
        for key, taker in takers.items():
            fresh += [taker.row(segment.seat, class_group_id, segment.during) for segment in seats[key]]
        count += len(moved)
    Occupancy.objects.bulk_create(fresh, batch_size=5000)
    return count


def _clipped(rows: list[Occupancy], since: dt.date) -> list[seating.Segment]:
    """Where a spell sits from a day on."""
    parts = [(row.place_id, DateRange.of(row.during).intersection(DateRange(since))) for row in rows]
    return [seating.Segment(place, part) for place, part in parts if part]


def _cut(spells: Iterable[list[Occupancy]], since: dt.date) -> None:
    """Give up the taken places from a day on; what was before stays."""
    rows = [row for spell in spells for row in spell]
    if not rows:
        return
    Occupancy.objects.filter(pk__in=[row.pk for row in rows if row.during.lower >= since]).delete()
    for row in rows:
        if row.during.lower < since:
            row.during = (row.during.lower, since)
            row.save(update_fields=["during"])


def _like(row: Occupancy, place_id: int, during: DateRange) -> Occupancy:
    """The same taker on another place."""
    return Taker(
        child_id=row.child_id,
        halves=bits(row.halves),
        during=during,
        kind=row.kind,
        enrolment_id=row.enrolment_id,
        expires_at=row.expires_at,
    ).row(place_id, row.class_group_id, during)


def give_up(rows: QuerySet[Occupancy], *, since: dt.date | None = None) -> int:
    """Give up taken places, all or from a day on. The caller holds the class."""
    if since is None:
        return rows.delete()[0]
    spells = demands_of(rows.filter(during__overlap=(since, None)))
    _cut(spells.values(), since)
    return len(spells)


def make_room(class_group_id: int, since: dt.date) -> None:
    """Sit the class together from a day on: as few places as the counts allow, so that the others can be taken away.

    Inclusive places and low numbers are kept. The caller holds the class.
    """
    lock_places(class_group_id)
    _expired(class_group_id).delete()
    rest = DateRange(since)
    spells = demands_of(taken_of(class_group_id, rest))
    wanted = [replace(demand(key, rows), now=()) for key, rows in spells.items()]
    places = Place.objects.filter(class_group_id=class_group_id, during__overlap=tuple(rest))
    ordered = places.order_by("-inclusive", "number", "pk").values_list("pk", "during")
    seats = [seating.Seat(pk, DateRange.of(span)) for pk, span in ordered]
    for count in range(len(seats) + 1):
        try:
            answer = seating.assign(seats[:count], wanted, since)
        except seating.Full:
            continue
        settle(class_group_id, spells, answer, since)
        return
