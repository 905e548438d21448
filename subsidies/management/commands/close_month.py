"""`manage.py close_month YYYY-MM [--area CODE]`: compute a month's subsidies and prepare the claims."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import runs
from portal.dates import Month
from portal.models import Area, Run, RunState
from portal.money import yuan
from portal.problems import Refusal
from portal.wording import Fault
from subsidies.actions.closing import start_close

WAIT_S = 0.2


class Command(BaseCommand):
    """Close a month: idempotent, safe to interrupt; workers that run elsewhere help."""

    help = "Compute a month's subsidies for an area (default: the city) and prepare the claims."

    def add_arguments(self, parser: CommandParser) -> None:
        """A month, and perhaps an area."""
        parser.add_argument("month", help="like 2025-06")
        parser.add_argument("--area", default=settings.CITY_CODE, help="code of a district, city or province")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start, work until the run has ended, and say what came of it."""
        try:
            area = Area.objects.get(code=options["area"])
            run = start_close(Month.parse(options["month"]), area=area, by=None)
        except Area.DoesNotExist:
            raise CommandError(f"There is no area with the code {options['area']}.") from None
        except (Refusal, Fault) as refusal:
            raise CommandError(str(refusal)) from None
        self._work(run)
        if run.state == RunState.FAILED:
            raise CommandError(f"The close of {options['month']} failed: {run.error}")
        lines, result = run.result["lines"], run.result
        done = f"{lines} lines, {yuan(result['fen'])} yuan" if lines else "nothing to do, all is up to date"
        self.stdout.write(f"{result['month']}: {done}; {result['claims']} claims, hash {result['hash']}")

    def _work(self, run: Run) -> None:
        while run.state in (RunState.QUEUED, RunState.RUNNING):
            if not runs.work(run.pk):
                time.sleep(WAIT_S)  # the rest is in other workers' hands
            run.refresh_from_db()
