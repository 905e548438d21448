"""The order in which the demo city's children come about; corrections and transfers when five months have been paid."""

from enrolments.demo import children, corrections, transfers
from portal.demo.steps import DemoStep


def steps() -> list[DemoStep]:
    """What enrolments add to the demo city."""
    return [
        DemoStep("children", 40, children.load),
        DemoStep("corrections of attendance", 71, corrections.load),
        DemoStep("transfers", 71, transfers.load),
    ]
