"""Ending a spell, moving it to another class, and taking back one that never was."""

import datetime as dt

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange as Span

from enrolments import permissions, places
from enrolments.actions import refusals
from enrolments.actions.attendance import cut_attendance
from enrolments.actions.changes import mark
from enrolments.actions.taking import lock_child, take_place
from enrolments.models import Enrolment, EnrolmentState
from enrolments.states import ENROLMENT
from portal import states
from portal.audit import record
from portal.dates import ONE_DAY, DateRange
from portal.models import User
from portal.problems import NotAllowed
from providers import search_rows


@transaction.atomic
def end_enrolment(
    enrolment_id: int, *, last_day: dt.date, by: User | None, reason: str = "", version: int | None = None
) -> Enrolment:
    """End the spell with `last_day`; an ended one can be shortened. Ending twice with one day is one end.

    Attendance after the last day is struck out. Raises EndsBeforeItBegins, EndsAlready, StaleState.
    """
    enrolment = _hold(enrolment_id, by)
    during = DateRange.of(enrolment.during)
    if enrolment.state == EnrolmentState.ENDED and during.last == last_day:
        return enrolment
    states.check_version(enrolment, version)
    if last_day < during.start:
        raise refusals.EndsBeforeItBegins(first=during.start)
    if during.last is not None and last_day > during.last:
        raise refusals.EndsAlready(last=during.last)
    free_from = last_day + ONE_DAY
    shorter = DateRange(during.start, free_from)
    places.give_up(enrolment.occupancies.all(), since=free_from)
    if enrolment.state == EnrolmentState.ACTIVE:
        facts = {"during": Span(*shorter)}
        states.move(enrolment, EnrolmentState.ENDED, machine=ENROLMENT, by=by, verb="end_enrolment", **facts)
    else:
        _shorten(enrolment, shorter, by)
    cut_attendance(enrolment, since=free_from, by=by, reason=reason)
    mark(enrolment.provider_id, [enrolment.child_id], from_day=last_day, to_day=during.end, cause="end")
    search_rows.rewrite(enrolment.provider_id)
    return enrolment


@transaction.atomic
def annul(enrolment_id: int, *, by: User | None, reason: str, version: int | None = None) -> Enrolment:
    """Take back a spell that never was: it keeps no place and counts nowhere. Annulling twice is once."""
    enrolment = _hold(enrolment_id, by)
    if enrolment.state == EnrolmentState.ANNULLED:
        return enrolment
    states.check_version(enrolment, version)
    during = DateRange.of(enrolment.during)
    places.give_up(enrolment.occupancies.all())
    states.move(
        enrolment, EnrolmentState.ANNULLED, machine=ENROLMENT, by=by, verb="annul", detail={"reason": reason[:200]}
    )
    mark(enrolment.provider_id, [enrolment.child_id], from_day=during.start, to_day=during.end, cause="annul")
    search_rows.rewrite(enrolment.provider_id)
    return enrolment


@transaction.atomic
def move_to_class(
    enrolment_id: int,
    *,
    class_group_id: int,
    mode: str,
    from_day: dt.date,
    by: User | None,
    fee_fen: int | None = None,
    version: int | None = None,
) -> Enrolment:
    """Go on in another class or mode of the same provider from a day on: the old spell ends the day before.

    Raises what `take_place` raises; then nothing has changed.
    """
    old = _hold(enrolment_id, by, class_group_id)
    states.check_version(old, version)
    during = DateRange.of(old.during)
    if from_day <= during.start:
        raise refusals.EndsBeforeItBegins(first=during.start)
    if during.end is not None and from_day >= during.end:
        raise refusals.EndsAlready(last=during.last)
    ended = end_enrolment(old.pk, last_day=from_day - ONE_DAY, by=by)
    new = take_place(
        class_group_id,
        child_id=old.child_id,
        mode=mode,
        during=DateRange(from_day, during.end),
        by=by,
        fee_fen=fee_fen,
        contract_on=ended.contract_on,
    )
    record(old, "move_to_class", by=by, to=str(new.public_id))
    return new


def _hold(enrolment_id: int, by: User | None, *class_group_ids: int) -> Enrolment:
    """Lock child, classes and spell, in the order of `enrolments.places`, for one of the provider's people."""
    child_id, class_group_id = Enrolment.objects.values_list("child_id", "class_group_id").get(pk=enrolment_id)
    lock_child(child_id)
    places.lock_class(class_group_id, *class_group_ids)
    enrolment = (
        Enrolment.objects.select_for_update(no_key=True, of=("self",)).select_related("provider").get(pk=enrolment_id)
    )
    if by is not None and not permissions.may_keep_roll(by, enrolment.provider):
        raise NotAllowed
    return enrolment


def _shorten(enrolment: Enrolment, during: DateRange, by: User | None) -> None:
    """A new end for a spell that has ended already."""
    before = enrolment.during.upper - ONE_DAY
    enrolment.during = Span(*during)
    enrolment.version += 1
    enrolment.save(update_fields=["during", "version"])
    record(enrolment, "shorten", by=by, before=str(before), after=str(during.last))
