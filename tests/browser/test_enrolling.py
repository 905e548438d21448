"""A provider enrols a child page by page, then fills a day of the month's grid without a mouse."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.demo_city import City

pytestmark = pytest.mark.xdist_group("city")

NUMBER = "DEMO20240115"
CLASS = "托小班2"
TODAY = 10  # July 2025
OURS = (
    "SELECT e.id, c.key FROM enrolments_enrolment e JOIN enrolments_child c ON c.id = e.child_id"
    " JOIN enrolments_occupancy o ON o.enrolment_id = e.id JOIN providers_classgroup g ON g.id = o.class_group_id"
    " JOIN providers_post p ON p.provider_id = g.provider_id JOIN portal_user u ON u.id = p.user_id"
    f" WHERE u.username = 'owner' AND g.name = '{CLASS}' AND o.during @> '2025-07-10'::date"
)


def says_who(owner: Person) -> None:
    """The child and its guardian; an impossible number is told, and nothing typed is lost."""
    page = owner.page
    owner.types("婴幼儿姓名", "示例宝宝").types("出生日期", "2024-01-15").types("证件号码", "440105202402300012")
    page.get_by_label("证件类型").select_option(label="居民身份证")
    owner.clicks("保存并继续")
    expect(page.locator(".errors-box")).to_contain_text("证件号码")
    expect(page.get_by_label("婴幼儿姓名")).to_have_value("示例宝宝")
    owner.types("证件号码", NUMBER)
    page.get_by_label("证件类型").select_option(label="演示证件（虚构）")
    owner.clicks("保存并继续").types("监护人姓名", "示例家长").types("手机号码", "13800000000")
    page.get_by_label("母亲").check()
    owner.clicks("保存并继续")
    expect(page.locator(".errors-box")).to_contain_text("同意")  # without consent nothing is kept
    page.get_by_label(re.compile("书面同意")).check()
    owner.clicks("保存并继续")


def chooses_a_place(owner: Person) -> None:
    """Class, mode and first day; then everything once more, masked."""
    owner.page.get_by_role("radio", name=CLASS).check()
    owner.page.get_by_label("全日托").check()
    owner.clicks("保存并继续").sees("DEMO", "138****0000", "自 2025-07-10 起", "17 月龄")
    assert NUMBER not in owner.page.content()
    owner.clicks("登记入托", role="button").sees("入托登记完成")


def test_a_child_is_enrolled(person: Callable[..., Person], served_city: City) -> None:
    before = {key for _, key in served_city.rows(OURS)}
    owner = person("owner", width=768)
    owner.turns_to("在托婴幼儿").clicks("登记入托")
    says_who(owner)
    chooses_a_place(owner)
    (new,) = {key for _, key in served_city.rows(OURS)} - before
    assert "示例宝宝" not in owner.page.url
    assert served_city.rows(
        "SELECT birth_date::text, identity_key IS NOT NULL FROM enrolments_child WHERE key = %s", new
    ) == [("2024-01-15", True)]
    place = served_city.rows(
        "SELECT halves::text, lower(o.during)::text FROM enrolments_occupancy o"
        " JOIN enrolments_child c ON c.id = o.child_id WHERE c.key = %s", new,
    )  # fmt: skip
    assert place == [("[0,2)", "2025-07-10")]


def test_a_day_of_the_grid_without_a_mouse(person: Callable[..., Person], served_city: City) -> None:
    owner = person("owner")
    owner.tabs_to("登记 2025-07 出勤").enters().tabs_to(CLASS).enters()
    page, spells = owner.page, served_city.rows(OURS)
    cells = page.locator(f"[data-grid] tbody tr td:nth-of-type({TODAY}) input")
    assert cells.count() == len(spells)
    owner.tabs_to("保存")
    for _ in range(400):  # back into the grid, to the last row's last cell
        if page.evaluate("!!document.activeElement.closest('[data-grid]')"):
            break
        owner.presses("Shift+Tab")
    here = "document.activeElement.closest('td') && document.activeElement.closest('td').cellIndex"
    while page.evaluate(here) != TODAY:
        owner.presses("ArrowLeft")
    for letter in ["Z", *"F" * (len(spells) - 2), "S"]:  # upwards, the wrong one first
        owner.presses(letter, "ArrowUp")
    owner.tabs_to("保存").enters()
    expect(page.locator(".errors-box")).to_be_focused()
    expect(cells.last).to_have_value(re.compile("z", re.I))
    expect(cells.first).to_have_value(re.compile("s", re.I))
    owner.tabs_to(page.locator(".errors-box a").first.inner_text()[:6]).presses("Enter")
    expect(cells.last).to_be_focused()
    owner.presses("F").tabs_to("保存").enters()
    expect(page.locator(".errors-box")).to_have_count(0)
    marks = served_city.rows(
        f"SELECT substr(m.days, {TODAY}, 1), count(*) FROM enrolments_attendancemonth m WHERE m.month = '2025-07-01'"
        f" AND m.enrolment_id IN (SELECT id FROM ({OURS}) AS ours) GROUP BY 1 ORDER BY 1"
    )
    assert marks == [("F", len(spells) - 1), ("S", 1)]
