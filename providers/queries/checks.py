"""What the machine can check of a filing for the officer (自动核验); the decision stays the officer's."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.models import Area
from portal.wording import Fault
from providers.models import FilingCase, Provider, Standing
from providers.queries import limits, locating
from providers.queries.applications import missing_papers
from providers.rules import documents
from providers.rules.registration import check_registration
from providers.rules.setting import Setting, warnings_of


@dataclass(frozen=True, slots=True)
class Check:
    """One check with its result: good, warn or bad."""

    kind: str
    title: str
    text: str = ""


def checks_of(filing: FilingCase, on: dt.date) -> list[Check]:
    """Every check over what was filed, in the order an officer reads the case."""
    data = filing.snapshot
    if not data:
        return []
    return [
        *_registration(data["identity"]),
        *_duplicates(filing.provider),
        *_point(data["place"]),
        *_classes(data, on),
        *_setting(data, on),
        *_papers(data, on),
    ]


def _registration(identity: dict[str, Any]) -> Iterator[Check]:
    title = _("Credit code, authority and type fit together")
    try:
        check_registration(identity["kind"], identity["authority"], identity["credit_code"])
        yield Check("good", title)
    except Fault as fault:
        yield Check("bad", title, _(fault.msgid) % fault.params)


def _duplicates(provider: Provider) -> Iterator[Check]:
    others = Provider.objects.exclude(pk=provider.pk).exclude(standing=Standing.CANCELLED)
    same_code = list(others.filter(credit_code=provider.credit_code).values_list("code", flat=True)[:5])
    same_place = list(
        others.filter(street=provider.street, address=provider.address).values_list("code", flat=True)[:5]
    )
    if same_code:
        yield Check("warn", _("Other providers with the same credit code"), ", ".join(same_code))
    if same_place:
        yield Check("warn", _("Other providers at the same address"), ", ".join(same_place))
    if not same_code and not same_place:
        yield Check("good", _("No other provider with this credit code or at this address"))


def _point(place: dict[str, Any]) -> Iterator[Check]:
    title = _("The point lies in its district")
    street = Area.objects.filter(code=place["street"]).first()
    try:
        if street is not None:
            locating.locate(place["given_lng"], place["given_lat"], place["crs"], street)
        yield Check("good", title)
    except Fault as fault:
        yield Check("bad", title, _(fault.msgid) % fault.params)


def _classes(data: dict[str, Any], on: dt.date) -> Iterator[Check]:
    place = Area.objects.filter(code=data["place"]["street"]).first()
    allowed = limits.limits_at(place.path if place else "", on)
    whole = sum(group["places"] for group in data["classes"])
    wrong = []
    for group in data["classes"]:
        others = whole - group["places"]
        kind, band, places = data["identity"]["kind"], group["band"], group["places"]
        if message := limits.message_of(kind, band, places, others=others, limits=allowed, on=on):
            wrong.append(f"{group['name']}: {message}")
    yield Check("bad" if wrong else "good", _("Every class is within its limit"), " ".join(wrong))


def _setting(data: dict[str, Any], on: dt.date) -> Iterator[Check]:
    place = data["place"]

    def day(name: str) -> dt.date | None:
        return dt.date.fromisoformat(place[name]) if place.get(name) else None

    setting = Setting(
        kind=data["identity"]["kind"],
        classes=tuple((group["band"], group["places"]) for group in data["classes"]),
        lease_from=day("lease_from"),
        lease_to=day("lease_to"),
        building_m2=place.get("building_m2"),
        outdoor_m2=place.get("outdoor_m2"),
    )
    warnings = warnings_of(setting, on)
    for warning in warnings:
        yield Check("warn", _(warning.msgid) % dict(warning.params), warning.clause)
    if not warnings:
        yield Check("good", _("Premises show nothing against the setting standard"))


def _papers(data: dict[str, Any], on: dt.date) -> Iterator[Check]:
    absent = missing_papers(data)
    if absent:
        yield Check("bad", _("Papers are missing"), ", ".join(_(kind.name) for kind in absent))
    ends = [
        (code, dt.date.fromisoformat(paper["to"]) if paper.get("to") else None)
        for code, paper in (data.get("papers") or {}).items()
    ]
    soon = documents.running_out(ends, on)
    for paper in soon:
        kind = "bad" if paper.days_left < 0 else "warn"
        text = _("valid until %(day)s") % {"day": paper.last_day}
        yield Check(kind, _("“%(paper)s” runs out") % {"paper": _(documents.KINDS[paper.code].name)}, text)
    if not absent and not soon:
        yield Check("good", _("All papers are there and valid"))
