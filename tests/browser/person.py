"""A person at a browser: sees the page by its words, clicks and types, and meets no barrier on any page passed."""

import re
from pathlib import Path

from django.conf import settings as house
from playwright.sync_api import Browser, Locator, Page, expect

from tests.barriers import axe, squeezed, too_wide
from tests.demo_city import PASSWORD, City

PATIENCE_MS = 20_000
LEADS_AWAY = """e => (e.matches("a[href]") && !/^#/.test(e.getAttribute("href")))
    || (e.matches("button:not([type=button]):not([hx-get])") && !!e.form)"""


class Person:
    """One browser of their own, on a phone or at a desk, in one language."""

    def __init__(self, browser: Browser, city: City, *, width: int = 1366, language: str = "zh-hans") -> None:
        self.city = city
        context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": house.LANGUAGE_COOKIE_NAME, "value": language, "url": city.url}])
        self.page: Page = context.new_page()
        self.passed: set[str] = set()
        self.complaints: list[str] = []
        self.page.on("console", lambda line: self.complaints.append(line.text) if "Policy" in line.text else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def opens(self, path: str) -> "Person":
        """Type an address (or come by a bookmark)."""
        answer = self.page.goto(path if path.startswith("http") else self.city.url + path)
        assert answer is not None and answer.status < 400, (path, answer and answer.status)
        return self.meets_no_barrier()

    def logs_in(self, username: str) -> "Person":
        """Through the login page, with the demo's password."""
        self.opens("/accounts/login/")
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", PASSWORD)
        self._follows(self.page.locator("main form .btn").first)
        assert "/accounts/login" not in self.page.url
        return self.meets_no_barrier()

    def leaves(self) -> None:
        """Close the browser; its console was quiet."""
        self.page.context.close()
        assert not self.complaints, self.complaints

    def clicks(
        self, name: str | re.Pattern[str], *, role: str = "", inside: Locator | None = None, nth: int = 0
    ) -> "Person":
        """Press the button or follow the link of this name, then look at the page that comes."""
        place = inside or self.page.locator("body")
        found = place.get_by_role("button", name=name) if role != "link" else place.get_by_role("link", name=name)
        if not role:
            found = found.or_(place.get_by_role("link", name=name))
        self._follows(found.nth(nth))
        return self.meets_no_barrier()

    def _follows(self, target: Locator) -> None:
        """Click; where the click leads to a page, wait for that page."""
        if target.evaluate(LEADS_AWAY):
            with self.page.expect_navigation(timeout=PATIENCE_MS):
                target.click()
        else:
            target.click()
        self.page.wait_for_load_state()

    def turns_to(self, name: str) -> "Person":
        """Choose this from the main menu, which a phone unfolds first."""
        fold = self.page.locator("header .menu summary")
        if fold.is_visible():
            fold.click()
        return self.clicks(name, role="link", inside=self.page.locator("header nav"))

    def types(self, label: str | re.Pattern[str], text: str, *, nth: int = 0) -> "Person":
        """Fill the field of this label."""
        self.page.get_by_label(label).nth(nth).fill(text)
        return self

    def tabs_to(self, name: str) -> "Person":
        """With the keyboard alone: Tab until the focus is on the link, button or field of this name."""
        said = "(e => (e.getAttribute('aria-label') || e.innerText || '').trim())(document.activeElement)"
        for _ in range(300):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(said).startswith(name):
                return self
        raise AssertionError(f"Tab never comes to {name}")

    def presses(self, *keys: str) -> "Person":
        """Press these keys one after another."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def enters(self) -> "Person":
        """Press Enter on what leads to a page, and look at that page."""
        with self.page.expect_navigation(timeout=PATIENCE_MS):
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()
        return self.meets_no_barrier()

    def sees(self, *words: str) -> "Person":
        """These words stand in the page."""
        for word in words:
            expect(self.page.locator("body")).to_contain_text(word, timeout=PATIENCE_MS)
        return self

    def main(self) -> str:
        """What the main part says."""
        return re.sub(r"\s+", " ", self.page.inner_text("main"))

    def shows(self, path: Path) -> None:
        """A picture of the whole page."""
        self.page.screenshot(path=str(path), full_page=True)

    def meets_no_barrier(self) -> "Person":
        """Nothing axe complains about, nothing to scroll sideways for, no word squeezed into a column of characters."""
        barriers = axe(self.page)
        assert not barriers, (self.page.url, barriers)
        assert not too_wide(self.page), (self.page.url, too_wide(self.page))
        assert not squeezed(self.page), (self.page.url, squeezed(self.page))
        return self
