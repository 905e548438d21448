"""Filings under way in the demo city, handed in and handled through the same actions people's clicks call."""

import datetime as dt
from typing import Any

from portal import clock, files, workdays
from portal.demo.people import copy_users
from portal.demo.steps import chance
from portal.models import Area, AreaLevel, Draft, User
from providers.actions import filing as actions
from providers.actions.applying import REGISTER
from providers.demo import specimen
from providers.demo.load import credit_code, planned
from providers.models import FilingCase
from providers.rules.documents import required

# (working days since it was handed in, working days since the receipt or None, faults it was returned with)
UNDER_WAY: tuple[tuple[int, int | None, tuple[tuple[str, str], ...]], ...] = (
    (1, None, ()),
    (4, None, ()),
    (12, 9, ()),
    (
        7,
        None,
        (("FIRE", "示例：消防合格证明页不全，请补传盖章页。"), ("classes", "示例：托小班 18 人，超过 15 人上限。")),
    ),
)


def load() -> str:
    """Four filings in the home district and one in each other, at different ages."""
    districts = list(Area.objects.filter(level=AreaLevel.DISTRICT).order_by("code"))
    cases = [(area, case) for area in districts for case in (UNDER_WAY if area.code == "440105" else UNDER_WAY[1:2])]
    copy_users((f"applicant-{number}", f"示例·举办者{number}", "!") for number in range(1, len(cases) + 1))
    for number, (area, case) in enumerate(cases, 1):
        hand_in(User.objects.get(username=f"applicant-{number}"), area, number, *case)
    return f"{len(cases)} filings under way of {FilingCase.objects.count()}"


def hand_in(by: User, area: Area, number: int, age: int, received: int | None, faults: tuple) -> None:
    """One filing: handed in `age` working days ago, then received or returned by the district's officer."""
    today = clock.today()
    with at(workdays.add(today, -age)):
        draft = Draft.objects.create(user=by, kind=REGISTER, data=application(by, area, number), updated_at=clock.now())
        case = actions.file(draft.pk, seen=None, by=by)
    officer = User.objects.get(username="district" if area.code == "440105" else f"district-{area.code}")
    if received is not None:
        with at(workdays.add(today, -received)):
            actions.receive(case.pk, by=officer)
    if faults:
        with at(workdays.add(today, -age + 3)):
            actions.return_for_correction(case.pk, faults=faults, by=officer)


def at(day: dt.date) -> Any:
    """Half past two on a day."""
    return clock.freeze(dt.datetime.combine(day, dt.time(14, 30), clock.SHANGHAI))


def application(by: User, area: Area, number: int) -> dict[str, Any]:
    """What an invented applicant typed, near a provider that is there already."""
    neighbour = chance("applicant", number).choice([one for one in planned() if one.district == area.code])
    lng, lat = round(neighbour.point.lng + 0.0004, 6), round(neighbour.point.lat + 0.0003, 6)
    papers = {}
    for kind in required("PRIVATE_FP", serves_meals=True):
        kept = files.store(specimen.paper(kind.code, f"Applicant {number}"), by=by)
        to = "2028-06-30" if kind.runs_out else None
        papers[kind.code] = {"file": str(kept.public_id), "name": kept.name, "size": kept.size, "to": to}
    return {
        "identity": {
            "name": f"示例·新苗托育园（申请{number}）", "kind": "PRIVATE_FP", "authority": "MARKET",
            "credit_code": credit_code("MARKET", area.code, 900_000 + number), "legal_person": "示例·法定代表人",
            "head": "示例·园长", "phone": "020-80000000", "serves_meals": True, "intro": "演示机构，一切均为虚构。",
        },
        "place": {
            "street": neighbour.street, "address": f"{neighbour.address}旁", "lng": lng, "lat": lat, "given_lng": lng,
            "given_lat": lat, "crs": "wgs84", "building_m2": 420, "outdoor_m2": 90, "lease_from": "2025-06-01",
            "lease_to": "2030-05-31",
        },
        "classes": [
            {"name": "托小班", "band": "YOUNGER", "places": 15, "inclusive": 0, "fees": {"full": 268_000}},
            {"name": "托大班", "band": "OLDER", "places": 20, "inclusive": 0, "fees": {"full": 238_000}},
        ],
        "papers": papers,
    }  # fmt: skip
