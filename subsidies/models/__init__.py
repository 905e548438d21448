"""Tables of subsidies."""

from subsidies.models.claims import Claim, ClaimState, Fund, PaymentBatch
from subsidies.models.ledger import CarriedBalance, Case, Line
from subsidies.models.policies import Policy, PolicyStanding, PolicyVersion
from subsidies.models.settling import CalendarUsed, ConflictFlag, Planned, Settled, SharedChild

__all__ = [
    "CalendarUsed", "CarriedBalance", "Case", "Claim", "ClaimState", "ConflictFlag", "Fund", "Line", "PaymentBatch",
    "Planned", "Policy", "PolicyStanding", "PolicyVersion", "Settled", "SharedChild",
]  # fmt: skip
