"""Population, targets and reports for tests."""

import datetime as dt
from decimal import Decimal
from typing import Any

from portal import clock, runs
from portal.dates import Month
from portal.models import Area
from quotas.actions.reports import start_report
from quotas.models import Indicator, Population, Report, Target

EARLIER = dt.datetime(2025, 1, 2, tzinfo=dt.UTC)


def people(area_code: str, number: int, *, year: int = 2024, **fields: Any) -> Population:
    """Residents of an area."""
    facts = {"source": "示例统计", "recorded_at": EARLIER} | fields
    return Population.objects.create(area=Area.objects.get(code=area_code), year=year, population=number, **facts)


def target(area_code: str = "4401", value: str = "4.5", *, year: int = 2025, **fields: Any) -> Target:
    """A target of places per 1,000 residents."""
    facts = {"source": "示例规划", "indicator": Indicator.PLACES_PER_THOUSAND, "recorded_at": EARLIER} | fields
    return Target.objects.create(area=Area.objects.get(code=area_code), value=Decimal(value), year=year, **facts)


def report(area_code: str = "4401", month: str = "2025-06", *, by: Any = None) -> Report:
    """A frozen report, made by the run as shipped."""
    run = start_report(Area.objects.get(code=area_code), Month.parse(month), by=by)
    runs.work(run.pk)
    run.refresh_from_db()
    return Report.objects.get(public_id=run.result["report"])


def backdated(*rows: Any) -> None:
    """Say that span rows were recorded when they began, not just now: reports of a past month must know them."""
    for row in rows:
        row._meta.model._base_manager.filter(pk=row.pk).update(recorded_at=clock.now() - dt.timedelta(days=200))
