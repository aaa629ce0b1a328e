"""Every number of every page leads to an origin: its drawer opens and names sources, rows and how to cite."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from mhgis import store
from mhgis.ui import pages
from tests.browser.driver import TIMEOUT_MS, settle

PUBLISHED = {"data": "cn-published", "level": "province", "ind": "beds_per_100k", "year": "2015", "area": "620000"}
MODELLED = {"data": "cn-modelled-2015", "level": "county", "ind": "beds", "year": "2015", "area": "620102"}
#: pages whose figures need to know where care is, which no published figure tells
OF_COUNTIES = {"access", "sites"}
#: pages without a figure of their own until something is saved or imported: tests of their own open what they show
EMPTY = {"present", "import_data", "scenarios"}
PAGES = [entry.page_id for entry in pages.PAGES if entry.page_id not in EMPTY]

CONTROL = "[class*='st-key-origin_'] button"
#: figures that have no drawer in their card or tab, or where they stand in none, on the page
WITHOUT = """
() => {
  const figures = 'section.map, [data-testid=stPlotlyChart], [data-testid=stDataFrame], [data-testid=stTable], ' +
    '[data-testid=stMetric], table.mh-lines, .mh-big';
  const main = document.querySelector('[data-testid=stMain]');
  return [...main.querySelectorAll(figures)].filter((one) => one.offsetParent !== null).filter((one) => {
    const within = one.closest('[class*="st-key-mh_card"], [role=tabpanel]') ?? main;
    return !within.querySelector('[class*="st-key-origin_"]');
  }).map((one) => (one.closest('[class*="st-key-"]') ?? one).className + ': ' + one.textContent.slice(0, 60));
}
"""


def open_drawer(page: Page, control: Locator) -> Locator:
    control.scroll_into_view_if_needed()
    control.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("heading", name=re.compile("How to cite|如何引用"))).to_be_visible(timeout=TIMEOUT_MS)
    return drawer


def check(drawer: Locator) -> None:
    expect(drawer).to_contain_text("@misc{mhgis-", timeout=TIMEOUT_MS)
    expect(drawer).to_contain_text(f"build {store.current().build}")
    said = drawer.inner_text()
    # a source: its publisher and year, how it may be used, how it was read
    assert re.search(r"[^\n]+ · \d{4} · [^\n]+\n", said), said[:400]
    assert "How read: " in said
    assert re.search(r"\d rows? stands? behind this figure|No row: nobody has published", said), said
    assert drawer.get_by_test_id("stException").count() == 0


def close(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def expect_led(page):
    """Wait until each figure has its drawer, which comes after it."""
    until = time.monotonic() + TIMEOUT_MS / 1000
    while without := page.evaluate(WITHOUT):
        assert time.monotonic() < until, without
        page.wait_for_timeout(200)


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_of_a_page_leads_to_an_origin(open_app, name):
    chosen = MODELLED if name in OF_COUNTIES else PUBLISHED
    page = open_app(name, lang="en", **chosen)
    tabs = page.get_by_test_id("stTab")
    opened = 0
    for at in range(max(1, tabs.count())):
        if tabs.count():
            tabs.nth(at).click()
            settle(page)
        expect_led(page)
        controls = page.locator(CONTROL).filter(visible=True)
        for n in range(controls.count()):
            check(open_drawer(page, controls.nth(n)))
            close(page)
            opened += 1
    assert opened


@pytest.mark.parametrize("name", ["map", "area"])
def test_a_modelled_figure_leads_to_the_totals_that_were_allocated_and_to_the_model(open_app, name):
    page = open_app(name, lang="en", **MODELLED)
    expect_led(page)
    drawer = open_drawer(page, page.locator(CONTROL).filter(visible=True).last)
    check(drawer)
    expect(drawer).to_contain_text("The model allocates these published totals to counties many times by chance")
    # the province's own row of the table is there, with its line
    assert re.search(r"Modelled · says nothing certain", drawer.inner_text())
    drawer.get_by_role("link", name="The 2015 county model").click()
    settle(page)
    expect(page.get_by_role("heading", name="The 2015 county model")).to_be_visible()
    expect(page.get_by_role("heading", name="Limitations")).to_be_visible()


def test_the_handbook_is_read_in_the_app_in_the_readers_language(open_app):
    page = open_app("sources", lang="zh")
    page.get_by_test_id("stTab").filter(has_text="手册").click()
    page.get_by_role("button", name="比率、短缺数与缺口").click()
    settle(page)
    expect(page.get_by_role("heading", name="局限")).to_be_visible()
    expect(page).to_have_url(re.compile("show=rates-and-gaps"))
    page.get_by_role("button", name="‹ 手册目录").click()
    settle(page)
    page.get_by_role("button", name="手册", exact=True).click()
    settle(page)
    # a link of the text itself leads to the page in the app, in the same language
    leads = page.get_by_test_id("stMarkdownContainer").get_by_role("link", name="access", exact=True)
    assert "lang=zh" in leads.get_attribute("href")
    assert "show=access" in leads.get_attribute("href")
