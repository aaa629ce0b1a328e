"""An office brings its register: puts right what was not understood, sees it on the map, corrects it, and goes back."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from scripts import serve
from tests.browser.conftest import end, start
from tests.browser.driver import TIMEOUT_MS, settle
from tests.browser.register import BEDS, PSYCHIATRISTS, ROWS, messy

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: the place meant by each text that could be several, or none
MEANT = {"酒泉 敦皇市": "620982", "临夏州 临夏": "622901"}
QINZHOU = "620502"


@pytest.fixture(scope="module")
def server(published, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with a data folder of its own, so that what is imported here is seen nowhere else."""
    data = tmp_path_factory.mktemp("data")
    (data / "published").symlink_to(published.file.parent)
    # as a killed server leaves it: a version half written, and a folder of uploads
    half, uploads = data / "local" / "datasets" / ".parts" / "local-x-1-abc.part" / "1", data / "tmp" / "mhgis-import-x"
    for folder, name in ((half, "dataset.duckdb"), (uploads, ".lock")):
        folder.mkdir(parents=True)
        (folder / name).write_bytes(b"half")
    log = tmp_path_factory.mktemp("server") / "app.log"
    process, address = start(serve.APP, log, MHGIS_DATA=str(data), TMPDIR=str(data / "tmp"))
    assert not half.exists()
    assert not uploads.exists()
    assert "Imports that had been broken off: 1." in log.read_text("utf-8")
    yield address
    end(process)


def step(page: Page, number: int) -> Locator:
    return page.locator(f".st-key-mh_card_step_{number}")


def upload(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": XLSX, "buffer": content})
    seen(step(page, 7))
    settle(page)


def choose(page: Page, label: str, text: str) -> None:
    field = page.get_by_role("combobox", name=label)
    field.click()
    field.fill(text)
    page.keyboard.press("Enter")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def seen(what: Locator) -> Locator:
    """Wait for something that is worked out elsewhere."""
    expect(what).to_be_visible(timeout=TIMEOUT_MS)
    return what


def rates_on_the_gap_list(page: Page) -> dict[str, str]:
    """Export the gap list as CSV and return the beds per 100,000 of each county by its code."""
    page.get_by_role("button", name=re.compile("^导出")).first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("^CSV")).click()
    text = download.value.path().read_text("utf-8-sig")
    header, *rows = (row for row in csv.reader(io.StringIO(text, newline="")) if not row[0].startswith("#"))
    page.keyboard.press("Escape")
    return {row[header.index("行政区划代码")]: row[header.index("每10万人精神科床位数")] for row in rows}


def answer_what_is_asked(page: Page) -> None:
    """Say what two columns hold and which two places are meant, and take the year that the title names."""
    expect(step(page, 2)).to_contain_text(BEDS)
    choose(page, f"“规模 / {BEDS}”列的含义", "精神科床位")
    choose(page, f"“规模 / {PSYCHIATRISTS}”列的含义", "精神科医师")
    press(page, "采用这些列")
    seen(step(page, 2).locator(".mh-done"))
    settle(page)
    for text, code in MEANT.items():
        choose(page, f"“{text}”的地区", code)
    press(page, "采用这些地区")
    seen(step(page, 3).get_by_text(f"{len(ROWS)} 行中有 {len(ROWS)} 行已确定地区"))
    settle(page)
    expect(page.get_by_role("spinbutton", name="数据年份")).to_have_value("2023")
    press(page, "采用")


def load(page: Page) -> None:
    """Press the last button, once it is there."""
    button = seen(page.get_by_role("button", name="导入并在地图上显示"))
    settle(page)
    button.click()


def go_to(page: Page, name: str, address: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
    expect(page).to_have_url(re.compile(address))
    settle(page)


def compare(page: Page) -> dict[str, str]:
    """Return what the file of differences says of the beds of one county."""
    page.get_by_text("比较两个版本").click()
    seen(page.get_by_text("县级共有 3 个地区发生变化"))
    # 150 became 180; one was not known, one was not in the file
    seen(page.get_by_text("精神科床位：1 个增加、2 个由未知变为已知"))
    settle(page)
    with page.expect_download() as download:
        press(page, "下载差异（CSV）")
    rows = csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig")))
    return next(row for row in rows if row["行政区划代码"] == QINZHOU and row["项目"] == "精神科床位")


def test_an_office_imports_its_register_corrects_it_and_goes_back(open_app, shoot):
    page = open_app("import_data", lang="zh")
    seen(page.get_by_text("本服务启动时发现并清理了 1 次中断的导入"))
    upload(page, "登记表.xlsx", messy())
    expect(step(page, 1)).to_contain_text(f"机构表”，表头在第 3 至 4 行，数据共 {len(ROWS)} 行")
    answer_what_is_asked(page)
    beds = sum(int(row[4]) for row in ROWS if row[4].isdecimal())
    seen(step(page, 6).get_by_text(f"{beds:,}", exact=True))
    load(page)
    seen(page.get_by_role("heading", name="已显示在地图上"))
    settle(page)
    page.locator(".st-key-mh_ways_loaded").get_by_role("link", name="在地图上查看").click()
    expect(page).to_have_url(re.compile("/map.*level=county.*in=620000"))
    settle(page)
    seen(page.locator(".st-key-mh_map").get_by_text("严重不足").first)
    shoot(page, "import-map-zh-desktop")
    go_to(page, "缺口清单", "/gaps")
    first = rates_on_the_gap_list(page)
    assert QINZHOU in first

    # the corrected file: nothing is asked again
    go_to(page, "导入", "/import_data")
    press(page, "导入更正后的版本")
    settle(page)
    upload(page, "登记表（更正）.xlsx", messy(corrected=True))
    load(page)
    seen(page.get_by_text("当前显示：第 2 版，共 2 版"))
    settle(page)
    changed = compare(page)
    assert (changed["之前"], changed["之后"], changed["差值"]) == ("150", "180", "30")
    shoot(page, "import-compared-zh-desktop")

    press(page, "恢复此版本")
    seen(page.get_by_text("当前显示：第 1 版，共 2 版"))
    settle(page)
    go_to(page, "缺口清单", "/gaps")
    assert rates_on_the_gap_list(page) == first
