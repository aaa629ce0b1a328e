"""A planner makes a scenario by hand, compares two, takes slides and the file along; a fresh browser opens the file."""

import io
import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect
from pptx import Presentation

from tests.browser.driver import TIMEOUT_MS, settle

MODEL = {"lang": "zh", "data": "cn-modelled-2015", "level": "county", "ind": "beds_per_100k", "year": "2015"}
#: 甘肃, and 兰州市城关区 in it
PLACE = {"in": "620000", "area": "620102"}


def numbers(page: Page) -> tuple[str, str, str]:
    """Return what a page says: the answer, the figures before and after, what was put in."""
    main = page.get_by_test_id("stMain")
    return (
        main.get_by_role("heading", level=1).inner_text(),
        main.get_by_test_id("stTable").first.inner_text(),
        main.get_by_text(re.compile("^新增：")).first.inner_text(),
    )


def press(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).first.click()


def add(page: Page, beds: int, n: int) -> None:
    field = page.get_by_test_id("stForm").get_by_label("床位", exact=True)
    field.fill(str(beds))
    field.press("Tab")
    press(page, "添加")
    wait_for_actions(page, n)


def wait_for_actions(page: Page, n: int) -> None:
    expect(page.get_by_text(f"措施：{n} 项")).to_be_visible(timeout=TIMEOUT_MS)
    settle(page)


def choose(page: Page, box: str, option: str | re.Pattern[str]) -> None:
    page.get_by_role("combobox", name=box).click()
    # a first click may only give it the focus
    page.keyboard.press("ArrowDown")
    page.get_by_role("option", name=option).click()
    settle(page)


def test_a_scenario_by_hand_and_its_file_in_a_fresh_browser(own_app, visit, shoot, tmp_path):
    page = visit(f"{own_app.address}/scenarios?{urlencode(MODEL | PLACE)}")
    title = page.get_by_role("heading", level=1)
    press(page, "新建方案")
    page.get_by_role("button", name="开始", exact=True).click()
    expect(title).to_contain_text("还没有措施", timeout=TIMEOUT_MS)
    settle(page)
    add(page, 200, 1)
    expect(page).to_have_url(re.compile("plan=[0-9a-f]{12}"))
    choose(page, "做什么", "新设机构")
    # the form of before has a field of the same name
    expect(page.get_by_label("经度, 纬度（可不填）")).to_be_visible(timeout=TIMEOUT_MS)
    add(page, 80, 2)
    whole = numbers(page)
    press(page, "撤销")
    wait_for_actions(page, 1)
    one = numbers(page)
    assert "200 张床位" in one[2]
    assert "280 张床位" in whole[2]

    # a copy in which the facility opens after all, held against the first
    press(page, "名称、备注、成本")
    page.get_by_role("button", name="复制", exact=True).click()
    expect(page.get_by_role("combobox", name="情景方案")).to_have_value(re.compile("副本"), timeout=TIMEOUT_MS)
    settle(page)
    press(page, "重做")
    wait_for_actions(page, 2)
    assert numbers(page) == whole
    press(page, "文件")
    with page.expect_download() as download:
        page.get_by_role("button", name="保存为文件（JSON）").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        press(page, "幻灯片（PPTX）")
    slides = Presentation(io.BytesIO(download.value.path().read_bytes())).slides
    assert len(slides) == 1
    assert whole[0] in slides[0].shapes.title.text_frame.text
    choose(page, "与之比较", re.compile("方案 1 · "))
    expect(page.get_by_role("heading", name="并排")).to_be_visible(timeout=TIMEOUT_MS)
    settle(page)
    assert "“方案 1”" in title.inner_text()
    shoot(page, "scenarios_two")

    fresh = visit(f"{own_app.address}/scenarios?lang=zh")
    press(fresh, "文件")
    fresh.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    fresh.get_by_role("button", name="打开", exact=True).click()
    wait_for_actions(fresh, 2)
    assert numbers(fresh) == whole
