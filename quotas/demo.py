"""The demo city's population and targets: census figures by district, estimates by subdistrict, the national target."""

import csv
import datetime as dt

from django.conf import settings

from portal import clock, runs, workdays
from portal.dates import Month
from portal.demo.bulk import copy
from portal.demo.people import HOME_DISTRICT
from portal.demo.steps import DemoStep, pick
from portal.models import Area, AreaLevel, User
from providers.demo.plan import shares
from quotas.actions.reports import start_report
from quotas.models import Indicator, Population, Report, Target

YEAR = 2020
CENSUS = "第七次全国人口普查（2020），取整到百人 / 7th national census, rounded to 100"
ESTIMATE = "演示估算：按区人口摊分 / demo estimate: the district's population split"
SOURCE = "“十四五”规划《纲要》：2025年每千人口托位数4.5个 / 14th Five-Year Plan: 4.5 places per 1,000 residents in 2025"


def load() -> str:
    """Districts and city from the census file; subdistricts as marked estimates that add up to their district."""
    with (settings.BASE_DIR / "demo/data/population_4401.csv").open(encoding="utf-8") as file:
        census = {row["area_code"]: int(row["resident_population"]) for row in csv.DictReader(file)}
    areas = {area.code: area for area in Area.objects.filter(level__in=["city", "district", "street"])}
    city = next(area for area in areas.values() if area.level == AreaLevel.CITY)
    rows = [(city.id, sum(census.values()), CENSUS, False)]
    for code, people in census.items():
        rows.append((areas[code].id, people, CENSUS, False))
        streets = sorted(area.code for area in areas.values() if area.parent_id == areas[code].id)
        parts = shares(people, [60 + pick(80, "people", street) for street in streets])
        rows += [(areas[street].id, part, ESTIMATE, True) for street, part in zip(streets, parts, strict=True)]
    at = dt.datetime(2025, 1, 2, 9, tzinfo=clock.SHANGHAI)  # before the first report was made: it must know them
    copy(Population, ("area", "year", "population", "source", "is_estimate", "recorded_at"), (
        (area, YEAR, people, source, estimate, at) for area, people, source, estimate in rows
    ))  # fmt: skip
    copy(Target, ("area", "indicator", "year", "value", "source", "recorded_at"), [
        (city.id, Indicator.PLACES_PER_THOUSAND, 2025, "4.5", SOURCE, at),
    ])  # fmt: skip
    return f"population of {len(rows)} areas"


def load_reports() -> str:
    """The reports of April and May, frozen when the months had ended: the city's by the system, the home district's by
    its officer. June's are theirs to make."""
    areas = Area.objects.filter(code__in=["4401", HOME_DISTRICT]).order_by("code")
    officer = User.objects.get(username="district")
    for month in (Month(2025, 4), Month(2025, 5)):
        for area in areas:
            day = workdays.add(month.last, 3 if area.level == AreaLevel.CITY else 4)
            with clock.freeze(dt.datetime.combine(day, dt.time(10), clock.SHANGHAI)):
                runs.work(start_report(area, month, by=officer if area.code == HOME_DISTRICT else None).pk)
    return f"{Report.objects.count()} reports"


def steps() -> list[DemoStep]:
    """What quotas add to the demo city."""
    return [DemoStep("population and target", 15, load), DemoStep("reports", 75, load_reports)]
