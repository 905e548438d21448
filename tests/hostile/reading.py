"""Forms as a browser reads them out of a page: where they go, their fields, their buttons."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Field:
    """One control: a name, the kind of its element, what it holds, and what may be chosen."""

    name: str
    kind: str
    value: str = ""
    checked: bool = False
    choices: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form of a page."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Where it goes without query and fragment; empty: to its own page."""
        return self.action.partition("#")[0].partition("?")[0]


class Reader(HTMLParser):
    """Collects the forms of a page; controls outside a form belong to the one their `form` attribute names."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.open: Form | None = None
        self.inside: Field | None = None
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.open)
            self.by_id[given.get("id", "")] = self.open
        elif tag == "option" and self.inside is not None:
            self.inside.choices.append(given.get("value", ""))
            if "selected" in given:
                self.inside.value = given.get("value", "")
        elif tag in ("input", "select", "textarea", "button") and "disabled" not in given:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, Any]) -> None:
        form = self.by_id.get(given["form"]) if "form" in given else self.open
        kind = {"input": given.get("type", "text"), "button": "submit"}.get(tag, tag)
        if not given.get("name") or given["name"] == "csrfmiddlewaretoken":
            return
        one = Field(given["name"], kind, given.get("value", "on" if kind in ("checkbox", "radio") else ""))
        one.checked = "checked" in given
        if tag in ("select", "textarea"):
            self.inside, self.text = one, []
        if form is not None:
            form.fields.append(one)

    def handle_data(self, data: str) -> None:
        if self.inside is not None and self.inside.kind == "textarea":
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag in ("select", "textarea") and self.inside is not None:
            if tag == "textarea":
                self.inside.value = "".join(self.text).removeprefix("\n")
            self.inside = None


def forms_in(page: str) -> list[Form]:
    """Every form of a page, in its order."""
    reader = Reader()
    reader.feed(page)
    return reader.forms
