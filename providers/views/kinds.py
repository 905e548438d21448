"""How states look on pages: the kind of the tag."""

from providers.models import FilingState, Standing

FILING_KINDS = {
    FilingState.DRAFT: "neutral",
    FilingState.SUBMITTED: "info",
    FilingState.RETURNED: "warn",
    FilingState.RECEIVED: "info",
    FilingState.CONFORMING: "good",
    FilingState.NON_CONFORMING: "bad",
    FilingState.WITHDRAWN: "neutral",
}

STANDING_KINDS = {
    Standing.UNFILED: "neutral",
    Standing.ACTIVE: "good",
    Standing.SUSPENDED: "warn",
    Standing.CANCELLED: "neutral",
}
