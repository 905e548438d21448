"""What every operation of the OpenAPI has in common: it may refuse, and then answers problem JSON (RFC 9457)."""

from typing import Any

MEDIA = "application/problem+json"
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Problem JSON (RFC 9457); `errors` names every field or parameter at fault.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "parameter": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string"},
                    "parameter": {"type": "string"},
                    "detail": {"type": "string"},
                },
                "required": ["detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}


def with_problems(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Give every operation its `default` answer, and every refusal the media type it travels with."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    refused = {
        "description": "Refused.",
        "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for methods in result["paths"].values():
        for operation in methods.values():
            _empty_is_any(operation.get("parameters", []))
            answers = operation["responses"]
            for status, answer in answers.items():
                if status.startswith("4") and "application/json" in answer.get("content", {}):
                    answer["content"] = {MEDIA: answer["content"].pop("application/json")}
            answers["default"] = refused
    return result


def _empty_is_any(parameters: list[dict[str, Any]]) -> None:
    """A list's filter that is sent empty filters nothing, as from a form in which nothing was chosen."""
    if any(one["name"] == "page" for one in parameters):
        for one in parameters:
            if one["in"] == "query" and "enum" in one["schema"]:
                one["schema"]["enum"] = [*one["schema"]["enum"], ""]
