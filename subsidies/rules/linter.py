"""Faults of a policy before it is adopted: what cannot be read, what contradicts itself, what is not computed yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise
from typing import Any

from portal.wording import N_
from subsidies.rules.codes import COMPUTED_CAPS, COMPUTED_UNITS, Basis, Below
from subsidies.rules.parts import PPM
from subsidies.rules.reading import BadTerms, Problem
from subsidies.rules.terms import Terms

NOT_COMPUTED = "NOT_COMPUTED"
CYCLE = "CYCLE"


def lint(mapping: Mapping[str, Any]) -> list[Problem]:
    """Every problem of one policy, with its key path. An empty list means it may be adopted."""
    try:
        terms = Terms.from_mapping(mapping)
    except BadTerms as bad:
        return bad.problems
    checks = (_clauses, _dates, _shares, _days, _rates, _bands, _doubles, _not_computed)
    return [problem for check in checks for problem in check(terms)]


def lint_set(policies: Iterable[Terms]) -> list[Problem]:
    """Problems between policies: exclusions that run in a circle."""
    policies = list(policies)
    order = evaluation_order(policies)
    circle = sorted({terms.code for terms in policies} - {terms.code for terms in order})
    message = N_("These policies exclude one another in a circle: %(codes)s.")
    return [Problem(f"{code}.excludes", CYCLE, message, {"codes": ", ".join(circle)}) for code in circle]


def evaluation_order(policies: Iterable[Terms]) -> list[Terms]:
    """Policies with those they exclude before them, otherwise by code; those in or behind a circle are left out."""
    waiting = sorted(policies, key=lambda terms: (terms.code, terms.version))
    present = {terms.code for terms in waiting}
    done: list[Terms] = []
    while True:
        settled = present - {terms.code for terms in waiting}
        ready = [terms for terms in waiting if present.intersection(terms.excluded_policies) <= settled]
        if not ready:
            return done
        done += ready
        waiting = [terms for terms in waiting if terms not in ready]


def _clauses(terms: Terms) -> Iterator[Problem]:
    """Every step must be able to name its clause."""
    named = [
        ("min_days_clause", terms.min_days_clause),
        ("excludes_clause", terms.excludes_clause),
        ("proration.clause", terms.proration.clause),
        ("rounding.clause", terms.rounding.clause),
    ]
    for key in ("rates", "eligibility", "multipliers", "deductions", "caps"):
        named += [(f"{key}[{index}].clause", part.clause) for index, part in enumerate(getattr(terms, key))]
    for path, clause in named:
        if clause not in terms.clauses:
            yield Problem(path, "NO_CLAUSE", N_('There is no clause "%(clause)s" under clauses.'), {"clause": clause})


def _dates(terms: Terms) -> Iterator[Problem]:
    if terms.valid_from is None:
        yield Problem("valid_from", "MISSING", N_("This key is required."))
    elif terms.valid_to and terms.valid_to < terms.valid_from:
        yield Problem("valid_to", "ENDS_BEFORE_START", N_("The last day must not be before the first day."))


def _shares(terms: Terms) -> Iterator[Problem]:
    message = N_("The shares must add up to 1000000 millionths; they add up to %(sum)s.")
    if (total := sum(share.share_ppm for share in terms.funding)) != PPM:
        yield Problem("funding", "SHARES", message, {"sum": total})
    if terms.instalments and (total := sum(terms.instalments)) != PPM:
        yield Problem("instalments", "SHARES", message, {"sum": total})
    levels = [share.level for share in terms.funding]
    if len(levels) != len(set(levels)):
        yield Problem("funding", "LEVEL_TWICE", N_("A level has one share only."))


def _days(terms: Terms) -> Iterator[Problem]:
    proration = terms.proration
    if proration.has_threshold and proration.threshold is None:
        yield Problem("proration.threshold", "MISSING", N_("This basis needs a threshold."))
    if not proration.has_threshold and proration.threshold is not None:
        yield Problem("proration.threshold", "UNUSED", N_("This basis has no threshold."))
    if proration.pays_by_day and proration.denominator is None:
        yield Problem("proration.denominator", "MISSING", N_("Paying by days needs a denominator."))
    if not proration.pays_by_day and proration.denominator is not None:
        yield Problem("proration.denominator", "UNUSED", N_("Nothing here is paid by days."))
    allowed = {
        Basis.THRESHOLD: set(Below),
        Basis.HALF_STEP: {Below.HALF},
        # With HALF below, more days could pay less: 11 of 22 days half a month, and a reached threshold of 10 less.
        Basis.THRESHOLD_THEN_DAILY: {Below.ZERO},
    }.get(proration.basis, {Below.ZERO})
    if proration.below not in allowed:
        known = ", ".join(sorted(allowed))
        message = N_("With the basis %(basis)s this must be %(known)s.")
        yield Problem("proration.below", "CONTRADICTION", message, {"basis": proration.basis, "known": known})


def _rates(terms: Terms) -> Iterator[Problem]:
    if not terms.rates:
        yield Problem("rates", "MISSING", N_("A policy needs at least one rate."))
    for (i, one), (j, other) in combinations(enumerate(terms.rates), 2):
        if one.rank == other.rank and one.meets(other):
            message = N_("Rows %(one)s and %(other)s fit the same cases equally well; give one of them a priority.")
            yield Problem(f"rates[{j}]", "AMBIGUOUS", message, {"one": i + 1, "other": j + 1})


def _bands(terms: Terms) -> Iterator[Problem]:
    if len({row.band_from for row in terms.rates if row.band_from}) > 1:
        message = N_("A policy's bands are either kinds of class or ages, not both.")
        yield Problem("rates", "TWO_BANDS", message)
    for younger, older in pairwise(terms.age_bands):
        if older.from_months < younger.to_months:
            message = N_("The age bands %(one)s and %(other)s overlap.")
            yield Problem("rates", "BANDS_OVERLAP", message, {"one": younger.name, "other": older.name})


def _doubles(terms: Terms) -> Iterator[Problem]:
    """Parts of which there can be only one."""
    lists: dict[str, list[str]] = {
        "eligibility": [condition.name for condition in terms.eligibility],
        "multipliers": [multiplier.by for multiplier in terms.multipliers],
        "deductions": [deduction.trigger for deduction in terms.deductions],
        "caps": [cap.kind for cap in terms.caps],
        "excludes": list(terms.excludes),
    }
    for key, names in lists.items():
        for index, name in enumerate(names):
            if name in names[:index]:
                message = N_("%(name)s is already written above.")
                yield Problem(f"{key}[{index}]", "TWICE", message, {"name": name})
    if terms.code in terms.excludes:
        yield Problem("excludes", CYCLE, N_("A policy cannot exclude itself."))


def _not_computed(terms: Terms) -> Iterator[Problem]:
    """The schema can express more than the run can pay; what it cannot is refused, never guessed."""
    message = N_("%(what)s can be written down but is not computed yet.")
    if terms.unit not in COMPUTED_UNITS:
        yield Problem("unit", NOT_COMPUTED, message, {"what": terms.unit})
    for index, row in enumerate(terms.rates):
        if row.formula:
            yield Problem(f"rates[{index}].formula", NOT_COMPUTED, message, {"what": "formula"})
    for index, cap in enumerate(terms.caps):
        if cap.kind not in COMPUTED_CAPS:
            yield Problem(f"caps[{index}].cap", NOT_COMPUTED, message, {"what": cap.kind})
    if terms.instalments and terms.unit in COMPUTED_UNITS:
        yield Problem("instalments", NOT_COMPUTED, message, {"what": "instalments"})
