"""Papers of a filed provider (材料): a newer one replaces the one of its kind."""

import datetime as dt

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from portal import audit, clock, files
from portal.models import User
from portal.problems import NotAllowed
from providers.actions.facts import facts_changed
from providers.actions.standing import lock
from providers.models import Document
from providers.permissions import may_run


@transaction.atomic
def add_paper(
    provider_id: int, *, kind: str, upload: UploadedFile, from_day: dt.date | None, to_day: dt.date | None, by: User
) -> Document:
    """Hand in a paper valid for `[from_day, to_day)`; the same bytes for the same days are handed in once.

    Raises files.UnwantedFile.
    """
    provider = lock(provider_id)
    if not may_run(by, provider):
        raise NotAllowed
    stored = files.store(upload, by=by)
    valid = None if from_day is None and to_day is None else (from_day, to_day)
    current = provider.documents.filter(kind=kind, replaced_at__isnull=True).select_related("file").first()
    if current is not None:
        days = None if current.valid is None else (current.valid.lower, current.valid.upper)
        if current.file.sha256 == stored.sha256 and days == valid:
            stored.delete()  # the row of this upload; the bytes are the ones that are kept
            return current
        Document.objects.filter(pk=current.pk).update(replaced_at=clock.now())
    document = Document.objects.create(
        provider=provider, kind=kind, file=stored, valid=valid, added_at=clock.now(), added_by=by
    )
    audit.record(provider, "add_paper", by=by, kind=kind, sha256=stored.sha256)
    facts_changed(provider.pk, from_day=clock.today(), cause="add_paper")
    return document
