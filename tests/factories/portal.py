"""A little city, its calendar and its people."""

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

import chinese_calendar
from django.test import Client

from portal import clock
from portal.models import Area, AreaLevel, AreaSpan, CalendarDay, LawKey, LawValue, Membership, User

NUMBER = itertools.count(1)
BEGINNING = dt.date(2000, 1, 1)

STREETS = {
    "440105": ("海珠区", ["440105001 赤岗街道", "440105002 新港街道", "440105003 昌岗街道"]),
    "440106": ("天河区", ["440106001 五山街道", "440106002 员村街道"]),
}
LAW = {
    "filing.receipt_workdays": 5,
    "filing.decision_workdays": 15,
    "notice.workdays": 5,
    "hazard.general_days": 15,
    "hazard.major_days": 30,
    "change.warn_workdays": 10,
    "inspection.publish_workdays": 20,
}


@dataclass(frozen=True)
class City:
    """The little city: areas by code."""

    areas: dict[str, Area]

    def __getitem__(self, code: str) -> Area:
        return self.areas[code]


def area(code: str, name: str, level: str, parent: Area | None) -> Area:
    """One area with its span."""
    made = Area.objects.create(
        code=code,
        name=name,
        level=level,
        parent=parent,
        path=f"{parent.path if parent else ''}{code}/",
        outline=square(113.2, 23.0, 113.5, 23.2) if level == AreaLevel.DISTRICT else None,
    )
    AreaSpan.objects.create(area=made, name=name, parent=parent, during=(BEGINNING, None))
    return made


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A GeoJSON MultiPolygon of one rectangle."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "MultiPolygon", "coordinates": [[ring]]}


def city() -> City:
    """Guangzhou in small: 2 districts, 5 streets, legal defaults."""
    areas = {"44": area("44", "广东省", AreaLevel.PROVINCE, None)}
    areas["4401"] = area("4401", "广州市", AreaLevel.CITY, areas["44"])
    for code, (name, streets) in STREETS.items():
        areas[code] = area(code, name, AreaLevel.DISTRICT, areas["4401"])
        for line in streets:
            street_code, street_name = line.split()
            areas[street_code] = area(street_code, street_name, AreaLevel.STREET, areas[code])
    for key, value in LAW.items():
        law = LawKey.objects.create(code=key, meaning=key)
        LawValue.objects.create(
            key=law, area=areas["44"], value=value, valid_during=(BEGINNING, None), recorded_at=clock.now()
        )
    return City(areas)


def workdays(*years: int) -> None:
    """The real working days of these years."""
    days = []
    for year in years:
        one = dt.date(year, 1, 1)
        while one.year == year:
            days.append(CalendarDay(day=one, working=chinese_calendar.is_workday(one)))
            one += dt.timedelta(days=1)
    CalendarDay.objects.bulk_create(days)


def user(name: str = "", **fields: Any) -> User:
    """A person with a login."""
    number = next(NUMBER)
    username = fields.pop("username", f"user{number}")
    return User.objects.create_user(
        username=username, email=f"{username}@example.com", password=None, name=name or f"示例·{number}", **fields
    )


def official(role: str, area_code: str, department: str = "HEALTH") -> User:
    """A person with an office; the same call gives the same person."""
    username = f"{role}-{area_code}-{department}".lower()
    if existing := User.objects.filter(username=username).first():
        return existing
    made = user(username=username)
    Membership.objects.create(
        user=made,
        role=role,
        area=Area.objects.get(code=area_code),
        department=department,
        during=(BEGINNING, None),
        granted_at=clock.now(),
    )
    return made


def client_of(person: User | None, **kwargs: Any) -> Client:
    """A browserless client logged in as this person."""
    client = Client(**kwargs)
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client
