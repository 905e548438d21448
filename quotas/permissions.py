"""Who reads and who makes reports (domain §1A): all officials of the area read, district and city make."""

from typing import Any

from django.db.models import QuerySet

from portal.models import Area, Role
from portal.permissions import holds, prefixes, under
from quotas.models import Report

READERS = frozenset({
    Role.SUBDISTRICT, Role.DISTRICT, Role.CITY, Role.FINANCE, Role.INSPECTOR, Role.EVALUATOR, Role.AUDITOR,
})  # fmt: skip
MAKERS = frozenset({Role.DISTRICT, Role.CITY})


def areas_visible_to(user: Any) -> QuerySet[Area]:
    """Areas whose figures the person may read in full, down to subdistricts."""
    return Area.objects.filter(under(prefixes(user, READERS), "path")).exclude(level="community")


def reports_visible_to(user: Any) -> QuerySet[Report]:
    """Frozen reports of those areas."""
    return Report.objects.filter(under(prefixes(user, READERS), "area__path"))  # wherever its area lies today


def can_make(user: Any, area: Area) -> bool:
    """Whether the person may have the area's report made."""
    return holds(user, MAKERS, area.path)


def roots_of(user: Any) -> list[Area]:
    """The widest areas whose figures the person reads: one for nearly everybody."""
    return list(Area.objects.filter(path__in=prefixes(user, READERS)).order_by("path"))
