"""The look in a real browser: accessibility at three widths, phones, keyboards, and life without JavaScript."""

import pytest
from django.conf import settings as house
from playwright.sync_api import Browser, Page, Route, expect

from portal.context import ELDER_COOKIE
from tests.barriers import axe, too_wide

PAGES = ["/styleguide/", "/styleguide/?bad=1&q=x", "/accounts/login/", "/accounts/signup/", "/no-such-page/"]


def visitor(
    browser: Browser, site: str, *, width: int, language: str = "zh-hans", elder: bool = False, **more: object
) -> Page:
    """A fresh page of a visitor with these preferences."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **more)
    cookies = {house.LANGUAGE_COOKIE_NAME: language} | ({ELDER_COOKIE: "1"} if elder else {})
    context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
    return context.new_page()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("elder", [False, True])
def test_no_barrier_on_any_page_at_any_width(browser: Browser, site: str, language: str, elder: bool) -> None:
    page = visitor(browser, site, width=390, language=language, elder=elder)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
    for path in PAGES:
        page.goto(site + path)
        for width in (390, 768, 1366):
            page.set_viewport_size({"width": width, "height": 900})
            assert axe(page) == [], (path, width)
            assert not too_wide(page), f"{path} is {too_wide(page)} px wider than a screen of {width}"
    assert not complaints
    page.context.close()


def test_axe_would_find_a_barrier(browser: Browser, site: str) -> None:
    """The control of the test above."""
    page = visitor(browser, site, width=390)
    page.goto(site + "/styleguide/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input type=text><img src=x>')")
    found = {rule for rule, _ in axe(page)}
    assert {"label", "image-alt"} <= found
    page.context.close()


def test_without_script_menu_and_filter_open_by_hand_on_a_phone_and_stand_open_on_a_desk(
    browser: Browser, site: str
) -> None:
    phone = visitor(browser, site, width=390, java_script_enabled=False)
    phone.goto(site + "/styleguide/")
    field = "[name=q]"
    assert not phone.is_visible(field)
    phone.click(".filter summary")
    assert phone.is_visible(field)
    phone.context.close()
    desk = visitor(browser, site, width=1366, java_script_enabled=False)
    desk.goto(site + "/styleguide/")
    assert desk.is_visible(field)
    assert not desk.is_visible(".filter summary")
    desk.fill(field, "x")
    desk.press(field, "Enter")
    assert "q=x" in desk.url
    desk.context.close()


def test_tables_become_cards_on_a_phone(browser: Browser, site: str) -> None:
    phone = visitor(browser, site, width=390)
    phone.goto(site + "/styleguide/")
    label = "getComputedStyle(document.querySelector('.cards td'), '::before').content"
    assert phone.evaluate(label) == '"托位"'
    phone.set_viewport_size({"width": 1366, "height": 900})
    assert phone.evaluate(label) == "none"
    phone.context.close()


def test_elder_mode_makes_text_and_targets_larger(browser: Browser, site: str) -> None:
    sizes = {}
    for elder in (False, True):
        page = visitor(browser, site, width=390, elder=elder)
        page.goto(site + "/accounts/login/")
        sizes[elder] = page.evaluate(
            "[parseFloat(getComputedStyle(document.body).fontSize), document.querySelector('main .btn').offsetHeight]"
        )
        page.context.close()
    assert sizes[False][0] == 16
    assert sizes[True][0] == 20
    assert sizes[True][1] > sizes[False][1] >= 44


def test_the_first_key_leads_past_the_menu(browser: Browser, site: str) -> None:
    page = visitor(browser, site, width=1366)
    page.goto(site + "/styleguide/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.context.close()


def test_after_a_failed_form_the_faults_have_the_focus_and_lead_to_their_field(browser: Browser, site: str) -> None:
    page = visitor(browser, site, width=1366)
    page.goto(site + "/styleguide/?bad=1")
    assert page.evaluate("document.activeElement.className") == "errors-box"
    page.click(".errors-box a >> nth=0")
    assert page.url.endswith("#id_name")
    page.context.close()


def test_an_impatient_person_sends_a_form_once(browser: Browser, site: str) -> None:
    page = visitor(browser, site, width=1366)
    page.goto(site + "/accounts/login/")
    sent: list[str] = []

    def swallow(route: Route) -> None:
        """204: the browser stays on the page, so nothing but the guard can hold the next press back."""
        sent.append(route.request.method)
        route.fulfill(status=204)

    page.route("**/accounts/login/", swallow)
    page.fill("[name=login]", "li.na")
    page.fill("[name=password]", "wrong-wrong")
    button = page.locator("main .btn")
    button.evaluate("button => { button.click(); button.click(); }")
    expect(button).to_be_disabled()
    button.evaluate("button => button.click()")
    page.wait_for_timeout(200)
    assert sent == ["POST"]
    page.context.close()


def test_arrow_keys_move_between_the_cells_of_a_grid(browser: Browser, site: str) -> None:
    page = visitor(browser, site, width=1366)
    page.goto(site + "/styleguide/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', `<table data-grid>"
        "<tr><th>A</th><td><input id=a1></td><td></td><td><input id=a3></td></tr>"
        "<tr><th>B</th><td><input id=b1></td><td></td><td><input id=b3 disabled></td></tr></table>`)"
    )
    page.focus("#a1")
    for step in ("ArrowDown b1", "ArrowRight b1", "ArrowUp a1", "ArrowRight a3", "ArrowLeft a1", "Enter b1"):
        key, here = step.split()
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == here, key
    page.context.close()


def test_the_map_is_fetched_only_when_asked_for(browser: Browser, site: str) -> None:
    page = visitor(browser, site, width=390)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site + "/styleguide/")
    assert not any("leaflet" in url for url in asked)
    page.click("[data-map] button")
    page.wait_for_selector(".leaflet-marker-icon")
    assert page.locator(".leaflet-marker-icon").count() == 2
    assert not [url for url in asked if not url.startswith(site)]
    assert axe(page) == []
    page.context.close()
