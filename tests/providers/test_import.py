"""import_providers: every format, both headers, every bad cell by its address, all or nothing, twice is once."""

import csv
import datetime as dt
import io
import json

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from providers.forms.importing import CLASS_COLUMNS, COLUMNS, PROVIDER_CODE
from providers.models import ClassGroup, Fee, InclusiveAgreement, Place, Provider, SearchRow, Standing
from tests.factories import providers as make

pytestmark = pytest.mark.django_db

CLASSES = [
    {"class_code": "C1", "band": "YOUNGER", "places": 15, "inclusive_places": 10, "fee_full_fen": 180_000,
     "fee_half_fen": 90_000},
    {"class_code": "C2", "band": "托大班", "places": 20, "fee_full_fen": 160_000, "from": "2025-07-01"},
]  # fmt: skip


def row(code: str = "A1", **changes) -> dict:
    return {
        "code": code, "name": f"示例·{code}", "kind": "PRIVATE_FP", "credit_code": make.credit_code(),
        "authority": "MARKET", "street_code": "440105001", "address": f"示例路{code}", "lng": "113.32",
        "lat": "23.09", "crs": "wgs84", "filed_on": "2024-09-01", "phone": "020-12345678",
        "classes": json.dumps(CLASSES, ensure_ascii=False),
    } | changes  # fmt: skip


@pytest.fixture
def write(tmp_path):
    """`write(rows)` gives a CSV file."""

    def make_file(rows: list[dict], encoding: str = "utf-8", chinese: bool = False) -> str:
        names = {column.name: column.zh if chinese else column.name for column in COLUMNS}
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([names[name] for name in rows[0]])
        writer.writerows([list(r.values()) for r in rows])
        path = tmp_path / "providers.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        return str(path)

    return make_file


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("import_providers", *args, stdout=out)
    return out.getvalue()


def test_a_register_is_taken_over_and_twice_is_once(city, write):
    rows = [
        row("A1"),
        row(
            "A2",
            kind="公办托育机构",
            authority="机构编制部门",
            credit_code=make.credit_code("12"),
            filed_on="",
            classes="",
        ),
    ]
    file = write(rows)
    assert "2 added" in run(file)
    first = Provider.objects.get(code="A1")
    assert (first.standing, first.filed_on) == (Standing.ACTIVE, dt.date(2024, 9, 1))
    assert Provider.objects.get(code="A2").standing == Standing.UNFILED
    assert Place.objects.count() == 35 and Place.objects.filter(inclusive=True).count() == 10
    assert set(Fee.objects.values_list("mode", "amount_fen")) == {
        ("full", 180_000),
        ("am", 90_000),
        ("pm", 90_000),
        ("full", 160_000),
    }
    assert InclusiveAgreement.objects.get().places == 10
    assert SearchRow.objects.filter(provider=first).count() == 4
    assert ClassGroup.objects.get(code="C2").opened_on == dt.date(2025, 7, 1)
    assert "Nothing to do" in run(file)
    rows[0]["phone"] = "020-87654321"
    assert "1 changed" in run(write(rows))
    assert Provider.objects.get(code="A1").phone == "020-87654321"


def test_chinese_head_and_chinese_encoding(city, write):
    assert "1 added" in run(write([row()], encoding="gb18030", chinese=True))


def test_excel_with_classes_on_a_second_sheet(city, tmp_path):
    path = tmp_path / "providers.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet, second = book.add_worksheet("机构"), book.add_worksheet("班级")
    given = row(classes="")
    for place, column in enumerate(COLUMNS):
        sheet.write(0, place, column.zh)
        sheet.write(1, place, given[column.name])
    for place, column in enumerate([PROVIDER_CODE, *CLASS_COLUMNS]):
        second.write(0, place, column.name)
        for line, group in enumerate(CLASSES, 1):
            second.write(line, place, (group | {"provider_code": "A1"}).get(column.name, ""))
    book.close()
    assert "2 classes" in run(str(path))
    assert Place.objects.count() == 35


def test_a_dry_run_writes_nothing(city, write):
    assert "1 providers are good" in run(write([row()]), "--dry-run")
    assert not Provider.objects.exists()


def test_the_template_can_be_filled(city):
    assert run("--template").strip() == (
        "code,name,kind,credit_code,authority,street_code,address,lng,lat,crs,filed_on,phone,classes"
    )


BAD = [
    ({"name": ""}, "B3"),
    ({"kind": "CASTLE"}, "C3"),
    ({"credit_code": "91440105MA5ABC1200"}, "D3"),
    ({"authority": "CIVIL"}, "E3"),
    ({"street_code": "999999999"}, "F3"),
    ({"lng": "23.09", "lat": "113.32"}, "H3"),
    ({"lng": "east"}, "H3"),
    ({"lng": "114.9"}, "H3"),
    ({"crs": "mars"}, "J3"),
    ({"filed_on": "2025-02-30"}, "K3"),
    ({"filed_on": "2030-01-01"}, "K3"),
    ({"phone": "1"}, "L3"),
    ({"classes": "{"}, "M3"),
    ({"classes": '[{"class_code": "C1", "band": "YOUNGER", "places": 16}]'}, "M3"),
    ({"classes": '[{"class_code": "C1", "band": "YOUNGER", "places": 5, "inclusive_places": 6}]'}, "M3"),
    ({"classes": '[{"class_code": "C1", "band": "X", "places": 5}]'}, "M3"),
    ({"classes": '[{"class_code": "C1", "band": "YOUNGER"}]'}, "M3"),
    ({"classes": '[{"class_code": "C1", "band": "YOUNGER", "places": 5, "colour": 1}]'}, "M3"),
    ({"classes": '[{"class_code": "C1", "band": "OLDER", "places": 5, "from": "2024-01-01"}]'}, "M3"),
]


@pytest.mark.parametrize(("changes", "cell"), BAD)
def test_a_bad_cell_is_named_and_nothing_is_written(city, write, changes, cell):
    with pytest.raises(CommandError) as refused:
        run(write([row("A1"), row("A2", **changes)]))
    lines = str(refused.value).splitlines()
    assert len(lines) == 2 and lines[1].startswith(f"{cell}: "), lines
    assert not Provider.objects.exists()


def test_all_faults_are_told_at_once(city, write):
    with pytest.raises(CommandError) as refused:
        run(write([row("A1", phone="1", crs="x"), row("A1"), row("A3", name="")]))
    addresses = [line.partition(":")[0] for line in str(refused.value).splitlines()[1:]]
    assert {"J2", "L2", "B4"} <= set(addresses)


def test_twice_in_the_list_or_there_under_another_code(city, write):
    code = make.credit_code()
    with pytest.raises(CommandError, match="A2"):
        run(write([row("A1"), row("A1", address="别处")]))
    with pytest.raises(CommandError, match="G2"):
        run(write([row("A1", credit_code=code, address="同一处"), row("A2", credit_code=code, address="同一处")]))
    make.provider(credit_code=code, address="同一处")
    with pytest.raises(CommandError, match="G2"):
        run(write([row("A1", credit_code=code, address="同一处")]))


def test_a_class_with_another_number_is_not_overwritten(city, write):
    given = row()
    run(write([given]))
    changed = [CLASSES[0] | {"places": 12}, CLASSES[1]]
    with pytest.raises(CommandError, match="C1"):
        run(write([given | {"classes": json.dumps(changed)}]))
    assert Place.objects.count() == 35


def test_a_file_that_is_none(city, tmp_path):
    junk = tmp_path / "x.xlsx"
    junk.write_bytes(b"PK\x03\x04 nothing")
    for name in (str(junk), str(tmp_path / "missing.csv")):
        with pytest.raises(CommandError):
            run(name)


def test_a_big_register_takes_few_statements(city, write, django_assert_max_num_queries):
    file = write([row(f"A{n}") for n in range(60)])
    with django_assert_max_num_queries(30):
        run(file)
    assert Place.objects.count() == 60 * 35
