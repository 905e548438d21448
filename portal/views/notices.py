"""Public notices (公示) for everybody, objections to them, and the officials who answer."""

from typing import Any
from uuid import UUID

import django_filters
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock, notices, workdays
from portal.forms.notices import AnswerForm, ObjectionForm
from portal.models import Area, AreaLevel, NoticeState, Objection, PublicNotice
from portal.money import yuan
from portal.permissions import officials, public, within
from portal.problems import MissingCalendar, Refusal
from portal.todo import OBJECTION_ANSWERERS


class NoticeFilter(django_filters.FilterSet):
    """By words of the title, district and state."""

    q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", label=gettext_lazy("Words in the title"))
    area = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Area"),
        method="under",
        to_field_name="code",
        empty_label=gettext_lazy("All"),
        queryset=lambda request: Area.objects.filter(level__in=[AreaLevel.CITY, AreaLevel.DISTRICT]).order_by("code"),
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=NoticeState.choices, empty_label=gettext_lazy("All")
    )

    class Meta:
        model = PublicNotice
        fields: list[str] = []

    def under(self, queryset: QuerySet, name: str, area: Area) -> QuerySet:
        """Notices of the area and all beneath."""
        return queryset.filter(area_path__startswith=area.path)


STATE_WORDS = {NoticeState.STANDING: "info", NoticeState.ENDED: "neutral", NoticeState.WITHDRAWN: "warn"}


@public
def index(request: HttpRequest) -> HttpResponse:
    """Anybody looks through what is published, newest first; one tap to a notice."""
    found = NoticeFilter(request.GET, PublicNotice.objects.select_related("area"), request=request)
    page = Paginator(found.qs.order_by("-published_at", "-id"), 20).get_page(request.GET.get("page"))
    for notice in page:
        notice.colour = STATE_WORDS[notice.state]
    return render(request, "portal/notices.html", {"filter": found, "page": page})


# What apps publish in a row, by key; `_fen` is money. A key that is not here is its own head.
HEADS = {
    "name": gettext_lazy("Provider"),
    "address": gettext_lazy("Address"),
    "district": gettext_lazy("District"),
    "street": gettext_lazy("Subdistrict or town"),
    "kind": gettext_lazy("Kind"),
    "places": gettext_lazy("Places"),
    "inclusive_places": gettext_lazy("Inclusive places"),
    "fee_fen": gettext_lazy("Fee (yuan a month)"),
    "bands": gettext_lazy("Kinds of class"),
    "policy": gettext_lazy("Subsidy"),
    "period": gettext_lazy("Period"),
    "children": gettext_lazy("Child-months"),
    "amount_fen": gettext_lazy("Amount (yuan)"),
    "paid_fen": gettext_lazy("Amount (yuan)"),
    "grade": gettext_lazy("Grade"),
    "score": gettext_lazy("Score"),
    "reasons": gettext_lazy("Reasons"),
    "decision": gettext_lazy("Decision"),
}
COMMON = {"policy", "period"}  # long words that a notice mostly has once


def table_of(notice: PublicNotice) -> dict[str, Any]:
    """The published rows as a table: heads, cells as (text, is a number), and the total of each money column.

    What all of several rows share is `common`: it stands above the table once.
    """
    known = list(HEADS)  # JSON keeps no order of keys
    found = {name for row in notice.rows for name in row if name != "key"}
    keys = sorted(found, key=lambda name: (known.index(name) if name in HEADS else len(known), name))
    common = {key: notice.rows[0].get(key) for key in COMMON & found if len(notice.rows) > 1}
    common = {key: value for key, value in common.items() if all(row.get(key) == value for row in notice.rows)}
    keys = [key for key in keys if key not in common]
    money = {key for key in keys if key.endswith("_fen")}
    heads = [HEADS.get(key, key) for key in keys]
    rows = [[cell(row.get(key), key in money) for key in keys] for row in notice.rows]
    numbers = [key in money or all(cells[n][1] for cells in rows) for n, key in enumerate(keys)]
    total = [yuan(sum(row.get(key) or 0 for row in notice.rows)) if key in money - {"fee_fen"} else "" for key in keys]
    return {
        "common": [(HEADS[key], value) for key, value in sorted(common.items())],
        "heads": list(zip(heads, numbers, strict=True)),
        "rows": [[(head, *one) for head, one in zip(heads, cells, strict=True)] for cells in rows],
        "total": list(zip(heads, total, strict=True)) if any(total) else None,
    }


def cell(value: Any, is_money: bool) -> tuple[str, bool]:
    """A published value as people read it, and whether it is a number."""
    if value is None:
        return "", is_money
    if is_money:
        return yuan(value), True
    return str(value), isinstance(value, int)


@public
def page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Anybody reads a notice and, while it stands, objects to it; one form."""
    notice = get_object_or_404(PublicNotice.objects.select_related("area"), public_id=public_id)
    standing = notice.state == NoticeState.STANDING and clock.today() <= notice.last_day
    form = ObjectionForm(request.POST or None, notice=notice)
    if request.method == "POST" and form.is_valid():
        try:
            notices.object_to(notice.pk, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Your objection was received. The office answers before anything goes on."))
            return redirect("notice", public_id=notice.public_id)
    try:
        left = workdays.left(clock.today(), notice.last_day) if standing else None
    except MissingCalendar:
        left = None
    context = {"notice": notice, "table": table_of(notice), "form": form, "standing": standing, "left": left}
    context["colour"] = STATE_WORDS[notice.state]
    return render(request, "portal/notice.html", context)


@officials(*OBJECTION_ANSWERERS)
def objections(request: HttpRequest) -> HttpResponse:
    """A district or city officer sees which objections wait, oldest first; one tap to answer."""
    found = within(
        Objection.objects.select_related("notice__area"), request.user, OBJECTION_ANSWERERS, "notice__area_path"
    )
    counts = found.aggregate(open=Count("id", filter=Q(answered_at__isnull=True)), all=Count("id"))
    shown = found.order_by("answered_at", "raised_at") if "all" in request.GET else found.filter(answered_at=None)
    page = Paginator(shown.order_by("raised_at", "id"), 20).get_page(request.GET.get("page"))
    return render(request, "portal/objections.html", {"page": page, "counts": counts, "all": "all" in request.GET})


@officials(*OBJECTION_ANSWERERS)
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The officer answers one objection, once; a form of two fields."""
    mine = within(Objection.objects.select_related("notice__area", "answered_by"), request.user, OBJECTION_ANSWERERS,
                  "notice__area_path")  # fmt: skip
    objection = get_object_or_404(mine, public_id=public_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            notices.answer(objection.pk, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The objection is answered."))
            return redirect("objections")
    return render(request, "portal/objection.html", {"objection": objection, "form": form})
