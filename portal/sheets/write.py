"""Lists as Excel files that print right at the first try: title, unit, two-row head, 合计, 制表日期, 审核人.

In the demo every sheet says that its data are invented; papers that look official carry SPECIMEN.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from portal import clock
from portal.money import capital, plain_yuan

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FONT = "宋体"
NUMBER_FORMATS = {"text": "@", "whole": "#,##0", "yuan": "#,##0.00", "decimal": "0.00", "percent": "0.0%", "day": "@"}
WIDTHS = {"text": 16, "whole": 9, "yuan": 13, "decimal": 9, "percent": 9, "day": 11}


@dataclass(frozen=True)
class Field:
    """A column to write. `kind`: text, whole, yuan (given in fen), decimal, percent (given as a fraction), day.

    Neighbours with the same `group` share a cell of the upper head row. `total` sums the column at the end.
    """

    title: Any
    kind: str = "text"
    group: Any = ""
    total: bool = False
    width: float = 0


@dataclass(frozen=True)
class Sheet:
    """One sheet: `rows` are sequences in the order of `fields`; None is an empty cell.

    `facts` are (label, value) pairs beneath the title, `signatures` the labels of the closing line; `in_words` is an
    amount in fen printed as 大写金额.
    """

    title: Any
    fields: Sequence[Field]
    rows: Iterable[Sequence[Any]]
    name: Any = ""
    unit: Any = ""
    facts: Sequence[tuple[Any, Any]] = ()
    notes: Sequence[Any] = ()
    signatures: Sequence[Any] = ()
    in_words: int | None = None
    specimen: bool = False
    prepared_on: dt.date | None = None
    prepared_by: str = ""


@dataclass
class _Cursor:
    """Where the next row goes."""

    row: int = 0
    sums: dict[int, int | float] = field(default_factory=dict)

    def next(self) -> int:
        """This row's number; the following one is next."""
        self.row += 1
        return self.row - 1


def demo_sentence() -> str:
    """What every export of the demo says; empty elsewhere."""
    if not settings.DEMO:
        return ""
    return _(
        "Demo data: providers, people, children, inspections and payments are invented; only area names, population "
        "and yearly totals are public figures. Not connected with any authority of Guangzhou."
    )


def workbook(*sheets: Sheet) -> bytes:
    """The sheets as the bytes of an .xlsx file."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    moment = clock.now().replace(tzinfo=None)
    book.set_properties({"title": str(sheets[0].title), "author": str(settings.SITE["host"]), "created": moment})
    for sheet in sheets:
        _write(book, sheet)
    book.close()
    return buffer.getvalue()


def response(filename: str, *sheets: Sheet) -> HttpResponse:
    """The sheets as a download; `filename` may be Chinese and has no ending."""
    answer = HttpResponse(workbook(*sheets), content_type=XLSX)
    answer["Content-Disposition"] = _attachment(f"{filename}.xlsx")
    answer["Cache-Control"] = "private, no-store"
    return answer


def csv_response(filename: str, fields: Sequence[Field], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Rows as CSV (UTF-8 with BOM, so that Excel reads Chinese); long lists stream."""

    def lines() -> Iterator[str]:
        line = csv.writer(_Echo())
        yield "\ufeff" + line.writerow([str(f.title) for f in fields])
        for row in rows:
            yield line.writerow([_plain(v, f.kind) for v, f in zip(row, fields, strict=True)])
        if said := demo_sentence():
            yield line.writerow([said])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = _attachment(f"{filename}.csv")
    answer["Cache-Control"] = "private, no-store"
    return answer


class _Echo:
    """A file that hands back what is written, for csv.writer."""

    def write(self, text: str) -> str:
        """Give the line back."""
        return text


def _attachment(filename: str) -> str:
    plain = filename.encode("ascii", "ignore").decode().strip(" _-") or "list"
    if plain.startswith("."):
        plain = f"list{plain}"
    return f"attachment; filename=\"{plain.replace(chr(34), '')}\"; filename*=UTF-8''{quote(filename)}"


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full width too: Excel in Chinese


def _plain(value: Any, kind: str) -> str:
    """A value as text for CSV; what a spreadsheet would take for a formula is disarmed."""
    if value is None:
        return ""
    if kind == "yuan":
        return plain_yuan(value)
    if kind == "percent":
        return f"{float(value):.4f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return disarmed(str(value)) if kind == "text" else str(value)


def disarmed(text: str) -> str:
    """Text that no spreadsheet takes for a formula when it opens a CSV file; 示例 stays 示例, =1+1 becomes '=1+1."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _write(book: xlsxwriter.Workbook, sheet: Sheet) -> None:
    """One sheet from its title to its signatures."""
    page = book.add_worksheet(_tab_name(sheet))
    page.hide_gridlines(2)
    last = max(len(sheet.fields) - 1, 1)
    style = _Styles(book)
    at = _Cursor()
    _spread(page, at.next(), 0, last, str(sheet.title), style.title)
    page.set_row(at.row - 1, 26)
    if sheet.specimen and settings.DEMO:
        _spread(page, at.next(), 0, last, "SPECIMEN 样张", style.specimen)
    facts = "　".join(f"{label}：{value}" for label, value in sheet.facts)
    unit = _("Unit: %(unit)s") % {"unit": sheet.unit} if sheet.unit else ""
    if facts or unit:
        middle = max(last - 1, 0) if unit else last
        _spread(page, row := at.next(), 0, middle, facts, style.fact)
        if unit:
            _spread(page, row, middle + 1, last, unit, style.unit) if middle < last else None
    _head(page, at, sheet.fields, style)
    first = at.row
    for values in sheet.rows:
        row = at.next()
        for column, (value, head) in enumerate(zip(values, sheet.fields, strict=True)):
            _cell(page, row, column, value, head, style)
            if head.total and value is not None:
                at.sums[column] = at.sums.get(column, 0) + value
    _totals(page, at, sheet, first, style)
    _foot(page, at, sheet, last, style)
    for column, head in enumerate(sheet.fields):
        page.set_column(column, column, head.width or _width(head))
    _print_setup(page, sheet, first)


def _width(head: Field) -> float:
    """Wide enough for the kind and the title; a Chinese character takes two."""
    letters = sum(2 if ord(letter) > 0x2E80 else 1 for letter in str(head.title))
    return min(max(WIDTHS[head.kind], letters * 0.7 + 2), 40)


class _Styles:
    """The few formats of every sheet."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        def make(**how: Any) -> Any:
            return book.add_format({"font_name": FONT, "font_size": 11, "valign": "vcenter", **how})

        self.title = make(bold=True, font_size=16, align="center")
        self.specimen = make(bold=True, font_size=12, align="center", font_color="#9B1C1C")
        self.fact = make(align="left")
        self.unit = make(align="right")
        self.head = make(bold=True, align="center", border=1, text_wrap=True, bg_color="#EAF0F7")
        self.foot = make(align="left", text_wrap=True)
        self.small = make(font_size=9, text_wrap=True, font_color="#444444")
        self.cells = {
            kind: make(border=1, num_format=mask, align="left" if kind in {"text", "day"} else "right",
                       text_wrap=kind == "text")
            for kind, mask in NUMBER_FORMATS.items()
        }  # fmt: skip
        self.totals = {
            kind: make(border=1, bold=True, num_format=mask, align="center" if kind in {"text", "day"} else "right")
            for kind, mask in NUMBER_FORMATS.items()
        }


def _spread(page: Any, row: int, first: int, last: int, text: str, style: Any) -> None:
    """Text over several columns of a row."""
    if first == last:
        page.write_string(row, first, text, style)
    else:
        page.merge_range(row, first, row, last, text, style)


def _head(page: Any, at: _Cursor, fields: Sequence[Field], style: _Styles) -> None:
    """One head row, or two when fields are grouped."""
    if not any(f.group for f in fields):
        row = at.next()
        for column, head in enumerate(fields):
            page.write_string(row, column, str(head.title), style.head)
        return
    upper, lower = at.next(), at.next()
    column = 0
    while column < len(fields):
        group = str(fields[column].group)
        end = column
        while group and end + 1 < len(fields) and str(fields[end + 1].group) == group:
            end += 1
        if not group:
            page.merge_range(upper, column, lower, column, str(fields[column].title), style.head)
        else:
            _spread(page, upper, column, end, group, style.head)
            for below in range(column, end + 1):
                page.write_string(lower, below, str(fields[below].title), style.head)
        column = end + 1


def _cell(page: Any, row: int, column: int, value: Any, head: Field, style: _Styles) -> None:
    """One value in its format; yuan are shown from whole fen."""
    how = style.cells[head.kind]
    if value is None:
        page.write_blank(row, column, None, how)
    elif head.kind == "yuan":
        page.write_number(row, column, value / 100, how)
    elif head.kind in {"whole", "decimal", "percent"}:
        page.write_number(row, column, float(value), how)
    else:
        page.write_string(row, column, value.isoformat() if isinstance(value, dt.date) else str(value), how)


def _totals(page: Any, at: _Cursor, sheet: Sheet, first: int, style: _Styles) -> None:
    """合计: a formula over the column that a person can check, with its value already in it."""
    if not any(head.total for head in sheet.fields):
        return
    end, row = at.row, at.next()
    for column, head in enumerate(sheet.fields):
        how = style.totals[head.kind]
        if not head.total:
            page.write_string(row, column, _("Total") if column == 0 else "", how)
            continue
        total = at.sums.get(column, 0)
        letter = xlsxwriter.utility.xl_col_to_name(column)
        shown = total / 100 if head.kind == "yuan" else total
        if end > first:
            page.write_formula(row, column, f"=SUM({letter}{first + 1}:{letter}{end})", how, shown)
        else:
            page.write_number(row, column, 0, how)


def _foot(page: Any, at: _Cursor, sheet: Sheet, last: int, style: _Styles) -> None:
    """大写金额, notes, who made the list and when, who checks it, and in the demo that all is invented."""
    if sheet.in_words is not None:
        text = _("Total in words: %(words)s") % {"words": capital(sheet.in_words)}
        _spread(page, at.next(), 0, last, text, style.foot)
    for note in sheet.notes:
        _spread(page, at.next(), 0, last, str(note), style.foot)
    made = _("Prepared on: %(day)s") % {"day": (sheet.prepared_on or clock.today()).isoformat()}
    by = _("Prepared by")
    labels = [str(label) for label in sheet.signatures] or [_("Checked by")]
    signing = "　　".join([made, f"{by}：{sheet.prepared_by}", *(f"{label}：" for label in labels)])
    _spread(page, row := at.next(), 0, last, signing, style.foot)
    page.set_row(row, 24)
    if said := demo_sentence():
        _spread(page, row := at.next(), 0, last, said, style.small)
        page.set_row(row, 30)


def _print_setup(page: Any, sheet: Sheet, first_data_row: int) -> None:
    """A4, one page wide, the head on every page, page numbers at the foot."""
    page.set_paper(9)
    if len(sheet.fields) > 7:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, first_data_row - 1)
    page.freeze_panes(first_data_row, 0)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    mark = "SPECIMEN  " if sheet.specimen and settings.DEMO else ""
    page.set_footer(f"&L{mark}&C&P / &N")


def _tab_name(sheet: Sheet) -> str:
    """A name Excel accepts: at most 31 characters, none of its signs."""
    text = str(sheet.name or sheet.title)
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in text).strip()[:31] or "Sheet1"
