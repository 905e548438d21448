"""The form an evaluator scores a provider with."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy

from inspections.models import RatingScheme


class AssessmentForm(forms.Form):
    """Points by dimension of the scheme in force, and the basic indicator that failed, if any."""

    round = forms.CharField(
        label=gettext_lazy("Round"), max_length=40, widget=forms.TextInput(attrs={"class": "short"})
    )

    def __init__(self, *args: Any, scheme: RatingScheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        english = get_language() == "en"
        for row in scheme.dimensions:
            name = row.get("name_en") if english and row.get("name_en") else row["name"]
            self.fields[f"points_{row['code']}"] = forms.IntegerField(
                label=f"{name} (0–{row['max']})", min_value=0, max_value=row["max"],
                widget=forms.NumberInput(attrs={"class": "tiny"}),
            )  # fmt: skip
        self.fields["veto"] = forms.CharField(
            label=gettext_lazy("Basic indicator that failed"), max_length=300, required=False,
            help_text=gettext_lazy("A failed basic indicator gives no grade, whatever the points."),
        )  # fmt: skip

    def scores(self) -> dict[str, int]:
        """Points by dimension code."""
        return {name[7:]: value for name, value in self.cleaned_data.items() if name.startswith("points_")}
