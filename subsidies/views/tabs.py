"""The tabs above an official's lists: one for each step of the office, and all claims."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock
from subsidies.queries.claims import totals, waiting_for

STEP_NAMES = {
    "CHECKED": gettext_lazy("To check"),
    "REVIEWED": gettext_lazy("To review"),
    "NOTICED": gettext_lazy("To publish"),
    "RELEASED": gettext_lazy("To release"),
    "EXPORTED": gettext_lazy("To pay"),
}


def tabs_of(user: Any, current: str) -> list[dict[str, Any]]:
    """Tabs with how many claims wait behind each."""
    tabs = [
        {
            "label": STEP_NAMES[queue.state],
            "url": reverse("subsidies:queue", args=[queue.state.lower()]),
            "count": totals(queue.rows)["count"],
            "current": current == queue.state,
        }
        for queue in waiting_for(user, clock.today())
    ]
    return [*tabs, {"label": _("All claims"), "url": reverse("subsidies:claims"), "current": current == "all"}]
