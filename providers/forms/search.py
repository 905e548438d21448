"""What a parent picks in the search: the same parameters as the API's, in words."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from portal import clock
from portal.dates import Month
from portal.templatetags.ui import month as month_words
from providers.models import Kind

FEES = (0, 800, 1000, 1500, 2000, 2500, 3000, 4000)
RADII = (1000, 2000, 3000, 5000, 10_000, 20_000, 50_000)


def months() -> list[tuple[str, str]]:
    """This month and the twelve after it."""
    first = Month.of(clock.today())
    return [("", _("Now")), *((str(first + n), month_words((first + n).first)) for n in range(1, 13))]


def fees() -> list[tuple[str, str]]:
    """Highest fees, in fen, said in yuan."""
    return [("", _("Any fee")), *((str(yuan * 100), _("up to ¥%(yuan)s") % {"yuan": f"{yuan:,}"}) for yuan in FEES[1:])]


def radii() -> list[tuple[str, str]]:
    """How far to look."""
    return [(str(metres), _("%(km)s km") % {"km": metres // 1000}) for metres in RADII]


class SearchForm(forms.Form):
    """A GET form; the values are judged by providers.queries.asked, not here."""

    near = forms.CharField(
        label=_l("Where"),
        required=False,
        max_length=60,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
        help_text=_l("District, subdistrict or community, or coordinates like 113.32, 23.09."),
    )
    age_months = forms.IntegerField(
        label=_l("Age in months"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    mode = forms.ChoiceField(
        label=_l("Mode of care"),
        required=False,
        initial="full",
        choices=[
            ("full", _l("Full day")),
            ("half", _l("Half day")),
            ("hourly", _l("By the hour")),
            ("temporary", _l("Occasional")),
            ("", _l("Any")),
        ],
    )
    max_fee_fen = forms.ChoiceField(label=_l("Fee"), required=False, choices=fees)
    radius_m = forms.ChoiceField(label=_l("How far"), required=False, choices=radii, initial="3000")
    min_rating = forms.ChoiceField(
        label=_l("Rating"),
        required=False,
        choices=[("", _l("Any")), *((str(n), "★" * n + ("" if n == 5 else "+")) for n in range(1, 6))],
    )
    kind = forms.ChoiceField(label=_l("Type of provider"), required=False, choices=[("", _l("Any")), *Kind.choices])
    sort = forms.ChoiceField(
        label=_l("Order"),
        required=False,
        choices=[
            ("distance", _l("Nearest first")),
            ("fee", _l("Lowest fee first")),
            ("rating", _l("Best rating first")),
            ("freshness", _l("Last confirmed first")),
        ],
    )
    vacancy = forms.BooleanField(
        label=_l("Free places only"), required=False, widget=forms.CheckboxInput(attrs={"value": "true"})
    )
    inclusive = forms.BooleanField(
        label=_l("Inclusive only"), required=False, widget=forms.CheckboxInput(attrs={"value": "true"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = forms.ChoiceField(label=_l("Care begins"), required=False, choices=months)
        self.order_fields(
            ["near", "age_months", "mode", "from", "max_fee_fen", "radius_m", "sort", "min_rating", "kind"]
        )

    @property
    def filters(self) -> list[forms.BoundField]:
        """Everything but where to look."""
        return [self[name] for name in self.fields if name != "near"]

    @property
    def set(self) -> int:
        """How many filters say something else than they do by themselves."""
        return sum(
            1
            for name, field in self.fields.items()
            if name not in ("near", "sort") and self.data.get(name, "") not in ("", field.initial)
        )
