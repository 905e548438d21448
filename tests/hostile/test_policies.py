"""Policy files that are broken in every way: a sentence with the place in the file, nothing recorded.

A few values a key; `DEEP=1` writes every value at every key.
"""

import copy
import datetime as dt
import io
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from portal.problems import Refusal
from subsidies.actions.policies import load_policy
from tests.factories import subsidies as make
from tests.hostile.counting import grown, rows

pytestmark = pytest.mark.django_db
MOST = None if os.environ.get("DEEP") == "1" else 3
GONE = object()
VALUES: list[Any] = [
    GONE, None, "", 0, -1, 10**30, float("inf"), float("nan"), True, [], {}, [None], {"a": 1}, "NO", "9999-12-31",
    dt.date(9999, 12, 31), dt.date(1, 1, 1), "2025-02-30", "0000-00-00", [1, [2]], {1: 2}, "a\x00b", "长" * 10_001,
    "1/0", "1e9", b"x", {None: 1}, 0.1, "9" * 5000,
]  # fmt: skip
Path = tuple[str | int, ...]


def keys(data: Any, here: Path = ()) -> Iterator[Path]:
    """The path to every value of a file, lists by their first item."""
    yield here
    if isinstance(data, dict):
        for name, part in data.items():
            yield from keys(part, (*here, name))
    elif isinstance(data, list) and data:
        yield from keys(data[0], (*here, 0))


def changed(data: Any, path: Path, value: Any) -> Any:
    """The file with something else at a path."""
    if not path:
        return None if value is GONE else value
    other = copy.deepcopy(data)
    part = other
    for step in path[:-1]:
        part = part[step]
    if value is GONE:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return other


def test_every_key_takes_every_value_or_is_named(city):
    data, dice, unclear = make.policy_file("demo-2025-1.yaml"), random.Random(20250710), {}
    for path in keys(data):
        for value in VALUES if MOST is None else dice.sample(VALUES, MOST):
            with transaction.atomic():
                before = rows()
                try:
                    with transaction.atomic():
                        load_policy(changed(data, path, value), by=None)
                except Refusal as refusal:
                    told = [str(problem) for problem in getattr(refusal, "problems", [refusal])]
                    if grown(before, rows()) or not all(len(one) > 10 for one in told):
                        unclear[path, repr(value)[:40]] = told
                except Exception as error:
                    unclear[path, repr(value)[:40]] = repr(error)[:200]
                transaction.set_rollback(True)
    assert unclear == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        "code: 示例".encode("gb18030"),
        b"a: b: c",
        b"- 1",
        b"!!python/object:os.system x",
        b"valid_from: 2025-02-30",
        b"[" * 5000,
        b"a: &a [*a]",
        b"\x00",
        b"PK\x03\x04",
        b"{" * 20_000,
        b"a: 1\na: 2",
        b"a: &a [1,1]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]",
    ],
    ids=lambda content: repr(content[:20]),
)
def test_what_is_no_policy_is_a_sentence(city, tmp_path, content):
    path = tmp_path / "policy.yaml"
    path.write_bytes(content)
    before = rows()
    with pytest.raises(CommandError, match=r"\w{3}"):
        call_command("load_policy", str(path), stdout=io.StringIO())
    assert grown(before, rows()) == {}


def test_a_version_that_is_not_there_cannot_be_corrected(city, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump(make.policy_file("demo-2025-1.yaml"), allow_unicode=True))
    with pytest.raises(CommandError, match=r"DEMO-2025-1.*7"):
        call_command("load_policy", str(path), "--corrects", "7", stdout=io.StringIO())
