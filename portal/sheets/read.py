"""Lists that people hand in (.xlsx, .xls, CSV): every bad cell is named by its address, all of them at once.

A file is judged whole: whoever imports takes it only when `table.problems` is empty.
"""

import csv
import datetime as dt
import io
import pickle
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.files import BROKEN_ZIP, is_workbook
from portal.problems import Refusal
from portal.sheets import apart
from portal.wording import Fault

MAX_BYTES = 100 * 1024 * 1024
HEAD_WITHIN = 10  # rows above the head that may hold a title or an instruction
MESSAGE_MAX = 400  # a fault quotes the cell, and a cell may hold a book
MAX_CELLS = 20_000_000  # two and a half million children with eight columns each
ADDRESS = re.compile(rb'\sr="([A-Z]{0,3})([0-9]{1,7})"')
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Grid = list[list[Any]]


class UnreadableTable(Refusal):
    """The file is no table: wrong kind, damaged, password, or without the sheet."""

    code = "unreadable-table"
    status = 400
    text = gettext_lazy("This file cannot be read as a table. Send the template as .xlsx, .xls or CSV (UTF-8).")


csv.field_size_limit(MAX_BYTES)  # else a long cell makes the whole file unreadable, and nobody learns which


@dataclass(frozen=True)
class Column:
    """A column of a template: English `name` (the key), Chinese `zh`, and `parse` from text to value.

    `parse` raises Fault, Refusal or ValueError with a sentence. An empty cell of a column that is not `required` gives
    `default`.
    """

    name: str
    zh: str
    parse: Callable[[str], Any] = str
    required: bool = True
    default: Any = None
    hint: Any = ""
    example: str = ""


@dataclass(frozen=True)
class Cell:
    """A fault with the address of its cell, e.g. `Sheet1!C7` (`C7` in CSV)."""

    address: str
    message: str

    def __str__(self) -> str:
        return f"{self.address}: {self.message}"


@dataclass
class Row:
    """A row read: values by column name, and where it stood."""

    values: dict[str, Any]
    number: int  # as Excel counts, from 1

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass
class Table:
    """What a file holds: rows without faults of form, and every fault found. `fault` adds one that the caller finds."""

    sheet: str
    rows: list[Row] = field(default_factory=list)
    problems: list[Cell] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)

    def address(self, row: Row | int, name: str) -> str:
        """Where a column's cell of a row is; a column the file does not have is named at A."""
        number = row if isinstance(row, int) else row.number
        place = f"{self.letters.get(name, 'A')}{number}"
        return f"{self.sheet}!{place}" if self.sheet else place

    def fault(self, row: Row | int, name: str, message: Any) -> None:
        """Note a fault that only the importer can see: an unknown code, an overlap, a place too many."""
        self.problems.append(Cell(self.address(row, name), str(message)))


def read_table(file: IO[bytes], columns: Sequence[Column], *, sheet: int | str = 0) -> Table:
    """Read one table out of an .xlsx, .xls or CSV file (kind found in the bytes). Raises UnreadableTable."""
    return read_tables(file, {sheet: columns})[sheet]


def read_tables(file: IO[bytes], sheets: Mapping[int | str, Sequence[Column]]) -> dict[int | str, Table]:
    """Read several sheets of one file, each with its columns; a CSV file has only the first. Raises UnreadableTable."""
    pages = _pages(file)
    found = {}
    for key, columns in sheets.items():
        if isinstance(key, int):
            page = pages[key] if key < len(pages) else None
        else:
            page = next((p for p in pages if p[0].strip().lower() == key.lower()), None)
        if page is None:
            raise UnreadableTable(
                _("The sheet “%(sheet)s” is missing."), sheet=key if isinstance(key, str) else key + 1
            )
        found[key] = _table(page[0], page[1], columns)
    return found


def _pages(file: IO[bytes]) -> list[tuple[str, Grid]]:
    """Every sheet as (name, rows of cells); CSV is one sheet without a name."""
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnreadableTable(_("The file is larger than %(most)s MB."), most=MAX_BYTES // 1_048_576)
    if content.startswith((OLD_EXCEL, b"PK\x03\x04")):
        if content.startswith(b"PK"):
            if not is_workbook(io.BytesIO(content)):
                raise UnreadableTable
            try:
                check_extent(content)
            except BROKEN_ZIP as error:
                raise UnreadableTable from error
        return _book(content)
    return [("", _csv(content))]


def _book(content: bytes) -> list[tuple[str, Grid]]:
    """The sheets of a workbook, read in a process of its own."""
    reader = [sys.executable, "-I", apart.__file__]
    done = subprocess.run(reader, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise UnreadableTable
    pages = pickle.loads(done.stdout)
    if pages == apart.LOCKED:
        raise UnreadableTable(_("The file is locked with a password. Save it without one."))
    return pages


def check_extent(content: bytes) -> None:
    """Refuse an .xlsx with a cell so far out that the rectangle before it does not fit into memory.

    The reader lays a sheet out as one full rectangle: two cells in a file of 5 KB, A1 and XFD1048576, ask it for
    550 GB, and the process is gone (measured 2026-11-27 with calamine 0.37).
    """
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        for name in bundle.namelist():
            if not name.startswith("xl/worksheets/"):
                continue
            columns, rows, tail = {b""}, 0, b""
            with bundle.open(name) as sheet:
                while piece := sheet.read(1 << 20):
                    for letters, number in ADDRESS.findall(tail + piece):
                        columns.add(letters)
                        rows = max(rows, int(number))
                    tail = piece[-40:]
            widest = max((len(letters), letters) for letters in columns)[1].decode()
            if rows * place_of(widest) > MAX_CELLS:
                raise UnreadableTable(
                    _("A cell stands far away from the list, at %(cell)s. Delete the empty rows and columns up to it."),
                    cell=f"{widest}{rows}",
                )


def _csv(content: bytes) -> Grid:
    """CSV in UTF-8 (with or without BOM) or, as Chinese Excel saves it, in GB 18030; comma, semicolon or tab."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UnreadableTable
    if "\x00" in text:
        raise UnreadableTable
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return list(lines)
    except csv.Error as error:
        message = _("Line %(line)s cannot be read: a quotation mark is not closed, or stands inside a cell.")
        raise UnreadableTable(message, line=lines.line_num) from error


def _table(name: str, grid: Grid, columns: Sequence[Column]) -> Table:
    """Find the head, then read row by row."""
    table = Table(sheet=name)
    places, head_row = _head(grid, columns, table)
    if table.problems:
        return table
    taken = set(places.values())
    for number, cells in enumerate(grid[head_row + 1 :], start=head_row + 2):
        if not any(_text(cell) for cell in cells):
            continue
        row, before = Row({}, number), len(table.problems)
        for column in columns:
            place = places.get(column.name)
            text = _text(cells[place]) if place is not None and place < len(cells) else ""
            row.values[column.name] = _value(column, text, table, row)
        for place, cell in enumerate(cells):
            if place not in taken and _text(cell):
                name = f"?{place}"
                table.letters[name] = letter(place)
                table.fault(row, name, _("No column stands above this cell. A comma too many, or a line cut in two?"))
        if len(table.problems) == before:
            table.rows.append(row)
    return table


def _value(column: Column, text: str, table: Table, row: Row) -> Any:
    """A cell's value; a fault is noted at its address."""
    if not text:
        if column.required:
            table.fault(row, column.name, _("“%(column)s” must not be empty.") % {"column": _title(column)})
        return column.default
    try:
        return column.parse(text)
    except Fault as fault:
        message = _(fault.msgid) % fault.params
    except Refusal as refusal:
        message = refusal.message
    except ValueError as error:
        message = str(error) or _("“%(text)s” is not a valid value.") % {"text": text}
    table.fault(row, column.name, message if len(message) <= MESSAGE_MAX else f"{message[:MESSAGE_MAX]}…")
    return None


def _head(grid: Grid, columns: Sequence[Column], table: Table) -> tuple[dict[str, int], int]:
    """Where each column stands and in which row the head is; missing and unknown columns are faults."""
    known = {_squeeze(label): column for column in columns for label in (column.name, column.zh)}
    best: tuple[int, dict[str, int]] = (0, {})
    for number, cells in enumerate(grid[:HEAD_WITHIN]):
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            if column := known.get(_squeeze(_text(cell))):
                places.setdefault(column.name, place)
        if len(places) > len(best[1]):
            best = (number, places)
    head_row, places = best
    table.letters = {name: letter(place) for name, place in places.items()}
    for column in columns:
        if column.required and column.name not in places:
            table.fault(
                head_row + 1, column.name, _("The column “%(column)s” is missing.") % {"column": _title(column)}
            )
    if places:
        for place, cell in enumerate(grid[head_row]):
            text = _text(cell)
            if text and place not in places.values():
                table.letters[f"?{place}"] = letter(place)
                table.fault(head_row + 1, f"?{place}", _("The column “%(column)s” is not known.") % {"column": text})
    return places, head_row


def _title(column: Column) -> str:
    return f"{column.zh} {column.name}"


def _squeeze(text: str) -> str:
    """A head cell for comparing: full-width letters, spaces and the star of a required column do not matter."""
    return "".join(unicodedata.normalize("NFKC", text).lower().replace("*", "").split())


def _text(cell: Any) -> str:
    """A cell as the text a person sees: 440105001.0 → "440105001", a date → "2025-07-10"."""
    match cell:
        case None:
            return ""
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case dt.datetime():
            return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
        case dt.date():
            return cell.isoformat()
        case _:
            return str(cell).strip()


def place_of(letters: str) -> int:
    """How many columns there are up to this one: A → 1, AB → 28."""
    place = 0
    for one in letters:
        place = place * 26 + ord(one) - 64
    return place


def letter(place: int) -> str:
    """The letters of a column counted from 0: 0 → A, 27 → AB."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text
