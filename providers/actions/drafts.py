"""What a person typed into a filing and has not handed in yet (草稿), kept in a row from page to page."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from portal import clock, files
from portal.models import Draft, User
from portal.problems import NotAllowed
from providers.actions.applying import CORRECT, REGISTER, SAVES, check_stamp
from providers.models import FilingCase, FilingState
from providers.permissions import may_run


def draft_of(user: User, kind: str = REGISTER) -> Draft | None:
    """The person's draft of this kind, if there is one."""
    return Draft.objects.filter(user=user, kind=kind).first()


@transaction.atomic
def keep_step(
    kind: str, step: str, value: Any, *, seen: str | None, by: User, begin: dict[str, Any] | None = None
) -> Draft:
    """Save one step of a draft; `begin` fills a new one, `seen` is the stamp of the page.

    Raises StaleState when another window saved since.
    """
    draft, new = Draft.objects.select_for_update().get_or_create(
        user=by, kind=kind, defaults={"data": begin or {}, "updated_at": clock.now()}
    )
    if not new:
        check_stamp(draft, seen)
    draft.data = draft.data | {step: value, SAVES: draft.data.get(SAVES, 0) + 1}
    draft.updated_at = clock.now()
    draft.save(update_fields=["data", "updated_at"])
    return draft


def store_paper(upload: UploadedFile, *, by: User) -> dict[str, Any]:
    """Keep an uploaded paper and give what the draft remembers of it. Raises files.UnwantedFile."""
    stored = files.store(upload, by=by)
    return {"file": str(stored.public_id), "name": stored.name, "size": stored.size}


@transaction.atomic
def begin_correction(filing: FilingCase, *, by: User) -> Draft:
    """Open the draft that puts a returned filing right, filled with what was filed; opening twice keeps the typing."""
    if filing.state != FilingState.RETURNED or not may_run(by, filing.provider):
        raise NotAllowed
    draft, _new = Draft.objects.get_or_create(
        user=by, kind=correction_kind(filing), defaults={"data": filing.snapshot, "updated_at": clock.now()}
    )
    return draft


def correction_kind(filing: FilingCase) -> str:
    """The kind of the draft that corrects this filing."""
    return f"{CORRECT}{filing.public_id.hex}"


@transaction.atomic
def discard(kind: str, *, by: User) -> None:
    """Throw a draft away."""
    Draft.objects.filter(user=by, kind=kind).delete()


def day_text(value: dt.date | None) -> str | None:
    """A day as drafts keep it."""
    return value.isoformat() if value else None
