"""Values no form asks for, and how a form's fields are filled with them."""

import random
from collections.abc import Iterator
from typing import Any

from tests.hostile.reading import Field, Form

ELSEWHERE_ID = "3f2b8d0e-5a0c-4d4e-9a57-0c6f1f8b7a11"  # a row that is nobody's
MARK = b"<script>alert('1')</script>"
VALUES: list[Any] = [
    None,  # the field is not sent
    "",
    " \t\r\n ",
    "长" * 10_000,
    "nul\x00byte",
    b"\xff\xfe\xed\xa0\x80",  # no UTF-8, and half a surrogate pair
    "１２３",  # full width digits
    "²",  # a digit to str.isdigit, none to int
    "٣",  # a decimal digit to both, none to PostgreSQL
    "-1",
    "0",
    "1" + "0" * 30,
    "9223372036854775808",  # one more than a bigint holds
    "2147483648",
    "9" * 5000,  # int() refuses so many digits
    "1e400",
    "NaN",
    "-Infinity",
    "1_0",
    "0x10",
    "0000-00-00",
    "2025-02-30",
    "9999-12-31",
    "0001-01-01",
    "0000-01",
    "9999-12",
    "2025-13",
    "99999-01-01",
    ["1", "2"],  # several where one is meant
    ["", "示例", "1"],
    "NO_SUCH_CODE",
    ELSEWHERE_ID,
    "3f2b8d0e-5a0c",
    f"{MARK.decode()}\"'&",
    "%s %(x)s {0} {{ x }}",
    "'; DROP TABLE x; --",
    "[1,{\"a\":null}]",
    "\\",
    "🧒" * 50,
    "\u202eabc\u200f",
    "//evil.example.com/",
    "../../etc/passwd",
]  # fmt: skip


def plain(field: Field) -> Any:
    """What somebody who fills the field as meant would send."""
    if field.value or field.kind in ("hidden", "submit", "checkbox"):
        return field.value
    if field.choices:
        return next((choice for choice in field.choices if choice), "")
    return {
        "date": "2025-07-11",
        "month": "2025-06",
        "number": "1",
        "email": "a@example.com",
        "tel": "13800001234",
    }.get(field.kind, "示例")


def filled(form: Form) -> dict[str, Any]:
    """A form filled as meant, with the first of its buttons pressed."""
    sent: dict[str, Any] = {}
    for field in form.fields:
        if field.kind == "file" or (field.kind == "checkbox" and not field.checked):
            continue
        if field.kind == "submit":
            continue
        if field.kind in ("radio", "checkbox") and field.name in sent:
            if field.checked and field.kind == "checkbox":
                sent[field.name] = [*_many(sent[field.name]), field.value]
            elif field.checked:
                sent[field.name] = field.value
            continue
        sent.setdefault(field.name, plain(field))
    return sent


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def attempts(form: Form, *, dice: random.Random, most: int | None) -> Iterator[dict[str, Any]]:
    """Each field with each value while the others are as meant, and all fields at once; `most` of these."""
    good = filled(form)
    buttons = [field for field in form.fields if field.kind == "submit"] or [None]
    names = list(dict.fromkeys([*(field.name for field in form.fields)]))
    one_wrong = [(name, value) for name in names for value in VALUES]
    dice.shuffle(one_wrong)
    shifts = list(range(len(VALUES)))
    dice.shuffle(shifts)
    for number, (name, value) in enumerate(one_wrong[:most]):
        yield pressed(good, buttons[number % len(buttons)]) | {name: value}
    for number, shift in enumerate(shifts[: None if most is None else max(1, most // 2)]):
        wrong = {name: VALUES[(at + shift) % len(VALUES)] for at, name in enumerate(names)}
        yield pressed(wrong, buttons[number % len(buttons)])


def pressed(sent: dict[str, Any], button: Field | None) -> dict[str, Any]:
    """With the button's own name and value, where it has one."""
    return sent if button is None else sent | {button.name: button.value}
