"""Enrolling a child, one thing a page: the child, its guardian, the place."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from enrolments.actions.taking import HOLD_DAYS
from enrolments.identity import Carer, Person
from enrolments.models import Child, IdentityKind
from enrolments.queries.roll import LAST_MONTHS, SPELL_MODES, open_classes
from portal import clock
from portal.dates import ONE_DAY, DateRange, completed_months
from portal.identifiers import parse_identity, parse_mobile
from portal.wording import Fault
from providers.forms.fields import DayField, said
from providers.models import ClassGroup, Provider

PICK = "—"


class NameField(forms.CharField):
    """A person's name as on paper, without stray spaces."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=50, **kwargs)
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> str:
        """No digits: a number in the name field is a slip that would show in the mask."""
        name = " ".join(super().clean(value).split())
        if any(letter.isdigit() for letter in name):
            raise forms.ValidationError(_("Write the name only; the number has its own field."), code="digits")
        return name


class ChildForm(forms.Form):
    """Who the child is."""

    name = NameField(label=_l("Child's name"))
    kind = forms.ChoiceField(label=_l("Kind of document"))
    number = forms.CharField(label=_l("Document number"), max_length=40)
    birth_date = DayField(label=_l("Birth date"))
    birth_order = forms.IntegerField(
        label=_l("Birth order in the family"),
        required=False,
        min_value=1,
        max_value=15,
        widget=forms.NumberInput(attrs={"class": "tiny"}),
        help_text=_l("1 for the first child. Some benefits depend on it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in IdentityKind.choices if kind[0] != IdentityKind.DEMO or settings.DEMO]
        self.fields["kind"].choices = kinds
        self.fields["number"].widget.attrs |= {"autocomplete": "off", "class": "tab"}

    def clean_birth_date(self) -> dt.date:
        """Born, and not yet three."""
        birth = self.cleaned_data["birth_date"]
        if birth > clock.today():
            raise forms.ValidationError(_("This day has not come yet. Compare it with the document."), code="future")
        if completed_months(birth, clock.today()) >= LAST_MONTHS:
            raise forms.ValidationError(
                _("The child is three or older: childcare under three cannot take it."), code="old"
            )
        return birth

    def clean(self) -> dict[str, Any]:
        """The number's own check, the birth date in it, and what is on record under it."""
        values = super().clean() or {}
        if not values.get("kind") or not values.get("number"):
            return values
        try:
            known = parse_identity(values["kind"], values["number"], on=clock.today())
        except Fault as fault:
            self.add_error("number", said(fault))
            return values
        values["number"] = known.number
        birth = values.get("birth_date")
        if birth and known.birth_date and birth != known.birth_date:
            message = _("The number says %(day)s. Compare both with the document.") % {"day": known.birth_date}
            self.add_error("birth_date", message)
        elif birth and Child.objects.filter(identity_key=self.person.key).exclude(birth_date=birth).exists():
            self.add_error(
                "birth_date", _("This number is on record with another birth date. Compare both with the document.")
            )
        return values

    @property
    def person(self) -> Person:
        """The child as sealed."""
        values = self.cleaned_data
        return Person(values.get("name", ""), values["kind"], values["number"])


class GuardianForm(forms.Form):
    """Who cares for the child and agrees (监护人同意)."""

    RELATIONS = [
        ("mother", _l("Mother")),
        ("father", _l("Father")),
        ("grandparent", _l("Grandparent")),
        ("other", _l("Other guardian")),
    ]

    name = NameField(label=_l("Guardian's name"))
    relation = forms.ChoiceField(
        label=_l("Relation to the child"), choices=RELATIONS, widget=forms.RadioSelect(attrs={"class": "choices--row"})
    )
    phone = forms.CharField(
        label=_l("Mobile number"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "class": "short"}),
    )
    consent = forms.BooleanField(
        label=_l("The guardian has read the privacy rules for children and has agreed in writing"),
        help_text=_l("Personal Information Protection Law, art. 31: without consent nothing may be stored."),
        error_messages={"required": _l("Without the guardian's consent the child cannot be entered.")},
    )

    def clean_phone(self) -> str:
        """Eleven digits."""
        try:
            return parse_mobile(self.cleaned_data["phone"])
        except Fault as fault:
            raise said(fault) from fault

    @property
    def carer(self) -> Carer:
        """The guardian as sealed."""
        values = self.cleaned_data
        return Carer(values["name"], values["phone"], values["relation"])


class SpellForm(forms.Form):
    """Class, mode and days of a spell; shared by enrolling and moving."""

    class_group = forms.ChoiceField(label=_l("Class"), widget=forms.RadioSelect)
    mode = forms.ChoiceField(
        label=_l("Mode of care"),
        choices=[(mode.value, mode.label) for mode in SPELL_MODES],
        widget=forms.RadioSelect(attrs={"class": "choices--row"}),
    )
    first_day = DayField(label=_l("First day"))

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(group.public_id): group for group in open_classes(provider.pk, clock.today())}
        choices = [(key, f"{group.name} · {group.get_band_display()}") for key, group in self.groups.items()]
        self.fields["class_group"].choices = choices

    def clean_class_group(self) -> ClassGroup:
        """The class itself."""
        return self.groups[self.cleaned_data["class_group"]]

    def clean(self) -> dict[str, Any]:
        """A mode that the class charges for on the first day, where it has fees at all."""
        values = super().clean() or {}
        group, day = values.get("class_group"), values.get("first_day")
        if group and day and values.get("mode"):
            fees = group.fees.filter(retracted_at__isnull=True, during__contains=day)
            offered = dict(fees.values_list("mode", "amount_fen"))
            values["fee_fen"] = offered.get(values["mode"])
            if offered and values["mode"] not in offered:
                self.add_error("mode", _("This class does not offer this mode on %(day)s.") % {"day": day})
        return values


class PlaceForm(SpellForm):
    """The place: a spell, or a hold while the family decides."""

    ENROL, HOLD = "enrol", "hold"

    last_day = DayField(
        label=_l("Last day of care"), required=False, help_text=_l("Leave empty when no end is agreed.")
    )
    contract_on = DayField(label=_l("Contract signed on"), required=False)
    what = forms.ChoiceField(
        label=_l("Enrol now or hold the place"),
        choices=[(ENROL, _l("Enrol the child")), (HOLD, _l("Hold the place while the family decides"))],
        widget=forms.RadioSelect,
        initial=ENROL,
    )
    hold_until = DayField(
        label=_l("Hold until the end of"),
        required=False,
        help_text=format_lazy(_l("At most {days} days."), days=HOLD_DAYS),
    )

    def clean(self) -> dict[str, Any]:
        """Days in order, and a hold that ends."""
        values = super().clean()
        first, last = values.get("first_day"), values.get("last_day")
        if first and last and last < first:
            self.add_error(
                "last_day", _("The last day must not be before the first day, %(first)s.") % {"first": first}
            )
        if values.get("contract_on") and values["contract_on"] > clock.today():
            self.add_error("contract_on", _("This day has not come yet. Leave it empty until the contract is signed."))
        if values.get("what") == self.HOLD and "hold_until" not in self.errors:
            until = values.get("hold_until")
            if until is None:
                self.add_error("hold_until", _("Say until when the place is held."))
            elif not clock.today() <= until < clock.today() + dt.timedelta(days=HOLD_DAYS):
                message = _("A place can be held for at most %(days)s days from today.") % {"days": HOLD_DAYS}
                self.add_error("hold_until", message)
        return values

    @property
    def during(self) -> DateRange:
        """The days of the spell."""
        return DateRange.inclusive(self.cleaned_data["first_day"], self.cleaned_data["last_day"])

    @property
    def expires_at(self) -> dt.datetime | None:
        """The end of the hold's last day, or None when the child is enrolled."""
        values = self.cleaned_data
        if values["what"] == self.ENROL:
            return None
        return dt.datetime.combine(values["hold_until"] + ONE_DAY, dt.time(), clock.SHANGHAI)


class LookForm(forms.Form):
    """From which day free places are shown."""

    first_day = DayField(required=False)
