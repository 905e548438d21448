"""Pictures of the running demo for the README, by hand: `python -m tests.browser.screens [http://127.0.0.1:8000]`."""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from playwright.sync_api import Page, sync_playwright

from tests.demo_city import PASSWORD

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"
STORY = "ef78d827-44fd-5c5d-8c4a-af70dd4d46c6"  # the owner's provider: the same address in every rebuilt city
SEARCH = "/?near=赤岗街道&age_months=18&mode=full&vacancy=true"
SHOTS = [  # picture, login, address, width, language, what to press first
    ("search", "", SEARCH, 390, "zh", ""),
    ("search-map", "", SEARCH, 1366, "en", "[data-map] button"),
    ("profile", "", f"/providers/{STORY}/", 390, "en", ""),
    ("profile", "", f"/providers/{STORY}/", 1366, "zh", ""),
    ("todo", "district", "/home/", 1366, "zh", ""),
    ("todo", "inspector", "/home/", 390, "en", ""),
    ("claim", "owner", "/subsidies/claims/", 1366, "zh", "main tbody a >> nth=0"),
    ("line", "owner", "/subsidies/claims/", 390, "zh", "main tbody a >> nth=0; main tbody a >> nth=0"),
    ("close", "city", "/runs/", 1366, "en", "main tbody a >> nth=0"),
    ("quotas", "city", "/quotas/live/", 1366, "zh", ""),
    ("quotas", "city", "/quotas/live/", 390, "en", ""),
    ("attendance", "owner", f"/enrolments/at/{STORY}/months/2025-07/", 1366, "zh", ""),
    ("attendance", "owner", f"/enrolments/at/{STORY}/today/", 390, "en", ""),
]
SHOWN = {"search-map": "#results", "line": ".explain"}  # what has to be in the picture


def log_in(page: Page, site: str, username: str) -> None:
    """With the demo's password."""
    page.goto(f"{site}/accounts/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form .btn").first.click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def main(site: str) -> None:
    """Take every picture anew."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, username, address, width, language, presses in SHOTS:
            height = 844 if width == 390 else 900
            context = browser.new_context(viewport={"width": width, "height": height})
            code = "en" if language == "en" else "zh-hans"
            context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": code, "url": site}])
            page = context.new_page()
            if username:
                log_in(page, site, username)
            page.goto(site + address)
            for press in filter(None, presses.split("; ")):
                page.locator(press).click()
                page.wait_for_timeout(1500)
            page.wait_for_load_state("networkidle")
            path = FOLDER / f"{name}-{width}-{language}.png"
            page.locator(SHOWN.get(name, "body")).first.evaluate("e => e.scrollIntoView()")
            page.screenshot(path=str(path))
            print(path.name, path.stat().st_size // 1024, "KB")
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000")
