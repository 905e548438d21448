"""Whoever keeps accounts and the calendar is told in the morning, once, and reads it in the inbox."""

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from portal import clock, tasks
from portal.actions import people
from portal.actions.areas import AreaRow, load_areas
from portal.actions.reminding import remind
from portal.models import CalendarDay, Membership, Role

pytestmark = pytest.mark.django_db


def subjects(client_of, person):
    """What the person's inbox shows."""
    return [message.subject for message in client_of(person).get(reverse("inbox")).context["page"]]


def on(day):
    return clock.freeze(dt.datetime.combine(day, dt.time(8), clock.SHANGHAI))


def test_an_invitation_nobody_took_up_is_told_before_it_lapses(city, official, client_of):
    keeper = official(Role.SYSADMIN, "4401", "IT")
    people.invite("new@example.com", "示例·新", Role.CITY, city["4401"], department="HEALTH", link=str, by=keeper)
    assert tasks.remind_keepers() == 0
    with on(dt.date(2025, 7, 14)):
        assert tasks.remind_keepers() == tasks.remind_keepers() == 1
    assert subjects(client_of, keeper) == ["示例·新的邀请还没有人接受"]


def test_an_account_without_a_second_factor_is_told_after_a_week(city, official, client_of, settings):
    settings.TOTP_FOR_OFFICIALS = True
    keeper, safe, bare = (
        official(Role.SYSADMIN, "4401", "IT"),
        official(Role.CITY, "4401"),
        official("DISTRICT", "440105"),
    )
    for person in (keeper, safe):
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    assert remind(dt.date(2025, 7, 10)) == 0
    Membership.objects.update(granted_at=clock.now() - dt.timedelta(days=8))
    assert remind(dt.date(2025, 7, 10)) == remind(dt.date(2025, 7, 10)) == 1
    settings.TOTP_FOR_OFFICIALS = False
    assert subjects(client_of, keeper) == [f"账号 {bare.username} 尚未设置两步验证"]


def test_a_calendar_that_ends_is_told_from_november_to_those_who_can_fill_it(city, official, client_of):
    officer, other = official(Role.CITY, "4401"), official("DISTRICT", "440105")
    CalendarDay.objects.filter(day__year=2026).delete()
    assert remind(dt.date(2025, 10, 31)) == 0
    assert remind(dt.date(2025, 11, 1)) == remind(dt.date(2025, 11, 2)) == 1
    assert subjects(client_of, officer) == ["工作日历缺少 2026 年"]
    assert subjects(client_of, other) == []


def test_an_office_over_an_area_that_is_no_more_is_told_once(city, official, client_of):
    keeper, left = official(Role.SYSADMIN, "4401", "IT"), official(Role.SUBDISTRICT, "440105001")
    official(Role.SUBDISTRICT, "440106001")
    row = AreaRow(
        "440105001", "赤岗街道", "street", "440105", valid_to=dt.date(2025, 7, 31), successor_code="440106001"
    )
    load_areas([row], by=None)
    assert remind(dt.date(2025, 7, 31)) == 0
    with on(dt.date(2025, 8, 1)):
        tasks.nightly()
        assert tasks.remind_keepers() == tasks.remind_keepers() == 1
    assert subjects(client_of, keeper) == [f"赤岗街道已撤销，{left.name}仍在该处任职"]
    with on(dt.date(2025, 8, 4)):
        people.end(Membership.objects.get(user=left).pk, by=keeper)
        assert remind(dt.date(2025, 8, 5)) == 0
