"""Which levels a claim passes in an area, and whose turn it is."""

import datetime as dt
from collections.abc import Iterable

from portal.law import ancestors
from subsidies.models import ApprovalChain
from subsidies.rules import chain as rules
from subsidies.rules.chain import Step


def chain_of(area_path: str, on: dt.date) -> tuple[Step, ...]:
    """The chain of the nearest area that has one on the day, else the usual one; one query."""
    return chains_of([area_path], on)[area_path]


def chains_of(area_paths: Iterable[str], on: dt.date) -> dict[str, tuple[Step, ...]]:
    """The chain of each area path; one query for all."""
    paths = set(area_paths)
    codes = {code for path in paths for code in ancestors(path)}
    rows = ApprovalChain.objects.filter(area__code__in=codes, valid_during__contains=on).select_related("area")
    found = {row.area.code: rules.read(row.steps) for row in rows}
    return {path: next((found[code] for code in ancestors(path) if code in found), rules.DEFAULT) for path in paths}


def states_waiting_for(role: str, chain: Iterable[Step]) -> list[str]:
    """The states in which a claim waits for an office."""
    before, waiting = "CONFIRMED", []
    for step in chain:
        if step.role == role:
            waiting.append(before)
        before = step.state
    return waiting
