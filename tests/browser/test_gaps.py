"""The gap list as an analyst uses it: from the start page to a file that holds what is seen."""

import csv
import io
import re
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import openpyxl
import pypdf
import pytest
from playwright.sync_api import Page, expect

from mhgis.ui.page import gaps
from mhgis.view import selection
from mhgis.view.view import View
from tests.browser.driver import each_language, each_viewport, settle

MODEL = {"data": "cn-modelled-2015", "level": "county"}
WORDS = {
    "zh": {
        "page": "缺口清单", "county": "县级", "model": "2015年县级模型估计：县级", "area": "地区", "sichuan": "四川",
        "people": "人口", "export": "导出", "xlsx": "XLSX（Excel 表格）", "code": "行政区划代码", "list": "清单",
        "value": "每10万人精神科床位数（均值）",
    },
    "en": {
        "page": "Gap list", "county": "County", "model": "Modelled allocation to counties, 2015: County",
        "area": "Area", "sichuan": "Sichuan", "people": "People", "export": "Export", "xlsx": "XLSX, for Excel",
        "code": "Code", "list": "List", "value": "Psychiatric beds per 100,000, mean",
    },
}  # fmt: skip
MOST_CLICKS = 8
MOST_SECONDS = 90


def query(page: Page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


@each_language
def test_from_the_start_page_to_a_filtered_xlsx_of_sichuans_gaps(open_app, lang):
    words, begun, clicks = WORDS[lang], time.monotonic(), 0
    page = open_app("", lang=lang)

    def click(target) -> None:
        nonlocal clicks
        target.click()
        clicks += 1

    click(page.get_by_role("link", name=words["page"], exact=True))
    expect(page).to_have_url(re.compile("/gaps"))
    settle(page)
    click(page.get_by_test_id("stSidebar").get_by_text(words["county"], exact=True))
    click(page.get_by_role("button", name=words["model"]))
    expect(page).to_have_url(re.compile("data=cn-modelled-2015"))
    settle(page)
    click(page.get_by_role("combobox", name=words["area"]).first)
    page.keyboard.type(words["sichuan"])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("in=510000"))
    settle(page)
    click(page.get_by_role("textbox", name=words["people"], exact=True))
    page.keyboard.type(">500000")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("f=people"))
    settle(page)
    click(page.get_by_role("button", name=words["export"]).first)
    with page.expect_download() as download:
        click(page.get_by_role("button", name=words["xlsx"]))
    assert clicks <= MOST_CLICKS
    assert time.monotonic() - begun < MOST_SECONDS

    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    header, *rows = book[words["list"]].iter_rows(values_only=True)
    said = query(page)
    view = View(
        said["data"], said["level"], year=2015, within=said["in"], benchmark=said["bench"], lang=lang,
        chosen=selection.parse(said["f"]),
    )  # fmt: skip
    seen = gaps.drawn(view, "gaps").sheet
    assert [row[header.index(words["code"])] for row in rows] == list(seen.codes)
    assert header[:-1] == tuple(seen.rows.columns)
    people, value = header.index(words["people"]), header.index(words["value"])
    assert [row[people] for row in rows] == seen.rows[words["people"]].tolist()
    assert [row[value] for row in rows] == pytest.approx(seen.rows[words["value"]].tolist())
    assert all(row[people] > 500_000 for row in rows)
    # the heading above the list counts the same rows
    heading = page.get_by_role("heading", level=3).first.inner_text()
    assert f"{len(rows):,}" in heading


def test_a_filtered_list_is_a_link_that_a_fresh_browser_opens_in_the_other_language(open_app, visit, server):
    asked = {"f": "people:>1000000;region:west", "sort": "-people", "top": "5"}
    page = open_app("gaps", lang="zh", **MODEL, **asked)
    expect(page.get_by_role("textbox", name="人口", exact=True)).to_have_value(">1000000")
    other = visit(f"{server}/gaps?{urlencode({**query(page), 'lang': 'en'})}")
    expect(other.get_by_role("textbox", name="People", exact=True)).to_have_value(">1000000")
    expect(other.get_by_role("spinbutton", name="First rows")).to_have_value("5")
    assert {**query(other), "lang": "zh"} == query(page)
    files = []
    for one in (page, other):
        one.get_by_role("button", name=re.compile("^(导出|Export)")).first.click()
        with one.expect_download() as download:
            one.get_by_role("button", name=re.compile("^CSV")).click()
        text = download.value.path().read_text("utf-8-sig")
        files.append([row for row in csv.reader(io.StringIO(text, newline="")) if not row[0].startswith("#")])
    chinese, english = files
    assert [row[chinese[0].index("行政区划代码")] for row in chinese[1:]] == [
        row[english[0].index("Code")] for row in english[1:]
    ]
    assert len(english) == 1 + 5


def test_a_filter_that_cannot_be_read_is_told_beside_its_field(open_app, shoot):
    page = open_app("gaps", lang="en")
    field = page.get_by_role("textbox", name="Value", exact=True)
    heading = page.get_by_role("heading", level=3).first.inner_text()
    field.fill("about 30")
    field.press("Enter")
    fault = page.get_by_role("alert").filter(has_text="cannot be read")
    expect(fault).to_be_visible()
    settle(page)
    shoot(page, "gaps-fault-en-desktop")
    assert "f" not in query(page)
    assert page.get_by_role("heading", level=3).first.inner_text() == heading
    field.fill("<25")
    field.press("Enter")
    expect(page).to_have_url(re.compile("f=value"))
    expect(fault).to_have_count(0)


@each_viewport
@each_language
def test_the_list_of_counties_fits_the_screen(open_app, shoot, lang, viewport):
    page = open_app("gaps", viewport, lang=lang, f="value:<20", top="20", **MODEL)
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shoot(page, f"gaps-filtered-{lang}-{viewport}")
    if viewport == "desktop":
        check_paper(page, 20)
    else:
        check_buttons(page)


def check_paper(page: Page, n: int) -> None:
    """On paper each row is there in whole, within the sheet, with its heading again on every page."""
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    text = [sheet.extract_text() for sheet in sheets]
    codes = page.locator(".mh-paper").first.locator("tr td:last-child").all_text_contents()
    assert len(codes) == n
    assert [code for code in codes if not any(code in one for one in text)] == []
    page.emulate_media(media="print")
    table = page.locator(".mh-paper table").first.bounding_box()
    assert table["x"] >= 0
    assert table["x"] + table["width"] <= page.evaluate("window.innerWidth")
    expect(page.get_by_test_id("stDataFrame").first).to_be_hidden()
    page.emulate_media(media="screen")


def check_buttons(page: Page) -> None:
    """The buttons of a table that a finger calls up touch none of ours."""
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 200, box["y"] + 90)
    bar = page.get_by_test_id("stElementToolbar").first
    expect(bar).to_be_visible()
    ours = page.get_by_role("button", name=re.compile("^(导出|Export)")).first.bounding_box()
    assert bar.bounding_box()["y"] >= ours["y"] + ours["height"]


def test_the_menu_of_a_column_has_no_order_of_its_own(open_app):
    page = open_app("gaps", lang="en")
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    # the dots at the end of the first heading, which stand there while the mouse is on it
    page.mouse.move(box["x"] + 30, box["y"] + 16)
    page.mouse.click(box["x"] + 85, box["y"] + 16)
    menu = page.get_by_test_id("stDataFrameColumnMenu")
    expect(menu).to_be_visible()
    expect(menu.get_by_role("menuitem", name="Sort")).to_have_count(0)
    expect(menu.get_by_role("menuitem", name="Pin column")).to_be_visible()
