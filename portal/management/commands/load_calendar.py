"""`load_calendar [YEAR …]`: fill the working-day calendar from the State Council's yearly notices."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.actions.calendar import fill_years
from portal.problems import Refusal


class Command(BaseCommand):
    """Add missing days; what officers changed stays."""

    help = "Fill the working-day calendar (holidays and make-up days) of the years given; default 2024 2025 2026."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Years."""
        parser.add_argument("years", nargs="*", type=int, default=[2024, 2025, 2026])

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill and say what was added."""
        try:
            added = fill_years(options["years"], by=None)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{added} days added." if added else "Nothing to do: every day is there.")
