"""`load_areas CSV [--boundaries GEOJSON]`: bring the area tree up to a list, for whoever sets a city up."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.actions import areas
from portal.coordinates import bounding_box, check_point
from portal.models import AreaLevel
from portal.problems import Refusal
from portal.sheets import Column, Table, csv_template, read_table
from portal.sheets.parse import day, one_of, text
from portal.wording import Fault

LEVELS = {level.value: level.value for level in AreaLevel} | {
    "省": "province", "市": "city", "区": "district", "县": "district", "街道": "street", "镇": "street",
    "社区": "community", "村": "community",
}  # fmt: skip


def code(value: str) -> str:
    """An area code: up to 12 digits or, for local units without one, letters."""
    if not value.isascii() or not value.isalnum() or len(value) > 12:
        raise ValueError(_("“%(text)s” is not an area code.") % {"text": value})
    return value


COLUMNS = [
    Column("code", "区划代码", code),
    Column("name", "名称", text(60)),
    Column("level", "级别", one_of(LEVELS)),
    Column("parent_code", "上级代码", code, required=False, default=""),
    Column("valid_from", "起始日", day, required=False, hint="missing: always"),
    Column("valid_to", "截止日", day, required=False, hint="last day, inclusive"),
    Column("successor_code", "变更后代码", code, required=False, default=""),
]


class Command(BaseCommand):
    """Load areas; idempotent, all or nothing, every bad cell named by its address."""

    help = "Load the area tree from CSV or Excel (code,name,level,parent_code[,valid_from,valid_to,successor_code])."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File and options."""
        parser.add_argument("file", nargs="?", help="CSV, .xlsx or .xls")
        parser.add_argument("--boundaries", help="GeoJSON (WGS-84) whose features have a `code`")
        parser.add_argument("--template", action="store_true", help="print the head row and stop")
        parser.add_argument("--dry-run", action="store_true", help="check only")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, write."""
        if options["template"]:
            self.stdout.write(csv_template(COLUMNS))
            return
        if not options["file"]:
            raise CommandError("Name the file with the areas, or ask for --template.")
        table, rows = read_rows(options["file"])
        for fault in areas.faults(rows.values()):
            table.fault(next(n for n, row in rows.items() if row is fault.row), fault.column, fault.message)
        if table.problems:
            raise CommandError("Nothing was loaded:\n" + "\n".join(str(cell) for cell in table.problems))
        outlines = read_outlines(options["boundaries"]) if options["boundaries"] else None
        if options["dry_run"]:
            self.stdout.write(f"{len(rows)} rows are good; nothing was written (--dry-run).")
            return
        done = areas.load_areas(rows.values(), outlines=outlines, by=None)
        if done.nothing:
            self.stdout.write(f"Nothing to do: {done.areas} areas are as the list says.")
            return
        said = f"{done.areas} areas: {done.added} added, {done.changed} changed, {done.outlines} outlines."
        self.stdout.write(said)


def read_rows(name: str) -> tuple[Table, dict[int, areas.AreaRow]]:
    """The list as rows by their line in the file."""
    try:
        with Path(name).open("rb") as file:
            table = read_table(file, COLUMNS)
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
    except Refusal as refusal:
        raise CommandError(f"{name}: {refusal.message}") from refusal
    return table, {row.number: areas.AreaRow(**row.values) for row in table.rows}


def read_outlines(name: str) -> dict[str, Any]:
    """Geometry by area code; swapped or foreign coordinates are refused."""
    try:
        features = json.loads(Path(name).read_text(encoding="utf-8"))["features"]
        outlines = {str(feature["properties"]["code"]): feature["geometry"] for feature in features}
        for geometry in outlines.values():
            west, south, east, north = bounding_box(geometry)
            check_point(west, south), check_point(east, north)
    except (OSError, ValueError, KeyError, TypeError) as error:
        detail = _(error.msgid) % error.params if isinstance(error, Fault) else repr(error)
        raise CommandError(f"{name} is not a GeoJSON file whose features have a `code`: {detail}") from error
    return outlines
