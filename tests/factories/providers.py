"""Providers, classes, places and filings for tests: what is not said is plain and valid."""

import datetime as dt
import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from portal import clock, files
from portal.identifiers import credit_code_check, organisation_check
from portal.models import Area, Draft, StoredFile, User
from providers.actions.applying import REGISTER
from providers.actions.filing import file
from providers.models import (
    Band,
    ClassGroup,
    Fee,
    FilingCase,
    Kind,
    Place,
    Post,
    PostRole,
    Provider,
    ProviderSpan,
    Standing,
    StandingSpan,
)
from providers.rules.documents import required
from tests.factories import portal as make

NUMBER = itertools.count(1)
OPENED = dt.date(2024, 9, 1)
PREFIX = {
    Kind.CENTRE: ("12", "ORGN"),
    Kind.PUBLIC: ("12", "ORGN"),
    Kind.KINDER: ("12", "ORGN"),
    Kind.PRIVATE_NP: ("52", "CIVIL"),
}


def credit_code(prefix: str = "91", area: str = "440105", number: int | None = None) -> str:
    """A valid credit code; every call another one."""
    body = f"MA{(number or next(NUMBER)):06d}"
    first = f"{prefix}{area}{body}"
    first += organisation_check(body)
    return first + credit_code_check(first)


def provider(*, street: str | Area = "440105001", opened: dt.date = OPENED, **fields: Any) -> Provider:
    """A filed and open provider with its spans; `standing=` and any column may be given."""
    number = next(NUMBER)
    area = street if isinstance(street, Area) else Area.objects.get(code=street)
    kind = fields.pop("kind", Kind.PRIVATE_FP)
    standing = fields.pop("standing", Standing.ACTIVE)
    prefix, authority = PREFIX.get(kind, ("91", "MARKET"))
    lng, lat = fields.pop("lng", 113.32), fields.pop("lat", 23.09)
    values: dict[str, Any] = {
        "code": f"T{number:05d}",
        "name": f"示例·托育园{number}",
        "credit_code": credit_code(prefix, area.path.split("/")[-3][:6] if area.code.isdigit() else "440105"),
        "authority": authority,
        "address": f"示例路{number}号",
        "phone": "020-12345678",
        "given_lng": lng,
        "given_lat": lat,
        "filed_on": None if standing == Standing.UNFILED else opened,
        "confirmed_at": clock.now(),
        "created_at": clock.now(),
    }
    made = Provider.objects.create(
        kind=kind, standing=standing, street=area, area_path=area.path, lng=lng, lat=lat, **(values | fields)
    )
    StandingSpan.objects.create(provider=made, standing=standing, during=(opened, None), recorded_at=clock.now())
    ProviderSpan.objects.create(
        provider=made,
        kind=kind,
        name=made.name,
        street=area,
        area_path=area.path,
        during=(opened, None),
        recorded_at=clock.now(),
    )
    return made


def class_group(
    of: Provider | None = None,
    *,
    band: str = Band.OLDER,
    places: int = 10,
    inclusive: int = 0,
    opened_on: dt.date = OPENED,
    fees: dict[str, int] | None = None,
    **fields: Any,
) -> ClassGroup:
    """A class with `places` places, the first `inclusive` of them inclusive; 2,000 yuan a month for full days."""
    number = next(NUMBER)
    made = ClassGroup.objects.create(
        provider=of or provider(),
        band=band,
        opened_on=opened_on,
        **({"code": f"C{number:05d}", "name": f"示例{number}班"} | fields),
    )
    end = made.closed_on
    Place.objects.bulk_create(
        Place(class_group=made, number=n, inclusive=n <= inclusive, during=(opened_on, end), recorded_at=clock.now())
        for n in range(1, places + 1)
    )
    for mode, amount in ({"full": 200_000} if fees is None else fees).items():
        Fee.objects.create(
            class_group=made, mode=mode, amount_fen=amount, during=(opened_on, end), recorded_at=clock.now()
        )
    return made


def owner_of(of: Provider, *, role: str = PostRole.OWNER, **fields: Any) -> User:
    """A person who runs the provider (or works there: `role="STAFF"`)."""
    person = make.user(**fields)
    Post.objects.create(user=person, role=role, provider=of, granted_at=clock.now())
    return person


PLACE: dict[str, Any] = {
    "street": "440105001",
    "address": "示例路 7 号",
    "lng": 113.32,
    "lat": 23.09,
    "given_lng": 113.32,
    "given_lat": 23.09,
    "crs": "wgs84",
    "building_m2": 300,
    "outdoor_m2": 60,
    "lease_from": None,
    "lease_to": None,
}


def stored_file(by: User | None = None, content: bytes = b"%PDF-1.4 demo") -> StoredFile:
    """A small paper with its bytes on disk."""
    unique = content + str(next(NUMBER)).encode()
    return files.store(SimpleUploadedFile("示例.pdf", unique), by=by)


def application(by: User, **changes: Any) -> dict[str, Any]:
    """Everything a first filing says, by step."""
    number = next(NUMBER)
    identity = {
        "name": f"示例·新园{number}", "kind": Kind.PRIVATE_FP, "credit_code": credit_code(), "authority": "MARKET",
        "legal_person": "示例甲", "head": "示例乙", "phone": "020-12345678", "serves_meals": False, "intro": "",
    }  # fmt: skip
    fees = {"full": 220_000, "am": 120_000, "pm": 120_000}
    papers = {}
    for kind in required(Kind.PRIVATE_FP, serves_meals=False):
        kept = stored_file(by)
        to = "2027-12-31" if kind.runs_out else None
        papers[kind.code] = {"file": str(kept.public_id), "name": kept.name, "size": kept.size, "to": to}
    data = {
        "identity": identity,
        "place": PLACE | {"address": f"示例路 {number} 号"},
        "classes": [{"name": "小一班", "band": Band.YOUNGER, "places": 15, "inclusive": 5, "fees": fees}],
        "papers": papers,
    }
    return data | changes


def filing(by: User, **changes: Any) -> FilingCase:
    """A first filing as handed in by its owner."""
    draft = Draft.objects.create(user=by, kind=REGISTER, data=application(by, **changes), updated_at=clock.now())
    return file(draft.pk, seen=None, by=by)
