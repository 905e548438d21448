"""An inspector on a phone: today's visit, the checklist, a finding with its photo, an answer, the end of it."""

import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.demo_city import City

pytestmark = pytest.mark.xdist_group("city")

WRONG = "二楼东侧疏散通道堆放纸箱，宽度不足"
VERDICT = re.compile("^(处理|确定|提交复查结论|作出结论)$")
RIGHT = "纸箱已清走，通道已复宽，附照片。"


def photo(path: Path, grey: int) -> Path:
    """A small picture as a phone would send it."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 64, 48, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([grey]) * 64) * 48)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b""))
    return path


def goes_through_the_list(inspector: Person) -> None:
    """Every item of every group gets its outcome; one of fire safety fails."""
    page = inspector.page
    page.locator("main ul.tasks").first.get_by_role("link").first.click()
    for _ in range(12):
        page.wait_for_load_state()
        inspector.meets_no_barrier()
        here = inspector.main()
        groups = page.locator("fieldset.check")
        for number in range(groups.count()):
            bad = "消防" in here and number == 0
            groups.nth(number).get_by_text("不符合" if bad else "符合", exact=True).click()
        last = not page.get_by_role("button", name="保存并进入下一类").count()
        inspector.clicks("保存" if last else "保存并进入下一类", role="button")
        if last:
            return


def test_a_finding_from_the_phone_to_its_end(person: Callable[..., Person], served_city: City, tmp_path: Path) -> None:
    inspector = person("inspector", width=390)
    inspector.clicks("待开展的检查").sees("小满花园").clicks("开始检查").sees("检查表")
    visit = re.findall("visits/([0-9a-f-]{36})", inspector.page.url)[0]
    goes_through_the_list(inspector)
    inspector.clicks("结束检查").types("机构现场负责人", "示例·园长").clicks("结束检查", role="button")
    expect(inspector.page.locator(".errors-box")).to_be_focused()  # an item failed and no finding says why
    expect(inspector.page.get_by_label("机构现场负责人")).to_have_value("示例·园长")
    inspector.clicks("返回", inside=inspector.page.locator("main")).clicks("疏散通道畅通")
    inspector.clicks("登记隐患", role="button")
    expect(inspector.page.locator(".errors-box")).to_contain_text("问题描述")
    inspector.types("问题描述", WRONG)
    inspector.page.get_by_label("照片").set_input_files(photo(tmp_path / "found.png", 90))
    inspector.clicks("登记隐患", role="button").sees(WRONG)
    inspector.clicks("结束检查").types("机构现场负责人", "示例·园长").clicks("结束检查", role="button").sees(WRONG)
    assert served_city.one("SELECT state FROM inspections_visit WHERE public_id = %s", visit) == "FINISHED"

    owner = person("owner", width=768)
    owner.turns_to("隐患整改").clicks(WRONG)
    finding = re.findall("findings/([0-9a-f-]{36})", owner.page.url)[0]
    owner.types("整改情况", RIGHT).clicks("提交反馈")
    expect(owner.page.locator(".errors-box")).to_be_visible()  # no evidence yet
    expect(owner.page.get_by_label("整改情况")).to_have_value(RIGHT)
    owner.page.locator("input[type=file]").set_input_files(photo(tmp_path / "cleared.png", 220))
    owner.clicks("提交反馈").sees(RIGHT, "cleared.png")

    inspector.opens("/inspections/mine/").clicks(re.compile("小满花园"), inside=inspector.page.locator("ul.tasks"))
    assert finding in inspector.page.url
    inspector.sees(RIGHT).page.get_by_role("radio", name="是，予以销号").check()
    inspector.clicks(VERDICT, inside=inspector.page.locator("main")).sees("销号")
    assert served_city.rows(
        "SELECT state, cleared_on::text, level FROM inspections_finding WHERE public_id = %s", finding
    ) == [("CLEARED", "2025-07-10", "MAJOR")]
