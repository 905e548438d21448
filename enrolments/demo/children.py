"""The demo city's children: invented, with twelve months of spells and attendance at the providers that keep a roll.

Each class has seats that are taken one after another by children of its band, so the roll never exceeds the places.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from enrolments.identity import Carer, Person, seal
from enrolments.models import AttendanceMonth, Child, ChildIdentity, Enrolment, Guardian, Occupancy
from portal import clock, workdays
from portal.dates import Month, add_months
from portal.demo.bulk import checked_last, copy, ids, settle, span, stream
from portal.demo.steps import chance, pick, public_id
from providers.demo.load import story
from providers.models import ClassGroup, Fee, Place

FROM = dt.date(2024, 7, 1)
LAST_ENTERED = dt.date(2025, 7, 9)  # the demo's day is 10 July; yesterday is entered
ONE_DAY = dt.timedelta(days=1)
SUMMER_ENDS = dt.date(2025, 9, 1)
TAKEN = 0.512  # share of places taken at providers with a roll; calibrated against the yearly total
BAND_MONTHS = {"INFANT": (6, 12), "YOUNGER": (12, 24), "OLDER": (24, 36), "MIXED": (18, 36)}
LEFT_OUT = 154  # of 10,000 spells, so that January to May come to 24.12 million yuan
HALVES = {"full": "[0,2)", "am": "[0,1)", "pm": "[1,2)"}
PRESENT = {"full": "F", "am": "A", "pm": "P"}
VARIANTS = 160  # attendance patterns a month and mode; drawn, not dealt, so neighbours differ
ENROLMENT_FIELDS = (
    "public_id child class_group provider area_path mode during state fee_fen contract_on created_at version"
).split()
SURNAMES = "陈 林 黄 李 梁 何 张 吴 刘 郑 罗 杨 谢 邓 冯 曾 彭 蔡 潘 叶".split()


@dataclass(frozen=True)
class Spell:
    """One child in one seat of one class."""

    key: str
    seat: int
    mode: str
    start: dt.date
    end: dt.date
    birth: dt.date


@dataclass(frozen=True)
class Group:
    """A class as the demo needs it."""

    id: int
    provider: int
    path: str
    code: str
    band: str
    seats: int
    half: bool
    fees: dict[str, int]


def groups() -> list[Group]:
    """Every class of a provider that keeps its roll here."""
    fees: dict[int, dict[str, int]] = {}
    for group, mode, amount in Fee.objects.values_list("class_group_id", "mode", "amount_fen"):
        fees.setdefault(group, {})[mode] = amount
    seats: dict[int, int] = {}
    for group in Place.objects.filter(during__contains=FROM).values_list("class_group_id", flat=True):
        seats[group] = seats.get(group, 0) + 1
    rows = (
        ClassGroup.objects.filter(provider__keeps_roll=True, provider__standing="ACTIVE")
        .order_by("code")
        .values_list("id", "provider_id", "provider__area_path", "code", "band")
    )
    return [Group(*row, seats.get(row[0], 0), "am" in fees[row[0]], fees[row[0]]) for row in rows]


def spells(group: Group) -> Iterator[Spell]:
    """Who sat where, when: seats follow each other without overlap, each child of the class's band."""
    dice = chance("spells", group.code)
    low, high = BAND_MONTHS[group.band]
    number = 0
    for seat in range(1, round(group.seats * TAKEN + dice.random() - 0.5) + 1):
        day = FROM + dt.timedelta(days=dice.choice((0, 0, 0, 0, 14, 45, 62)))
        first = True
        while day <= LAST_ENTERED:
            number += 1
            months = dice.randint(low, high - 4 if first else low + 2)
            birth = add_months(day, -months) - dt.timedelta(days=dice.randrange(28))
            out_of_band = add_months(birth, high)
            end = min(out_of_band, add_months(day, dice.choice((6, 9, 12, 18, 24))))
            if end <= day:
                end = day + 30 * ONE_DAY
            if end == out_of_band and stays_the_summer(group, end, number):
                end = SUMMER_ENDS
            mode = dice.choice(("am", "pm")) if group.half and dice.random() < 0.16 else "full"
            key = f"{group.code}-{number:03d}"
            if pick(10_000, "skip", key) >= LEFT_OUT:
                yield Spell(key, seat, mode, day, end, birth)
            day = end + dt.timedelta(days=dice.choice((0, 1, 3, 7, 20)))
            first = False


def stays_the_summer(group: Group, third_birthday: dt.date, number: int) -> bool:
    """Some families keep the place past the third birthday until kindergarten begins; its provider is asked."""
    turns = group.band in ("OLDER", "MIXED") and LAST_ENTERED + ONE_DAY < third_birthday < SUMMER_ENDS
    return turns and (group.code.startswith(story().code) or pick(10, "summer", group.code, number) == 0)


@cache
def patterns(month: Month, mode: str) -> tuple[str, ...]:
    """Whole months as children attend them: mostly there, some sick days, some who come too seldom."""
    calendar = workdays.calendar()
    found = []
    for variant in range(VARIANTS):
        dice = chance("pattern", month, mode, variant)
        there = dice.choices((0.97, 0.9, 0.8, 0.55), (50, 34, 11, 5))[0]
        found.append("".join(letter(day, there, mode, calendar, dice) for day in month.days()).ljust(31, "."))
    return tuple(found)


def letter(day: dt.date, there: float, mode: str, calendar, dice: Random) -> str:
    """One day: closed on days nobody works, else there or the reason why not."""
    if not calendar[day]:
        return "C"
    if dice.random() < there:
        return PRESENT[mode]
    return dice.choice("SSL-")


def month_of(spell: Spell, month: Month, begins: dt.date, length: int) -> str:
    """The month's 31 letters, with the days outside the spell and those not entered yet as dots."""
    pool = patterns(month, spell.mode)
    days = pool[pick(len(pool), month.number, spell.key, month.year)]
    first = max((spell.start - begins).days, 0)
    last = min((min(spell.end, LAST_ENTERED + ONE_DAY) - begins).days, length)
    return "." * first + days[first:last] + "." * (31 - max(last, first))


def load() -> str:
    """Children with identities apart, spells, places taken and attendance, by COPY."""
    every = [(group, spell) for group in groups() for spell in spells(group)]
    at = clock.now()
    people = [person(number, spell) for number, (_, spell) in enumerate(every, 1)]
    stream(Child, ("public_id", "key", "birth_date", "birth_order", "identity_key", "created_at"), (
        (public_id("child", spell.key), spell.key, spell.birth, 1 + (pick(100, "order", spell.key) < 35), one.key, at)
        for (_, spell), one in zip(every, people, strict=True)
    ))  # fmt: skip
    children = ids(Child, "key")
    load_identities(children, every, people, at)
    with checked_last(Enrolment):
        stream(Enrolment, ENROLMENT_FIELDS, (
            (
                public_id("enrolment", spell.key), children[spell.key], group.id, group.provider, group.path,
                spell.mode, span(spell.start, spell.end), "ACTIVE", group.fees[spell.mode], spell.start, at, 1,
            )
            for group, spell in every
        ))  # fmt: skip
    enrolments = dict(Enrolment.objects.values_list("child_id", "id"))
    places = {
        (group, number): place for place, group, number in Place.objects.values_list("id", "class_group_id", "number")
    }
    with checked_last(Occupancy):
        stream(Occupancy, "place class_group child enrolment halves during kind".split(), (
            (places[group.id, spell.seat], group.id, children[spell.key], enrolments[children[spell.key]],
             HALVES[spell.mode], span(spell.start, spell.end), "ENROLMENT")
            for group, spell in every
        ))  # fmt: skip
    months = load_attendance(children, enrolments, every, at)
    settle(Child, Enrolment, Occupancy, AttendanceMonth)
    return f"{len(every)} children, {months} months of attendance"


def person(number: int, spell: Spell) -> Person:
    """An invented name and number of the DEMO kind."""
    surname = SURNAMES[pick(len(SURNAMES), "name", spell.key)]
    return Person(f"{surname}示例", "DEMO", f"DEMO-{number:08d}")


def load_identities(
    children: dict[str, int], every: list[tuple[Group, Spell]], people: list[Person], at: dt.datetime
) -> None:
    """Names and numbers encrypted like real ones; a guardian is kept only while the child is here."""

    def rows() -> Iterator[tuple]:
        for number, ((_, spell), one) in enumerate(zip(every, people, strict=True), 1):
            child = Child(id=children[spell.key], public_id=public_id("child", spell.key))
            carer = Carer(f"{one.name[0]}家长", f"1380000{number % 10_000:04d}", "PARENT")
            here = spell.end > LAST_ENTERED
            yield child.id, one, seal(child, one), carer, seal(child, carer) if here else None

    made = list(rows())
    with checked_last(ChildIdentity):
        copy(ChildIdentity, "child kind sealed mask number_key recorded_at".split(), (
            (child, one.kind, sealed, one.mask, one.key, at) for child, one, sealed, _, _ in made
        ))  # fmt: skip
    copy(Guardian, "child sealed mask phone_key consented_at".split(), (
        (child, sealed, carer.mask, carer.key, at) for child, _, _, carer, sealed in made if sealed
    ))  # fmt: skip


def load_attendance(
    children: dict[str, int], enrolments: dict[int, int], every: list[tuple[Group, Spell]], at: dt.datetime
) -> int:
    """Every month of every spell up to yesterday; made while the database stores what was made before."""
    months = [Month.of(FROM) + n for n in range(13)]
    spans = [(month, month.first, min(month.last, LAST_ENTERED), month.length) for month in months]
    for month in months:
        for mode in PRESENT:
            patterns(month, mode)  # these ask the database

    def rows() -> Iterator[tuple]:
        for _, spell in every:
            enrolment = enrolments[children[spell.key]]
            for month, begins, ends, length in spans:
                if spell.start <= ends and spell.end > begins:
                    yield enrolment, begins, month_of(spell, month, begins, length), at, 1

    with checked_last(AttendanceMonth):
        return stream(AttendanceMonth, ("enrolment", "month", "days", "entered_at", "version"), rows())
