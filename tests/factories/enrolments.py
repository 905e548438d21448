"""Children, spells and attendance for tests: what is not said is plain, valid and free of surprises."""

import datetime as dt
import itertools
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange as Span

from enrolments import identity, places, seating
from enrolments.models import (
    AttendanceMonth,
    Child,
    ChildIdentity,
    Enrolment,
    Guardian,
    IdentityKind,
    Occupancy,
    OccupancyKind,
)
from portal import clock
from portal.dates import DateRange, Month
from portal.identifiers import resident_check
from providers.models import ClassGroup, Mode
from tests.factories import providers as make

NUMBER = itertools.count(1)
BORN = dt.date(2023, 3, 15)  # 27 months on the frozen day: fits the older class of the provider factory
SINCE = dt.date(2025, 6, 1)


def child(*, birth_date: dt.date = BORN, **fields: Any) -> Child:
    """A child without an identity."""
    number = next(NUMBER)
    return Child.objects.create(
        **({"key": f"K{number:06d}", "birth_date": birth_date, "birth_order": 1, "created_at": clock.now()} | fields)
    )


def resident_id(birth_date: dt.date = BORN, *, area: str = "440105") -> str:
    """A correct resident identity number; every call another one."""
    first = f"{area}{birth_date:%Y%m%d}{next(NUMBER) % 1000:03d}"
    return first + resident_check(first)


def identified(
    *, name: str = "王小明", birth_date: dt.date = BORN, kind: str = IdentityKind.RESIDENT, **fields: Any
) -> Child:
    """A child with a sealed identity and a guardian."""
    number = fields.pop("number", None) or resident_id(birth_date)
    person = identity.Person(name, kind, number)
    made = child(birth_date=birth_date, identity_key=fields.pop("identity_key", person.key), **fields)
    ChildIdentity.objects.create(
        child=made,
        kind=kind,
        sealed=identity.seal(made, person),
        mask=person.mask,
        number_key=person.key,
        recorded_at=clock.now(),
    )
    carer = identity.Carer("王大明", "13800001234", "father")
    Guardian.objects.create(
        child=made, sealed=identity.seal(made, carer), mask=carer.mask, phone_key=carer.key, consented_at=clock.now()
    )
    return made


def enrolment(
    group: ClassGroup | None = None,
    *,
    who: Child | None = None,
    mode: str = Mode.FULL,
    during: tuple[dt.date, dt.date | None] = (SINCE, None),
    **fields: Any,
) -> Enrolment:
    """A spell on a place that is free for all of it; the test fails here when there is none."""
    group = group or make.class_group()
    who = who or child()
    made = Enrolment.objects.create(
        child=who,
        class_group=group,
        provider=group.provider,
        area_path=group.provider.area_path,
        mode=mode,
        during=Span(*during),
        created_at=clock.now(),
        **fields,
    )
    taker = places.Taker(who.pk, seating.HALVES_OF_MODE[mode], DateRange(*during), OccupancyKind.ENROLMENT, made.pk)
    assert places.take(group.pk, taker) == 0
    return made


def hold(group: ClassGroup, *, until: dt.datetime, who: Child | None = None, during: Any = (SINCE, None)) -> Occupancy:
    """A held place."""
    taker = places.Taker((who or child()).pk, seating.FULL, DateRange(*during), OccupancyKind.HOLD, None, until)
    places.take(group.pk, taker)
    return Occupancy.objects.get(child_id=taker.child_id, kind=OccupancyKind.HOLD)


def attendance(spell: Enrolment, month: str, days: str) -> AttendanceMonth:
    """Letters of one month, filled up with dots."""
    return AttendanceMonth.objects.create(
        enrolment=spell, month=Month.parse(month).first, days=days.ljust(31, "."), entered_at=clock.now()
    )
