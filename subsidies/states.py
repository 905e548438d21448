"""The machine of a claim: from the run's statement to the payment list, and back to the provider."""

from portal.states import Machine, Moves
from subsidies.models import Claim, ClaimState

S = ClaimState

# Which of the middle levels an area has is data (ApprovalChain); the machine allows what some area needs.
CLAIM_MOVES: Moves = {
    S.PREPARED: {S.CONFIRMED},
    S.RETURNED: {S.CONFIRMED},
    S.CONFIRMED: {S.CHECKED, S.REVIEWED, S.NOTICED, S.RETURNED},
    S.CHECKED: {S.REVIEWED, S.NOTICED, S.RETURNED},
    S.REVIEWED: {S.NOTICED, S.RETURNED},
    S.NOTICED: {S.RELEASED, S.RETURNED},  # back when an objection is upheld
    S.RELEASED: {S.EXPORTED},
    S.EXPORTED: set(),  # what was paid is put right by differences in a later claim
}

CLAIM = Machine("claim", Claim, CLAIM_MOVES, title="Claim (补助申领)")

MACHINES: list[Machine] = [CLAIM]
