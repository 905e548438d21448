"""One of everything in a subdistrict, so that every address of the site has something to open."""

import datetime as dt
from typing import Any

from django.contrib.auth.hashers import make_password

from inspections.actions import decisions, draws
from inspections.models import Assessment, VisitState
from portal import clock, notices
from portal.models import Area, Interest, Invitation, Objection, PolicyDocument, Run, User
from providers.models import Document, FilingCase
from subsidies.models import Claim, PaymentBatch
from tests.factories import inspections as of_inspections
from tests.factories import portal as of_portal
from tests.factories import providers as of_providers
from tests.factories import quotas as of_quotas
from tests.factories import subsidies as of_subsidies

MONTH = "2025-05"
Corner = dict[str, Any]


def corner(street: str) -> Corner:
    """A provider at work in a subdistrict, its people (`owner`, `staff`), and a row of every kind an address can name.

    The visits are led by the district's own INSPECTOR office; the filing is another provider's, not yet decided.
    """
    area = Area.objects.get(code=street)
    lead = of_portal.official("INSPECTOR", area.parent.code)
    of_inspections.inspector(area_code=area.parent.code)  # a draw sends two
    officer = of_portal.official("DISTRICT", area.parent.code)
    group = of_subsidies.recognised(street=street)
    provider = group.provider
    owner = of_providers.owner_of(provider)
    paper = of_providers.stored_file(owner)
    Document.objects.create(provider=provider, kind="FIRE", file=paper, added_at=clock.now(), added_by=owner)
    spell = of_subsidies.stay(group, MONTH, 16, of=of_subsidies.child(number=street))
    PolicyDocument.objects.get_or_create(code="DOC", defaults=_document())
    twin = of_subsidies.spell(of_subsidies.child(number=street), group, dt.date(2025, 7, 1))
    running = of_inspections.visit(provider, lead=lead, state=VisitState.UNDER_WAY)
    done = of_inspections.visit(provider, lead=lead, state=VisitState.PUBLISHED)
    finding, major = (of_inspections.finding(done, level="MAJOR") for _number in range(2))
    decision = decisions.suspend(major.pk, class_group_id=group.pk, reason="示例", basis="示例", by=officer)
    return {
        "street": area, "provider": provider, "group": group, "paper": paper, "owner": owner,
        "staff": of_providers.owner_of(provider, role="STAFF"), "filing": _filing(area), "spell": spell, "twin": twin,
        "visit": of_inspections.visit(provider, lead=lead), "running": running, "finding": finding,
        "decision": decision, "assessment": _assessment(provider),
        "draw": draws.draw_visits(
            area.parent.pk, title="示例", size=1, planned_on=clock.today(), seed=street, by=officer
        ),
        "objection": _objection(area), "office": of_portal.official("SUBDISTRICT", street).memberships.get(),
        "invitation": _invitation(area, officer), "interest": _interest(lead, f"elsewhere-{street}"),
    }  # fmt: skip


def settle(corners: list[Corner]) -> None:
    """Close the month and make each district's report, and one payment list of the city; adds them to the corners."""
    of_subsidies.policy()
    paid = of_subsidies.recognised(street=corners[0]["street"].code)
    of_subsidies.account(paid.provider)
    of_subsidies.stay(paid, MONTH, 16)
    of_subsidies.close(MONTH)
    of_subsidies.advance(Claim.objects.get(provider=paid.provider), "EXPORTED", of_subsidies.Office.over(paid.provider))
    for one in corners:
        district = one["street"].parent.code
        of_quotas.people(district, 100_000)
        of_quotas.people(one["street"].code, 10_000)
        of_quotas.target(district)
        one["claim"] = Claim.objects.get(provider=one["provider"])
        one["line"] = one["claim"].lines.first()
        one["report"] = of_quotas.report(district, MONTH)
        one["run"] = Run.objects.get(kind="make_report", params__area=district)
        one["batch"] = PaymentBatch.objects.get()


def _document() -> dict[str, Any]:
    return {
        "title": "示例办法",
        "status": "EFFECTIVE",
        "doc_no": "示例〔2025〕1号",
        "issuer": "示例",
        "during": (dt.date(2025, 1, 1), None),
    }


def _filing(street: Area) -> FilingCase:
    place = of_providers.PLACE | {"street": street.code}
    return of_providers.filing(of_portal.user(), place=place)


def _assessment(provider: Any) -> Assessment:
    return Assessment.objects.create(
        scheme=of_inspections.scheme(provider.street.parent.code), provider=provider, area_path=provider.area_path,
        round="2025", assessed_on=clock.today(), scores={"CARE": 500, "SAFETY": 350}, total=850, grade=4,
        assessed_at=clock.now(),
    )  # fmt: skip


def _objection(street: Area) -> Objection:
    notice = notices.publish(
        "test", f"test:{street.code}", area=street, title="示例公示", rows=[], workdays_standing=5, by=None
    )
    return notices.object_to(notice.pk, text="示例", contact="13800001234")


def _invitation(street: Area, officer: User) -> Invitation:
    return Invitation.objects.create(
        token_hash=make_password(street.code)[:64], email=f"{street.code}@example.com", name="示例", role="SUBDISTRICT",
        area=street, department="HEALTH", invited_by=officer, invited_at=clock.now(),
        expires_at=clock.now() + dt.timedelta(days=3),
    )  # fmt: skip


def _interest(person: User, code: str) -> Interest:
    return Interest.objects.create(
        user=person, provider_code=code, reason="示例", during=(clock.today(), None), declared_at=clock.now()
    )
