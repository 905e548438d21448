"""`make_report YYYY-MM [--area CODE]`: compute, freeze and seal a month's report, for a city officer's console."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal import runs
from portal.dates import Month
from portal.models import Area, RunState
from portal.problems import Refusal
from portal.wording import Fault
from quotas.actions.reports import start_report
from quotas.models import Report


class Command(BaseCommand):
    """Queue the report's pieces and work on them here beside any workers; the same facts give the same report."""

    help = "Make the quota report of a month: places per 1,000 residents against the target, frozen and sealed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Month and area."""
        parser.add_argument("month", help="YYYY-MM")
        parser.add_argument("--area", default=settings.CITY_CODE, help="area code; the city")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start, work, say what came out."""
        try:
            month = Month.parse(options["month"])
            area = Area.objects.get(code=options["area"])
            run = start_report(area, month, by=None)
        except Fault as fault:
            raise CommandError(_(fault.msgid) % fault.params) from fault
        except Area.DoesNotExist as error:
            raise CommandError(f"There is no area “{options['area']}”.") from error
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        runs.work(run.pk)
        run.refresh_from_db()
        if run.state != RunState.DONE:
            raise CommandError(f"The report is not done: {run.error or 'other workers still hold some of it.'}")
        report = Report.objects.select_related("seal").get(public_id=run.result["report"])
        said = "made" if report.run_id == run.pk else "unchanged since it was made"
        self.stdout.write(f"{area.name} {month} no. {report.number}: {said}; code {report.seal.short_code}")
