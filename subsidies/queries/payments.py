"""What is released and waits for payment, and how far a year's money is spent."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum

from portal.models import Area
from portal.permissions import scopes_of
from subsidies.models import Claim, ClaimState, Fund, Policy
from subsidies.permissions import BATCH_READERS, PAYERS


@dataclass(frozen=True)
class Waiting:
    """Released claims of one policy under one office of finance."""

    policy: Policy
    area: Area
    count: int
    fen: int


def waiting_payments(user: Any) -> list[Waiting]:
    """For each office of finance the person holds, policy by policy."""
    paths = {office.area_path for office in scopes_of(user) if office.role in PAYERS}
    found = []
    for area in Area.objects.filter(path__in=paths).order_by("path"):
        rows = Claim.objects.filter(state=ClaimState.RELEASED, area_path__startswith=area.path).order_by()
        sums = {
            pk: (count, fen) for pk, count, fen in rows.values_list("policy").annotate(Count("pk"), Sum("paid_fen"))
        }
        found += [
            Waiting(policy, area, *sums[policy.pk]) for policy in Policy.objects.filter(pk__in=sums).order_by("code")
        ]
    return found


def released(user: Any, policy: Policy, area: Area) -> QuerySet[Claim]:
    """The released claims of a policy under an area where the person pays; none elsewhere."""
    if not any(office.role in PAYERS and area.path.startswith(office.area_path) for office in scopes_of(user)):
        return Claim.objects.none()
    rows = Claim.objects.filter(policy=policy, state=ClaimState.RELEASED, area_path__startswith=area.path)
    return rows.select_related("provider", "policy").order_by("provider__code", "from_month", "sequence")


@dataclass(frozen=True)
class Executed:
    """A year's money and what of it is released and paid."""

    fund: Fund
    approved_fen: int
    paid_fen: int

    @property
    def percent(self) -> int:
        """Whole percent paid."""
        return 100 * self.paid_fen // self.fund.budget_fen if self.fund.budget_fen else 0


def executed(user: Any) -> list[Executed]:
    """The funds of the person's areas with what was paid of them; two queries."""
    paths = {office.area_path for office in scopes_of(user) if office.role in BATCH_READERS}
    funds = Fund.objects.select_related("policy", "area").order_by("-year", "area__path", "policy__code")
    seen = [fund for fund in funds if any(fund.area.path.startswith(p) or p.startswith(fund.area.path) for p in paths)]
    rows = Claim.objects.filter(
        state__in=[ClaimState.RELEASED, ClaimState.EXPORTED], policy__in=[f.policy_id for f in seen]
    )
    sums = list(
        rows.order_by().values_list("policy", "from_month__year", "state", "area_path").annotate(Sum("paid_fen"))
    )
    found = []
    for fund in seen:
        own = [
            (state, fen)
            for policy, year, state, path, fen in sums
            if policy == fund.policy_id and year == fund.year and path.startswith(fund.area.path)
        ]
        paid = sum(fen for state, fen in own if state == ClaimState.EXPORTED)
        found.append(Executed(fund, sum(fen for _state, fen in own), paid))
    return found
