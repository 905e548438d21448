"""What officers and inspectors do with a visit: plan, begin, record, finish, publish, cancel."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inspections import rules
from inspections.actions import refusals
from inspections.models import (
    Checklist,
    ChecklistItem,
    CheckResult,
    Finding,
    FindingState,
    Outcome,
    Visit,
    VisitState,
)
from inspections.permissions import can_decide, can_plan, inspectors_over, is_inspector_of
from inspections.states import VISIT
from portal import clock, law, outbox, workdays
from portal.audit import record
from portal.models import User
from portal.permissions import people_holding
from portal.problems import NotAllowed
from portal.states import move
from providers.actions import standing
from providers.models import Post, Provider, Standing
from providers.permissions import has_interest


@transaction.atomic
def plan_visit(provider_id: int, *, kind: str, planned_on: dt.date, lead_id: int, second_id: int, by: User) -> Visit:
    """Send two inspectors to a provider on a day; the provider is not told (不预先告知)."""
    provider = standing.lock(provider_id)
    if not can_plan(by, provider.area_path):
        raise NotAllowed
    if planned_on < clock.today():
        raise refusals.VisitInThePast
    if provider.standing == Standing.CANCELLED:
        raise refusals.ProviderClosed
    check_inspectors(provider, lead_id, second_id)
    same = {"provider": provider, "kind": kind, "planned_on": planned_on, "state": VisitState.PLANNED}
    if existing := Visit.objects.filter(**same, lead_id=lead_id, second_id=second_id).first():
        return existing  # the button was pressed twice
    visit = Visit.objects.create(
        **same, area_path=provider.area_path, lead_id=lead_id, second_id=second_id, planned_by=by,
        created_at=clock.now(),
    )  # fmt: skip
    record(visit, "plan_visit", by=by, provider=provider.code, kind=kind, planned_on=planned_on.isoformat())
    return visit


def check_inspectors(provider: Provider, lead_id: int, second_id: int) -> None:
    """Refuse one person twice, people without the office there, and declared interests (回避)."""
    people: QuerySet[User] = inspectors_over(provider.area_path).filter(pk__in=[lead_id, second_id])
    if len(found := list(people)) != 2:
        raise refusals.NotTwoInspectors
    for person in found:
        if has_interest(person, provider):
            raise refusals.InterestDeclared(who=person.name)


@transaction.atomic
def begin_visit(visit_id: int, *, by: User) -> Visit:
    """Begin at the door: the checklist in force today is taken; beginning twice is one beginning."""
    visit = _locked(visit_id, by)
    if visit.state == VisitState.UNDER_WAY:
        return visit
    today = clock.today()
    move(
        visit, VisitState.UNDER_WAY, machine=VISIT, by=by, verb="begin_visit", visited_on=today,
        started_at=clock.now(), checklist=checklist_for(visit.area_path, today),
    )  # fmt: skip
    return visit


def checklist_for(area_path: str, on: dt.date) -> Checklist:
    """The checklist of the nearest area that has one in force on the day."""
    codes = law.ancestors(area_path)
    found = {
        row.area.code: row
        for row in Checklist.objects.filter(area__code__in=codes, valid_during__contains=on).select_related("area")
    }
    for code in codes:
        if code in found:
            return found[code]
    raise refusals.NoChecklist(day=on.isoformat())


@transaction.atomic
def record_results(visit_id: int, *, outcomes: dict[int, str], by: User) -> Visit:
    """Write down outcomes by item id; a later answer to the same item replaces the earlier while under way."""
    visit = _locked(visit_id, by, state=VisitState.UNDER_WAY)
    items = set(
        ChecklistItem.objects.filter(checklist=visit.checklist_id, pk__in=outcomes).values_list("pk", flat=True)
    )
    if items != set(outcomes) or not set(outcomes.values()) <= set(Outcome.values):
        raise refusals.ForeignItem
    CheckResult.objects.bulk_create(
        [
            CheckResult(visit=visit, item_id=item, outcome=outcome, recorded_at=clock.now(), recorded_by=by)
            for item, outcome in outcomes.items()
        ],
        update_conflicts=True,
        unique_fields=["visit", "item"],
        update_fields=["outcome", "recorded_at", "recorded_by"],
    )
    record(visit, "record_results", by=by, items=len(outcomes))
    return visit


@transaction.atomic
def finish_visit(visit_id: int, *, met: str, note: str = "", by: User) -> Visit:
    """Close the record: every item has its outcome, every fault its finding. The provider is told what was found."""
    visit = _locked(visit_id, by, state=VisitState.UNDER_WAY)
    items = ChecklistItem.objects.filter(checklist=visit.checklist_id).count()
    outcomes = dict(visit.results.values_list("item_id", "outcome"))
    findings = list(visit.findings.exclude(state=FindingState.WITHDRAWN))
    told = {finding.item_id for finding in findings}
    bare = sum(outcome == Outcome.FAILS and item not in told for item, outcome in outcomes.items())
    if len(outcomes) < items or bare:
        raise refusals.ItemsMissing(missing=_missing(items - len(outcomes), bare))
    today = clock.today()
    term = law.value("inspection.publish_workdays", visit.area_path, today)
    move(
        visit, VisitState.FINISHED, machine=VISIT, by=by, verb="finish_visit", finished_at=clock.now(), met=met,
        note=note, result=rules.result_of([finding.level for finding in findings]),
        publish_due=workdays.add(today, term), detail={"findings": len(findings)},
    )  # fmt: skip
    for person in people_of(visit.provider):
        outbox.tell_person(
            person,
            _("Result of the inspection of %(day)s") % {"day": visit.visited_on},
            _("The record of the visit is ready. Findings to put right: %(count)s.") % {"count": len(findings)},
            key=f"visit-finished:{visit.public_id}:{person.pk}",
        )
    return visit


def _missing(unanswered: int, bare: int) -> str:
    """What keeps a visit from its end, as sentences; what is not missing is not mentioned."""
    parts = []
    if unanswered:
        text = ngettext("%(n)s item has no outcome yet.", "%(n)s items have no outcome yet.", unanswered)
        parts.append(text % {"n": unanswered})
    if bare:
        text = ngettext(
            "%(n)s item does not conform and has no finding yet.",
            "%(n)s items do not conform and have no finding yet.",
            bare,
        )
        parts.append(text % {"n": bare})
    return parts[0] if len(parts) == 1 else _("%(one)s %(other)s") % {"one": parts[0], "other": parts[1]}


@transaction.atomic
def publish_visit(visit_id: int, *, by: User) -> Visit:
    """Put the result on the provider's public page (公开); pressing twice publishes once."""
    visit = Visit.objects.select_for_update(no_key=True, of=("self",)).select_related("provider").get(pk=visit_id)
    if not can_decide(by, visit.area_path, visit.provider):
        raise NotAllowed
    if visit.state != VisitState.PUBLISHED:
        move(visit, VisitState.PUBLISHED, machine=VISIT, by=by, verb="publish_visit", published_at=clock.now())
    return visit


@transaction.atomic
def cancel_visit(visit_id: int, *, reason: str, by: User) -> Visit:
    """Call a planned visit off, with the reason."""
    visit = Visit.objects.select_for_update(no_key=True, of=("self",)).get(pk=visit_id)
    if not can_plan(by, visit.area_path):
        raise NotAllowed
    move(visit, VisitState.CANCELLED, machine=VISIT, by=by, verb="cancel_visit", cancel_reason=reason)
    return visit


def people_of(provider: Provider) -> QuerySet[User]:
    """The active people with a post at the provider itself."""
    posts = Post.objects.filter(provider=provider, ended_at__isnull=True)
    return User.objects.filter(is_active=True, pk__in=posts.values("user"))


def deciders_over(area_path: str) -> QuerySet[User]:
    """The district's officers over an area, or the city's where it has no districts."""
    found = people_holding("DISTRICT", area_path)
    return found if found.exists() else people_holding("CITY", area_path)


def _locked(visit_id: int, by: User, *, state: str | None = None) -> Visit:
    visit = Visit.objects.select_for_update(no_key=True, of=("self",)).select_related("provider").get(pk=visit_id)
    if not is_inspector_of(by, visit):
        raise NotAllowed
    if state and visit.state != state:
        raise refusals.VisitIsOver
    return visit


def open_major(provider_id: int) -> QuerySet[Finding]:
    """The provider's major hazards that are not cleared."""
    open_states = [FindingState.OPEN, FindingState.ANSWERED]
    return Finding.objects.filter(provider=provider_id, level="MAJOR", state__in=open_states)
