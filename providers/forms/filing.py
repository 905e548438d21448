"""What officers type about a filing: the queue's filters, faults, reasons."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from providers.models import FilingCase, FilingState, Kind
from providers.queries.filings import WAITING
from providers.rules.documents import KINDS

OPEN = "open"


class FilingFilter(django_filters.FilterSet):
    """Search and filters of the filing queue; nothing asked = what waits for a decision."""

    q = django_filters.CharFilter(label=_l("Name, credit code or number"), method="search")
    state = django_filters.ChoiceFilter(
        label=_l("State"),
        choices=[(OPEN, _l("Waiting for the office")), *FilingState.choices[1:]],
        empty_label=_l("All"),
        method="in_state",
    )
    kind = django_filters.ChoiceFilter(
        label=_l("Type of provider"), field_name="provider__kind", choices=Kind.choices, empty_label=_l("All")
    )

    class Meta:
        model = FilingCase
        fields: list[str] = []

    def search(self, queryset: QuerySet[FilingCase], name: str, value: str) -> QuerySet[FilingCase]:
        """By part of the name, or the beginning of a code or number."""
        text = value.strip()
        return queryset.filter(
            Q(provider__name__icontains=text)
            | Q(provider__credit_code__startswith=text.upper())
            | Q(number__contains=text)
        )

    def in_state(self, queryset: QuerySet[FilingCase], name: str, value: str) -> QuerySet[FilingCase]:
        """One state, or everything that waits."""
        return queryset.filter(state__in=WAITING if value == OPEN else [value])


def fault_items() -> list[tuple[str, str]]:
    """What a fault can be about: a page of the filing or one paper."""
    pages = [
        ("", _("Choose")),
        ("identity", _("Who the provider is")),
        ("place", _("Where care is given")),
        ("classes", _("Classes, places and fees")),
    ]
    return pages + [(f"papers:{code}", _(kind.name)) for code, kind in KINDS.items()]


class FaultForm(forms.Form):
    """One fault: where, and what must be put right."""

    item = forms.ChoiceField(label=_l("About"), choices=fault_items)
    text = forms.CharField(
        label=_l("What must be put right"), max_length=400, widget=forms.Textarea(attrs={"rows": 2, "class": "wide"})
    )


class BaseFaults(forms.BaseFormSet):
    """All faults of a filing, told at once."""

    @property
    def named(self) -> list[tuple[str, str]]:
        """The rows filled in."""
        return [(f.cleaned_data["item"], f.cleaned_data["text"]) for f in self.forms if f.cleaned_data.get("text")]

    def clean(self) -> None:
        """At least one."""
        if not any(self.errors) and not self.named:
            raise forms.ValidationError(_("Name at least one fault: what must be put right, and where."))


FaultFormSet = forms.formset_factory(FaultForm, formset=BaseFaults, extra=3, max_num=30, absolute_max=30)


class ReasonsForm(forms.Form):
    """Why a filing does not conform."""

    reasons = forms.CharField(
        label=_l("Reasons"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_l("They are sent to the provider and published. Name the article; name no person."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """A button that says which version its page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
