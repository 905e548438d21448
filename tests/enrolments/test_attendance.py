"""Entering attendance: letters where they can stand, nobody's typing lost, corrections with their reason."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from enrolments.actions.attendance import ChangedMeanwhile, DaysMissing, WrongCell, confirm_month, enter
from enrolments.actions.refusals import AttendanceLocked
from enrolments.letters import Change, letter_of, missing
from enrolments.models import AttendanceMonth, AttendanceNote, Enrolment
from enrolments.queries.attendance import missing_by_month
from portal import clock
from portal.dates import DateRange, Month
from portal.models import AuditEvent, User
from portal.problems import NotAllowed
from providers.models import ClassGroup, FactChange, MonthReturn
from tests.enrolments.conftest import JULY
from tests.factories import enrolments as make
from tests.factories import providers as make_provider

MONTH, JUNE = Month(2025, 7), Month(2025, 6)
JULY_FRESH = "....CC.....CC.....CC.....CC...."  # weekends of July 2025


@pytest.fixture
def client(owner: User, client_of: Callable) -> Client:
    client = client_of(owner)
    client.cookies["tuoyu_lang"] = "en"
    return client


@pytest.fixture
def spell(group: ClassGroup) -> Enrolment:
    return make.enrolment(group, who=make.identified())


def on(day: int) -> dt.date:
    return dt.date(2025, 7, day)


def put(spell: Enrolment, by: User, day: int, after: str, before: str = ".", **more: str) -> int:
    change = Change(spell.pk, on(day), before, after)
    return enter(spell.provider_id, month=MONTH, changes=[change], by=by, **more)


def lock(group: ClassGroup, month: Month = MONTH) -> None:
    MonthReturn.objects.create(
        provider=group.provider, month=month.first, item="statement", confirmed_at=clock.now(), confirmed_by=None
    )


def url(name: str, spell: Enrolment, *more: str) -> str:
    return reverse(f"enrolments:{name}", args=[spell.provider.public_id, *more])


# --- the action -------------------------------------------------------------------------------------------------------


def test_the_first_entry_knows_the_closed_days(spell: Enrolment, owner: User) -> None:
    assert put(spell, owner, 1, "F") == 1
    row = AttendanceMonth.objects.get()
    assert row.days == "F" + JULY_FRESH[1:]
    assert (row.entered_by, row.version) == (owner, 1)
    mark = FactChange.objects.get(cause="attendance")
    assert (mark.from_month, mark.to_month) == (JULY, JULY)
    assert AuditEvent.objects.get(verb="enter_attendance").detail == {
        "month": "2025-07",
        "cells": 1,
        "correction": False,
    }


def test_entering_the_same_again_changes_nothing(spell: Enrolment, owner: User) -> None:
    put(spell, owner, 1, "F")
    assert put(spell, owner, 1, "F") == 0
    assert AttendanceMonth.objects.get().version == 1
    assert AuditEvent.objects.filter(verb="enter_attendance").count() == 1


@pytest.mark.parametrize(
    ("number", "letter", "fault"),
    [(11, "F", "AHEAD"), (11, "-", "AHEAD"), (11, "S", "AHEAD"), (1, "Q", "LETTER"), (11, "L", None), (31, "C", None)],
)
def test_what_cannot_have_happened_cannot_be_entered(
    spell: Enrolment, owner: User, number: int, letter: str, fault: str | None
) -> None:
    if fault is None:
        assert put(spell, owner, number, letter) == 1
        return
    with pytest.raises(WrongCell) as refused:
        put(spell, owner, number, letter)
    assert refused.value.cells == {(spell.pk, on(number)): fault}


def test_days_outside_the_spell_stay_empty(group: ClassGroup, owner: User) -> None:
    spell = make.enrolment(group, during=(on(5), on(9)))
    for day in (4, 9):
        with pytest.raises(WrongCell):
            put(spell, owner, day, "F")
    assert put(spell, owner, 8, "F") == 1
    assert AttendanceMonth.objects.get().days == "....CC.F".ljust(31, ".")


def test_another_providers_people_cannot_enter(spell: Enrolment) -> None:
    stranger = make_provider.owner_of(make_provider.provider())
    with pytest.raises(NotAllowed):
        put(spell, stranger, 1, "F")


def test_a_spell_of_another_provider_in_the_form_falls_away(spell: Enrolment, owner: User) -> None:
    foreign = make.enrolment(make_provider.class_group())
    change = Change(foreign.pk, on(1), ".", "F")
    assert enter(spell.provider_id, month=MONTH, changes=[change], by=owner) == 0
    assert not AttendanceMonth.objects.exists()


def test_two_people_in_different_cells_keep_both(spell: Enrolment, owner: User) -> None:
    colleague = make_provider.owner_of(spell.provider)
    put(spell, owner, 1, "F")
    put(spell, colleague, 2, "S")
    assert AttendanceMonth.objects.get().days.startswith("FS")


def test_the_second_person_in_one_cell_is_told_who_and_what(spell: Enrolment, owner: User) -> None:
    colleague = make_provider.owner_of(spell.provider)
    put(spell, colleague, 1, "S")
    with pytest.raises(ChangedMeanwhile) as refused:
        put(spell, owner, 1, "F")
    (clash,) = refused.value.clashes
    assert (clash.day, clash.theirs, clash.who) == (on(1), "S", colleague.name)
    assert AttendanceMonth.objects.get().days.startswith("S")
    assert put(spell, owner, 1, "F", before="S") == 1


def test_after_the_statement_a_change_is_a_correction_with_its_reason(spell: Enrolment, owner: User) -> None:
    put(spell, owner, 1, "F")
    lock(spell.class_group)
    with pytest.raises(AttendanceLocked):
        put(spell, owner, 1, "S", before="F")
    with pytest.raises(AttendanceLocked):
        put(spell, owner, 1, "S", before="F", reason="   ")
    assert put(spell, owner, 1, "S", before="F", reason="doctor's note came late") == 1
    note = AttendanceNote.objects.get()
    assert (note.day, note.before, note.after, note.by) == (on(1), "F", "S", owner)
    assert note.reason == "doctor's note came late"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AttendanceNote.objects.update(reason="other")


def test_a_month_is_confirmed_once_and_only_when_complete(group: ClassGroup, owner: User) -> None:
    spell = make.enrolment(group, during=(dt.date(2025, 6, 2), None))
    row = make.attendance(spell, "2025-06", "." + "F" * 28)
    with pytest.raises(DaysMissing) as refused:
        confirm_month(group.provider_id, month=JUNE, by=owner)
    assert refused.value.detail == {"days": 1}  # Monday the 30th; Sunday the 1st is before the spell
    row.days = "." + "F" * 29 + "."
    row.save()
    first = confirm_month(group.provider_id, month=JUNE, by=owner)
    assert confirm_month(group.provider_id, month=JUNE, by=owner) == first
    assert (first.item, first.detail) == ("attendance", {"children": 1})
    assert AuditEvent.objects.filter(verb="confirm_attendance").count() == 1


def test_missing_days_are_working_days_of_the_spell_so_far(group: ClassGroup) -> None:
    make.enrolment(group, during=(on(3), on(8)))  # Thursday to Monday: 3, 4, 7
    entered = make.enrolment(group)
    make.attendance(entered, "2025-07", "FFFFCCFF.F")  # the 9th is missing
    gone = make.enrolment(group, during=(dt.date(2025, 5, 1), dt.date(2025, 6, 1)))
    assert gone.during.upper < JULY
    found = missing_by_month([group.provider_id], [JUNE, MONTH], until=on(10))
    assert found[group.provider_id, JULY] == (4, 2)
    assert found[group.provider_id, JUNE.first] == (20, 1)  # the second child, all of June but holidays


def test_missing_in_python_and_in_sql_agree(group: ClassGroup) -> None:
    from enrolments.queries.attendance import closed_days  # one rule written twice: held together here

    spell = make.enrolment(group, during=(on(2), None))
    row = make.attendance(spell, "2025-07", ".FF.CCF")
    days = list(missing(row.days, DateRange.of(spell.during), MONTH, closed_days(MONTH), on(10)))
    assert len(days) == missing_by_month([group.provider_id], [MONTH], until=on(10))[group.provider_id, JULY][0]


@pytest.mark.parametrize(
    ("typed", "letter"),
    [
        ("f", "F"),
        ("Ｆ", "F"),
        ("√", "F"),
        ("全", "F"),
        ("病", "S"),
        ("假", "L"),
        ("休", "C"),
        ("", "."),
        ("x", "-"),
        ("Z", None),
        ("FF", None),
    ],
)
def test_letters_as_people_type_them(typed: str, letter: str | None) -> None:
    assert letter_of(typed) == letter


# --- the grid ---------------------------------------------------------------------------------------------------------


def grid(spell: Enrolment, base: str = JULY_FRESH, **cells: str) -> dict[str, str]:
    """What the month page sends: its base letters and the typed ones."""
    return {f"b{spell.pk}": base} | {f"d{spell.pk}-{day[1:]}": letter for day, letter in cells.items()}


def test_a_month_is_typed_and_saved(spell: Enrolment, client: Client) -> None:
    response = client.post(url("month", spell, "2025-07"), grid(spell, d1="f", d2="病", d3="-", d11="l"))
    assert response.status_code == 302
    assert AttendanceMonth.objects.get().days == "FS-.CC....LCC....." + JULY_FRESH[18:]
    page = client.get(url("month", spell, "2025-07")).content.decode()
    assert "4 entries changed" in page
    assert 'value="S" maxlength="1"' in page


def test_a_wrong_letter_keeps_the_rest_and_points_at_the_cell(spell: Enrolment, client: Client) -> None:
    response = client.post(url("month", spell, "2025-07"), grid(spell, d1="F", d2="Z", d30="F"))
    assert response.status_code == 422
    page = response.content.decode()
    assert f'href="#d{spell.pk}-2"' in page
    assert 'value="Z"' in page
    assert not AttendanceMonth.objects.exists()
    response = client.post(url("month", spell, "2025-07"), grid(spell, d1="F", d30="F"))
    assert f'href="#d{spell.pk}-30"' in response.content.decode()
    assert not AttendanceMonth.objects.exists()


def test_a_stale_page_is_told_and_wins_when_sent_again(spell: Enrolment, owner: User, client: Client) -> None:
    colleague = make_provider.owner_of(spell.provider, name="示例·同事")
    put(spell, colleague, 1, "S")
    response = client.post(url("month", spell, "2025-07"), grid(spell, d1="F", d2="F"))
    assert response.status_code == 422
    page = response.content.decode()
    assert "示例·同事" in page
    assert "now “S”" in page
    (row,) = response.context["form"].rows
    assert [cell.value for cell in row.cells[:2]] == ["F", "F"]
    again = client.post(url("month", spell, "2025-07"), grid(spell, base=row.base, d1="F", d2="F"))
    assert again.status_code == 302
    assert AttendanceMonth.objects.get().days.startswith("FF")


def test_all_present_fills_only_what_is_open_and_as_booked(group: ClassGroup, client: Client) -> None:
    full, morning = make.enrolment(group), make.enrolment(group, mode="am")
    data = grid(full, d10="S") | grid(morning) | {"all-present": "1"}
    assert client.post(url("month", full, "2025-07"), data).status_code == 302
    assert [AttendanceMonth.objects.get(enrolment=one).days[9] for one in (full, morning)] == ["S", "A"]


def test_a_locked_month_asks_for_the_reason_and_keeps_the_typing(spell: Enrolment, client: Client) -> None:
    lock(spell.class_group)
    data = grid(spell, d1="F")
    response = client.post(url("month", spell, "2025-07"), data)
    assert response.status_code == 422
    assert 'href="#reason"' in response.content.decode()
    assert response.context["form"].rows[0].cells[0].value == "F"
    assert client.post(url("month", spell, "2025-07"), data | {"reason": "counted again"}).status_code == 302
    assert AttendanceNote.objects.get().reason == "counted again"


def test_a_broken_base_is_not_believed(spell: Enrolment, client: Client) -> None:
    assert client.post(url("month", spell, "2025-07"), grid(spell, base="<b>", d1="F")).status_code == 302
    assert AttendanceMonth.objects.get().days[0] == "F"


def test_the_grid_shows_one_class_at_a_time(group: ClassGroup, client: Client) -> None:
    other = make_provider.class_group(group.provider, band="MIXED")
    here, there = make.enrolment(group), make.enrolment(other)
    first = client.get(url("month", here, "2025-07"))
    assert [row.spell for row in first.context["form"].rows] == [here]
    second = client.get(url("month", here, "2025-07") + f"?class={other.public_id}")
    assert [row.spell for row in second.context["form"].rows] == [there]
    assert client.get(url("month", here, "2023-01")).context["form"].rows == []


def test_a_month_without_a_calendar_says_so(spell: Enrolment, client: Client) -> None:
    page = client.get(url("month", spell, "2027-01")).content.decode()
    assert "calendar of this month is missing" in page


def test_the_month_is_confirmed_with_one_button(group: ClassGroup, client: Client) -> None:
    spell = make.enrolment(group, during=(dt.date(2025, 6, 30), None))
    assert "1 entry missing" in client.get(url("month", spell, "2025-06")).content.decode()
    make.attendance(spell, "2025-06", "." * 29 + "F")
    assert "Confirm the month" in client.get(url("month", spell, "2025-06")).content.decode()
    client.post(url("confirm", spell, "2025-06"))
    assert "Confirmed by" in client.get(url("month", spell, "2025-06")).content.decode()


# --- one day on the phone ---------------------------------------------------------------------------------------------


def test_one_day_is_ticked_off(group: ClassGroup, client: Client) -> None:
    one, two = make.enrolment(group), make.enrolment(group)
    gone = make.enrolment(group, during=(dt.date(2025, 6, 1), JULY))
    page = client.get(client.get(url("today", one))["Location"])
    assert {row.spell for row in page.context["form"].rows} == {one, two}
    assert gone.class_group == group
    data = grid(one, d10="F") | grid(two, d10="S")
    assert client.post(url("day", one, "2025-07-10"), data).status_code == 302
    assert [AttendanceMonth.objects.get(enrolment=spell).days[9] for spell in (one, two)] == ["F", "S"]


def test_everybody_else_present_is_one_tap(group: ClassGroup, client: Client) -> None:
    one, two = make.enrolment(group), make.enrolment(group)
    data = grid(one, d9="S") | grid(two) | {"all-present": "1"}
    assert client.post(url("day", one, "2025-07-09"), data).status_code == 302
    assert [AttendanceMonth.objects.get(enrolment=spell).days[8] for spell in (one, two)] == ["S", "F"]


def test_tomorrow_takes_only_leave(spell: Enrolment, client: Client) -> None:
    assert client.post(url("day", spell, "2025-07-11"), grid(spell, d11="F")).status_code == 422
    assert client.post(url("day", spell, "2025-07-11"), grid(spell, d11="L")).status_code == 302


def test_the_to_do_list_counts_missing_entries(spell: Enrolment, client: Client) -> None:
    page = client.get(reverse("home")).content.decode()
    assert "Enter attendance of 2025-06" in page
    assert url("month", spell, "2025-06") in page
