"""What every policy keeps, whatever its numbers: never negative, more days never less, shares that add up."""

import json

from hypothesis import assume, given
from hypothesis import strategies as st

from portal.canonical import canonical
from subsidies.rules import Case, Reason, Terms, assess, lint, share, split_funding, split_payees
from subsidies.rules.codes import Level

RATIOS = st.sampled_from(["1/3", "1/2", "2/3", "0.9", "1", "1.1", "1.25"])
CLASSES = ("INFANT", "YOUNGER", "OLDER", "MIXED")
FULL_CASE = {
    "provider_kind": "COMMUNITY",
    "inclusive": True,
    "filed_active": True,
    "working_days": 22,
    "calendar_days": 30,
    "report_late": False,
    "inspection_failed": False,
    "over_capacity": False,
}


@st.composite
def prorations(draw):
    basis = draw(st.sampled_from(["NONE", "THRESHOLD", "THRESHOLD_THEN_DAILY", "HALF_STEP", "DAILY"]))
    written = {"basis": basis}
    if basis in ("THRESHOLD", "THRESHOLD_THEN_DAILY", "HALF_STEP"):
        by_days = st.builds(lambda days: {"days": days}, st.integers(1, 31))
        by_fraction = st.builds(
            lambda fraction, of: {"fraction": fraction, "of": of},
            st.sampled_from(["1/3", "1/2", "2/3"]),
            st.sampled_from(["WORKDAYS", "CALENDAR_DAYS"]),
        )
        written["threshold"] = draw(by_days | by_fraction)
    if basis == "THRESHOLD":
        written["below"] = draw(st.sampled_from(["ZERO", "HALF", "DAILY"]))
    if basis in ("DAILY", "THRESHOLD_THEN_DAILY") or written.get("below") == "DAILY":
        written["denominator"] = draw(st.sampled_from(["CALENDAR", "WORKDAY", "FIXED(22)", "FIXED(15)"]))
    return written


@st.composite
def policies(draw):
    """Any policy the linter accepts that pays by child-months, with rates by class and rating."""
    rates = [
        {"class_type": band, "rate_fen": draw(st.integers(0, 200_000))}
        | ({"rating": {"min": draw(st.integers(1, 5))}} if draw(st.booleans()) else {})
        for band in CLASSES
    ]
    rates.append({"rate_fen": draw(st.integers(0, 100_000))})
    deductions = draw(
        st.lists(
            st.sampled_from(
                [
                    {"trigger": "REPORT_LATE", "effect": "PCT(333333)"},
                    {"trigger": "OVER_CAPACITY", "effect": "FIXED(7777)"},
                    {"trigger": "INSPECTION_FAIL", "effect": "ZERO_FROM(SAME)"},
                ]
            ),
            unique_by=lambda deduction: deduction["trigger"],
            max_size=3,
        )
    )
    caps = draw(
        st.lists(
            st.sampled_from(["months_per_year<=10", "infants_per_month<=recognised_places", "amount<=fee_paid"]),
            unique=True,
        )
    )
    city = draw(st.integers(1, 999_999))
    policy = {
        "code": "ANY",
        "name": "任意",
        "unit": "INFANT_MONTH",
        "valid_from": "2025-01-01",
        "funding": [{"level": "CITY", "share_ppm": city}, {"level": "COUNTY", "share_ppm": 1_000_000 - city}],
        "payee": "SPLIT",
        "payee_split_ppm": [city, 1_000_000 - city],
        "eligibility": ["filed_active", "inclusive_recognised"],
        "rates": rates,
        "proration": draw(prorations()),
        "multipliers": [
            {"by": "CARE_MODE", "map": {"half": draw(RATIOS)}},
            {"by": "RATING", "map": {"5": draw(RATIOS)}},
        ],
        "deductions": deductions,
        "caps": caps,
        "half_day_place_share": draw(RATIOS.filter(lambda ratio: float(ratio.split("/")[0]) <= 1)),
        "min_days": draw(st.integers(0, 3)),
        "rounding": {
            "mode": draw(st.sampled_from(["HALF_UP", "FLOOR", "CEIL"])),
            "unit_fen": draw(st.sampled_from([1, 10, 100])),
            "stage": draw(st.sampled_from(["LINE", "TOTAL"])),
        },
    }
    assert lint(policy) == []
    return Terms.from_mapping(policy)


cases = st.fixed_dictionaries(
    {
        "band": st.sampled_from(CLASSES),
        "mode": st.sampled_from(["full", "am", "pm", "hourly"]),
        "grade": st.none() | st.integers(1, 5),
        "days_attended": st.integers(0, 31),
        "fee_fen": st.integers(0, 300_000),
        "report_late": st.booleans(),
        "over_capacity": st.booleans(),
        "filed_active": st.sampled_from([True, True, True, False, None]),
    }
).map(lambda facts: {**FULL_CASE, **facts})


@given(policies(), cases)
def test_an_amount_is_never_negative_and_has_a_reason(terms, facts):
    assessment = assess(terms, Case(facts))
    assert assessment.amount_fen >= 0
    assert (assessment.amount_fen > 0) == (assessment.reason is Reason.PAID)
    assert assessment.amount_fen % terms.rounding.line_unit_fen == 0
    if terms.cap("amount_at_most_fee"):
        assert assessment.amount_fen <= facts["fee_fen"]


@given(policies(), cases, st.integers(0, 31))
def test_more_days_never_pay_less(terms, facts, days):
    fewer, more = sorted((facts["days_attended"], days))
    amounts = [assess(terms, Case({**facts, "days_attended": count})).amount_fen for count in (fewer, more)]
    assert amounts[0] <= amounts[1]


@given(policies(), cases)
def test_only_the_facts_it_names_are_looked_at(terms, facts):
    assume(terms.dimensions <= facts.keys())
    needed = {dimension: facts[dimension] for dimension in terms.dimensions}
    assert assess(terms, Case(needed)) == assess(terms, Case(facts))


@given(policies(), cases, st.booleans(), st.booleans())
def test_a_cap_takes_all_or_nothing(terms, facts, within_places, months_left):
    before = assess(terms, Case(facts))
    after = assess(terms, Case({**facts, "within_places": within_places, "months_left": months_left}))
    capped = (terms.infants_per_month and not within_places) or (terms.months_per_year and not months_left)
    assert after.amount_fen == (0 if capped else before.amount_fen)


@given(policies(), cases)
def test_every_step_rests_on_a_clause_and_is_stored_without_loss(terms, facts):
    assessment = assess(terms, Case(facts))
    assert assessment.steps
    assert all(step.clause in terms.clauses for step in assessment.steps)
    assert type(assessment).from_mapping(json.loads(canonical(assessment.to_mapping()))) == assessment


@given(policies())
def test_a_stored_policy_is_the_same_policy(terms):
    stored = canonical(terms.to_mapping())
    again = Terms.from_mapping(json.loads(stored))
    assert again == terms
    assert canonical(again.to_mapping()) == stored


@given(policies(), cases, st.integers(-(10**9), 10**9))
def test_every_way_of_sharing_adds_up(terms, facts, total):
    assert 0 < share(terms, Case(facts)) <= 1
    levels = split_funding(total, terms.funding)
    assert sum(amount for _, amount in levels) == total
    assert [level for level, _ in levels] == [Level.CITY, Level.COUNTY]
    assert sum(amount for _, amount in split_payees(terms, total)) == total
