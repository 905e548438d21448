"""Reading what a search asks: one place for the page and the API; every fault names its parameter."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from portal.coordinates import EAST, WEST, Point, check_point
from portal.dates import Month
from portal.wording import Fault
from providers.models import Kind
from providers.queries.nearby import ORDERS, Asked

NUMBER = re.compile(r"[-+]?\d{1,3}(?:\.\d{1,15})?")
MODES = {
    "full": ("full",),
    "half": ("am", "pm"),
    "am": ("am",),
    "pm": ("pm",),
    "hourly": ("hourly",),
    "temporary": ("temporary",),
}
LAST_INDEX = 12  # the search rows speak of this month and the twelve after it


class Unanswerable(Exception):
    """The question has faults: parameter -> what is wrong and how to put it right."""

    def __init__(self, faults: dict[str, str]) -> None:
        self.faults = faults
        super().__init__(faults)


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):
            raise ValueError(_("Give a whole number from %(low)s to %(high)s.") % {"low": low, "high": high})
        return int(text)

    return read


def _one_of(options: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in options:
            raise ValueError(_("Give one of: %(options)s.") % {"options": ", ".join(options)})
        return text

    return read


def _degrees(text: str) -> float:
    if not NUMBER.fullmatch(text):
        raise ValueError(_("Give degrees as a decimal number, like 113.3245."))
    return float(text)


def _true_or_false(text: str) -> bool:
    return _one_of(("true", "false"))(text) == "true"


READERS: dict[str, Callable[[str], Any]] = {
    "lng": _degrees,
    "lat": _degrees,
    "radius_m": _whole(1, 50_000),
    "age_months": _whole(0, 36),
    "from": Month.parse,
    "mode": _one_of(tuple(MODES)),
    "inclusive": _true_or_false,
    "vacancy": _true_or_false,
    "max_fee_fen": _whole(0, 100_000_000),
    "min_rating": _whole(1, 5),
    "kind": _one_of(Kind.values),
    "sort": _one_of(tuple(ORDERS)),
    "limit": _whole(1, 100),
}
PLAIN = ("radius_m", "age_months", "inclusive", "vacancy", "max_fee_fen", "min_rating", "sort", "limit")
ONCE = _l("Give this parameter once.")


def read(given: Mapping[str, list[str]], *, on: dt.date) -> Asked:
    """The question of these parameters (name -> values, as in a query string) on a day. Raises Unanswerable."""
    faults: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, texts in given.items():
        reader = READERS.get(name)
        if reader is None:
            faults[name] = _("This parameter is not known.")
        elif len(texts) > 1 and name != "kind":
            faults[name] = str(ONCE)
        else:
            try:
                values[name] = [reader(text) for text in texts]
            except Fault as fault:
                faults[name] = _(fault.msgid) % fault.params
            except ValueError as error:
                faults[name] = str(error)
    for name in ("lng", "lat"):
        if name not in given:
            faults[name] = _("Say where to look: longitude and latitude in degrees (WGS-84).")
    if not {"lng", "lat"} & faults.keys():
        _check_point(values["lng"][0], values["lat"][0], faults)
    month = values["from"][0] if "from" in values else Month.of(on)
    if not 0 <= month.since(Month.of(on)) <= LAST_INDEX:
        months = {"first": Month.of(on), "last": Month.of(on) + LAST_INDEX}
        faults["from"] = _("Give a month from %(first)s to %(last)s.") % months
    if faults:
        raise Unanswerable(faults)
    return Asked(
        lng=values["lng"][0],
        lat=values["lat"][0],
        month=month.first,
        today=on,
        modes=MODES[values["mode"][0]] if "mode" in values else (),
        kinds=tuple(dict.fromkeys(values.get("kind", ()))),
        **{name: values[name][0] for name in PLAIN if name in values},
    )


def _check_point(lng: float, lat: float, faults: dict[str, str]) -> None:
    """Swapped, foreign or impossible coordinates, said of the number that is wrong."""
    try:
        check_point(lng, lat)
    except Fault as fault:
        wrong = "lat" if fault.code != "COORDINATES_SWAPPED" and WEST <= lng <= EAST else "lng"
        faults[wrong] = _(fault.msgid) % fault.params


def point_in(text: str) -> Point | None:
    """Two numbers typed into a search box, "113.32, 23.09"; None when it is something else. Raises Fault."""
    match = re.fullmatch(rf"\s*({NUMBER.pattern})\s*[,，\s]\s*({NUMBER.pattern})\s*", text)
    return check_point(float(match[1]), float(match[2])) if match else None
