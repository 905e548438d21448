"""Load the planned providers: people, facts over time, filings, classes, places and fees, all by COPY."""

import csv
import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from portal import clock, secrets
from portal.demo.bulk import checked_last, copy, ids, settle, span, stream
from portal.demo.people import copy_users
from portal.demo.steps import PASSWORD, chance, lot, public_id
from portal.identifiers import credit_code_check, organisation_check
from portal.models import Area, AreaLevel, AuditEvent, User
from providers import search_rows
from providers.demo import filed, plan, specimen
from providers.models import (
    ClassGroup,
    Document,
    Fee,
    FilingCase,
    InclusiveAgreement,
    PayeeAccount,
    Place,
    Post,
    Provider,
    ProviderSpan,
    SearchRow,
    StandingSpan,
    VacancyDeclaration,
)

PREFIX = {"ORGN": "12", "CIVIL": "52", "MARKET": "91"}
PROVIDER_FIELDS = (
    "public_id code name kind credit_code authority street area_path address lng lat crs given_lng "
    "given_lat phone legal_person head intro building_m2 outdoor_m2 lease_from lease_to keeps_roll "
    "standing filed_on confirmed_at version created_at"
).split()
FILING_FIELDS = (
    "public_id number provider purpose state area_path snapshot submitted_at received_at decided_at "
    "receipt_due decision_due submitted_by received_by decided_by reasons version created_at"
).split()
EVENT_FIELDS = "at actor verb subject area_path before after detail request_id sealed".split()


@cache
def planned() -> list[plan.ProviderPlan]:
    """The plan over the areas in the database and the census figures the project ships."""
    people = population()
    districts = Area.objects.filter(level=AreaLevel.DISTRICT).prefetch_related("children").order_by("code")
    return plan.plan(
        [
            plan.District(
                area.code, area.name, people[area.code], area.outline,
                sorted((street.code, street.name) for street in area.children.all()),
            )
            for area in districts
        ]
    )  # fmt: skip


def population() -> dict[str, int]:
    """District code -> residents, from the census file."""
    with (settings.BASE_DIR / "demo/data/population_4401.csv").open(encoding="utf-8") as file:
        return {row["area_code"]: int(row["resident_population"]) for row in csv.DictReader(file)}


def credit_code(authority: str, district: str, number: int) -> str:
    """An invented credit code whose checks fit."""
    organisation = f"MD{number:06d}"
    first_17 = f"{PREFIX[authority]}{district}{organisation}{organisation_check(organisation)}"
    return first_17 + credit_code_check(first_17)


def at_ten(day: dt.date) -> dt.datetime:
    """Ten in the morning of a day in the city."""
    return dt.datetime.combine(day, dt.time(10), clock.SHANGHAI)


def load_people() -> str:
    """An owner for every provider; the story's owner and the other provider-side logins can log in."""
    secret = make_password(PASSWORD)
    rows = [(owner_of(one), f"示例·{one.name[3:7]}负责人", "!") for one in planned() if one.code != story().code]
    rows += [("owner", "示例·负责人", secret), ("staff", "示例·保育员", secret), ("newcomer", "示例·新举办者", secret)]
    return f"{copy_users(rows)} people at providers"


@cache
def story() -> plan.ProviderPlan:
    """The provider whose owner can log in: the first subsidised public-built centre of 海珠区's first subdistrict."""
    home = [one for one in planned() if one.district == "440105" and one.subsidised and one.kind == "PUB_PRIV"]
    return min(home, key=lambda one: (one.street, one.code))


def owner_of(one: plan.ProviderPlan) -> str:
    """The owner's username."""
    return "owner" if one.code == story().code else f"owner-{one.code}"


def load_providers() -> str:
    """Providers with their facts over time, filings, posts and accounts."""
    plans, areas, users = planned(), ids(Area), ids(User, "username")
    paths = dict(Area.objects.values_list("code", "path"))
    forms = {one.code: form(one, number) for number, one in enumerate(plans, 1)}
    copy(Provider, PROVIDER_FIELDS, (provider_row(one, forms[one.code], areas, paths) for one in plans))
    known = ids(Provider)
    copy(StandingSpan, ("provider", "standing", "during", "recorded_at"), (
        (known[one.code], "ACTIVE", span(one.filed_on), at_ten(one.filed_on)) for one in plans
    ))  # fmt: skip
    copy(ProviderSpan, ("provider", "kind", "name", "street", "area_path", "during", "recorded_at"), (
        (known[one.code], one.kind, one.name, areas[one.street], paths[one.street], span(one.filed_on),
         at_ten(one.filed_on))
        for one in plans
    ))  # fmt: skip
    copy(InclusiveAgreement, ("provider", "number", "places", "fee_cap_fen", "during", "recorded_at"), (
        (known[one.code], f"示例普惠〔2024〕{one.code}", sum(g.inclusive for g in one.classes), 350_000,
         span(one.filed_on), at_ten(one.filed_on))
        for one in plans if one.inclusive
    ))  # fmt: skip
    load_filings(plans, forms, known, paths, users)
    copy(Post, ("user", "role", "provider", "granted_at"), [
        *((users[owner_of(one)], "OWNER", known[one.code], at_ten(one.filed_on)) for one in plans),
        (users["staff"], "STAFF", known[story().code], at_ten(story().filed_on)),
    ])  # fmt: skip
    copy(PayeeAccount, ("provider", "holder", "bank", "number_sealed", "tail", "during", "recorded_at"), (
        (known[one.code], one.name, "示例银行广州分行", account(one), account_number(one)[-4:], span(one.filed_on),
         at_ten(one.filed_on))
        for one in plans if one.subsidised
    ))  # fmt: skip
    settle(Provider, StandingSpan, ProviderSpan, InclusiveAgreement, FilingCase, Post)
    return f"{len(plans)} providers"


def account_number(one: plan.ProviderPlan) -> str:
    """An invented account number."""
    return f"6200{int(one.code.replace('-', '')):015d}"


def account(one: plan.ProviderPlan) -> bytes:
    """The account number as it is stored."""
    return secrets.seal(account_number(one).encode(), about=f"account:{one.code}")


def form(one: plan.ProviderPlan, number: int) -> dict[str, Any]:
    """What the provider's first filing said of it."""
    phone = f"020-8{lot(10**7, 'phone', one.code):07d}"
    return filed.application(one, credit_code(plan.AUTHORITY[one.kind], one.district, number), phone)


def provider_row(one: plan.ProviderPlan, form: dict[str, Any], areas: dict, paths: dict) -> tuple:
    """A provider as a row, in the order of PROVIDER_FIELDS."""
    dice = chance("row", one.code)
    confirmed = clock.now() - dt.timedelta(days=dice.randrange(1, 60), minutes=dice.randrange(600))
    identity, place = form["identity"], form["place"]
    return (
        public_id("provider", one.code), one.code, one.name, one.kind, identity["credit_code"], identity["authority"],
        areas[one.street], paths[one.street], one.address, one.point.lng, one.point.lat, "wgs84", one.point.lng,
        one.point.lat, identity["phone"], identity["legal_person"], identity["head"], identity["intro"],
        place["building_m2"], place["outdoor_m2"], one.filed_on, filed.lease_end(one), one.subsidised, "ACTIVE",
        one.filed_on, confirmed, 1, at_ten(one.filed_on),
    )  # fmt: skip


def load_filings(plans: list[plan.ProviderPlan], forms: dict, known: dict, paths: dict, users: dict) -> None:
    """Everybody's conforming first filing as it was handed in, its papers, and what was done with it."""
    kept, today = specimen.keep_all(), clock.today()
    found = {one.code: list(filed.papers(one, today, lapsing=lapsing(one))) for one in plans}
    copy(FilingCase, FILING_FIELDS, (
        filing_row(one, forms[one.code] | {"papers": filed.handed_in(found[one.code], kept)}, known, paths, users)
        for one in plans
    ))  # fmt: skip
    copy(Document, "provider kind file valid added_at added_by replaced_at".split(), (
        row for one in plans
        for row in filed.document_rows(known[one.code], found[one.code], kept, users[owner_of(one)])
    ))  # fmt: skip
    events = sorted((event for one in plans for event in filing_events(one, paths, users)), key=lambda event: event[0])
    copy(AuditEvent, EVENT_FIELDS, events)
    settle(Document, AuditEvent)


def lapsing(one: plan.ProviderPlan) -> str:
    """A kind of paper that runs out within weeks, at a few providers; the story's is the food licence."""
    if one.code == story().code:
        return "FOOD"
    chosen = one.filed_on < plan.HISTORY_FROM and lot(25, "lapses", one.code) == 0
    return ("FIRE", "FOOD", "STAFF")[lot(3, "lapsing kind", one.code)] if chosen else ""


def officer_of(one: plan.ProviderPlan) -> str:
    """The username of the district's officer."""
    return "district" if one.district == "440105" else f"district-{one.district}"


def filing_row(one: plan.ProviderPlan, snapshot: dict, known: dict, paths: dict, users: dict) -> tuple:
    """The conforming first filing of a provider, in the order of FILING_FIELDS."""
    way, officer = filed.way(one), users[officer_of(one)]
    return (
        public_id("filing", one.code), filing_number(one), known[one.code], "FIRST", "CONFORMING", paths[one.street],
        snapshot, way.submitted, way.received, way.decided, way.receipt_due, way.decision_due, users[owner_of(one)],
        officer, officer, "", 4, way.submitted - dt.timedelta(hours=3),
    )  # fmt: skip


def filing_number(one: plan.ProviderPlan) -> str:
    """The number its receipt got."""
    return f"备{one.district}-{one.filed_on.year}-{one.code[-4:]}"


def filing_events(one: plan.ProviderPlan, paths: dict, users: dict) -> Iterator[tuple]:
    """What was done with the filing, as the actions record it, in the order of EVENT_FIELDS."""
    way, officer = filed.way(one), users[officer_of(one)]
    subject = f"providers.FilingCase:{public_id('filing', one.code)}"
    for at, by, verb, before, after in (
        (way.submitted, users[owner_of(one)], "file", "DRAFT", "SUBMITTED"),
        (way.received, officer, "receive", "SUBMITTED", "RECEIVED"),
        (way.decided, officer, "find_conforming", "RECEIVED", "CONFORMING"),
    ):
        yield at, by, verb, subject, paths[one.street], before, after, {}, "", False


def load_classes() -> str:
    """Classes, 108,800 places as rows, fees, and declarations of providers that keep no roll here."""
    plans, known = planned(), ids(Provider)
    groups = [(one, group) for one in plans for group in one.classes]
    copy(ClassGroup, ("public_id", "provider", "code", "name", "band", "opened_on", "version"), (
        (public_id("class", group.code), known[one.code], group.code, filed.class_name(group), group.band,
         one.filed_on, 1)
        for one, group in groups
    ))  # fmt: skip
    classes = ids(ClassGroup)
    with checked_last(Place):
        stream(Place, ("class_group", "number", "inclusive", "during", "recorded_at"), (
            (classes[group.code], number, number <= group.inclusive, span(one.filed_on), at_ten(one.filed_on))
            for one, group in groups
            for number in range(1, group.places + 1)
        ))  # fmt: skip
    copy(Fee, ("class_group", "mode", "amount_fen", "during", "recorded_at"), (
        (classes[group.code], mode, amount, span(one.filed_on), at_ten(one.filed_on))
        for one, group in groups
        for mode, amount in filed.fees(one, group)
    ))  # fmt: skip
    copy(VacancyDeclaration, ("class_group", "free_full", "free_half", "declared_at", "valid_until"), (
        (classes[group.code], free, free, clock.now() - dt.timedelta(days=dice.randrange(1, 25)),
         clock.today() + dt.timedelta(days=dice.randrange(3, 40)))
        for one, group in groups
        if not one.subsidised
        for dice in [chance("free", group.code)]
        if dice.random() < 0.8  # the others are unknown: ask by phone
        for free in [min(group.places, max(0, round(dice.gauss(group.places * 0.4, 3))))]
    ))  # fmt: skip
    settle(ClassGroup, Place, Fee, VacancyDeclaration)
    return f"{sum(one.places for one in plans)} places in {len(groups)} classes"


def load_search() -> str:
    """Write every provider's search rows once."""
    written = search_rows.rewrite(Provider.objects.values_list("id", flat=True))
    settle(SearchRow)
    return f"{written} rows"
