"""Taking over a roll from another system: judged and written under one lock, all or nothing, never over-full."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange as Span
from django.db.models import Min
from django.utils.translation import gettext as _

from enrolments import ages, places, seating
from enrolments.models import Child, Enrolment, EnrolmentState, Occupancy, OccupancyKind
from portal import clock
from portal.audit import record
from portal.dates import DateRange, completed_months
from portal.models import User
from portal.sheets import Table
from portal.sheets.read import Row
from providers import search_rows
from providers.actions.facts import facts_changed
from providers.models import ClassGroup, Place
from providers.rules.ages import AGES

BATCH = 5000
ANALYZE_FROM = 1000  # rows; on tables that were just filled the search rows took minutes instead of seconds


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row that is to become a spell."""

    row: Row
    group: ClassGroup
    during: DateRange
    halves: int


@dataclass(frozen=True)
class TakenOver:
    """What an import did."""

    added: int
    known: int
    children: int


class BadRows(Exception):
    """The list has faults; they stand in the table with their cells. Nothing was written."""


@transaction.atomic
def import_enrolments(table: Table, *, by: User | None, dry_run: bool = False) -> TakenOver:
    """Put the rows on the roll; those that stand there already are left. Raises BadRows with every fault noted.

    A row that does not fit is named with the day on which the class is full; rows count in the order of the list.
    """
    groups = _groups(table)
    class_ids = sorted({group.pk for group in groups.values()})
    children = _lock_children(table)
    places.lock_class(*class_ids)
    places.lock_places(*class_ids)
    wanted = _judge(table, groups, children)
    known = len(table.rows) - len(wanted)
    _refuse_overlaps(table, wanted, children)
    seated = _seat(table, wanted)
    if table.problems:
        raise BadRows
    fresh = _add_children(wanted, children)
    _write(wanted, children, seated, by)
    if wanted:
        digest = hashlib.sha256("\n".join(repr(sorted(row.values.items(), key=str)) for row in table.rows).encode())
        subject, sha256 = "enrolments.Enrolment:import", digest.hexdigest()
        record(subject, "import_enrolments", by=by, added=len(wanted), known=known, children=fresh, sha256=sha256)
    if dry_run:
        transaction.set_rollback(True)
    return TakenOver(len(wanted), known, fresh)


# --- judging ----------------------------------------------------------------------------------------------------------


def _groups(table: Table) -> dict[tuple[str, str], ClassGroup]:
    """Classes by provider and class code."""
    codes = {row["provider_code"] for row in table.rows}
    found = ClassGroup.objects.filter(provider__code__in=codes).select_related("provider")
    return {(group.provider.code, group.code): group for group in found}


def _lock_children(table: Table) -> dict[str, Child]:
    """Children on record by key, held in one order."""
    keys = {row["child_key"] for row in table.rows}
    held = Child.objects.filter(key__in=keys).order_by("pk").select_for_update(no_key=True, of=("self",))
    return {child.key: child for child in held}


def _judge(table: Table, groups: dict[tuple[str, str], ClassGroup], children: dict[str, Child]) -> list[Wanted]:
    """Rows that make sense by themselves and are not on the roll yet."""
    providers = {group.provider.code: group.provider for group in groups.values()}
    births: dict[str, dt.date] = {child.key: child.birth_date for child in children.values()}
    standing = _standing(children.values())
    wanted = []
    for row in table.rows:
        provider = providers.get(row["provider_code"])
        group = groups.get((row["provider_code"], row["class_code"]))
        if provider is None:
            table.fault(row, "provider_code", _("No provider with classes has this code."))
        elif not provider.keeps_roll:
            table.fault(row, "provider_code", _("This provider does not keep its roll here."))
        elif group is None:
            table.fault(row, "class_code", _("This provider has no class with this code."))
        elif births.setdefault(row["child_key"], row["birth_date"]) != row["birth_date"]:
            message = _("This child is on record, or in a row above, as born on %(day)s.")
            table.fault(row, "birth_date", message % {"day": births[row["child_key"]]})
        elif row["to"] is not None and row["to"] < row["from"]:
            table.fault(row, "to", _("The last day is before the first day."))
        elif fault := _age_fault(row, group):
            table.fault(row, "from", fault)
        else:
            during = DateRange.inclusive(row["from"], row["to"])
            halves = seating.HALVES_OF_MODE[row["mode"]]
            if (row["child_key"], group.pk, row["mode"], during) not in standing:
                wanted.append(Wanted(row, group, during, halves))
    return wanted


def _standing(children: Iterable[Child]) -> set[tuple[str, int, str, DateRange]]:
    """What is on the roll already: a second import of the same list changes nothing."""
    spells = Enrolment.objects.filter(child__in=children).exclude(state=EnrolmentState.ANNULLED)
    rows = spells.values_list("child__key", "class_group_id", "mode", "during")
    return {(key, group_id, mode, DateRange.of(during)) for key, group_id, mode, during in rows}


def _age_fault(row: Row, group: ClassGroup) -> str:
    """Why the child's age on its first day does not fit, or nothing."""
    if row["from"] < row["birth_date"]:
        return _("The first day is before the child's birth.")
    months, (low, high) = completed_months(row["birth_date"], row["from"]), AGES[group.band]
    if ages.age_in_class(group.band, months) != ages.OUTSIDE:
        return ""
    message = _("On this day the child is %(months)s months old; the class takes %(low)s to under %(high)s months.")
    return message % {"months": months, "low": low, "high": high}


def _refuse_overlaps(table: Table, wanted: Sequence[Wanted], children: dict[str, Child]) -> None:
    """One child sits once, in the list and on the roll."""
    seen: dict[str, list[tuple[DateRange, int, str]]] = defaultdict(list)
    on_roll = Occupancy.objects.filter(places.blocking(clock.now()), child__in=children.values())
    for key, during, halves in on_roll.values_list("child__key", "during", "halves"):
        seen[key].append((DateRange.of(during), places.bits(halves), _("a spell on the roll")))
    for one in wanted:
        for during, halves, where in seen[one.row["child_key"]]:
            if halves & one.halves and during.overlaps(one.during):
                detail = {"where": where, "first": during.start, "last": during.last or "…"}
                message = _("The child has a place from %(first)s to %(last)s already: %(where)s.") % detail
                table.fault(one.row, "from", message)
                break
        seen[one.row["child_key"]].append((one.during, one.halves, _("row %(n)s") % {"n": one.row.number}))


# --- seating ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seated:
    """A class with its old spells and everybody's places from a day on."""

    since: dt.date
    spells: dict[tuple, list[Occupancy]]
    answer: dict


def _seat(table: Table, wanted: Sequence[Wanted]) -> dict[int, Seated]:
    """Places for every row, class by class; rows that do not fit are named."""
    by_class: dict[int, list[Wanted]] = defaultdict(list)
    for one in wanted:
        by_class[one.group.pk].append(one)
    Occupancy.objects.filter(class_group__in=by_class, expires_at__lte=clock.now()).delete()
    taken: dict[int, list[Occupancy]] = defaultdict(list)
    for row in Occupancy.objects.filter(class_group__in=by_class):
        taken[row.class_group_id].append(row)
    seats: dict[int, list[seating.Seat]] = defaultdict(list)
    standing = Place.objects.filter(class_group__in=by_class).order_by("number", "pk")
    for pk, class_group_id, during in standing.values_list("pk", "class_group_id", "during"):
        seats[class_group_id].append(seating.Seat(pk, DateRange.of(during)))
    return {pk: _seat_class(table, rows, taken[pk], seats[pk]) for pk, rows in by_class.items()}


def _seat_class(
    table: Table, wanted: Sequence[Wanted], taken: Sequence[Occupancy], every: Sequence[seating.Seat]
) -> Seated:
    """One class: the whole list at once, or row by row to name those that are too many."""
    since = min(one.during.start for one in wanted)
    rest = DateRange(since)
    seats = [seat for seat in every if seat.during.overlaps(rest)]
    spells = places.demands_of(row for row in taken if DateRange.of(row.during).overlaps(rest))
    sitting = [places.demand(key, rows) for key, rows in spells.items()]
    asking = {one.row.number: seating.Demand(one.row.number, one.halves, one.during) for one in wanted}
    try:
        return Seated(since, spells, seating.assign(seats, [*sitting, *asking.values()], since))
    except seating.Full:
        pass
    for one in wanted:
        asked = asking[one.row.number]
        if day := seating.first_full_day(seats, sitting, asked.during, asked.halves):
            message = _("%(class)s has no free place on %(day)s.") % {"class": one.group.name, "day": day}
            table.fault(one.row, "class_code", message)
        else:
            sitting.append(asked)
    return Seated(since, spells, {})


# --- writing ----------------------------------------------------------------------------------------------------------


def _add_children(wanted: Sequence[Wanted], children: dict[str, Child]) -> int:
    """Children the city does not know yet; gives how many."""
    moment, fresh = clock.now(), {}
    for one in wanted:
        key = one.row["child_key"]
        if key not in children and key not in fresh:
            fresh[key] = Child(
                key=key,
                birth_date=one.row["birth_date"],
                birth_order=one.row["birth_order"],
                created_at=moment,
            )
    Child.objects.bulk_create(fresh.values(), batch_size=BATCH)
    children |= fresh
    return len(fresh)


def _write(wanted: Sequence[Wanted], children: dict[str, Child], seated: dict[int, Seated], by: User | None) -> None:
    """Spells, their places, the marks of change and the search rows."""
    if not wanted:
        return
    moment, today = clock.now(), clock.today()
    spells = [
        Enrolment(
            child=children[one.row["child_key"]],
            class_group=one.group,
            provider_id=one.group.provider_id,
            area_path=one.group.provider.area_path,
            mode=one.row["mode"],
            during=Span(*one.during),
            state=EnrolmentState.ENDED if one.row["to"] and one.row["to"] < today else EnrolmentState.ACTIVE,
            created_at=moment,
            created_by=by,
        )
        for one in wanted
    ]
    Enrolment.objects.bulk_create(spells, batch_size=BATCH)
    takers: dict[int, dict[int, places.Taker]] = defaultdict(dict)
    for one, spell in zip(wanted, spells, strict=True):
        takers[one.group.pk][one.row.number] = places.Taker(
            spell.child_id, one.halves, one.during, OccupancyKind.ENROLMENT, spell.pk
        )
    places.settle_all((pk, found.spells, found.answer, found.since, takers[pk]) for pk, found in sorted(seated.items()))
    _mark(wanted, [spell.child_id for spell in spells])
    if len(wanted) > ANALYZE_FROM:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE providers_provider, providers_classgroup, providers_place, enrolments_occupancy")
    search_rows.rewrite({one.group.provider_id for one in wanted})


def _mark(wanted: Sequence[Wanted], child_ids: Sequence[int]) -> None:
    """Every provider from its first new day on; elsewhere, where one of the children is, as well."""
    first: dict[int, dt.date] = {}
    for one in wanted:
        pk = one.group.provider_id
        first[pk] = min(first.get(pk, one.during.start), one.during.start)
    by_month: dict[dt.date, list[int]] = defaultdict(list)
    for pk, day in first.items():
        by_month[day.replace(day=1)].append(pk)
    for month, ids in sorted(by_month.items()):
        facts_changed(sorted(ids), from_day=month, cause="enrolment")
    elsewhere = Enrolment.objects.filter(child__in=set(child_ids)).exclude(provider__in=first)
    rows = elsewhere.values("provider_id").annotate(day=Min("during__startswith"))
    if ids := sorted(row["provider_id"] for row in rows):
        facts_changed(ids, from_day=min(first.values()), cause="enrolment-later")
