"""The order in which the demo city's children come about; corrections come when five months have been paid."""

from enrolments.demo import children, corrections
from portal.demo.steps import DemoStep


def steps() -> list[DemoStep]:
    """What enrolments add to the demo city."""
    return [DemoStep("children", 40, children.load), DemoStep("corrections of attendance", 71, corrections.load)]
