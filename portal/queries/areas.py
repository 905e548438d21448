"""Areas as the filters of lists offer them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from portal.models import Area, AreaLevel
from portal.permissions import BUSINESS_ROLES, prefixes


def to_choose_from(user: Any, roles: Iterable[str] = BUSINESS_ROLES) -> QuerySet[Area]:
    """The areas right below those a person covers in `roles`, and the subdistricts they cover themselves, by code.

    Nobody files below a subdistrict, so communities are no choice. Nothing for who holds no office.
    """
    mine = prefixes(user, roles)
    below = Q(parent__path__in=mine) | Q(path__in=mine, level=AreaLevel.STREET)
    return Area.objects.filter(below).exclude(level=AreaLevel.COMMUNITY).order_by("code")
