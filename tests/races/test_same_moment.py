"""Two people at the same moment, through the pages: one is done, the other gets a calm answer, never a 500."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from portal.models import User
from tests.factories import portal as make
from tests.races.conftest import Race

PASSWORD = "long-enough-2025"


@pytest.fixture(autouse=True)
def as_in_production(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def opening(username: str, email: str):
    """Somebody who opens an account."""
    form = {"name": "示例·新人", "username": username, "email": email, "password1": PASSWORD, "password2": PASSWORD}
    return lambda: Client().post(reverse("account_signup"), form)


def test_two_people_take_one_user_name_at_the_same_moment(race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Barrier(2, timeout=20)  # both have been told that the name is free
    save = DefaultAccountAdapter.save_user

    def late(self, *args, **kwargs):
        looked.wait()
        return save(self, *args, **kwargs)

    monkeypatch.setattr(DefaultAccountAdapter, "save_user", late)
    race.run([opening("xin", "one@example.com"), opening("xin", "two@example.com")])
    assert race.lost == []
    assert sorted(answer.status_code for answer in race.won) == [302, 409]
    [refused] = [answer for answer in race.won if answer.status_code == 409]
    assert "正好在同一时刻" in refused.content.decode()
    assert User.objects.filter(username="xin").count() == 1


def test_a_row_that_somebody_holds_for_long_is_a_busy_page(race: Race) -> None:
    person = make.user(name="示例·旧名")
    client, url, form = make.client_of(person), reverse("account"), {"name": "示例·新名", "phone": ""}
    with _held(person):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        answer = client.post(url, form)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "正在处理相同的记录" in answer.content.decode()
    assert User.objects.get(pk=person.pk).name == "示例·旧名"
    assert client.post(url, form).status_code == 302
    assert User.objects.get(pk=person.pk).name == "示例·新名"


@contextmanager
def _held(person: User) -> Iterator[None]:
    """Another connection has locked the person's row and does not let go."""
    holds, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=person.pk)
            holds.set()
            done.wait(30)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holds.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join()
