"""The provider states its claim: balances carried in, the total rounded where the policy rounds totals, then
submitted.
"""

from django.db import transaction
from django.db.models import Max, Sum

from portal import clock, states, workdays
from portal.dates import Month
from portal.models import User
from portal.problems import NotAllowed
from providers.actions.months import confirm_month
from subsidies.actions.claims import refusals
from subsidies.actions.closing.claims import add_up
from subsidies.models import CarriedBalance, Claim, ClaimState, ClosedMonth, Line
from subsidies.models.claims import OPEN
from subsidies.models.ledger import ROUNDING_UNIT
from subsidies.permissions import can_confirm
from subsidies.queries import versions
from subsidies.queries.chains import chain_of
from subsidies.queries.versions import Law
from subsidies.rules import chain as rules
from subsidies.rules import rounding_difference
from subsidies.rules.codes import Payee
from subsidies.states import CLAIM

STATEMENT = "statement"  # the row of the month page (本月办理) that a claim answers
PROVIDER = Payee.PROVIDER.value


@transaction.atomic
def confirm_claim(claim_id: int, *, version: int | None = None, by: User) -> Claim:
    """Submit the claim as it stands (确认申领). Pressing twice is once.

    A negative total pays nothing and waits to be carried into the next claim that is confirmed.
    Raises PeriodNotComplete, StaleState, NotAllowed.
    """
    claim = _hold_with_family(claim_id)
    if claim.state == ClaimState.CONFIRMED and claim.confirmed_by_id == by.pk:
        return claim
    if claim.state not in OPEN:
        raise states.stale(claim)
    if not can_confirm(by, claim):
        raise NotAllowed
    states.check_version(claim, version)
    _check_complete(claim)
    _carry_in(claim)
    _round_total(claim)
    claim.refresh_from_db()
    _balance(claim)
    step = rules.following(chain_of(claim.area_path, clock.today()), ClaimState.CONFIRMED)
    states.move(
        claim,
        ClaimState.CONFIRMED,
        machine=CLAIM,
        by=by,
        verb="confirm_claim",
        detail={"fen": claim.paid_fen, "hash": claim.hash},
        confirmed_by=by,
        confirmed_at=clock.now(),
        due=workdays.add(clock.today(), step.workdays) if step else None,
    )
    _say_on_month_page(claim, by)
    return claim


def _hold_with_family(claim_id: int) -> Claim:
    """The claim and all others of its provider and policy, locked in one order: balances run between them."""
    provider_id, policy_id = Claim.objects.values_list("provider", "policy").get(pk=claim_id)
    family = Claim.objects.filter(provider=provider_id, policy=policy_id).select_related("provider", "policy")
    held = {row.pk: row for row in family.order_by("pk").select_for_update(no_key=True, of=("self",))}
    return held[claim_id]


def _check_complete(claim: Claim) -> None:
    months = ClosedMonth.objects.filter(month__range=(claim.from_month, claim.to_month))
    closed = {month for path, month in months.values_list("area__path", "month") if claim.area_path.startswith(path)}
    if claim.to_month not in closed:
        raise refusals.PeriodNotComplete(month=str(Month.of(claim.to_month)))


def _carry_in(claim: Claim) -> None:
    """Take what earlier submitted claims of the same policy left below zero and no other claim has taken."""
    submitted = Claim.objects.filter(provider=claim.provider_id, policy=claim.policy_id).exclude(state__in=OPEN)
    waiting = submitted.exclude(pk=claim.pk).filter(carried_out_fen__lt=0).annotate(taken=Sum("carried_out__fen"))
    for earlier in waiting.order_by("from_month", "sequence"):
        if left := earlier.carried_out_fen - (earlier.taken or 0):
            CarriedBalance.objects.create(from_claim=earlier, to_claim=claim, payee=PROVIDER, fen=left, at=clock.now())
    carried = claim.carried_in.aggregate(fen=Sum("fen"))["fen"] or 0
    Claim.objects.filter(pk=claim.pk).update(
        carried_in_fen=carried, paid_fen=claim.lines_fen + carried - claim.carried_out_fen
    )


def _round_total(claim: Claim) -> None:
    """One visible line that rounds the total, where the policy says so; lines themselves are whole fen already."""
    law = law_of(claim)
    if law is None:
        return
    total = claim.lines.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    rounded = claim.lines.filter(unit=ROUNDING_UNIT).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    difference = rounding_difference(law.terms, total - rounded) - rounded
    if not difference:
        return
    key = {"provider": claim.provider, "period": claim.from_month, "policy": claim.policy, "unit": ROUNDING_UNIT}
    subject = str(claim.sequence)
    last = Line.objects.filter(**key, subject_key=subject, payee=PROVIDER).aggregate(seq=Max("seq"))["seq"]
    Line.objects.create(
        **key,
        subject_key=subject,
        payee=PROVIDER,
        seq=0 if last is None else last + 1,
        policy_version=law.version,
        claim=claim,
        amount_fen=difference,
        posted_at=clock.now(),
    )
    add_up("%s", [claim.pk])


def law_of(claim: Claim) -> Law | None:
    """The version in force on the first day of the claim's period, or the last before it was taken back."""
    month = Month.of(claim.from_month)
    for law in versions.in_force(month):
        if law.policy_id == claim.policy_id:
            return law
    return versions.last_of([claim.policy_id], Month.of(claim.to_month)).get(claim.policy_id)


def _balance(claim: Claim) -> None:
    """What is below zero is carried out, so that the claim pays nothing; what others have taken before stays taken."""
    taken = claim.carried_out.aggregate(fen=Sum("fen"))["fen"] or 0
    total = claim.lines_fen + claim.carried_in_fen - taken
    claim.carried_out_fen = taken + min(total, 0)
    claim.paid_fen = max(total, 0)
    claim.save(update_fields=["carried_out_fen", "paid_fen"])


def _say_on_month_page(claim: Claim, by: User) -> None:
    """The months of the statement are answered; from now on a change of attendance is a correction with a reason."""
    month = Month.of(claim.from_month)
    while month.first <= claim.to_month:
        detail = {"claim": str(claim.public_id), "hash": claim.hash}
        confirm_month(claim.provider_id, month=month.first, item=STATEMENT, detail=detail, by=by)
        month += 1
