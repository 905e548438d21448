"""Logging in as people do it: sign-up with a name, lockout, reset by mail, sessions, the second factor."""

import base64
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from django.urls import reverse

from portal import outbox, secrets
from portal.checks import production_has_no_demo_people, production_is_not_a_demo
from portal.models import OutgoingMessage, Role, User
from tests.factories import portal as make

pytestmark = pytest.mark.django_db
PASSWORD = "long-enough-2025"


@pytest.fixture(autouse=True)
def rows_for_mail(settings):
    settings.EMAIL_BACKEND = "portal.outbox.RowBackend"
    settings.OUTBOX_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()  # failed logins are counted there
    yield
    cache.clear()


def person(username="zhang", **fields) -> User:
    made = make.user(username=username, **fields)
    made.set_password(PASSWORD)
    made.save()
    return made


def login(client: Client, name: str, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": name, "password": password})


def test_a_newcomer_opens_an_account_with_a_name(day):
    client = Client()
    form = {"name": "示例·新人", "phone": "138 0013 8000", "username": "xin", "email": "xin@example.com",
            "password1": PASSWORD, "password2": PASSWORD}  # fmt: skip
    assert client.post(reverse("account_signup"), form)["Location"] == "/home/"
    made = User.objects.get(username="xin")
    assert (made.name, made.phone, made.is_staff) == ("示例·新人", "13800138000", False)
    assert client.get("/home/").status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"phone": "12"}, "phone"), ({"username": "zhang"}, "username"),
     ({"password1": "short", "password2": "short"}, "password1"), ({"email": "no"}, "email")],
)  # fmt: skip
def test_a_faulty_sign_up_names_the_field_and_keeps_the_rest(day, change, field):
    person()
    form = {"name": "示例·新人", "phone": "", "username": "xin", "email": "xin@example.com", "password1": PASSWORD,
            "password2": PASSWORD}  # fmt: skip
    answer = Client().post(reverse("account_signup"), {**form, **change})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert field == "email" or "xin@example.com" in answer.content.decode()
    assert not User.objects.filter(username="xin").exists()


@pytest.mark.parametrize("name", ["zhang", "zhang@example.com", "ZHANG@example.com"])
def test_people_log_in_by_name_or_e_mail(day, name):
    person()
    client = Client()
    assert login(client, name)["Location"] == "/home/"
    assert client.get("/home/").status_code == 200


def test_five_wrong_passwords_lock_even_the_right_one_out(day):
    person()
    client = Client()
    for _ in range(5):
        assert login(client, "zhang", "wrong").status_code == 200
    refused = login(client, "zhang")
    assert refused.status_code in {200, 429}
    assert client.get("/home/").status_code == 302


def test_a_forgotten_password_is_reset_by_a_mail_that_is_a_row(day):
    person()
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "zhang@example.com"})
    message = OutgoingMessage.objects.get()
    assert message.to == "zhang@example.com"
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", message.body)[1]
    assert outbox.send_due() == 1
    assert OutgoingMessage.objects.get().body == ""
    form = client.get(link, follow=True)
    new = {"password1": "another-long-2026", "password2": "another-long-2026"}
    assert client.post(form.redirect_chain[-1][0], new).status_code == 302
    assert login(Client(), "zhang", "another-long-2026").status_code == 302
    assert login(Client(), "zhang").status_code == 200


def test_an_unknown_address_is_not_betrayed(day):
    person()
    known, unknown = (
        Client().post(reverse("account_reset_password"), {"email": email})
        for email in ("zhang@example.com", "nobody@example.com")
    )
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_other_sessions_can_be_ended(day):
    person()
    here, elsewhere = Client(), Client()
    login(here, "zhang"), login(elsewhere, "zhang")
    assert here.get(reverse("usersessions_list")).content.decode().count("127.0.0.1") == 2
    assert here.post(reverse("usersessions_list"))["Location"] == reverse("usersessions_list")
    assert here.get("/home/").status_code == 200
    assert elsewhere.get("/home/").status_code == 302


def test_a_session_that_has_run_out_is_not_listed_and_does_no_harm(day):
    person()
    here, elsewhere = Client(), Client()
    login(here, "zhang"), login(elsewhere, "zhang")
    elsewhere.session.delete()
    answer = here.get(reverse("usersessions_list"))
    assert (answer.status_code, answer.content.decode().count("127.0.0.1")) == (200, 1)


def test_an_official_sets_up_the_second_factor_and_logs_in_with_it(city, settings):
    settings.TOTP_FOR_OFFICIALS = True
    officer = person("li")
    make_officer(officer, city)
    client = Client()
    login(client, "li")
    assert client.get("/home/")["Location"] == reverse("mfa_activate_totp")
    asked = client.get(reverse("mfa_activate_totp"))["Location"]  # the password once more, then the key is shown
    assert re.search(r'<button class="btn"[^>]*>[^<]+</button>', client.get(asked).content.decode())  # allauth's page
    assert client.post(asked, {"password": PASSWORD})["Location"] == reverse("mfa_activate_totp")
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    assert "style=" not in page.content.decode()
    secret = client.session["mfa.totp.secret"]
    assert client.post(reverse("mfa_activate_totp"), {"code": code(secret)}).status_code == 302
    assert client.get("/home/").status_code == 200
    second = Client()
    assert login(second, "li")["Location"].startswith(reverse("mfa_authenticate"))
    assert second.get("/home/").status_code == 302
    right = set(codes(secret))
    no_code = next(f"{n:06d}" for n in range(10) if f"{n:06d}" not in right)
    assert second.post(reverse("mfa_authenticate"), {"code": no_code}).context["form"].errors["code"]
    assert second.get("/home/").status_code == 302
    kept = Authenticator.objects.get(user=officer, type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in kept and secrets.unseal(base64.b64decode(kept), about="mfa").decode() == secret
    used = f"allauth.mfa.totp.used?user={officer.pk}&code={code(secret)}"
    cache.delete(used)  # a code works once, and half a minute does not pass in a test
    assert second.post(reverse("mfa_authenticate"), {"code": code(secret)}).status_code == 302
    assert second.get("/home/").status_code == 200


def make_officer(user: User, city) -> None:
    from portal.actions import people

    people.grant(user, Role.DISTRICT, city["440105"], department="HEALTH", by=make.official(Role.CITY, "4401"))


def codes(secret: str) -> list[str]:
    """What the app shows in the half-minutes that count: the last, this, the next."""
    return [format_hotp_value(hotp_value(secret, counter)) for counter in yield_hotp_counters_from_time()]


def code(secret: str) -> str:
    return codes(secret)[1]


def aged(client: Client, **ages: int) -> None:
    """Turn the marks of a session back by minutes."""
    session = client.session
    for mark, minutes in ages.items():
        session[mark] -= minutes * 60
    session.save()


@pytest.mark.parametrize(("idle", "status"), [(29, 200), (31, 302)])
def test_an_official_who_does_nothing_for_half_an_hour_logs_in_again(city, official, client_of, idle, status):
    client = client_of(official(Role.DISTRICT, "440105"))
    client.get("/home/")
    aged(client, session_last_seen=idle)
    answer = client.get("/notices/?page=1")
    assert answer.status_code == status
    if status == 302:
        assert answer["Location"] == f"{reverse('account_login')}?next=/notices/%3Fpage%3D1"
        assert "登录已超时" in client.get(answer["Location"]).content.decode()
        assert client.get("/home/").status_code == 302


def test_what_a_page_asks_for_by_itself_keeps_nobody_logged_in(city, official, client_of):
    client = client_of(official(Role.DISTRICT, "440105"))
    client.get("/home/")
    aged(client, session_last_seen=20)
    client.get("/runs/", HTTP_HX_REQUEST="true")
    aged(client, session_last_seen=20)
    answer = client.get("/runs/", HTTP_HX_REQUEST="true")
    assert answer["HX-Refresh"] == "true"
    assert client.get("/home/").status_code == 302


def test_an_active_official_stays_until_the_day_is_over(city, official, client_of):
    client = client_of(official(Role.DISTRICT, "440105"))
    client.get("/home/")
    for _ in range(3):
        aged(client, session_last_seen=20)
        assert client.get("/home/").status_code == 200
    aged(client, session_began=8 * 60 + 1)
    assert client.get("/api/v1/providers/").json()["type"].endswith("session-over")


def test_a_parent_is_not_hurried(city, client_of):
    client = client_of(person())
    client.get("/home/")
    aged(client, session_last_seen=7 * 60)
    assert client.get("/home/").status_code == 200


def test_production_does_not_start_with_demo_accounts_or_local_secrets(day, settings):
    settings.PRODUCTION = True
    settings.DEMO = True
    person(is_demo=True)
    with pytest.raises(SystemCheckError) as refused:  # what the compose file runs before anybody is served
        call_command("check", deploy=True, databases=["default"])
    assert all(fault in str(refused.value) for fault in ("tuoyu.E001", "tuoyu.E002", "tuoyu.E004"))
    assert {fault.id for fault in production_is_not_a_demo(None)} >= {"tuoyu.E001", "tuoyu.E002"}
    assert [fault.id for fault in production_has_no_demo_people(None, databases=["default"])] == ["tuoyu.E004"]
    User.objects.update(is_demo=False)
    assert production_has_no_demo_people(None, databases=["default"]) == []
