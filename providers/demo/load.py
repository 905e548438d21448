"""Load the planned providers: people, facts over time, filings, classes, places and fees, all by COPY."""

import csv
import datetime as dt
from functools import cache
from itertools import count

from django.conf import settings
from django.contrib.auth.hashers import make_password

from portal import clock, secrets
from portal.demo.bulk import copy, ids, settle, span
from portal.demo.people import PASSWORD, copy_users
from portal.demo.steps import chance, public_id
from portal.identifiers import credit_code_check, organisation_check
from portal.models import Area, AreaLevel, User
from providers import search_rows
from providers.demo import plan
from providers.models import (
    ClassGroup,
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
    number = count(1)
    copy(Provider, PROVIDER_FIELDS, (provider_row(one, next(number), areas, paths) for one in plans))
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
    copy(FilingCase, FILING_FIELDS, (filing_row(one, known, paths, users) for one in plans))
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


def provider_row(one: plan.ProviderPlan, number: int, areas: dict, paths: dict) -> tuple:
    """A provider as a row, in the order of PROVIDER_FIELDS."""
    dice = chance("row", one.code)
    authority = plan.AUTHORITY[one.kind]
    confirmed = clock.now() - dt.timedelta(days=dice.randrange(1, 60), minutes=dice.randrange(600))
    return (
        public_id("provider", one.code), one.code, one.name, one.kind,
        credit_code(authority, one.district, number), authority, areas[one.street], paths[one.street], one.address,
        one.point.lng, one.point.lat, "wgs84", one.point.lng, one.point.lat, f"020-8{dice.randrange(10**7):07d}",
        "示例·法定代表人", "示例·园长", "演示机构，一切均为虚构。", one.places * 9, one.places * 3, one.filed_on,
        one.filed_on.replace(year=one.filed_on.year + 8, day=1), one.subsidised, "ACTIVE", one.filed_on, confirmed, 1,
        at_ten(one.filed_on),
    )  # fmt: skip


def filing_row(one: plan.ProviderPlan, known: dict, paths: dict, users: dict) -> tuple:
    """The conforming first filing of a provider, in the order of FILING_FIELDS."""
    day = dt.timedelta(days=1)
    officer = users["district" if one.district == "440105" else f"district-{one.district}"]
    return (
        public_id("filing", one.code), f"备{one.district}-{one.filed_on.year}-{one.code[-4:]}", known[one.code],
        "FIRST", "CONFORMING", paths[one.street], {"name": one.name, "places": one.places},
        at_ten(one.filed_on - 20 * day),
        at_ten(one.filed_on - 16 * day), at_ten(one.filed_on), one.filed_on - 13 * day, one.filed_on + 5 * day,
        users[owner_of(one)], officer, officer, "", 4, at_ten(one.filed_on - 21 * day),
    )  # fmt: skip


def load_classes() -> str:
    """Classes, 108,800 places as rows, fees, and declarations of providers that keep no roll here."""
    plans, known = planned(), ids(Provider)
    groups = [(one, group) for one in plans for group in one.classes]
    names = {"INFANT": "乳儿班", "YOUNGER": "托小班", "OLDER": "托大班", "MIXED": "混龄班"}
    copy(ClassGroup, ("public_id", "provider", "code", "name", "band", "opened_on", "version"), (
        (public_id("class", group.code), known[one.code], group.code, f"{names[group.band]}{group.code[-1]}",
         group.band, one.filed_on, 1)
        for one, group in groups
    ))  # fmt: skip
    classes = ids(ClassGroup)
    copy(Place, ("class_group", "number", "inclusive", "during"), (
        (classes[group.code], number, number <= group.inclusive, span(one.filed_on))
        for one, group in groups
        for number in range(1, group.places + 1)
    ))  # fmt: skip
    copy(Fee, ("class_group", "mode", "amount_fen", "during", "recorded_at"), (
        (classes[group.code], mode, amount, span(one.filed_on), at_ten(one.filed_on))
        for one, group in groups
        for mode, amount in fees(one, group)
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


def load_search() -> str:
    """Write every provider's search rows once."""
    written = search_rows.rewrite(Provider.objects.values_list("id", flat=True))
    settle(SearchRow)
    return f"{written} rows"
