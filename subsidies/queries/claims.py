"""Reading claims."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum

from portal.dates import Month
from portal.permissions import scopes_of
from subsidies.models import Claim
from subsidies.models.claims import OPEN
from subsidies.queries.chains import chains_of
from subsidies.rules import chain as rules


def of_month(month: Month, area_path: str) -> QuerySet[Claim]:
    """Claims whose statement period holds the month, of providers under an area."""
    return Claim.objects.filter(from_month__lte=month.first, to_month__gte=month.first, area_path__startswith=area_path)


def hashes_of_month(month: Month, area_path: str) -> list[list[object]]:
    """The claims of a month as a run's hash names them, in the order of provider codes."""
    rows = of_month(month, area_path).order_by("provider__code", "policy__code", "from_month", "sequence")
    named = rows.values_list("provider__code", "policy__code", "from_month", "sequence", "hash")
    return [
        [provider, policy, first.isoformat(), sequence, digest] for provider, policy, first, sequence, digest in named
    ]


def newest_first(rows: QuerySet[Claim]) -> QuerySet[Claim]:
    """The order of lists: the youngest statement first, then by provider."""
    return rows.order_by("-from_month", "-sequence", "provider__code", "policy__code")


def waiting_for(user: Any, on: dt.date) -> list["Queue"]:
    """What waits for each office the person holds, a queue for every step, emptied by due day.

    The chain of the office's own area decides; an action always asks the claim's own chain again.
    """
    offices = [office for office in scopes_of(user) if office.role in rules.ROLES]
    chains = chains_of({office.area_path for office in offices}, on)
    queues: dict[str, Q] = {}
    for office in offices:
        before = "CONFIRMED"
        for step in chains[office.area_path]:
            if step.role == office.role:
                here = Q(state=before, area_path__startswith=office.area_path)
                queues[step.state] = queues.get(step.state, Q(pk__in=[])) | here
            before = step.state
    return [Queue(state, Claim.objects.filter(queues[state])) for state in rules.STATES if state in queues]


@dataclass(frozen=True)
class Queue:
    """Claims that wait for one step of this person's office."""

    state: str  # the state the step gives
    rows: QuerySet[Claim]


def totals(rows: QuerySet[Claim]) -> dict[str, int]:
    """How many claims, how much, and the first day something is due; one query."""
    found = rows.order_by().aggregate(count=Count("pk"), fen=Sum("paid_fen"), due=Min("due"))
    return {**found, "fen": found["fen"] or 0}


def by_case(claim: Claim) -> QuerySet[Any, Any]:
    """A claim without its children: how many lines of each explanation, and what they come to."""
    grouped = claim.lines.order_by().values("period", "case", "case__reason", "unit")
    return grouped.annotate(count=Count("pk"), fen=Sum("amount_fen")).order_by("period", "case__reason", "case")


def waiting_balance(claim: Claim) -> int:
    """What earlier submitted claims of the same policy left below zero and nobody has taken yet: fen below zero."""
    submitted = Claim.objects.filter(provider=claim.provider_id, policy=claim.policy_id).exclude(state__in=OPEN)
    left = submitted.exclude(pk=claim.pk).filter(carried_out_fen__lt=0).annotate(taken=Sum("carried_out__fen"))
    return sum(row.carried_out_fen - (row.taken or 0) for row in left)
