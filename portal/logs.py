"""Logs as JSON lines (in colour at a terminal), each with the request or task it belongs to, none with a person in it.

django-structlog gives every request an id and hands it to the Celery tasks it starts; `portal.audit` writes the same id
beside each event.
"""

import logging
import logging.config
import re
import sys
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import structlog

ROUNDED = {"lng", "lat"}
# Query parameters that say nothing about a person; of all others the log keeps the name only.
PLAIN = {
    "age_months", "from", "inclusive", "kind", "limit", "max_fee_fen", "min_rating", "mode", "page", "page_size",
    "radius_m", "sort", "vacancy", "month", "state",
}  # fmt: skip
PLAIN_VALUE = re.compile(r"[\w,.:+-]{0,40}", re.ASCII)
# Addresses that are themselves a key: whoever reads the log must not be able to open them.
KEY_IN_PATH = re.compile(r"(/invitations/|/accounts/password/reset/key/|/accounts/confirm-email/)[^/?]+")
# psycopg puts it last in its message; it may hold whole rows, over several lines.
QUOTED_ROW = re.compile(r"DETAIL: .*?(?=\n\n(?:The above exception|During handling)|\Z)", re.DOTALL)
# Keys whose values are never written, wherever they come from.
SECRET = re.compile(
    r"password|passwd|token|secret|authorization|cookie|identity|id_number|phone|email|name_of|child_name"
)


def round_points(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Cut every longitude and latitude to three decimals (some 100 m): where a family lives is nobody's business."""
    for key in ROUNDED & event.keys():
        if isinstance(event[key], float):
            event[key] = round(event[key], 3)
    if isinstance(request := event.get("request"), str):
        event["request"] = tame_address(request)
    if isinstance(said := event.get("event"), str):  # “Internal Server Error: /invitations/…/”
        event["event"] = KEY_IN_PATH.sub(r"\1*", said)
    return event


def tame_address(text: str) -> str:
    """ "GET /x?lat=23.123456&q=王" → "GET /x?lat=23.123&q=*"."""
    verb, _space, address = text.rpartition(" ")
    parts = urlsplit(address)
    query = [(name, tame(name, value)) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    path = KEY_IN_PATH.sub(r"\1*", parts.path)
    tamed = f"{path}?{urlencode(query, safe='*')}" if query else path
    return f"{verb} {tamed}".strip()


def tame(name: str, value: str) -> str:
    """The value of a query parameter as a log may hold it."""
    if name in ROUNDED:
        try:
            return f"{float(value):.3f}"
        except ValueError:
            return "*"
    return value if name in PLAIN and PLAIN_VALUE.fullmatch(value) else "*"


def hide_secrets(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Blank what a careless call hands over under a telling key."""
    for key in event:
        if key != "event" and SECRET.search(key):
            event[key] = "*"
    return event


def hide_rows(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Cut what PostgreSQL quotes of a row it refused: the message and the constraint's name say enough."""
    if isinstance(said := event.get("exception"), str):
        event["exception"] = QUOTED_ROW.sub("DETAIL: *", said)
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    round_points,
    hide_secrets,
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    hide_rows,
    structlog.processors.UnicodeDecoder(),
]


def configure(*, level: str = "INFO", json: bool | None = None) -> None:
    """Set up structlog and the standard library together; JSON unless somebody sits at a terminal."""
    as_json = not sys.stderr.isatty() if json is None else json
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                    "foreign_pre_chain": SHARED,
                }
            },
            "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["out"], "level": level},
            "loggers": {
                # Each says again, with the whole address, what the request's own line has said.
                "django.request": {"level": "ERROR"},
                "django.server": {"level": "WARNING"},
                "celery.app.trace": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"},
                "celery.beat": {"level": "WARNING"},
                "django_structlog.celery": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
