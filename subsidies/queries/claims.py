"""Reading claims."""

from django.db.models import QuerySet

from portal.dates import Month
from subsidies.models import Claim


def of_month(month: Month, area_path: str) -> QuerySet[Claim]:
    """Claims whose statement period holds the month, of providers under an area."""
    return Claim.objects.filter(from_month__lte=month.first, to_month__gte=month.first, area_path__startswith=area_path)


def hashes_of_month(month: Month, area_path: str) -> list[list[object]]:
    """The claims of a month as a run's hash names them, in the order of provider codes."""
    rows = of_month(month, area_path).order_by("provider__code", "policy__code", "from_month", "sequence")
    named = rows.values_list("provider__code", "policy__code", "from_month", "sequence", "hash")
    return [[provider, policy, first.isoformat(), sequence, digest] for provider, policy, first, sequence, digest in named]
