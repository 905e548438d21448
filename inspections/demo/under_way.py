"""What is under way in the demo city's inspections, done through the same actions an official's taps call.

Three visits of the last weeks in the home district whose findings are open, answered and overdue; a clean one at the
story's provider; visits of today and of a draw to come; scores that wait for the district or for the evaluator.
"""

import datetime as dt
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from inspections.actions import draws, findings, ratings, visits
from inspections.actions.reminding import remind
from inspections.demo.people import Team, teams
from inspections.demo.ratings import scores_for
from inspections.demo.texts import GRAVE, WRONG
from inspections.models import ChecklistItem, Finding, Level, Outcome, RatingScheme, VisitKind
from portal import clock, workdays
from portal.dates import ONE_DAY
from portal.demo.bulk import ids
from portal.demo.people import HOME_STREETS
from portal.demo.steps import SEED, chance, lot
from portal.models import User
from providers.demo.load import planned, story
from providers.models import Provider

PHOTO = Path(settings.BASE_DIR, "demo/data/exit.png")
# (visited so many working days ago, items that failed, answered so many working days ago or None)
OPEN: tuple[tuple[int, tuple[str, ...], int | None], ...] = (
    (5, ("H3",), None),
    (8, ("F3",), 1),
    (13, ("B2",), None),  # was to be put right fifteen days later: overdue
)
STORY_VISIT, STORY_ITEM = dt.date(2025, 3, 12), "D2"
BLOCKED_VISIT, BLOCKED_ITEM = dt.date(2025, 6, 25), "F1"  # a major hazard, cleared on 2 July: June pays nothing there
ROUND = "2025"
SCORED_IN_ROUND = (5, 4, 3, 3, 4, 2)  # grades that the scores come to; the last two are sent back to the evaluator
RETURNED = (
    "安全保障得分与 6 月检查记录不一致，请核对后重新打分。",
    "托育队伍缺 2 名保育人员资格证复核记录，请补充后重新打分。",
)


def photo() -> SimpleUploadedFile:
    """The picture that shows what was put right."""
    return SimpleUploadedFile("整改照片.png", PHOTO.read_bytes(), content_type="image/png")


@cache
def blocked() -> str:
    """The subsidised provider, under the eyes of the tour's subdistrict officer, whose exit was blocked in June."""
    here = [one for one in planned() if one.street in HOME_STREETS and one.subsidised and one.kind == "PRIVATE_FP"]
    return min(one.code for one in here)


@cache
def chosen(district: str) -> tuple[str, ...]:
    """Providers of a district in the order in which something is under way at them; never those of a story."""
    taken = {story().code, blocked()}
    codes = [one.code for one in planned() if one.district == district and one.filed_on < dt.date(2024, 7, 1)]
    return tuple(sorted((code for code in codes if code not in taken), key=lambda code: lot(10**9, "chosen", code)))


def by_hand(team: Team) -> set[str]:
    """Providers whose visit of the year is made here."""
    return {story().code, blocked(), *chosen(team.area.code)[: len(OPEN)]} if team.home else set()


def days_by_hand() -> set[dt.date]:
    """The days of those visits."""
    return {STORY_VISIT, BLOCKED_VISIT, *(workdays.add(clock.today(), -ago) for ago, _, _ in OPEN)}


def load() -> str:
    """Everything under way, in the home district; other districts have scores that wait."""
    home = next(team for team in teams() if team.home)
    known = ids(Provider)
    for code, (ago, items, answered) in zip(chosen(home.area.code), OPEN, strict=False):
        visit(home, known[code], workdays.add(clock.today(), -ago), items, answered=answered)
    visit(home, known[story().code], STORY_VISIT, (STORY_ITEM,), cleared=True)
    visit(home, known[blocked()], BLOCKED_VISIT, (BLOCKED_ITEM,), cleared=True)
    lead, second = home.inspectors
    for code in [story().code, chosen(home.area.code)[7]]:
        visits.plan_visit(
            known[code], kind=VisitKind.ROUTINE, planned_on=clock.today(), lead_id=lead.pk, second_id=second.pk,
            by=home.officer,
        )  # fmt: skip
    ask_for_more_time(home)
    next_draw(home)
    with on(clock.today(), hour=8):
        remind(clock.today())
    scored = sum(score(team, known) for team in teams())
    return f"{Finding.objects.count()} findings in all, {scored} scores of the new round"


def on(day: dt.date, hour: int = 10) -> AbstractContextManager[None]:
    """The clock at an hour of a day."""
    return clock.freeze(dt.datetime.combine(day, dt.time(hour), clock.SHANGHAI))


def visit(
    team: Team, provider: int, day: dt.date, items: tuple[str, ...], *, answered: int | None = None,
    cleared: bool = False,
) -> None:  # fmt: skip
    """One visit as it went: planned, recorded item by item, published in time; answered and cleared where it was."""
    lead, second = team.inspectors
    texts = WRONG | GRAVE
    with on(day):
        planned_visit = visits.plan_visit(
            provider, kind=VisitKind.ROUTINE, planned_on=day, lead_id=lead.pk, second_id=second.pk, by=team.officer
        )
        begun = visits.begin_visit(planned_visit.pk, by=lead)
        asked = list(ChecklistItem.objects.filter(checklist=begun.checklist_id).order_by("position"))
        outcomes = {item.pk: Outcome.FAILS if item.code in items else Outcome.CONFORMS for item in asked}
        visits.record_results(begun.pk, outcomes=outcomes, by=lead)
        told = [
            findings.record_finding(
                begun.pk, item_id=item.pk, level=item.level, text=texts[item.code][0], basis=item.basis,
                photos=[photo()] if item.level == Level.MAJOR else [], by=lead,
            )
            for item in asked
            if item.code in items
        ]  # fmt: skip
        visits.finish_visit(begun.pk, met=begun.provider.head, by=lead)
    if (published_on := workdays.add(day, 6)) < clock.today():
        with on(published_on):
            visits.publish_visit(begun.pk, by=team.officer)
    if answered is None and not cleared:
        return
    owner = User.objects.get(posts__provider=provider, posts__role="OWNER")
    answered_on = workdays.add(day, 3) if cleared else workdays.add(clock.today(), -(answered or 0))
    for finding in told:
        with on(answered_on):
            text = texts[finding.item.code][1]
            findings.answer_finding(finding.pk, text=text, uploads=[photo()], by=owner)
        if cleared:
            with on(workdays.add(answered_on, 2), hour=15):
                findings.clear_finding(finding.pk, note="现场复查合格。", by=lead)


def ask_for_more_time(team: Team) -> None:
    """The provider of the youngest open hazard asks the district for another week."""
    finding = Finding.objects.filter(provider__code=chosen(team.area.code)[0]).latest("found_on")
    owner = User.objects.get(posts__provider=finding.provider_id, posts__role="OWNER")
    with on(workdays.add(clock.today(), -1), hour=15):
        findings.ask_extension(
            finding.pk,
            until=finding.due_on + 7 * ONE_DAY,
            reason="登记表需重新印制，供货单位 7 月 21 日送达。",
            by=owner,
        )


def next_draw(team: Team) -> None:
    """The draw of this quarter: made two days ago, its visits begin next week."""
    planned_on = workdays.on_or_after(clock.today() + 4 * ONE_DAY)
    with on(workdays.add(clock.today(), -2)):
        draws.draw_visits(
            team.area.pk, title=f"2025年第三季度{team.area.name}托育机构双随机抽查", size=12, planned_on=planned_on,
            seed=chance(SEED, "draw", team.area.code).randbytes(16).hex(), by=team.officer,
        )  # fmt: skip


def score(team: Team, known: dict[str, int]) -> int:
    """Scores of this year's round: some wait for the district, in the home district two went back."""
    scheme = RatingScheme.objects.get()
    grades = SCORED_IN_ROUND if team.home else SCORED_IN_ROUND[:1]
    sent_back = len(grades) - len(RETURNED)
    for number, (code, stars) in enumerate(zip(chosen(team.area.code)[10:], grades, strict=False)):
        with on(workdays.add(clock.today(), number - 8)):
            made = ratings.record_assessment(
                known[code], round=ROUND, scores=scores_for(scheme, f"{code}/{ROUND}", stars), by=team.evaluator
            )
        if team.home and number >= sent_back:
            with on(workdays.add(clock.today(), -1)):
                ratings.return_assessment(made.pk, reason=RETURNED[number - sent_back], by=team.officer)
    return len(grades)
