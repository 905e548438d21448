"""`load_population CSV`: residents by area and year, for whoever sets a city up or enters a new year's figures."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.models import Area
from portal.problems import Refusal
from portal.sheets import Column, Row, Table, csv_template, read_table
from portal.sheets.parse import text, whole, yes_no
from quotas.actions.populations import PopulationRow, load_population

COLUMNS = [
    Column("area_code", "区划代码", text(12)),
    Column("year", "年份", whole(1949, 2100)),
    Column("age_from", "起始年龄", whole(0, 150), required=False, default=None, hint="empty: all residents"),
    Column("age_to", "截止年龄", whole(1, 151), required=False, default=None, hint="exclusive"),
    Column("population", "常住人口", whole(0, 2_000_000_000)),
    Column("source", "来源", text(200)),
    Column("is_estimate", "是否估算", yes_no, required=False, default=False),
]
# The public census extract heads its column in its own way.
EXTRACT = [Column("resident_population", c.zh, c.parse) if c.name == "population" else c for c in COLUMNS]


class Command(BaseCommand):
    """Load population; idempotent, all or nothing, every bad cell named by its address."""

    help = "Load residents from CSV or Excel (area_code,year[,age_from,age_to],population,source[,is_estimate])."

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
            raise CommandError("Name the file with the population, or ask for --template.")
        table = read(options["file"])
        check(table)
        if table.problems:
            raise CommandError("Nothing was loaded:\n" + "\n".join(str(cell) for cell in table.problems))
        if options["dry_run"]:
            self.stdout.write(f"{len(table.rows)} rows are good; nothing was written (--dry-run).")
            return
        done = load_population([PopulationRow(**row.values) for row in table.rows], by=None)
        if not done.added and not done.corrected:
            self.stdout.write(f"Nothing to do: {done.rows} figures are as the list says.")
            return
        self.stdout.write(f"{done.rows} figures: {done.added} added, {done.corrected} corrected.")


def read(name: str) -> Table:
    """The list as rows, in the contract's heads or in those of the census extract."""
    try:
        with Path(name).open("rb") as file:
            table, extract = read_table(file, COLUMNS), read_table(file, EXTRACT)
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
    except Refusal as refusal:
        raise CommandError(f"{name}: {refusal.message}") from refusal
    if len(extract.rows) <= len(table.rows):
        return table
    for row in extract.rows:
        row.values["population"] = row.values.pop("resident_population")
    return extract


def check(table: Table) -> None:
    """Faults that need the whole list: unknown areas, half an age band, the same figure twice."""
    known = set(Area.objects.filter(code__in=[row["area_code"] for row in table.rows]).values_list("code", flat=True))
    seen: dict[tuple[Any, ...], Row] = {}
    for row in table.rows:
        if row["area_code"] not in known:
            table.fault(
                row, "area_code", _("There is no area “%(code)s”. Load the areas first.") % {"code": row["area_code"]}
            )
        ages = (row["age_from"], row["age_to"])
        if (ages[0] is None) != (ages[1] is None) or (ages[0] is not None and ages[1] <= ages[0]):
            table.fault(row, "age_to", _("Give both ages, the second greater than the first, or none."))
        key = (row["area_code"], row["year"], *ages)
        if key in seen:
            table.fault(row, "year", _("Row %(row)s gives this figure already.") % {"row": seen[key].number})
        seen.setdefault(key, row)
