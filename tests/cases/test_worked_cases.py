"""Officials' worked examples, as data: each row of the files beside this one is a test."""

import csv
from pathlib import Path

import pytest
import yaml

from subsidies.rules import Case, Terms, assess, check_file, lint, split_funding, split_payees
from subsidies.rules.codes import Level
from subsidies.rules.linter import NOT_COMPUTED
from subsidies.rules.shares import instalments

HERE = Path(__file__).parent
POLICIES = HERE.parent.parent / "policies"


def _load(name):
    return yaml.safe_load((HERE / name).read_text())


def _terms(written):
    return yaml.safe_load((POLICIES / f"{written}.yaml").read_text()) if isinstance(written, str) else written


ASSESSMENTS = [
    pytest.param(rule["terms"], {**rule["case"]}, dict(vector), id=f"{rule['title']}: {vector['name']}")
    for rule in _load("assessments.yaml")
    for vector in rule["vectors"]
]


@pytest.mark.parametrize(("written", "case", "vector"), ASSESSMENTS)
def test_what_a_child_month_is_worth(written, case, vector):
    mapping = _terms(written)
    assert lint(mapping) == []
    terms = Terms.from_mapping(mapping)
    expected = {key: vector.pop(key, None) for key in ("name", "amount_fen", "reason", "times", "funding", "payees")}
    assessment = assess(terms, Case({**case, **vector}))
    total = assessment.amount_fen * (expected["times"] or 1)
    assert total == expected["amount_fen"]
    assert assessment.reason == (expected["reason"] or "PAID")
    assert all(step.clause in terms.clauses for step in assessment.steps)
    if expected["funding"]:
        assert dict(split_funding(total, terms.funding)) == expected["funding"]
    if expected["payees"]:
        assert dict(split_payees(terms, total)) == expected["payees"]


LIBRARY = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(POLICIES.glob("*.yaml"))}


@pytest.mark.parametrize("name", [name for name, mapping in LIBRARY.items() if "rates" in mapping])
def test_every_subsidy_policy_of_the_library_is_sound_and_keeps_its_own_examples(name):
    mapping = LIBRARY[name]
    assert [str(problem) for problem in check_file(mapping)] == []
    assert mapping["vectors"]
    assert mapping["sources"]


def _parts(text):
    return [(Level(level), int(number)) for level, number in (part.split(":") for part in text.split())]


@pytest.mark.parametrize(
    "row", list(csv.DictReader((HERE / "sharing.csv").read_text().splitlines())), ids=lambda row: row["name"]
)
def test_how_levels_share(row):
    shares = split_funding(int(row["total_fen"]), _parts(row["parts"]))
    assert shares == _parts(row["expected"])


@pytest.mark.parametrize("rule", _load("not_computed.yaml"), ids=lambda rule: rule["title"])
def test_what_is_not_computed_yet_is_said_and_nothing_else_is_wrong(rule):
    problems = lint(rule["terms"])
    assert [problem.path for problem in problems] == rule["problems"]
    assert {problem.code for problem in problems} == {NOT_COMPUTED}
    terms = Terms.from_mapping(rule["terms"])
    assert Terms.from_mapping(terms.to_mapping()) == terms
    if "total_fen" in rule:
        assert instalments(terms, rule["total_fen"]) == rule["instalments_fen"]
