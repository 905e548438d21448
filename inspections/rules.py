"""Inspections by rule: the day a hazard is due, what a visit comes to, grades, and a draw anyone can repeat."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

# Levels of a hazard (隐患等级) and results of a visit (检查结果), in the codes of their tables.
GENERAL, MAJOR = "GENERAL", "MAJOR"
CONFORMS, CORRECT = "CONFORMS", "CORRECT"


def due_on(found_on: date, days: int) -> date:
    """The last day for putting a hazard right: calendar days from the day after (Civil Code art. 201)."""
    if days < 0:
        raise ValueError("a term is not negative")
    return found_on + timedelta(days=days)


def days_left(due: date, on: date) -> int:
    """Calendar days still left; negative once overdue (逾期)."""
    return (due - on).days


def result_of(levels: Iterable[str]) -> str:
    """What a visit came to by the hazards found: CONFORMS without any, MAJOR with a major one, else CORRECT."""
    found = set(levels)
    if unknown := found - {GENERAL, MAJOR}:
        raise ValueError(f"not a hazard level: {', '.join(sorted(unknown))}")
    if MAJOR in found:
        return MAJOR
    return CORRECT if found else CONFORMS


def grade_of(total: int, thresholds: Iterable[tuple[int, int]], *, vetoed: bool = False) -> int | None:
    """The best grade whose lowest score the total reaches; none below all of them or after a veto (一票否决).

    `thresholds` are (grade, lowest score) pairs in any order; a higher number is a better grade.
    """
    if vetoed:
        return None
    return max((grade for grade, lowest in thresholds if total >= lowest), default=None)


def draw(seed: str, population: Sequence[str], size: int) -> list[str]:
    """Draw `size` names without favour (双随机): those with the smallest SHA-256 of "seed|name", smallest first.

    The order of the population does not matter, a larger draw begins with the smaller one, and anyone with the seed
    and the snapshot can check it with standard tools: `printf 'seed|name' | sha256sum`.
    """
    names = set(population)
    if not 0 <= size <= len(names):
        raise ValueError(f"cannot draw {size} out of {len(names)}")
    return sorted(names, key=lambda name: (hashlib.sha256(f"{seed}|{name}".encode()).hexdigest(), name))[:size]
