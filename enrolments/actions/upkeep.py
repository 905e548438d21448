"""What passing time changes: holds run out, spells end, and the parents' search must say so."""

import datetime as dt

from django.db import transaction

from enrolments import places
from enrolments.models import Occupancy
from portal import clock
from portal.audit import record
from providers import search_rows
from providers.models import ClassGroup

LOOK_BACK = dt.timedelta(days=7)  # nights a stopped worker may have missed


def release_holds() -> int:
    """Give every expired hold back, class by class; gives how many places."""
    expired = Occupancy.objects.filter(expires_at__lte=clock.now()).order_by("class_group_id")
    return sum(_release(pk) for pk in expired.values_list("class_group_id", flat=True).distinct())


@transaction.atomic
def _release(class_group_id: int) -> int:
    released = places.release_expired(class_group_id)
    if released:
        group = ClassGroup.objects.select_related("provider").get(pk=class_group_id)
        record(group, "release", by=None, area_path=group.provider.area_path, expired=released)
        search_rows.rewrite(group.provider_id)
    return released


def turn_the_day() -> int:
    """Rewrite the search rows of providers where a taken place ended lately; gives how many providers."""
    today = clock.today()
    ended = Occupancy.objects.filter(during__endswith__gt=today - LOOK_BACK, during__endswith__lte=today)
    ids = sorted(set(ended.values_list("class_group__provider", flat=True)))
    for start in range(0, len(ids), search_rows.BATCH):
        search_rows.rewrite(ids[start : start + search_rows.BATCH])
    return len(ids)
