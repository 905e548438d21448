"""What happened to a claim, from the audit trail, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.audit import subject_of
from portal.models import AuditEvent
from subsidies.models import Claim

VERBS: Mapping[str, Any] = {
    "confirm_claim": _("Confirmed by the provider"),
    "check_claim": _("Checked"),
    "review_claim": _("Reviewed"),
    "publish_claim": _("Public notice began"),
    "release_claim": _("Released for payment"),
    "export_claim": _("Put on a payment list"),
    "return_claim": _("Returned to the provider"),
}


def history_of(claim: Claim) -> list[dict[str, Any]]:
    """Who did what when, newest first, for the timeline."""
    events = AuditEvent.objects.filter(subject=subject_of(claim)).select_related("actor").order_by("-id")
    rows = [
        {
            "title": VERBS.get(event.verb, event.verb),
            "at": event.at,
            "by": str(event.actor) if event.actor else "",
            "text": event.detail.get("reason", ""),
        }
        for event in events[:30]
    ]
    rows.append({"title": _("Prepared"), "at": claim.prepared_at, "by": "", "text": ""})
    return rows
