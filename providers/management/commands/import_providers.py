"""`import_providers FILE`: take over a register from another system, for whoever sets a city up."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.problems import Refusal
from portal.sheets import csv_template
from providers.actions.importing import take_over
from providers.forms.importing import COLUMNS, read


class Command(BaseCommand):
    """Import providers; idempotent, all or nothing, every bad cell named by its address."""

    help = "Import providers with their classes from CSV or Excel (second sheet, or JSON in the column `classes`)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File and options."""
        parser.add_argument("file", nargs="?", help="CSV, .xlsx or .xls")
        parser.add_argument("--template", action="store_true", help="print the head row and stop")
        parser.add_argument("--dry-run", action="store_true", help="check only")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, write."""
        if options["template"]:
            self.stdout.write(csv_template(COLUMNS))
            return
        if not options["file"]:
            raise CommandError("Name the file with the providers, or ask for --template.")
        rows = self._read(options["file"])
        if options["dry_run"]:
            self.stdout.write(f"{len(rows)} providers are good; nothing was written (--dry-run).")
            return
        done = take_over(rows, by=None)
        if done.nothing:
            self.stdout.write(f"Nothing to do: {len(rows)} providers are as the list says.")
            return
        self.stdout.write(
            f"{len(rows)} providers: {done.added} added, {done.changed} changed, {done.classes} classes opened."
        )

    def _read(self, name: str) -> list[Any]:
        """The rows of the file, or a clear sentence about every bad cell."""
        try:
            with Path(name).open("rb") as file:
                rows, problems = read(file)
        except OSError as error:
            raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        if problems:
            raise CommandError("Nothing was imported:\n" + "\n".join(problems))
        return rows
