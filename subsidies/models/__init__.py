"""Tables of subsidies."""

from subsidies.models.claims import Claim, ClaimState, Fund, PaymentBatch
from subsidies.models.ledger import CarriedBalance, Case, Line
from subsidies.models.policies import ApprovalChain, Policy, PolicyStanding, PolicyVersion
from subsidies.models.settling import ClosedMonth, ConflictFlag, DueMonth, Mover, SeenMark, SharedChild

__all__ = [
    "ApprovalChain", "CarriedBalance", "Case", "Claim", "ClaimState", "ClosedMonth", "ConflictFlag", "DueMonth", "Fund",
    "Line", "Mover", "PaymentBatch", "Policy", "PolicyStanding", "PolicyVersion", "SeenMark", "SharedChild",
]  # fmt: skip
