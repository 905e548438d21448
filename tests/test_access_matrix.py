"""Who may open what: every address × every office, in the own area and in another; the table is cases/access.csv.

A cell is two letters, the own area and the other: `x` it answers, `.` it is not there (404), `-` it asks for a login.
`WRITE_ACCESS=1 python -m pytest tests/test_access_matrix.py -k write` writes it as the code has it: read the diff.
"""

import csv
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.models import User
from tests.factories import portal as make
from tests.factories import world
from tests.factories.world import Corner

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).parent / "cases" / "access.csv"

OFFICES = {
    "subdistrict": ("SUBDISTRICT", "440105001"), "district": ("DISTRICT", "440105"), "city": ("CITY", "4401"),
    "finance": ("FINANCE", "4401", "FINANCE"), "inspector": ("INSPECTOR", "440105"),
    "evaluator": ("EVALUATOR", "440105"), "auditor": ("AUDITOR", "4401"), "sysadmin": ("SYSADMIN", "4401"),
}  # fmt: skip
PEOPLE = ["stranger", "account", "owner", "staff", *OFFICES]
ELSEWHERE = ("account_", "mfa_", "usersessions", "no_email_page")  # django-allauth's own pages, of the person alone
# One moves the day of the demo, one opens with a secret, one is slow, one needs a worker.
SKIPPED = {
    "demo_next_workday",
    "invitation",
    "api_schema",
    "readyz",
}

Values = Callable[[Corner], list[Any]]


def of(name: str, *more: Any) -> Values:
    """The public id of a row of the corner, and what follows it in the address."""
    return lambda c: [c[name].public_id, *more]


# What stands in the address, by its name or by the part before the colon and what the address has of variables.
ADDRESS: dict[str, Values] = {
    "interest_end": lambda c: [c["interest"].pk],
    "people_end": lambda c: [c["office"].pk],
    "people_revoke": lambda c: [c["invitation"].pk],
    "law_key": lambda c: ["notice.workdays"],
    "calendar_year": lambda c: [2025],
    "run": of("run"), "objection": of("objection"), "api_run": of("run"),
    "notice": lambda c: [c["objection"].notice.public_id],
    "api_notice": lambda c: [c["objection"].notice.public_id],
    "policy": lambda c: ["DOC"], "verify_code": lambda c: [c["report"].seal.short_code],
    "api_provider": of("provider"), "api_vacancies": of("provider"),
    "providers:draft_paper": lambda c: ["FIRE"],
    "providers:register_step": lambda c: ["identity"],
    "providers:filing_paper": of("filing", "FIRE"), "providers:correct_paper": of("filing", "FIRE"),
    "providers:correct_step": of("filing", "identity"),
    "providers:month": of("provider", world.MONTH),
    "providers:class": lambda c: [c["provider"].public_id, c["group"].public_id],
    "providers:paper": lambda c: [c["provider"].public_id, c["paper"].public_id],
    "enrolments:duplicate": lambda c: [c["twin"].child.public_id],
    "enrolments:enrol": of("provider", "child"), "enrolments:month": of("provider", "2025-06"),
    "enrolments:confirm": of("provider", "2025-06"), "enrolments:day": of("provider", "2025-07-01"),
    "enrolments:hold": lambda c: [c["provider"].public_id, c["spell"].child.public_id],
    "inspections:check": of("running", "FIRE"), "inspections:finding_new": of("running"),
    "inspections:finish": of("running"), "inspections:assess": lambda c: [c["provider"].code],
    "inspections:finding_file": lambda c: [c["finding"].public_id, c["paper"].public_id],
    "subsidies:line": lambda c: [c["claim"].public_id, c["line"].pk],
    "subsidies:case": lambda c: [c["claim"].public_id, c["line"].case_id],
    "subsidies:batch_new": lambda c: ["TEST", "4401"], "subsidies:policy": lambda c: ["TEST"],
    "quotas:area": lambda c: [c["street"].code],
}  # fmt: skip
ROWS = {  # one variable: the row that the rest of the address speaks of
    "providers:": of("provider"), "providers:filing": of("filing"), "providers:correct": of("filing"),
    "enrolments:": of("spell"), "enrolments:roll": of("provider"), "enrolments:find": of("provider"),
    "enrolments:enrol_": of("provider"), "enrolments:today": of("provider"),
    "inspections:": of("visit"), "inspections:finding": of("finding"), "inspections:answer": of("finding"),
    "inspections:check_finding": of("finding"), "inspections:ask_extension": of("finding"),
    "inspections:decide_extension": of("finding"), "inspections:withdraw": of("finding"),
    "inspections:suspend": of("finding"), "inspections:decision": of("decision"), "inspections:resume": of("decision"),
    "inspections:draw": of("draw"), "inspections:assessment": of("assessment"),
    "inspections:decide_assessment": of("assessment"),
    "subsidies:": of("claim"), "subsidies:batch": of("batch"), "quotas:": of("report"),
}  # fmt: skip
STATES = ["checked", "reviewed", "noticed", "released", "exported"]


def names(patterns: Any = None, namespace: str = "") -> list[tuple[str, int]]:
    """(name, number of variables) of every address of the site that is ours."""
    found: list[tuple[str, int]] = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found += names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name and not pattern.name.startswith(ELSEWHERE):
            found.append((f"{namespace}{pattern.name}", len(pattern.pattern.converters)))
    return sorted({one for one in found if one[0] not in SKIPPED})


def values_for(name: str, variables: int) -> Values:
    """How the variables of an address are filled from a corner."""
    if name in ADDRESS or not variables:
        return ADDRESS.get(name, lambda c: [])
    fitting = [start for start in ROWS if name.startswith(start)]
    assert fitting, f"{name}: say in ADDRESS or ROWS which row it opens"
    return ROWS[max(fitting, key=len)]


def addresses() -> list[tuple[str, Values]]:
    """Every line of the table with what fills its address; a queue is one line for each of its states."""
    lines: list[tuple[str, Values]] = []
    for name, variables in names():
        if name.startswith("subsidies:queue"):
            lines += [(f"{name} {state}", lambda c, state=state: [state]) for state in STATES]
        else:
            lines.append((name, values_for(name, variables)))
    return lines


def person(who: str, own: Corner) -> User | None:
    """Somebody of that office, or of the own corner's provider."""
    if who in OFFICES:
        return make.official(*OFFICES[who])
    return {"stranger": None, "account": make.user(), "owner": own["owner"], "staff": own["staff"]}[who]


def letter(client: Client, method: str, url: str) -> str:
    """What the address says to this person; nothing it writes stays."""
    with transaction.atomic():
        answer = getattr(client, method)(url)
        if answer.streaming:
            answer.getvalue()  # a paper: reading it to its end closes it
        transaction.set_rollback(True)
    if answer.status_code >= 500:
        return "!"
    if answer.status_code == 405:
        return " "
    if answer.status_code in (401, 403) or (answer.status_code == 302 and "/accounts/login/" in answer["Location"]):
        return "-"
    return "." if answer.status_code == 404 else "x"


@pytest.fixture
def corners(city: Any) -> list[Corner]:
    """The own subdistrict and one of another district."""
    made = [world.corner("440105001"), world.corner("440106001")]
    world.settle(made)
    return made


def column(who: str, corners: list[Corner], lines: Collection[str] | None = None) -> dict[str, str]:
    """Cells of these lines (None: of all) for one person."""
    client = make.client_of(person(who, corners[0]), raise_request_exception=False)
    found = {}
    for name, values in addresses():
        for method in ("get", "post"):
            if lines is not None and f"{method} {name}" not in lines:
                continue
            url = name.split()[0]
            cell = "".join(letter(client, method, reverse(url, args=values(c))) for c in corners)
            if cell.strip():  # a method that an address does not know has no line
                found[f"{method} {name}"] = cell
    return found


def read() -> dict[str, dict[str, str]]:
    """The table: person → line → cell."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {who: {row["address"]: row[who] for row in rows if row[who]} for who in PEOPLE}


def asked(table: dict[str, dict[str, str]], who: str) -> set[str]:
    """Which lines are asked of a person. Not in the long profile: what strangers may open is asked of a stranger, and
    a POST to a page that answered GET the same way meets the same guard.
    """
    if os.environ.get("DEEP") == "1" or who == "stranger":
        return set(table[who])
    public = {line for line, cell in table["stranger"].items() if cell == "xx"}
    twice = {
        line for line in table[who]
        if line.startswith("post ") and all(table[one].get(line) == table[one].get(f"get {line[5:]}") for one in PEOPLE)
    }  # fmt: skip
    return set(table[who]) - public - twice


def test_every_address_answers_those_it_is_for_and_is_not_there_for_others(corners):
    """One test for all: building the corners costs as much as asking."""
    table, wrong = read(), {}
    for who in PEOPLE:
        lines = asked(table, who)
        found = column(who, corners, lines)
        wrong |= {(who, line): found.get(line) for line in lines if found.get(line) != table[who][line]}
    assert wrong == {}


def test_every_address_of_the_site_has_a_line():
    known = {line.partition(" ")[2] for cells in read().values() for line in cells}
    assert known == {name for name, _values in addresses()}


def test_the_table_tells_offices_and_areas_apart():
    """To every office of a district something is there in its own area alone, and to all something is not there."""
    for who, cells in read().items():
        if who in {"owner", "staff", *OFFICES} - {"city", "finance", "auditor", "sysadmin"}:
            assert "x." in cells.values(), who
        assert {".", "-"} & {letter for cell in cells.values() for letter in cell}, who


@pytest.mark.skipif(not os.environ.get("WRITE_ACCESS"), reason="writes the table as the code has it")
def test_write_the_table(corners):
    columns = {who: column(who, corners) for who in PEOPLE}
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["address", *PEOPLE])
        for line in dict.fromkeys(line for cells in columns.values() for line in cells):
            out.writerow([line, *(columns[who].get(line, "") for who in PEOPLE)])
