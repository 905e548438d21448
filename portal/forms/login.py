"""The login form in the house's words (settings.ACCOUNT_FORMS): allauth calls its first field “login”."""

from typing import Any

from allauth.account.forms import LoginForm as BaseLoginForm
from django.utils.translation import gettext_lazy as _


class LoginForm(BaseLoginForm):
    """User name or e-mail and password, labels that say so, no placeholders that repeat them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or e-mail")
        if "remember" in self.fields:
            self.fields["remember"].label = _("Stay logged in on this device")
            self.fields["remember"].help_text = _("Not on a computer that others use.")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
