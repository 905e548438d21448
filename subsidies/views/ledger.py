"""The ledger for auditors, and double enrolments for those who resolve them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal import audit, sheets
from portal.models import Role
from portal.permissions import officials
from portal.problems import Refusal
from portal.sheets import Field
from subsidies import wording
from subsidies.actions.looking import look_over_corrections
from subsidies.filters import LineFilter
from subsidies.forms.ledger import LookedOverForm
from subsidies.permissions import flags_visible_to, lines_visible_to
from subsidies.queries.corrections import unseen


@require_GET
@officials(Role.AUDITOR)
def page(request: HttpRequest) -> HttpResponse:
    """An auditor reads the ledger line by line, filtered, and opens any line's explanation; one tap from the
    navigation.
    """
    rows = lines_visible_to(request.user).select_related("provider", "policy", "policy_version", "case", "claim")
    found = LineFilter(request.GET or None, queryset=rows, by=request.user)
    lines = Paginator(found.qs.order_by("-period", "provider", "subject_key", "seq"), 50).get_page(
        request.GET.get("page")
    )
    sums = found.qs.order_by().aggregate(count=Count("pk"), fen=Sum("amount_fen"))
    for line in lines:
        line.masked = wording.mask_key(line.subject_key)
    waiting = unseen(request.user) if request.GET.get("kind") == "unseen" else []
    context = {"filterset": found, "page": lines, "sums": sums, "waiting": waiting}
    return render(request, "subsidies/ledger.html", context)


@require_POST
@officials(Role.AUDITOR)
def file(request: HttpRequest) -> HttpResponse:
    """The filtered lines as CSV, with child keys: recorded, because it reads what pages mask."""
    rows = lines_visible_to(request.user).select_related("provider", "policy", "policy_version", "case")
    found = LineFilter(request.POST, queryset=rows, by=request.user)
    lines = found.qs.order_by("period", "provider", "subject_key", "seq")
    audit.record("subsidies.Line:export", "export_lines", by=request.user, rows=lines.count())
    fields = [
        Field(_("Policy")), Field(_("Version"), "whole"), Field(_("Unit")), Field(_("Child key")),
        Field(_("Provider's code")),
        Field(_("Month")), Field(_("Posting"), "whole"), Field(_("Amount (yuan)"), "yuan"), Field(_("Reason")),
    ]  # fmt: skip
    values = (
        [
            line.policy.code, line.policy_version.number, line.unit, line.subject_key, line.provider.code,
            f"{line.period:%Y-%m}", line.seq, line.amount_fen, wording.reason_of(line),
        ]
        for line in lines.iterator(5_000)
    )  # fmt: skip
    return sheets.csv_response(_("Ledger"), fields, values)


@require_POST
@officials(Role.AUDITOR)
def looked_over(request: HttpRequest) -> HttpResponse:
    """The auditor has read the corrections on the list: one button beneath them."""
    form = LookedOverForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, _("Nothing was noted. Look at the list again, then press the button beneath it."))
        return redirect(f"{reverse('subsidies:ledger')}?kind=unseen")
    try:
        look_over_corrections(form.cleaned_data["area"], until=form.cleaned_data["until"], by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Noted. The next corrections appear in your to-do list."))
    return redirect(f"{reverse('subsidies:ledger')}?kind=unseen")


@require_GET
@officials(Role.DISTRICT, Role.AUDITOR)
def conflicts(request: HttpRequest) -> HttpResponse:
    """A district officer sees which months are paid to nobody because two records claim them; one tap from the to-
    do list.
    """
    rows = flags_visible_to(request.user).select_related("provider", "child")
    if not request.GET.get("resolved"):
        rows = rows.filter(resolved_at__isnull=True)
    page = Paginator(rows.order_by("-month", "person_key", "provider__code", "pk"), 30).get_page(
        request.GET.get("page")
    )
    for flag in page:
        flag.masked, flag.person = wording.mask_key(flag.child.key), wording.mask_key(flag.person_key)
    return render(request, "subsidies/conflicts.html", {"page": page, "resolved": request.GET.get("resolved")})
