"""What is missing or wrong in a filing before it is handed in, step by step, all of it at once."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.models import Area, StoredFile
from portal.wording import Fault
from providers.models import Provider
from providers.queries import limits, locating
from providers.rules import documents
from providers.rules.registration import check_registration

STEPS = ("identity", "place", "classes", "papers")


@dataclass(frozen=True, slots=True)
class StepFault:
    """A fault with the step and field where it is put right."""

    step: str
    field: str
    message: str


def told(fault: Fault) -> str:
    """A rule's fault in the reader's language."""
    return gettext(fault.msgid) % fault.params


def faults_of(data: dict[str, Any], *, provider: Provider | None = None) -> list[StepFault]:
    """Every fault of a draft; empty means it can be handed in. `provider` is the one a returned filing belongs to."""
    return [*_identity(data), *_place(data), *_twice(data, provider), *_classes(data), *_papers(data)]


def unfinished(data: dict[str, Any]) -> list[str]:
    """The steps that nobody has saved yet."""
    return [step for step in STEPS if not data.get(step)]


def missing_papers(data: dict[str, Any]) -> list[documents.DocumentKind]:
    """The papers that are asked for and not there yet."""
    identity = data.get("identity") or {}
    present = data.get("papers") or {}
    meals = bool(identity.get("serves_meals"))
    return list(documents.missing(identity.get("kind", ""), present, serves_meals=meals))


def asked_papers(data: dict[str, Any]) -> list[documents.DocumentKind]:
    """The papers this provider is asked for, and OTHER."""
    identity = data.get("identity") or {}
    meals = bool(identity.get("serves_meals"))
    return [*documents.required(identity.get("kind", ""), serves_meals=meals), documents.OTHER]


def _empty(step: str) -> StepFault:
    return StepFault(step, "", gettext("This page is not filled in yet."))


def _identity(data: dict[str, Any]) -> Iterator[StepFault]:
    identity = data.get("identity")
    if not identity:
        yield _empty("identity")
        return
    try:
        check_registration(identity["kind"], identity["authority"], identity["credit_code"])
    except Fault as fault:
        yield StepFault("identity", "credit_code", told(fault))


def _place(data: dict[str, Any]) -> Iterator[StepFault]:
    place = data.get("place")
    if not place:
        yield _empty("place")
        return
    street = Area.objects.filter(code=place["street"]).first()
    if street is None:
        yield StepFault("place", "street", gettext("Choose the subdistrict or town."))
        return
    try:
        locating.locate(place["given_lng"], place["given_lat"], place["crs"], street)
    except Fault as fault:
        yield StepFault("place", "given_lng", told(fault))


def _twice(data: dict[str, Any], provider: Provider | None) -> Iterator[StepFault]:
    """One credit code at one address is one provider."""
    identity, place = data.get("identity"), data.get("place")
    if not identity or not place:
        return
    same = Provider.objects.filter(credit_code=identity["credit_code"], address=place["address"])
    if provider is not None:
        same = same.exclude(pk=provider.pk)
    if same.exists():
        message = gettext("A provider with this credit code is registered at this address already.")
        yield StepFault("place", "address", message)


def _classes(data: dict[str, Any]) -> Iterator[StepFault]:
    classes, identity, place = data.get("classes"), data.get("identity") or {}, data.get("place") or {}
    if not classes:
        yield _empty("classes")
        return
    if not identity or not place:
        return
    street = Area.objects.filter(code=place["street"]).first()
    allowed = limits.limits_at(street.path if street else "", clock.today())
    whole = sum(group["places"] for group in classes)
    for number, group in enumerate(classes):
        message = limits.message_of(
            identity["kind"], group["band"], group["places"], others=whole - group["places"], limits=allowed,
            on=clock.today(),
        )  # fmt: skip
        if message:
            yield StepFault("classes", f"classes-{number}-places", message)
        if not group["fees"]:
            yield StepFault("classes", f"classes-{number}-fee_full", gettext("Enter the fee of at least one mode."))


def _papers(data: dict[str, Any]) -> Iterator[StepFault]:
    if not data.get("identity"):
        return
    for kind in missing_papers(data):
        text = _("“%(paper)s” is missing.")
        yield StepFault("papers", f"{kind.code}-file", str(text) % {"paper": gettext(kind.name)})
    papers = data.get("papers") or {}
    for code, paper in papers.items():
        if (last := paper.get("to")) and date.fromisoformat(last) < clock.today():
            text = _("“%(paper)s” ran out on %(day)s. Hand in the current one.")
            params = {"paper": gettext(documents.KINDS[code].name), "day": last}
            yield StepFault("papers", f"{code}-to", str(text) % params)
    known = StoredFile.objects.filter(public_id__in=[uuid.UUID(paper["file"]) for paper in papers.values()]).count()
    if known != len({paper["file"] for paper in papers.values()}):
        yield _empty("papers")
