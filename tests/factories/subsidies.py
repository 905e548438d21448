"""A month of care for tests of the subsidy: children, spells and days, recognised providers, policies."""

import datetime as dt
import itertools
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from enrolments import identity
from enrolments.models import AttendanceMonth, Child, ChildIdentity, Enrolment
from inspections.models import RatingSpan
from portal import clock, runs, secrets
from portal.dates import Month
from portal.models import Area, CalendarDay, Membership, Run, User
from providers.actions.facts import facts_changed
from providers.actions.spans import follow
from providers.models import ClassGroup, FactChange, InclusiveAgreement, PayeeAccount, Provider, ProviderSpan
from subsidies.actions import claims, closing
from subsidies.actions.policies import load_policy
from subsidies.models import Claim, ConflictFlag, Line, PolicyVersion
from subsidies.queries import recount
from subsidies.rules import chain as rules
from tests.factories import portal as of_portal
from tests.factories import providers as of_providers

NUMBER = itertools.count(1)
POLICIES = Path(__file__).resolve().parents[2] / "policies"
JANUARY = dt.date(2025, 1, 1)


def policy_file(name: str) -> dict[str, Any]:
    """A policy of the library as written."""
    loaded: dict[str, Any] = yaml.safe_load((POLICIES / name).read_text())
    return loaded


def terms(**changes: Any) -> dict[str, Any]:
    """A plain policy of the little city: 500 yuan a child-month, one day suffices, for recognised providers."""
    return {
        "code": "TEST",
        "version": 1,
        "name": "测试办法",
        "name_en": "Test policy",
        "area_code": "4401",
        "status": "EFFECTIVE",
        "valid_from": JANUARY,
        "unit": "INFANT_MONTH",
        "funding": [{"level": "CITY", "share_ppm": 400_000}, {"level": "COUNTY", "share_ppm": 600_000}],
        "clauses": {"general": "测试办法"},
        "eligibility": [
            {"if": "filed_active", "clause": "general"},
            {"if": "inclusive_recognised", "clause": "general"},
        ],
        "rates": [{"rate_fen": 50_000, "clause": "general"}],
        **changes,
    }


def policy(corrects: int | None = None, **changes: Any) -> PolicyVersion:
    """Adopt a version of the plain policy."""
    return load_policy(terms(**changes), by=None, corrects=corrects)[0]


def recognised(
    *,
    places: int = 10,
    street: str = "440105001",
    band: str = "OLDER",
    since: dt.date = of_providers.OPENED,
    **fields: Any,
) -> ClassGroup:
    """A filed provider with recognised inclusive places and one class; gives the class."""
    provider = of_providers.provider(street=street, **fields)
    agree(provider, places=places, since=since)
    return of_providers.class_group(provider, band=band, places=max(places, 1), inclusive=places)


def agree(provider: Provider, *, places: int, since: dt.date, until: dt.date | None = None) -> InclusiveAgreement:
    """Recognise inclusive places (places the caller must have freed of another agreement)."""
    return InclusiveAgreement.objects.create(
        provider=provider,
        number=f"P{next(NUMBER)}",
        places=places,
        during=(since, until),
        recorded_at=clock.now(),
    )


def child(
    key: str | None = None, *, born: dt.date = dt.date(2023, 1, 15), number: str | None = None, **fields: Any
) -> Child:
    """A child; with `number` also an identity, whose first record owns the number as the action has it."""
    made = Child.objects.create(key=key or f"K{next(NUMBER):05d}", birth_date=born, created_at=clock.now(), **fields)
    if number is not None:
        ChildIdentity.objects.create(
            child=made,
            kind="DEMO",
            sealed=identity.seal(made, identity.Person("王小明", "DEMO", number)),
            mask="王** 4401************14",
            number_key=number,
            recorded_at=clock.now(),
        )
        if not Child.objects.filter(identity_key=number).exists():
            Child.objects.filter(pk=made.pk).update(identity_key=number)
    return made


def spell(
    of: Child,
    at: ClassGroup,
    first: dt.date,
    last: dt.date | None = None,
    *,
    mode: str = "full",
    **fields: Any,
) -> Enrolment:
    """A spell from its first to its last day, marked as the action would."""
    end = None if last is None else last + dt.timedelta(days=1)
    made = Enrolment.objects.create(
        child=of,
        class_group=at,
        provider=at.provider,
        area_path=at.provider.area_path,
        mode=mode,
        during=(first, end),
        state="ACTIVE" if end is None else "ENDED",
        created_at=clock.now(),
        **fields,
    )
    facts_changed(at.provider_id, from_day=first, to_day=end, cause="test")
    return made


def attend(enrolment: Enrolment, month: str, days: int | str) -> AttendanceMonth:
    """So many working days of the month inside the spell (or 31 letters); earlier entries are replaced, and marked."""
    at = Month.parse(month)
    letters = days if isinstance(days, str) else _letters(enrolment, at, days)
    row, _new = AttendanceMonth.objects.update_or_create(
        enrolment=enrolment, month=at.first, defaults={"days": letters, "entered_at": clock.now()}
    )
    facts_changed(enrolment.provider_id, from_day=at.first, to_day=(at + 1).first, cause="test")
    return row


def _letters(enrolment: Enrolment, month: Month, days: int) -> str:
    working = dict(CalendarDay.objects.filter(day__gte=month.first, day__lte=month.last).values_list("day", "working"))
    upper = enrolment.during[1] if isinstance(enrolment.during, tuple) else enrolment.during.upper
    lower = enrolment.during[0] if isinstance(enrolment.during, tuple) else enrolment.during.lower
    letters, left = "", days
    for day in month.days():
        if day < lower or (upper is not None and day >= upper):
            letters += "."
        elif not working[day]:
            letters += "C"
        elif left:
            letters, left = letters + "F", left - 1
        else:
            letters += "-"
    assert left == 0, f"the spell has no {days} working days in {month}"
    return letters.ljust(31, ".")


def stay(
    at: ClassGroup, month: str, days: int, *, of: Child | None = None, mode: str = "full", first: dt.date | None = None
) -> Enrolment:
    """A child who has been there since before the month and came so many days."""
    made = spell(of or child(), at, first or dt.date(2024, 9, 2), mode=mode)
    attend(made, month, days)
    return made


def mark(provider: Provider, month: str, *, on: bool = True) -> None:
    """Mark a month as every action that changes a fact does."""
    at = Month.parse(month)
    facts_changed(provider.pk, from_day=at.first, cause="test")


def close(month: str, area: str = "4401", *, by: Any = None) -> Run:
    """Close a month and do all its chunks here."""
    run = closing.start_close(Month.parse(month), area=Area.objects.get(code=area), by=by)
    runs.work(run.pk)
    run.refresh_from_db()
    assert run.state == "DONE", run.error
    return run


def posted(subject: Child | None = None, provider: Provider | None = None, month: str | None = None) -> int:
    """Σ of posted lines, for a child, a provider, a month."""
    lines = Line.objects.all()
    if subject is not None:
        lines = lines.filter(subject_key=subject.key)
    if provider is not None:
        lines = lines.filter(provider=provider)
    if month is not None:
        lines = lines.filter(period=Month.parse(month).first)
    return sum(lines.values_list("amount_fen", flat=True))


def postings(month: str | None = None) -> list[tuple[str, int, int]]:
    """(child, seq, fen) of every line in the order of posting."""
    lines = Line.objects.order_by("id")
    if month is not None:
        lines = lines.filter(period=Month.parse(month).first)
    return list(lines.values_list("subject_key", "seq", "amount_fen"))


def marks() -> int:
    """How many marks were ever set."""
    return FactChange.objects.count()


def wrong() -> list[recount.Difference]:
    """Where the ledger is not the law on today's facts, by the naive recomputation."""
    return list(recount.differences())


# --- changes of facts, each marked as the action that makes them does ------------------------------------------------


def rate(provider: Provider, grade: int, *, since: dt.date) -> None:
    """A grade from a day on."""
    follow(RatingSpan, of={"provider": provider}, from_day=since, grade=grade)
    facts_changed(provider.pk, from_day=since, cause="test")


def change_kind(provider: Provider, kind: str, *, since: dt.date) -> None:
    """Another kind of provider from a day on."""
    facts = {"kind": kind, "name": provider.name, "street": provider.street, "area_path": provider.area_path}
    follow(ProviderSpan, of={"provider": provider}, from_day=since, **facts)
    facts_changed(provider.pk, from_day=since, cause="test")


def end_agreement(provider: Provider, *, on: dt.date) -> None:
    """No longer recognised from a day on."""
    follow(InclusiveAgreement, of={"provider": provider}, from_day=on)
    facts_changed(provider.pk, from_day=on, cause="test")


def annul(enrolment: Enrolment) -> None:
    """The spell never was."""
    enrolment.refresh_from_db()
    Enrolment.objects.filter(pk=enrolment.pk).update(state="ANNULLED")
    facts_changed(enrolment.provider_id, from_day=enrolment.during.lower, to_day=enrolment.during.upper, cause="test")


def shorten(enrolment: Enrolment, *, last: dt.date) -> None:
    """The spell ended earlier; entries after its end stay where they are and must not count."""
    enrolment.refresh_from_db()
    end = last + dt.timedelta(days=1)
    Enrolment.objects.filter(pk=enrolment.pk).update(state="ENDED", during=(enrolment.during.lower, end))
    facts_changed(enrolment.provider_id, from_day=last, to_day=enrolment.during.upper, cause="test")
    enrolment.refresh_from_db()


def join(duplicate: Child, original: Child) -> None:
    """An officer says that two records are one child."""
    Child.objects.filter(pk=duplicate.pk).update(same_as=original)
    for enrolment in Enrolment.objects.filter(child__in=[duplicate, original]):
        facts_changed(
            enrolment.provider_id, from_day=enrolment.during.lower, to_day=enrolment.during.upper, cause="test"
        )


def day_off(day: dt.date) -> None:
    """An official declares a day off in the calendar."""
    CalendarDay.objects.filter(day=day).update(working=False)


def retract(version: PolicyVersion) -> None:
    """Take a version back without a successor, marked as a correction is."""
    PolicyVersion.objects.filter(pk=version.pk).update(retracted_at=clock.now())
    providers = Provider.objects.values_list("pk", flat=True)
    facts_changed(list(providers), from_day=version.valid_during[0], cause="test")


def submit(claim: Claim) -> None:
    """As if the provider had confirmed it."""
    Claim.objects.filter(pk=claim.pk).update(state="CONFIRMED", confirmed_at=clock.now())


# --- reading


def reasons(subject: Child, month: str, provider: Provider | None = None) -> list[str]:
    """Why each posted line of a child's month is what it is, in the order of posting."""
    lines = Line.objects.filter(subject_key=subject.key, period=Month.parse(month).first).order_by("id")
    if provider is not None:
        lines = lines.filter(provider=provider)
    return list(lines.values_list("case__reason", flat=True))


def amounts(subject: Child) -> dict[str, int]:
    """Σ by policy."""
    found: dict[str, int] = {}
    for code, fen in Line.objects.filter(subject_key=subject.key).values_list("policy__code", "amount_fen"):
        found[code] = found.get(code, 0) + fen
    return found


def flags() -> list[tuple[str, str]]:
    """(provider, child record) of every double enrolment not resolved."""
    rows = ConflictFlag.objects.filter(resolved_at__isnull=True).order_by("provider__code", "child__key")
    return list(rows.values_list("provider__code", "child__key"))


def clock_at(year: int, month: int, day: int) -> AbstractContextManager[None]:
    """The clock on another day, at ten in the morning."""
    return clock.freeze(dt.datetime(year, month, day, 10, tzinfo=clock.SHANGHAI))


# --- people and the way of a claim


@dataclass
class Office:
    """One person for each level over a little city, and the owner of a provider."""

    owner: User
    subdistrict: User
    district: User
    city: User
    finance: User

    @classmethod
    def over(cls, provider: Provider) -> "Office":
        """Who acts on this provider's claims."""
        street, district = provider.street.code, provider.street.parent.code
        return cls(
            owner=of_providers.owner_of(provider),
            subdistrict=of_portal.official("SUBDISTRICT", street),
            district=of_portal.official("DISTRICT", district),
            city=of_portal.official("CITY", "4401"),
            finance=of_portal.official("FINANCE", "4401", "FINANCE"),
        )


def account(provider: Provider) -> PayeeAccount:
    """Where the provider is paid."""
    return PayeeAccount.objects.create(
        provider=provider,
        holder=provider.name,
        bank="示例银行",
        number_sealed=secrets.seal(b"6222000011112222", about=f"account:{provider.code}"),
        tail="2222",
        during=(of_providers.OPENED, None),
        recorded_at=clock.now(),
    )


def advance(claim: Claim, to: str, office: Office) -> Claim:
    """Let the claim pass up to a state, each step by its person, the public notice waited for."""
    claim.refresh_from_db()
    if claim.state in ("PREPARED", "RETURNED"):
        claims.confirm_claim(claim.pk, by=office.owner)
    for state, person in (("CHECKED", office.subdistrict), ("REVIEWED", office.district)):
        claim.refresh_from_db()
        if claim.state != to and rules.following(rules.DEFAULT, claim.state).state == state:
            claims.pass_claims([claim.pk], to=state, by=person)
    claim.refresh_from_db()
    if claim.state == "REVIEWED" and to != "REVIEWED":
        claims.publish_claims([claim.pk], by=office.district)
    claim.refresh_from_db()
    if claim.state == "NOTICED" and to not in ("NOTICED",):
        with clock.freeze(clock.now() + dt.timedelta(days=10)):
            claims.pass_claims([claim.pk], to="RELEASED", by=office.city)
    claim.refresh_from_db()
    if claim.state == "RELEASED" and to == "EXPORTED":
        claims.export_batch(claim.policy, area=Area.objects.get(code="4401"), by=office.finance)
    claim.refresh_from_db()
    assert claim.state == to, f"{claim.state} instead of {to}"
    return claim


def enrolment_of(key: str) -> Enrolment:
    """The one spell of a child."""
    return Enrolment.objects.exclude(state="ANNULLED").get(child__key=key)


def give_office(person: User, role: str, area_code: str) -> None:
    """A further office for a person."""
    Membership.objects.create(
        user=person,
        role=role,
        area=Area.objects.get(code=area_code),
        department="HEALTH",
        during=(of_portal.BEGINNING, None),
        granted_at=clock.now(),
    )
    person.__dict__.pop("_offices", None)


def recognise_again(provider: Provider, *, places: int, since: dt.date) -> None:
    """Recognised with another number of places from a day on."""
    follow(InclusiveAgreement, of={"provider": provider}, from_day=since, number=f"P{next(NUMBER)}", places=places)
    facts_changed(provider.pk, from_day=since, cause="test")


def part(duplicate: Child) -> None:
    """Two records were not one child after all."""
    original = Child.objects.get(pk=duplicate.pk).same_as
    Child.objects.filter(pk=duplicate.pk).update(same_as=None)
    for enrolment in Enrolment.objects.filter(child__in=[row for row in (duplicate, original) if row]):
        facts_changed(
            enrolment.provider_id, from_day=enrolment.during.lower, to_day=enrolment.during.upper, cause="test"
        )
