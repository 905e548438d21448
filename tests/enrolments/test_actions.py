"""Seating children through the actions: what fits is seated, what does not is refused with the day."""

import datetime as dt
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction

from enrolments import seating
from enrolments.actions import refusals
from enrolments.actions.spells import annul, end_enrolment, move_to_class
from enrolments.actions.taking import book_session, hold_place, release, take_place
from enrolments.models import Enrolment, EnrolmentState, Occupancy
from portal import clock
from portal.dates import DateRange
from portal.models import AuditEvent, User
from portal.problems import NotAllowed, StaleState
from providers.models import ClassGroup, FactChange, Place, SearchRow, Standing
from tests.enrolments.conftest import JULY, seats
from tests.factories import enrolments as make
from tests.factories import providers as make_provider

AUGUST, SEPTEMBER, OCTOBER = dt.date(2025, 8, 1), dt.date(2025, 9, 1), dt.date(2025, 10, 1)


def free_full(group: ClassGroup) -> list[int]:
    return SearchRow.objects.get(class_group=group, mode="full").free


def take(group: ClassGroup, by: User, start: dt.date = JULY, end: dt.date | None = None, mode: str = "full", who=None):
    child = who or make.child()
    return take_place(group.pk, child_id=child.pk, mode=mode, during=DateRange(start, end), by=by)


def test_a_child_takes_a_place_and_parents_see_one_fewer(group: ClassGroup, owner: User) -> None:
    spell = take(group, owner)
    assert spell.state == EnrolmentState.ACTIVE
    assert len(seats(spell)) == 1
    assert free_full(group) == [2] * 13
    event = AuditEvent.objects.get(verb="take_place")
    assert event.actor == owner
    assert event.subject == f"enrolments.Enrolment:{spell.public_id}"
    assert event.area_path == group.provider.area_path
    change = FactChange.objects.filter(provider=group.provider, cause="enrolment").get()
    assert (change.from_month, change.to_month) == (JULY, None)


def test_taking_the_same_place_twice_is_one_enrolment(group: ClassGroup, owner: User) -> None:
    child = make.child()
    first, second = take(group, owner, who=child), take(group, owner, who=child)
    assert first == second
    assert Enrolment.objects.count() == Occupancy.objects.count() == 1


def test_a_full_class_refuses_and_names_the_first_free_day(group: ClassGroup, owner: User) -> None:
    for end in (SEPTEMBER, None, None):
        take(group, owner, end=end)
    with pytest.raises(refusals.NoFreePlace) as refused:
        take(group, owner)
    assert refused.value.detail == {"class": "示例大一班", "full": JULY, "free": SEPTEMBER}
    assert Enrolment.objects.count() == 3


def test_a_class_that_is_never_free_says_so(group: ClassGroup, owner: User) -> None:
    for _ in range(3):
        take(group, owner)
    with pytest.raises(refusals.NeverFree):
        take(group, owner)


def test_a_place_leaving_in_august_is_taken_from_september_today(group: ClassGroup, owner: User) -> None:
    for end in (SEPTEMBER, None, None):
        take(group, owner, end=end)
    assert free_full(group)[:4] == [0, 0, 1, 1]
    late = take(group, owner, start=SEPTEMBER)
    assert len(seats(late)) == 1
    assert free_full(group) == [0] * 13


def test_reseating_makes_room_by_changing_numbers_only(group: ClassGroup, owner: User) -> None:
    """Each of three places is taken for another third of the time: a fourth spell fits only in segments."""
    months = [JULY, AUGUST, SEPTEMBER, OCTOBER]
    places = list(Place.objects.filter(class_group=group).order_by("number"))
    for n, place in enumerate(places):
        for m, (start, end) in enumerate(pairwise(months)):
            if m != n:
                spell = make.enrolment(group, during=(start, end), who=make.child())
                spell.occupancies.update(place=place)
    before = Occupancy.objects.count()
    spell = take(group, owner, start=JULY, end=OCTOBER)
    days = [DateRange(first, last) for _, first, last in seats(spell)]
    assert (days[0].start, days[-1].end) == (JULY, OCTOBER)
    assert all(one.end == following.start for one, following in pairwise(days))
    assert Occupancy.objects.count() <= before + 4
    with pytest.raises(refusals.NoFreePlace):
        take(group, owner, start=AUGUST, end=OCTOBER)


def test_a_morning_and_an_afternoon_child_share_when_a_full_day_child_comes(group: ClassGroup, owner: User) -> None:
    morning, afternoon = take(group, owner, mode="am"), take(group, owner, mode="pm")
    assert seats(morning)[0][0] == seats(afternoon)[0][0]
    afternoon.occupancies.update(place=Place.objects.get(class_group=group, number=3))
    assert free_full(group) == [2] * 13
    take(group, owner)
    take(group, owner)
    assert seats(morning)[0][0] == seats(afternoon)[0][0]
    with pytest.raises(refusals.NoFreePlace):
        take(group, owner, mode="am", start=JULY)


def test_places_that_leave_are_not_sold_beyond_their_end(group: ClassGroup, owner: User) -> None:
    Place.objects.filter(class_group=group, number__gt=1).update(during=(group.opened_on, SEPTEMBER))
    take(group, owner, end=SEPTEMBER)
    take(group, owner)
    with pytest.raises(refusals.NeverFree) as refused:
        take(group, owner)
    assert refused.value.detail["full"] == SEPTEMBER
    take(group, owner, end=SEPTEMBER)


def test_the_database_refuses_a_place_beyond_its_days(group: ClassGroup) -> None:
    spell = make.enrolment(group)
    with pytest.raises(IntegrityError, match="would end"), transaction.atomic():
        Place.objects.filter(occupancies__enrolment=spell).update(during=(group.opened_on, SEPTEMBER))
    Place.objects.exclude(occupancies__enrolment=spell).update(during=(group.opened_on, SEPTEMBER))
    with pytest.raises(IntegrityError, match="does not stand"), transaction.atomic():
        spell.occupancies.update(place=Place.objects.filter(during__endswith=SEPTEMBER).first())


def test_the_database_refuses_a_place_sold_twice(group: ClassGroup) -> None:
    one, two = make.enrolment(group), make.enrolment(group)
    with pytest.raises(IntegrityError, match="place_taken_once"), transaction.atomic():
        two.occupancies.update(place=one.occupancies.get().place)
    with pytest.raises(IntegrityError, match="child_sits_once"), transaction.atomic():
        two.occupancies.update(child=one.child)


@pytest.mark.parametrize(
    ("birth", "band", "fits"),
    [
        (dt.date(2023, 7, 1), "OLDER", True),  # 24 months to the day
        (dt.date(2023, 7, 2), "OLDER", False),
        (dt.date(2022, 7, 1), "OLDER", False),  # 36 months to the day
        (dt.date(2022, 7, 2), "OLDER", True),
        (dt.date(2024, 1, 1), "MIXED", True),
        (dt.date(2024, 1, 2), "MIXED", False),
        (dt.date(2025, 2, 1), "INFANT", True),  # 5 months: outside every class, warned and not refused
        (dt.date(2024, 7, 1), "INFANT", False),
    ],
)
def test_age_on_the_first_day_decides(group: ClassGroup, owner: User, birth: dt.date, band: str, fits: bool) -> None:
    other = make_provider.class_group(group.provider, band=band)
    child = make.child(birth_date=birth)
    if fits:
        assert take(other, owner, who=child)
    else:
        with pytest.raises(refusals.OutsideBand):
            take(other, owner, who=child)


def test_a_child_sits_once_and_strangers_learn_no_names(group: ClassGroup, owner: User) -> None:
    child = make.child()
    elsewhere = make_provider.class_group(name="别处的班")
    make.enrolment(elsewhere, who=child, during=(JULY, SEPTEMBER), mode="am")
    with pytest.raises(refusals.SeatedElsewhere) as refused:
        take(group, owner, who=child)
    assert "2025-08-31" in refused.value.message
    assert elsewhere.name not in refused.value.message
    assert elsewhere.provider.name not in refused.value.message
    assert take(group, owner, who=child, mode="pm")
    with pytest.raises(refusals.SeatedHere, match=group.name):
        take(make_provider.class_group(group.provider), owner, who=child, mode="pm", start=AUGUST)


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.CANCELLED, Standing.UNFILED])
def test_only_a_filed_and_open_provider_enrols(group: ClassGroup, owner: User, standing: str) -> None:
    group.provider.standing = standing
    group.provider.save()
    with pytest.raises(refusals.ProviderNotOpen):
        take(group, owner)


def test_a_provider_with_a_roll_elsewhere_enrols_nobody_here(group: ClassGroup, owner: User) -> None:
    group.provider.keeps_roll = False
    group.provider.save()
    with pytest.raises(refusals.NoRollHere):
        take(group, owner)


def test_another_providers_owner_may_not_enrol(group: ClassGroup) -> None:
    stranger = make_provider.owner_of(make_provider.provider())
    with pytest.raises(NotAllowed):
        take(group, stranger)


def in_a_week() -> dt.datetime:
    return clock.now() + dt.timedelta(days=7)


def test_a_hold_keeps_others_out_until_it_expires(group: ClassGroup, owner: User) -> None:
    for _ in range(2):
        take(group, owner)
    held = make.child()
    hold_place(group.pk, child_id=held.pk, mode="full", during=DateRange(JULY), expires_at=in_a_week(), by=owner)
    with pytest.raises(refusals.NoFreePlace):
        take(group, owner)
    with clock.freeze(in_a_week()):
        assert take(group, owner)
    assert not Occupancy.objects.filter(child=held).exists()


def test_the_held_child_takes_its_own_place(group: ClassGroup, owner: User) -> None:
    for _ in range(2):
        take(group, owner)
    child = make.child()
    hold_place(group.pk, child_id=child.pk, mode="full", during=DateRange(JULY), expires_at=in_a_week(), by=owner)
    spell = take(group, owner, who=child)
    assert Occupancy.objects.filter(child=child).get().enrolment == spell


def test_a_hold_is_given_back_once(group: ClassGroup, owner: User) -> None:
    child = make.child()
    hold_place(group.pk, child_id=child.pk, mode="full", during=DateRange(JULY), expires_at=in_a_week(), by=owner)
    assert free_full(group)[0] == 2
    assert release(group.pk, child_id=child.pk, by=owner)
    assert not release(group.pk, child_id=child.pk, by=owner)
    assert free_full(group)[0] == 3
    assert AuditEvent.objects.filter(verb="release").count() == 1


@pytest.mark.parametrize("days", [-1, 0, 31])
def test_a_hold_is_short_and_ahead(group: ClassGroup, owner: User, days: int) -> None:
    until = clock.now() + dt.timedelta(days=days)
    with pytest.raises(refusals.HoldTooLong):
        hold_place(group.pk, child_id=make.child().pk, mode="full", during=DateRange(JULY), expires_at=until, by=owner)


def test_a_session_takes_one_day_and_one_half(group: ClassGroup, owner: User) -> None:
    day = dt.date(2025, 7, 14)
    for _ in range(3):
        child = make.child()
        book_session(group.pk, child_id=child.pk, halves=seating.AM, day=day, by=owner)
        book_session(group.pk, child_id=child.pk, halves=seating.AM, day=day, by=owner)
    assert Occupancy.objects.filter(kind="SESSION").count() == 3
    with pytest.raises(refusals.NoFreePlace):
        book_session(group.pk, child_id=make.child().pk, halves=seating.AM, day=day, by=owner)
    book_session(group.pk, child_id=make.child().pk, halves=seating.PM, day=day, by=owner)


def test_ending_frees_the_place_from_the_day_after(group: ClassGroup, owner: User) -> None:
    spells = [take(group, owner) for _ in range(3)]
    end_enrolment(spells[0].pk, last_day=dt.date(2025, 8, 31), by=owner)
    spells[0].refresh_from_db()
    assert (spells[0].state, spells[0].during.upper) == (EnrolmentState.ENDED, SEPTEMBER)
    assert free_full(group)[:3] == [0, 0, 1]
    take(group, owner, start=SEPTEMBER)


def test_ending_twice_is_one_end_and_shortening_is_recorded(group: ClassGroup, owner: User) -> None:
    spell = take(group, owner)
    for _ in range(2):
        end_enrolment(spell.pk, last_day=dt.date(2025, 8, 31), by=owner)
    assert AuditEvent.objects.filter(verb="end_enrolment").count() == 1
    shorter = end_enrolment(spell.pk, last_day=dt.date(2025, 7, 31), by=owner)
    assert shorter.during.upper == AUGUST
    assert seats(shorter) == [(seats(shorter)[0][0], JULY, AUGUST)]
    assert AuditEvent.objects.filter(verb="shorten").count() == 1
    change = FactChange.objects.filter(cause="end").order_by("-pk").first()
    assert (change.from_month, change.to_month) == (JULY, AUGUST)
    with pytest.raises(refusals.EndsAlready):
        end_enrolment(spell.pk, last_day=dt.date(2025, 9, 30), by=owner)
    with pytest.raises(refusals.EndsBeforeItBegins):
        end_enrolment(spell.pk, last_day=dt.date(2025, 6, 30), by=owner)


def test_the_second_person_to_end_it_is_told(group: ClassGroup, owner: User) -> None:
    spell = take(group, owner)
    end_enrolment(spell.pk, last_day=dt.date(2025, 8, 31), by=owner, version=1)
    with pytest.raises(StaleState, match=owner.name):
        end_enrolment(spell.pk, last_day=dt.date(2025, 7, 31), by=owner, version=1)


def test_ending_strikes_out_later_attendance_with_a_note(group: ClassGroup, owner: User) -> None:
    spell = take(group, owner)
    row = make.attendance(spell, "2025-07", "FFFFCCFFF")
    end_enrolment(spell.pk, last_day=dt.date(2025, 7, 4), by=owner, reason="moved away")
    row.refresh_from_db()
    assert row.days == "FFFF".ljust(31, ".")
    assert list(row.notes.order_by("day").values_list("day__day", "before", "after", "reason")) == [
        (n, letter, ".", "moved away") for n, letter in zip(range(5, 10), "CCFFF", strict=True)
    ]


def test_an_annulled_spell_never_was(group: ClassGroup, owner: User) -> None:
    spell = take(group, owner)
    for _ in range(2):
        annul(spell.pk, by=owner, reason="entered twice")
    spell.refresh_from_db()
    assert spell.state == EnrolmentState.ANNULLED
    assert not spell.occupancies.exists()
    assert free_full(group) == [3] * 13
    assert AuditEvent.objects.filter(verb="annul").count() == 1
    assert FactChange.objects.filter(cause="annul").count() == 1
    again = take(group, owner, who=spell.child)
    assert again != spell


def test_a_child_moves_to_another_class_without_a_gap(group: ClassGroup, owner: User) -> None:
    spell = take(group, owner, end=OCTOBER)
    mixed = make_provider.class_group(group.provider, band="MIXED", places=1)
    new = move_to_class(spell.pk, class_group_id=mixed.pk, mode="am", from_day=AUGUST, by=owner)
    spell.refresh_from_db()
    assert (spell.during.upper, new.during.lower, new.during.upper) == (AUGUST, AUGUST, OCTOBER)
    assert (new.class_group, new.mode) == (mixed, "am")


def test_a_move_that_does_not_fit_changes_nothing(group: ClassGroup, owner: User) -> None:
    spell = take(group, owner)
    full = make_provider.class_group(group.provider, band="MIXED", places=1)
    make.enrolment(full)
    with pytest.raises(refusals.NoFreePlace):
        move_to_class(spell.pk, class_group_id=full.pk, mode="full", from_day=AUGUST, by=owner)
    spell.refresh_from_db()
    assert (spell.state, spell.during.upper) == (EnrolmentState.ACTIVE, None)


def test_a_change_marks_the_childs_later_months_elsewhere(group: ClassGroup, owner: User) -> None:
    child = make.child()
    twin_row = make.child(same_as=child)
    later = make_provider.class_group()
    make.enrolment(later, who=twin_row, during=(OCTOBER, None))
    spell = take(group, owner, who=child, end=SEPTEMBER)
    mark = FactChange.objects.get(provider=later.provider)
    assert mark.cause == "enrolment-later"
    assert mark.from_month == SEPTEMBER
    assert spell.provider != later.provider


def test_every_state_is_constrained(group: ClassGroup) -> None:
    spell = make.enrolment(group)
    with pytest.raises(IntegrityError, match="enrolment_ended_has_an_end"), transaction.atomic():
        Enrolment.objects.filter(pk=spell.pk).update(state="ENDED")
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute("UPDATE enrolments_enrolment SET state = 'GONE' WHERE id = %s", [spell.pk])
