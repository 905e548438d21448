"""Conditions a child-month must meet (补助条件): the fact each looks at, its step when met, its reason when not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from portal.wording import N_
from subsidies.rules.cases import Case
from subsidies.rules.codes import AgeDay, Reason
from subsidies.rules.reading import GENERAL, REQUIRED, Reader


@dataclass(frozen=True, slots=True)
class ConditionKind:
    """One kind of condition: its dimension, how its numbers are read, and when it holds."""

    dimension: str
    met: str  # step code when it holds; when it does not, the step is called like the reason
    reason: Reason
    holds: Callable[[Case, Mapping[str, Any]], bool]
    params: Mapping[str, Callable[[Reader], Any]] = field(default_factory=dict)


def _is(dimension: str, wanted: bool) -> Callable[[Case, Mapping[str, Any]], bool]:
    """A fact that is unknown (null) never meets a condition."""
    return lambda case, params: case[dimension] is wanted


def _flag(dimension: str, met: str, reason: Reason, *, wanted: bool = True, **params: Any) -> ConditionKind:
    return ConditionKind(dimension, met, reason, _is(dimension, wanted), params)


def _rating_reached(case: Case, params: Mapping[str, Any]) -> bool:
    grade = case["grade"]
    return isinstance(grade, int) and grade >= params["grade"]


def _fee_at_most(case: Case, params: Mapping[str, Any]) -> bool:
    return case["fee_fen"] is not None and case.number("fee_fen") <= params["fen"]


def _months(key: str) -> Callable[[Reader], int]:
    return lambda reader: reader.whole(key, least=0, most=600)


NOT_DOUBLE_ENROLLED = "not_double_enrolled"

CONDITIONS: Mapping[str, ConditionKind] = MappingProxyType(
    {
        NOT_DOUBLE_ENROLLED: _flag("conflict", "ONE_ENROLMENT", Reason.CONFLICT, wanted=False),
        "filed_active": _flag("filed_active", "FILED", Reason.NOT_FILED),
        "not_suspended": _flag("suspended", "IN_OPERATION", Reason.SUSPENDED, wanted=False),
        "inclusive_recognised": _flag("inclusive", "INCLUSIVE", Reason.NOT_INCLUSIVE),
        "rating_at_least": ConditionKind(
            "grade",
            "RATING_REACHED",
            Reason.RATING_TOO_LOW,
            _rating_reached,
            {"grade": lambda reader: reader.whole("grade", least=1, most=9)},
        ),
        "fee_at_most": ConditionKind(
            "fee_fen",
            "FEE_WITHIN",
            Reason.FEE_TOO_HIGH,
            _fee_at_most,
            {"fen": lambda reader: reader.whole("fen")},
        ),
        "fee_within_ceiling": _flag("fee_within_ceiling", "FEE_WITHIN_CEILING", Reason.FEE_TOO_HIGH),
        "no_open_major_hazard": _flag("no_open_major_hazard", "NO_OPEN_HAZARD", Reason.OPEN_MAJOR_HAZARD),
        "no_penalty_within": _flag(
            "no_recent_penalty", "NO_RECENT_PENALTY", Reason.RECENT_PENALTY, months=_months("months")
        ),
        "contract_on_file": _flag("contract_on_file", "CONTRACT", Reason.NO_CONTRACT),
        "insured": _flag("insured", "INSURED", Reason.NOT_INSURED),
        "operating_months_at_least": _flag(
            "operating_long_enough", "OPERATING_LONG_ENOUGH", Reason.OPERATING_TOO_SHORT, months=_months("months")
        ),
        "operating_when_paid": _flag("operating_now", "OPERATING_NOW", Reason.NOT_OPERATING),
        "age": _flag(
            "age_ok",
            "AGE_WITHIN",
            Reason.AGE_OUTSIDE,
            from_months=lambda reader: reader.whole("from_months", 0, most=84),
            to_months=lambda reader: reader.whole("to_months", least=1, most=84),
            at=lambda reader: reader.one_of("at", AgeDay, AgeDay.LAST_DAY),
        ),
        "resident_in_area": _flag("resident_ok", "RESIDENT", Reason.NOT_RESIDENT),
        "attended_in_period": _flag(
            "enough_in_period",
            "ENOUGH_MONTHS",
            Reason.TOO_FEW_MONTHS,
            months=_months("months"),
            average_days=lambda reader: reader.whole("average_days", 1, most=31),
        ),
        "report_on_time": _flag("report_late", "REPORT_ON_TIME", Reason.REPORT_LATE, wanted=False),
        "within_capacity": _flag("over_capacity", "WITHIN_CAPACITY", Reason.OVER_CAPACITY, wanted=False),
    }
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a policy, with its numbers and clause."""

    name: str
    clause: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def kind(self) -> ConditionKind:
        return CONDITIONS[self.name]

    def holds(self, case: Case) -> bool:
        return self.kind.holds(case, self.params)

    @classmethod
    def read(cls, reader: Reader) -> Condition | None:
        name = reader.text("if", REQUIRED)
        clause = reader.text("clause", GENERAL)
        if name not in CONDITIONS:
            message = N_("%(value)s is not known here. Write one of: %(known)s.")
            reader.fault("if", "UNKNOWN_CODE", message, value=name, known=", ".join(sorted(CONDITIONS)))
            return None
        params = {key: read(reader) for key, read in CONDITIONS[name].params.items()}
        if name == "age" and params["from_months"] >= params["to_months"]:
            reader.fault("to_months", "EMPTY_AGES", N_("The upper age must be above the lower one."))
        reader.finish()
        return cls(name, clause, params)

    def mapping(self) -> dict[str, Any]:
        return {"if": self.name, "clause": self.clause, **self.params}
