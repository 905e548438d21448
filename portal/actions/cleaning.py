"""Forget what was kept for a while only, for the nightly task."""

import datetime as dt

from portal import clock
from portal.models import Draft, IdempotentAnswer

ANSWERS_KEPT = dt.timedelta(hours=24)  # contract: a repeated request finds its answer for a day
DRAFTS_KEPT = dt.timedelta(days=180)


def clean() -> dict[str, int]:
    """Delete idempotent answers of more than a day and drafts nobody touched for half a year; gives the counts."""
    now = clock.now()
    answers, _ = IdempotentAnswer.objects.filter(started_at__lt=now - ANSWERS_KEPT).delete()
    drafts, _ = Draft.objects.filter(updated_at__lt=now - DRAFTS_KEPT).delete()
    return {"answers": answers, "drafts": drafts}
