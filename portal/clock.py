"""One clock (design §1): nothing else asks the machine what day it is.

The demo city lives on a day of its own, with the machine's time of day; tests freeze the clock.
"""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from portal.models.clock import DemoDay

SHANGHAI = ZoneInfo("Asia/Shanghai")
DEMO_DAY_TTL_S = 0.2  # a moved demo day reaches every process this soon, without a query per call

_frozen: list[dt.datetime] = []
_kept: dict[str, tuple[float, dt.date | None]] = {}  # "day" -> when it was read, and what it said


def now() -> dt.datetime:
    """The present moment, aware, UTC."""
    if _frozen:
        return _frozen[-1]
    real = dt.datetime.now(dt.UTC)
    day = demo_day() if settings.DEMO else None
    if day is None:
        return real
    return dt.datetime.combine(day, real.astimezone(SHANGHAI).time(), SHANGHAI).astimezone(dt.UTC)


def today() -> dt.date:
    """Today in the city (Asia/Shanghai)."""
    return now().astimezone(SHANGHAI).date()


def demo_day() -> dt.date | None:
    """The demo city's day, or None when no demo city is loaded."""
    read_at, day = _kept.get("day", (None, None))
    if read_at is None or time.monotonic() - read_at > DEMO_DAY_TTL_S:
        if connection.in_atomic_block and connection.needs_rollback:
            return day
        day = DemoDay.objects.values_list("day", flat=True).first()
        _kept["day"] = (time.monotonic(), day)
    return day


def set_demo_day(day: dt.date) -> None:
    """Move the demo city to another day; refused outside the demo."""
    if not settings.DEMO:
        raise RuntimeError("Only the demo has a day of its own.")
    with transaction.atomic():
        DemoDay.objects.update_or_create(id=1, defaults={"day": day})
        transaction.on_commit(_kept.clear)  # another thread may have read the old day until now
    _kept.clear()


@contextmanager
def freeze(at: dt.datetime) -> Iterator[None]:
    """Hold the clock at an aware moment; nested freezes return to the outer one."""
    if at.tzinfo is None:
        raise ValueError("freeze() needs an aware datetime")
    _frozen.append(at.astimezone(dt.UTC))
    try:
        yield
    finally:
        _frozen.pop()
