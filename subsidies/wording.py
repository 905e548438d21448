"""Words for codes: an explanation as a person reads it, in the language of the page. Amounts and clauses, no ids."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.money import plain_yuan, yuan
from providers.models import Band, Kind, Mode
from subsidies.actions.closing.cases import GONE
from subsidies.models import Case, Line
from subsidies.models.ledger import ROUNDING_UNIT
from subsidies.rules import REASONS, STEPS, Reason, Terms
from subsidies.rules.cases import VERDICTS

DIMENSIONS: Mapping[str, Any] = {
    "provider_kind": gettext_lazy("Kind of provider"),
    "nature": gettext_lazy("Nature"),
    "inclusive": gettext_lazy("Recognised as inclusive"),
    "grade": gettext_lazy("Stars"),
    "size": gettext_lazy("Places of the provider"),
    "band": gettext_lazy("Class or age"),
    "mode": gettext_lazy("Mode of care"),
    "birth_order": gettext_lazy("Child of the family"),
    "days_attended": gettext_lazy("Days attended"),
    "days_enrolled": gettext_lazy("Days enrolled"),
    "working_days": gettext_lazy("Working days of the month"),
    "calendar_days": gettext_lazy("Calendar days of the month"),
    "fee_fen": gettext_lazy("Fee (yuan)"),
    "filed_active": gettext_lazy("Filing active"),
    "suspended": gettext_lazy("Suspended"),
    "fee_within_ceiling": gettext_lazy("Fee within the ceiling"),
    "no_open_major_hazard": gettext_lazy("No open major hazard"),
    "no_recent_penalty": gettext_lazy("No recent penalty"),
    "contract_on_file": gettext_lazy("Contract on file"),
    "operating_long_enough": gettext_lazy("In operation long enough"),
    "age_ok": gettext_lazy("Age within the policy"),
    "conflict": gettext_lazy("Double enrolment"),
    "excluded_by": gettext_lazy("Paid under another policy"),
    "within_places": gettext_lazy("Within the recognised places"),
    "months_left": gettext_lazy("Months left in the year"),
}
NATURES = {
    "INSTITUTION": gettext_lazy("Public institution"),
    "NON_PROFIT": gettext_lazy("Non-profit"),
    "FOR_PROFIT": gettext_lazy("For profit"),
}
CODES: Mapping[str, Any] = {
    **dict(Kind.choices),
    **dict(Band.choices),
    **dict(Mode.choices),
    **NATURES,
    "half": gettext_lazy("Half days"),
    "unrated": gettext_lazy("Unrated"),
    "true": gettext_lazy("yes"),
    "false": gettext_lazy("no"),
    "-": gettext_lazy("unknown"),
    "HALF_UP": gettext_lazy("half up"),
    "FLOOR": gettext_lazy("down"),
    "CEIL": gettext_lazy("up"),
    "INSPECTION_FAIL": gettext_lazy("inspection failed"),
    "MAJOR_HAZARD": gettext_lazy("major hazard"),
    "REPORT_LATE": gettext_lazy("monthly return late"),
    "OVER_CAPACITY": gettext_lazy("over capacity"),
}
GONE_TEXT = gettext_lazy(
    "The child has no month here any more: the spell was annulled or ended, or the month counts elsewhere."
)
GONE_REASON = gettext_lazy("No longer here")
ROUNDING_REASON = gettext_lazy("Rounding of the total")
UNITS = {"INFANT_MONTH": gettext_lazy("child-month"), ROUNDING_UNIT: gettext_lazy("rounding")}
LEVELS = {
    "CENTRAL": gettext_lazy("Central government"),
    "PROV": gettext_lazy("Province"),
    "CITY": gettext_lazy("City"),
    "COUNTY": gettext_lazy("District or county"),
    "TOWN": gettext_lazy("Town"),
    "VILLAGE": gettext_lazy("Village"),
}
SETTLED = {
    "MONTH": gettext_lazy("every month"),
    "QUARTER": gettext_lazy("every quarter"),
    "HALF": gettext_lazy("every half-year"),
    "YEAR": gettext_lazy("every year"),
}


@dataclass(frozen=True)
class Explained:
    """One step as the explanation component shows it."""

    title: str
    clause: str
    clause_url: str
    result: str
    numbers: tuple[str, ...] = ()
    rounding: str = ""


def reason_of(line: Line) -> str:
    """One line for lists: why the amount is what it is."""
    if line.unit == ROUNDING_UNIT or line.case is None:
        return str(ROUNDING_REASON)
    return reason(line.case.reason)


def reason(code: str) -> str:
    """A reason in words."""
    return str(GONE_REASON) if code == GONE else _(REASONS[Reason(code)])


def reasons() -> list[tuple[str, Any]]:
    """Every reason, for a filter."""
    return [(code.value, gettext_lazy(text)) for code, text in REASONS.items()] + [(GONE, GONE_REASON)]


def value_of(dimension: str, value: Any) -> str:
    """A fact in words."""
    if value is None:
        return str(CODES["unrated"] if dimension == "grade" else CODES["-"])
    if dimension.endswith("_fen"):
        return yuan(int(value))
    if isinstance(value, bool):
        return str(CODES[str(value).lower()])
    return str(CODES.get(str(value), value))


def facts(case: Case) -> list[tuple[str, str]]:
    """What the law looked at: (name, value), facts first, then what the run decided."""
    values = case.values
    ordered = sorted(values, key=lambda name: (name in VERDICTS, list(DIMENSIONS).index(name)))
    return [(str(DIMENSIONS[name]), value_of(name, values[name])) for name in ordered]


def explain(case: Case, terms: Terms, clause_url: str = "") -> list[Explained]:
    """The stored steps in words, each with its clause; `clause_url` is the policy's page, clauses are its anchors."""
    return [_step(step, terms, clause_url) for step in case.steps]


def _step(step: Mapping[str, Any], terms: Terms, clause_url: str) -> Explained:
    code, numbers = step["code"], dict(step["numbers"])
    if code == GONE:
        return Explained(str(GONE_TEXT), "", "", yuan(0))
    text = _(STEPS[code]) % {name: _number(name, value) for name, value in numbers.items()}
    clause = terms.clauses.get(step["clause"], "")
    return Explained(
        title=text,
        clause=clause,
        clause_url=f"{clause_url}#clause-{step['clause']}" if clause_url and clause else "",
        result=_result(code, numbers),
    )


def _number(name: str, value: Any) -> str:
    """A number or code inside a sentence."""
    if name.endswith("_fen"):
        return plain_yuan(int(value))
    if name == "when":
        return _described(str(value))
    if name == "exact":
        return str(value)
    return str(CODES.get(str(value), value))


def _described(when: str) -> str:
    """What a rate row looked at: "band=OLDER, grade=4" in words."""
    if when == "*":
        return _("all")
    pairs = re.findall(r"(\w+)=([^,]*)", when)
    return _("; ").join(f"{DIMENSIONS.get(name, name)} {CODES.get(value, value)}" for name, value in pairs)


def _result(code: str, numbers: Mapping[str, Any]) -> str:
    """What a step comes to, at the right of its line: an amount, a factor, met or not met."""
    if "amount_fen" in numbers:
        return yuan(int(numbers["amount_fen"]))
    if "rate_fen" in numbers:
        return yuan(int(numbers["rate_fen"]))
    if code == "MULTIPLIER":
        return f"× {numbers['factor']}"
    if code == "DAILY":
        return f"× {numbers['share']}"
    if code == "HALF_MONTH":
        return "× 1/2"
    if code in _STOPS:
        return _("not met")
    return _("met")


_STOPS = frozenset(Reason) - {Reason.PAID}


def shares(amounts: Iterable[tuple[Any, int]]) -> list[tuple[str, int]]:
    """Levels with their fen, in words."""
    return [(str(LEVELS[str(level)]), fen) for level, fen in amounts]


def mask_key(key: str) -> str:
    """A child key as officials see it: enough to tell two lines apart, not enough to look a child up."""
    return f"{key[:2]}***{key[-3:]}" if len(key) > 6 else f"{key[:1]}***"
