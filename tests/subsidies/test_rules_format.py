"""docs/policy-format.md is the reference: its example works, and it names every word a policy may use."""

import re
from pathlib import Path

import pytest
import yaml

from subsidies.rules import DIMENSIONS, check_file, codes
from subsidies.rules.conditions import CONDITIONS
from subsidies.rules.terms import FILE_ONLY, Terms

REFERENCE = (Path(__file__).parents[2] / "docs" / "policy-format.md").read_text()
WORDS = set(re.findall(r"[A-Za-z_0-9]+", REFERENCE))
VOCABULARIES = [
    codes.Unit,
    codes.PolicyKind,
    codes.Level,
    codes.Payee,
    codes.SettlePeriod,
    codes.ReferenceDay,
    codes.AgeDay,
    codes.Presence,
    codes.Transfer,
    codes.Basis,
    codes.Below,
    codes.Denominator,
    codes.DayCount,
    codes.ThresholdOf,
    codes.MultiplierBy,
    codes.Trigger,
    codes.Effect,
    codes.FromMonth,
    codes.Until,
    codes.CapKind,
    codes.Stage,
    codes.PROVIDER_KINDS,
    codes.NATURES,
    codes.CLASS_BANDS,
    codes.MODES,
    CONDITIONS,
    DIMENSIONS,
    FILE_ONLY,
]


def test_the_example_is_sound_and_keeps_its_own_vector():
    [example] = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.DOTALL)
    policy = yaml.safe_load(example)
    assert policy["vectors"]
    assert [str(problem) for problem in check_file(policy)] == []


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda words: getattr(words, "__name__", type(words).__name__))
def test_every_word_is_explained(vocabulary):
    assert {str(word) for word in vocabulary} <= WORDS


def test_every_key_is_explained():
    [example] = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.DOTALL)
    keys = set(Terms.from_mapping(yaml.safe_load(example)).to_mapping())
    rows = set(
        re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in REFERENCE.splitlines() if line[:1] == "|"))
    )
    assert keys - rows <= {"payee_split_ppm"}  # explained beside payee
