"""Long work and how far it is: for the official who started a close, a report or an import."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from portal import runs
from portal.models import Area, Run, RunState, User
from portal.permissions import officials, within

WORDS = {RunState.QUEUED: "neutral", RunState.RUNNING: "info", RunState.DONE: "good", RunState.FAILED: "bad"}


def visible_to(user: User) -> QuerySet[Run]:
    """Runs over the areas of this person's offices, newest first."""
    name = Area.objects.filter(path=OuterRef("area_path")).values("name")[:1]
    runs_here = within(Run.objects.select_related("started_by"), user)
    return runs_here.annotate(area_name=Subquery(name)).order_by("-queued_at", "-id")


def subject(run: Run) -> str:
    """What a run is for, in words: the month and the area; of other runs their key."""
    return " · ".join(filter(None, (run.params.get("month", run.key), run.area_name)))


@officials()
def index(request: HttpRequest) -> HttpResponse:
    """An official looks for a run that was started before; one tap to its page."""
    page = Paginator(visible_to(request.user), 20).get_page(request.GET.get("page"))
    kinds = runs.kinds()
    for run in page:
        run.title = kinds[run.kind].title if run.kind in kinds else run.kind
        run.subject = subject(run)
        run.colour = WORDS[run.state]
    return render(request, "portal/runs.html", {"page": page})


@officials()
def page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The official who started a run watches it: the bar moves by itself, or by the reload link without JavaScript."""
    run = get_object_or_404(visible_to(request.user), public_id=public_id)
    kind = runs.kinds().get(run.kind)
    done = run.state == RunState.DONE
    context = {
        "run": run,
        "title": kind.title if kind else run.kind,
        "subject": subject(run),
        "colour": WORDS[run.state],
        "progress": runs.progress_of(run),
        "open": run.state in {RunState.QUEUED, RunState.RUNNING},
        "result": [(key, value) for key, value in run.result.items() if isinstance(value, int | str)],
        "said": kind.said(run) if kind and kind.said and done else "",
        "result_url": kind.url(run, request.user) if kind and kind.url and done else "",
    }
    return render(request, "portal/run_part.html" if request.htmx else "portal/run.html", context)
