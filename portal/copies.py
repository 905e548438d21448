"""Copies of an area's path in other tables: `settings.PANELS["area_copies"]` names what each app says of its own.

Not in `portal.panels`, because an action asks for them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.db.models import Model
from django.utils.module_loading import import_string


class Follows(Enum):
    """What rows with a copy of an area's path do when the area moves."""

    ALWAYS = "who answers for the area today sees the row"
    FROM_THE_DAY = "a dated fact: until the day of the move the old path, from then on the new one"
    ITS_SUPERIOR = "stays in the books of the area above, wherever that one goes"
    NEVER = "says what was then; who may see it is asked through a key, not through the copy"


@dataclass(frozen=True)
class AreaCopy:
    """A table with `area_path`, and what it does when areas move (`portal.actions.moving`).

    `area`: the key to the area itself, which a successor takes over. `only`: SQL over `t`, which rows are meant.
    `then`: called with the ids of the rows that moved, in the same transaction.
    """

    model: type[Model]
    how: Follows
    area: str = ""
    only: str = ""
    then: Callable[[list[int]], None] | None = None


def area_copies() -> list[AreaCopy]:
    """Every table that carries `area_path`, lower apps first; a test finds one that nobody named."""
    return [copy for path in settings.PANELS["area_copies"] for copy in import_string(path)()]
