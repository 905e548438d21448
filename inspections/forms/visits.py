"""Forms for planning, drawing and recording visits."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.forms.fields import FilesField, day_input
from inspections.models import Level, Outcome, VisitKind
from inspections.permissions import inspectors_over, plannable_by
from inspections.queries.visits import Group
from portal import clock, files
from portal.models import Area, User
from portal.permissions import prefixes, under
from providers.models import ClassGroup, Provider
from providers.permissions import has_interest


class PersonField(forms.ModelChoiceField):
    """A choice of people by name and login."""

    def label_from_instance(self, obj: User) -> str:
        """The name, with the login because names repeat."""
        return f"{obj.name} ({obj.username})"


class PlanForm(forms.Form):
    """Plan a visit: provider by code, day, two inspectors."""

    provider = forms.CharField(
        label=gettext_lazy("Provider's code"), max_length=40, widget=forms.TextInput(attrs={"class": "short"})
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of visit"), choices=[c for c in VisitKind.choices if c[0] != VisitKind.DRAWN]
    )
    planned_on = forms.DateField(label=gettext_lazy("Day of the visit"), widget=day_input())
    lead = PersonField(label=gettext_lazy("First inspector"), queryset=User.objects.none())
    second = PersonField(label=gettext_lazy("Second inspector"), queryset=User.objects.none())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        paths = prefixes(user, {"DISTRICT", "CITY"})
        people = User.objects.filter(
            under(paths, "memberships__area__path"), memberships__role="INSPECTOR", memberships__ended_at=None,
            memberships__during__contains=clock.today(), is_active=True,
        ).distinct().order_by("name", "username")  # fmt: skip
        above = inspectors_over(paths[0]) if paths else User.objects.none()
        found = User.objects.filter(pk__in=people.values("pk").union(above.values("pk"))).order_by("name", "username")
        for name in ("lead", "second"):
            self.fields[name].queryset = found

    def clean_provider(self) -> Provider:
        """A provider under the officer's area."""
        code = self.cleaned_data["provider"].strip()
        provider = plannable_by(self.user).filter(code__iexact=code).first()
        if provider is None:
            raise forms.ValidationError(
                _("There is no provider “%(code)s” in your area. Look the code up in the list.") % {"code": code}
            )
        return provider

    def clean_planned_on(self) -> Any:
        """Not in the past."""
        day = self.cleaned_data["planned_on"]
        if day < clock.today():
            raise forms.ValidationError(_("The day of the visit has passed. Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        """Two different people, neither with an interest."""
        data = super().clean() or {}
        lead, second, provider = data.get("lead"), data.get("second"), data.get("provider")
        if lead and lead == second:
            self.add_error("second", _("Choose somebody other than the first inspector."))
        for name in ("lead", "second"):
            person = data.get(name)
            if person and provider and has_interest(person, provider):
                text = _(
                    "%(who)s has declared an interest in this provider and cannot take part. Choose somebody else."
                )
                self.add_error(name, text % {"who": person.name})
        return data


class DrawForm(forms.Form):
    """Draw providers and inspectors at random in an area."""

    title = forms.CharField(label=gettext_lazy("Name of the draw"), max_length=120)
    area = forms.ModelChoiceField(label=gettext_lazy("Area"), queryset=Area.objects.none(), to_field_name="code")
    size = forms.IntegerField(
        label=gettext_lazy("How many providers"), min_value=1, max_value=200,
        widget=forms.NumberInput(attrs={"class": "tiny"}),
    )  # fmt: skip
    planned_on = forms.DateField(label=gettext_lazy("Day of the visits"), widget=day_input())
    seed = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Area.objects.filter(under(prefixes(user, {"DISTRICT", "CITY"}), "path"))
        self.fields["area"].queryset = areas.exclude(level="community").order_by("path")


class ResultsForm(forms.Form):
    """The items of one group of the checklist with three big buttons each."""

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in group.lines:
            self.fields[f"item_{line.item.pk}"] = forms.ChoiceField(
                label=str(line.item),
                help_text=line.item.basis,
                choices=Outcome.choices,
                widget=forms.RadioSelect(attrs={"class": "choices--row"}),
                initial=line.outcome or None,
                required=False,  # an inspector may save a group half done and come back
            )

    def outcomes(self) -> dict[int, str]:
        """What was ticked, by item id."""
        return {int(name[5:]): value for name, value in self.cleaned_data.items() if value}


class FindingForm(forms.Form):
    """Write down a hazard, with photos straight from the phone's camera."""

    level = forms.ChoiceField(
        label=gettext_lazy("Level"), choices=Level.choices, widget=forms.RadioSelect(attrs={"class": "choices--row"})
    )
    text = forms.CharField(
        label=gettext_lazy("What is wrong"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Where and what, so that the provider knows what to put right."),
    )  # fmt: skip
    basis = forms.CharField(label=gettext_lazy("Basis (article)"), max_length=200)
    class_group = forms.ModelChoiceField(
        label=gettext_lazy("Affected class"), queryset=ClassGroup.objects.none(), required=False, to_field_name="code",
        empty_label=gettext_lazy("The whole site"),
    )  # fmt: skip
    photos = FilesField(
        label=gettext_lazy("Photos"), accept=files.PHOTOS, required=False,
        help_text=gettext_lazy("JPEG, PNG or WebP. A major hazard needs at least one."),
    )  # fmt: skip

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["class_group"].queryset = provider.class_groups.filter(closed_on=None).order_by("code")

    def clean(self) -> dict[str, Any]:
        """A major hazard is shown."""
        data = super().clean() or {}
        if data.get("level") == Level.MAJOR and "photos" not in self.errors and not data.get("photos"):
            self.add_error("photos", _("A major hazard needs at least one photo."))
        return data


class FinishForm(forms.Form):
    """Who spoke for the provider, and what else there is to say."""

    met = forms.CharField(label=gettext_lazy("Who was met for the provider"), max_length=60)
    note = forms.CharField(
        label=gettext_lazy("Notes"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(forms.Form):
    """A reason in words."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
