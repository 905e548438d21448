"""`load_law`: write the national defaults of the law as dated rows, for whoever sets a city up."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.actions.law import load_defaults
from portal.problems import Refusal


class Command(BaseCommand):
    """Add what is missing; values that a city has set stay."""

    help = "Load documents, clauses and numbers of the law (clocks, notice and hazard terms)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say what was added."""
        try:
            added = load_defaults()
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{added} values of the law added." if added else "Nothing to do: the law is loaded.")
