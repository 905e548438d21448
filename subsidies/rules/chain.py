"""The levels that let a claim pass, as data: which office moves it to which state, within how many working days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.wording import N_, Fault

# In the order of the way; a chain may leave out the two in the middle of the check, never the notice or the release.
STATES = ("CHECKED", "REVIEWED", "NOTICED", "RELEASED", "EXPORTED")
NEEDED = frozenset({"NOTICED", "RELEASED", "EXPORTED"})
ROLES = frozenset({"SUBDISTRICT", "DISTRICT", "CITY", "FINANCE"})


@dataclass(frozen=True, slots=True)
class Step:
    """One level: the state a claim gets, the office that gives it, and its time."""

    state: str
    role: str
    workdays: int


DEFAULT = (
    Step("CHECKED", "SUBDISTRICT", 5),
    Step("REVIEWED", "DISTRICT", 10),
    Step("NOTICED", "DISTRICT", 3),
    Step("RELEASED", "CITY", 5),
    Step("EXPORTED", "FINANCE", 5),
)


def read(steps: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """A chain from its rows. Raises Fault when a level is unknown, missing or out of order."""
    chain = tuple(Step(str(row["state"]), str(row["role"]), int(row["workdays"])) for row in steps)
    states = [step.state for step in chain]
    if unknown := [step for step in chain if step.state not in STATES or step.role not in ROLES]:
        message = N_("%(state)s by %(role)s is not a step of a claim.")
        raise Fault("CHAIN_STEP", message, state=unknown[0].state, role=unknown[0].role)
    if states != [state for state in STATES if state in states] or not NEEDED.issubset(states):
        raise Fault(
            "CHAIN_ORDER", N_("A chain goes on to notice, release and payment list, each once and in this order.")
        )
    return chain


def written(chain: Sequence[Step]) -> list[dict[str, Any]]:
    """The rows of a chain."""
    return [{"state": step.state, "role": step.role, "workdays": step.workdays} for step in chain]


def following(chain: Sequence[Step], state: str) -> Step | None:
    """The step after a state; a confirmed claim begins the chain."""
    if state == "CONFIRMED":
        return chain[0]
    reached = [index for index, step in enumerate(chain) if step.state == state]
    return chain[reached[0] + 1] if reached and reached[0] + 1 < len(chain) else None
