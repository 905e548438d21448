"""What both imports do the same: options, reading the file, saying every bad cell."""

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import connection

from enrolments.actions.importing import BadRows
from portal.problems import Refusal
from portal.sheets import Column, Table, read_table


def add_options(parser: ArgumentParser) -> None:
    """File, --template, --dry-run."""
    parser.add_argument("file", nargs="?", help="CSV, .xlsx or .xls")
    parser.add_argument("--template", action="store_true", help="print the head row and stop")
    parser.add_argument("--dry-run", action="store_true", help="check only")


def judged(name: str | None, columns: Sequence[Column], act: Callable[[Table], Any]) -> Any:
    """Read the file and do it, or fail with a clear sentence or with every bad cell."""
    if not name:
        raise CommandError("Name the file, or ask for --template.")
    try:
        with Path(name).open("rb") as file:
            table = read_table(file, columns)
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
    except Refusal as refusal:
        raise CommandError(refusal.message) from refusal
    with connection.cursor() as cursor:  # a list is longer than a web request may last
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
    try:
        return act(table)
    except BadRows:
        problems = "\n".join(str(problem) for problem in table.problems)
        raise CommandError(f"Nothing was imported:\n{problems}") from None
