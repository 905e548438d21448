"""The form that starts a close."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.dates import Month
from portal.models import Area, AreaLevel
from portal.permissions import under

LEVELS = (AreaLevel.PROVINCE, AreaLevel.CITY, AreaLevel.DISTRICT)


class CloseForm(forms.Form):
    """Which month, for which area."""

    month = forms.ChoiceField(label=_("Month"))
    area = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.none(), to_field_name="code", empty_label=None)

    def __init__(self, *args: Any, months: list[Month], paths: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = [(str(month), str(month)) for month in months]
        areas = Area.objects.filter(under(paths, "path"), level__in=LEVELS)
        self.fields["area"].queryset = areas.order_by("path")
