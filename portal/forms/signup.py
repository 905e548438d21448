"""What a newcomer says about themselves when opening an account, beside what allauth asks for."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identifiers import parse_phone
from portal.wording import Fault


class SignupForm(forms.Form):
    """Name and phone: settings.ACCOUNT_SIGNUP_FORM_CLASS; allauth adds user name, e-mail and password."""

    field_order = ["name", "phone", "username", "email", "password1", "password2"]

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=80)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)

    def clean_phone(self) -> str:
        """A phone number as one can dial it."""
        text = self.cleaned_data["phone"]
        if not text:
            return ""
        try:
            return parse_phone(text)
        except Fault as fault:
            raise forms.ValidationError(_(fault.msgid) % fault.params) from fault

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Nothing more to do: portal.accounts keeps the fields (allauth demands this method)."""
