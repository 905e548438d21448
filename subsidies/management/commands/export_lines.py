"""`manage.py export_lines YYYY-MM [--area CODE]`: a month's lines as CSV on standard output."""

import csv
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.dates import Month
from portal.models import Area
from portal.sheets import disarmed
from portal.wording import Fault
from subsidies.queries.ledger import of_month

COLUMNS = (
    "policy", "version", "unit", "subject_key", "provider_code", "payee", "period", "seq", "amount_fen", "reason",
)  # fmt: skip
FIELDS = (
    "policy__code", "policy_version__number", "unit", "subject_key", "provider__code", "payee", "period", "seq",
    "amount_fen", "case__reason",
)  # fmt: skip


class Command(BaseCommand):
    """Write the lines whose period is the month."""

    help = "Write the lines of a month at providers of an area (default: the city) as CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        """A month, and perhaps an area."""
        parser.add_argument("month", help="like 2025-06")
        parser.add_argument("--area", default=settings.CITY_CODE, help="code of an area")

    def handle(self, *args: Any, **options: Any) -> None:
        """Stream them in a fixed order."""
        try:
            month = Month.parse(options["month"])
            area = Area.objects.get(code=options["area"])
        except Area.DoesNotExist:
            raise CommandError(f"There is no area with the code {options['area']}.") from None
        except Fault as fault:
            raise CommandError(str(fault)) from None
        out = csv.writer(self.stdout, lineterminator="\n")
        out.writerow(COLUMNS)
        for *values, period, seq, fen, reason in of_month(month, area.path).values_list(*FIELDS).iterator(10_000):
            codes = [disarmed(value) if isinstance(value, str) else value for value in values]
            out.writerow([*codes, f"{period:%Y-%m}", seq, fen, reason or ""])
