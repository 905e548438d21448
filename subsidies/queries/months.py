"""How far the months are: closed where, what still waits, what was posted."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Sum

from portal.dates import Month
from portal.permissions import under
from subsidies.models import Claim, ClosedMonth

DUE = """
SELECT d.month, count(DISTINCT d.provider_id) FROM subsidies_duemonth d
JOIN providers_provider p ON p.id = d.provider_id
WHERE d.month >= %(since)s AND EXISTS (SELECT FROM unnest(%(paths)s::text[]) path WHERE starts_with(p.area_path, path))
GROUP BY d.month
"""
UNSEEN = """
SELECT count(DISTINCT f.provider_id) FROM providers_factchange f JOIN providers_provider p ON p.id = f.provider_id
WHERE NOT EXISTS (SELECT FROM subsidies_seenmark s WHERE s.mark_id = f.id)
  AND EXISTS (SELECT FROM subsidies_closedmonth c WHERE c.month >= f.from_month
              AND (f.to_month IS NULL OR c.month <= f.to_month))
  AND EXISTS (SELECT FROM unnest(%(paths)s::text[]) path WHERE starts_with(p.area_path, path))
"""


@dataclass(frozen=True)
class MonthRow:
    """A month on the close page."""

    month: Month
    areas: int  # districts closed
    due: int  # providers to be computed again
    claims: int
    fen: int

    @property
    def state(self) -> str:
        """open, changed or closed."""
        return "open" if not self.areas else "changed" if self.due else "closed"


def month_rows(months: Sequence[Month], paths: Sequence[str]) -> list[MonthRow]:
    """The months, newest first; three queries."""
    since = min(months).first
    areas = dict(
        ClosedMonth.objects.filter(under(paths, "area__path"), month__gte=since)
        .order_by()
        .values_list("month")
        .annotate(Count("pk"))
    )
    claims = {
        first: (count, fen)
        for first, count, fen in Claim.objects.filter(under(paths), from_month__gte=since)
        .order_by()
        .values_list("from_month")
        .annotate(Count("pk"), Sum("lines_fen"))
    }
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"since": since, "paths": list(paths)})
        due = dict(cursor.fetchall())
    return [
        MonthRow(month, areas.get(month.first, 0), due.get(month.first, 0), *claims.get(month.first, (0, 0)))
        for month in months
    ]


def changed_providers(paths: Sequence[str]) -> int:
    """Providers with changes of closed months that no run has seen yet; one query."""
    with connection.cursor() as cursor:
        cursor.execute(UNSEEN, {"paths": list(paths)})
        return int(cursor.fetchone()[0])
