"""The pages of a filing as objects with one face: forms to show, a value for the draft."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from portal.models import User
from portal.numbers import whole
from providers.actions.drafts import day_text, store_paper
from providers.forms.register import ClassForm, ClassFormSet, IdentityForm, PaperForm, PlaceForm, street_of
from providers.queries.applications import asked_papers
from providers.rules.documents import OTHER


def title_of(step: str) -> str:
    """The title of a step, as the overview and the breadcrumb say it."""
    return {
        "identity": _("Who you are"),
        "place": _("Where care is given"),
        "classes": _("Classes, places and fees"),
        "papers": _("Papers"),
        "check": _("Check and hand in"),
    }[step]


class FormPage:
    """A page with one form."""

    template = "providers/register/step.html"
    form_class: Any

    def __init__(self, data: dict[str, Any], post: Any, files: Any) -> None:
        kept = data.get(self.step)
        initial = self.form_class.from_draft(kept) if kept else None
        self.form = self.form_class(post, initial=initial)

    @property
    def forms(self) -> list[Any]:
        """Everything whose faults the summary lists."""
        return [self.form]

    def is_valid(self) -> bool:
        """Whether the page can be kept."""
        return self.form.is_valid()

    def value(self, user: User) -> Any:
        """What the draft keeps."""
        return self.form.to_draft()

    def refuse(self, message: str) -> None:
        """Show why it was not kept, beside what was typed."""
        self.form.add_error(None, message)


class Identity(FormPage):
    """Who the provider is."""

    step, form_class = "identity", IdentityForm


class Place(FormPage):
    """Where it is, with the map to pick the point."""

    step, form_class, template = "place", PlaceForm, "providers/register/place.html"


class Classes:
    """Classes in rows; a button adds a row without scripts."""

    template = "providers/register/classes.html"

    def __init__(self, data: dict[str, Any], post: Any, files: Any) -> None:
        street = street_of(data)
        self.context = {
            "kind": (data.get("identity") or {}).get("kind", ""),
            "area_path": street.path if street else "",
        }
        self.post = post
        kept = data.get("classes") or []
        initial = [ClassForm.from_draft(group) for group in kept] or [{}]
        self.formset = ClassFormSet(post, initial=initial, prefix="classes", **self.context)
        if not kept:
            for form in self.formset.forms:
                form.empty_permitted = False

    @property
    def forms(self) -> list[Any]:
        """The rows and the set."""
        return [self.formset]

    def add_row(self) -> None:
        """Another empty row; what was typed stays and is not judged yet."""
        values = self.post.copy()
        values["classes-TOTAL_FORMS"] = str((whole(values.get("classes-TOTAL_FORMS")) or 0) + 1)
        typed = ClassFormSet(values, prefix="classes", **self.context)
        rows = [
            {name: values.get(form.add_prefix(name), "") for name in form.fields}
            for form in typed.forms[: typed.absolute_max]
        ]
        self.formset = ClassFormSet(initial=rows, prefix="classes", **self.context)

    def is_valid(self) -> bool:
        """Whether the page can be kept."""
        return self.formset.is_valid()

    def value(self, user: User) -> Any:
        """What the draft keeps."""
        return self.formset.to_draft()

    def refuse(self, message: str) -> None:
        """Show why it was not kept."""
        self.formset.non_form_errors().append(message)


class Papers:
    """One small form for each paper that is asked for."""

    template = "providers/register/papers.html"

    def __init__(self, data: dict[str, Any], post: Any, files: Any) -> None:
        self.kept = data.get("papers") or {}
        self.papers = [
            PaperForm(
                post,
                files if post is not None else None,
                prefix=paper.code,
                paper=paper,
                kept=self.kept.get(paper.code),
                must=paper is not OTHER,
                initial={"to": (self.kept.get(paper.code) or {}).get("to")},
            )
            for paper in asked_papers(data)
        ] if data.get("identity") else []  # fmt: skip
        self.message = "" if self.papers else _("Fill in “Who you are” first: it decides which papers are asked for.")

    @property
    def forms(self) -> list[Any]:
        """A form for each paper."""
        return self.papers

    def is_valid(self) -> bool:
        """Whether every paper is there; all forms are judged, so that all faults are told at once."""
        judged = [form.is_valid() for form in self.papers]
        return bool(judged) and all(judged)

    def salvage(self, user: User) -> Any:
        """The good papers among bad ones: nobody uploads a file twice because another one was wrong."""
        value = self.value(user)
        for form in self.papers:
            form.kept = value.get(form.paper.code)
        return value

    def value(self, user: User) -> Any:
        """What the draft keeps: the stored files, new ones in place of old ones."""
        kept = {}
        for form in self.papers:
            upload, old = form.cleaned_data.get("file"), self.kept.get(form.paper.code)
            if upload or old:
                paper = store_paper(upload, by=user) if upload else dict(old or {})
                last = {"to": day_text(form.cleaned_data["to"])} if "to" in form.cleaned_data else {}
                kept[form.paper.code] = {"to": None} | paper | last
        return kept

    def refuse(self, message: str) -> None:
        """Show why it was not kept."""
        self.message = message


PAGES: dict[str, Callable[[dict[str, Any], Any, Any], Any]] = {
    "identity": Identity,
    "place": Place,
    "classes": Classes,
    "papers": Papers,
}
