"""What quotas add to shared pages: navigation, to-do list, key figure, verification of prints, the run kind."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import canonical
from portal.copies import AreaCopy, Follows
from portal.models import Run, Seal
from portal.panels import Figure, NavItem, Problem, Sealed, Todo
from portal.permissions import has_role, prefixes
from portal.runs import RunKind
from quotas.actions.reports import KIND, count_piece, finish_report, month_of
from quotas.models import Layout, Report
from quotas.permissions import MAKERS, READERS
from quotas.queries.table import from_content


def nav(request: HttpRequest) -> list[NavItem]:
    """Today's figures for officials, the approved ones for everybody else who is not at work on a provider's pages."""
    if has_role(request.user, *READERS):
        return [NavItem(reverse("quotas:live"), gettext_lazy("Places and targets"), 60, reverse("quotas:public"))]
    if not request.user.is_authenticated:
        return [NavItem(reverse("quotas:public"), gettext_lazy("Places in the city"), 60)]
    return []


def todo(user: Any, on: dt.date) -> list[Todo]:
    """District and city: last month's report that nobody has made yet."""
    if not (paths := prefixes(user, MAKERS)):
        return []
    month = month_of(on)
    made = Report.objects.filter(layout=Layout.QUOTA, month=month.first, area__path__in=paths)
    if made.count() >= len(paths):
        return []
    url = reverse("quotas:reports")
    return [Todo("quota-report", gettext_lazy("Quota report to make"), url, hint=str(month))]


def home(user: Any, on: dt.date) -> list[Figure]:
    """Places per 1,000 residents of the own area as last frozen."""
    paths = prefixes(user, READERS)
    report = Report.objects.filter(area__path__in=paths[:1]).order_by("-month", "-number").first()
    if report is None:
        return []
    line = from_content(report.content).root
    note = _("%(month)s, target %(target)s") % {"month": f"{report.month:%Y-%m}", "target": line.target or "–"}
    kind = {"GREEN": "good", "AMBER": "warn", "RED": "bad"}.get(line.light, "neutral")
    label, url = gettext_lazy("Places per 1,000 residents"), reverse("quotas:report", args=[report.public_id])
    return [Figure(label, line.per_thousand.shown, "", note, url, kind, order=60)]


def verify(seal: Seal) -> Sealed | None:
    """What a sealed quota report is, for whoever scanned its code."""
    report = Report.objects.filter(seal=seal).select_related("area").first()
    if report is None:
        return None
    line = from_content(report.content).root
    facts = [
        (gettext_lazy("Area"), report.area.name),
        (gettext_lazy("Month"), report.content["month"]),
        (gettext_lazy("Places per 1,000 residents"), line.per_thousand.shown),
        (gettext_lazy("Places"), f"{line.places:,}"),
    ]
    title = _("%(layout)s, no. %(number)s") % {"layout": report.get_layout_display(), "number": report.number}
    return Sealed(title, canonical.digest(report.content), facts)


def chain_checks() -> list[Problem]:
    """Every frozen report still has the content it was sealed with."""
    found = []
    for report in Report.objects.select_related("seal", "area").order_by("pk").iterator(chunk_size=50):
        if canonical.digest(report.content) != report.seal.content_hash:
            where = f"{report.seal.chain} no. {report.seal.number} ({report.seal.subject})"
            found.append(Problem(where, "the report's content is not what was sealed"))
    return found


def _report_url(run: Run, user: Any) -> str:
    return reverse("quotas:report", args=[run.result["report"]])


def run_kinds() -> RunKind:
    """How workers make a report."""
    return RunKind(KIND, gettext_lazy("Quota report"), count_piece, finish_report, _report_url)


def area_copies() -> list[AreaCopy]:
    """A frozen report is never changed."""
    return [AreaCopy(Report, Follows.NEVER)]
