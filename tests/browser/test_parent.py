"""A parent with a phone and no account finds a place near home: list, map, profile, and no trace of any child."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.demo_city import City

pytestmark = pytest.mark.xdist_group("city")


def metres(text: str) -> float:
    """“440 米” or “1.8 公里” as a number."""
    number, unit = re.findall(r"([\d.]+) (米|公里)", text)[0]
    return float(number) * (1000 if unit == "公里" else 1)


def test_a_parent_finds_a_free_place_on_list_and_map(person: Callable[..., Person], served_city: City) -> None:
    parent = person(width=390)
    page = parent.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    parent.opens("/").types("位置", "没有这个地方").clicks("查询")
    expect(page.get_by_label("位置")).to_have_value("没有这个地方")
    parent.types("位置", "赤岗街道")
    if not page.get_by_label("月龄").is_visible():
        page.locator(".filter summary").click()
    parent.types("月龄", "18")
    page.get_by_label("服务形式").select_option(label="全日托")
    page.get_by_label("收费").select_option("200000")
    page.get_by_label("仅看有空余托位").check()
    parent.clicks("按条件筛选").sees("赤岗街道附近")

    rows = page.locator("#results .tasks li")
    said = rows.all_inner_texts()
    assert 2 <= len(said) <= 20
    assert [metres(text) for text in said] == sorted(metres(text) for text in said)
    assert all(int(fee.replace(",", "")) <= 2000 for text in said for fee in re.findall(r"全日托 ¥([\d,]+)", text))
    assert all(re.search(r"空余托位 [1-9]\d* 个", text) for text in said)
    assert not any("leaflet" in url for url in asked)  # a list costs no map
    parent.clicks("在地图上查看")
    page.wait_for_selector(".leaflet-marker-icon")
    assert page.locator(".leaflet-marker-icon").count() >= len(said)
    assert all(url.startswith((served_city.url, "data:", "blob:")) for url in asked)

    name = served_city.one(  # keeps its roll here, so there are children whose trace can be looked for
        "SELECT v.name FROM providers_provider v JOIN providers_post p ON p.provider_id = v.id"
        " JOIN portal_user u ON u.id = p.user_id WHERE u.username = 'owner'"
    )
    parent.clicks(name, inside=page.locator("#results .tasks")).sees(name, "备案编号", "联系电话", "空余托位")
    public_id = re.findall(r"/providers/([0-9a-f-]{36})/", page.url)[0]
    provider = "SELECT id FROM providers_provider WHERE public_id = %s"
    free = served_city.one(
        f"SELECT max(free[1]) FROM providers_searchrow WHERE provider_id = ({provider}) AND mode = 'full'", public_id
    )
    assert free
    assert str(free) in parent.main()
    children = served_city.rows(
        "SELECT DISTINCT c.public_id::text, c.key FROM enrolments_child c"
        " JOIN enrolments_occupancy o ON o.child_id = c.id"
        f" JOIN providers_place p ON p.id = o.place_id JOIN providers_classgroup g ON g.id = p.class_group_id"
        f" WHERE g.provider_id = ({provider})", public_id,
    )  # fmt: skip
    assert children
    source = page.content()
    assert not [key for row in children for key in row if key in source]
