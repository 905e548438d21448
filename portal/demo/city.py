"""The demo city's ground: areas, calendar, the law's numbers, officials."""

from django.conf import settings
from django.core.management import call_command

from portal.demo import people
from portal.demo.bulk import settle
from portal.demo.steps import DemoStep
from portal.models import Area, CalendarDay, Membership, User

DATA = settings.BASE_DIR / "demo" / "data"


def load_areas() -> str:
    """Real codes, names and district outlines."""
    call_command(
        "load_areas", str(DATA / "areas_4401.csv"), boundaries=str(DATA / "districts_4401.geojson"), verbosity=0
    )
    settle(Area)
    return f"{Area.objects.count()} areas"


def load_law() -> str:
    """The working-day calendar and the law's numbers."""
    call_command("load_calendar", verbosity=0)
    call_command("load_law", verbosity=0)
    return f"{CalendarDay.objects.count()} days"


def load_people() -> str:
    """Officials with their offices."""
    made = people.load()
    settle(User, Membership)
    people.invite_two()
    return made


def steps() -> list[DemoStep]:
    """What the portal adds to the demo city."""
    return [
        DemoStep("areas", 10, load_areas),
        DemoStep("calendar and law", 11, load_law),
        DemoStep("officials", 12, load_people),
    ]
