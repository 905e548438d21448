"""City officers keep the calendar and continue the numbers of the law; a missing year is said, never guessed."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from portal import law, workdays
from portal.actions import calendar
from portal.models import AuditEvent, CalendarDay, LawValue, Role
from portal.problems import MissingCalendar, NotAllowed
from tests.factories import portal as make

pytestmark = pytest.mark.django_db
CHRISTMAS = dt.date(2025, 12, 25)


def test_make_up_days_and_holidays_come_from_the_published_list(db, capsys):
    call_command("load_calendar", "2025")
    assert "365 days added" in capsys.readouterr().out
    assert CalendarDay.objects.get(day="2025-09-28").working  # Sunday, worked for the October holiday
    assert CalendarDay.objects.get(day="2025-10-01").name == "国庆节"
    call_command("load_calendar", "2025")
    assert "Nothing to do" in capsys.readouterr().out


def test_filling_again_keeps_what_an_officer_changed(city, official, capsys):
    calendar.set_day(CHRISTMAS, working=False, name="地方放假", by=official(Role.CITY, "4401"))
    call_command("load_calendar", "2025")
    assert not CalendarDay.objects.get(day=CHRISTMAS).working


def test_a_changed_day_moves_the_clocks_and_leaves_a_trace(city, official):
    assert workdays.add(dt.date(2025, 12, 24), 1) == CHRISTMAS
    calendar.set_day(CHRISTMAS, working=False, name="地方放假", by=official(Role.CITY, "4401"))
    assert workdays.add(dt.date(2025, 12, 24), 1) == dt.date(2025, 12, 26)
    event = AuditEvent.objects.get(verb="set_calendar_day")
    assert (event.before, event.after, event.subject) == ("work", "rest", "portal.CalendarDay:2025-12-25")


def test_only_city_officers_change_it(city, official, client_of):
    for role, area in [(Role.DISTRICT, "440105"), (Role.AUDITOR, "4401")]:
        with pytest.raises(NotAllowed):
            calendar.set_day(CHRISTMAS, working=False, name="x", by=official(role, area))
        client_of(official(role, area)).post(reverse("calendar"), {"day": "2025-12-25", "working": "no", "name": "x"})
    assert CalendarDay.objects.get(day=CHRISTMAS).working


def test_the_page_changes_a_day_and_names_a_wrong_one(city, official, client_of):
    client = client_of(official(Role.CITY, "4401"))
    form = {"day": "2025-12-25", "working": "no", "name": "地方放假"}
    assert client.post(reverse("calendar"), form).status_code == 302
    assert not CalendarDay.objects.get(day=CHRISTMAS).working
    wrong = client.post(reverse("calendar"), {**form, "day": "2025-02-30"})
    assert wrong.status_code == 200
    assert "地方放假" in wrong.content.decode()


def test_a_missing_year_is_said_and_can_be_entered_by_hand(city, official, client_of):
    with pytest.raises(MissingCalendar, match="2027"):
        workdays.add(dt.date(2026, 12, 31), 1)
    client = client_of(official(Role.CITY, "4401"))
    assert "2027" in client.get("/settings/calendar/2027/").content.decode()
    client.post("/settings/calendar/2027/", {"fill": "published"})
    assert not CalendarDay.objects.filter(day__year=2027).exists()
    client.post("/settings/calendar/2027/", {"fill": "plain"})
    assert CalendarDay.objects.filter(day__year=2027).count() == 365
    assert workdays.add(dt.date(2026, 12, 31), 1) == dt.date(2027, 1, 1)


def test_the_calendar_page_of_an_impossible_year_is_not_found(city, official, client_of):
    assert client_of(official(Role.CITY, "4401")).get("/settings/calendar/1900/").status_code == 404


# --- law ---


def test_defaults_need_areas_and_are_loaded_once(day, capsys):
    with pytest.raises(CommandError):
        call_command("load_law")


def test_every_default_is_in_force_and_names_its_clause(day):
    root = make.area("44", "广东省", "province", None)
    call_command("load_law")
    added = LawValue.objects.count()
    call_command("load_law")
    assert LawValue.objects.count() == added > 5
    row = law.row("filing.receipt_workdays", root.path, dt.date(2025, 7, 10))
    assert (row.value, row.clause.document.doc_no) == (5, "国卫办人口发〔2019〕25号")


def test_a_city_officer_adds_the_value_that_follows(city, official, client_of):
    client = client_of(official(Role.CITY, "4401"))
    url = reverse("law_key", args=["notice.workdays"])
    form = {"area": "4401", "value": "7", "valid_from": "2025-08-01", "clause": ""}
    assert client.post(url, form).status_code == 302
    path = city["440105"].path
    assert law.value("notice.workdays", path, dt.date(2025, 7, 31)) == 5
    assert law.value("notice.workdays", path, dt.date(2025, 8, 1)) == 7
    earlier = client.post(url, {**form, "valid_from": "2025-07-01"})
    assert earlier.status_code == 200
    assert "2025-08-01" in earlier.content.decode()


def test_nobody_sets_the_number_of_an_area_that_is_not_theirs(city, official, client_of):
    url = reverse("law_key", args=["notice.workdays"])
    form = {"area": "4401", "value": "7", "valid_from": "2025-08-01"}
    client_of(official(Role.DISTRICT, "440105")).post(url, form)
    elsewhere = client_of(official(Role.CITY, "4401")).post(url, {**form, "area": "44"})
    assert "area" in elsewhere.context["form"].errors
    assert law.value("notice.workdays", city["4401"].path, dt.date(2025, 9, 1)) == 5
