"""The white patch: a newcomer files a provider where there is none, the officer decides, the figure moves."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.identifiers import credit_code_check, organisation_check
from tests.browser.person import Person
from tests.demo_city import City

pytestmark = pytest.mark.xdist_group("city")

NAME = "示例·洲头咀托育园"
STREET = "440105018"  # 官洲街道: the one subdistrict of the city without a provider
PLACES = re.compile("^托位")  # not “其中申请普惠托位”
PAPERS = ["REGISTRATION", "SITE", "STAFF", "HEALTH_REPORT", "FIRE", "FOOD"]


def credit_code() -> str:
    """A valid code that no provider of the city has: market regulation, company, 海珠区."""
    first = "MA5TYJ01"
    code = f"91440105{first}{organisation_check(first)}"
    return code + credit_code_check(code)


def begins(newcomer: Person) -> None:
    """From the home page to the first page of the filing, along the links a person finds."""
    newcomer.turns_to("我的机构").clicks("托育机构登记备案").sees("备案不是行政许可", "不收费")
    newcomer.clicks("开始填写").sees("统一社会信用代码")


def says_who(newcomer: Person, code: str) -> None:
    """The first page; its wrong code is told with field and fix, and nothing typed is lost."""
    page, wrong = newcomer.page, code[:-1] + ("0" if code[-1] != "0" else "1")
    newcomer.types("机构名称", NAME).types("法定代表人", "示例·何某").types("机构负责人", "示例·何某")
    newcomer.types("统一社会信用代码", wrong).types("咨询电话", "020-34000001")
    page.get_by_label("机构类型").select_option(label="民办营利性托育机构")
    page.get_by_label("登记机关").select_option(label="市场监管")
    page.get_by_label("是", exact=True).check()
    newcomer.clicks("保存并继续")
    faults = page.locator(".errors-box")
    expect(faults).to_be_focused()
    expect(faults).to_contain_text("统一社会信用代码")
    expect(page.get_by_label("机构名称")).to_have_value(NAME)
    expect(page.get_by_label("统一社会信用代码")).to_have_value(wrong)
    expect(page.get_by_label("是", exact=True)).to_be_checked()
    faults.get_by_role("link").first.click()
    expect(page.get_by_label("统一社会信用代码")).to_be_focused()
    newcomer.types("统一社会信用代码", code.lower()).clicks("保存并继续")


def says_where(newcomer: Person) -> None:
    """A point in another district is refused by name; the right one is kept."""
    page = newcomer.page
    page.get_by_label("街道（镇）").select_option(STREET)
    newcomer.types("地址", "星岛环北路 1 号 2 楼").types("建筑面积", "420").types("室外活动场地面积", "80")
    newcomer.types("经度", "113.2400").types("纬度", "23.1200").clicks("保存并继续")
    expect(page.locator(".errors-box")).to_contain_text("海珠区")
    expect(page.get_by_label("地址")).to_have_value("星岛环北路 1 号 2 楼")
    newcomer.types("经度", "113.3650").types("纬度", "23.0650").clicks("保存并继续").sees("班级 1")


def says_what(newcomer: Person) -> None:
    """Two classes: the first one too large at first."""
    page = newcomer.page
    newcomer.types("班级名称", "小小班").types(PLACES, "16").types("全日托", "1980.50")
    page.get_by_label("班型").select_option("YOUNGER")
    newcomer.clicks("保存并继续").sees("15")
    expect(page.get_by_label(PLACES).first).to_have_attribute("aria-invalid", "true")
    newcomer.types(PLACES, "15").clicks("再加一个班级").sees("班级 2")
    newcomer.types("班级名称", "大大班", nth=1).types(PLACES, "20", nth=1).types("全日托", "1880", nth=1)
    page.get_by_label("班型").nth(1).select_option("OLDER")
    newcomer.clicks("保存并继续").sees("营业执照")


def hands_in(newcomer: Person, folder: Path) -> str:
    """The papers, the check of all answers, the promise: the address of the case."""
    page = newcomer.page
    for code in PAPERS:
        paper = folder / f"{code.lower()}.pdf"
        paper.write_bytes(b"%PDF-1.4\n% a paper of the demo\n%%EOF")
        page.set_input_files(f"[name={code}-file]", paper)
    for field in page.locator("input[name$='-to']").all():
        field.fill("2027-12-31")
    newcomer.clicks("保存并继续").sees(NAME, credit_code(), "官洲街道", "1,980.50", "fire.pdf")
    page.get_by_label(re.compile("本单位承诺")).check()
    newcomer.clicks("提交").sees("已提交")
    return page.url.split("#")[0]


def figures(official: Person) -> str:
    """What the live page of the subdistrict says."""
    return official.opens(f"/quotas/areas/{STREET}/").main()


def test_from_a_white_patch_to_a_filed_provider_and_a_figure_that_moves(
    person: Callable[..., Person], served_city: City, tmp_path: Path
) -> None:
    district = person("district")
    assert "0.00 每千人口托位数" in figures(district)
    assert "还没有机构" in district.main()
    newcomer = person("newcomer", width=768)
    begins(newcomer)
    says_who(newcomer, credit_code())
    says_where(newcomer)
    says_what(newcomer)
    case = hands_in(newcomer, tmp_path)

    assert NAME in figures(district)  # under way …
    assert "0.00 每千人口托位数" in district.main()  # … and not counted yet
    district.turns_to("待办").clicks("待出具回执的备案").clicks(NAME)
    assert district.page.url == case
    district.sees("第 0 / 5 个工作日").clicks("出具回执").sees("第 0 / 15 个工作日")
    district.clicks("确认符合备案条件").sees(NAME).clicks("确认符合备案条件").sees("已备案")

    number, profile = served_city.rows(
        "SELECT f.number, p.public_id FROM providers_filingcase f"
        " JOIN providers_provider p ON p.id = f.provider_id WHERE p.name = %s", NAME,
    )[0]  # fmt: skip
    district.sees(number)
    visitor = person(width=390, language="en")
    visitor.opens(f"/providers/{profile}/").sees(NAME, "1,980.50", number)
    said = figures(district)
    assert "0.27 每千人口托位数" in said, said  # 35 places ÷ 131,855 residents × 1,000
    assert "距目标还差559个托位" in said, said
    assert served_city.rows(
        "SELECT f.state, p.standing, p.filed_on::text, count(c.id) FROM providers_provider p"
        " JOIN providers_filingcase f ON f.provider_id = p.id JOIN providers_classgroup c ON c.provider_id = p.id"
        " WHERE p.name = %s GROUP BY 1, 2, 3", NAME,
    ) == [("CONFORMING", "ACTIVE", "2025-07-10", 2)]  # fmt: skip
