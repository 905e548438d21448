"""The order in which the demo city's inspections come about."""

from django.conf import settings
from django.core.management import call_command

from inspections.demo import ratings, under_way, year
from inspections.models import ChecklistItem
from portal.demo.steps import DemoStep
from portal.models import Area, AreaLevel


def load_rules() -> str:
    """The checklist and the rating scheme in force in the demo city."""
    city = Area.objects.get(level=AreaLevel.CITY)
    for name in ("checklist-site-2025.yaml", "rating-demo-2024.yaml"):
        call_command("load_checklist", str(settings.BASE_DIR / "policies" / name), area=city.code, verbosity=0)
    return f"{ChecklistItem.objects.count()} items to check"


def steps() -> list[DemoStep]:
    """What inspections add to the demo city."""
    return [
        DemoStep("checklist and rating scheme", 30, load_rules),
        DemoStep("star ratings", 31, ratings.load),
        DemoStep("a year of visits", 60, year.load),
        DemoStep("visits and ratings under way", 61, under_way.load),
    ]
