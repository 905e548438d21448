"""An office's queue: many claims checked, reviewed, published or released at once, after one more look at the
totals.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from portal import clock
from portal.models import User
from portal.numbers import whole
from portal.permissions import officials
from portal.problems import Refusal
from subsidies.actions.claims import pass_claims, publish_claims
from subsidies.filters import ClaimFilter
from subsidies.models import Claim, ClaimState
from subsidies.permissions import READERS
from subsidies.queries.claims import Queue, totals, waiting_for
from subsidies.views.tabs import STEP_NAMES, tabs_of

DEEDS = {
    ClaimState.CHECKED: gettext_lazy("Pass the check"),
    ClaimState.REVIEWED: gettext_lazy("Pass the review"),
    ClaimState.NOTICED: gettext_lazy("Publish the notice"),
    ClaimState.RELEASED: gettext_lazy("Release for payment"),
}


def _queue(request: HttpRequest, state: str) -> Queue:
    """What waits for this person's step; a step that is not done here, and one of another office, is not there."""
    for queue in waiting_for(request.user, clock.today()):
        if queue.state == state.upper() and queue.state in DEEDS:
            return queue
    raise Http404


@require_GET
@officials(*READERS)
def page(request: HttpRequest, state: str) -> HttpResponse:
    """An office sees what waits for its step, most urgent first, and chooses some or all; one tap from the to-do
    list.
    """
    if state.upper() == ClaimState.EXPORTED:
        return redirect("subsidies:batches")
    queue = _queue(request, state)
    found = ClaimFilter(
        request.GET or None, queryset=queue.rows.select_related("provider", "policy", "notice"), by=request.user
    )
    rows = found.qs.order_by("due", "from_month", "provider__code", "pk")
    context = {
        "filterset": found,
        "page": Paginator(rows, 50).get_page(request.GET.get("page")),
        "totals": totals(found.qs),
        "tabs": tabs_of(request.user, queue.state),
        "state": state,
        "name": STEP_NAMES[queue.state],
        "deed": DEEDS[ClaimState(queue.state)],
        "today": clock.today(),
    }
    return render(request, "subsidies/queue.html", context)


@require_POST
@officials(*READERS)
def check(request: HttpRequest, state: str) -> HttpResponse:
    """What was chosen, with its totals, before the button that decides; writes nothing."""
    queue = _queue(request, state)
    if request.POST.get("all"):
        found = ClaimFilter(request.POST, queryset=queue.rows, by=request.user)
        chosen = found.qs
    else:
        chosen = queue.rows.filter(pk__in=[pk for pk in map(whole, request.POST.getlist("claim")) if pk is not None])
    return _show(request, queue, chosen)


def _show(request: HttpRequest, queue: Queue, chosen: Any, error: str = "") -> HttpResponse:
    claims = list(chosen.select_related("provider", "policy", "notice").order_by("provider__code", "from_month", "pk"))
    context = {
        "claims": claims,
        "totals": totals(Claim.objects.filter(pk__in=[claim.pk for claim in claims])),
        "zero": sum(claim.paid_fen == 0 for claim in claims),
        "children": sum(claim.subject_count for claim in claims),
        "chosen": ",".join(f"{claim.pk}:{claim.version}" for claim in claims),
        "state": queue.state.lower(),
        "name": STEP_NAMES[queue.state],
        "deed": DEEDS[ClaimState(queue.state)],
        "error": error,
    }
    return render(request, "subsidies/queue_check.html", context, status=409 if error else 200)


@require_POST
@officials(*READERS)
def decide(request: HttpRequest, state: str) -> HttpResponse:
    """Let everything on the page just seen pass, all or none; a claim that changed meanwhile stops it and is named."""
    queue = _queue(request, state)
    versions = dict(_read(request.POST.get("chosen", "")))
    try:
        done = DOING[queue.state](list(versions), versions, request.user)
    except Refusal as refusal:
        return _show(request, queue, queue.rows.filter(pk__in=list(versions)), refusal.message)
    messages.success(request, done)
    return redirect("subsidies:queue", state)


def _read(chosen: str) -> Iterable[tuple[int, int]]:
    """Pairs of claim and version, as the page before wrote them."""
    for pair in chosen.split(","):
        pk, colon, version = pair.partition(":")
        found, seen = whole(pk), whole(version)
        if colon and found is not None and seen is not None:
            yield found, seen


def _publish(ids: list[int], versions: Mapping[int, int], by: User) -> str:
    notices = publish_claims(ids, versions=versions, by=by)
    last = max(notice.last_day for notice in notices)
    text = ngettext(
        "Published. The notice stands until %(day)s.",
        "Published in %(n)s notices. They stand until %(day)s.",
        len(notices),
    )
    return text % {"n": len(notices), "day": last.isoformat()}


def _pass(to: ClaimState) -> Callable[[list[int], Mapping[int, int], User], str]:
    def passed(ids: list[int], versions: Mapping[int, int], by: User) -> str:
        count = len(pass_claims(ids, to=to, versions=versions, by=by))
        return ngettext("%(n)s claim passed on.", "%(n)s claims passed on.", count) % {"n": count}

    return passed


DOING: Mapping[str, Callable[[list[int], Mapping[int, int], User], str]] = {
    ClaimState.CHECKED: _pass(ClaimState.CHECKED),
    ClaimState.REVIEWED: _pass(ClaimState.REVIEWED),
    ClaimState.NOTICED: _publish,
    ClaimState.RELEASED: _pass(ClaimState.RELEASED),
}
