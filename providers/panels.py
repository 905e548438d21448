"""What providers add to shared pages: navigation, to-do list, month page, key figures."""

import datetime as dt
from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from portal import clock
from portal.copies import AreaCopy, Follows
from portal.models import Draft, Role
from portal.panels import Figure, MonthItem, NavItem, Todo
from portal.permissions import has_role, is_official, prefixes, under
from providers.actions.applying import REGISTER
from providers.actions.facts import area_moved
from providers.actions.months import PLACES
from providers.models import (
    Document,
    FilingCase,
    FilingState,
    MonthReturn,
    Post,
    Provider,
    ProviderSpan,
    Standing,
)
from providers.permissions import FILING_READERS, READERS, may_run, mine
from providers.queries.staff import lapsing
from providers.rules.documents import running_out

SOON_DAYS = 60


def nav(request: HttpRequest) -> list[NavItem]:
    """The search for everybody, own providers for those who have some, the register and filings for officials."""
    user, items = request.user, [NavItem(reverse("search"), _l("Find a place"), 5)]
    if not user.is_authenticated:
        return [*items, NavItem(reverse("providers:register"), _l("For providers"), 70)]
    if has_role(user, *FILING_READERS):
        items.append(NavItem(reverse("providers:filings"), _l("Filings"), 20))
    if has_role(user, *READERS):
        items.append(NavItem(reverse("providers:index"), _l("Providers"), 22))
    if not is_official(user) or Post.objects.filter(user=user, ended_at__isnull=True).exists():
        items.append(NavItem(reverse("providers:mine"), _l("My providers"), 15, reverse("providers:index")))
    return items


def todo(user: Any, on: dt.date) -> list[Todo]:
    """Drafts and faults for owners, papers that run out; filings by clock for the district officer."""
    return [*_of_owner(user, on), *_of_officer(user)]


def _of_owner(user: Any, on: dt.date) -> list[Todo]:
    rows = []
    if Draft.objects.filter(user=user, kind=REGISTER).exists():
        hint = _l("What you typed is kept.")
        rows.append(Todo("draft", _l("Finish the registration"), reverse("providers:register_check"), hint))
    elif not is_official(user) and not Post.objects.filter(user=user, ended_at__isnull=True).exists():
        hint = _l("What is needed and how long it takes; nothing is lost if you stop in between.")
        rows.append(Todo("register", _l("Register a provider and file it"), reverse("providers:register"), hint))
    own = mine(user, owner=True).values("pk")
    for filing in FilingCase.objects.filter(provider__in=own, state=FilingState.RETURNED).select_related("provider"):
        url = reverse("providers:filing", args=[filing.public_id])
        rows.append(
            Todo(f"faults-{filing.pk}", _l("Put the filing right and hand it in again"), url, filing.provider.name)
        )
    return [*rows, *_papers(own, on), *_certificates(own, on)]


def _certificates(own: Any, on: dt.date) -> list[Todo]:
    """One row a provider where somebody's health certificate has run out or soon will."""
    label = _l("Renew health certificates of staff")
    return [
        Todo(f"certificates-{row['provider_id']}", label, reverse("providers:staff", args=[row["provider__public_id"]]),
             row["provider__name"], row["people"], row["first"] - dt.timedelta(days=1))
        for row in lapsing(own, on)
    ]  # fmt: skip


def _papers(own: Any, on: dt.date) -> list[Todo]:
    """One row a provider with papers that have run out or soon will."""
    current = Document.objects.filter(
        provider__in=own, replaced_at__isnull=True, valid__endswith__lte=on + dt.timedelta(days=SOON_DAYS + 1)
    ).exclude(provider__standing=Standing.CANCELLED)
    found: dict[int, tuple[Provider, list]] = {}
    for document in current.select_related("provider"):
        last = document.valid.upper - dt.timedelta(days=1)
        found.setdefault(document.provider_id, (document.provider, []))[1].append((document.kind, last))
    rows = []
    for provider, papers in found.values():
        soon = running_out(papers, on, within_days=SOON_DAYS)
        if soon:
            url = reverse("providers:papers", args=[provider.public_id])
            label = _l("Renew papers that run out")
            rows.append(Todo(f"papers-{provider.pk}", label, url, provider.name, len(soon), soon[0].last_day))
    return rows


def _of_officer(user: Any) -> list[Todo]:
    """Filings that wait for a receipt or a decision, the earliest first."""
    paths = prefixes(user, {Role.DISTRICT})
    if not paths:
        return []
    waiting = FilingCase.objects.filter(under(paths)).exclude(submitted_by=user)
    numbers = waiting.aggregate(
        new=Count("pk", filter=Q(state=FilingState.SUBMITTED)),
        new_due=Min("receipt_due", filter=Q(state=FilingState.SUBMITTED)),
        open=Count("pk", filter=Q(state=FilingState.RECEIVED)),
        open_due=Min("decision_due", filter=Q(state=FilingState.RECEIVED)),
    )
    url, rows = reverse("providers:filings"), []
    if numbers["new"]:
        label, found = _l("Filings that wait for the receipt"), numbers["new"]
        rows.append(Todo("filings-new", label, f"{url}?state=SUBMITTED", "", found, numbers["new_due"]))
    if numbers["open"]:
        label, found = _l("Filings to decide"), numbers["open"]
        rows.append(Todo("filings-open", label, f"{url}?state=RECEIVED", "", found, numbers["open_due"]))
    return rows


def home(user: Any, on: dt.date) -> list[Figure]:
    """Key figures of the person's areas: filed providers and filings under way."""
    paths = prefixes(user, FILING_READERS)
    if not paths:
        return []
    filed = Provider.objects.filter(under(paths), standing=Standing.ACTIVE).count()
    return [Figure(_l("Filed and open providers"), f"{filed:,}", url=reverse("providers:index"), order=10)]


def month(provider: Provider, month: dt.date, user: Any) -> MonthItem:
    """The month page's first row: classes, places and fees are as shown."""
    done = MonthReturn.objects.filter(provider=provider, month=month.replace(day=1), item=PLACES).first()
    url = reverse("providers:month", args=[provider.public_id, f"{month:%Y-%m}"])
    hint = (
        _("Confirmed on %(day)s") % {"day": clock_day(done.confirmed_at)}
        if done
        else _("Look at the table, then confirm.")
    )
    return MonthItem(PLACES, _l("Places and fees confirmed"), "done" if done else "todo", url, hint, order=10)


def papers_month(provider: Provider, month: dt.date, user: Any) -> MonthItem:
    """The month page's row on papers: nothing has run out."""
    current = provider.documents.filter(replaced_at__isnull=True, valid__endswith__isnull=False)
    papers = [(document.kind, document.valid.upper - dt.timedelta(days=1)) for document in current]
    out = [paper for paper in running_out(papers, clock.today(), within_days=0) if paper.days_left < 0]
    url = reverse("providers:papers", args=[provider.public_id]) if may_run(user, provider) else ""
    state, hint = ("todo", _("%(n)s papers have run out") % {"n": len(out)}) if out else ("done", "")
    return MonthItem("papers", _l("Papers valid"), state, url, hint, order=50)


def clock_day(moment: dt.datetime) -> str:
    """The city's day of a moment."""
    return moment.astimezone(clock.SHANGHAI).date().isoformat()


def name_of(code: str) -> str | None:
    """The name of the provider with this code, for the portal's declared interests; None when there is none."""
    return Provider.objects.filter(code=code).values_list("name", flat=True).first()


def area_copies() -> list[AreaCopy]:
    """A provider, its filings and its dated facts go with their subdistrict; what was computed by area is due again."""
    return [
        AreaCopy(Provider, Follows.ALWAYS, area="street", then=area_moved),
        AreaCopy(ProviderSpan, Follows.FROM_THE_DAY, area="street"),
        AreaCopy(FilingCase, Follows.ALWAYS),
    ]
