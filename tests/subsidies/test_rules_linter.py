"""What the linter says about a policy with a fault: where, and which."""

import copy

import pytest

from subsidies.rules import BadTerms, Terms, check_file, evaluation_order, lint, lint_set

GOOD = {
    "code": "GOOD-1",
    "name": "样例",
    "unit": "INFANT_MONTH",
    "valid_from": "2025-01-01",
    "funding": [{"level": "CITY", "share_ppm": 1_000_000}],
    "clauses": {"art2": "第二条"},
    "eligibility": [{"if": "age", "from_months": 6, "to_months": 36, "clause": "art2"}],
    "rates": [
        {"care_mode": "full", "rate_fen": 20000},
        {"care_mode": "half", "rate_fen": 10000},
    ],
    "proration": {"basis": "THRESHOLD", "threshold": {"days": 15}},
    "multipliers": [{"by": "RATING", "map": {"5": "1.1"}}],
    "deductions": [{"trigger": "REPORT_LATE", "effect": "PCT(100000)"}],
    "caps": ["months_per_year<=10"],
}


def _changed(path, value):
    """GOOD with one key changed; None takes the key away."""
    policy = copy.deepcopy(GOOD)
    *way, last = path
    inner = policy
    for key in way:
        inner = inner[key]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return policy


def test_a_sound_policy_has_no_problem():
    assert lint(GOOD) == []


@pytest.mark.parametrize(
    ("path", "value", "where", "code"),
    [
        (["code"], None, "code", "MISSING"),
        (["code"], 7, "code", "NOT_TEXT"),
        (["version"], 0, "version", "OUT_OF_BOUNDS"),
        (["valid_from"], "2025-02-30", "valid_from", "NOT_A_DATE"),
        (["valid_from"], None, "valid_from", "MISSING"),
        (["valid_to"], "2024-12-31", "valid_to", "ENDS_BEFORE_START"),
        (["apply_from_month"], "2025-13", "apply_from_month", "MONTH_FORMAT"),
        (["unit"], "CHILD_MONTH", "unit", "UNKNOWN_CODE"),
        (["unit"], "SQM_DAY", "unit", "NOT_COMPUTED"),
        (["funding", 0, "share_ppm"], 999_999, "funding", "SHARES"),
        (["funding"], [], "funding", "SHARES"),
        (["funding", 0, "level"], "STATE", "funding[0].level", "UNKNOWN_CODE"),
        (["funding"], [{"level": "CITY", "share_ppm": 500_000}] * 2, "funding", "LEVEL_TWICE"),
        (["payee"], "SPLIT", "payee_split_ppm", "SPLIT"),
        (["payee_split_ppm"], [1, 2], "payee_split_ppm", "SPLIT"),
        (["clauses"], ["art2"], "clauses", "NOT_A_MAPPING"),
        (["clauses"], None, "eligibility[0].clause", "NO_CLAUSE"),
        (["eligibility", 0, "if"], "age_of_mother", "eligibility[0].if", "UNKNOWN_CODE"),
        (["eligibility", 0, "to_months"], 6, "eligibility[0].to_months", "EMPTY_AGES"),
        (["eligibility"], ["insured", "insured"], "eligibility[1]", "TWICE"),
        (["rates"], None, "rates", "MISSING"),
        (["rates", 0, "rate_fen"], 150.5, "rates[0].rate_fen", "NOT_WHOLE"),
        (["rates", 0, "rate_fen"], -1, "rates[0].rate_fen", "OUT_OF_BOUNDS"),
        (["rates", 0, "rate_fen"], True, "rates[0].rate_fen", "NOT_WHOLE"),
        (["rates", 0, "care_mod"], "full", "rates[0].care_mod", "UNKNOWN_KEY"),
        (["rates", 0, "care_mode"], [], "rates[0].care_mode", "EMPTY_LIST"),
        (["rates", 0, "care_mode"], "am", "rates[1]", "AMBIGUOUS"),  # half means mornings too
        (["rates", 0, "rating"], {}, "rates[0].rating", "NO_BOUND"),
        (["rates", 0, "age_band"], "0-12", "rates[0].age_band", "NOT_AN_AGE_BAND"),
        (["rates", 0, "inclusive"], "yes", "rates[0].inclusive", "NOT_TRUE_OR_FALSE"),
        (["proration", "threshold"], None, "proration.threshold", "MISSING"),
        (["proration", "threshold"], {"days": 1, "fraction": "1/2"}, "proration.threshold", "THRESHOLD"),
        (["proration", "below"], "DAILY", "proration.denominator", "MISSING"),
        (["proration", "denominator"], "WORKDAY", "proration.denominator", "UNUSED"),
        (["proration"], {"basis": "DAILY", "denominator": "FIXED(40)"}, "proration.denominator", "OUT_OF_BOUNDS"),
        (["proration", "basis"], "NONE", "proration.threshold", "UNUSED"),
        (["proration", "basis"], "THRESHOLD_THEN_DAILY", "proration.denominator", "MISSING"),
        (["proration"], {"basis": "DAILY", "denominator": "WORKDAY", "below": "HALF"}, "proration.below", "CONTRADICTION"),  # noqa: E501
        (["multipliers", 0, "map"], {"5": 1.1}, "multipliers[0].map.5", "NOT_A_RATIO"),
        (["multipliers", 0, "map"], {"A": "1.1"}, "multipliers[0].map.A", "UNKNOWN_CODE"),
        (["deductions", 0, "effect"], "PCT(2000000)", "deductions[0].effect", "EFFECT"),
        (["caps"], ["months_per_year<=13"], "caps[0].months", "OUT_OF_BOUNDS"),
        (["caps"], ["total_fen_per_year<=5000000"], "caps[0].cap", "NOT_COMPUTED"),
        (["instalments"], [1_000_000], "instalments", "NOT_COMPUTED"),
        (["instalments"], [400_000, 300_000], "instalments", "SHARES"),
        (["rounding"], {"unit_fen": 5}, "rounding.unit_fen", "UNIT"),
        (["excludes"], ["GOOD-1"], "excludes", "CYCLE"),
        (["min_days"], 32, "min_days", "OUT_OF_BOUNDS"),
    ],
)  # fmt: skip
def test_a_fault_is_found_where_it_is(path, value, where, code):
    assert (where, code) in [(problem.path, problem.code) for problem in lint(_changed(path, value))]


def test_a_misspelt_key_comes_with_a_guess():
    [problem] = lint(_changed(["publicity_workday"], 5))
    assert problem.message == "There is no such key; did you mean publicity_workdays?"


def test_all_problems_are_told_at_once():
    policy = _changed(["rates", 0, "rate_fen"], "much")
    policy["unit"] = "MOON"
    assert {problem.path for problem in lint(policy)} == {"rates[0].rate_fen", "unit"}
    with pytest.raises(BadTerms, match=r"unit.*rates\[0\]|rates\[0\].*unit"):
        Terms.from_mapping(policy)


@pytest.mark.parametrize("nonsense", [None, [], "code: X", 3])
def test_what_is_no_policy_at_all(nonsense):
    assert "NOT_A_MAPPING" in {problem.code for problem in lint(nonsense)}


@pytest.mark.parametrize(
    ("one", "other", "ambiguous"),
    [
        ({"class_type": "INFANT"}, {"rating": 3}, True),
        ({"class_type": "INFANT"}, {"class_type": ["YOUNGER", "OLDER"]}, False),
        ({"rating": {"max": 2}}, {"rating": {"min": 3}}, False),
        ({"rating": {"max": 3}}, {"rating": {"min": 3}}, True),  # both include three
        ({"inclusive": True}, {"inclusive": False}, False),
        ({"size_min": 50, "size_max": 99}, {"size_min": 100}, False),
        ({"size_min": 50, "size_max": 100}, {"size_min": 100}, True),
        ({"rating": 3}, {"rating": 3, "priority": 1}, False),
        ({}, {}, True),
    ],
)
def test_two_rows_that_fit_alike_need_a_priority(one, other, ambiguous):
    rows = [{**one, "rate_fen": 1}, {**other, "rate_fen": 2}]
    codes = {problem.code for problem in lint({**GOOD, "rates": rows})}
    assert ("AMBIGUOUS" in codes) is ambiguous


def test_bands_of_age_may_not_overlap_nor_mix_with_kinds_of_class():
    overlapping = [{"age_band": "[0,12)", "rate_fen": 1}, {"age_band": "[11,24)", "rate_fen": 1, "priority": 1}]
    assert {problem.code for problem in lint({**GOOD, "rates": overlapping})} == {"BANDS_OVERLAP"}
    mixed = [{"age_band": "INFANT", "rate_fen": 1}, {"class_type": "INFANT", "rate_fen": 1, "priority": 1}]
    assert {problem.code for problem in lint({**GOOD, "rates": mixed})} == {"TWO_BANDS"}


def _policy(code, *excludes):
    return Terms.from_mapping({**GOOD, "code": code, "excludes": list(excludes)})


def test_policies_come_after_those_they_exclude():
    order = evaluation_order([_policy("A", "B", "PRESCHOOL_FUNDS"), _policy("B", "C", "NOT-HERE"), _policy("C")])
    assert [terms.code for terms in order] == ["C", "B", "A"]


def test_a_circle_of_exclusions_is_refused():
    problems = lint_set([_policy("A", "B"), _policy("B", "C"), _policy("C", "A"), _policy("D")])
    assert [problem.path for problem in problems] == ["A.excludes", "B.excludes", "C.excludes"]
    assert "A, B, C" in problems[0].message
    assert lint_set([_policy("A", "B"), _policy("B")]) == []


def test_a_file_must_keep_its_own_examples():
    case = {"mode": "full", "days_attended": 15, "age_ok": True, "grade": 5, "report_late": False}
    examples = [
        {"name": "对", "case": case, "amount_fen": 22000},
        {"name": "错", "case": {**case, "report_late": True}, "amount_fen": 22000},
        {"name": "缺", "case": {"mode": "full"}, "amount_fen": 0},
        {"name": "误", "case": {"colour": "red"}, "amount_fen": 0},
    ]
    assert check_file({**GOOD, "vectors": examples[:1]}) == []
    problems = check_file({**GOOD, "vectors": examples[:3]})
    assert [(problem.path, problem.code) for problem in problems] == [
        ("vectors[1]", "VECTOR"),
        ("vectors[2].case", "BAD_CASE"),
    ]
    assert "19800" in problems[0].message
    assert [problem.code for problem in check_file({**GOOD, "vectors": examples[3:]})] == ["BAD_CASE"]


def test_what_is_stored_is_the_same_law():
    terms = Terms.from_mapping(GOOD)
    stored = terms.to_mapping()
    assert Terms.from_mapping(stored) == terms
    assert Terms.from_mapping(stored).to_mapping() == stored


def test_the_keys_of_the_general_schema_are_understood():
    spelt = {key: value for key, value in GOOD.items() if key != "code"}
    terms = Terms.from_mapping(
        {
            **spelt,
            "id": "GOOD-1",
            "exclusions": ["PRESCHOOL_FUNDS"],
            "eligibility": ["filed_active_on(month)", "rating>=3", "fee<=150000", "fee<=cap", "operating_months >= 6"],
            "caps": [
                "infants_per_month<=recognised_places",
                "amount<=fee_paid",
                {"cap": "months_per_year", "months": 9},
            ],
        }
    )
    assert terms.code == "GOOD-1"
    assert terms.excludes == ("PRESCHOOL_FUNDS",)
    assert terms.infants_per_month
    assert terms.months_per_year == 9
    assert [(c.name, dict(c.params)) for c in terms.eligibility] == [
        ("filed_active", {}),
        ("rating_at_least", {"grade": 3}),
        ("fee_at_most", {"fen": 150000}),
        ("fee_within_ceiling", {}),
        ("operating_months_at_least", {"months": 6}),
    ]
