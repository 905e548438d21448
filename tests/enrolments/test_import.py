"""Lists from other systems: all or nothing, every bad cell by its address, the roll never over the places."""

import datetime as dt
import io
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import call_command
from django.core.management.base import CommandError

from enrolments.actions.importing_attendance import shared
from enrolments.models import AttendanceMonth, AttendanceNote, Child, Enrolment, EnrolmentState, Occupancy
from portal import clock
from portal.models import AuditEvent
from providers.models import ClassGroup, FactChange, MonthReturn, SearchRow
from tests.enrolments.conftest import JULY
from tests.factories import enrolments as make
from tests.factories import providers as make_provider

HEAD = "child_key,birth_date,birth_order,provider_code,class_code,mode,from,to"
DAYS_HEAD = "child_key,provider_code,month,days"


def run(command: str, text: str, tmp_path: Path, *options: str, name: str = "list.csv") -> str:
    file, out = tmp_path / name, io.StringIO()
    file.write_text(text, encoding="utf-8")
    call_command(command, str(file), *options, stdout=out)
    return out.getvalue()


def spell(
    group: ClassGroup, key: str, start: str = "2025-07-01", end: str = "", mode: str = "full", **more: str
) -> str:
    values = {"birth": "2023-03-15", "order": "1", "provider": group.provider.code, "code": group.code} | more
    return f"{key},{values['birth']},{values['order']},{values['provider']},{values['code']},{mode},{start},{end}"


def enrol(rows: list[str], tmp_path: Path, *options: str) -> str:
    return run("import_enrolments", "\n".join([HEAD, *rows]), tmp_path, *options)


def attend(rows: list[str], tmp_path: Path, *options: str) -> str:
    return run("import_attendance", "\n".join([DAYS_HEAD, *rows]), tmp_path, *options)


def refused(rows: list[str], tmp_path: Path, take=enrol) -> str:
    with pytest.raises(CommandError) as found:
        take(rows, tmp_path)
    return str(found.value)


# --- enrolments -------------------------------------------------------------------------------------------------------


def test_a_roll_comes_in_and_a_second_time_nothing_happens(group: ClassGroup, tmp_path: Path) -> None:
    rows = [
        spell(group, "K1", "2024-09-02", "2025-06-30", birth="2022-08-01"),
        spell(group, "K1", "2025-07-01", "", birth="2022-08-01"),
        spell(group, "K2", mode="am"),
        spell(group, "K3", mode="下午托", order=""),
    ]
    assert enrol(rows, tmp_path).startswith("4 enrolments added, 0 known; 3 new children.")
    first, second = Enrolment.objects.filter(child__key="K1").order_by("during")
    assert (first.state, first.during.upper) == (EnrolmentState.ENDED, JULY)
    assert (second.state, second.during.upper) == (EnrolmentState.ACTIVE, None)
    assert Child.objects.get(key="K3").birth_order is None
    assert Occupancy.objects.count() == 4
    assert SearchRow.objects.get(class_group=group, mode="full").free == [1] * 13
    assert list(FactChange.objects.values_list("provider", "from_month", "to_month")) == [
        (group.provider_id, dt.date(2024, 9, 1), None)
    ]
    event = AuditEvent.objects.get(verb="import_enrolments")
    assert event.detail["added"] == 4
    assert "K1" not in str(event.detail)
    assert enrol(rows, tmp_path).startswith("Nothing to do")
    assert AuditEvent.objects.filter(verb="import_enrolments").count() == 1


def test_a_dry_run_writes_nothing(group: ClassGroup, tmp_path: Path) -> None:
    assert "1 rows are good, 1 of them new" in enrol([spell(group, "K1")], tmp_path, "--dry-run")
    assert not Child.objects.exists()
    assert not Enrolment.objects.exists()


def test_the_row_that_does_not_fit_is_named_and_nothing_is_imported(group: ClassGroup, tmp_path: Path) -> None:
    make.enrolment(group, during=(JULY, None))
    rows = [spell(group, f"K{n}") for n in range(2)] + [spell(group, "K9", "2025-08-01", "2025-08-31")]
    message = refused(rows, tmp_path)
    assert message.splitlines()[1:] == [f"E4: {group.name}在 2025-08-01 已无空余托位。"]
    assert Enrolment.objects.count() == 1
    assert not Child.objects.filter(key="K0").exists()


def test_half_days_share_places_in_a_list(group: ClassGroup, tmp_path: Path) -> None:
    rows = [spell(group, f"A{n}", mode="am") for n in range(3)] + [spell(group, f"P{n}", mode="pm") for n in range(3)]
    enrol(rows, tmp_path)
    assert "E2" in refused([spell(group, "F1")], tmp_path)


def test_a_list_seats_a_full_class_anew_where_it_must(group: ClassGroup, tmp_path: Path) -> None:
    one = make.enrolment(group, during=(JULY, dt.date(2025, 8, 1)))
    two = make.enrolment(group, during=(dt.date(2025, 8, 1), None))
    assert one.occupancies.get().place_id == two.occupancies.get().place_id
    two.occupancies.update(place=one.class_group.places.exclude(pk=one.occupancies.get().place_id).first())
    assert enrol([spell(group, "K1"), spell(group, "K2")], tmp_path).startswith("2 enrolments added")


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ({"provider": "NOBODY"}, "D2"),
        ({"code": "C-99"}, "E2"),
        ({"birth": "2023-02-30"}, "B2"),
        ({"birth": "soon"}, "B2"),
        ({"order": "0"}, "C2"),
        ({"start": "2025-02-30"}, "G2"),
        ({"end": "2025-06-30"}, "H2"),
        ({"mode": "hourly"}, "F2"),
        ({"birth": "2025-07-02"}, "G2"),  # not born yet
        ({"birth": "2024-07-01"}, "G2"),  # 12 months: too young for the class
    ],
)
def test_every_bad_cell_is_named(group: ClassGroup, tmp_path: Path, row: dict[str, str], cell: str) -> None:
    message = refused([spell(group, "K1", **row)], tmp_path)
    assert message.splitlines()[0] == "Nothing was imported:"
    assert [line.split(":")[0] for line in message.splitlines()[1:]] == [cell]


def test_all_faults_are_told_at_once(group: ClassGroup, tmp_path: Path) -> None:
    rows = [spell(group, "K1", code="X"), spell(group, "K2", end="2025-01-01"), spell(group, "K3")]
    assert [line.split(":")[0] for line in refused(rows, tmp_path).splitlines()[1:]] == ["E2", "H3"]


def test_overlapping_spells_of_one_child_are_named(group: ClassGroup, tmp_path: Path) -> None:
    other = make_provider.class_group()
    make.enrolment(other, who=make.child(key="K1"), during=(JULY, None))
    assert "G2" in refused([spell(group, "K1")], tmp_path)
    message = refused([spell(group, "K2"), spell(other, "K2", "2025-08-01")], tmp_path)
    assert "G3" in message
    assert "第 2 行" in message
    assert enrol([spell(group, "K3", mode="am"), spell(other, "K3", mode="pm")], tmp_path).startswith("2 ")


def test_a_child_has_one_birth_date(group: ClassGroup, tmp_path: Path) -> None:
    make.child(key="K1", birth_date=dt.date(2023, 3, 16))
    assert "B2" in refused([spell(group, "K1")], tmp_path)
    rows = [spell(group, "K2", end="2025-07-31"), spell(group, "K2", "2025-08-01", birth="2023-03-16")]
    assert "B3" in refused(rows, tmp_path)


def test_a_provider_with_its_roll_elsewhere_takes_no_list(group: ClassGroup, tmp_path: Path) -> None:
    group.provider.keeps_roll = False
    group.provider.save()
    assert "D2" in refused([spell(group, "K1")], tmp_path)


def test_an_excel_sheet_with_the_chinese_head_works_too(group: ClassGroup, tmp_path: Path) -> None:
    file, out = tmp_path / "roll.xlsx", io.StringIO()
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet("名册")
    head = ["婴幼儿编号", "出生日期", "孩次", "机构编码", "班级编码", "服务形式", "入托日期", "离托日期"]
    sheet.write_row(0, 0, head)
    sheet.write_row(1, 0, ["K1", "2023年3月15日", 1, group.provider.code, group.code, "全日托", "2025/7/1", ""])
    book.close()
    call_command("import_enrolments", str(file), stdout=out)
    assert out.getvalue().startswith("1 enrolments added")


@pytest.mark.parametrize(("command", "head"), [("import_enrolments", HEAD), ("import_attendance", DAYS_HEAD)])
def test_the_template_is_the_contract(command: str, head: str) -> None:
    out = io.StringIO()
    call_command(command, "--template", stdout=out)
    assert out.getvalue().strip() == head


@pytest.mark.parametrize("command", ["import_enrolments", "import_attendance"])
def test_a_missing_file_or_table_is_a_clear_sentence(db: None, command: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command(command, str(tmp_path / "nowhere.csv"))
    with pytest.raises(CommandError, match="Name the file"):
        call_command(command)


# --- attendance -------------------------------------------------------------------------------------------------------


def days(group: ClassGroup, key: str, letters: str, month: str = "2025-06") -> str:
    return f"{key},{group.provider.code},{month},{letters}"


def child(group: ClassGroup, key: str = "K1", **more) -> Enrolment:
    return make.enrolment(group, who=make.child(key=key), **more)


JUNE = "CCFFFFCCFFFFFCCFFFFFCCFFFFFCCF."  # Monday the 2nd was a holiday


def test_a_month_of_letters_comes_in_once(group: ClassGroup, tmp_path: Path) -> None:
    child(group)
    assert attend([days(group, "K1", JUNE)], tmp_path).startswith("1 months written")
    assert AttendanceMonth.objects.get().days == JUNE
    mark = FactChange.objects.get(cause="attendance")
    assert (mark.from_month, mark.to_month) == (dt.date(2025, 6, 1), dt.date(2025, 6, 1))
    assert attend([days(group, "K1", JUNE)], tmp_path).startswith("Nothing to do")
    changed = JUNE.replace("CCFFFF", "CCSFFF", 1)
    assert attend([days(group, "K1", changed)], tmp_path).startswith("1 months written")
    row = AttendanceMonth.objects.get()
    assert (row.days, row.version) == (changed, 2)


def test_a_dry_run_of_attendance_writes_nothing(group: ClassGroup, tmp_path: Path) -> None:
    child(group)
    assert "1 months are good" in attend([days(group, "K1", JUNE)], tmp_path, "--dry-run")
    assert not AttendanceMonth.objects.exists()


def test_a_dot_inside_the_spell_keeps_what_stands(group: ClassGroup, tmp_path: Path) -> None:
    spell_ = child(group)
    make.attendance(spell_, "2025-07", "FS")
    attend([days(group, "K1", "..F".ljust(31, "."), "2025-07")], tmp_path)
    assert AttendanceMonth.objects.get().days[:3] == "FSF"


def test_a_month_is_shared_out_to_two_spells_in_a_row(group: ClassGroup, tmp_path: Path) -> None:
    other = make_provider.class_group(group.provider, band="MIXED")
    first = child(group, during=(dt.date(2025, 6, 1), dt.date(2025, 6, 16)))
    second = make.enrolment(other, who=first.child, during=(dt.date(2025, 6, 16), None))
    attend([days(group, "K1", JUNE)], tmp_path)
    assert AttendanceMonth.objects.get(enrolment=first).days == JUNE[:15].ljust(31, ".")
    assert AttendanceMonth.objects.get(enrolment=second).days == "." * 15 + JUNE[15:]


def test_a_morning_and_an_afternoon_spell_split_the_day(group: ClassGroup, tmp_path: Path) -> None:
    morning = child(group, mode="am")
    afternoon = make.enrolment(group, who=morning.child, mode="pm")
    attend([days(group, "K1", "..FAPS".ljust(31, "."))], tmp_path)
    assert AttendanceMonth.objects.get(enrolment=morning).days[2:6] == "AA-S"
    assert AttendanceMonth.objects.get(enrolment=afternoon).days[2:6] == "P-PS"


@pytest.mark.parametrize(
    ("letter", "mode", "others", "said"),
    [("F", "am", 0, "F"), ("F", "am", 1, "A"), ("P", "am", 1, "-"), ("L", "pm", 1, "L"), ("P", "pm", 1, "P")],
)
def test_what_a_days_letter_says_of_one_spell(letter: str, mode: str, others: int, said: str) -> None:
    assert shared(letter, mode, others) == said


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("K1,NOBODY,2025-06,F", "B2"),
        ("NOBODY,{code},2025-06,F", "A2"),
        ("K1,{code},2025-05,F", "A2"),  # before the spell
        ("K1,{code},2025-13,F", "C2"),
        ("K1,{code},2025-06,Q", "D2"),
        ("K1,{code},2025-06," + "F" * 31, "D2"),  # June has 30 days
        ("K1,{code},2025-06," + "F" * 32, "D2"),
        ("K1,{code},2025-06,F", "D2"),  # the spell begins on the 2nd
        ("K1,{code},2025-07," + "." * 10 + "F", "D2"),  # tomorrow
    ],
)
def test_every_bad_cell_of_attendance_is_named(group: ClassGroup, tmp_path: Path, row: str, cell: str) -> None:
    child(group, during=(dt.date(2025, 6, 2), None))
    message = refused([row.format(code=group.provider.code)], tmp_path, take=attend)
    assert [line.split(":")[0] for line in message.splitlines()[1:]] == [cell]
    assert not AttendanceMonth.objects.exists()


def test_one_bad_row_stops_the_whole_list(group: ClassGroup, tmp_path: Path) -> None:
    child(group)
    child(group, "K2")
    rows = [days(group, "K1", JUNE), days(group, "K2", "Z"), days(group, "K1", JUNE)]
    assert [line.split(":")[0] for line in refused(rows, tmp_path, take=attend).splitlines()[1:]] == ["D3", "C4"]
    assert not AttendanceMonth.objects.exists()


def test_a_confirmed_statement_needs_a_reason(group: ClassGroup, tmp_path: Path) -> None:
    spell_ = child(group)
    make.attendance(spell_, "2025-06", JUNE)
    MonthReturn.objects.create(
        provider=group.provider, month=dt.date(2025, 6, 1), item="statement", confirmed_at=clock.now()
    )
    changed = JUNE.replace("CCFF", "CCSF", 1)
    assert "C2" in refused([days(group, "K1", changed)], tmp_path, take=attend)
    attend([days(group, "K1", changed)], tmp_path, "--reason", "late doctor's notes")
    note = AttendanceNote.objects.get()
    assert (note.day, note.before, note.after, note.reason) == (dt.date(2025, 6, 3), "F", "S", "late doctor's notes")
