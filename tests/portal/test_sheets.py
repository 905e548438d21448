"""Lists out and in: what Excel will show, and every bad cell by its address."""

import datetime as dt
import io
from pathlib import Path

import pytest
import python_calamine
import xlsxwriter

from portal import sheets
from portal.money import parse_yuan
from portal.sheets import parse

COLUMNS = [
    sheets.Column("code", "机构编码"),
    sheets.Column("places", "托位数", parse.whole(1, 500)),
    sheets.Column("from", "起始日", parse.day),
    sheets.Column("fee", "收费", parse_yuan, required=False),
]


def book(*rows: list, name: str = "Sheet1") -> io.BytesIO:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        page = made.add_worksheet(name)
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, dt.date):
                    page.write_datetime(number, place, value, day)
                else:
                    page.write(number, place, value)
    buffer.seek(0)
    return buffer


def test_numbers_dates_and_chinese_heads_are_read_as_people_see_them():
    table = sheets.read_table(
        book(
            ["机构编码*", "托位数", "起始日", "收费"],
            [440105001, 20, dt.date(2025, 7, 1), 1813.5],
            [],
            ["A-2", "30", "2025年7月2日", ""],
        ),
        COLUMNS,
    )
    assert table.problems == []
    assert [row.values for row in table.rows] == [
        {"code": "440105001", "places": 20, "from": dt.date(2025, 7, 1), "fee": 181350},
        {"code": "A-2", "places": 30, "from": dt.date(2025, 7, 2), "fee": None},
    ]
    assert [row.number for row in table.rows] == [2, 4]


def test_every_bad_cell_is_named_by_its_address_at_once():
    table = sheets.read_table(
        book(
            ["code", "places", "from", "fee"],
            ["A-1", 0, dt.date(2025, 7, 1), ""],
            ["", "many", "2025-02-30", "12.345"],
        ),
        COLUMNS,
    )
    assert [cell.address for cell in table.problems] == [
        "Sheet1!B2",
        "Sheet1!A3",
        "Sheet1!B3",
        "Sheet1!C3",
        "Sheet1!D3",
    ]
    assert table.rows == []


def test_the_importer_adds_its_own_faults_at_the_cell():
    table = sheets.read_table(
        book(["场所"], ["code", "places", "from"], ["A-1", 5, "2025-07-01"], name="机构"), COLUMNS
    )
    table.fault(table.rows[0], "places", "too many")
    assert str(table.problems[0]) == "机构!B3: too many"


def test_missing_and_unknown_columns_are_named():
    table = sheets.read_table(book(["code", "palces", "from"], ["A-1", 5, "2025-07-01"]), COLUMNS)
    assert [cell.address for cell in table.problems] == ["Sheet1!A1", "Sheet1!B1"]
    assert "托位数 places" in table.problems[0].message
    assert "palces" in table.problems[1].message


def test_old_excel_files_are_read():
    with (Path(__file__).parent / "data" / "old_excel.xls").open("rb") as file:
        table = sheets.read_table(file, COLUMNS)
    assert [row.values["code"] for row in table.rows] == ["440105-0001"]
    assert table.rows[0]["from"] == dt.date(2025, 7, 1)
    assert [cell.address for cell in table.problems] == ["托位!B3", "托位!C3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_csv_is_read_as_chinese_excel_saves_it(encoding, comma):
    text = "机构编码,托位数,起始日\n示例,x,2025-07-01\n".replace(",", comma)
    table = sheets.read_table(io.BytesIO(text.encode(encoding)), COLUMNS)
    assert [str(cell.address) for cell in table.problems] == ["B2"]


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1junk", b"\x00\x01\x02", b'a,"b\n'], ids=range(4)
)
def test_what_is_no_table_is_said_to_be_none(content):
    with pytest.raises(sheets.UnreadableTable):
        sheets.read_table(io.BytesIO(content), COLUMNS)


def test_a_missing_second_sheet_is_named():
    with pytest.raises(sheets.UnreadableTable, match="classes"):
        sheets.read_tables(book(["code", "places", "from"]), {0: COLUMNS, "classes": COLUMNS})


def test_a_template_reads_back_without_fault():
    for chinese in (True, False):
        table = sheets.read_table(io.BytesIO(sheets.template(COLUMNS, chinese=chinese)), COLUMNS)
        assert (table.rows, table.problems) == ([], [])
    assert sheets.csv_template(COLUMNS) == "code,places,from,fee"


def written(sheet: sheets.Sheet) -> list[list]:
    made = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sheets.workbook(sheet)))
    return made.get_sheet_by_index(0).to_python(skip_empty_area=False)


SHEET = sheets.Sheet(
    title="2025年6月 补助发放清单",
    fields=[
        sheets.Field("机构"),
        sheets.Field("人数", "whole", group="全日托", total=True),
        sheets.Field("金额", "yuan", group="全日托", total=True),
    ],
    rows=[["=HYPERLINK(1)", 3, 123450], ["示例·二", 4, -50]],
    unit="元",
    facts=[("区", "海珠区")],
    in_words=123400,
    specimen=True,
    signatures=["审核人", "复核人"],
)


def test_a_list_has_two_row_head_totals_amount_in_words_and_signatures(day):
    rows = written(SHEET)
    flat = ["" if cell is None else cell for row in rows for cell in row]
    assert rows[0][0] == "2025年6月 补助发放清单"
    head = next(n for n, row in enumerate(rows) if row[0] == "机构")
    assert rows[head][1] == "全日托"
    assert rows[head + 1][1:] == ["人数", "金额"]
    assert rows[head + 2] == ["=HYPERLINK(1)", 3, 1234.5]
    assert rows[head + 4][1:] == [7, 1234.0]
    assert any("壹仟贰佰叁拾肆元整" in str(cell) for cell in flat)
    signed = next(str(cell) for cell in flat if "审核人" in str(cell))
    assert "制表日期：2025-07-10" in signed and "制表人" in signed


def test_the_demo_says_that_its_data_are_invented(day, settings):
    settings.DEMO = True
    flat = [str(cell) for row in written(SHEET) for cell in row]
    assert any("SPECIMEN" in cell for cell in flat)
    assert any("虚构" in cell or "invented" in cell for cell in flat)
    settings.DEMO = False
    flat = [str(cell) for row in written(SHEET) for cell in row]
    assert not any("SPECIMEN" in cell or "虚构" in cell or "invented" in cell for cell in flat)


def test_csv_disarms_formulas_and_shows_yuan():
    answer = sheets.csv_response("清单", SHEET.fields, SHEET.rows)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0] == "机构,人数,金额"
    assert lines[1] == "'=HYPERLINK(1),3,1234.50"
    assert "filename*=UTF-8''%E6%B8%85%E5%8D%95.csv" in answer["Content-Disposition"]
