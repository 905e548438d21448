"""Fields that several forms of inspections share."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from portal import files
from portal.problems import Refusal


class SeveralFilesInput(forms.FileInput):
    """A file input that takes more than one file."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several photos or papers, each judged by its bytes; cleans to a list."""

    widget = SeveralFilesInput

    def __init__(self, *, accept: Collection[str], most: int = 6, **kwargs: Any) -> None:
        self.accept, self.most = accept, most
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = ",".join(accept)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Every file is checked; the fault names the file."""
        uploads = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        if not uploads:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return []
        faults = []
        for upload in uploads[: self.most]:
            try:
                files.check(upload, accept=self.accept)
            except Refusal as refusal:
                faults.append(forms.ValidationError(refusal.message, code=refusal.code))
        if faults:
            raise forms.ValidationError(faults)
        return uploads[: self.most]


def day_input() -> forms.DateInput:
    """A date as browsers pick it."""
    return forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
