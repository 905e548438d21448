"""Twelve months of finished visits: four draws a district, everybody else routinely, what was found and put right.

Planned in plain Python so that no two inspectors stand at two doors at once; answers to every item are written by
the database. Rows say what the actions would have written; one audit event a draw and one a district speak of them.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection

from inspections import rules
from inspections.actions.draws import repeat_draw
from inspections.demo import under_way
from inspections.demo.people import Team, teams
from inspections.demo.texts import MADE_GOOD, SENT_BACK, WRONG
from inspections.models import Checklist, ChecklistItem, CheckResult, Draw, Finding, FindingAnswer, FindingFile, Visit
from portal import audit, canonical, clock, dates, files, law, workdays
from portal.dates import ONE_DAY
from portal.demo.bulk import checked_last, copy, ids, settle
from portal.demo.steps import SEED, chance, lot, public_id
from portal.models import StoredFile
from providers.demo.filed import person, serves_meals
from providers.demo.load import planned, story
from providers.demo.plan import ProviderPlan
from providers.models import Provider

FROM, UNTIL = dt.date(2024, 7, 15), dt.date(2025, 7, 8)
DRAWS = (  # name of the quarter, the day of its visits
    ("2024年第三季度", dt.date(2024, 7, 22)),
    ("2024年第四季度", dt.date(2024, 10, 14)),
    ("2025年第一季度", dt.date(2025, 2, 10)),
    ("2025年第二季度", dt.date(2025, 4, 14)),
)
SHARE = 0.15  # of the open providers in each draw
NEW = dt.timedelta(days=21)  # a provider is first visited so long after it was filed
PUBLISHED_WITHIN = 9  # working days
FAULTY = 15  # visits of a hundred at which something was found
DRAW_FIELDS = (
    "public_id area area_path title seed size population population_hash inspectors drawn planned_on drawn_at drawn_by"
).split()
VISIT_FIELDS = (
    "public_id provider area_path kind draw lead second checklist state planned_on visited_on started_at finished_at "
    "result note met publish_due published_at cancel_reason planned_by created_at version"
).split()
FINDING_FIELDS = (
    "public_id number visit provider area_path item level text basis found_on due_on state cleared_on cleared_by "
    "withdraw_reason found_by recorded_at version"
).split()
ANSWER_FIELDS = "public_id finding round text answered_by answered_at verdict reason decided_by decided_at".split()

# Every item of every visit of the year: what a finding names fails, the kitchen's items do not apply where none cooks.
RESULTS = """
INSERT INTO inspections_checkresult (visit_id, item_id, outcome, recorded_at, recorded_by_id)
SELECT v.id, i.id, CASE WHEN f.id IS NOT NULL THEN 'FAILS'
                        WHEN i."group" = 'FOOD' AND NOT (c.snapshot #>> '{identity,serves_meals}')::boolean
                        THEN 'NOT_APPLICABLE' ELSE 'CONFORMS' END,
       v.started_at + i.position * interval '3 minutes', v.lead_id
FROM inspections_visit v
JOIN inspections_checklistitem i ON i.checklist_id = v.checklist_id
JOIN providers_filingcase c ON c.provider_id = v.provider_id AND c.state = 'CONFORMING'
LEFT JOIN inspections_finding f ON f.visit_id = v.id AND f.item_id = i.id
ORDER BY v.id, i.position
"""


@dataclass
class Stop:
    """One visit: where, when, who, why, and what was found."""

    one: ProviderPlan
    day: dt.date
    afternoon: bool
    lead: int
    second: int
    officer: int
    planned_on: dt.date
    planned_at: dt.datetime
    draw: object = None  # its public id
    items: list[str] = field(default_factory=list)  # codes of the items that failed

    @property
    def begun(self) -> dt.datetime:
        """Half past nine or half past two."""
        return at(self.day, dt.time(14 if self.afternoon else 9, 30))

    @property
    def key(self) -> tuple:
        """What makes it this visit."""
        return "visit", self.one.code, self.day


def at(day: dt.date, time: dt.time) -> dt.datetime:
    """A moment in the city."""
    return dt.datetime.combine(day, time, clock.SHANGHAI)


@dataclass(frozen=True)
class Terms:
    """The days and terms of the year, read once."""

    calendar: dict[dt.date, bool]
    general_days: int
    publish_workdays: int

    def after(self, day: dt.date, days: int) -> dt.date:
        """So many working days later."""
        return dates.add_working_days(day, days, self.calendar)

    def slots(self) -> list[tuple[dt.date, bool]]:
        """Every half working day of the year."""
        days = [FROM + n * ONE_DAY for n in range((UNTIL - FROM).days + 1)]
        return [(day, afternoon) for day in days if self.calendar[day] for afternoon in (False, True)]


def draws_of(team: Team, here: Sequence[ProviderPlan], terms: Terms) -> list[Draw]:
    """The draws of a district, each from the providers open on its day, as the action would have drawn."""
    found = []
    people = [{"username": name, "barred": []} for name in sorted(user.username for user in team.inspectors)]
    for title, day in DRAWS:
        drawn_on = terms.after(day, -4)
        population = sorted(one.code for one in here if one.filed_on < drawn_on)
        seed = hashlib.sha256(f"{SEED}:draw:{team.area.code}:{title}".encode()).hexdigest()[:32]
        size = round(len(population) * SHARE)
        found.append(Draw(
            public_id=public_id("draw", team.area.code, day), area=team.area, area_path=team.area.path,
            title=f"{title}{team.area.name}托育机构双随机抽查", seed=seed, size=size, population=population,
            population_hash=canonical.digest({"providers": population, "inspectors": people}), inspectors=people,
            drawn=repeat_draw(seed, population, people, size), planned_on=day,
            drawn_at=at(drawn_on, dt.time(10)), drawn_by=team.officer,
        ))  # fmt: skip
    return found


def stops_of(team: Team, here: Sequence[ProviderPlan], draws: Sequence[Draw], terms: Terms) -> list[Stop]:
    """The district's visits: the drawn ones from their day on, then everybody not drawn, evenly over the year."""
    taken = under_way.days_by_hand() if team.home else set()
    free = [slot for slot in terms.slots() if slot[0] not in taken]
    plans, stops = {one.code: one for one in here}, []
    names = {user.username: user.pk for user in team.inspectors}
    for draw in draws:
        later = [slot for slot in free if slot[0] >= draw.planned_on]
        for row, slot in zip(draw.drawn, later, strict=False):
            lead, second = (names[name] for name in row["inspectors"])
            one, public_id = plans[row["provider"]], draw.public_id
            stops.append(Stop(one, *slot, lead, second, team.officer.pk, draw.planned_on, draw.drawn_at, public_id))
            free.remove(slot)
    visited = {stop.one.code for stop in stops} | under_way.by_hand(team)
    rest = sorted(
        (one for one in here if one.code not in visited and one.filed_on + NEW < UNTIL),
        key=lambda one: (max(one.filed_on + NEW, FROM), lot(10_000, "routine", one.code)),
    )
    step = len(free) / max(len(rest), 1)
    for number, one in enumerate(rest):
        day, afternoon = free[int(number * step)]
        if day < one.filed_on + NEW:
            continue  # its first visit is still to come
        lead, second = team.inspectors if lot(2, "lead", one.code) else team.inspectors[::-1]
        planned_at = at(terms.after(day, -2), dt.time(16))
        stops.append(Stop(one, day, afternoon, lead.pk, second.pk, team.officer.pk, day, planned_at))
    return stops


def load() -> str:
    """Draws, visits, answers to every item, findings with what became of them; set-based."""
    today = clock.today()
    path = teams()[0].area.path
    terms = Terms(
        dict(workdays.calendar()),
        law.value("hazard.general_days", path, today),
        law.value("inspection.publish_workdays", path, today),
    )
    by_district: dict[str, list[ProviderPlan]] = {}
    for one in planned():
        by_district.setdefault(one.district, []).append(one)
    draws, stops = [], []
    for team in teams():
        here = by_district[team.area.code]
        mine = draws_of(team, here, terms)
        draws += mine
        stops += stops_of(team, here, mine, terms)
    find(stops, today, home=next(team.area.code for team in teams() if team.home))
    write(draws, sorted(stops, key=lambda stop: (stop.day, stop.afternoon, stop.one.code)), terms, today)
    with checked_last(CheckResult), connection.cursor() as cursor:
        cursor.execute(RESULTS)
        answers = cursor.rowcount
    settle(CheckResult, Visit, Finding)
    say(draws, stops)
    return f"{len(draws)} draws, {len(stops)} visits with {answers} answers, {Finding.objects.count()} findings"


def find(stops: Sequence[Stop], today: dt.date, *, home: str) -> None:
    """Decide what was found where: one or two general hazards at some visits; in the home district none of late,
    where what is open was found through the inspectors' own pages."""
    codes = list(WRONG)
    for stop in stops:
        luck = lot(100, "faults", *stop.key)
        recent = stop.one.district == home and stop.day > today - 20 * ONE_DAY
        if luck >= FAULTY or recent or stop.one.code == story().code:
            continue
        dice = chance("faults", *stop.key)
        options = codes if serves_meals(stop.one) else [code for code in codes if not code.startswith("D")]
        stop.items = dice.sample(options, 2 if luck < 2 else 1)


def write(draws: Sequence[Draw], stops: Sequence[Stop], terms: Terms, today: dt.date) -> None:
    """Draws, visits, findings and answers by COPY."""
    checklist, known = Checklist.objects.get(), ids(Provider)
    paths = dict(Provider.objects.values_list("code", "area_path"))
    copy(Draw, DRAW_FIELDS, ([getattr(draw, Draw._meta.get_field(f).attname) for f in DRAW_FIELDS] for draw in draws))
    drawn = ids(Draw, "public_id")
    copy(Visit, VISIT_FIELDS, (
        visit_row(stop, terms, today, known[stop.one.code], paths[stop.one.code], drawn.get(stop.draw), checklist.pk)
        for stop in stops
    ))  # fmt: skip
    visits = ids(Visit, "public_id")
    items = {item.code: item for item in ChecklistItem.objects.filter(checklist=checklist)}
    owners = dict(Provider.objects.filter(posts__role="OWNER").values_list("code", "posts__user"))
    found = [
        Found(stop, number, items[code], public_id("finding", *stop.key, code), *course(stop, terms, today))
        for stop in stops
        for number, code in enumerate(stop.items, 1)
    ]
    copy(Finding, FINDING_FIELDS, (
        finding_row(one, visits[public_id(*one.stop.key)], known[one.stop.one.code], paths[one.stop.one.code])
        for one in found
    ))  # fmt: skip
    findings = ids(Finding, "public_id")
    copy(FindingAnswer, ANSWER_FIELDS, (
        row for one in found for row in answer_rows(one, findings[one.public_id], owners[one.stop.one.code])
    ))  # fmt: skip
    photo: StoredFile = files.store(under_way.photo(), by=None)
    copy(FindingFile, ("finding", "answer", "file"), (
        (finding, answer, photo.pk) for answer, finding in FindingAnswer.objects.values_list("pk", "finding_id")
    ))  # fmt: skip


def visit_row(
    stop: Stop, terms: Terms, today: dt.date, provider: int, path: str, draw: int | None, checklist: int
) -> tuple:
    """A visit in the order of VISIT_FIELDS."""
    published = terms.after(stop.day, 1 + lot(PUBLISHED_WITHIN, "published", *stop.key))
    done = published < today
    return (
        public_id(*stop.key), provider, path, "DRAWN" if stop.draw else "ROUTINE", draw, stop.lead, stop.second,
        checklist, "PUBLISHED" if done else "FINISHED", stop.planned_on, stop.day, stop.begun,
        stop.begun + dt.timedelta(minutes=80 + lot(40, "minutes", *stop.key)),
        rules.result_of(["GENERAL"] * len(stop.items)), "", person(stop.one, "head"),
        terms.after(stop.day, terms.publish_workdays), at(published, dt.time(11)) if done else None, "", stop.officer,
        stop.planned_at, 4 if done else 3,
    )  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A finding and its course: answered, decided on; None where that is still to come."""

    stop: Stop
    number: int
    item: ChecklistItem
    public_id: object
    due_on: dt.date
    answered: dt.date | None
    cleared: dt.date | None
    twice: bool  # the first answer was sent back

    @property
    def state(self) -> str:
        """Where it stands."""
        return "CLEARED" if self.cleared else "ANSWERED" if self.answered else "OPEN"


def course(stop: Stop, terms: Terms, today: dt.date) -> tuple[dt.date, dt.date | None, dt.date | None, bool]:
    """(due, answered, cleared, answered twice): put right within its term, what is younger is still under way."""
    due = rules.due_on(stop.day, terms.general_days)
    cleared = terms.after(stop.day, 4 + lot(5, "cleared", *stop.key))
    if cleared > due:  # a long holiday lies between
        cleared = terms.after(due + ONE_DAY, -1)
    answered = terms.after(cleared, -1)
    twice = lot(16, "twice", *stop.key) == 0 and (cleared - stop.day).days > 5
    if cleared < today:
        return due, answered, cleared, twice
    return due, answered if answered < today else None, None, False


def finding_row(one: Found, visit: int, provider: int, path: str) -> tuple:
    """A finding in the order of FINDING_FIELDS."""
    stop = one.stop
    return (
        one.public_id, f"ZG-{stop.one.code}-{stop.day:%Y%m%d}-{one.number}", visit, provider, path, one.item.pk,
        one.item.level, WRONG[one.item.code][0], one.item.basis, stop.day, one.due_on, one.state, one.cleared,
        stop.lead if one.cleared else None, "", stop.lead, stop.begun + dt.timedelta(minutes=one.item.position * 3),
        {"OPEN": 1, "ANSWERED": 2, "CLEARED": 5 if one.twice else 3}[one.state],
    )  # fmt: skip


def answer_rows(one: Found, finding: int, owner: int) -> Iterator[tuple]:
    """The answers to a finding, round by round, in the order of ANSWER_FIELDS."""
    if one.answered is None:
        return
    text, rounds = WRONG[one.item.code][1], 1
    if one.twice:
        before = one.answered - ONE_DAY
        yield (public_id("answer", one.public_id, 1), finding, 1, text, owner, at(before, dt.time(10)), "SENT_BACK",
               SENT_BACK, one.stop.lead, at(before, dt.time(17)))  # fmt: skip
        text, rounds = MADE_GOOD, 2
    decided = at(one.cleared, dt.time(15)) if one.cleared else None
    yield (public_id("answer", one.public_id, rounds), finding, rounds, text, owner, at(one.answered, dt.time(16)),
           "ACCEPTED" if decided else "WAITING", "", one.stop.lead if decided else None, decided)  # fmt: skip


def say(draws: Sequence[Draw], stops: Sequence[Stop]) -> None:
    """One event a draw, as its action records it, and one a district for the visits that were loaded."""
    for draw in draws:
        with clock.freeze(draw.drawn_at):
            audit.record(
                draw, "draw_visits", by=draw.drawn_by, size=draw.size, population=len(draw.population),
                snapshot=draw.population_hash,
            )  # fmt: skip
    for team in teams():
        mine = [stop for stop in stops if stop.one.district == team.area.code]
        content = sorted([stop.one.code, stop.day.isoformat(), *stop.items] for stop in mine)
        audit.record(
            f"inspections.Visit:{team.area.code}", "record_results", by=None, area_path=team.area.path,
            visits=len(mine), findings=sum(len(stop.items) for stop in mine), content=canonical.digest(content),
        )  # fmt: skip
