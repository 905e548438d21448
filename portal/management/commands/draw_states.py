"""`draw_states`: write docs/states.md from the machines' dicts; `--check` fails when the page and the code differ."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from portal.panels import collect
from portal.states import Machine

HEAD = """# States

Drawn by `manage.py draw_states` from the `MACHINES` of each app's `states.py`. Do not edit: change the dict and draw.
`portal.states.move` is the only writer; every move leaves an audit row.
"""


class Command(BaseCommand):
    """Draw, or compare what is drawn."""

    help = "Draw every state machine into docs/states.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--check", action="store_true", help="change nothing; fail when the page is not the code's")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page, or say that it is true."""
        page = settings.BASE_DIR / "docs" / "states.md"
        with translation.override("en"):  # the page is the same whoever draws it
            drawn = document(collect("states"))
        standing = page.read_text(encoding="utf-8") if page.exists() else ""
        if drawn == standing:
            self.stdout.write("Nothing to do: docs/states.md is what the code says.")
        elif options["check"]:
            raise CommandError("docs/states.md is not what the code says. Run manage.py draw_states.")
        else:
            page.write_text(drawn, encoding="utf-8")
            self.stdout.write("docs/states.md drawn.")


def document(machines: list[Machine]) -> str:
    """Every machine as a heading and a Mermaid drawing, in a fixed order."""
    return "\n".join([HEAD, *(drawing(machine) for machine in sorted(machines, key=lambda m: (label(m), m.name)))])


def label(machine: Machine) -> str:
    """The app and model a machine moves."""
    return machine.model._meta.label


def drawing(machine: Machine) -> str:
    """A machine: its states with their names, first states, moves and ends."""
    field = machine.model._meta.get_field(machine.field)
    names = {str(value): str(name) for value, name in field.flatchoices}
    reached = {str(after) for afters in machine.moves.values() for after in afters}
    lines = [f"## {machine.title or machine.name}", "", f"`{label(machine)}.{machine.field}`", "", "```mermaid"]
    lines.append("stateDiagram-v2")
    for state in machine.moves:
        if name := names.get(str(state)):
            lines.append(f"    {state}: {state} · {name}" if name != str(state) else f"    {state}")
    lines += [
        f"    [*] --> {state}" for state in machine.moves if str(state) not in reached or is_default(field, state)
    ]
    for before, afters in machine.moves.items():
        lines += [f"    {before} --> {after}" for after in sorted(str(after) for after in afters)]
        if not afters:
            lines.append(f"    {before} --> [*]")
    return "\n".join([*lines, "```", ""])


def is_default(field: Any, state: Any) -> bool:
    """Whether rows begin in this state."""
    return field.has_default() and str(field.default) == str(state)
