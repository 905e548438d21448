"""What an auditor sends from the ledger."""

from typing import Any

from django import forms

from portal.models import Role, User
from portal.permissions import scopes_of


class LookedOverForm(forms.Form):
    """Up to which line the corrections of which of the auditor's areas were looked over."""

    area = forms.ChoiceField()
    until = forms.IntegerField(min_value=1, max_value=2**63 - 1)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = {office.area_code for office in scopes_of(user) if office.role == Role.AUDITOR}
        self.fields["area"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
