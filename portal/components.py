"""What the template tags of portal.templatetags.ui are made from, for whoever adds a component."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.template import TemplateSyntaxError
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

NOTHING = "\u2014"
KINDS = ("neutral", "info", "good", "warn", "bad")
ICONS = {
    "neutral": "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 2.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7Z",
    "info": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm1.2 11.2H6.8V7h2.4v5.2ZM8 5.9A1.3 1.3 0 1 1 8 3.3a1.3 1.3 0 0 1 0 2.6Z",
    "good": "M6.4 13.4 1.2 8.2 3.3 6l3.1 3.1L12.7 2.8 14.8 5z",
    "warn": "M8 1 .6 14.4h14.8L8 1Zm-1 5h2v4H7V6Zm0 5.2h2v2H7v-2Z",
    "bad": "M3.4 1.3 8 5.9l4.6-4.6 2.1 2.1L10.1 8l4.6 4.6-2.1 2.1L8 10.1l-4.6 4.6-2.1-2.1L5.9 8 1.3 3.4z",
    "search": "M7 1a6 6 0 1 0 3.5 10.9l3.3 3.3 1.4-1.4-3.3-3.3A6 6 0 0 0 7 1Zm0 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z",
    "file": "M3 1h6l4 4v10H3V1Zm5.5 1.5v3h3l-3-3ZM5 8v1.3h6V8H5Zm0 3v1.3h6V11H5Z",
    "box": "M2.2 2h11.6L15 9v5H1V9l1.2-7Zm1.7 2-.8 4.6H6A2 2 0 0 0 10 8.6h2.9L12.1 4H3.9Z",
    "user": "M8 1.5a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4ZM8 9c3.6 0 6.2 2 6.4 5.5H1.6C1.8 11 4.4 9 8 9Z",
    "pin": "M8 0a5.6 5.6 0 0 1 5.6 5.6C13.6 9.8 8 16 8 16S2.4 9.8 2.4 5.6A5.6 5.6 0 0 1 8 0Z"
    "m0 3.3a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6z",
    "clock": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm-1 3h1.8v3.7l2.9 1.7-.9 1.5L7 8.7V4Z",
    "menu": "M1 2.5h14v2H1v-2Zm0 4.5h14v2H1V7Zm0 4.5h14v2H1v-2Z",
}


def part(item: Any, name: str, default: Any = "") -> Any:
    """One named part of a list item, dict or object; missing or None is the default."""
    value = item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)
    return default if value is None else value


def parts(items: Iterable[Any] | None, *names: str) -> list[dict[str, Any]]:
    """Items as dicts that have every name, so templates never meet an unknown variable."""
    return [{name: part(item, name) for name in names} for item in items or ()]


def kind_of(kind: str) -> str:
    """A known kind; a wrong one is a programming error and says so."""
    if kind not in KINDS:
        raise TemplateSyntaxError(f"kind {kind!r} is none of {', '.join(KINDS)}")
    return kind


def component(name: str, **values: Any) -> SafeString:
    """The rendered template of a component."""
    return mark_safe(get_template(f"components/{name}.html").render(values))


def flat(forms: Iterable[Any]) -> Iterable[Any]:
    """Forms out of forms, formsets and lists of them; a formset comes before its forms."""
    for form in forms:
        if isinstance(form, BaseForm):
            yield form
        elif isinstance(form, BaseFormSet):
            yield form
            yield from form.forms
        elif form:
            yield from flat(form)


def form_errors(form: BaseForm) -> list[dict[str, str]]:
    """The faults of a form as link target, field label and text."""
    found = [{"href": "", "label": "", "text": text} for text in form.non_field_errors()]
    for field in form:
        href = field.id_for_label or (f"{field.auto_id}_0" if field.auto_id else "")
        found += [{"href": href, "label": str(field.label).rstrip("。.:："), "text": text} for text in field.errors]
    return found
