"""The parts of a policy besides rates and conditions: proration, multipliers, deductions, caps, rounding, shares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from portal.money import Rounding
from portal.wording import N_
from subsidies.rules.codes import (
    MODES,
    PROVIDER_KINDS,
    Basis,
    Below,
    CapKind,
    DayCount,
    Denominator,
    Effect,
    FromMonth,
    Level,
    MultiplierBy,
    SettlePeriod,
    Stage,
    ThresholdOf,
    Trigger,
    Until,
)
from subsidies.rules.reading import GENERAL, REQUIRED, Reader

PPM = 1_000_000


class FundingShare(NamedTuple):
    """One level's share of the money, in millionths (分担比例)."""

    level: Level
    share_ppm: int

    @classmethod
    def read(cls, reader: Reader) -> FundingShare:
        share = cls(reader.one_of("level", Level), reader.whole("share_ppm", least=1, most=PPM))
        reader.finish()
        return share

    def mapping(self) -> dict[str, Any]:
        return self._asdict()


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of days, or a fraction of the month's days."""

    days: int | None = None
    fraction: Fraction | None = None
    of: ThresholdOf = ThresholdOf.WORKDAYS

    @classmethod
    def read(cls, reader: Reader) -> Threshold:
        if ("days" in reader) == ("fraction" in reader):
            reader.fault("", "THRESHOLD", N_("Write either days, or fraction and of."))
        threshold = cls(
            days=reader.whole("days", None, least=1, most=31),
            fraction=reader.ratio("fraction", most=1) if "fraction" in reader else None,
            of=reader.one_of("of", ThresholdOf, ThresholdOf.WORKDAYS),
        )
        reader.finish()
        return threshold

    def mapping(self) -> dict[str, Any]:
        if self.fraction is None:
            return {"days": self.days}
        return {"fraction": str(self.fraction), "of": self.of}


@dataclass(frozen=True, slots=True)
class Proration:
    """How days become a share of the month (按出勤折算)."""

    basis: Basis = Basis.NONE
    threshold: Threshold | None = None
    below: Below = Below.ZERO
    denominator: Denominator | None = None
    fixed_days: int | None = None
    count: DayCount = DayCount.ATTENDED
    clause: str = GENERAL

    @property
    def has_threshold(self) -> bool:
        return self.basis in (Basis.THRESHOLD, Basis.THRESHOLD_THEN_DAILY, Basis.HALF_STEP)

    @property
    def pays_by_day(self) -> bool:
        daily_below = self.basis is Basis.THRESHOLD and self.below is Below.DAILY
        return daily_below or self.basis in (Basis.DAILY, Basis.THRESHOLD_THEN_DAILY)

    @classmethod
    def read(cls, reader: Reader) -> Proration:
        basis = reader.one_of("basis", Basis)
        threshold = reader.inner("threshold")
        denominator, fixed_days = _read_denominator(reader)
        proration = cls(
            basis=basis,
            threshold=Threshold.read(threshold) if threshold else None,
            below=reader.one_of("below", Below, Below.HALF if basis is Basis.HALF_STEP else Below.ZERO),
            denominator=denominator,
            fixed_days=fixed_days,
            count=reader.one_of("count", DayCount, DayCount.ATTENDED),
            clause=reader.text("clause", GENERAL),
        )
        reader.finish()
        return proration

    def mapping(self) -> dict[str, Any]:
        written: dict[str, Any] = {"basis": self.basis, "count": self.count, "clause": self.clause, "below": self.below}
        if self.threshold:
            written["threshold"] = self.threshold.mapping()
        if self.denominator is Denominator.FIXED:
            written["denominator"] = f"FIXED({self.fixed_days})"
        elif self.denominator:
            written["denominator"] = self.denominator
        return written


def _read_denominator(reader: Reader) -> tuple[Denominator | None, int | None]:
    """CALENDAR, WORKDAY or FIXED(22)."""
    if "denominator" not in reader:
        return None, None
    text = reader.text("denominator")
    if fixed := re.fullmatch(r"FIXED\((\d{1,2})\)", text):
        if not 1 <= int(fixed[1]) <= 31:
            reader.fault("denominator", "OUT_OF_BOUNDS", N_("FIXED takes a number of days from 1 to 31."))
            return None, None
        return Denominator.FIXED, int(fixed[1])
    if text in (Denominator.CALENDAR, Denominator.WORKDAY):
        return Denominator(text), None
    reader.fault("denominator", "UNKNOWN_CODE", N_("Write CALENDAR, WORKDAY or FIXED(22)."))
    return None, None


@dataclass(frozen=True, slots=True)
class Multiplier:
    """A factor by care mode, rating or type of provider; a code it does not name is multiplied by 1."""

    by: MultiplierBy
    factors: Mapping[str, Fraction] = field(hash=False)
    clause: str

    @property
    def dimension(self) -> str:
        return {"CARE_MODE": "mode", "RATING": "grade", "TYPE": "provider_kind"}[self.by]

    @classmethod
    def read(cls, reader: Reader) -> Multiplier:
        by = reader.one_of("by", MultiplierBy)
        factors = reader.ratios("map")
        known = {"CARE_MODE": MODES, "TYPE": PROVIDER_KINDS, "RATING": {"unrated", *map(str, range(1, 10))}}[by]
        for code in factors.keys() - known:
            message = N_("%(value)s is not known here. Write one of: %(known)s.")
            reader.fault(f"map.{code}", "UNKNOWN_CODE", message, value=code, known=", ".join(sorted(known)))
        multiplier = cls(by, factors, reader.text("clause", GENERAL))
        reader.finish()
        return multiplier

    def mapping(self) -> dict[str, Any]:
        factors = {code: str(ratio) for code, ratio in sorted(self.factors.items())}
        return {"by": self.by, "map": factors, "clause": self.clause}


# What a trigger looks at, and the value that sets it off.
TRIGGER_FACTS: Mapping[Trigger, tuple[str, bool]] = {
    Trigger.INSPECTION_FAIL: ("inspection_failed", True),
    Trigger.MAJOR_HAZARD: ("no_open_major_hazard", False),
    Trigger.REPORT_LATE: ("report_late", True),
    Trigger.OVER_CAPACITY: ("over_capacity", True),
}


@dataclass(frozen=True, slots=True)
class Deduction:
    """What is taken off a line: PCT(ppm) a share of it, FIXED(fen) an amount, ZERO_FROM(SAME|NEXT) all of it."""

    trigger: Trigger
    effect: Effect
    clause: str
    amount: int = 0  # millionths for PCT, fen for FIXED
    from_month: FromMonth = FromMonth.SAME  # of ZERO_FROM, counted from the month of the trigger
    until: Until = Until.PERIOD

    @classmethod
    def read(cls, reader: Reader) -> Deduction:
        effect, amount, from_month = _read_effect(reader)
        deduction = cls(
            trigger=reader.one_of("trigger", Trigger),
            effect=effect,
            clause=reader.text("clause", GENERAL),
            amount=amount,
            from_month=from_month,
            until=reader.one_of("until", Until, Until.PERIOD),
        )
        reader.finish()
        return deduction

    def mapping(self) -> dict[str, Any]:
        inner = self.from_month if self.effect is Effect.ZERO_FROM else self.amount
        effect = f"{self.effect}({inner})"
        return {"trigger": self.trigger, "effect": effect, "clause": self.clause, "until": self.until}


def _read_effect(reader: Reader) -> tuple[Effect, int, FromMonth]:
    text = reader.text("effect", REQUIRED)
    if zero := re.fullmatch(r"ZERO_FROM\((SAME|NEXT)\)", text):
        return Effect.ZERO_FROM, 0, FromMonth(zero[1])
    if number := re.fullmatch(r"(PCT|FIXED)\(([1-9]\d{0,11})\)", text):
        effect, amount = Effect(number[1]), int(number[2])
        if effect is Effect.FIXED or amount <= PPM:
            return effect, amount, FromMonth.SAME
    message = N_("Write PCT(100000) in millionths, FIXED(5000) in fen, ZERO_FROM(SAME) or ZERO_FROM(NEXT).")
    reader.fault("effect", "EFFECT", message)
    return Effect.ZERO_FROM, 0, FromMonth.SAME


@dataclass(frozen=True, slots=True)
class Cap:
    """An upper limit: on infants, on months, or on money (封顶)."""

    kind: CapKind
    clause: str
    value: int | None = None  # months, or fen
    share: Fraction | None = None  # of the actual rent
    period: SettlePeriod | None = None

    @classmethod
    def read(cls, reader: Reader) -> Cap:
        kind = reader.one_of("cap", CapKind)
        value, share, period = None, None, None
        match kind:
            case CapKind.MONTHS_PER_YEAR:
                value = reader.whole("months", least=1, most=12)
            case CapKind.TOTAL_FEN_PER_YEAR:
                value = reader.whole("fen", least=1)
            case CapKind.SHARE_OF_ACTUAL_RENT:
                share = reader.ratio("share", most=1)
            case CapKind.PER_CHILD_PERIOD:
                value, period = reader.whole("fen", least=1), reader.one_of("period", SettlePeriod)
        cap = cls(kind, reader.text("clause", GENERAL), value, share, period)
        reader.finish()
        return cap

    def mapping(self) -> dict[str, Any]:
        written: dict[str, Any] = {"cap": self.kind, "clause": self.clause}
        if self.value is not None:
            written["months" if self.kind is CapKind.MONTHS_PER_YEAR else "fen"] = self.value
        if self.share is not None:
            written["share"] = str(self.share)
        if self.period is not None:
            written["period"] = self.period
        return written


@dataclass(frozen=True, slots=True)
class RoundingRule:
    """How exact fen become whole units, on each line or once on the claim."""

    mode: Rounding = Rounding.HALF_UP
    unit_fen: int = 1
    stage: Stage = Stage.LINE
    clause: str = GENERAL

    @property
    def line_unit_fen(self) -> int:
        """A line is always whole fen; a larger unit for the total is posted as a line of its own."""
        return self.unit_fen if self.stage is Stage.LINE else 1

    @classmethod
    def read(cls, reader: Reader) -> RoundingRule:
        unit_fen = reader.whole("unit_fen", 1)
        if unit_fen not in (1, 10, 100):
            reader.fault("unit_fen", "UNIT", N_("Round to 1 (fen), 10 (jiao) or 100 (yuan)."))
        rule = cls(
            mode=reader.one_of("mode", Rounding, Rounding.HALF_UP),
            unit_fen=unit_fen,
            stage=reader.one_of("stage", Stage, Stage.LINE),
            clause=reader.text("clause", GENERAL),
        )
        reader.finish()
        return rule

    def mapping(self) -> dict[str, Any]:
        return {"mode": self.mode, "unit_fen": self.unit_fen, "stage": self.stage, "clause": self.clause}
