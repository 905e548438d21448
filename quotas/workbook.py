"""The quota report as an Excel workbook: one sheet by district, one by subdistrict."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from portal.models import AreaLevel
from portal.sheets import Field, Sheet
from portal.templatetags.ui import month
from quotas.models import Report
from quotas.queries.table import Line, Table, from_content, sources


def sheets_of(report: Report) -> list[Sheet]:
    """Districts (where there are any), then subdistricts; sums only where they add up."""
    table = from_content(report.content)
    parents = {line.code: line.name for line in table.lines}
    districts = [line for line in table.lines if line.level == AreaLevel.DISTRICT]
    sheets = []
    if districts:
        sheets.append(_sheet(report, table, districts, _("Districts"), None))
    if streets := table.streets:
        sheets.append(_sheet(report, table, streets, _("Subdistricts"), parents))
    return sheets


def _sheet(report: Report, table: Table, lines: Sequence[Line], name: str, parents: dict[str, str] | None) -> Sheet:
    residents = _("Residents (%(year)s)") % {"year": table.population_year or "—"}
    places, rate, streets, use = _("Places"), _("Places per 1,000 residents"), _("Subdistricts"), _("In use")
    fields = [
        Field(_("Area"), width=18),
        *([Field(_("District"), width=12)] if parents else []),
        Field(_("Open providers"), "whole", total=True),
        Field(residents, "whole", total=True, width=12),
        Field(_("Total"), "whole", group=places, total=True),
        Field(_("Inclusive"), "whole", group=places, total=True),
        Field(_("Share"), "percent", group=places),
        Field(_("Actual"), "decimal", group=rate),
        Field(_("Target"), "decimal", group=rate),
        Field(_("Gap"), "decimal", group=rate),
        Field(_("Places missing"), "whole", group=rate),
        Field(_("With a provider"), "whole", group=streets, total=True),
        Field(_("All"), "whole", group=streets, total=True),
        Field(_("Places of providers that keep a roll"), "whole", group=use, total=True, width=12),
        Field(_("Enrolled children"), "whole", group=use, total=True),
        Field(_("Rate"), "percent", group=use),
    ]
    root = table.root
    title = _("Childcare places of %(area)s, %(month)s")
    title %= {"area": report.area.name, "month": month(report.month)}
    return Sheet(
        title=title,
        name=name,
        fields=fields,
        rows=[_row(line, parents) for line in lines],
        unit=_("places, people"),
        facts=[
            (_("As of"), table.on.isoformat()),
            (rate, f"{root.per_thousand.shown} ({root.places:,} ÷ {root.population or 0:,})"),
            (_("Target"), root.target or "—"),
        ],
        notes=[*sources(table), _("Verification code: %(code)s") % {"code": report.seal.short_code}],
        signatures=[_("Checked by")],
        specimen=True,
        prepared_on=report.created_at.date(),
        prepared_by=report.created_by.name if report.created_by else "",
    )  # fmt: skip


def _row(line: Line, parents: dict[str, str] | None) -> list[Any]:
    share, use, rate = line.inclusive_share.value, line.utilisation.value, line.per_thousand.value
    gap = rate - line.target_value if rate is not None and line.target_value is not None else None
    return [
        line.name,
        *([parents.get(line.parent or "", "")] if parents else []),
        line.providers, line.population, line.places, line.inclusive_places, _part(share), rate, line.target_value, gap,
        line.missing, line.streets_covered, line.streets, line.roll_places, line.enrolled, _part(use),
    ]  # fmt: skip


def _part(percent: Fraction | None) -> Fraction | None:
    """Percent as a fraction of one, as spreadsheets want it."""
    return None if percent is None else percent / 100
