"""Lists that are broken in every way: a clear sentence that names the cell, exit 1, nothing written, no traceback.

A few values a column; `DEEP=1` writes every value into every cell.
"""

import io
import os
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from tests.factories import providers as make
from tests.hostile.counting import grown, rows
from tests.hostile.values import VALUES

pytestmark = pytest.mark.django_db
MOST = None if os.environ.get("DEEP") == "1" else 2
GOOD: dict[str, dict[str, str]] = {
    "load_areas": {
        "code": "440105004", "name": "示例街道", "level": "street", "parent_code": "440105",
        "valid_from": "2025-01-01", "valid_to": "", "successor_code": "",
    },
    "load_population": {
        "area_code": "440105", "year": "2024", "age_from": "", "age_to": "", "population": "1000", "source": "示例",
    },
    "import_providers": {
        "code": "IN-1", "name": "示例·进口园", "kind": "PRIVATE_FP", "credit_code": "91440104MA5ABC120D",
        "authority": "MARKET", "street_code": "440105001", "address": "示例路 1 号", "lng": "113.32", "lat": "23.09",
        "crs": "wgs84", "filed_on": "2024-09-01", "phone": "020-12345678", "classes": "",
    },
    "import_enrolments": {
        "child_key": "K1", "birth_date": "2023-03-15", "birth_order": "1", "provider_code": "T1", "class_code": "C1",
        "mode": "full", "from": "2025-06-01", "to": "",
    },
    "import_attendance": {
        "child_key": "K1", "provider_code": "T1", "month": "2025-06", "days": "CFFFFFCCFFFFFCCFFFFFCCFFFFFCCF.",
    },
}  # fmt: skip
COMMANDS = list(GOOD)
PAIRS = {"age_from": "age_to", "lat": "lng"}


@pytest.fixture
def city_with_a_class(city, settings):
    """A provider with a class, one child on its roll, and no other language than English in the sentences."""
    settings.LANGUAGE_CODE = "en"
    make.class_group(make.provider(code="T1"), code="C1")
    with transaction.atomic():
        run("import_enrolments", csv_of("import_enrolments"))


def csv_of(command: str, *changes: dict[str, Any], encoding: str = "utf-8", comma: str = ",") -> bytes:
    """A list of the good row, once for each of the changes."""
    lines = [",".join(GOOD[command]).replace(",", comma)]
    for change in changes or ({},):
        cells = (GOOD[command] | change).values()
        lines.append(comma.join('"' + str(cell).replace('"', '""') + '"' for cell in cells))
    return "\n".join(lines).encode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")


def book_of(command: str, *changes: dict[str, Any], merged: bool = False, far: bool = False) -> bytes:
    """The same as .xlsx; `merged` joins the first cells of two rows, `far` writes into the last cell of the sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("Sheet1")
    for place, name in enumerate(GOOD[command]):
        page.write_string(0, place, name)
    for number, change in enumerate(changes or ({},), start=1):
        for place, cell in enumerate((GOOD[command] | change).values()):
            page.write_string(number, place, str(cell))
    if merged:
        page.merge_range(1, 0, 2, 0, next(iter(GOOD[command].values())), book.add_format({"bold": True}))
    if far:
        page.write_string(1_048_575, 16_383, "x")
    book.close()
    return out.getvalue()


def bomb() -> bytes:
    """A workbook of 200 KB that unpacks to more than 200 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
        bundle.writestr("[Content_Types].xml", "<x/>")
        bundle.writestr("xl/workbook.xml", "<x/>")
        with bundle.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _mb in range(201):
                sheet.write(b" " * 1_048_576)
    return out.getvalue()


BROKEN: dict[str, Any] = {
    "empty": lambda c: b"",
    "a mark and nothing": lambda c: b"\xef\xbb\xbf",
    "only blanks": lambda c: b" \n\n ,,, \n",
    "another head": lambda c: b"a,b,c\n1,2,3\n",
    "no head": lambda c: csv_of(c).partition(b"\n")[2],
    "a column twice unknown": lambda c: csv_of(c).replace(b"\n", b",extra,extra\n", 1),
    "merged cells": lambda c: book_of(c, {}, {}, merged=True),
    "old Excel that is none": lambda c: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"junk" * 1000,
    "a zip that is none": lambda c: b"PK\x03\x04" + b"junk" * 1000,
    "cut in the middle": lambda c: book_of(c)[:3000],
    "a cell at the end of the world": lambda c: book_of(c, far=True),
    "a bomb": lambda c: bomb(),
    "a quotation mark left open": lambda c: csv_of(c) + b'\n"open,1,2',
    "NUL": lambda c: csv_of(c) + b"\x00",
    "half of UTF-16": lambda c: csv_of(c).decode().encode("utf-16"),
    "a picture": lambda c: b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "a page": lambda c: b"<html><body>404</body></html>",
    "a cell too many": lambda c: csv_of(c) + b',"one,more"',
    "the same row twice, differing": lambda c: csv_of(c, {}, CONTRARY[c]),
    "GBK with a fault": lambda c: csv_of(c, FAULTY[c], encoding="gbk"),
    "a mark, Chinese and a fault": lambda c: csv_of(c, FAULTY[c], encoding="utf-8-sig"),
    "semicolons and a fault": lambda c: csv_of(c, FAULTY[c], comma=";"),
}  # fmt: skip
CONTRARY = {
    "load_areas": {"name": "另一街道"},
    "load_population": {"population": "2000"},
    "import_providers": {"name": "另一园"},
    "import_enrolments": {"mode": "am"},
    "import_attendance": {"days": "A" * 30 + "."},
}
FAULTY = {
    "load_areas": {"level": "街办"}, "load_population": {"population": "一千"}, "import_providers": {"kind": "学校"},
    "import_enrolments": {"birth_date": "二〇二三年"}, "import_attendance": {"month": "六月"},
}  # fmt: skip
NAMES_NO_CELL = {  # there is no cell to name: the file as a whole is none
    "old Excel that is none", "a zip that is none", "cut in the middle", "a bomb", "NUL", "a quotation mark left open",
    "half of UTF-16", "a picture",
}  # fmt: skip


def run(command: str, content: bytes, folder: Path | None = None) -> str:
    """Run it on a file of this content; gives the sentence it refused with, or nothing."""
    path = (folder or Path("/tmp")) / f"list-{os.getpid()}"
    path.write_bytes(content)
    try:
        call_command(command, str(path), stdout=io.StringIO(), stderr=io.StringIO())
    except CommandError as refused:
        return str(refused)
    finally:
        path.unlink()
    return ""


def refused(command: str, content: bytes, folder: Path) -> str:
    """The sentence, and that nothing was written with it."""
    with transaction.atomic():
        before = rows()
        said = run(command, content, folder)
        if said:
            assert grown(before, rows()) == {}
        transaction.set_rollback(True)
    return said


@pytest.mark.parametrize("command", COMMANDS)
def test_the_good_list_is_taken(city_with_a_class, command, tmp_path):
    """Else the refusals below would say nothing."""
    assert refused(command, csv_of(command), tmp_path) == ""
    assert refused(command, book_of(command), tmp_path) == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_broken_file_is_a_sentence_and_nothing_is_written(city_with_a_class, command, tmp_path):
    unclear = {}
    for name, content in BROKEN.items():
        said = refused(command, content(command), tmp_path)
        cell = any(f"{letter}{number}:" in said for letter in "ABCDEFGHIJKLMN" for number in (1, 2, 3))
        if len(said) < 20 or not (cell or name in NAMES_NO_CELL or "XFD1048576" in said):
            unclear[name] = said
    assert unclear == {}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_cell_takes_every_value_or_is_named(city_with_a_class, command, tmp_path):
    dice, unclear = random.Random(20250710), {}
    values = [value for value in VALUES if isinstance(value, str) and "\x00" not in value]
    for place, name in enumerate(GOOD[command]):
        for value in values if MOST is None else dice.sample(values, MOST):
            said = refused(command, csv_of(command, {name: value}), tmp_path)
            cells = {place, list(GOOD[command]).index(PAIRS.get(name, name))}  # of a pair the one or the other is named
            named = any(f"{chr(65 + cell)}2: " in said for cell in cells)
            if said and not named and f"“{value.strip()}”" not in said:
                unclear[name, value[:40]] = said[:300]
    assert unclear == {}


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_no_file_is_a_sentence(db, command, tmp_path):
    for name in ("", str(tmp_path), str(tmp_path / "missing"), "/dev/null"):
        with pytest.raises(CommandError, match=r"\w{3}"):
            call_command(command, *([name] if name else []), stdout=io.StringIO())
