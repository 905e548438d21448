"""Officials let claims pass, one or many at once, or send one back with a reason."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import clock, notices, states, workdays
from portal.models import User
from portal.problems import NotAllowed
from providers.actions.news import tell_owners
from subsidies.actions.claims import refusals
from subsidies.actions.claims.holding import check_turn, check_versions, hold, next_steps
from subsidies.actions.news import tell_finance
from subsidies.models import Claim, ClaimState
from subsidies.queries.chains import chains_of
from subsidies.rules import chain as rules
from subsidies.states import CLAIM

VERBS = {
    ClaimState.CHECKED: "check_claim",
    ClaimState.REVIEWED: "review_claim",
    ClaimState.RELEASED: "release_claim",
}
PERSON_OF = {ClaimState.CHECKED: "checked", ClaimState.REVIEWED: "reviewed", ClaimState.RELEASED: "released"}


@transaction.atomic
def pass_claims(
    claim_ids: Iterable[int], *, to: str, versions: Mapping[int, int] | None = None, by: User
) -> list[Claim]:
    """Check, review or release these claims, all or none. Those this person has passed already are left as they are.

    Release waits for the public notice and its objections. Raises NotYourTurn, HasInterest, SamePerson, StaleState,
    portal.notices.NoticeStands.
    """
    state = ClaimState(to)
    if state not in VERBS:
        raise NotAllowed
    held = hold(claim_ids)
    done_before = [claim for claim in held if _done_by(claim, state, by)]
    claims = [claim for claim in held if claim not in done_before]
    check_versions(claims, versions)
    check_turn(claims, next_steps(claims), state, by=by)
    if state == ClaimState.RELEASED:
        check_notices(claims)
    person = PERSON_OF[state]
    now, today = clock.now(), clock.today()
    chains = chains_of({claim.area_path for claim in claims}, today)
    due_in = {path: rules.following(chain, state) for path, chain in chains.items()}
    for claim in claims:
        step = due_in[claim.area_path]
        facts = {f"{person}_by": by, f"{person}_at": now, "due": workdays.add(today, step.workdays) if step else None}
        states.move(claim, state, machine=CLAIM, by=by, verb=VERBS[state], detail={"fen": claim.paid_fen}, **facts)
    if state == ClaimState.RELEASED:
        tell_finance(claims)
    return held


def _done_by(claim: Claim, state: ClaimState, by: User) -> bool:
    return claim.state == state and getattr(claim, f"{PERSON_OF[state]}_by_id") == by.pk


def check_notices(claims: Iterable[Claim]) -> None:
    """Every notice these claims stand in has ended without an open objection. Raises NoticeStands."""
    for notice in {claim.notice for claim in claims if claim.notice is not None}:
        notices.check_may_proceed(notice, clock.today())


@transaction.atomic
def return_claim(claim_id: int, *, reason: str, version: int | None = None, by: User) -> Claim:
    """Send a claim back to the provider (退回补正) instead of letting it pass: whoever's turn it is, with a reason.

    It is open again: corrections go into it, and the provider confirms anew. Raises what passing raises, ReasonMissing.
    """
    reason = reason.strip()
    if not reason:
        raise refusals.ReasonMissing
    [claim] = hold([claim_id])
    if claim.state == ClaimState.RETURNED and claim.returned_by_id == by.pk:
        return claim
    states.check_version(claim, version)
    step = next_steps([claim])[claim.pk]
    if step is None or not CLAIM.allows(claim.state, ClaimState.RETURNED):
        raise states.stale(claim)
    check_turn([claim], {claim.pk: step}, step.state, by=by, deciding=False)
    taken = sum(claim.carried_out.values_list("fen", flat=True))
    states.move(
        claim,
        ClaimState.RETURNED,
        machine=CLAIM,
        by=by,
        verb="return_claim",
        detail={"reason": reason[:200]},
        returned_by=by,
        returned_at=clock.now(),
        return_reason=reason[:400],
        confirmed_by=None,
        checked_by=None,
        reviewed_by=None,
        notice=None,
        due=None,
        carried_out_fen=taken,
        paid_fen=claim.lines_fen + claim.carried_in_fen - taken,
    )
    _tell(claim)
    return claim


def _tell(claim: Claim) -> None:
    """The owners find it in their inbox and their mail."""
    tell_owners(
        claim.provider,
        _("A subsidy claim was returned"),
        _("The claim of %(name)s for %(month)s was returned: %(reason)s"),
        key=f"claim-returned:{claim.public_id}:{claim.version}",
        name=claim.provider.name,
        month=f"{claim.from_month:%Y-%m}",
        reason=claim.return_reason,
    )
