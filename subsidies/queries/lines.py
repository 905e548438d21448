"""Lines as a page shows them: a child is a mask to its provider and less than that to an official."""

from django.db.models import OuterRef, QuerySet, Subquery, Value

from enrolments.models import ChildIdentity
from subsidies.models import Claim, Line


def shown_lines(claim: Claim, reading: str) -> QuerySet[Line]:
    """The claim's lines with their cases; `mask` is the child's mask for the provider's own people, else empty.

    `reading` is what `permissions.reads_lines` gives.
    """
    lines = claim.lines.select_related("case__policy_version").order_by("period", "subject_key", "seq")
    if reading == "own":
        masks = ChildIdentity.objects.filter(child__key=OuterRef("subject_key")).values("mask")
        return lines.annotate(mask=Subquery(masks[:1]))
    return lines.annotate(mask=Value(""))
