"""The month's subsidy on its whole way: close, confirm, check, review, notice, release, payment list, report."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.browser.person import Person
from tests.demo_city import City

pytestmark = pytest.mark.xdist_group("city")

CLAIM = (
    "FROM subsidies_claim c JOIN providers_post p ON p.provider_id = c.provider_id"
    " JOIN portal_user u ON u.id = p.user_id WHERE u.username = 'owner' AND c.from_month = '2025-06-01'"
)


def closes_the_month(officer: Person) -> None:
    """Workers compute June again in chunks; as nothing has changed since, it posts no line."""
    page = officer.page
    officer.turns_to("月度结算")
    page.get_by_role("combobox", name="月份").select_option("2025-06")
    page.get_by_role("combobox", name="区域").select_option(label="海珠区")
    officer.clicks("开始结算")
    finishes(officer)


def finishes(officer: Person) -> None:
    """The page of a run keeps itself up to date until the workers are done."""
    officer.sees("已完成分块")
    expect(officer.page.locator("main")).to_contain_text("完成时间", timeout=120_000)
    officer.meets_no_barrier()


def passes(officer: Person, errand: str, *, only: str = "", says: str = "已处理") -> None:
    """From the to-do list through the totals to the deed, for one provider's claim or for all."""
    page = officer.page
    officer.turns_to("待办").clicks(errand)
    if only:
        officer.page.get_by_label(re.compile(re.escape(only))).first.check()
        officer.clicks("办理所选")
    else:
        officer.clicks(re.compile("全部 .* 份一并办理"))
    officer.clicks(page.locator("main form .btn").first.inner_text(), role="button", inside=page.locator("main form"))
    officer.sees(says)


def test_a_month_from_its_close_to_the_treasury(person: Callable[..., Person], served_city: City) -> None:
    def state() -> object:
        return served_city.one(f"SELECT c.state {CLAIM} ORDER BY c.sequence")

    posted = served_city.one("SELECT count(*) FROM subsidies_line")
    city = person("city")
    closes_the_month(city)
    assert served_city.one("SELECT count(*) FROM subsidies_line") == posted

    owner = person("owner", width=390)
    owner.clicks("待确认的申领单").clicks("2025-06").clicks(re.compile("查看依据")).sees("托育", "条")
    owner.turns_to("待办").clicks("待确认的申领单").clicks("2025-06").clicks("确认申领单").clicks("确认并提交")
    assert state() == "CONFIRMED"
    name, fen = served_city.rows(
        f"SELECT (SELECT name FROM providers_provider v WHERE v.id = c.provider_id), c.paid_fen {CLAIM}"
    )[0]

    passes(person("subdistrict"), "待初审的补助申领")
    assert state() == "CHECKED"
    district = person("district")
    passes(district, "待复核的补助申领", only=name)
    assert state() == "REVIEWED"
    passes(district, "复核通过待公示的申领单", says="公示至 2025-07-17")
    assert state() == "NOTICED"
    visitor = person(width=390)
    visitor.opens("/").turns_to("公示公告").clicks(re.compile("海珠区.*拟拨付公示")).sees(name)
    for _ in range(6):
        visitor.opens("/demo/").clicks("下一工作日")
    passes(city, "公示期满待核准的申领单")
    assert state() == "RELEASED"

    finance = person("finance")
    finance.turns_to("待办").clicks("已核准待拨付的申领单")
    finance.clicks("生成清单")
    assert re.search("[壹贰叁肆伍陆柒捌玖]拾?.*元(整|.角|零?.分)", finance.main())  # the amount in words
    finance.clicks("生成清单", role="button").sees("拨付清单已生成")
    with finance.page.expect_download() as download:
        finance.page.get_by_role("button", name=re.compile("Excel")).click()
    book = CalamineWorkbook.from_path(str(download.value.path()))
    cells = [cell for sheet in book.sheet_names for row in book.get_sheet_by_name(sheet).to_python() for cell in row]
    assert name in cells
    assert fen / 100 in [float(cell) for cell in cells if isinstance(cell, int | float)]
    assert state() == "EXPORTED"

    city.turns_to("托位与指标").clicks("报表", inside=city.page.locator("main")).clicks("编制报表")
    finishes(city)
    city.clicks("查看结果").sees("每千人口托位数", "海珠区")
    with city.page.expect_download() as download:
        city.page.get_by_role("link", name=re.compile("Excel")).or_(
            city.page.get_by_role("button", name=re.compile("Excel"))
        ).first.click()
    assert CalamineWorkbook.from_path(str(download.value.path())).sheet_names
    assert served_city.one("SELECT count(*) FROM quotas_report WHERE created_at > '2025-07-10'") == 1
    waited = "SELECT extract(epoch FROM started_at - queued_at) FROM portal_run WHERE kind = 'make_report'"
    assert served_city.one(f"{waited} ORDER BY id DESC") < 1  # the bell, not the sweeper that rings every 5 s
