"""The form that asks for a report."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock
from portal.dates import Month
from portal.models import Area
from portal.wording import Fault


class ReportForm(forms.Form):
    """Which area, which month."""

    area = forms.ModelChoiceField(
        label=gettext_lazy("Area"), queryset=Area.objects.none(), to_field_name="code", empty_label=None
    )
    month = forms.CharField(
        label=gettext_lazy("Month"), max_length=7, help_text=gettext_lazy("A month that is over, like 2025-06."),
        widget=forms.TextInput(attrs={"type": "month", "class": "short"}),
    )  # fmt: skip

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas

    def clean_month(self) -> Month:
        """A month that is over."""
        try:
            month = Month.parse(self.cleaned_data["month"])
        except Fault as fault:
            raise forms.ValidationError(_(fault.msgid) % fault.params) from fault
        if month.last >= clock.today():
            raise forms.ValidationError(
                _("%(month)s is not over. A report stands for the last day of its month.") % {"month": month}
            )
        return month
