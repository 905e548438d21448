"""A case: one distinct combination of the facts a policy looks at; millions of facts make thousands of cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from portal.canonical import canonical

Value = int | str | bool | None

# Every dimension a policy may look at, and what a facts query puts in the column of that name.
DIMENSIONS: Mapping[str, type] = MappingProxyType(
    {
        "provider_kind": str,  # type of provider on the reference day
        "nature": str,  # INSTITUTION, NON_PROFIT, FOR_PROFIT
        "inclusive": bool,  # recognised as inclusive
        "grade": int,  # rank of the rating (stars), null when unrated or expired
        "size": int,  # places of the provider
        "band": str,  # class kind, or the name of the policy's age band
        "mode": str,  # full, am, pm, hourly, temporary
        "birth_order": int,
        "days_attended": int,
        "days_enrolled": int,
        "working_days": int,  # of the month
        "calendar_days": int,  # of the month
        "fee_fen": int,  # what this child's family pays for the month
        "filed_active": bool,
        "suspended": bool,
        "fee_within_ceiling": bool,
        "no_open_major_hazard": bool,
        "no_recent_penalty": bool,
        "contract_on_file": bool,
        "insured": bool,
        "operating_long_enough": bool,
        "operating_now": bool,
        "age_ok": bool,
        "resident_ok": bool,
        "enough_in_period": bool,
        "report_late": bool,
        "over_capacity": bool,
        "inspection_failed": bool,
        "preschool_funds": bool,  # the class already takes preschool education funds
    }
)

# What the run itself decides. Absent means that nothing speaks against the line: this is the pass before caps.
VERDICTS: Mapping[str, Value] = MappingProxyType(
    {"conflict": False, "excluded_by": None, "within_places": True, "months_left": True}
)
_KNOWN = DIMENSIONS.keys() | VERDICTS.keys()


class MissingDimension(KeyError):
    """The policy looks at a fact that the case does not carry: a fault in the facts query, never a reason for 0."""


@dataclass(frozen=True, slots=True)
class Case:
    """Values by dimension, only those a policy uses; equal cases are equal in their canonical JSON."""

    values: Mapping[str, Value] = field(hash=False)

    def __post_init__(self) -> None:
        if unknown := sorted(self.values.keys() - _KNOWN):
            raise MissingDimension(f"no such dimension: {', '.join(unknown)}")
        object.__setattr__(self, "values", dict(sorted(self.values.items())))

    def __getitem__(self, dimension: str) -> Value:
        try:
            return self.values[dimension]
        except KeyError:
            if dimension in VERDICTS:
                return VERDICTS[dimension]
            raise MissingDimension(dimension) from None

    def number(self, dimension: str) -> int:
        """A dimension that must be a whole number."""
        value = self[dimension]
        if isinstance(value, bool) or not isinstance(value, int):
            raise MissingDimension(f"{dimension} is {value!r}, a whole number is needed")
        return value

    @property
    def json(self) -> str:
        """Canonical sorted JSON: the key under which a case is stored and hashed."""
        return canonical(self.values)

    def __hash__(self) -> int:
        return hash(self.json)

    def with_verdicts(self, **verdicts: Value) -> Case:
        """The same facts with what the run has decided, for the second pass."""
        return Case({**self.values, **verdicts})
