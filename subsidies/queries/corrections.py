"""Corrections of the ledger that an auditor has not looked over yet (更正核阅), office by office."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from portal import audit
from portal.models import Role
from portal.permissions import Office, scopes_of
from subsidies.models import Line

VERB = "look_over_corrections"


@dataclass(frozen=True)
class Unseen:
    """The corrections under one office since the last look: how many, what they come to, and the last of them."""

    office: Office
    count: int
    fen: int
    until: int  # the number of the last line


def subject_of(area_code: str) -> str:
    """What the audit trail calls the corrections of an area."""
    return f"subsidies.Line:{area_code}"


def seen_until(area_code: str) -> int:
    """The last line that was looked over there; 0 before the first look."""
    last = audit.last_event(subject_of(area_code))
    return int(last.detail["until"]) if last else 0


def _under(office: Office) -> Q:
    return Q(provider__area_path__startswith=office.area_path, pk__gt=seen_until(office.area_code), seq__gt=0)


def _offices(user: Any) -> list[Office]:
    return [office for office in scopes_of(user) if office.role == Role.AUDITOR]


def only_unseen(lines: QuerySet[Line], user: Any) -> QuerySet[Line]:
    """Those of the lines that are corrections which the auditor has not looked over."""
    wanted = Q(pk__in=[])
    for office in _offices(user):
        wanted |= _under(office)
    return lines.filter(wanted)


def unseen(user: Any, *, until: int | None = None) -> list[Unseen]:
    """What waits for the auditor, one row an office, of it only what stands up to a line; two queries an office."""
    found = []
    for office in _offices(user):
        rows = Line.objects.filter(_under(office))
        if until is not None:
            rows = rows.filter(pk__lte=until)
        facts = rows.aggregate(count=Count("pk"), fen=Sum("amount_fen"), until=Max("pk"))
        if facts["count"]:
            found.append(Unseen(office, facts["count"], facts["fen"], facts["until"]))
    return found
