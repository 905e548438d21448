"""How many places a class may have here on a day: the city's own dated numbers, else the national ones."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import law
from portal.dates import DateRange
from portal.problems import MissingLaw, Refusal
from portal.wording import Fault
from providers.models import Kind, Provider
from providers.rules.ages import FAMILY_POINT, NATIONAL_LIMITS, ClassLimit, check_places

KEY = "class.limits"  # [{"band", "from_months", "to_months", "most_children", "children_per_carer", "clause"}]


class BeyondLimit(Refusal):
    """More places than the article allows; the message names it."""

    code = "beyond-limit"
    status = 422


def limits_at(area_path: str, on: dt.date) -> tuple[ClassLimit, ...]:
    """The limits in force in an area: a city may be stricter by a dated value of `class.limits`."""
    try:
        rows = law.value(KEY, area_path, on)
    except MissingLaw:
        return NATIONAL_LIMITS
    return tuple(ClassLimit(valid_during=DateRange(on, None), **row) for row in rows)


def fault_of(kind: str, band: str, places: int, *, others: int, area_path: str, on: dt.date) -> str | None:
    """What is wrong with a class of so many places beside `others` places of the same provider, or None."""
    return message_of(kind, band, places, others=others, limits=limits_at(area_path, on), on=on)


def message_of(
    kind: str, band: str, places: int, *, others: int, limits: Iterable[ClassLimit], on: dt.date
) -> str | None:
    """The same with the limits at hand, for many classes at once."""
    try:
        check_places(band, places, on, limits)
    except Fault as fault:
        return gettext(fault.msgid) % fault.params
    if kind == Kind.FAMILY and places + others > FAMILY_POINT.most_children:
        text = _("A family childcare point has at most %(most)s places in all (%(clause)s).")
        return str(text) % {"most": FAMILY_POINT.most_children, "clause": FAMILY_POINT.clause}
    return None


def check(provider: Provider, *, band: str, places: int, on: dt.date, besides: int | None = None) -> None:
    """Raise BeyondLimit for a class of the provider; `besides` is the class being changed."""
    groups: Any = provider.class_groups.filter(closed_on__isnull=True).exclude(pk=besides or 0)
    others = groups.aggregate(n=Count("places", filter=Q(places__during__endswith__isnull=True)))["n"]
    if message := fault_of(provider.kind, band, places, others=others, area_path=provider.area_path, on=on):
        raise BeyondLimit(message)
