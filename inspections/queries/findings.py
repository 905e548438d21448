"""Findings as lists and pages need them."""

import datetime as dt
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When

from inspections.models import Decision, DecisionKind, Finding, FindingExtension, FindingState, Level

WAITING = (FindingState.OPEN, FindingState.ANSWERED)


def waiting(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """Not cleared and not withdrawn."""
    return findings.filter(state__in=WAITING)


def overdue(findings: QuerySet[Finding], on: dt.date) -> QuerySet[Finding]:
    """Waiting past their day."""
    return waiting(findings).filter(due_on__lt=on)


def by_due(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """What is waiting first, the earliest due first; then what is closed, newest first."""
    rank = Case(When(state__in=WAITING, then=0), default=1)
    return findings.order_by(rank, F("cleared_on").desc(nulls_last=True), "due_on", "pk")


def to_check(findings: QuerySet[Finding], user: Any) -> QuerySet[Finding]:
    """Answered findings of visits the person went on."""
    mine = Q(visit__lead=user) | Q(visit__second=user)
    return findings.filter(mine, state=FindingState.ANSWERED).order_by("due_on", "pk")


def open_on(provider_id: int, day: dt.date) -> QuerySet[Finding]:
    """The hazards of a provider that were open on a day (see Finding)."""
    return Finding.objects.filter(provider=provider_id, found_on__lte=day).filter(
        ~Q(state=FindingState.WITHDRAWN), Q(cleared_on=None) | Q(cleared_on__gt=day)
    )


def major_within(findings: QuerySet[Finding], first: dt.date, last: dt.date) -> QuerySet[Finding]:
    """Major hazards that were open on some day from the first to the last, the eldest first."""
    open_then = findings.filter(level=Level.MAJOR, found_on__lte=last).exclude(state=FindingState.WITHDRAWN)
    return open_then.filter(Q(cleared_on=None) | Q(cleared_on__gt=first)).order_by("found_on", "pk")


def undecided_major(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """Open major hazards on which nobody has decided yet."""
    suspended = Decision.objects.filter(kind=DecisionKind.SUSPEND)
    return waiting(findings).filter(level=Level.MAJOR).exclude(pk__in=suspended.values("finding"))


def suspensions_to_lift(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Suspensions in force that `resume` would end: no major hazard of the class, or of the provider, is open."""
    hazards = waiting(Finding.objects.filter(provider=OuterRef("provider"), level=Level.MAJOR))
    of_class = hazards.filter(class_group=OuterRef("class_group"))
    return decisions.filter(
        Q(~Exists(hazards), class_group=None) | Q(~Exists(of_class), class_group__isnull=False),
        kind=DecisionKind.SUSPEND, lifted_by=None,
    )  # fmt: skip


def extensions_asked(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """Findings whose request for more time waits for an answer."""
    return findings.filter(pk__in=FindingExtension.objects.filter(approved=None).values("finding"))
