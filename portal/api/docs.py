"""The documentation page of the API, written from its OpenAPI: readable without JavaScript, in both languages."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator

from portal.permissions import public
from portal.problems import Refusal

METHODS = ("get", "post", "put", "patch", "delete")


@public
def page(request: HttpRequest) -> HttpResponse:
    """A programmer looks up an address, its parameters and answers; no tap, links within the page."""
    return render(request, "portal/api_docs.html", {"groups": groups(get_language() or ""), "problems": problems()})


@cache
def groups(language: str) -> list[dict[str, Any]]:
    """The operations of the schema by tag (once per language and process: the code does not change meanwhile)."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if operation := methods.get(method):
                tag = (operation.get("tags") or ["api"])[0]
                found.setdefault(tag, []).append(described(schema, path, method, operation))
    return [{"name": tag, "operations": operations} for tag, operations in sorted(found.items())]


def described(schema: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    """One operation as the page shows it."""
    text = (operation.get("summary") or operation.get("description") or "").strip()
    head, _space, rest = text.partition("\n")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return {
        "method": method.upper(),
        "path": path,
        "title": operation.get("summary") or head,
        "text": operation.get("description", "").strip() if operation.get("summary") else rest.strip(),
        "public": {} in operation.get("security", [{}]),
        "parameters": [parameter(one) for one in operation.get("parameters", [])],
        "body": fields(schema, body) if body else [],
        "answers": [
            answer(schema, status, one) for status, one in sorted(operation["responses"].items()) if status != "default"
        ],
    }


def parameter(given: dict[str, Any]) -> dict[str, Any]:
    """Name, place, kind and meaning of a parameter."""
    return {
        "name": given["name"],
        "place": given["in"],
        "required": given.get("required", False),
        "kind": kind(given.get("schema", {})),
        "text": meaning(given),
    }


def answer(schema: dict[str, Any], status: str, given: dict[str, Any]) -> dict[str, Any]:
    """A status with its meaning and the fields of its body."""
    contents = list(given.get("content", {}).values())
    shape = contents[0].get("schema") if contents else None
    return {"status": status, "text": given.get("description", ""), "fields": fields(schema, shape) if shape else []}


def fields(schema: dict[str, Any], shape: dict[str, Any], at: str = "", depth: int = 0) -> list[dict[str, Any]]:
    """The fields of a body in a flat list: `results[].name`; references are followed three deep."""
    shape = resolved(schema, shape)
    if shape.get("type") == "array":
        return fields(schema, shape.get("items", {}), f"{at}[]", depth)
    rows: list[dict[str, Any]] = []
    for name, part in shape.get("properties", {}).items():
        inner = resolved(schema, part)
        label = f"{at}.{name}" if at else name
        rows.append(
            {"name": label, "kind": kind(inner), "text": meaning(part) or meaning(inner),
             "required": name in shape.get("required", [])}
        )  # fmt: skip
        nested = inner.get("items", {}) if inner.get("type") == "array" else inner
        if depth < 3 and (nested.get("properties") or "$ref" in nested or "allOf" in nested):
            rows += fields(schema, inner, label, depth + 1)
    return rows


def resolved(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    """A shape with its reference followed."""
    if parts := shape.get("allOf"):
        shape = {**resolved(schema, parts[0]), **{k: v for k, v in shape.items() if k != "allOf"}}
    if ref := shape.get("$ref"):
        return schema["components"]["schemas"][ref.rpartition("/")[2]]
    return shape


def meaning(given: dict[str, Any]) -> str:
    """The description without the list of choices that the generator adds; the kind says them already."""
    return "\n".join(line for line in given.get("description", "").splitlines() if not line.startswith("* `")).strip()


def kind(shape: dict[str, Any]) -> str:
    """A type in one line: `integer 1–100`, `one of distance, fee`, `string (date)`."""
    if choices := shape.get("enum"):
        return " | ".join(str(choice) for choice in choices if choice != "")
    if shape.get("type") == "array":
        return f"[{kind(shape.get('items', {}))}]"
    text = str(shape.get("type") or ("object" if "$ref" in shape or "properties" in shape else ""))
    if form := shape.get("format"):
        text += f" ({form})"
    low, high = shape.get("minimum"), shape.get("maximum")
    if low is not None or high is not None:
        text += f" {'' if low is None else low}–{'' if high is None else high}"
    if "default" in shape:
        text += f" = {shape['default']}"
    return text.strip()


def problems() -> list[dict[str, Any]]:
    """Every kind of refusal the code knows, for the anchors that problem JSON points to."""
    found = {"invalid": (400, "")}
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        kind_of = waiting.pop()
        waiting += kind_of.__subclasses__()
        found.setdefault(kind_of.code, (kind_of.status, str(kind_of.text)))
    return [{"code": code, "status": status, "text": text} for code, (status, text) in sorted(found.items())]
