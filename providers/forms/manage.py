"""What a filed provider's owner types about classes, papers, staff, account and free places."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from portal import clock
from portal.files import UnwantedFile, check
from portal.identifiers import parse_resident_id
from portal.models import User
from portal.numbers import NO_VERSION
from portal.wording import Fault
from providers.actions.accounts import NoAccountNumber, tidy_number
from providers.forms.fields import DayField, PhoneField, YuanField, said
from providers.models import Band, ClassGroup, PostRole, StaffRole
from providers.rules.documents import KINDS

TINY = {"class": "tiny", "inputmode": "numeric"}


def not_before_this_month(day: dt.date | None) -> None:
    """Facts of months that may be settled are corrected by the office, not typed over."""
    first = clock.today().replace(day=1)
    if day is not None and day < first:
        raise forms.ValidationError(_("Choose a day from %(first)s on.") % {"first": first.isoformat()}, code="past")


class FromForm(forms.Form):
    """Anything that holds from a day on, in the version that was looked at."""

    from_day = DayField(label=_l("From"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_day"].initial = clock.today()

    def clean_from_day(self) -> dt.date:
        """Not in a month that is over."""
        not_before_this_month(self.cleaned_data["from_day"])
        return self.cleaned_data["from_day"]

    def clean_version(self) -> int:
        """A form that lost its version is as old as can be: it never overwrites."""
        seen = self.cleaned_data["version"]
        return NO_VERSION if seen is None else seen


class PlacesForm(FromForm):
    """How many places a class has from a day on."""

    places = forms.IntegerField(label=_l("Places"), min_value=1, max_value=999, widget=forms.TextInput(attrs=TINY))
    field_order = ["places", "from_day"]


class FeeForm(FromForm):
    """What a class charges in a mode from a day on; empty ends the mode."""

    mode = forms.ChoiceField(
        label=_l("Mode of care"),
        choices=[
            ("full", _l("Full day, per month")),
            ("am", _l("Mornings, per month")),
            ("pm", _l("Afternoons, per month")),
            ("hourly", _l("By the hour, per hour")),
            ("temporary", _l("Occasional, per time")),
        ],
    )
    amount = YuanField(label=_l("Fee (yuan)"), required=False, help_text=_l("Empty: this mode is no longer offered."))
    field_order = ["mode", "amount", "from_day"]


class CloseForm(FromForm):
    """The first day without the class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_day"].label = _("First day without the class")


class OpenForm(FromForm):
    """A further class of a filed provider."""

    name = forms.CharField(label=_l("Name of the class"), max_length=60)
    band = forms.ChoiceField(label=_l("Kind of class"), choices=Band.choices)
    places = forms.IntegerField(label=_l("Places"), min_value=1, max_value=999, widget=forms.TextInput(attrs=TINY))
    fee_full = YuanField(label=_l("Full day, yuan a month"), required=False)
    fee_half = YuanField(label=_l("Half day, yuan a month"), required=False)
    field_order = ["name", "band", "places", "fee_full", "fee_half", "from_day"]

    def clean(self) -> dict[str, Any]:
        """At least one mode has a fee."""
        values = super().clean() or {}
        if (
            not {"fee_full", "fee_half"} & self.errors.keys()
            and values.get("fee_full") is values.get("fee_half") is None
        ):
            self.add_error("fee_full", _("Enter the fee of at least one mode of care."))
        return values

    @property
    def fees(self) -> dict[str, int]:
        """Fees by mode, in fen."""
        full, half = self.cleaned_data["fee_full"], self.cleaned_data["fee_half"]
        return ({} if full is None else {"full": full}) | ({} if half is None else {"am": half, "pm": half})


class NewPaperForm(forms.Form):
    """A paper that replaces the one of its kind."""

    kind = forms.ChoiceField(label=_l("Paper"), choices=lambda: [(code, _(kind.name)) for code, kind in KINDS.items()])
    file = forms.FileField(label=_l("File"), help_text=_l("PDF, JPG, PNG, WebP or XLSX, up to 10 MB."))
    to = DayField(
        label=_l("Valid until (last day)"), required=False, help_text=_l("Empty if the paper does not run out.")
    )

    def clean_file(self) -> Any:
        """Judge the bytes."""
        try:
            check(self.cleaned_data["file"])
        except UnwantedFile as unwanted:
            raise forms.ValidationError(unwanted.message, code=unwanted.code) from unwanted
        return self.cleaned_data["file"]

    def clean(self) -> dict[str, Any]:
        """A paper that runs out says when, and has not run out."""
        values = super().clean() or {}
        kind, last = KINDS.get(values.get("kind", "")), values.get("to")
        if kind and kind.runs_out and not last and "to" not in self.errors:
            self.add_error("to", _("Enter the last day on which this paper is valid."))
        if last and last < clock.today():
            self.add_error("to", _("This paper has run out. Hand in the current one."))
        return values


class StaffForm(FromForm):
    """A person who works here."""

    name = forms.CharField(label=_l("Name"), max_length=60)
    identity = forms.CharField(
        label=_l("Identity number"),
        max_length=18,
        required=False,
        help_text=_l("Only used to find the same person again; it is not stored."),
    )
    role = forms.ChoiceField(label=_l("Post"), choices=StaffRole.choices)
    education = forms.CharField(label=_l("Highest education"), max_length=20, required=False)
    field_order = ["name", "identity", "role", "education", "from_day"]

    def clean_identity(self) -> str:
        """A resident identity number with its checksum."""
        text = self.cleaned_data["identity"]
        try:
            return parse_resident_id(text, on=clock.today()).number if text else ""
        except Fault as fault:
            raise said(fault) from fault

    def clean_from_day(self) -> dt.date:
        """Spells may begin in the past."""
        return self.cleaned_data["from_day"]


class AccountForm(FromForm):
    """Where the provider is paid."""

    holder = forms.CharField(
        label=_l("Account holder"), max_length=100, help_text=_l("As at the bank; usually the provider.")
    )
    bank = forms.CharField(label=_l("Bank and branch"), max_length=100)
    number = forms.CharField(
        label=_l("Account number"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    field_order = ["holder", "bank", "number", "from_day"]

    def clean_number(self) -> str:
        """Digits only."""
        try:
            return tidy_number(self.cleaned_data["number"])
        except NoAccountNumber as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal


class ContactForm(forms.Form):
    """What parents read beside the filed facts."""

    phone = PhoneField(label=_l("Phone for parents"), max_length=40, help_text=_l("Parents see this number."))
    head = forms.CharField(label=_l("Head of the provider"), max_length=60, required=False)
    intro = forms.CharField(
        label=_l("Introduction for parents"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_l("No names or pictures of children."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class VacancyForm(forms.Form):
    """Free places of one class."""

    free_full = forms.IntegerField(
        label=_l("Free for full days"), min_value=0, max_value=999, widget=forms.TextInput(attrs=TINY)
    )
    free_half = forms.IntegerField(
        label=_l("Free for half days"), min_value=0, max_value=999, widget=forms.TextInput(attrs=TINY)
    )

    def __init__(self, *args: Any, group: ClassGroup, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"class-{group.pk}", **kwargs)
        self.group = group


class UntilForm(forms.Form):
    """How long a declaration holds."""

    valid_until = DayField(
        label=_l("These numbers hold until"), help_text=_l("At most a quarter; after that parents read “ask by phone”.")
    )


class PostForm(forms.Form):
    """A person with an account who works here."""

    username = forms.CharField(
        label=_l("User name or e-mail"), max_length=150, help_text=_l("The person opens an account first.")
    )
    role = forms.ChoiceField(
        label=_l("Rights"),
        choices=[(PostRole.STAFF, _l("Enter data (staff)")), (PostRole.OWNER, _l("Do everything (owner)"))],
    )

    def clean_username(self) -> User:
        """The account, by user name or mail; which of the two is unknown is not told."""
        text = self.cleaned_data["username"].strip()
        user = User.objects.filter(username=text, is_active=True).first()
        user = user or User.objects.filter(email__iexact=text, is_active=True).exclude(email="").first()
        if user is None:
            raise forms.ValidationError(
                _("No account has this user name or e-mail. Ask the person to open one first."), code="unknown"
            )
        return user


class AgreementForm(forms.Form):
    """Recognition of inclusive places by the district officer."""

    number = forms.CharField(label=_l("Number of the agreement"), max_length=60)
    fee_cap = YuanField(label=_l("Highest monthly fee (yuan)"), required=False)
    from_day = DayField(label=_l("From"))
    to_day = DayField(label=_l("To (last day)"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, groups: list[ClassGroup], asked: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in groups:
            self.fields[f"class_{group.pk}"] = forms.IntegerField(
                label=_("Inclusive places in “%(name)s”") % {"name": group.name}, min_value=0, max_value=999,
                widget=forms.TextInput(attrs=TINY), initial=asked.get(group.code, 0),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """It ends after it begins."""
        values = super().clean() or {}
        begin, end = values.get("from_day"), values.get("to_day")
        if begin and end and end < begin:
            self.add_error("to_day", _("The agreement ends before it begins. Correct one of the days."))
        return values

    @property
    def places(self) -> dict[int, int]:
        """Inclusive places by class id."""
        return {int(name[6:]): value for name, value in self.cleaned_data.items() if name.startswith("class_")}
