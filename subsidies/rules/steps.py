"""What an explanation is made of: steps with a code, a clause and numbers; words are made on display."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self

from portal.wording import N_
from subsidies.rules.codes import Reason

Numbers = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the reasoning. `clause` is a key of the policy's clauses; `numbers` fill the template of `code`."""

    code: str
    clause: str
    numbers: Numbers = field(default_factory=dict, hash=False)

    def to_mapping(self) -> dict[str, Any]:
        return {"code": self.code, "clause": self.clause, "numbers": dict(self.numbers)}

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        return cls(mapping["code"], mapping["clause"], dict(mapping["numbers"]))


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the law gives one case, step by step: whole fen, never negative, and the reason for the amount."""

    steps: tuple[Step, ...]
    amount_fen: int
    reason: Reason

    def to_mapping(self) -> dict[str, Any]:
        """What Case rows store and hash: codes and numbers only."""
        steps = [step.to_mapping() for step in self.steps]
        return {"steps": steps, "amount_fen": self.amount_fen, "reason": self.reason}

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        steps = tuple(Step.from_mapping(step) for step in mapping["steps"])
        return cls(steps, mapping["amount_fen"], Reason(mapping["reason"]))


# Step codes with what is printed for them. Numbers ending in _fen are shown as yuan; the other names are codes.
STEPS: Mapping[str, str] = MappingProxyType(
    {
        # conditions that are met
        "ONE_ENROLMENT": N_("No other record of this child claims the same days."),
        "FILED": N_("The provider's filing was active on the reference day."),
        "IN_OPERATION": N_("The provider was not suspended."),
        "INCLUSIVE": N_("The provider was recognised as inclusive."),
        "RATING_REACHED": N_("The rating of %(grade)s reaches the required %(needed)s."),
        "FEE_WITHIN": N_("The fee of %(fee_fen)s yuan is not above %(limit_fen)s yuan."),
        "FEE_WITHIN_CEILING": N_("The fee is within the ceiling for this class."),
        "NO_OPEN_HAZARD": N_("No major hazard was open."),
        "NO_RECENT_PENALTY": N_("No penalty within the last %(months)s months."),
        "CONTRACT": N_("The care contract is on file."),
        "INSURED": N_("The child was insured."),
        "OPERATING_LONG_ENOUGH": N_("The provider has operated for at least %(months)s months."),
        "OPERATING_NOW": N_("The provider operates at the time of payment."),
        "AGE_WITHIN": N_("The child's age is from %(from_months)s to under %(to_months)s completed months."),
        "RESIDENT": N_("The child is resident in the area."),
        "ENOUGH_MONTHS": N_("Attended at least %(months)s months with %(average_days)s days each on average."),
        "REPORT_ON_TIME": N_("The monthly return came in time."),
        "WITHIN_CAPACITY": N_("The provider did not exceed its capacity."),
        "NOT_EXCLUDED": N_("No other subsidy that excludes this one is paid for the same month."),
        # conditions that are not met, named like the reason
        Reason.CONFLICT: N_("Two records of this child claim the same days; neither is paid until that is resolved."),
        Reason.NOT_FILED: N_("The provider's filing was not active on the reference day."),
        Reason.SUSPENDED: N_("The provider was suspended."),
        Reason.NOT_INCLUSIVE: N_("The provider was not recognised as inclusive."),
        Reason.RATING_TOO_LOW: N_("The rating (%(grade)s) does not reach the required %(needed)s."),
        Reason.FEE_TOO_HIGH: N_("The fee is above the limit."),
        Reason.OPEN_MAJOR_HAZARD: N_("A major hazard was open."),
        Reason.RECENT_PENALTY: N_("There was a penalty within the last %(months)s months."),
        Reason.NO_CONTRACT: N_("The care contract is not on file."),
        Reason.NOT_INSURED: N_("The child was not insured."),
        Reason.OPERATING_TOO_SHORT: N_("The provider has not operated for %(months)s months yet."),
        Reason.NOT_OPERATING: N_("The provider does not operate at the time of payment."),
        Reason.AGE_OUTSIDE: N_("The child's age is not from %(from_months)s to under %(to_months)s completed months."),
        Reason.NOT_RESIDENT: N_("The child is not resident in the area."),
        Reason.TOO_FEW_MONTHS: N_("Not attended %(months)s months with %(average_days)s days each on average."),
        Reason.REPORT_LATE: N_("The monthly return came late."),
        Reason.OVER_CAPACITY: N_("The provider exceeded its capacity."),
        Reason.EXCLUDED: N_("Already paid for this month under %(by)s, which excludes this subsidy."),
        # days
        Reason.TOO_FEW_DAYS: N_("%(days)s days count; at least %(needed)s are needed."),
        "WHOLE_MONTH": N_("The month counts in full, however many days."),
        "THRESHOLD_REACHED": N_("%(days)s days reach the threshold of %(needed)s: the month counts in full."),
        "HALF_MONTH": N_("%(days)s days are below the threshold of %(needed)s: half a month counts."),
        "DAILY": N_("%(days)s of %(of)s days: the share is %(share)s."),
        # amount
        "RATE": N_("Rate: %(rate_fen)s yuan a month (row %(row)s: %(when)s)."),
        "RATE_FLOOR": N_("Minimum rate: %(rate_fen)s yuan a month (row %(row)s: %(when)s)."),
        Reason.NO_RATE: N_("No rate of the policy fits this child-month."),
        "MULTIPLIER": N_("Multiplied by %(factor)s for %(key)s."),
        "DEDUCTED_SHARE": N_("Reduced by %(percent)s%% (%(trigger)s)."),
        "DEDUCTED_FIXED": N_("Reduced by %(fen)s fen (%(trigger)s)."),
        Reason.DEDUCTED: N_("Nothing is paid while this lasts (%(trigger)s)."),
        "FEE_CAP": N_("Limited to the fee of %(fee_fen)s yuan."),
        "EXACT": N_("Amount: %(amount_fen)s yuan, no rounding needed."),
        "ROUNDED": N_("%(exact)s fen, rounded (%(mode)s, unit %(unit)s fen): %(amount_fen)s yuan."),
        # caps
        "MONTHS_LEFT": N_("The child still has months left of the %(months)s a year."),
        Reason.OVER_MONTHS: N_("The child has already been granted %(months)s months of this year."),
        "WITHIN_PLACES": N_("Within the recognised places."),
        Reason.OVER_PLACES: N_("Beyond the number of recognised places."),
    }
)

# One line each for reasons, on lists and in exports.
REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.PAID: N_("Paid"),
        Reason.CONFLICT: N_("Double enrolment to be resolved"),
        Reason.EXCLUDED: N_("Excluded by another subsidy"),
        Reason.NOT_FILED: N_("Filing not active"),
        Reason.SUSPENDED: N_("Provider suspended"),
        Reason.NOT_INCLUSIVE: N_("Not recognised as inclusive"),
        Reason.RATING_TOO_LOW: N_("Rating too low"),
        Reason.FEE_TOO_HIGH: N_("Fee too high"),
        Reason.OPEN_MAJOR_HAZARD: N_("Open major hazard"),
        Reason.RECENT_PENALTY: N_("Recent penalty"),
        Reason.NO_CONTRACT: N_("No contract on file"),
        Reason.NOT_INSURED: N_("Not insured"),
        Reason.OPERATING_TOO_SHORT: N_("Operating for too short a time"),
        Reason.NOT_OPERATING: N_("No longer operating"),
        Reason.AGE_OUTSIDE: N_("Age outside the policy"),
        Reason.NOT_RESIDENT: N_("Not resident in the area"),
        Reason.TOO_FEW_MONTHS: N_("Too few months attended"),
        Reason.REPORT_LATE: N_("Monthly return late"),
        Reason.OVER_CAPACITY: N_("Over capacity"),
        Reason.TOO_FEW_DAYS: N_("Too few days"),
        Reason.NO_RATE: N_("No rate fits"),
        Reason.ZERO_RATE: N_("Rate is zero"),
        Reason.DEDUCTED: N_("Deducted in full"),
        Reason.ROUNDED_TO_ZERO: N_("Rounded to zero"),
        Reason.OVER_MONTHS: N_("Months of the year used up"),
        Reason.OVER_PLACES: N_("Beyond recognised places"),
    }
)
