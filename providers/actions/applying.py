"""What a handed-in draft does to the register: the provider it makes or corrects, its papers, the classes it opens.

A draft holds JSON by step: `identity`, `place`, `classes` (a list), `papers` (by kind);
`providers.queries.applications` says what is missing or wrong in it.
"""

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from portal import audit, clock
from portal.models import Area, Draft, StoredFile, User
from portal.problems import Refusal, StaleState
from providers.actions.classes import open_places
from providers.actions.spans import follow
from providers.models import Document, Post, PostRole, Provider, ProviderSpan, Standing, StandingSpan

REGISTER = "register"
CORRECT = "correct:"
SAVES = "saves"  # counts how often a draft was saved; its stamp
IDENTITY = ("name", "kind", "credit_code", "authority", "legal_person", "head", "phone", "intro")
PLACE = ("address", "lng", "lat", "crs", "given_lng", "given_lat", "building_m2", "outdoor_m2")
DAYS = ("lease_from", "lease_to")


class SameProvider(Refusal):
    """One credit code at one address is one provider."""

    code = "same-provider"
    status = 409
    text = _("A provider with this credit code is registered at this address already.")


def stamp(draft: Draft | None) -> str:
    """What a page keeps of the draft it showed, to notice a change from another window."""
    return str(draft.data.get(SAVES, 0)) if draft else "0"


def check_stamp(draft: Draft, seen: str | None) -> None:
    """Refuse a page that was opened on an older draft (None: the caller has none)."""
    if seen is not None and seen != stamp(draft):
        when = localtime(draft.updated_at)
        raise StaleState(who=str(draft.user), when=f"{when:%Y-%m-%d %H:%M}", what=_("draft saved in another window"))


def corrected_filing(draft: Draft) -> uuid.UUID | None:
    """Which filing a correction draft belongs to."""
    return uuid.UUID(draft.kind.removeprefix(CORRECT)) if draft.kind.startswith(CORRECT) else None


def register(data: dict[str, Any], *, by: User) -> Provider:
    """Write a new provider, not filed yet; who registers it owns it. Raises SameProvider."""
    today, columns = clock.today(), _columns(data)
    provider = Provider(
        code=_next_code(columns["street"]), standing=Standing.UNFILED, created_at=clock.now(), **columns
    )
    try:
        with transaction.atomic():
            provider.save(force_insert=True)
    except IntegrityError as clash:
        raise SameProvider from clash
    StandingSpan.objects.create(
        provider=provider, standing=Standing.UNFILED, during=(today, None), recorded_at=clock.now()
    )
    _write_span(provider, today)
    Post.objects.create(user=by, role=PostRole.OWNER, provider=provider, granted_at=clock.now(), granted_by=None)
    audit.record(provider, "register", by=by, kind=provider.kind, street=provider.street.code)
    return provider


def correct(provider: Provider, data: dict[str, Any], *, by: User) -> None:
    """Write what a corrected filing says over the provider, which is not filed yet. Raises SameProvider."""
    columns = _columns(data)
    for name, value in columns.items():
        setattr(provider, name, value)
    provider.version += 1
    try:
        with transaction.atomic():
            provider.save(update_fields=[*columns, "version"])
    except IntegrityError as clash:
        raise SameProvider from clash
    _write_span(provider, clock.today())
    audit.record(provider, "correct", by=by, kind=provider.kind, street=provider.street.code)


def keep_papers(provider: Provider, data: dict[str, Any], *, by: User) -> None:
    """Make the handed-in papers the current ones of their kind; older ones are replaced, none is deleted."""
    moment = clock.now()
    current = {document.kind: document for document in provider.documents.filter(replaced_at__isnull=True)}
    files = StoredFile.objects.in_bulk([paper["file"] for paper in data["papers"].values()], field_name="public_id")
    for kind, paper in data["papers"].items():
        stored = files[uuid.UUID(paper["file"])]
        valid = (day(paper.get("from")), _after(day(paper.get("to"))))
        if (old := current.get(kind)) is not None:
            same_days = old.valid is not None and (old.valid.lower, old.valid.upper) == valid
            if old.file_id == stored.pk and (same_days or valid == (None, None)):
                continue
            Document.objects.filter(pk=old.pk).update(replaced_at=moment)
        Document.objects.create(
            provider=provider,
            kind=kind,
            file=stored,
            added_at=moment,
            added_by=by,
            valid=None if valid == (None, None) else valid,
        )


def open_filed_classes(provider: Provider, data: dict[str, Any], *, from_day: dt.date, by: User) -> None:
    """Open the classes of a filing with their places and fees on the day it was found conforming."""
    for number, group in enumerate(data["classes"], 1):
        open_places(
            provider,
            code=f"{provider.code}-{number:02d}",
            name=group["name"],
            band=group["band"],
            places=group["places"],
            fees=group["fees"],
            from_day=from_day,
            by=by,
        )


def day(text: str | None) -> dt.date | None:
    """A day of a draft."""
    return dt.date.fromisoformat(text) if text else None


def _after(last: dt.date | None) -> dt.date | None:
    return None if last is None else last + dt.timedelta(days=1)


def _columns(data: dict[str, Any]) -> dict[str, Any]:
    identity, place = data["identity"], data["place"]
    street = Area.objects.get(code=place["street"])
    columns = {name: identity.get(name, "") for name in IDENTITY} | {name: place.get(name) for name in PLACE}
    return columns | {name: day(place.get(name)) for name in DAYS} | {"street": street, "area_path": street.path}


def _write_span(provider: Provider, from_day: dt.date) -> None:
    follow(
        ProviderSpan,
        of={"provider": provider},
        from_day=from_day,
        kind=provider.kind,
        name=provider.name,
        street=provider.street,
        area_path=provider.area_path,
    )


def _next_code(street: Area) -> str:
    """A business key for ever: the district's code and the next number of the register; imported codes are left out."""
    district = street.path.rstrip("/").split("/")[-2]
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('providers_code_seq')")
            code = f"{district}-{cursor.fetchone()[0]:06d}"
        if not Provider.objects.filter(code=code).exists():
            return code
