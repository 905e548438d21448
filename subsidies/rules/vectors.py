"""Worked examples inside a policy file: what its authors say a case is worth, checked before the policy is adopted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.wording import N_
from subsidies.rules.assess import assess
from subsidies.rules.cases import Case, MissingDimension
from subsidies.rules.codes import Reason
from subsidies.rules.linter import lint
from subsidies.rules.reading import BadTerms, Problem, Reader
from subsidies.rules.steps import Assessment
from subsidies.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class Vector:
    """One worked example: a case, how many such child-months, and what they come to."""

    name: str
    case: Case
    amount_fen: int
    reason: Reason | None = None
    times: int = 1

    def matches(self, assessment: Assessment) -> bool:
        same_reason = self.reason in (None, assessment.reason)
        return same_reason and assessment.amount_fen * self.times == self.amount_fen


def read_vectors(mapping: Mapping[str, Any]) -> list[Vector]:
    """The examples of a policy file; raises BadTerms."""
    reader = Reader(mapping)
    vectors = [_read_vector(item) for item in reader.each("vectors")]
    if reader.problems:
        raise BadTerms(reader.problems)
    return vectors


def check_file(mapping: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with a policy file: its terms, then its own examples. Empty means it may be adopted."""
    if problems := lint(mapping):
        return problems
    try:
        vectors = read_vectors(mapping)
    except BadTerms as bad:
        return bad.problems
    return list(_wrong(Terms.from_mapping(mapping), vectors))


def _read_vector(reader: Reader) -> Vector:
    values = reader.raw("case", {})
    try:
        case = Case(values)
    except (MissingDimension, AttributeError, TypeError) as error:
        reader.fault("case", "BAD_CASE", N_("This is not a case: %(error)s."), error=str(error))
        case = Case({})
    vector = Vector(
        name=reader.text("name"),
        case=case,
        amount_fen=reader.whole("amount_fen"),
        reason=reader.one_of("reason", Reason) if "reason" in reader else None,
        times=reader.whole("times", 1, least=1),
    )
    reader.finish()
    return vector


def _wrong(terms: Terms, vectors: list[Vector]) -> Iterator[Problem]:
    for index, vector in enumerate(vectors):
        path = f"vectors[{index}]"
        try:
            assessment = assess(terms, vector.case)
        except (MissingDimension, TypeError) as error:  # TypeError: a list where the law compares a code
            yield Problem(f"{path}.case", "BAD_CASE", N_("This is not a case: %(error)s."), {"error": str(error)})
            continue
        if not vector.matches(assessment):
            message = N_("%(name)s: the rule gives %(got)s fen (%(reason)s), the example says %(said)s.")
            got = assessment.amount_fen * vector.times
            numbers = {"name": vector.name, "got": got, "reason": assessment.reason, "said": vector.amount_fen}
            yield Problem(path, "VECTOR", message, numbers)
