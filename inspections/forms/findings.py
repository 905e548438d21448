"""Forms for answering and deciding findings."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.forms.fields import FilesField, day_input
from inspections.models import Finding
from portal import files
from providers.models import ClassGroup

LONG = forms.Textarea(attrs={"rows": 4})


class AnswerForm(forms.Form):
    """What was done about the finding, with evidence."""

    text = forms.CharField(label=gettext_lazy("What was put right"), max_length=2000, widget=LONG)
    uploads = FilesField(
        label=gettext_lazy("Evidence: photos or papers"), accept=files.PAPERS,
        help_text=gettext_lazy("At least one: JPEG, PNG, WebP, PDF or Excel, up to 10 MB each."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class CheckForm(forms.Form):
    """Close the finding or send it back with a reason."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Is the hazard gone?"),
        choices=[
            ("clear", gettext_lazy("Yes: close the finding")),
            ("send_back", gettext_lazy("No: send it back")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason or note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed when you send it back: say what is still missing."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Nothing is sent back without saying why."""
        data = super().clean() or {}
        if data.get("verdict") == "send_back" and not data.get("reason"):
            self.add_error("reason", _("Say what is still missing, so that the provider can put it right."))
        return data


class ExtensionForm(forms.Form):
    """Ask for more time, once."""

    until = forms.DateField(label=gettext_lazy("Until"), widget=day_input())
    reason = forms.CharField(label=gettext_lazy("Why more time is needed"), max_length=500, widget=LONG)

    def __init__(self, *args: Any, finding: Finding, latest: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finding, self.latest = finding, latest
        self.fields["until"].help_text = _("After %(due)s and not after %(latest)s.") % {
            "due": finding.due_on, "latest": latest,
        }  # fmt: skip

    def clean_until(self) -> dt.date:
        """After the present day, within the longest allowed."""
        day: dt.date = self.cleaned_data["until"]
        if not self.finding.due_on < day <= self.latest:
            text = _("Choose a day after %(due)s and not after %(latest)s.")
            raise forms.ValidationError(text % {"due": self.finding.due_on, "latest": self.latest})
        return day


class SuspendForm(forms.Form):
    """Suspend a class, or the whole provider."""

    class_group = forms.ModelChoiceField(
        label=gettext_lazy("What is suspended"), queryset=ClassGroup.objects.none(), required=False,
        to_field_name="code", empty_label=gettext_lazy("The whole provider"),
        help_text=gettext_lazy("Only the affected class, whenever that is enough."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=LONG)
    basis = forms.CharField(label=gettext_lazy("Basis (article)"), max_length=200)

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = ClassGroup.objects.filter(provider=finding.provider_id, closed_on=None)
        self.fields["class_group"].queryset = groups.order_by("code")
