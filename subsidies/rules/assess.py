"""The law applied to one case: conditions, rate, days, multipliers, deductions, limits, rounding, caps. In that order.

Everything before the rounding is exact (int and Fraction); a line is rounded once. The same function serves both
passes of a run: without the verdicts `within_places` and `months_left` it gives the amount before caps.
"""

from __future__ import annotations

from fractions import Fraction

from portal.money import Rounding, round_fen
from subsidies.rules.cases import Case, Value
from subsidies.rules.codes import (
    HALF_MODES,
    Basis,
    Below,
    CapKind,
    Denominator,
    Effect,
    MultiplierBy,
    Reason,
    ThresholdOf,
)
from subsidies.rules.conditions import Condition
from subsidies.rules.parts import PPM, TRIGGER_FACTS, Deduction, Multiplier
from subsidies.rules.rates import RateRow
from subsidies.rules.reading import GENERAL
from subsidies.rules.steps import Assessment, Step
from subsidies.rules.terms import PRESCHOOL_FUNDS, Terms


class _Nothing(Exception):
    """The law gives nothing; carries the reason. Never leaves this module."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason


def assess(terms: Terms, case: Case) -> Assessment:
    """What this policy gives this case. Raises MissingDimension if the case lacks a fact the policy looks at."""
    steps: list[Step] = []
    try:
        _check_conditions(terms, case, steps)
        _check_excluded(terms, case, steps)
        _check_least_days(terms, case, steps)
        exact = Fraction(_rate(terms, case, steps))
        exact *= _share_of_month(terms, case, steps)
        for multiplier in terms.multipliers:
            exact *= _factor(multiplier, case, steps)
        exact = _deduct(terms, case, exact, steps)
        amount_fen = _round(terms, case, exact, steps)
        _check_caps(terms, case, steps)
    except _Nothing as nothing:
        return Assessment(tuple(steps), 0, nothing.reason)
    return Assessment(tuple(steps), amount_fen, Reason.PAID)


# --- Conditions -------------------------------------------------------------------------------------------------


def _check_conditions(terms: Terms, case: Case, steps: list[Step]) -> None:
    """All of them are shown, also after one has failed, so that everything wrong is told at once."""
    reasons = []
    for condition in terms.conditions:
        holds = condition.holds(case)
        code = condition.kind.met if holds else condition.kind.reason
        steps.append(Step(code, condition.clause, _condition_numbers(condition, case)))
        if not holds:
            reasons.append(condition.kind.reason)
    if reasons:
        raise _Nothing(reasons[0])


def _condition_numbers(condition: Condition, case: Case) -> dict[str, str | int]:
    match condition.name:
        case "rating_at_least":
            return {"grade": _code(case["grade"]), "needed": condition.params["grade"]}
        case "fee_at_most":
            return {"fee_fen": _code(case["fee_fen"]), "limit_fen": condition.params["fen"]}
    return {key: value if isinstance(value, int) else str(value) for key, value in condition.params.items()}


def _check_excluded(terms: Terms, case: Case, steps: list[Step]) -> None:
    if not terms.excludes:
        return
    by = case["excluded_by"]
    if by is None and PRESCHOOL_FUNDS in terms.excludes and case["preschool_funds"] is not False:
        by = PRESCHOOL_FUNDS  # unknown is treated as taken: never pay twice
    if by is not None:
        steps.append(Step(Reason.EXCLUDED, terms.excludes_clause, {"by": str(by)}))
        raise _Nothing(Reason.EXCLUDED)
    steps.append(Step("NOT_EXCLUDED", terms.excludes_clause))


def _check_least_days(terms: Terms, case: Case, steps: list[Step]) -> None:
    if not terms.min_days:
        return
    days = case.number(terms.days_dimension)
    if days < terms.min_days:
        steps.append(Step(Reason.TOO_FEW_DAYS, terms.min_days_clause, {"days": days, "needed": terms.min_days}))
        raise _Nothing(Reason.TOO_FEW_DAYS)


# --- Amount -----------------------------------------------------------------------------------------------------


def _rate(terms: Terms, case: Case, steps: list[Step]) -> int:
    """The fitting row with most dimensions; a tie goes to the higher priority, then to the row written first."""
    fitting = [(row.rank, -index, row) for index, row in enumerate(terms.rates) if row.fits(case)]
    if not fitting:
        steps.append(Step(Reason.NO_RATE, GENERAL))
        raise _Nothing(Reason.NO_RATE)
    _, index, row = max(fitting, key=lambda candidate: candidate[:2])
    numbers: dict[str, str | int] = {"rate_fen": row.rate_fen, "row": 1 - index, "when": _described(row, case)}
    steps.append(Step("RATE_FLOOR" if row.is_floor else "RATE", row.clause, numbers))
    if row.rate_fen == 0:
        raise _Nothing(Reason.ZERO_RATE)
    return row.rate_fen


def _described(row: RateRow, case: Case) -> str:
    """What the row looked at and found, e.g. "band=OLDER, grade=4"; "*" for a row that fits everything."""
    return ", ".join(f"{dimension}={_code(case[dimension])}" for dimension in sorted(row.when)) or "*"


def _share_of_month(terms: Terms, case: Case, steps: list[Step]) -> Fraction:
    """How much of a month the days are worth, from 0 to 1."""
    proration = terms.proration
    if proration.basis is Basis.NONE:
        steps.append(Step("WHOLE_MONTH", proration.clause))
        return Fraction(1)
    days = case.number(terms.days_dimension)
    if proration.has_threshold:
        needed = _threshold(terms, case)
        numbers: dict[str, str | int] = {"days": days, "needed": str(needed)}
        if days >= needed and proration.basis is not Basis.THRESHOLD_THEN_DAILY:
            steps.append(Step("THRESHOLD_REACHED", proration.clause, numbers))
            return Fraction(1)
        if days < needed and proration.below is Below.ZERO:
            steps.append(Step(Reason.TOO_FEW_DAYS, proration.clause, numbers))
            raise _Nothing(Reason.TOO_FEW_DAYS)
        if days < needed and proration.below is Below.HALF:
            steps.append(Step("HALF_MONTH", proration.clause, numbers))
            return Fraction(1, 2)
    return _daily_share(terms, case, days, steps)


def _threshold(terms: Terms, case: Case) -> Fraction:
    threshold = terms.proration.threshold
    assert threshold is not None  # the linter refuses a basis with threshold that names none
    if threshold.fraction is None:
        return Fraction(threshold.days or 0)
    of = "working_days" if threshold.of is ThresholdOf.WORKDAYS else "calendar_days"
    return threshold.fraction * case.number(of)


def _daily_share(terms: Terms, case: Case, days: int, steps: list[Step]) -> Fraction:
    proration = terms.proration
    match proration.denominator:
        case Denominator.FIXED:
            of = proration.fixed_days or 0
        case Denominator.CALENDAR:
            of = case.number("calendar_days")
        case _:
            of = case.number("working_days")
    share = min(Fraction(1), Fraction(days, of)) if of else Fraction(0)
    steps.append(Step("DAILY", proration.clause, {"days": days, "of": of, "share": str(share)}))
    if not share:
        raise _Nothing(Reason.TOO_FEW_DAYS)
    return share


def _factor(multiplier: Multiplier, case: Case, steps: list[Step]) -> Fraction:
    """The factor for the case's code; mornings and afternoons also answer to `half`; codes not named count 1."""
    value = case[multiplier.dimension]
    keys = ["unrated" if value is None and multiplier.by is MultiplierBy.RATING else _code(value)]
    if value in HALF_MODES:
        keys.append("half")
    for key in keys:
        if key in multiplier.factors:
            factor = multiplier.factors[key]
            steps.append(
                Step("MULTIPLIER", multiplier.clause, {"by": multiplier.by, "key": key, "factor": str(factor)})
            )
            if not factor:
                raise _Nothing(Reason.ZERO_RATE)
            return factor
    return Fraction(1)


def _deduct(terms: Terms, case: Case, exact: Fraction, steps: list[Step]) -> Fraction:
    """Deductions in the order written; each share is taken of what the ones before have left."""
    for deduction in terms.deductions:
        dimension, triggered = TRIGGER_FACTS[deduction.trigger]
        if case[dimension] is triggered:
            exact = _deducted(deduction, exact, steps)
            if exact <= 0:
                raise _Nothing(Reason.DEDUCTED)
    return exact


def _deducted(deduction: Deduction, exact: Fraction, steps: list[Step]) -> Fraction:
    trigger: dict[str, str | int] = {"trigger": deduction.trigger}
    match deduction.effect:
        case Effect.PCT:
            percent = _decimal(Fraction(deduction.amount, PPM // 100))
            steps.append(Step("DEDUCTED_SHARE", deduction.clause, {**trigger, "percent": percent}))
            return exact * Fraction(PPM - deduction.amount, PPM)
        case Effect.FIXED:
            steps.append(Step("DEDUCTED_FIXED", deduction.clause, {**trigger, "fen": deduction.amount}))
            return exact - deduction.amount
        case Effect.ZERO_FROM:
            steps.append(Step(Reason.DEDUCTED, deduction.clause, trigger))
            return Fraction(0)


def _round(terms: Terms, case: Case, exact: Fraction, steps: list[Step]) -> int:
    """Rounded once. A limit holds after rounding too: what would round up beyond it is rounded down."""
    rule = terms.rounding
    limit = None
    if cap := terms.cap(CapKind.AMOUNT_AT_MOST_FEE):
        limit = case.number("fee_fen")
        if exact > limit:
            steps.append(Step("FEE_CAP", cap.clause, {"fee_fen": limit}))
            exact = Fraction(limit)
    mode, unit = rule.mode, rule.line_unit_fen
    amount_fen = round_fen(exact, mode, unit)
    if limit is not None and amount_fen > limit:
        mode = Rounding.FLOOR
        amount_fen = round_fen(exact, mode, unit)
    if amount_fen == exact:
        steps.append(Step("EXACT", rule.clause, {"amount_fen": amount_fen}))
    else:
        numbers: dict[str, str | int] = {"exact": str(exact), "mode": mode, "unit": unit, "amount_fen": amount_fen}
        steps.append(Step("ROUNDED", rule.clause, numbers))
    if not amount_fen:
        raise _Nothing(Reason.ROUNDED_TO_ZERO)
    return amount_fen


# --- Caps -------------------------------------------------------------------------------------------------------


def _check_caps(terms: Terms, case: Case, steps: list[Step]) -> None:
    """What the run has decided; months come first, because a child without months left takes no place."""
    if cap := terms.cap(CapKind.MONTHS_PER_YEAR):
        _check_cap(
            case, "months_left", Step("MONTHS_LEFT", cap.clause, {"months": cap.value or 0}), Reason.OVER_MONTHS, steps
        )
    if cap := terms.cap(CapKind.INFANTS_PER_MONTH):
        _check_cap(case, "within_places", Step("WITHIN_PLACES", cap.clause), Reason.OVER_PLACES, steps)


def _check_cap(case: Case, verdict: str, passed: Step, reason: Reason, steps: list[Step]) -> None:
    if verdict not in case.values:
        return  # the pass before caps
    if case[verdict] is True:
        steps.append(passed)
        return
    steps.append(Step(reason, passed.clause, passed.numbers))
    raise _Nothing(reason)


def _code(value: Value) -> str:
    return "-" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _decimal(number: Fraction) -> str:
    """An exact decimal without trailing zeros; millionths need four places as percent."""
    return f"{number.numerator * 10_000 // number.denominator / 10_000:g}"
