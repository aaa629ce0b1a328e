"""A planner's path: Gansu's counties by the model, a rule changed, the list with it, a draft taken away and read."""

import io
import re

import pypdf
from playwright.sync_api import expect

from tests.browser.driver import TIMEOUT_MS, settle

QUERY = {"data": "cn-modelled-2015", "level": "county", "ind": "beds_per_100k", "year": "2015",
         "bench": "delphi-minimum-beds"}  # fmt: skip


def test_from_the_start_page_to_a_draft_for_the_counties_of_gansu(open_app):
    page = settle(open_app(lang="en", **QUERY))
    page.get_by_role("link", name="Alliances", exact=True).click()
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text(re.compile("gap areas of China"), timeout=TIMEOUT_MS)
    place = page.get_by_test_id("stMain").get_by_role("combobox").first
    place.click()
    place.fill("Gansu")
    page.keyboard.press("Enter")
    expect(title).to_contain_text("78 gap areas of Gansu", timeout=TIMEOUT_MS)
    before = title.inner_text()
    rule = page.get_by_label("Vertical: within, km")
    rule.fill("10")
    rule.press("Enter")
    expect(title).not_to_have_text(before, timeout=TIMEOUT_MS)
    expect(title).to_contain_text("78 gap areas of Gansu")
    settle(page)
    assert "vertical-10" in page.url
    with page.expect_download(timeout=TIMEOUT_MS) as download:
        page.get_by_role("button", name="PDF, one page").click()
    pages = pypdf.PdfReader(io.BytesIO(download.value.path().read_bytes())).pages
    said = pages[0].extract_text()
    assert len(pages) == 1
    assert "DRAFT" in said
    assert "Modelled" in said
    assert "vertical within 10 km" in re.sub(r"\s+", " ", said)
