"""`import_attendance FILE`: take months of attendance over from another system."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from enrolments.actions.importing_attendance import import_attendance
from enrolments.forms.importing import ATTENDANCE_COLUMNS
from enrolments.management.reading import add_options, judged
from portal.sheets import csv_template


class Command(BaseCommand):
    """Import attendance; idempotent, all or nothing, every bad cell named."""

    help = "Import attendance from CSV or Excel: one row a child, provider and month."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File and options."""
        add_options(parser)
        parser.add_argument("--reason", default="", help="why months with a confirmed statement are corrected")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, write."""
        if options["template"]:
            self.stdout.write(csv_template(ATTENDANCE_COLUMNS))
            return
        dry, reason = options["dry_run"], options["reason"]
        done = judged(
            options["file"],
            ATTENDANCE_COLUMNS,
            lambda table: import_attendance(table, by=None, reason=reason, dry_run=dry),
        )
        if dry:
            self.stdout.write(
                f"{done.written + done.known} months are good, {done.written} change; nothing was written."
            )
        elif not done.written:
            self.stdout.write(f"Nothing to do: {done.known} months stand as the list says.")
        else:
            self.stdout.write(f"{done.written} months written, {done.known} stood so already.")
