"""`import_enrolments FILE`: take a roll over from another system, for whoever sets a city up."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from enrolments.actions.importing import import_enrolments
from enrolments.forms.importing import ENROLMENT_COLUMNS
from enrolments.management.reading import add_options, judged
from portal.sheets import csv_template


class Command(BaseCommand):
    """Import spells of care; idempotent, all or nothing, every bad cell named, the roll never over the places."""

    help = "Import enrolments from CSV or Excel."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File and options."""
        add_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, write."""
        if options["template"]:
            self.stdout.write(csv_template(ENROLMENT_COLUMNS))
            return
        dry = options["dry_run"]
        done = judged(options["file"], ENROLMENT_COLUMNS, lambda table: import_enrolments(table, by=None, dry_run=dry))
        if dry:
            self.stdout.write(
                f"{done.added + done.known} rows are good, {done.added} of them new; nothing was written."
            )
        elif not done.added:
            self.stdout.write(f"Nothing to do: {done.known} enrolments are on the roll.")
        else:
            self.stdout.write(f"{done.added} enrolments added, {done.known} known; {done.children} new children.")
