"""docs/worked-month.md is true: its facts are made through the actions, its months are closed, its numbers compared."""

import csv
import datetime as dt
import json
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from inspections.actions.ratings import confirm_assessment, record_assessment
from portal.money import yuan
from providers.models import Provider
from subsidies.actions.claims import confirm_claim
from subsidies.actions.policies import load_policy
from subsidies.models import Claim, Line, PolicyVersion
from subsidies.queries import ledger
from subsidies.queries.versions import read
from subsidies.rules import split_funding
from tests.factories import inspections as of_inspections
from tests.factories import portal as of_portal
from tests.factories import providers as of_providers
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db

TEXT = (Path(__file__).parents[2] / "docs" / "worked-month.md").read_text(encoding="utf-8")
Row = dict[str, str]


def tables() -> Iterator[list[Row]]:
    """Every table of the page, a dict a row."""
    for block in re.findall(r"(?:^\|.*\n)+", TEXT, flags=re.M):
        head, _rule, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        yield [dict(zip(head, row, strict=True)) for row in rows]


CLASSES, CHILDREN, ATTENDANCE, LINES, CLAIMS, CORRECTED, DIFFERENCES, CLAIMS_AFTER = tables()
POLICY = yaml.safe_load(re.search(r"```yaml\n(.*?)```", TEXT, flags=re.S)[1])
STREETS = {"BAMBOO": "440105001", "LOTUS": "440105002", "CEDAR": "440106001"}
CLOSED_ON = {"2025-04": (2025, 5, 6), "2025-05": (2025, 6, 3), "2025-06": (2025, 7, 1)}


# --- Making the facts ---------------------------------------------------------------------------------------------


@pytest.fixture
def town(city, tmp_path):
    """The town as it stands when June has been closed."""

    def take(command: str, rows: list[Row], **options: str) -> None:
        file = tmp_path / "rows.csv"
        with file.open("w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        call_command(command, str(file), **options)

    with make.clock_at(2025, 3, 31):
        load_policy(POLICY, by=None)
        take("import_providers", [provider_row(code) for code in STREETS])
    with make.clock_at(2025, 4, 1):
        take("import_enrolments", [enrolment_row(child) for child in CHILDREN])
    for group in CLASSES:
        if group["stars from"]:
            rate(group["provider"], *group["stars from"].split(" from "))
    for month, day in CLOSED_ON.items():
        with make.clock_at(*day):
            take("import_attendance", [attendance_row(row) for row in ATTENDANCE if row["month"] == month])
            make.close(month)
    return take


def provider_row(code: str) -> Row:
    """A provider with its classes, as `import_providers` reads it."""
    classes = [group for group in CLASSES if group["provider"] == code]
    return {
        "code": code, "name": f"示例·{code}", "kind": classes[0]["kind"], "authority": "MARKET",
        "credit_code": of_providers.credit_code(), "street_code": STREETS[code], "address": "示例路 1 号",
        "lng": "113.27", "lat": "23.09", "crs": "wgs84", "filed_on": "2024-09-02", "phone": "020-12345678",
        "classes": json.dumps([
            {"class_code": group["class"], "band": group["band"], "places": int(group["places"]),
             "inclusive_places": int(group["recognised"]), "from": "2024-09-02"} for group in classes
        ]),
    }  # fmt: skip


def provider_of(group: str) -> str:
    return next(row["provider"] for row in CLASSES if row["class"] == group)


def enrolment_row(child: Row) -> Row:
    """A spell, as `import_enrolments` reads it."""
    return {
        "child_key": child["child"], "birth_date": child["born"], "birth_order": "1",
        "provider_code": provider_of(child["class"]), "class_code": child["class"], "mode": child["mode"],
        "from": child["from"], "to": "",
    }  # fmt: skip


def attendance_row(row: Row) -> Row:
    """A child's month, as `import_attendance` reads it; the page's count must be that of its letters."""
    days = row["days from the 1st"].strip("`")
    assert len(days) == 31 and sum(days.count(letter) for letter in "FAP") == int(row["present"])
    return {"child_key": row["child"], "provider_code": row["provider"], "month": row["month"], "days": days}


def rate(code: str, stars: str, since: str) -> None:
    """So many stars from a day on: scored by an evaluator, confirmed by the district."""
    provider, day = Provider.objects.get(code=code), dt.date.fromisoformat(since)
    scheme = of_inspections.scheme()
    share = next(row["min_score"] for row in scheme.grades if row["grade"] == int(stars)) / 1000
    scores = {row["code"]: int(row["max"] * share) for row in scheme.dimensions}
    with make.clock_at(day.year, day.month, day.day):
        scored = record_assessment(provider.pk, round="2025", scores=scores, by=of_portal.official("EVALUATOR", "4401"))
        confirm_assessment(scored.pk, by=of_portal.official("DISTRICT", "440105"))


# --- Reading what came of them ------------------------------------------------------------------------------------


def claim_name(claim: Claim) -> str:
    return f"{claim.from_month:%Y-%m} no. {claim.sequence}"


def posted(**where: object) -> list[Row]:
    """The lines as the page writes them."""
    lines = Line.objects.filter(**where).select_related("claim", "case", "provider")
    return [
        {
            "month": f"{line.period:%Y-%m}",
            "provider": line.provider.code,
            "child": line.subject_key,
            "days": str(line.case.values["days_attended"]),
            "rank": "" if line.rank is None else str(line.rank),
            "reason": line.case.reason,
            "law": yuan(line.case.amount_fen),
            "line": yuan(line.amount_fen).replace("-", "−"),
            "claim": claim_name(line.claim),
        }
        for line in lines.order_by("period", "provider", "subject_key")
    ]


def claims(**where: object) -> list[Row]:
    """The claims as the page writes them."""
    rows = Claim.objects.filter(**where).select_related("provider").order_by("from_month", "provider", "sequence")
    return [
        {"claim": claim_name(row), "provider": row.provider.code, "lines": str(row.line_count),
         "children paid": str(row.subject_count), "yuan": yuan(row.paid_fen)}
        for row in rows
    ]  # fmt: skip


def without(rows: list[Row], *columns: str) -> list[Row]:
    return [{name: value for name, value in row.items() if name not in columns} for row in rows]


def value(side: str) -> Fraction:
    """One side of a sum: products of fractions, added."""
    total = Fraction(0)
    for term in side.split("+"):
        product = Fraction(1)
        for factor in term.split("×"):
            product *= Fraction(factor.strip())
        total += product
    return total


@pytest.mark.parametrize("row", LINES + DIFFERENCES, ids=lambda row: f"{row['month']} {row['child']} {row['law']}")
def test_every_sum_of_the_page_is_right(row):
    exact, _arrow, rounded = row["sum"].partition(" → ")
    if "=" in exact:
        left, right = exact.split(" = ")
        assert value(left) == Fraction(right)
        half_up = Decimal(right).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert str(half_up) == (rounded or right) == row["law"]
    else:
        left, sign, right = re.split(r" ([<>≥]) ", exact)
        holds = {"<": value(left) < value(right), ">": value(left) > value(right), "≥": value(left) >= value(right)}
        assert holds[sign] and row["law"] == "0.00"


# --- The month ----------------------------------------------------------------------------------------------------


def test_the_months_come_to_the_page_s_lines_and_claims(town):
    assert without(posted(), "line") == without(LINES, "sum")
    assert [row["line"] for row in posted()] == [row["law"] for row in LINES], "the first line is the amount"
    assert claims() == CLAIMS
    assert ledger.problems() == []


def test_the_share_of_each_level_is_the_page_s(town):
    claim = Claim.objects.get(provider__code="BAMBOO", from_month="2025-06-01")
    terms = read(PolicyVersion.objects.select_related("policy__area").get()).terms
    shares = " and ".join(f"{level} {yuan(fen)}" for level, fen in split_funding(claim.paid_fen, terms.funding))
    assert shares == "CITY 264.12 and COUNTY 396.19"
    assert "CITY 264.12, COUNTY 396.19" in " ".join(TEXT.split())


def test_the_correction_posts_the_page_s_differences(town):
    before = Line.objects.count()
    lotus = Provider.objects.get(code="LOTUS")
    with make.clock_at(2025, 7, 2):
        confirm_claim(Claim.objects.get(provider=lotus).pk, by=of_providers.owner_of(lotus))
    with make.clock_at(2025, 7, 8):
        town("import_attendance", [attendance_row(row) for row in CORRECTED], reason="考勤录入有误")
        make.close("2025-06")
    assert without(posted(seq__gt=0)) == without(DIFFERENCES, "sum", "posted before")
    assert Line.objects.count() == before + len(DIFFERENCES), "nobody else got a line"
    for row in DIFFERENCES:
        first = Line.objects.get(subject_key=row["child"], seq=0)
        assert yuan(first.amount_fen) == row["posted before"]
        assert value(row["law"]) - value(row["posted before"]) == Fraction(row["line"].replace("−", "-"))
    assert claims(provider=lotus) == CLAIMS_AFTER
    with make.clock_at(2025, 7, 9):
        make.close("2025-06")
    assert Line.objects.count() == before + len(DIFFERENCES), "a third close posted something"
    assert ledger.problems() == []
