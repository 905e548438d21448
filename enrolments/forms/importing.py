"""The columns of the two lists that come in from other systems: who is enrolled, and who came."""

from portal.dates import Month
from portal.sheets import Column
from portal.sheets.parse import day, one_of, text, whole

MODES = {"full": "full", "am": "am", "pm": "pm", "全日托": "full", "上午托": "am", "下午托": "pm"}

ENROLMENT_COLUMNS = [
    Column("child_key", "婴幼儿编号", text(64), example="K000001"),
    Column("birth_date", "出生日期", day, example="2023-03-15"),
    Column("birth_order", "孩次", whole(1, 15), required=False),
    Column("provider_code", "机构编码", text(40), example="440105-000001"),
    Column("class_code", "班级编码", text(40), example="C1"),
    Column("mode", "服务形式", one_of(MODES), example="full", hint="full, am, pm"),
    Column("from", "入托日期", day, example="2025-03-01"),
    Column("to", "离托日期", day, required=False, hint="the last day; empty: no end agreed"),
]


def letters(cell: str) -> str:
    """The 31 letters of a month as they stand, small ones too; dots that a spreadsheet dropped at the end come back."""
    return cell.strip().upper().replace("—", "-").replace("－", "-").ljust(31, ".") if cell.strip() else ""


ATTENDANCE_COLUMNS = [
    Column("child_key", "婴幼儿编号", text(64), example="K000001"),
    Column("provider_code", "机构编码", text(40), example="440105-000001"),
    Column("month", "月份", Month.parse, example="2025-07"),
    Column("days", "出勤", letters, example="FFFFCCFFFSLCC..................", hint="31 letters: F A P S L C - ."),
]
