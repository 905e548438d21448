"""Proving the ledger by itself, as a run: each night what changed and the current cap year, once a month everything.

What an action forgot to mark is found by this and not paid for (money.md, Changes).
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal import outbox, runs
from portal.dates import Month
from portal.models import Area, Membership, Role, Run, RunChunk, RunState
from providers.actions.news import said
from providers.models import FactChange
from subsidies.actions.closing import KIND as CLOSE
from subsidies.actions.closing.snapshot import one_snapshot
from subsidies.models import Line
from subsidies.queries import facts, ledger, versions

KIND = "check_ledger"
EVERYTHING = "everything"
TOLD = 5  # problems that stand in the message; the command `check_ledger` names all


@transaction.atomic
def start_check(on: dt.date, *, area: Area) -> Run:
    """Queue the check of a night; asked twice it is one, and while one waits or runs there is no second."""
    if known := runs.of_the_night(KIND, on):
        return known
    since = _since(on)
    chunk = runs.Chunk(key=str(since) if since else EVERYTHING)
    return runs.start(KIND, on.isoformat(), params={}, chunks=[chunk], area_path=area.path, by=None)


def _since(on: dt.date) -> Month | None:
    """From which month on: the cap years that today lies in, and whatever changed since the last check.

    None, which is everything, when nothing has proven everything in this month yet: mostly on its first day.
    """
    done = Run.objects.filter(kind=KIND, state=RunState.DONE, result__has_key="problems")
    last = done.order_by("-queued_at").first()
    if last is None or not done.filter(key__gte=on.replace(day=1).isoformat(), result__since=EVERYTHING).exists():
        return None
    today = Month.of(on)
    months = [today, *(facts.cap_start(law.terms, today) for law in versions.in_force(today))]
    changed = FactChange.objects.filter(at__gte=last.queued_at).aggregate(first=Min("from_month"))["first"]
    return min([*months, Month.of(changed)] if changed else months)


def check_chunk(run: Run, chunk: RunChunk) -> dict[str, Any]:
    """The check, over one snapshot; in the middle of a close the ledger is not what it will be, so nothing is said."""
    since = None if chunk.key == EVERYTHING else Month.parse(chunk.key)
    with one_snapshot():
        if Run.objects.filter(kind=CLOSE, state__in=[RunState.QUEUED, RunState.RUNNING]).exists():
            return {"waits_for_a_close": 1}
        lines = Line.objects.filter(period__gte=since.first).count() if since else Line.objects.count()
        problems = ledger.problems(since)
    named = [f"{problem.where}: {problem.message}" for problem in problems[:TOLD]]
    return {"since": chunk.key, "lines": lines, "problems": len(problems), "named": named}


def finish_check(run: Run) -> dict[str, Any]:
    """Tell the city's officials what is wrong, with keys and amounts and never a name."""
    result: dict[str, Any] = run.chunks.get().result
    if count := result.get("problems", 0):
        subject = said(gettext_lazy("The ledger check of %(day)s found %(n)s problems"), day=run.key, n=count)
        for office in Membership.objects.filter(
            role=Role.CITY, area__path=run.area_path, ended_at__isnull=True, during__contains=run.queued_at.date()
        ).select_related("user"):
            outbox.tell_person(office.user, subject, "\n".join(result["named"]), key=f"{KIND}:{run.key}:{office.pk}")
    return result


def came_to(run: Run) -> str:
    """One sentence on what a check came to."""
    if "problems" not in run.result:
        return _("A close was under way; the next check is tomorrow night.")
    lines, count = run.result["lines"], run.result["problems"]
    if not count:
        return _("%(lines)s lines are the law on today's facts, and every claim adds up.") % {"lines": f"{lines:,}"}
    return ngettext("%(n)s problem was found.", "%(n)s problems were found.", count) % {"n": count}
