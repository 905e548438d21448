"""Forms on a claim."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReturnForm(forms.Form):
    """Why a claim goes back."""

    reason = forms.CharField(
        label=_("What must the provider put right?"),
        help_text=_("The provider reads this. Name the months and what does not fit, without names of children."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what the provider must put right.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
