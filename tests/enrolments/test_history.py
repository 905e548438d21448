"""Any history of takes, holds, ends and passing days: a place is refused exactly when some half-day is full."""

import datetime as dt
import os
from dataclasses import dataclass

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrolments import places, seating
from enrolments.actions import refusals
from enrolments.actions.spells import annul, end_enrolment
from enrolments.actions.taking import hold_place, release, take_place
from enrolments.models import Enrolment, Occupancy
from portal import clock
from portal.dates import DateRange
from providers import search_rows
from providers.models import ClassGroup, Place, SearchRow
from tests.factories import enrolments as make
from tests.factories.portal import City
from tests.factories.providers import class_group

EXAMPLES = 200 if os.environ.get("DEEP") else 25
TODAY = dt.date(2025, 7, 10)
HORIZON = 60
MODES = st.sampled_from(["full", "am", "pm"])
DAYS = st.integers(-5, 30)


@dataclass
class Taken:
    """The naive model of a taken place: one row per child, days and halves, nothing about seats."""

    child_id: int
    halves: int
    start: dt.date
    end: dt.date | None
    expires_at: dt.datetime | None = None
    enrolment: Enrolment | None = None

    def on(self, day: dt.date, half: int) -> bool:
        held = self.expires_at is None or self.expires_at > clock.now()
        return held and bool(self.halves & half) and self.start <= day and (self.end is None or day < self.end)


@dataclass
class Class:
    """A class as counts by day."""

    group: ClassGroup
    spans: list[tuple[dt.date, dt.date | None]]
    taken: list[Taken]

    def free(self, day: dt.date, half: int) -> int:
        standing = sum(start <= day and (end is None or day < end) for start, end in self.spans)
        return standing - sum(one.on(day, half) for one in self.taken)

    def days(self, start: dt.date, end: dt.date | None) -> list[dt.date]:
        last = end or TODAY + dt.timedelta(HORIZON)
        return [start + dt.timedelta(n) for n in range((last - start).days)]

    def fits(self, halves: int, start: dt.date, end: dt.date | None) -> bool:
        return all(
            self.free(day, half) > 0
            for day in self.days(start, end)
            for half in (seating.AM, seating.PM)
            if halves & half
        )


def day(n: int) -> dt.date:
    return TODAY + dt.timedelta(n)


STEP = st.one_of(
    st.tuples(st.just("take"), MODES, DAYS, st.none() | st.integers(1, 20)),
    st.tuples(st.just("hold"), MODES, DAYS, st.none() | st.integers(1, 20), st.integers(1, 5)),
    st.tuples(st.just("end"), st.integers(0, 20), st.integers(0, 15)),
    st.tuples(st.just("annul"), st.integers(0, 20)),
    st.tuples(st.just("release"), st.integers(0, 20)),
    st.tuples(st.just("pass"), st.integers(1, 3)),
)
SPANS = st.lists(st.none() | st.integers(5, 25), min_size=1, max_size=3)


class _Undo(Exception):
    """Takes an example's rows back."""


@pytest.mark.parametrize("worth", [pytest.param(EXAMPLES, id=f"{EXAMPLES} histories")])
def test_a_place_is_refused_exactly_when_some_half_day_is_full(city: City, worth: int) -> None:
    @settings(
        max_examples=worth,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(SPANS, st.lists(STEP, max_size=14))
    def history(ends: list[int | None], steps: list[tuple]) -> None:
        try:
            with transaction.atomic():
                _live(ends, steps)
                raise _Undo
        except _Undo:
            pass

    history()


def _live(ends: list[int | None], steps: list[tuple]) -> None:
    """One history, checked at every step."""
    group = class_group(places=len(ends))
    spans = [(group.opened_on, None if end is None else day(end)) for end in ends]
    for place, span in zip(Place.objects.filter(class_group=group).order_by("number"), spans, strict=True):
        Place.objects.filter(pk=place.pk).update(during=span)
    model, moment = Class(group, spans, []), clock.now()
    for step in steps:
        if step[0] == "pass":
            moment += dt.timedelta(days=step[1])
        with clock.freeze(moment):
            _do(model, step)
            _check_seats(model)
    with clock.freeze(moment):
        _check_search(model)


def _do(model: Class, step: tuple) -> None:
    match step:
        case ("take" | "hold" as what, mode, first, length, *rest):
            start, halves = day(first), seating.HALVES_OF_MODE[mode]
            end = None if length is None else start + dt.timedelta(length)
            fits = model.fits(halves, start, end)
            child = make.child()
            common = {"child_id": child.pk, "mode": mode, "during": DateRange(start, end), "by": None}
            made = Taken(child.pk, halves, start, end)
            if what == "hold":
                made.expires_at = clock.now() + dt.timedelta(days=rest[0])
                common["expires_at"] = made.expires_at
            try:
                with transaction.atomic():
                    made.enrolment = (hold_place if what == "hold" else take_place)(model.group.pk, **common)
            except refusals.NoFreePlace as refused:
                assert not fits
                _check_hint(model, refused, halves, start, end)
            else:
                assert fits
                model.taken.append(made)
        case ("end" | "annul" as what, which, *rest):
            spells = [one for one in model.taken if one.enrolment]
            if not spells:
                return
            one = spells[which % len(spells)]
            last = one.start + dt.timedelta(rest[0]) if rest else None
            if what == "annul":
                annul(one.enrolment.pk, by=None, reason="")
                model.taken.remove(one)
            elif one.end is None or last < one.end:
                end_enrolment(one.enrolment.pk, last_day=last, by=None)
                one.end = last + dt.timedelta(1)
        case ("release", which):
            holds = [one for one in model.taken if one.expires_at]
            if holds:
                one = holds[which % len(holds)]
                release(model.group.pk, child_id=one.child_id, by=None)
                model.taken.remove(one)


def _check_hint(model: Class, refused: refusals.NoFreePlace, halves: int, start: dt.date, end: dt.date | None) -> None:
    """The refusal names the first full day, and the first day that would do."""
    assert not model.fits(halves, refused.detail["full"], refused.detail["full"] + dt.timedelta(1))
    assert model.fits(halves, start, refused.detail["full"])
    days = model.days(start, end)
    assert refused.detail.get("free") == next((one for one in days if model.fits(halves, one, end)), None)


def _check_seats(model: Class) -> None:
    """What the model says is taken is what sits, day by day, whatever the numbers."""
    rows = list(Occupancy.objects.filter(places.blocking(clock.now()), class_group=model.group))
    for n in range(-10, HORIZON):
        for half in (seating.AM, seating.PM):
            sitting = sum(
                bool(places.bits(row.halves) & half)
                and row.during.lower <= day(n)
                and (row.during.upper is None or day(n) < row.during.upper)
                for row in rows
            )
            assert sitting == sum(one.on(day(n), half) for one in model.taken)


def _check_search(model: Class) -> None:
    """The parents' numbers are the model's: the fewest free on any day from the month's first (or today) on."""
    places.release_expired(model.group.pk)
    search_rows.rewrite(model.group.provider_id)
    today = clock.today()
    row = SearchRow.objects.get(class_group=model.group, mode="full")
    month = today.replace(day=1)
    for index, free in enumerate(row.free[:2]):
        start = max(today, (month + dt.timedelta(days=32 * index)).replace(day=1))
        wanted = min(min(model.free(d, half) for half in (1, 2)) for d in model.days(start, None))
        assert free == wanted
