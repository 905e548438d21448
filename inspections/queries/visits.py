"""Visits as lists and pages need them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from inspections.models import CheckGroup, ChecklistItem, CheckResult, Finding, FindingState, Outcome, Visit, VisitState

STANDING_FINDING = ~Q(findings__state=FindingState.WITHDRAWN)


def with_findings(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Adds `found` and `open_found`: findings of the visit, and those not cleared."""
    waiting = Q(findings__state__in=[FindingState.OPEN, FindingState.ANSWERED])
    return visits.annotate(found=Count("findings", STANDING_FINDING), open_found=Count("findings", waiting))


def of_inspector(visits: QuerySet[Visit], user: Any) -> QuerySet[Visit]:
    """Visits the person goes on."""
    return visits.filter(Q(lead=user) | Q(second=user))


def to_do(visits: QuerySet[Visit], until: dt.date) -> QuerySet[Visit]:
    """Planned up to a day, or begun and not finished."""
    planned = Q(state=VisitState.PLANNED, planned_on__lte=until)
    return visits.filter(planned | Q(state=VisitState.UNDER_WAY)).order_by("planned_on", "pk")


def to_publish(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Finished and not on the public page yet."""
    return visits.filter(state=VisitState.FINISHED).order_by("publish_due", "pk")


def published_of(provider_id: int) -> QuerySet[Visit]:
    """What the public may know of a provider's visits, newest first."""
    return Visit.objects.filter(provider=provider_id, state=VisitState.PUBLISHED).order_by("-visited_on", "-pk")


@dataclass(frozen=True)
class Line:
    """One item of the record: what was asked, what was seen, what was found."""

    item: ChecklistItem
    outcome: str
    label: Any
    findings: list[Finding]


@dataclass(frozen=True)
class Group:
    """The items of one group with how many have an outcome."""

    code: str
    label: Any
    lines: list[Line]

    @property
    def done(self) -> int:
        """Items with an outcome."""
        return sum(bool(line.outcome) for line in self.lines)

    @property
    def bare(self) -> list[Line]:
        """Items that do not conform and have no finding yet."""
        return [line for line in self.lines if line.outcome == Outcome.FAILS and not line.findings]


def record_of(visit: Visit) -> list[Group]:
    """The whole record by group, in the checklist's order; three queries."""
    items = list(ChecklistItem.objects.filter(checklist=visit.checklist_id).order_by("position"))
    outcomes = dict(CheckResult.objects.filter(visit=visit).values_list("item_id", "outcome"))
    findings: dict[int | None, list[Finding]] = {}
    for finding in Finding.objects.filter(visit=visit).exclude(state=FindingState.WITHDRAWN).order_by("pk"):
        findings.setdefault(finding.item_id, []).append(finding)
    groups = []
    for code, label in CheckGroup.choices:
        lines = [
            Line(item, outcomes.get(item.pk, ""), dict(Outcome.choices).get(outcomes.get(item.pk, ""), ""),
                 findings.get(item.pk, []))
            for item in items if item.group == code
        ]  # fmt: skip
        if lines:
            groups.append(Group(code, label, lines))
    return groups
