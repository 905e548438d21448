"""Empty templates of imports: one head row, cells that keep leading zeros, a hint at every column."""

import csv
import io
from collections.abc import Mapping, Sequence

import xlsxwriter
from django.utils.translation import get_language

from portal.sheets.read import Column


def template(columns: Sequence[Column] | Mapping[str, Sequence[Column]], *, chinese: bool | None = None) -> bytes:
    """An .xlsx with a sheet per table; the head is in the reader's language (imports take both)."""
    if chinese is None:
        chinese = (get_language() or "zh").startswith("zh")
    sheets = columns if isinstance(columns, Mapping) else {"Sheet1": columns}
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    head = book.add_format({"bold": True, "bg_color": "#EAF0F7", "border": 1})
    text = book.add_format({"num_format": "@"})
    for name, found in sheets.items():
        page = book.add_worksheet(name)
        for place, column in enumerate(found):
            title = column.zh if chinese else column.name
            page.set_column(place, place, max(14, len(title) * 2 + 4), text)
            page.write_string(0, place, f"{title}*" if column.required else title, head)
            if hint := " ".join(str(part) for part in (column.hint, column.example) if part):
                page.write_comment(0, place, hint)
        page.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()


def csv_template(columns: Sequence[Column]) -> str:
    """The English head row as CSV, for `manage.py import_… --template`."""
    line = io.StringIO()
    csv.writer(line).writerow([column.name for column in columns])
    return line.getvalue().strip()
