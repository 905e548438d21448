"""Numbers of the law as dated rows: read the one in force, add a successor, never edit."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import audit, clock
from portal.models import Area, Clause, LawKey, LawValue, User
from portal.problems import MissingLaw, Refusal


class LawInThePast(Refusal):
    """A new value may not begin before the value it follows."""

    code = "law-order"
    text = _("The new value must begin after %(after)s, when the present one began.")


def ancestors(area_path: str) -> list[str]:
    """The codes of an area and all above it, nearest first."""
    return [code for code in reversed(area_path.split("/")) if code]


def row(code: str, area_path: str, on: dt.date) -> LawValue:
    """The value row of the nearest area that has one in force on the day, or `MissingLaw`."""
    codes = ancestors(area_path)
    found = {
        value.area.code: value
        for value in LawValue.objects.filter(
            key__code=code, area__code__in=codes, valid_during__contains=on
        ).select_related("area", "clause__document")
    }
    for area_code in codes:
        if area_code in found:
            return found[area_code]
    raise MissingLaw(key=code, day=on.isoformat())


def value(code: str, area_path: str, on: dt.date) -> Any:
    """The value itself; a decision that must explain itself keeps `row(...)`."""
    return row(code, area_path, on).value


@transaction.atomic
def add_value(
    code: str,
    area: Area,
    value: Any,
    *,
    valid_from: dt.date,
    by: User | None,
    meaning: str = "",
    clause: Clause | None = None,
) -> LawValue:
    """Add a dated value; an open predecessor is closed on that day (the one change its trigger allows)."""
    key, _created = LawKey.objects.get_or_create(code=code, defaults={"meaning": meaning or code})
    LawKey.objects.select_for_update(no_key=True).get(pk=key.pk)
    open_row = LawValue.objects.filter(key=key, area=area).filter(Q(valid_during__upper_inf=True)).first()
    if open_row is not None:
        begins = open_row.valid_during.lower
        if begins is not None and begins >= valid_from:
            raise LawInThePast(after=begins.isoformat())
        LawValue.objects.filter(pk=open_row.pk).update(valid_during=(begins, valid_from))
    added = LawValue.objects.create(
        key=key, area=area, value=value, valid_during=(valid_from, None), clause=clause, recorded_at=clock.now()
    )
    audit.record(
        f"portal.LawValue:{code}@{area.code}",
        "add_law_value",
        by=by,
        area_path=area.path,
        value=value,
        valid_from=valid_from.isoformat(),
    )
    return added
