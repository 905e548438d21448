"""How a child-month is judged: which steps are told, in which order, and what stops it."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from portal.canonical import canonical
from subsidies.rules import REASONS, STEPS, Assessment, Case, MissingDimension, Reason, Terms, assess, share
from subsidies.rules.shares import rounding_difference

SCHEME = yaml.safe_load((Path(__file__).parents[1] / "cases" / "sample-scheme.yaml").read_text())
FACTS = {
    "provider_kind": "COMMUNITY",
    "band": "OLDER",
    "mode": "am",
    "grade": 3,
    "days_attended": 20,
    "filed_active": True,
    "inclusive": True,
    "no_open_major_hazard": True,
}


def _scheme(**changes):
    return Terms.from_mapping({**SCHEME, **changes})


def _codes(assessment):
    return [step.code for step in assessment.steps]


def test_every_step_names_its_clause_and_its_numbers():
    assessment = assess(_scheme(), Case({**FACTS, "months_left": True, "within_places": True}))
    assert [(step.code, step.clause, dict(step.numbers)) for step in assessment.steps] == [
        ("ONE_ENROLMENT", "art3", {}),
        ("FILED", "art3", {}),
        ("INCLUSIVE", "art3", {}),
        ("NO_OPEN_HAZARD", "art8", {}),
        ("RATE", "art4", {"rate_fen": 18500, "row": 10, "when": "band=OLDER, grade=3, mode=am"}),
        ("THRESHOLD_REACHED", "art6", {"days": 20, "needed": "15"}),
        ("MULTIPLIER", "art5", {"by": "CARE_MODE", "key": "half", "factor": "1/2"}),
        ("EXACT", "art9", {"amount_fen": 9250}),
        ("MONTHS_LEFT", "art7", {"months": 10}),
        ("WITHIN_PLACES", "art7", {}),
    ]
    assert (assessment.amount_fen, assessment.reason) == (9250, Reason.PAID)


def test_everything_wrong_is_told_at_once_and_the_first_is_the_reason():
    assessment = assess(_scheme(), Case({**FACTS, "filed_active": False, "no_open_major_hazard": None}))
    assert _codes(assessment) == ["ONE_ENROLMENT", "NOT_FILED", "INCLUSIVE", "OPEN_MAJOR_HAZARD"]
    assert (assessment.amount_fen, assessment.reason) == (0, Reason.NOT_FILED)


def test_a_child_claimed_twice_is_paid_to_nobody_in_every_policy():
    silent = _scheme(eligibility=[])
    assert assess(silent, Case({**FACTS, "conflict": True})).reason is Reason.CONFLICT
    assert assess(silent, Case(FACTS)).reason is Reason.PAID


def test_the_pass_before_caps_is_the_pass_with_caps_where_nothing_speaks_against():
    before = assess(_scheme(), Case(FACTS))
    after = assess(_scheme(), Case(FACTS).with_verdicts(within_places=True, months_left=True))
    assert before.amount_fen == after.amount_fen
    assert before.steps == after.steps[: len(before.steps)]


@pytest.mark.parametrize(
    ("verdicts", "reason"),
    [
        ({"within_places": False, "months_left": True}, Reason.OVER_PLACES),
        ({"within_places": True, "months_left": False}, Reason.OVER_MONTHS),
        ({"within_places": False, "months_left": False}, Reason.OVER_MONTHS),  # such a child takes no place
    ],
)
def test_caps(verdicts, reason):
    assessment = assess(_scheme(), Case(FACTS).with_verdicts(**verdicts))
    assert (assessment.amount_fen, assessment.reason) == (0, reason)
    assert assessment.steps[-1].clause == "art7"


def test_the_excluding_policy_is_named():
    terms = _scheme(excludes=["OTHER-1"], excludes_clause="art3")
    assert assess(terms, Case(FACTS)).amount_fen == 9250
    excluded = assess(terms, Case({**FACTS, "excluded_by": "OTHER-1"}))
    assert excluded.reason is Reason.EXCLUDED
    assert dict(excluded.steps[-1].numbers) == {"by": "OTHER-1"}


def test_the_more_particular_row_wins_and_then_the_priority():
    at_five_stars = {**FACTS, "mode": "full", "grade": 5}
    assert assess(_scheme(), Case(at_five_stars)).amount_fen == 22000
    assert assess(_scheme(), Case({**at_five_stars, "grade": None})).amount_fen == 17000
    assert assess(_scheme(), Case({**at_five_stars, "provider_kind": "KINDER"})).amount_fen == 15000


def test_priority_never_beats_a_more_particular_row():
    rows = [{"rate_fen": 1, "priority": 9, "care_mode": "am"}, {"rate_fen": 2, "care_mode": "am", "rating": 3}]
    assert assess(_scheme(rates=rows, multipliers=[]), Case(FACTS)).amount_fen == 2


@pytest.mark.parametrize(
    ("condition", "fact", "reason"),
    [
        ("rating>=3", {"grade": 3}, None),
        ("rating>=3", {"grade": 2}, Reason.RATING_TOO_LOW),
        ("rating>=3", {"grade": None}, Reason.RATING_TOO_LOW),
        ("fee<=181300", {"fee_fen": 181_300}, None),
        ("fee<=181300", {"fee_fen": 181_301}, Reason.FEE_TOO_HIGH),
        ("fee<=181300", {"fee_fen": None}, Reason.FEE_TOO_HIGH),
        ("fee<=cap", {"fee_within_ceiling": False}, Reason.FEE_TOO_HIGH),
        ("not_suspended", {"suspended": True}, Reason.SUSPENDED),
        ("not_suspended", {"suspended": None}, Reason.SUSPENDED),
        ("no_penalty_within(12)", {"no_recent_penalty": False}, Reason.RECENT_PENALTY),
        ("contract_on_file", {"contract_on_file": False}, Reason.NO_CONTRACT),
        ("insured", {"insured": False}, Reason.NOT_INSURED),
        ("operating_months>=6", {"operating_long_enough": False}, Reason.OPERATING_TOO_SHORT),
        ("operating_when_paid", {"operating_now": False}, Reason.NOT_OPERATING),
        ({"if": "age", "to_months": 36}, {"age_ok": False}, Reason.AGE_OUTSIDE),
        ("resident_in_area", {"resident_ok": False}, Reason.NOT_RESIDENT),
        ({"if": "attended_in_period", "months": 3}, {"enough_in_period": False}, Reason.TOO_FEW_MONTHS),
        ("report_on_time", {"report_late": True}, Reason.REPORT_LATE),
        ("within_capacity", {"over_capacity": True}, Reason.OVER_CAPACITY),
    ],
)
def test_each_condition_has_its_reason_and_can_be_said(condition, fact, reason):
    terms = _scheme(eligibility=[condition], rates=[{"rate_fen": 1}], multipliers=[])
    assessment = assess(terms, Case({**FACTS, **fact}))
    assert assessment.reason is (reason or Reason.PAID)
    assert all(STEPS[step.code] % step.numbers for step in assessment.steps)


def test_the_fifteenth_day_by_the_scheme_and_with_one_word_changed():
    fourteen = {**FACTS, "mode": "full", "days_attended": 14, "working_days": 23}
    assert assess(_scheme(), Case(FACTS | {"days_attended": 14})).reason is Reason.TOO_FEW_DAYS
    by_day = _scheme(proration={**SCHEME["proration"], "below": "DAILY", "denominator": "WORKDAY"})
    assessment = assess(by_day, Case(fourteen))
    assert assessment.amount_fen == 11261  # 18,500 × 14 ÷ 23 = 11,260.87
    assert _codes(assessment)[-2:] == ["DAILY", "ROUNDED"]
    assert assessment.steps[-1].numbers["exact"] == "259000/23"


def test_a_fact_the_facts_query_forgot_is_an_error_not_a_zero():
    facts = {key: value for key, value in FACTS.items() if key != "no_open_major_hazard"}
    with pytest.raises(MissingDimension, match="no_open_major_hazard"):
        assess(_scheme(), Case(facts))
    with pytest.raises(MissingDimension, match="days_attended is None"):
        assess(_scheme(), Case({**FACTS, "days_attended": None}))
    with pytest.raises(MissingDimension, match="colour"):
        Case({"colour": "red"})


def test_the_dimensions_are_exactly_what_is_looked_at():
    assert _scheme().dimensions == set(FACTS)
    bare = _scheme(eligibility=[], multipliers=[], caps=[], rates=[{"rate_fen": 1}], half_day_place_share="1")
    assert bare.dimensions == {"days_attended"}
    assert _scheme(proration={"basis": "DAILY", "denominator": "CALENDAR"}).dimensions >= {"calendar_days"}


def test_a_half_day_child_takes_half_a_place():
    assert share(_scheme(), Case(FACTS)) == Fraction(1, 2)
    assert share(_scheme(), Case({**FACTS, "mode": "pm"})) == Fraction(1, 2)
    assert share(_scheme(), Case({**FACTS, "mode": "full"})) == 1
    assert share(_scheme(half_day_place_share="1"), Case({})) == 1


def test_a_total_is_rounded_by_a_line_of_its_own():
    terms = _scheme(rounding={"unit_fen": 100, "stage": "TOTAL"})
    assert assess(terms, Case(FACTS)).amount_fen == 9250  # the line keeps its fen
    assert rounding_difference(terms, 27_750) == 50
    assert rounding_difference(terms, -27_750) == -50
    assert rounding_difference(_scheme(), 27_750) == 0


def test_cases_are_equal_in_any_order_of_their_facts():
    backwards = Case(dict(reversed(FACTS.items())))
    assert backwards.json == Case(FACTS).json
    assert len({backwards, Case(FACTS)}) == 1


def test_an_assessment_survives_storage():
    assessment = assess(_scheme(), Case({**FACTS, "days_attended": 3}))
    assert Assessment.from_mapping(json.loads(canonical(assessment.to_mapping()))) == assessment


def test_every_reason_has_words_and_every_step_can_be_said():
    assert set(REASONS) == set(Reason)
    for assessment in (assess(_scheme(), Case(FACTS)), assess(_scheme(), Case({**FACTS, "filed_active": False}))):
        for step in assessment.steps:
            assert STEPS[step.code] % step.numbers
