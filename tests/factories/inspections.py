"""Checklists, visits and findings for tests: what is not said is plain and valid."""

import datetime as dt
import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from inspections.models import (
    Checklist,
    ChecklistItem,
    CheckResult,
    Finding,
    RatingScheme,
    Visit,
    VisitKind,
    VisitState,
)
from portal import clock
from portal.models import Area, Membership, User
from providers.models import Provider
from tests.factories import portal as make

NUMBER = itertools.count(1)
BEGINNING = dt.date(2024, 1, 1)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)
ITEMS = [
    ("Q1", "PAPERS", "备案回执在显著位置公示", "GENERAL"),
    ("F1", "FIRE", "安全出口、疏散通道畅通", "MAJOR"),
    ("H1", "HEALTH", "晨午检有记录", "GENERAL"),
]


def photo(name: str = "exit.png") -> SimpleUploadedFile:
    """A PNG of one pixel."""
    return SimpleUploadedFile(name, PNG, content_type="image/png")


def checklist(area_code: str = "4401") -> Checklist:
    """Three items in three groups; one of them a major hazard when it fails."""
    made = Checklist.objects.create(
        code=f"L{next(NUMBER)}", version=1, title="示例检查表", area=Area.objects.get(code=area_code),
        valid_during=(BEGINNING, None), recorded_at=clock.now(),
    )  # fmt: skip
    for position, (code, group, text, level) in enumerate(ITEMS, 1):
        ChecklistItem.objects.create(
            checklist=made, code=code, position=position, group=group, text=text, basis="示例规范 第1条", level=level
        )
    return made


def inspector(name: str = "", area_code: str = "440105") -> User:
    """Somebody who may be sent to providers of the area."""
    person = make.user(name)
    Membership.objects.create(
        user=person, role="INSPECTOR", area=Area.objects.get(code=area_code), department="HEALTH",
        during=(BEGINNING, None), granted_at=clock.now(),
    )  # fmt: skip
    return person


def visit(of: Provider, *, state: str = VisitState.PLANNED, **fields: Any) -> Visit:
    """A visit by two inspectors in any state, with the facts that state demands."""
    today = clock.today()
    facts: dict[str, Any] = {"planned_on": today}
    if state not in (VisitState.PLANNED, VisitState.CANCELLED):
        listed = fields.pop("checklist", None) or Checklist.objects.first() or checklist()
        facts |= {"visited_on": today, "started_at": clock.now(), "checklist": listed}
    if state in (VisitState.FINISHED, VisitState.PUBLISHED):
        facts |= {"finished_at": clock.now(), "publish_due": today + dt.timedelta(days=28), "result": "CONFORMS"}
    if state == VisitState.PUBLISHED:
        facts |= {"published_at": clock.now()}
    if state == VisitState.CANCELLED:
        facts |= {"cancel_reason": "示例"}
    people = {name: fields.pop(name, None) or inspector() for name in ("lead", "second")}
    return Visit.objects.create(
        provider=of, area_path=of.area_path, kind=fields.pop("kind", VisitKind.ROUTINE), state=state,
        created_at=clock.now(), **people, **(facts | fields),
    )  # fmt: skip


def outcomes(of: Visit, **by_code: str) -> None:
    """Outcomes of items by code; items that are not named conform."""
    for item in of.checklist.items.all():
        CheckResult.objects.create(
            visit=of, item=item, outcome=by_code.get(item.code, "CONFORMS"), recorded_at=clock.now()
        )


def finding(of: Visit | None = None, **fields: Any) -> Finding:
    """An open general hazard, due in 15 days; any column may be given."""
    today = fields.pop("found_on", clock.today())
    values: dict[str, Any] = {
        "number": f"ZG-{next(NUMBER)}", "level": "GENERAL", "text": "示例：疏散通道堆放杂物", "basis": "示例规范 第1条",
        "found_on": today, "due_on": today + dt.timedelta(days=15), "found_by": of.lead if of else None,
        "recorded_at": clock.now(),
    }  # fmt: skip
    return Finding.objects.create(visit=of, provider=of.provider, area_path=of.area_path, **(values | fields))


def scheme(area_code: str = "4401") -> RatingScheme:
    """Two dimensions, five grades, valid for 24 months."""
    return RatingScheme.objects.create(
        code=f"S{next(NUMBER)}", version=1, title="示例星级评定办法", area=Area.objects.get(code=area_code),
        dimensions=[
            {"code": "CARE", "name": "保育照护", "name_en": "Care", "max": 600},
            {"code": "SAFETY", "name": "安全保障", "name_en": "Safety", "max": 400},
        ],
        grades=[{"grade": g, "min_score": m} for g, m in ((5, 900), (4, 800), (3, 700), (2, 600), (1, 500))],
        validity_months=24, valid_during=(BEGINNING, None), recorded_at=clock.now(),
    )  # fmt: skip
