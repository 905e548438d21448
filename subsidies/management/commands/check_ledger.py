"""`manage.py check_ledger`: prove the ledger by a naive recomputation that shares nothing with the run's SQL."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.panels import collect
from subsidies.models import Claim, Line
from subsidies.queries import recount


class Command(BaseCommand):
    """Σ lines = the law on today's facts, claims add up, hashes hold; 1 and every problem when not."""

    help = "Recompute the whole ledger naively and compare."

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect every app's checks."""
        problems = collect("ledger_checks")
        for problem in problems:
            self.stderr.write(f"{problem.where}: {problem.message}")
        if problems:
            raise CommandError(f"{len(problems)} problem(s) in the ledger.")
        waiting = len(recount.waiting())
        said = f"; {waiting} months of providers wait for the next close" if waiting else ""
        lines, claims = Line.objects.count(), Claim.objects.count()
        self.stdout.write(f"0 differences: {lines} lines in {claims} claims are the law on today's facts{said}")
