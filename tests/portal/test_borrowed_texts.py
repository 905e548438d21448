"""Pages that libraries bring speak the house's Chinese: 您, and no English sentence left over."""

import re
from html import unescape

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from tests.factories import portal as make

pytestmark = pytest.mark.django_db
STRANGER = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
PERSON = ["account_change_password", "account_logout", "account_reauthenticate", "usersessions_list", "mfa_index",
          "mfa_activate_totp"]  # fmt: skip
WITH_TOTP = ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp",
             "mfa_reauthenticate"]  # fmt: skip
ENGLISH = re.compile(r"[A-Za-z’']{2,}(?: [A-Za-z’']{2,}){2,}")


def words(answer) -> str:
    """What a person reads on the page."""
    assert answer.status_code == 200, answer.status_code
    page = re.sub(r"<(script|style|svg)\b.*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def assert_house_chinese(answer) -> None:
    text = words(answer)
    assert "你" not in text
    assert not ENGLISH.findall(text.replace("English EN glish", ""))  # the switch to the other language


@pytest.fixture
def person(city):
    made = make.user()
    made.set_password("Long-enough-2025")
    made.save()
    return made


def log_in(client, person):
    client.post(reverse("account_login"), {"login": person.username, "password": "Long-enough-2025"})
    return client


@pytest.mark.parametrize("page", STRANGER)
def test_a_stranger_reads_chinese(city, client, page):
    assert_house_chinese(client.get(reverse(page)))


@pytest.mark.parametrize("page", PERSON)
def test_a_person_reads_chinese(client, person, page):
    assert_house_chinese(log_in(client, person).get(reverse(page), follow=True))


@pytest.mark.parametrize("page", WITH_TOTP)
def test_a_person_with_a_second_factor_reads_chinese(client, person, page):
    log_in(client, person)
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    assert_house_chinese(client.get(reverse(page), follow=True))


def test_a_refused_password_is_refused_politely(client, person):
    log_in(client, person)
    for old, new in (("Long-enough-2025", "123"), ("wrong", "Another-one-2025"), ("Long-enough-2025", person.username)):
        answer = client.post(
            reverse("account_change_password"), {"oldpassword": old, "password1": new, "password2": new}
        )
        assert answer.context["form"].errors
        assert_house_chinese(answer)


def test_hints_for_a_password_say_nin(client, person):
    assert "您的密码不能全部是数字" in words(log_in(client, person).get(reverse("account_change_password")))
