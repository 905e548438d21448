"""The order in which the demo city's providers come about."""

from portal.demo.steps import DemoStep
from providers.demo import filings, load, staff


def steps() -> list[DemoStep]:
    """What providers add to the demo city; the search rows come last, when upper apps have their facts."""
    return [
        DemoStep("people at providers", 20, load.load_people),
        DemoStep("providers", 21, load.load_providers),
        DemoStep("places", 22, load.load_classes),
        DemoStep("staff", 23, staff.load),
        DemoStep("filings under way", 62, filings.load),
        DemoStep("search rows", 80, load.load_search),
    ]
