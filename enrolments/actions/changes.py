"""What every change of a spell or of attendance leaves behind: marks for the subsidy and fresh search rows."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from enrolments.models import Child, Enrolment, EnrolmentState
from portal.dates import add_months
from providers.actions.facts import facts_changed

YEAR_CAP_REACH = 12  # months a change can reach onwards through a yearly cap (money.md, Changes)


def mark(provider_id: int, child_ids: Iterable[int], *, from_day: dt.date, to_day: dt.date | None, cause: str) -> None:
    """Mark the months of `[from_day, to_day)` at the provider, and the children's later ones wherever they were.

    A month more or fewer moves a yearly cap, also at another provider, also for the same child under another row.
    """
    facts_changed(provider_id, from_day=from_day, to_day=to_day, cause=cause)
    if to_day is None:
        to_day = from_day
    until = add_months(to_day.replace(day=1), YEAR_CAP_REACH)
    kin = set(child_ids)
    kin |= {pk for pk in Child.objects.filter(pk__in=kin).values_list("same_as", flat=True) if pk is not None}
    later = Enrolment.objects.filter(
        Q(child__in=kin) | Q(child__same_as__in=kin), during__overlap=(to_day, until)
    ).exclude(state=EnrolmentState.ANNULLED)
    elsewhere = sorted(set(later.values_list("provider_id", flat=True)))
    facts_changed(elsewhere, from_day=to_day, to_day=until, cause=f"{cause}-later")
