"""What public pages cost a phone: 10 requests and 100 KB at most, with the map 180 KB, counted by the browser."""

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response

from tests.browser.person import Person
from tests.demo_city import City

pytestmark = pytest.mark.xdist_group("city")
KB = 1000
PACKED = ("text/", "application/javascript", "application/json", "application/geo+json", "image/svg")

FOUND = "/?near=%E8%B5%A4%E5%B2%97%E8%A1%97%E9%81%93&age_months=18&mode=full"
SAME_FOR_ALL = [
    "/", FOUND, "/notices/", "/policies/", "/verify", "/subsidies/policies/", "/quotas/", "/privacy/", "/help/",
    "/accessibility/", "/accounts/login/", "/accounts/signup/", "/providers/register/",
]  # fmt: skip


class Meter:
    """Counts what one page asks for: requests, and bytes as they travel.

    The page itself is compressed by the portal and counted on the wire. Files are compressed when they are collected,
    which tests do not do; theirs are counted as they would be.
    """

    def __init__(self, page: Page) -> None:
        self.answers: list[Response] = []
        page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        self.answers.append(answer)

    def read(self) -> tuple[int, int]:
        """(requests, bytes) so far; what stands in the page itself (data:) was counted with it."""
        answers = [answer for answer in self.answers if not answer.url.startswith("data:")]
        return len(answers), sum(self._weight(answer) for answer in answers)

    def _weight(self, answer: Response) -> int:
        head = answer.request.sizes()["responseHeadersSize"]
        if "/static/" not in answer.url:
            return head + answer.request.sizes()["responseBodySize"]
        body = answer.body()
        packs = answer.headers.get("content-type", "").startswith(PACKED)
        return head + len(gzip.compress(body, 9) if packs else body)


def address(city: City, kind: str) -> str:
    """A public page that stands for a thing of the city."""
    pages = {
        "provider": "SELECT '/providers/' || v.public_id || '/' FROM providers_provider v"
        " JOIN providers_post p ON p.provider_id = v.id JOIN portal_user u ON u.id = p.user_id"
        " WHERE u.username = 'owner' ORDER BY v.id",
        "notice": "SELECT '/notices/' || public_id || '/' FROM portal_publicnotice ORDER BY id DESC",
        "policy": "SELECT '/policies/' || code || '/' FROM portal_policydocument ORDER BY id",
    }
    return str(city.one(pages[kind]))


@pytest.mark.parametrize("path", [*SAME_FOR_ALL, "provider", "notice", "policy"])
def test_a_public_page_is_light(person: Callable[..., Person], served_city: City, path: str) -> None:
    page = person(width=390).page
    meter = Meter(page)
    where = path if path.startswith("/") else address(served_city, path)
    answer = page.goto(served_city.url + where, wait_until="networkidle")
    assert answer is not None and answer.status == 200, where
    assert answer.headers["content-encoding"] == "gzip"
    requests, weight = meter.read()
    print(f"{where}: {requests} requests, {weight / KB:.1f} KB")
    assert requests <= 10
    assert weight <= 100 * KB


def test_the_map_costs_what_it_may_and_only_when_asked_for(person: Callable[..., Person], served_city: City) -> None:
    page = person(width=390).page
    meter = Meter(page)
    page.goto(served_city.url + FOUND, wait_until="networkidle")
    _requests, without = meter.read()
    page.get_by_role("button", name="在地图上查看").click()
    page.wait_for_selector(".leaflet-marker-icon")
    page.wait_for_load_state("networkidle")
    _requests, weight = meter.read()
    print(f"the map: {without / KB:.1f} KB, then {weight / KB:.1f} KB")
    assert without < weight <= 180 * KB
