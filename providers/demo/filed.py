"""What each provider of the demo city handed in when it was filed: the form, the papers, who did what and when."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portal import clock
from portal.dates import ONE_DAY
from portal.demo.bulk import span
from portal.demo.people import SURNAMES
from portal.demo.steps import chance, lot
from portal.models import StoredFile
from providers.demo import plan
from providers.rules.documents import DocumentKind, required

GIVEN = (
    "志明 慧玲 俊杰 晓雯 国华 丽娟 嘉怡 伟强 淑芬 建国 婉仪 永康 思敏 文博 秀英 浩然 美琪 启明 雅琴 少芳"
    " 子健 碧云 家豪 玉珍 立文"
).split()
CLASS_NAMES = {"INFANT": "乳儿班", "YOUNGER": "托小班", "OLDER": "托大班", "MIXED": "混龄班"}
YEARS = {"SITE": 8, "RESIDENCE": 8, "STAFF": 3, "FIRE": 5, "FOOD": 5, "KINDERGARTEN": 5}  # how long a paper holds
RENEWED = 25 * ONE_DAY  # before it runs out
SOON = 50 * ONE_DAY  # a paper that has less than this left waits for the owner


@dataclass(frozen=True)
class Paper:
    """A paper of a provider: its kind, the days it holds, when it came and when a newer one replaced it."""

    code: str
    since: dt.date
    until: dt.date | None  # the first day it no longer holds
    replaced: dt.date | None = None


@dataclass(frozen=True)
class Way:
    """The days of a conforming filing: handed in, received, decided, and what was due when."""

    submitted: dt.datetime
    received: dt.datetime
    decided: dt.datetime

    @property
    def receipt_due(self) -> dt.date:
        """Five working days after it was handed in."""
        return plan.workdays_after(self.submitted.date(), 5)

    @property
    def decision_due(self) -> dt.date:
        """Fifteen working days after the receipt."""
        return plan.workdays_after(self.received.date(), 15)


def way(one: plan.ProviderPlan) -> Way:
    """When the filing was handed in and handled, at office hours."""

    def at(day: dt.date) -> dt.datetime:
        minute = lot(480, "minute", one.code, day)
        return dt.datetime.combine(day, dt.time(9 + minute // 60, minute % 60), clock.SHANGHAI)

    submitted = plan.workday(one.filed_on - (14 + lot(6, "submitted", one.code)) * ONE_DAY)
    received = plan.workday(submitted + (1 + lot(3, "received", one.code)) * ONE_DAY, step=1)
    return Way(at(submitted), at(received), at(one.filed_on))


def person(one: plan.ProviderPlan, role: str) -> str:
    """An invented name."""
    return invented(role, one.code)


def invented(*key: object) -> str:
    """The invented name of whoever the key means."""
    return f"示例·{SURNAMES[lot(len(SURNAMES), 'surname', *key)]}{GIVEN[lot(len(GIVEN), 'given', *key)]}"


def application(one: plan.ProviderPlan, credit_code: str, phone: str) -> dict[str, Any]:
    """The form as it was filled in, without the papers: the steps of `providers.queries.applications`."""
    return {
        "identity": {
            "name": one.name, "kind": one.kind, "authority": plan.AUTHORITY[one.kind], "credit_code": credit_code,
            "legal_person": person(one, "legal"), "head": person(one, "head"), "phone": phone,
            "serves_meals": serves_meals(one), "intro": intro(one),
        },
        "place": {
            "street": one.street, "address": one.address, "lng": one.point.lng, "lat": one.point.lat,
            "given_lng": one.point.lng, "given_lat": one.point.lat, "crs": "wgs84", "building_m2": one.places * 9,
            "outdoor_m2": one.places * 3, "lease_from": one.filed_on.isoformat(),
            "lease_to": lease_end(one).isoformat(),
        },
        "classes": [
            {"name": class_name(group), "band": group.band, "places": group.places, "inclusive": group.inclusive,
             "fees": dict(fees(one, group))}
            for group in one.classes
        ],
    }  # fmt: skip


def intro(one: plan.ProviderPlan) -> str:
    """What parents read first, from the facts."""
    bands = "、".join(dict.fromkeys(CLASS_NAMES[group.band] for group in one.classes))
    return f"设{bands}，共{one.places}个托位。演示机构，一切均为虚构。"


def class_name(group: plan.ClassPlan) -> str:
    """A class is called by its band and number."""
    return f"{CLASS_NAMES[group.band]}{group.code.rpartition('-')[2]}"


def fees(one: plan.ProviderPlan, group: plan.ClassPlan) -> list[tuple[str, int]]:
    """Full day everywhere, half days at 60 % and hourly care where the class offers them."""
    dice = chance("modes", group.code)
    found = [("full", group.fee_fen)]
    if dice.random() < 0.55:
        half = round(group.fee_fen * 0.6 / 1000) * 1000
        found += [("am", half), ("pm", half)]
    if one.kind in ("COMMUNITY", "CENTRE", "FAMILY") and dice.random() < 0.6:
        found.append(("hourly", 2_500))
    return found


def serves_meals(one: plan.ProviderPlan) -> bool:
    """Nearly all cook; some community points, where children stay for hours, do not."""
    return one.kind != "COMMUNITY" or chance("meals", one.code).random() < 0.7


def lease_end(one: plan.ProviderPlan) -> dt.date:
    """The last day of a lease of eight years."""
    return one.filed_on.replace(year=one.filed_on.year + 8, day=1)


def papers(one: plan.ProviderPlan, today: dt.date, *, lapsing: str = "") -> Iterator[Paper]:
    """Every paper since the filing, renewed whenever it ran out; `lapsing` is a kind that runs out within weeks."""
    for kind in required(one.kind, serves_meals=serves_meals(one)):
        yield from papers_of(one, kind, today, lapsing=kind.code == lapsing)


def papers_of(one: plan.ProviderPlan, kind: DocumentKind, today: dt.date, *, lapsing: bool) -> Iterator[Paper]:
    """The papers of one kind, oldest first."""
    since = one.filed_on - 20 * ONE_DAY
    if not kind.runs_out:
        yield Paper(kind.code, since, None)
        return
    until = since + dt.timedelta(days=365 * YEARS[kind.code] + 40 + lot(160, "paper", kind.code, one.code))
    if lapsing:
        until = today + dt.timedelta(days=18 + lot(32, "lapsing", one.code))
    while until <= today + (0 * ONE_DAY if lapsing else SOON):
        renewed = plan.workday(min(until - RENEWED, today - ONE_DAY))
        yield Paper(kind.code, since, until, renewed)
        since, until = renewed, until + dt.timedelta(days=365 * YEARS[kind.code])
    yield Paper(kind.code, since, until)


def handed_in(found: Sequence[Paper], kept: dict[str, StoredFile]) -> dict[str, Any]:
    """The papers of the filing itself, as the form keeps them: the first of each kind."""
    first: dict[str, Paper] = {}
    for paper in found:
        first.setdefault(paper.code, paper)
    return {
        code: {
            "file": str(kept[code].public_id), "name": kept[code].name, "size": kept[code].size,
            "to": (paper.until - ONE_DAY).isoformat() if paper.until else None,
        }
        for code, paper in first.items()
    }  # fmt: skip


def document_rows(
    provider: int, found: Sequence[Paper], kept: dict[str, StoredFile], owner: int
) -> Iterator[tuple[Any, ...]]:
    """The papers as rows: provider, kind, file, valid, added_at, added_by, replaced_at."""
    for paper in found:
        valid = span(paper.since, paper.until) if paper.until else None
        replaced = _noon(paper.replaced) if paper.replaced else None
        yield provider, paper.code, kept[paper.code].pk, valid, _noon(paper.since), owner, replaced


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), clock.SHANGHAI)
