"""One area as a reader meets it: from the map, the list and the search to its neighbours and its brief."""

import html
import io
import re

import pypdf
import pytest
from playwright.sync_api import Page, expect

from mhgis.i18n import translator
from mhgis.queries import tables
from mhgis.ui.page import area
from mhgis.view import links
from mhgis.view.view import View
from tests.browser.driver import TIMEOUT_MS, settle
from tests.browser.test_map import Visit

WORDS = {
    "zh": {
        "page": "地区详情", "brief": "一页简报（PDF）", "unknown": "未知之处", "mark": "模型估计", "source": "来源：",
        "find": "查找地区", "country": "全国 ›",
    },
    "en": {
        "page": "Area page", "brief": "Brief (PDF)", "unknown": "What is not known", "mark": "Model estimate",
        "source": "Source:", "find": "Find an area", "country": "All of China ›",
    },
}  # fmt: skip


def told(lang: str, **parts) -> area.Profile:
    """What the page of this area is about, without a browser."""
    return area.gather(links.settle(View(lang=lang, **parts), tables.offer()))


def arrived(page: Page, found: area.Profile) -> None:
    expect(page).to_have_url(re.compile("/area"), timeout=TIMEOUT_MS)
    expect(page.get_by_role("heading", level=1)).to_contain_text(found.headline)
    settle(page)


def check_bullets(page: Page, found: area.Profile, lang: str) -> None:
    """Each bullet says and shows what stands in its row of the table."""
    rows = page.locator(".st-key-mh_card_lines tbody tr")
    expect(rows).to_have_count(len(found.lines))
    for row, line in zip(rows.all(), found.lines, strict=True):
        bullet = row.locator(".mh-gauge")
        cells = row.locator("td").all_inner_texts()
        shown = re.sub(r"\s+", " ", cells[1])
        if not bullet.count():
            assert line.value is None or line.value == 0
            continue
        assert bullet.get_attribute("aria-label") == html.unescape(area.gauge_words(line, lang))
        assert bullet.locator("i").count() == int(line.is_known)
        if not line.is_known:
            continue
        assert shown.startswith(f"{line.value:,.{line.indicator.decimals}f}")
        # the black mark stands where the value is, on the scale on which the benchmark's stands
        place = {tag: bullet.locator(tag).first.evaluate("node => parseFloat(node.style.left)") for tag in ("i",)}
        if line.benchmark is not None:
            mark = bullet.locator("u").evaluate("node => parseFloat(node.style.left)")
            assert place["i"] * line.benchmark.value == pytest.approx(mark * line.value, abs=0.02 * line.value + 0.5)


def check_neighbours(page: Page, found: area.Profile, lang: str) -> None:
    """The neighbours are named beside the area, each with a link, the longest shared border first."""
    named = found.neighbours[f"name_{lang}"].tolist()
    rows = page.locator(".st-key-mh_card_neighbours tbody tr, .st-key-mh_card_neighbours table > tr")
    assert [row.locator("td").first.inner_text() for row in rows.all()] == [found.place.name, *named]
    assert page.locator(".st-key-mh_neighbours a").all_inner_texts() == named


def check_unknown(page: Page, found: area.Profile) -> None:
    said = page.get_by_test_id("stMain").get_by_role("listitem").all_inner_texts()
    assert set(found.unknown) <= set(said)


def brief(page: Page, words: dict[str, str]) -> str:
    """The brief that the page gives, as text on one page, without its blanks."""
    with page.expect_download(timeout=TIMEOUT_MS) as download:
        page.get_by_role("button", name=words["brief"]).click()
    assert download.value.suggested_filename.endswith(".pdf")
    pages = pypdf.PdfReader(io.BytesIO(download.value.path().read_bytes())).pages
    assert len(pages) == 1
    return re.sub(r"\s+", "", pages[0].extract_text())


def check_brief(text: str, found: area.Profile, lang: str, words: dict[str, str]) -> None:
    """The brief says what the page says: names, values with unit and year, what is not known, and the sources."""
    _, about = translator(lang), found.about
    said = [found.headline, found.place.name, str(about.year), words["unknown"], words["source"], about.build]
    said += [_(line.indicator.name) for line in found.lines]
    said += [_(line.indicator.unit) for line in found.lines]
    said += [f"{line.value:,.{line.indicator.decimals}f}" for line in found.lines if line.is_known]
    said += [*found.unknown, *(source.cite(lang) for source in about.sources)]
    missing = [one for one in said if re.sub(r"\s+", "", one) not in text]
    assert missing == []
    assert (text.count(words["mark"].replace(" ", "")) >= 2) == about.is_modelled


def test_from_the_map_to_a_modelled_county_and_its_brief(open_app, shoot):
    lang, words, there = "zh", WORDS["zh"], {"data": "cn-modelled-2015", "level": "county", "ind": "beds_per_100k"}
    seen = Visit(open_app("map", lang=lang, year="2015", **there, **{"in": "510100"}))
    page = seen.page
    seen.change(lambda: page.mouse.click(*seen.at("county", "510107")))
    page.get_by_test_id("stMain").get_by_role("link", name=words["page"]).click()
    found = told(lang, dataset=there["data"], level="county", area="510107", year=2015)
    arrived(page, found)
    shoot(page, "area-county-zh-desktop")
    expect(page.get_by_text("不代表任何一个县的实际情况").first).to_be_visible()
    check_bullets(page, found, lang)
    check_neighbours(page, found, lang)
    check_unknown(page, found)
    check_brief(brief(page, words), found, lang, words)
    # up to the province by the hierarchy, and from there to a neighbour
    expect(page.locator(".st-key-mh_crumbs a")).to_have_text([words["country"], "四川省 ›", "成都市 ›"])
    page.locator(".st-key-mh_crumbs a").nth(1).click()
    arrived(page, told(lang, dataset=there["data"], level="province", area="510000", year=2015))
    page.locator(".st-key-mh_neighbours a").first.click()
    first = told(lang, dataset=there["data"], level="province", area="510000", year=2015).neighbours.iloc[0]
    arrived(page, told(lang, dataset=there["data"], level="province", area=str(first["area_code"]), year=2015))


def test_from_the_list_to_a_province_and_on_by_search_on_a_phone(open_app, shoot):
    lang, words = "en", WORDS["en"]
    page = open_app("gaps", "phone", lang=lang)
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    # the third row under the heading: Gansu, furthest short but two
    page.mouse.click(box["x"] + 30, box["y"] + 35 + 2 * 35 + 16)
    found = told(lang, dataset="cn-published", area="620000", year=2015)
    arrived(page, found)
    check_bullets(page, found, lang)
    check_neighbours(page, found, lang)
    check_unknown(page, found)
    check_brief(brief(page, words), found, lang, words)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shoot(page, "area-province-en-phone")
    expect(page.locator(".st-key-mh_crumbs a")).to_have_text([words["country"]])
    page.get_by_role("combobox", name=words["find"]).click()
    page.keyboard.type("Wuhou")
    page.keyboard.press("Enter")
    county = told(lang, dataset="cn-published", level="county", area="510107", year=2015)
    arrived(page, county)
    check_bullets(page, county, lang)
    check_unknown(page, county)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
