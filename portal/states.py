"""One writer for every state machine (design §3).

A machine is one dict of moves in an app's `states.py`; `move` is the only function that writes a state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Model
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.models import User
from portal.problems import Refusal, StaleState
from portal.verbs import verb_text

Moves = Mapping[str, frozenset[str] | set[str]]


class NoSuchMove(Refusal):
    """The machine does not know this move."""

    code = "no-such-move"
    status = 409
    text = _("It is “%(now)s” now, and from there this cannot be done. Load the page again to see what can be.")


@dataclass(frozen=True)
class Machine:
    """A state machine: the model's `field` moves only along `moves`; every state has a row.

    `title` is the drawing's heading; `verbs` may name moves for the drawing: (from, to) -> verb.
    """

    name: str
    model: type[Model]
    moves: Moves
    field: str = "state"
    title: str = ""

    def allows(self, before: str, after: str) -> bool:
        """Whether the move exists."""
        return after in self.moves[before]


def stale(row: Model) -> StaleState:
    """The refusal that tells the second mover who was first, and when."""
    event = audit.last_event(row)
    return StaleState(
        who=str(event.actor) if event and event.actor else "—",
        when=date_format(localtime(event.at), "Y-m-d H:i") if event else "—",
        what=verb_text(event.verb) if event else "—",
    )


@transaction.atomic
def move(
    row: Model,
    to: str,
    *,
    machine: Machine,
    by: User | None,
    verb: str,
    detail: Mapping[str, Any] | None = None,
    **facts: Any,
) -> None:
    """Move `row` to state `to` with the facts that go with it, or raise `NoSuchMove` or `StaleState`.

    Compare-and-set on the state (and on `version` where the model has one); the audit row is written in the same
    transaction. `row` is updated in place.
    """
    before = getattr(row, machine.field)
    if not machine.allows(before, to):
        in_words = getattr(row, f"get_{machine.field}_display", lambda: before)
        raise NoSuchMove(before=before, after=to, now=in_words())
    same = {"pk": row.pk, machine.field: before}
    new = {machine.field: to, **facts}
    seen = getattr(row, "version", None)  # a model without versions has none
    if seen is not None:
        same["version"] = seen
        new["version"] = F("version") + 1
    if not machine.model._base_manager.filter(**same).update(**new):
        raise stale(row)
    known = {machine.field: to, **facts} | ({"version": seen + 1} if seen is not None else {})
    for name, value in known.items():
        setattr(row, name, value)
    audit.record(row, verb, by=by, before=before, after=to, **(detail or {}))


def check_version(row: Model, version: int | str | None) -> None:
    """Refuse a form or request that was opened on an older version of the row (None = the caller has none)."""
    if version is not None and str(getattr(row, "version", None)) != str(version):
        raise stale(row)
