"""Changing a spell: end it, move it, take it back; opening an identity; finding a child; filtering the roll."""

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from enrolments.forms.enrol import ChildForm, SpellForm
from enrolments.identity import Person
from enrolments.models import Enrolment, EnrolmentState
from enrolments.queries.roll import still_past_three
from portal import clock
from providers.forms.fields import DayField
from providers.models import Band, Mode, Provider

SOON_DAYS = 30


class Versioned(forms.Form):
    """A form that knows on which version of the spell it was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class EndForm(Versioned):
    """The last day, and why."""

    last_day = DayField(label=_l("Last day of care"))
    reason = forms.CharField(label=_l("Reason"), max_length=100, required=False)


class MoveForm(SpellForm, Versioned):
    """Another class or mode from a day on."""

    field_order = ["class_group", "mode", "first_day", "version"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_day"].label = _("First day in the new class or mode")


class AnnulForm(Versioned):
    """Why the spell never was."""

    reason = forms.CharField(
        label=_l("Why it never was"), max_length=200, help_text=_l("For example: entered twice, never came.")
    )


class ForgetForm(forms.Form):
    """When a guardian asked for it, and that it cannot be undone."""

    asked_on = DayField(label=_l("Day of the guardian's request"))
    sure = forms.BooleanField(
        label=_l("The guardian's request is here in writing, and I know that this cannot be undone")
    )

    def clean_asked_on(self) -> dt.date:
        """Not a day to come."""
        day: dt.date = self.cleaned_data["asked_on"]
        if day > clock.today():
            raise forms.ValidationError(_("This day is still to come."), code="future")
        return day


class RevealForm(forms.Form):
    """Why a child's identity must be read."""

    REASONS = [
        ("contract", _l("Writing or checking the contract")),
        ("contact", _l("Reaching the guardian")),
        ("check", _l("Comparing with the document")),
        ("audit", _l("Sample check by the district")),
        ("emergency", _l("Emergency")),
    ]

    reason = forms.ChoiceField(label=_l("Reason"), choices=REASONS)


class IdentityForm(ChildForm):
    """The document of a child that came without one; the birth date stays as it is."""

    birth_order = None

    def __init__(self, *args: Any, birth_date: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth_date"].disabled = True
        self.initial["birth_date"] = birth_date

    def clean_birth_date(self) -> dt.date:
        """As on record."""
        return self.cleaned_data["birth_date"]

    @property
    def seen(self) -> Person:
        """The child as sealed."""
        return self.person


class FindForm(forms.Form):
    """A name, document number or telephone: sent by POST, so that it never stands in an address or a log."""

    find = forms.CharField(
        label=_l("Name, document number or guardian's mobile"),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RollFilter(django_filters.FilterSet):
    """The roll by class, band, mode and where a spell stands."""

    SHOWN = [
        ("now", _l("Enrolled today")),
        ("coming", _l("Starting later")),
        ("leaving", _l("Leaving within 30 days")),
        ("turning", _l("Turning three within 30 days")),
        ("gone", _l("Left")),
        ("annulled", _l("Annulled")),
        ("all", _l("All")),
    ]

    q = django_filters.CharFilter(label=_l("Child key"), field_name="child__key", lookup_expr="istartswith")
    group = django_filters.ChoiceFilter(label=_l("Class"), field_name="class_group__public_id")
    band = django_filters.ChoiceFilter(label=_l("Kind of class"), field_name="class_group__band", choices=Band.choices)
    mode = django_filters.ChoiceFilter(label=_l("Mode of care"), choices=Mode.choices[:3])
    show = django_filters.ChoiceFilter(label=_l("Show"), method="shown", choices=SHOWN, empty_label=None)

    class Meta:
        model = Enrolment
        fields: list[str] = []

    def __init__(self, data: Any, *args: Any, provider: Provider, **kwargs: Any) -> None:
        data = data.copy()
        data.setdefault("show", "now")
        super().__init__(data, *args, **kwargs)
        groups = provider.class_groups.order_by("code")
        self.filters["group"].extra["choices"] = [(str(group.public_id), group.name) for group in groups]

    def shown(self, queryset: QuerySet[Enrolment], name: str, value: str) -> QuerySet[Enrolment]:
        """Where a spell stands today."""
        today = clock.today()
        soon = today + dt.timedelta(days=SOON_DAYS)
        live = queryset.exclude(state=EnrolmentState.ANNULLED)
        match value:
            case "coming":
                return live.filter(during__startswith__gt=today)
            case "leaving":
                return live.filter(during__contains=today, during__endswith__lte=soon)
            case "turning":
                return still_past_three(live.filter(during__contains=today)).filter(turns_three_on__lte=soon)
            case "gone":
                return live.filter(during__endswith__lte=today)
            case "annulled":
                return queryset.filter(state=EnrolmentState.ANNULLED)
            case "all":
                return queryset
        return live.filter(Q(during__contains=today))


class TotalsFilter(django_filters.FilterSet):
    """Providers by name and area."""

    q = django_filters.CharFilter(label=_l("Name or code"), method="search")

    class Meta:
        model = Provider
        fields: list[str] = []

    def search(self, queryset: QuerySet[Provider], name: str, value: str) -> QuerySet[Provider]:
        """Part of the name, or the beginning of the code."""
        return queryset.filter(Q(name__icontains=value.strip()) | Q(code__istartswith=value.strip()))


def by_first_day(queryset: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """The roll's order: class, then first day."""
    return queryset.order_by("class_group__code", F("during__startswith"), "pk")
