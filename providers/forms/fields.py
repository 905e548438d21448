"""Fields that every form of a provider shares: yuan, days, coordinates."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.identifiers import parse_phone
from portal.money import parse_yuan, plain_yuan
from portal.wording import Fault


def said(fault: Fault) -> forms.ValidationError:
    """A rule's fault as a form shows it."""
    return forms.ValidationError(_(fault.msgid) % fault.params, code=fault.code)


class YuanField(forms.CharField):
    """Yuan as people type them ("1,813", "¥1813.00"); the value is whole fen, not negative."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"class": "short", "inputmode": "decimal"}

    def prepare_value(self, value: Any) -> Any:
        """Fen as plain yuan; what was typed stays as typed."""
        return plain_yuan(value).removesuffix(".00") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        """Whole fen, or None when nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            fen = parse_yuan(text)
        except Fault as fault:
            raise said(fault) from fault
        if not 0 <= fen < 10**8:
            raise forms.ValidationError(_("Enter an amount from 0 to 999,999.99 yuan."), code="amount")
        return fen


class PhoneField(forms.CharField):
    """A number that parents and officials can dial."""

    def clean(self, value: Any) -> str:
        """Tidied: +86 and gaps removed."""
        text = super().clean(value)
        try:
            return parse_phone(text) if text else ""
        except Fault as fault:
            raise said(fault) from fault


class DayField(forms.DateField):
    """A day, typed or picked; an impossible one says how to write it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"])
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        """The day, between 1900 and 2100."""
        try:
            day = super().to_python(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(
                _("Write the day like 2025-07-10; this one does not exist."), code="invalid"
            ) from error
        if day is not None and not 1900 <= day.year <= 2100:
            raise forms.ValidationError(_("Write the day like 2025-07-10; this one does not exist."), code="invalid")
        return day
