"""Locking claims and finding out whether this person may take this step with them."""

from collections.abc import Iterable, Mapping, Sequence

from portal import clock, states
from portal.models import User
from portal.permissions import holds
from subsidies.actions.claims import refusals
from subsidies.models import Claim, ClaimState
from subsidies.models.claims import PEOPLE
from subsidies.permissions import interests_of
from subsidies.queries.chains import chains_of
from subsidies.rules import chain as rules
from subsidies.rules.chain import Step


def hold(claim_ids: Iterable[int]) -> list[Claim]:
    """The claims, locked in one order. Raises NothingChosen."""
    rows = Claim.objects.filter(pk__in=set(claim_ids)).select_related("provider", "policy", "notice").order_by("pk")
    claims = list(rows.select_for_update(no_key=True, of=("self",)))
    if not claims:
        raise refusals.NothingChosen
    return claims


def next_steps(claims: Sequence[Claim]) -> dict[int, Step | None]:
    """The step each claim waits for."""
    chains = chains_of({claim.area_path for claim in claims}, clock.today())
    return {claim.pk: rules.following(chains[claim.area_path], claim.state) for claim in claims}


# Publishing and paying carry out what others decided: there an interest bars, having acted before does not.
DECIDED_BY_A_PERSON = frozenset({ClaimState.CHECKED, ClaimState.REVIEWED, ClaimState.RELEASED})


def check_turn(
    claims: Sequence[Claim], step_of: Mapping[int, Step | None], state: str, *, by: User, deciding: bool = True
) -> None:
    """Whether the person's office gives `state` to all of these claims now, and may. Raises what stops it.

    A claim somebody else has moved meanwhile is told as such. Nobody decides twice on a claim (`deciding`).
    """
    for claim in claims:
        step = step_of[claim.pk]
        if step is None or step.state != state:
            raise states.stale(claim)
        if not holds(by, {step.role}, claim.area_path):
            raise refusals.NotYourTurn
    barred = interests_of(by, [claim.provider_id for claim in claims])
    for claim in claims:
        if claim.provider_id in barred:
            raise refusals.HasInterest(provider=claim.provider.name)
        if deciding and state in DECIDED_BY_A_PERSON and by.pk in people_of(claim):
            raise refusals.SamePerson(provider=claim.provider.name)


def people_of(claim: Claim) -> set[int | None]:
    """Who has acted on the claim."""
    return {getattr(claim, f"{role}_id") for role in PEOPLE}


def check_versions(claims: Sequence[Claim], versions: Mapping[int, int] | None) -> None:
    """Refuse claims that changed after the page was opened."""
    for claim in claims:
        states.check_version(claim, (versions or {}).get(claim.pk))
