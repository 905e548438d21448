"""The pages of a filing, one thing each: who, where, which classes, which papers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from portal import clock
from portal.files import UnwantedFile, check
from portal.models import Area
from portal.wording import Fault
from providers.forms.fields import DayField, PhoneField, YuanField, said
from providers.models import Authority, Band, Crs, Kind
from providers.queries import limits, locating
from providers.rules.documents import DocumentKind
from providers.rules.registration import check_registration

MOST_CLASSES = 40
CHOOSE = ("", _l("Choose"))


class IdentityForm(forms.Form):
    """Who the provider is (机构信息)."""

    name = forms.CharField(
        label=_l("Name of the provider"), max_length=100, help_text=_l("As on the registration certificate.")
    )
    kind = forms.ChoiceField(label=_l("Type of provider"), choices=[CHOOSE, *Kind.choices])
    authority = forms.ChoiceField(
        label=_l("Registration authority"),
        choices=[CHOOSE, *Authority.choices],
        help_text=_l("The authority that issued the certificate."),
    )
    credit_code = forms.CharField(
        label=_l("Unified social credit code"),
        max_length=40,
        help_text=_l("18 characters, on the certificate."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    legal_person = forms.CharField(label=_l("Legal representative"), max_length=60)
    head = forms.CharField(label=_l("Head of the provider"), max_length=60)
    phone = PhoneField(label=_l("Phone for parents"), max_length=40, help_text=_l("Parents see this number."))
    serves_meals = forms.TypedChoiceField(
        label=_l("Are meals served?"),
        choices=[("yes", _l("Yes")), ("no", _l("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect(attrs={"class": "choices--row"}),
        help_text=_l("If so, the food business licence is among the papers."),
    )
    intro = forms.CharField(
        label=_l("Introduction for parents"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_l("No names or pictures of children."),
    )

    def clean(self) -> dict[str, Any]:
        """The credit code must be well formed and fit authority and type."""
        values = super().clean() or {}
        if {"kind", "authority", "credit_code"} <= values.keys():
            try:
                code = check_registration(values["kind"], values["authority"], values["credit_code"])
            except Fault as fault:
                self.add_error("authority" if fault.code == "USCC_AUTHORITY" else "credit_code", said(fault))
            else:
                values["credit_code"] = code.code
        return values

    def to_draft(self) -> dict[str, Any]:
        """What the draft keeps."""
        return dict(self.cleaned_data)

    @staticmethod
    def from_draft(kept: dict[str, Any]) -> dict[str, Any]:
        """What the fields show."""
        return kept | {"serves_meals": "yes" if kept["serves_meals"] else "no"}


class PlaceForm(forms.Form):
    """Where care is given (服务场所)."""

    street = forms.ChoiceField(label=_l("Subdistrict or town"), help_text=_l("Type its first character to jump to it."))
    address = forms.CharField(
        label=_l("Address"), max_length=200, help_text=_l("Road, number, building, floor; without the subdistrict.")
    )
    given_lng = forms.FloatField(
        label=_l("Longitude"),
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "decimal"}),
        help_text=_l("In degrees, like 113.3245."),
    )
    given_lat = forms.FloatField(
        label=_l("Latitude"),
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "decimal"}),
        help_text=_l("In degrees, like 23.1066."),
    )
    crs = forms.ChoiceField(
        label=_l("Where the point comes from"),
        choices=[
            (Crs.WGS84, _l("GPS, 天地图, or picked on the map here (WGS-84)")),
            (Crs.GCJ02, _l("高德 or 腾讯 map (GCJ-02)")),
            (Crs.BD09, _l("百度 map (BD-09)")),
        ],
        initial=Crs.WGS84,
        help_text=_l("Systems differ by up to 700 m; the point is converted once."),
    )
    building_m2 = forms.IntegerField(
        label=_l("Building area (m²)"),
        min_value=1,
        max_value=1_000_000,
        widget=forms.TextInput(attrs={"class": "tiny"}),
    )
    outdoor_m2 = forms.IntegerField(
        label=_l("Outdoor area (m²)"), min_value=0, max_value=1_000_000, widget=forms.TextInput(attrs={"class": "tiny"})
    )
    lease_from = DayField(label=_l("Lease from"), required=False, help_text=_l("Leave both empty for own premises."))
    lease_to = DayField(label=_l("Lease to (last day)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas = {area.code: area for area in locating.streets()}
        groups: dict[str, list[tuple[str, str]]] = {}
        for area in self.areas.values():
            groups.setdefault(area.parent.name if area.parent else "", []).append((area.code, area.name))
        self.fields["street"].choices = [("", _("Choose")), *groups.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The point must lie in the district of the subdistrict; a lease ends after it begins."""
        values = super().clean() or {}
        begin, end = values.get("lease_from"), values.get("lease_to")
        if (begin is None) != (end is None) and not {"lease_from", "lease_to"} & self.errors.keys():
            self.add_error(
                "lease_from" if begin is None else "lease_to", _("Enter both days of the lease, or neither.")
            )
        if begin and end and end < begin:
            self.add_error("lease_to", _("The lease ends before it begins. Correct one of the days."))
        if {"street", "given_lng", "given_lat", "crs"} <= values.keys():
            try:
                point = locating.locate(
                    values["given_lng"], values["given_lat"], values["crs"], self.areas[values["street"]]
                )
            except Fault as fault:
                self.add_error("given_lng", said(fault))
            else:
                values["lng"], values["lat"] = round(point.lng, 7), round(point.lat, 7)
        return values

    def to_draft(self) -> dict[str, Any]:
        """What the draft keeps: days as text."""
        values = self.cleaned_data
        days = {name: values[name].isoformat() if values[name] else None for name in ("lease_from", "lease_to")}
        return values | days

    @staticmethod
    def from_draft(kept: dict[str, Any]) -> dict[str, Any]:
        """What the fields show."""
        return kept


HALF = ("am", "pm")
FEES = {"fee_full": ("full",), "fee_half": HALF, "fee_hourly": ("hourly",), "fee_temporary": ("temporary",)}


class ClassForm(forms.Form):
    """One class with its places and fees."""

    name = forms.CharField(label=_l("Name of the class"), max_length=60)
    band = forms.ChoiceField(label=_l("Kind of class"), choices=[CHOOSE, *Band.choices])
    places = forms.IntegerField(
        label=_l("Places"),
        min_value=1,
        max_value=999,
        widget=forms.TextInput(attrs={"class": "tiny", "inputmode": "numeric"}),
    )
    inclusive = forms.IntegerField(
        label=_l("of these, inclusive places asked for"),
        min_value=0,
        max_value=999,
        required=False,
        widget=forms.TextInput(attrs={"class": "tiny", "inputmode": "numeric"}),
        help_text=_l("They count once the health department recognises them."),
    )
    fee_full = YuanField(label=_l("Full day, yuan a month"), required=False)
    fee_half = YuanField(label=_l("Half day, yuan a month"), required=False)
    fee_hourly = YuanField(label=_l("By the hour, yuan an hour"), required=False)
    fee_temporary = YuanField(label=_l("Occasional, yuan a time"), required=False)

    def clean(self) -> dict[str, Any]:
        """Inclusive places are among the places; at least one mode has a fee."""
        values = super().clean() or {}
        if self.empty_permitted and not self.has_changed():
            return values
        if (values.get("inclusive") or 0) > values.get("places", 999):
            self.add_error("inclusive", _("There cannot be more inclusive places than places."))
        if not FEES.keys() & self.errors.keys() and all(values.get(name) is None for name in FEES):
            self.add_error("fee_full", _("Enter the fee of at least one mode of care."))
        return values

    def to_draft(self) -> dict[str, Any]:
        """What the draft keeps: fees by mode, in fen."""
        values = self.cleaned_data
        fees = {mode: values[name] for name, modes in FEES.items() for mode in modes if values[name] is not None}
        return {name: values[name] for name in ("name", "band", "places")} | {
            "inclusive": values["inclusive"] or 0,
            "fees": fees,
        }

    @staticmethod
    def from_draft(kept: dict[str, Any]) -> dict[str, Any]:
        """What the fields show."""
        return kept | {name: kept["fees"].get(modes[0]) for name, modes in FEES.items()}


class BaseClasses(forms.BaseFormSet):
    """All classes of a filing; the limits are those of the type and the area."""

    def __init__(self, *args: Any, kind: str, area_path: str, **kwargs: Any) -> None:
        self.kind, self.area_path = kind, area_path
        super().__init__(*args, **kwargs)

    @property
    def filled(self) -> list[ClassForm]:
        """The rows that were filled in and not struck out."""
        return [form for form in self.forms if form.has_changed() and not form.cleaned_data.get("DELETE")]

    def clean(self) -> None:
        """No class beyond its limit, no name twice, at least one class."""
        if any(self.errors):
            return
        if not self.filled:
            raise forms.ValidationError(_("Enter at least one class."))
        today = clock.today()
        allowed = limits.limits_at(self.area_path, today)
        whole = sum(form.cleaned_data["places"] for form in self.filled)
        names: set[str] = set()
        for form in self.filled:
            values = form.cleaned_data
            others = whole - values["places"]
            message = limits.message_of(
                self.kind, values["band"], values["places"], others=others, limits=allowed, on=today
            )
            if message:
                form.add_error("places", message)
            if (name := values["name"]) in names:
                form.add_error("name", _("Another class has this name already. Give each class its own."))
            names.add(name)

    def to_draft(self) -> list[dict[str, Any]]:
        """What the draft keeps."""
        return [form.to_draft() for form in self.filled]


ClassFormSet = forms.formset_factory(
    ClassForm,
    formset=BaseClasses,
    extra=0,
    max_num=MOST_CLASSES,
    validate_max=True,
    absolute_max=MOST_CLASSES,
    can_delete=True,
)


class PaperForm(forms.Form):
    """One paper: the file, and the last day it is valid where it runs out."""

    file = forms.FileField(required=False)
    to = DayField(label=_l("Valid until (last day)"), required=False)

    def __init__(self, *args: Any, paper: DocumentKind, kept: dict[str, Any] | None, must: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paper, self.kept, self.must = paper, kept, must
        upload = self.fields["file"]
        upload.label = _("A newer file") if kept else _("File")
        upload.help_text = _("PDF, JPG, PNG, WebP or XLSX, up to 10 MB.")
        upload.required = must and not kept
        upload.error_messages["required"] = _("“%(paper)s” is missing. Choose the file.") % {"paper": _(paper.name)}
        if not paper.runs_out:
            del self.fields["to"]
            return
        self.fields["to"].required = must
        self.fields["to"].error_messages["required"] = _("Enter the last day on which this paper is valid.")

    def clean_file(self) -> Any:
        """Judge the bytes; a paper that was handed in before need not be handed in again."""
        upload = self.cleaned_data.get("file")
        if upload:
            try:
                check(upload)
            except UnwantedFile as unwanted:
                raise forms.ValidationError(unwanted.message, code=unwanted.code) from unwanted
        return upload

    def clean_to(self) -> Any:
        """A paper that has run out is none."""
        last = self.cleaned_data["to"]
        if last and last < clock.today():
            raise forms.ValidationError(_("This paper has run out. Hand in the current one."), code="run-out")
        return last


class DeclarationForm(forms.Form):
    """The declaration that goes with a filing (备案承诺书)."""

    true = forms.BooleanField(
        label=_l(
            "I declare that everything stated here is true, that the provider meets the setting standard and the "
            "management rules, and that changes will be reported in time."
        ),
        error_messages={"required": _l("Tick the declaration; without it nothing can be handed in.")},
    )


def street_of(data: dict[str, Any]) -> Area | None:
    """The subdistrict a draft names."""
    place = data.get("place")
    return Area.objects.filter(code=place["street"]).first() if place else None
