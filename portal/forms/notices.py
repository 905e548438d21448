"""Objecting to a public notice, and answering."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.models import PublicNotice


class ObjectionForm(forms.Form):
    """Anybody objects to a notice or one of its rows."""

    row_key = forms.ChoiceField(label=_("What do you object to?"), required=False)
    text = forms.CharField(
        label=_("Your objection"),
        help_text=_("Say what is wrong and how you know. Do not write the name of a child."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    contact = forms.CharField(
        label=_("How can we reach you?"),
        help_text=_("Phone or e-mail; only the answering office sees it."),
        max_length=60,
    )

    def __init__(self, *args: Any, notice: PublicNotice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(str(row["key"]), str(row.get("name") or row["key"])) for row in notice.rows if row.get("key")]
        if rows:
            self.fields["row_key"].choices = [("", _("The notice as a whole")), *rows]  # type: ignore[attr-defined]
        else:
            del self.fields["row_key"]


class AnswerForm(forms.Form):
    """The office answers an objection."""

    text = forms.CharField(
        label=_("Answer"),
        help_text=_("What was checked and found."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    upheld = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[
            ("no", _("Not upheld: the notice stays as published")),
            ("yes", _("Upheld: what was published is wrong")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
