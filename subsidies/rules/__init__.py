"""The law of a subsidy as data, and what it gives: pure rules, read by officials and auditors."""

from subsidies.rules.assess import assess
from subsidies.rules.cases import DIMENSIONS, Case, MissingDimension
from subsidies.rules.codes import Reason
from subsidies.rules.linter import evaluation_order, lint, lint_set
from subsidies.rules.reading import BadTerms, Problem
from subsidies.rules.shares import rounding_difference, share, split_funding, split_payees
from subsidies.rules.steps import REASONS, STEPS, Assessment, Step
from subsidies.rules.terms import Terms
from subsidies.rules.vectors import check_file

__all__ = [
    "DIMENSIONS",
    "REASONS",
    "STEPS",
    "Assessment",
    "BadTerms",
    "Case",
    "MissingDimension",
    "Problem",
    "Reason",
    "Step",
    "Terms",
    "assess",
    "check_file",
    "evaluation_order",
    "lint",
    "lint_set",
    "rounding_difference",
    "share",
    "split_funding",
    "split_payees",
]
