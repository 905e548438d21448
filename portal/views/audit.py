"""The audit trail (审计轨迹): who did what to what, and whether the record is sealed; for auditors."""

import django_filters
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext_lazy

from portal import seal
from portal.models import AuditEvent, Role, Seal, User
from portal.panels import collect
from portal.permissions import officials, prefixes, under
from portal.verbs import subject_text, verb_text


class EventFilter(django_filters.FilterSet):
    """By what was done, to what, by whom and when."""

    subject = django_filters.CharFilter(lookup_expr="icontains", label=gettext_lazy("Subject (code or key)"))
    verb = django_filters.CharFilter(lookup_expr="iexact", label=gettext_lazy("Act"))
    actor = django_filters.CharFilter(
        field_name="actor__username", lookup_expr="iexact", label=gettext_lazy("User name")
    )
    since = django_filters.DateFilter(field_name="at", lookup_expr="date__gte", label=gettext_lazy("From"))
    until = django_filters.DateFilter(field_name="at", lookup_expr="date__lte", label=gettext_lazy("To"))

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def __init__(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        for name in ("since", "until"):
            self.form.fields[name].widget.input_type = "date"


def events_for(user: User) -> QuerySet[AuditEvent]:
    """Events under the auditor's areas and of the areas above them, whose acts hold there too; and those of no area."""
    mine = prefixes(user, [Role.AUDITOR])
    above = {path[: end + 1] for path in mine for end, letter in enumerate(path) if letter == "/"}
    return AuditEvent.objects.filter(under(mine) | Q(area_path__in=["", *above])).select_related("actor")


def _pages(request: HttpRequest, events: QuerySet[AuditEvent]) -> Page:
    """Newest first. Links to further pages name the newest moment of the first (`asof`): what is done meanwhile moves
    no row from one page to the next.
    """
    try:
        asof = parse_datetime(request.GET.get("asof", ""))
    except ValueError:
        asof = None
    if asof and is_aware(asof):
        events = events.filter(at__lte=asof)
    page = Paginator(events.order_by("-at", "-id"), 50).get_page(request.GET.get("page"))
    if page.number == 1 and page.object_list:
        request.GET = request.GET.copy()  # type: ignore[assignment]
        request.GET["asof"] = page[0].at.isoformat()
    return page


def _state_words() -> dict[str, dict[str, str]]:
    """The states of every machine in words, by the kind of subject."""
    machines = collect("states")
    return {row.model._meta.label: dict(row.model._meta.get_field(row.field).choices) for row in machines}


@officials(Role.AUDITOR)
def page(request: HttpRequest) -> HttpResponse:
    """An auditor follows a subject or a person through the record, newest first; no tap, filters above."""
    found = EventFilter(request.GET, events_for(request.user))
    page = _pages(request, found.qs)
    head = Seal.objects.filter(chain=seal.AUDIT_CHAIN).order_by("-number").first()
    numbers = dict(
        Seal.objects.filter(chain=seal.AUDIT_CHAIN, subject__in=[str(event.pk) for event in page]).values_list(
            "subject", "number"
        )
    )
    words = _state_words()
    for event in page:
        states = words.get(event.subject.partition(":")[0], {})
        event.before_text, event.after_text = (states.get(code, code) for code in (event.before, event.after))
        event.verb_text = verb_text(event.verb)
        event.subject_text = subject_text(event.subject)
        event.seal_number = numbers.get(str(event.pk))
    waiting = AuditEvent.objects.filter(sealed=False).count()
    return render(request, "portal/audit.html", {"filter": found, "page": page, "head": head, "waiting": waiting})
