"""Ways in and out that ill will tries: redirects, foreign files, formulas, forged senders, keys in logs."""

import io
import zipfile

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal import logs, sheets
from portal.models import OutgoingMessage, StoredFile, User
from providers.api.throttle import Counted
from providers.models import Document
from tests.factories import portal as make
from tests.factories import providers as of_providers

pytestmark = pytest.mark.django_db
AWAY = [
    "https://evil.example.com/",
    "//evil.example.com/",
    "///evil.example.com",
    "http:evil.example.com",
    "/\\evil.example.com",
    "\\\\evil.example.com",
    "javascript:alert(1)",
    "https://testserver@evil.example.com/",
    "/\t/evil.example.com",
]
PASSWORD = "Long-enough-2026"


@pytest.fixture(autouse=True)
def _no_lockouts_and_no_slow_hashes(settings):
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.parametrize("name", ["set_elder", "set_language", "account_login", "account_logout", "account_signup"])
def test_nobody_is_led_away_from_the_site(day, name):
    person = make.user(username="zhang")
    person.set_password(PASSWORD)
    person.save()
    for away in AWAY:
        client = make.client_of(person if name == "account_logout" else None)
        sent = {"login": "zhang", "password": PASSWORD, "language": "en", "elder": "1", "next": away}
        answer = client.post(f"{reverse(name)}?next={away}", sent)
        assert "evil" not in answer.get("Location", "").partition("?")[0], away
        assert not answer.get("Location", "/").startswith(("//", "\\", "javascript:")), away


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("x.pdf", b"<html><script>alert(1)</script>"),
        ("x.png", b"<?xml version='1.0'?><svg/>"),
        ("x.xlsx", b"PK\x03\x04" + b"\x16" * 60),
        ("x.pdf", b"MZ\x90\x00"),
        ("x.pdf", b""),
    ],
)
def test_a_page_or_program_under_another_name_is_refused_beside_the_field(city, name, content):
    provider = of_providers.provider()
    client = make.client_of(of_providers.owner_of(provider))
    answer = client.post(
        reverse("providers:papers", args=[provider.public_id]),
        {"kind": "FIRE", "to": "2026-07-01", "file": SimpleUploadedFile(name, content)},
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert 'value="2026-07-01"' in answer.content.decode()
    assert not Document.objects.exists()


def test_a_zip_of_a_version_nobody_knows_is_refused_not_a_fault(city):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr("xl/workbook.xml", "")
    content = out.getvalue().replace(b"PK\x01\x02\x14\x03\x14\x00", b"PK\x01\x02\x14\x03\xdd\x00")
    with pytest.raises(NotImplementedError):
        zipfile.ZipFile(io.BytesIO(content))
    provider = of_providers.provider()
    sent = {"kind": "FIRE", "file": SimpleUploadedFile("x.xlsx", content)}
    client = make.client_of(of_providers.owner_of(provider))
    assert client.post(reverse("providers:papers", args=[provider.public_id]), sent).status_code == 422


def test_a_paper_comes_back_as_what_it_is_and_runs_nothing(city):
    provider = of_providers.provider()
    owner = of_providers.owner_of(provider)
    stored = of_providers.stored_file(owner, b"%PDF-1.4 <script>alert(1)</script>")
    StoredFile.objects.filter(pk=stored.pk).update(name='x".html\r\nSet-Cookie: a=b.pdf')
    stored.refresh_from_db()
    Document.objects.create(provider=provider, kind="FIRE", file=stored, added_at=stored.uploaded_at, added_by=owner)
    url = reverse("providers:paper", args=[provider.public_id, stored.public_id])
    answer = make.client_of(owner).get(url)
    answer.getvalue()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "\r" not in answer["Content-Disposition"]
    assert "a" not in answer.cookies


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＠"])
def test_no_list_that_leaves_the_house_holds_a_formula_of_a_stranger(day, start):
    text = f"{start}HYPERLINK(1)"
    fields = [sheets.Field("机构")]
    lines = b"".join(sheets.csv_response("清单", fields, [[text]]).streaming_content).decode("utf-8-sig")
    assert lines.splitlines()[1].lstrip('"').startswith("'")
    book = sheets.workbook(sheets.Sheet("清单", fields, [[text]]))
    with zipfile.ZipFile(io.BytesIO(book)) as bundle:
        for name in bundle.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>HYPERLINK" not in bundle.read(name)


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("GET /invitations/s3cret-token/", "GET /invitations/*/"),
        ("GET /accounts/password/reset/key/1a-b2c3/?x=1", "GET /accounts/password/reset/key/*/?x=*"),
        ("GET /providers/?state=王小明&month=2025-07", "GET /providers/?state=*&month=2025-07"),
        (f"GET /providers/?sort={'x' * 500}", "GET /providers/?sort=*"),
    ],
)
def test_what_opens_a_door_or_names_a_child_is_not_in_the_log(said, logged):
    assert logs.round_points(None, "info", {"request": said})["request"] == logged
    assert "s3cret" not in str(logs.round_points(None, "error", {"event": f"Internal Server Error: {said[4:]}"}))


def test_a_client_does_not_choose_whom_the_throttle_counts(city, settings, monkeypatch):
    """X-Forwarded-For is the client's own words until a proxy of ours stands in front."""
    monkeypatch.setattr(Counted, "THROTTLE_RATES", {"search": "3/min"})
    codes = [
        Client()
        .get("/api/v1/search/?lng=113.3&lat=23.1", HTTP_X_FORWARDED_FOR=f"1.2.3.{turn}", REMOTE_ADDR="9.9.9.9")
        .status_code
        for turn in range(5)
    ]
    assert codes == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("password", ["short-1A", "1234567890123", "password123", "zhang-wei-1", "onlysmallletters"])
def test_a_weak_password_is_named_in_both_languages(day, password):
    for language, words in (("zh-hans", "密码"), ("en", "password")):
        client = Client()
        client.cookies["tuoyu_lang"] = language
        sent = {
            "name": "示例",
            "username": "zhang-wei",
            "email": "z@example.com",
            "password1": password,
            "password2": password,
        }
        answer = client.post(reverse("account_signup"), sent)
        errors = answer.context["form"].errors["password1"]
        assert errors
        assert all(words in error.lower() for error in errors), errors
        assert 'value="zhang-wei"' in answer.content.decode()
        assert not User.objects.exists()


def test_five_wrong_passwords_by_name_and_by_address_are_five_together(day):
    person = make.user(username="zhang")
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    for turn in range(5):
        client.post(reverse("account_login"), {"login": ("zhang", "ZHANG@example.com")[turn % 2], "password": "wrong"})
    client.post(reverse("account_login"), {"login": "zhang@example.com", "password": PASSWORD})
    assert client.get("/home/").status_code == 302


def test_cookies_are_for_this_site_and_no_script(day):
    client = Client()
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/"})
    cookie = answer.cookies["tuoyu_lang"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("name", ["people_invite", "providers:register_step", "account", "set_elder", "account_login"])
def test_a_form_from_elsewhere_is_refused(city, official, name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(official("CITY", "4401"), "django.contrib.auth.backends.ModelBackend")
    url = reverse(name, args=["identity"] if name.endswith("step") else [])
    assert client.post(url, {"name": "x"}).status_code == 403
    assert not OutgoingMessage.objects.exists()
