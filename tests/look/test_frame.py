"""What every page has around its content, for whoever opens one, in both languages and elder mode."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as house
from django.test import Client, RequestFactory
from django.utils import translation

from portal.views import errors

STATIC = Path(house.BASE_DIR) / "static"
DEMO_ZH = (
    "演示数据：机构、人员、儿童、检查和补助均为虚构；"
    "仅行政区划、人口与年度汇总数取自公开资料。本系统与广州市任何机关无关。"
)
DEMO_EN = (
    "Demo data: providers, people, children, inspections and payments are invented; only area names, population and "
    "yearly totals are public figures. Not connected with any authority of Guangzhou."
)
pytestmark = pytest.mark.usefixtures("day")


def packed(*paths: str) -> int:
    """Bytes that travel for these files."""
    return sum(len(gzip.compress((STATIC / path).read_bytes(), 9)) for path in paths)


def english(client: Client) -> Client:
    """The client after pressing “English”."""
    client.post("/language/", {"language": "en", "next": "/"})
    return client


@pytest.fixture
def demo(settings: object) -> None:
    """The demo is on."""
    settings.DEMO = True


@pytest.mark.django_db
def test_the_demo_says_so_in_both_languages_and_stays_out_of_search_engines(client: Client, demo: None) -> None:
    chinese = client.get("/accounts/login/").content.decode()
    assert DEMO_ZH in chinese
    assert '<meta name="robots" content="noindex' in chinese
    assert DEMO_EN in english(client).get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_a_real_city_says_nothing_of_a_demo(client: Client, settings: object) -> None:
    settings.DEMO = False
    page = client.get("/accounts/login/").content.decode()
    assert "演示数据" not in page
    assert "noindex" not in page
    assert client.get("/styleguide/").status_code == 404


def test_every_printed_sheet_of_the_demo_carries_the_same_sentence() -> None:
    sheet = (STATIC / "css/tuoyu.css").read_text()
    assert f'content: "{DEMO_ZH}"' in sheet
    assert f'content: "{DEMO_EN}"' in sheet


@pytest.mark.django_db
def test_the_page_is_chinese_until_somebody_presses_english(client: Client) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "zh-CN"}).content.decode()
    assert '<html lang="zh-hans"' in page
    assert "托育服务管理平台" in page
    answer = client.post("/language/", {"language": "en", "next": "/accounts/login/?a=1"})
    assert answer["Location"] == "/accounts/login/?a=1"
    page = client.get("/accounts/login/").content.decode()
    assert '<html lang="en"' in page
    assert "Tuoyu Portal" in page


@pytest.mark.django_db
def test_elder_mode_is_switched_on_and_off_and_comes_back_to_the_page(client: Client) -> None:
    assert 'class="elder"' not in client.get("/accounts/login/").content.decode()
    answer = client.post("/elder/", {"elder": "1", "next": "/accounts/login/"})
    assert answer["Location"] == "/accounts/login/"
    assert 'class="elder"' in client.get("/accounts/login/").content.decode()
    client.post("/elder/", {"elder": "0", "next": "/accounts/login/"})
    assert 'class="elder"' not in client.get("/accounts/login/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("bad", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_elder_mode_never_leads_to_another_site(client: Client, bad: str) -> None:
    assert client.post("/elder/", {"elder": "1", "next": bad})["Location"] == "/"


@pytest.mark.django_db
def test_looking_at_the_elder_address_changes_nothing(client: Client) -> None:
    assert client.get("/elder/?elder=1").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/styleguide/?bad=1", "/accounts/login/", "/accounts/signup/", "/no-such-page/"])
def test_nothing_is_inline_and_the_policy_forbids_it(client: Client, demo: None, path: str) -> None:
    answer = client.get(path)
    page = answer.content.decode()
    assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=\s*[\"']|<script(?![^>]*\ssrc=)|javascript:", page)
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/styleguide/", "/accounts/login/", "/no-such-page/"])
def test_a_page_has_one_heading_one_main_and_a_way_past_the_menu(client: Client, demo: None, path: str) -> None:
    page = client.get(path).content.decode()
    assert len(re.findall("<h1[ >]", page)) == 1
    assert page.count('<main id="main"') == 1
    assert page.index('href="#main"') < page.index("<header")


@pytest.mark.django_db
def test_a_page_weighs_little_and_asks_for_little(client: Client, demo: None) -> None:
    page = client.get("/styleguide/").content
    asked = re.findall(rb'(?:src|href)="(/static/[^"]+)"', page)
    assert len(asked) + 1 <= 10
    weight = len(gzip.compress(page)) + packed(*(path.decode().removeprefix("/static/") for path in asked))
    assert weight <= 100_000
    assert not re.search(rb'(?:src|href)="(?:https?:)?//(?!beian)', page)


def test_the_stylesheet_and_scripts_keep_their_budgets() -> None:
    assert packed("css/tuoyu.css") <= 15 * 1024
    assert (STATIC / "js/tuoyu.js").stat().st_size <= 6 * 1024
    assert packed("js/map.js", "vendor/leaflet/leaflet.js", "vendor/leaflet/leaflet.css") <= 180 * 1024


def test_files_of_others_come_with_licence_and_version() -> None:
    names = [path.name for path in (STATIC / "vendor").iterdir() if path.is_dir()]
    readme = (STATIC / "vendor/README.md").read_text()
    assert names
    for name in names:
        assert (STATIC / "vendor" / name / "LICENSE").exists()
        assert f"`{name}/`" in readme


def test_the_page_for_our_own_fault_comes_without_any_database(rf: RequestFactory) -> None:
    # no `db` fixture: pytest-django raises on any query, and the request has neither session nor user
    with translation.override("zh-hans"):
        answer = errors.server_error(rf.get("/home/"))
    assert answer.status_code == 500
    assert "系统出现故障" in answer.content.decode()
    assert "返回首页" in answer.content.decode()


@pytest.mark.django_db
def test_too_many_wrong_passwords_end_in_a_calm_page(client: Client, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client.post("/accounts/login/", {"login": "nobody", "password": "wrong"})
    answer = client.post("/accounts/login/", {"login": "nobody", "password": "wrong"})
    assert answer.status_code == 429
    assert "尝试次数过多" in answer.content.decode()


@pytest.mark.django_db
def test_a_failed_login_keeps_the_name_and_says_what_is_wrong(client: Client) -> None:
    page = client.post("/accounts/login/", {"login": "li.na", "password": "wrong-wrong"}).content.decode()
    assert 'value="li.na"' in page
    assert "wrong-wrong" not in page
    assert "请修改以下内容" in page
    page = client.post("/accounts/login/", {"login": "", "password": "x"}).content.decode()
    assert 'href="#id_login"' in page
    assert "用户名或电子邮箱：" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["login/", "signup/", "logout/", "password/reset/", "password/reset/done/", "password/reset/key/1-x/", "2fa/",
     "password/reset/key/done/", "password/change/", "sessions/", "reauthenticate/", "inactive/"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_account_pages_stand_in_the_house(
    client: Client, client_of: Callable, official: Callable, path: str, language: str
) -> None:
    anonymous = path in {"login/", "signup/", "inactive/"} or path.startswith("password/reset")
    visitor = client
    if not anonymous:
        user = official("DISTRICT", "440105")
        user.set_password("correct horse battery")
        user.save()
        visitor = client_of(user)
    visitor.cookies[house.LANGUAGE_COOKIE_NAME] = language
    answer = visitor.get(f"/accounts/{path}")
    assert answer.status_code in {200, 302}
    if answer.status_code == 302:  # allauth asks for the password again first
        answer = visitor.get(answer["Location"])
    assert b'<main id="main"' in answer.content
