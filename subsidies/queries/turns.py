"""Whose turn a claim is, for buttons: the same questions the actions ask."""

from typing import Any

from portal import clock
from portal.permissions import holds, scopes_of
from subsidies.models import Claim
from subsidies.models.claims import PEOPLE
from subsidies.permissions import interests_of
from subsidies.queries.chains import chain_of
from subsidies.rules import chain as rules
from subsidies.rules.chain import Step


def turn_of(user: Any, claim: Claim) -> Step | None:
    """The step this person may take with the claim now, or None."""
    if not scopes_of(user):
        return None
    step = rules.following(chain_of(claim.area_path, clock.today()), claim.state)
    if step is None or not holds(user, {step.role}, claim.area_path):
        return None
    if user.pk in {getattr(claim, f"{role}_id") for role in PEOPLE}:
        return None
    return None if interests_of(user, [claim.provider_id]) else step
