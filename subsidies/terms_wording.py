"""A policy's terms in words: every rule as a sentence with the clause it rests on, for everybody who may read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.money import yuan
from subsidies.rules import Terms
from subsidies.rules.codes import AgeDay, Basis, Below, CapKind, DayCount, Denominator, Presence, Stage, Transfer
from subsidies.rules.conditions import Condition
from subsidies.rules.parts import PPM, Cap, Deduction, Multiplier
from subsidies.rules.rates import Between, Is, Match, OneOf, RateRow
from subsidies.rules.terms import PRESCHOOL_FUNDS
from subsidies.wording import CODES, DIMENSIONS, LEVELS, SETTLED


@dataclass(frozen=True)
class Rule:
    """One rule in words."""

    text: str
    clause: str  # its key among the clauses
    amount: str = ""


@dataclass(frozen=True)
class Part:
    """A group of rules with a heading."""

    title: Any
    rules: list[Rule]


CONDITIONS = {
    "not_double_enrolled": gettext_lazy("No other record of the child claims the same days"),
    "filed_active": gettext_lazy("The provider is filed and open on the reference day"),
    "not_suspended": gettext_lazy("The provider is not suspended"),
    "inclusive_recognised": gettext_lazy("The provider is recognised as inclusive"),
    "rating_at_least": gettext_lazy("At least %(grade)s stars"),
    "fee_at_most": gettext_lazy("The fee is at most %(fen)s yuan a month"),
    "fee_within_ceiling": gettext_lazy("The fee is within the agreed ceiling"),
    "no_open_major_hazard": gettext_lazy("No major hazard is open"),
    "no_penalty_within": gettext_lazy("No penalty within the last %(months)s months"),
    "contract_on_file": gettext_lazy("The care contract is on file"),
    "insured": gettext_lazy("The child is insured"),
    "operating_months_at_least": gettext_lazy("In operation for at least %(months)s months"),
    "operating_when_paid": gettext_lazy("The provider operates when it is paid"),
    "age": gettext_lazy("From %(from_months)s to under %(to_months)s completed months of age (%(at)s)"),
    "resident_in_area": gettext_lazy("The child is resident in the area"),
    "attended_in_period": gettext_lazy("At least %(months)s months with %(average_days)s days each on average"),
    "report_on_time": gettext_lazy("The monthly return came in time"),
    "within_capacity": gettext_lazy("The provider does not exceed its capacity"),
}
AGE_DAYS = {
    AgeDay.FIRST_DAY: gettext_lazy("on the first day of the month"),
    AgeDay.LAST_DAY: gettext_lazy("on the last day of the month"),
    AgeDay.ANY_DAY: gettext_lazy("on any day of the month"),
    AgeDay.UNTIL_31_AUG: gettext_lazy("then until the following 31 August"),
}
TRANSFERS = {
    Transfer.MORE_DAYS: gettext_lazy(
        "A child that moves in the month counts where it came on more days; a tie goes to the later."
    ),
    Transfer.FIRST: gettext_lazy("A child that moves in the month counts at the first provider."),
    Transfer.LAST: gettext_lazy("A child that moves in the month counts at the last provider."),
    Transfer.EACH_OWN_DAYS: gettext_lazy("A child that moves in the month counts at each provider with its own days."),
}
PRESENCES = {
    Presence.ANY_HALF: gettext_lazy("A day counts when the child came in a booked half of it."),
    Presence.BOTH_HALVES: gettext_lazy("A day counts when the child came in every booked half of it."),
}


def shown(terms: Terms) -> list[Part]:
    """The terms, group by group; empty groups are left out."""
    parts = [
        Part(_("Conditions"), [_condition(one) for one in terms.conditions]),
        Part(_("Rates (yuan a month)"), [_rate(row) for row in terms.rates]),
        Part(_("Days and moves"), list(_days(terms))),
        Part(_("Factors"), [rule for one in terms.multipliers for rule in _multiplier(one)]),
        Part(_("Deductions"), [_deduction(one) for one in terms.deductions]),
        Part(_("Limits"), [_cap(terms, one) for one in terms.caps]),
        Part(_("Other subsidies"), list(_excludes(terms))),
        Part(_("Rounding and settlement"), list(_settlement(terms))),
        Part(_("Who pays"), [
            Rule(str(LEVELS[share.level]), "", f"{share.share_ppm * 100 / PPM:g} %") for share in terms.funding
        ]),
    ]  # fmt: skip
    return [part for part in parts if part.rules]


def _condition(condition: Condition) -> Rule:
    numbers = dict(condition.params)
    if "fen" in numbers:
        numbers["fen"] = yuan(int(numbers["fen"]))
    if "at" in numbers:
        numbers["at"] = str(AGE_DAYS[numbers["at"]])
    return Rule(str(CONDITIONS[condition.name]) % numbers, condition.clause)


def _rate(row: RateRow) -> Rule:
    named = [f"{DIMENSIONS[dimension]}: {_match(match)}" for dimension, match in row.when.items()]
    amount = yuan(row.rate_fen) if not row.formula else _("by formula")
    text = _("; ").join(named) or _("All")
    return Rule(_("%(text)s (at least)") % {"text": text} if row.is_floor else text, row.clause, amount)


def _match(match: Match) -> str:
    if isinstance(match, OneOf):
        return _(", ").join(str(CODES.get(code, code)) for code in sorted(match.codes))
    if isinstance(match, Is):
        return str(CODES[str(match.wanted).lower()])
    return _between(match)


def _between(match: Between) -> str:
    if match.least == match.most:
        return str(match.least)
    if match.most is None:
        return _("%(least)s or more") % {"least": match.least}
    if match.least is None:
        return _("%(most)s or less") % {"most": match.most}
    return _("%(least)s to %(most)s") % {"least": match.least, "most": match.most}


def _days(terms: Terms) -> Iterable[Rule]:
    proration = terms.proration
    yield Rule(str(PRESENCES[terms.presence]), "general")
    if terms.min_days:
        yield Rule(_("A month counts with at least %(days)s day(s).") % {"days": terms.min_days}, terms.min_days_clause)
    if proration.basis is Basis.NONE:
        yield Rule(_("A month that counts is paid in full."), proration.clause)
    if proration.has_threshold and proration.threshold:
        needed = proration.threshold.days or _("%(part)s of the month's days") % {"part": proration.threshold.fraction}
        below = {
            Below.ZERO: _("below that nothing is paid"),
            Below.HALF: _("below that half a month is paid"),
            Below.DAILY: _("below that it is paid by the day"),
        }[proration.below]
        text = _("From %(needed)s days on the whole month is paid; %(below)s.")
        if proration.basis is Basis.THRESHOLD_THEN_DAILY:
            text = _("From %(needed)s days on it is paid by the day; %(below)s.")
        yield Rule(text % {"needed": needed, "below": below}, proration.clause)
    if proration.pays_by_day:
        of = {
            Denominator.CALENDAR: _("the calendar days of the month"),
            Denominator.WORKDAY: _("the working days of the month"),
            Denominator.FIXED: _("%(days)s days") % {"days": proration.fixed_days},
        }[proration.denominator or Denominator.WORKDAY]
        days = _("days enrolled") if proration.count is DayCount.ENROLLED else _("days attended")
        yield Rule(_("By the day: %(days)s ÷ %(of)s.") % {"days": days, "of": of}, proration.clause)
    yield Rule(str(TRANSFERS[terms.transfer]), "general")


def _multiplier(multiplier: Multiplier) -> Iterable[Rule]:
    for code, factor in sorted(multiplier.factors.items()):
        yield Rule(f"{DIMENSIONS[multiplier.dimension]}: {CODES.get(code, code)}", multiplier.clause, f"× {factor}")


def _deduction(deduction: Deduction) -> Rule:
    trigger = str(CODES[deduction.trigger.value])
    if deduction.effect == "PCT":
        return Rule(trigger, deduction.clause, f"− {deduction.amount * 100 / PPM:g} %")
    if deduction.effect == "FIXED":
        return Rule(trigger, deduction.clause, f"− {yuan(deduction.amount)}")
    return Rule(trigger, deduction.clause, _("nothing is paid"))


def _cap(terms: Terms, cap: Cap) -> Rule:
    match cap.kind:
        case CapKind.INFANTS_PER_MONTH:
            text = _("No more children than recognised places, by their first day there")
            if terms.half_day_place_share != 1:
                text = _("%(text)s; a half-day child takes %(share)s of a place") % {
                    "text": text,
                    "share": terms.half_day_place_share,
                }
            return Rule(text, cap.clause)
        case CapKind.MONTHS_PER_YEAR:
            return Rule(_("At most %(months)s months a year for a child") % {"months": cap.value}, cap.clause)
        case CapKind.AMOUNT_AT_MOST_FEE:
            return Rule(_("Never more than the fee"), cap.clause)
        case CapKind.TOTAL_FEN_PER_YEAR:
            return Rule(_("At most %(yuan)s yuan a year") % {"yuan": yuan(cap.value or 0)}, cap.clause)
        case CapKind.SHARE_OF_ACTUAL_RENT:
            return Rule(_("At most %(share)s of the rent actually paid") % {"share": cap.share}, cap.clause)
    return Rule(_("At most %(yuan)s yuan for a child and period") % {"yuan": yuan(cap.value or 0)}, cap.clause)


def _excludes(terms: Terms) -> Iterable[Rule]:
    for code in terms.excludes:
        named = _("preschool education funds") if code == PRESCHOOL_FUNDS else code
        yield Rule(
            _("Not paid beside %(other)s for the same child and month") % {"other": named}, terms.excludes_clause
        )


def _settlement(terms: Terms) -> Iterable[Rule]:
    rounding = terms.rounding
    stage = _("the claim's total") if rounding.stage is Stage.TOTAL else _("each line")
    text = _("Rounded %(mode)s to %(unit)s fen, %(stage)s") % {
        "mode": CODES[rounding.mode.value], "unit": rounding.unit_fen, "stage": stage,
    }  # fmt: skip
    yield Rule(text, rounding.clause)
    yield Rule(_("Settled %(period)s") % {"period": SETTLED[terms.settle_period.value]}, "general")
    if terms.window_days:
        yield Rule(_("Providers have %(days)s days to confirm a statement") % {"days": terms.window_days}, "general")
    yield Rule(_("Public notice of %(days)s working days") % {"days": terms.publicity_workdays}, "general")
