"""The random draw of providers and inspectors (双随机), reproducible from its seed and snapshot."""

import datetime as dt
import secrets
from collections import defaultdict

from django.db import transaction
from django.db.models.functions import Collate

from inspections import rules
from inspections.actions import refusals
from inspections.models import Draw, Visit, VisitKind, VisitState
from inspections.permissions import can_plan
from portal import canonical, clock
from portal.audit import record
from portal.models import Area, Interest, Role, User
from portal.permissions import people_holding
from portal.problems import NotAllowed
from providers.models import Post, Provider, Standing


def fresh_seed() -> str:
    """A seed nobody could choose; it travels with the form, so that pressing twice draws once."""
    return secrets.token_hex(16)


@transaction.atomic
def draw_visits(area_id: int, *, title: str, size: int, planned_on: dt.date, seed: str, by: User) -> Draw:
    """Draw `size` open providers of the area, two inspectors each, and plan the visits. One seed draws once."""
    area = Area.objects.select_for_update(no_key=True, of=("self",)).get(pk=area_id)
    if not can_plan(by, area.path):
        raise NotAllowed
    if existing := Draw.objects.filter(area=area, seed=seed).first():
        return existing
    if planned_on < clock.today():
        raise refusals.VisitInThePast
    population, inspectors = snapshot(area)
    if len(population) < size or len(inspectors) < 2:
        raise refusals.NothingToDraw(providers=len(population), inspectors=len(inspectors), size=size)
    drawn = repeat_draw(seed, population, inspectors, size)
    draw = Draw.objects.create(
        area=area, area_path=area.path, title=title, seed=seed, size=size, population=population,
        population_hash=canonical.digest({"providers": population, "inspectors": inspectors}),
        inspectors=inspectors, drawn=drawn, planned_on=planned_on, drawn_at=clock.now(), drawn_by=by,
    )  # fmt: skip
    providers = Provider.objects.in_bulk([row["provider"] for row in drawn], field_name="code")
    people = User.objects.in_bulk([name for row in drawn for name in row["inspectors"]], field_name="username")
    Visit.objects.bulk_create(
        Visit(
            provider=providers[row["provider"]], area_path=providers[row["provider"]].area_path,
            kind=VisitKind.DRAWN, draw=draw, lead=people[row["inspectors"][0]], second=people[row["inspectors"][1]],
            state=VisitState.PLANNED, planned_on=planned_on, planned_by=by, created_at=clock.now(),
        )
        for row in drawn
    )  # fmt: skip
    record(draw, "draw_visits", by=by, size=size, population=len(population), snapshot=draw.population_hash)
    return draw


def snapshot(area: Area) -> tuple[list[str], list[dict]]:
    """Who can be drawn today: open providers by code; inspectors by login, with the providers they are barred from."""
    open_here = Provider.objects.filter(area_path__startswith=area.path, standing=Standing.ACTIVE)
    codes = list(open_here.order_by(Collate("code", "C")).values_list("code", flat=True))
    people = list(people_holding(Role.INSPECTOR, area.path).order_by(Collate("username", "C")))
    barred: dict[int, set[str]] = defaultdict(set)
    declared = Interest.objects.filter(user__in=people, during__contains=clock.today())
    for user_id, code in declared.values_list("user_id", "provider_code"):
        barred[user_id].add(code)
    posts = Post.objects.filter(user__in=people, ended_at__isnull=True, provider__isnull=False)
    for user_id, code in posts.values_list("user_id", "provider__code"):
        barred[user_id].add(code)
    known = set(codes)
    return codes, [{"username": p.username, "barred": sorted(barred[p.pk] & known)} for p in people]


def repeat_draw(seed: str, population: list[str], inspectors: list[dict], size: int) -> list[dict]:
    """The draw as pure arithmetic over its snapshot: anybody gets the same rows from the same seed."""
    drawn = []
    for code in rules.draw(seed, population, size):
        free = [row["username"] for row in inspectors if code not in row["barred"]]
        if len(free) < 2:
            raise refusals.NothingToDraw(providers=len(population), inspectors=len(free), size=size)
        drawn.append({"provider": code, "inspectors": list(rules.draw(f"{seed}/{code}", free, 2))})
    return drawn
