"""The demo city's inspections: a rating round, visits of the last months with findings, visits planned for the day.

Visits go through the same actions an inspector's taps call, each on its own day, so their record and audit are real.
"""

import datetime as dt
from contextlib import AbstractContextManager
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from inspections.actions import findings, visits
from inspections.models import ChecklistItem, Finding, Level, Outcome, RatingSpan, VisitKind
from portal import clock, workdays
from portal.demo.bulk import copy, ids, settle, span
from portal.demo.steps import DemoStep, chance
from portal.models import Area, AreaLevel, User
from providers.demo.load import story
from providers.demo.plan import HISTORY_FROM
from providers.models import InclusiveAgreement, Provider

RATED_ON = dt.date(2024, 12, 16)
RATED = 0.62  # of the inclusive providers
STARS = ((5, 11), (4, 27), (3, 35), (2, 19), (1, 8))  # 73 % of those rated have three stars or more
PHOTO = Path(settings.BASE_DIR, "demo/data/exit.png")
VISITS_A_DISTRICT = 3


def load_rules() -> str:
    """The checklist and the rating scheme in force in the demo city."""
    city = Area.objects.get(level=AreaLevel.CITY)
    for name in ("checklist-site-2025.yaml", "rating-demo-2024.yaml"):
        call_command("load_checklist", str(settings.BASE_DIR / "policies" / name), area=city.code, verbosity=0)
    return f"{ChecklistItem.objects.count()} items to check"


def load_ratings() -> str:
    """Grades of the first round, valid from the day of publication."""
    rated = []
    providers = InclusiveAgreement.objects.filter(provider__filed_on__lt=HISTORY_FROM).order_by("provider__code")
    for provider, code in providers.values_list("provider_id", "provider__code"):
        dice = chance("stars", code)
        if dice.random() < RATED or code == story().code:
            stars = dice.choices([stars for stars, _ in STARS], [weight for _, weight in STARS])[0]
            rated.append((provider, 4 if code == story().code else stars))
    at = dt.datetime.combine(RATED_ON, dt.time(10), clock.SHANGHAI)
    copy(
        RatingSpan,
        ("provider", "grade", "during", "recorded_at"),
        ((provider, stars, span(RATED_ON), at) for provider, stars in rated),
    )
    settle(RatingSpan)
    return f"{len(rated)} providers rated"


def load_visits() -> str:
    """Three visits a district over the last eight weeks and two planned for today in the home district."""
    users = {user.username: user for user in User.objects.filter(username__contains="inspector")}
    officers = {user.username: user for user in User.objects.filter(username__startswith="district")}
    known = ids(Provider)
    made = 0
    for area in Area.objects.filter(level=AreaLevel.DISTRICT).order_by("code"):
        home = area.code == "440105"
        lead = users["inspector" if home else f"inspector-{area.code}"]
        second = users[f"inspector2-{area.code}"]
        officer = officers["district" if home else f"district-{area.code}"]
        dice = chance("visits", area.code)
        codes = sorted(code for code in known if code.startswith(area.code) and code != story().code)
        for number, code in enumerate(dice.sample(codes, VISITS_A_DISTRICT)):
            day = workdays.on_or_after(dt.date(2025, 5, 12) + dt.timedelta(days=14 * number + dice.randrange(9)))
            faults = dice.choices((0, 1, 2), (50, 35, 15))[0]
            visit(known[code], day, lead, second, officer, faults, cured=number < VISITS_A_DISTRICT - 1)
            made += 1
        if home:
            for code in [story().code, codes[7]]:
                visits.plan_visit(
                    known[code], kind=VisitKind.ROUTINE, planned_on=clock.today(), lead_id=lead.pk,
                    second_id=second.pk, by=officer,
                )  # fmt: skip
    return f"{made} visits, {Finding.objects.count()} findings"


def visit(provider: int, day: dt.date, lead: User, second: User, officer: User, faults: int, *, cured: bool) -> None:
    """One visit as it went: planned, recorded item by item, published; answers and re-checks where `cured`."""

    def on(later: int) -> AbstractContextManager[None]:
        moment = dt.datetime.combine(workdays.add(day, later) if later else day, dt.time(10), clock.SHANGHAI)
        return clock.freeze(moment)

    with on(0):
        planned = visits.plan_visit(
            provider, kind=VisitKind.DRAWN, planned_on=day, lead_id=lead.pk, second_id=second.pk, by=officer
        )
        begun = visits.begin_visit(planned.pk, by=lead)
        items = list(ChecklistItem.objects.filter(checklist=begun.checklist_id).order_by("position"))
        dice = chance("faults", provider, day)
        failing = dice.sample([item for item in items if item.level == Level.GENERAL], faults)
        outcomes = {item.pk: Outcome.FAILS if item in failing else Outcome.CONFORMS for item in items}
        visits.record_results(begun.pk, outcomes=outcomes, by=lead)
        told = [
            findings.record_finding(
                begun.pk,
                item_id=item.pk,
                level=item.level,
                text=f"示例：{item.text}——未做到",
                basis=item.basis,
                by=lead,
            )
            for item in failing
        ]
        visits.finish_visit(begun.pk, met="示例·当班负责人", by=lead)
    with on(3):
        visits.publish_visit(begun.pk, by=officer)
        owner = Provider.objects.get(pk=provider).posts.filter(role="OWNER").first().user
        for number, finding in enumerate(told):
            if cured or number == 0:
                proof = SimpleUploadedFile("整改照片.png", PHOTO.read_bytes(), content_type="image/png")
                findings.answer_finding(finding.pk, text="示例：已整改，见照片。", uploads=[proof], by=owner)
    if cured:
        with on(6):
            for finding in told:
                findings.clear_finding(finding.pk, note="示例：现场复查合格。", by=lead)


def steps() -> list[DemoStep]:
    """What inspections add to the demo city."""
    return [
        DemoStep("checklist and rating scheme", 30, load_rules),
        DemoStep("star ratings", 31, load_ratings),
        DemoStep("visits", 60, load_visits),
    ]
