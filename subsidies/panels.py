"""What subsidies add to pages and commands of the portal: navigation, to-do list, month page, provider's page, runs."""

import datetime as dt
from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inspections.permissions import works_somewhere
from portal import clock, workdays
from portal.copies import AreaCopy, Follows
from portal.dates import Month
from portal.models import Role, Run
from portal.money import yuan
from portal.panels import MonthItem, NavItem, Panel, Problem, Todo
from portal.permissions import has_role, prefixes
from portal.problems import MissingCalendar
from portal.runs import RunKind
from providers.models import Provider
from providers.permissions import mine, works_at
from subsidies.actions import checking, closing
from subsidies.models import Claim, ClosedMonth, PaymentBatch
from subsidies.models.claims import OPEN
from subsidies.permissions import CLOSERS, claims_visible_to, flags_visible_to, is_reader
from subsidies.queries import ledger
from subsidies.queries.claims import newest_first, totals, waiting_for
from subsidies.queries.corrections import unseen
from subsidies.queries.months import changed_providers
from subsidies.queries.payments import waiting_payments

WAITING = {
    "CHECKED": gettext_lazy("Subsidy claims to check"),
    "REVIEWED": gettext_lazy("Subsidy claims to review"),
    "NOTICED": gettext_lazy("Reviewed claims to publish"),
    "RELEASED": gettext_lazy("Published claims to release"),
}


SECTION = "/subsidies/"  # what the claims' link stands for; no page has this address itself


def nav(request: HttpRequest) -> list[NavItem]:
    """Subsidies for those who have claims or decide on them, the ledger for auditors, the policies for everybody
    else.
    """
    user = request.user
    items = []
    if is_reader(user):
        items.append(NavItem(reverse("subsidies:claims"), gettext_lazy("Subsidies"), 50, SECTION))
        if has_role(user, Role.AUDITOR):
            items.append(NavItem(reverse("subsidies:ledger"), gettext_lazy("Ledger"), 52))
        if has_role(user, Role.FINANCE):
            items.append(NavItem(reverse("subsidies:batches"), gettext_lazy("Payment lists"), 51))
    elif works_somewhere(user):
        items.append(NavItem(reverse("subsidies:claims"), gettext_lazy("Subsidies"), 50, SECTION))
    if has_role(user, *CLOSERS):
        items.append(NavItem(reverse("subsidies:close"), gettext_lazy("Close a month"), 53))
    return items


def todo(user: Any, on: dt.date) -> list[Todo]:
    """What waits for this person: statements to confirm, claims by step, lists to make, a month to close."""
    rows = _of_offices(user, on) if is_reader(user) else _of_provider(user, on)
    if has_role(user, *CLOSERS):
        rows += _to_close(user, on)
    if has_role(user, Role.DISTRICT):
        rows += _conflicts(user)
    if has_role(user, Role.AUDITOR):
        rows += _to_look_over(user)
    return rows


def _to_look_over(user: Any) -> list[Todo]:
    """Corrections that closes have posted since the auditor last looked."""
    waiting = unseen(user)
    if not waiting:
        return []
    hint = _("%(yuan)s yuan in all") % {"yuan": yuan(sum(one.fen for one in waiting))}
    url = reverse("subsidies:ledger") + "?kind=unseen"
    label = gettext_lazy("Corrections of the ledger to look over")
    return [Todo("corrections", label, url, hint, sum(one.count for one in waiting))]


def _left(on: dt.date, due: dt.date | None) -> int | None:
    """Working days left; nothing where the calendar does not reach."""
    try:
        return workdays.left(on, due) if due else None
    except MissingCalendar:
        return None


def _of_provider(user: Any, on: dt.date) -> list[Todo]:
    rows = Claim.objects.filter(provider__in=mine(user, owner=True).values("pk"), state__in=OPEN, line_count__gt=0)
    found = rows.aggregate(count=Count("pk"), due=Min("due"))
    if not found["count"]:
        return []
    label = gettext_lazy("Statements to confirm")
    url = reverse("subsidies:claims")
    hint = gettext_lazy("Look through the lines; confirm what is right.")
    return [Todo("claims-to-confirm", label, url, hint, found["count"], found["due"], _left(on, found["due"]))]


def _of_offices(user: Any, on: dt.date) -> list[Todo]:
    rows = []
    for queue in waiting_for(user, on):
        if queue.state not in WAITING:
            continue
        ready = queue.rows.filter(notice__last_day__lt=on) if queue.state == "RELEASED" else queue.rows
        found = totals(ready)
        if found["count"]:
            url = reverse("subsidies:queue", args=[queue.state.lower()])
            hint = _("%(yuan)s yuan") % {"yuan": yuan(found["fen"])}
            key = f"claims-{queue.state.lower()}"
            rows.append(
                Todo(key, WAITING[queue.state], url, hint, found["count"], found["due"], _left(on, found["due"]))
            )
    waiting = waiting_payments(user)
    if waiting:
        count, fen = sum(one.count for one in waiting), sum(one.fen for one in waiting)
        hint = _("%(yuan)s yuan") % {"yuan": yuan(fen)}
        rows.append(
            Todo("payment-lists", gettext_lazy("Released claims to pay"), reverse("subsidies:batches"), hint, count)
        )
    return rows


def _to_close(user: Any, on: dt.date) -> list[Todo]:
    month = Month.of(on) - 1
    paths = prefixes(user, CLOSERS)
    url = reverse("subsidies:close")
    closed = ClosedMonth.objects.filter(month=month.first).values_list("area__path", flat=True)
    if not any(area_path.startswith(tuple(paths)) for area_path in closed):
        hint = _("%(month)s is over.") % {"month": month}
        return [Todo("close-month", gettext_lazy("Close the month"), url, hint)] if has_role(user, Role.CITY) else []
    changed = changed_providers(paths)
    if not changed or not has_role(user, Role.CITY):
        return []
    hint = ngettext("%(n)s provider changed since.", "%(n)s providers changed since.", changed) % {"n": changed}
    return [Todo("close-again", gettext_lazy("Corrections to settle"), url, hint, changed)]


def _conflicts(user: Any) -> list[Todo]:
    flags = flags_visible_to(user).filter(resolved_at__isnull=True)
    count = flags.values("person_key").distinct().count()
    if not count:
        return []
    hint = gettext_lazy("Nobody is paid for these months until they are resolved.")
    return [Todo("double-enrolments", gettext_lazy("Double enrolments"), reverse("subsidies:conflicts"), hint, count)]


def month(provider: Provider, month: dt.date, user: Any) -> MonthItem | None:
    """The month page's row: the statement of the month, confirmed or not."""
    if not works_at(user, provider):
        return None
    claims = Claim.objects.filter(provider=provider, from_month__lte=month, to_month__gte=month, line_count__gt=0)
    found = list(newest_first(claims))
    label = gettext_lazy("Subsidy statement confirmed")
    if not found:
        over = month.replace(day=1) < clock.today().replace(day=1)
        hint = _("It comes when the month has been closed.") if over else _("It comes after the month has ended.")
        return MonthItem("statement", label, "none", reverse("subsidies:claims"), hint, order=90)
    waiting = [claim for claim in found if claim.state in OPEN]
    claim = (waiting or found)[0]
    hint = _("%(yuan)s yuan") % {"yuan": yuan(sum(one.paid_fen for one in found))}
    state = "todo" if waiting else "done"
    return MonthItem("statement", label, state, reverse("subsidies:claim", args=[claim.public_id]), hint, order=90)


def provider(provider: Provider, user: Any) -> Panel | None:
    """The last claims of a provider, for its people and the offices that read claims."""
    if not (is_reader(user) or works_at(user, provider)):
        return None
    rows = newest_first(claims_visible_to(user).filter(provider=provider)).select_related("policy", "provider")
    return Panel(gettext_lazy("Subsidies"), "subsidies/panel.html", {"claims": list(rows[:6])}, order=70)


def _claims_of(run: Run, user: Any) -> str:
    """Where a close's result is seen; a run whose parameters name no month leads to all claims."""
    if not is_reader(user):
        return ""
    month = run.params.get("month")
    return reverse("subsidies:claims") + (f"?month={month}" if month else "")


def _posted(run: Run) -> str:
    """What a close came to; a close of before this was kept says nothing."""
    if "lines" not in run.result:
        return ""
    lines, claims = run.result["lines"], run.result["claims"]
    if not lines:
        return _("Nothing had changed: no line was posted.")
    said = ngettext("%(n)s line posted, %(yuan)s yuan.", "%(n)s lines posted, %(yuan)s yuan.", lines)
    have = ngettext("The month has %(n)s claim.", "The month has %(n)s claims.", claims)
    return f"{said % {'n': f'{lines:,}', 'yuan': yuan(run.result['fen'])}} {have % {'n': f'{claims:,}'}}"


def run_kinds() -> list[RunKind]:
    """Closing a month, and proving what was closed."""
    close, check = gettext_lazy("Closing a month"), gettext_lazy("Check of the ledger")
    return [
        RunKind(closing.KIND, close, closing.compute_chunk, closing.finish, url=_claims_of, said=_posted),
        RunKind(checking.KIND, check, checking.check_chunk, checking.finish_check, said=checking.came_to),
    ]


def ledger_checks() -> list[Problem]:
    """The whole ledger against the law and itself."""
    return ledger.problems()


def area_copies() -> list[AreaCopy]:
    """A claim goes on where its provider lies; once paid it stays in the books of the district that paid it."""
    return [
        AreaCopy(Claim, Follows.ALWAYS, only="t.state <> 'EXPORTED'"),
        AreaCopy(Claim, Follows.ITS_SUPERIOR, only="t.state = 'EXPORTED'"),
        AreaCopy(PaymentBatch, Follows.ALWAYS),
    ]
