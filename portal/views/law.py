"""The numbers of the law and the documents they rest on: settings that officials see and city officers continue."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock
from portal.actions.law import add_successor
from portal.models import Area, AreaLevel, Clause, LawKey, LawValue, PolicyDocument, PolicyStatus, Role, User
from portal.permissions import has_role, officials, prefixes, public, under
from portal.problems import Refusal
from portal.todo import LAW_READERS


class ValueForm(forms.Form):
    """The value that holds from a day on."""

    area = forms.ModelChoiceField(
        label=gettext_lazy("Area"),
        queryset=Area.objects.none(),
        to_field_name="code",
        empty_label=gettext_lazy("Choose"),
    )
    value = forms.IntegerField(label=gettext_lazy("New value"), min_value=0, max_value=1_000_000)
    valid_from = forms.DateField(
        label=gettext_lazy("Holds from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    clause = forms.ModelChoiceField(
        label=gettext_lazy("Rests on"), queryset=Clause.objects.none(), required=False,
        empty_label=gettext_lazy("Choose"), help_text=gettext_lazy("The clause of the document that sets it."),
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Area.objects.filter(under(prefixes(by, [Role.CITY]), "path"))
        self.fields["area"].queryset = mine.filter(  # type: ignore[attr-defined]
            level__in=[AreaLevel.PROVINCE, AreaLevel.CITY, AreaLevel.DISTRICT]
        ).order_by("path")
        clauses = Clause.objects.select_related("document").order_by("document__title", "code")
        self.fields["clause"].queryset = clauses  # type: ignore[attr-defined]
        self.fields["clause"].label_from_instance = lambda c: f"{c.document.title} · {c.text[:40]}"  # type: ignore[attr-defined]


@officials(*LAW_READERS)
def settings_page(request: HttpRequest) -> HttpResponse:
    """An official looks up which number holds today and why; one tap to its history."""
    today = clock.today()
    values = (
        LawValue.objects.filter(valid_during__contains=today)
        .select_related("key", "area", "clause__document")
        .order_by("key__code", "area__path")
    )
    rows = list(values)
    return render(request, "portal/settings.html", {"values": rows, "calendar_year": today.year})


@officials(*LAW_READERS)
def key(request: HttpRequest, code: str) -> HttpResponse:
    """An official reads a number's history; a city officer adds the value that follows; one form."""
    found = get_object_or_404(LawKey, code=code)
    may_add = has_role(request.user, Role.CITY)
    form = ValueForm(request.POST or None, by=request.user) if may_add else None
    if request.method == "POST" and form and form.is_valid():
        data = form.cleaned_data
        try:
            add_successor(
                found,
                data["area"],
                data["value"],
                valid_from=data["valid_from"],
                clause=data["clause"],
                by=request.user,
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The new value is entered. Decisions already made keep the one they used."))
            return redirect("law_key", code=found.code)
    values = found.values.select_related("area", "clause__document").order_by("area__path", "-valid_during")
    return render(
        request, "portal/law_key.html", {"key": found, "values": values, "form": form, "today": clock.today()}
    )


DOCUMENT_WORDS = {
    PolicyStatus.DRAFT: "info",
    PolicyStatus.EFFECTIVE: "good",
    PolicyStatus.SUSPENDED: "warn",
    PolicyStatus.REPEALED: "neutral",
    PolicyStatus.LIBRARY: "neutral",
}


@public
def policies(request: HttpRequest) -> HttpResponse:
    """Anybody looks for a rule by its title or number; one tap to its clauses."""
    text = request.GET.get("q", "").strip()
    found = PolicyDocument.objects.select_related("area").order_by("status", "-during", "code")
    if text:
        found = found.filter(title__icontains=text) | found.filter(doc_no__icontains=text)
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    for document in page:
        document.colour = DOCUMENT_WORDS[document.status]
    return render(request, "portal/policies.html", {"page": page, "q": text})


@public
def policy(request: HttpRequest, code: str) -> HttpResponse:
    """Anybody reads what a document says and since when it holds; no tap."""
    document = get_object_or_404(PolicyDocument.objects.select_related("area"), code=code)
    document.colour = DOCUMENT_WORDS[document.status]
    clauses = document.clauses.order_by("id")
    return render(request, "portal/policy.html", {"document": document, "clauses": clauses})
