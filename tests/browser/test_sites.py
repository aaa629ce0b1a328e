"""A minister's question: twenty more units in the west, whom do they reach, who is left; and the slide of it."""

import io

from playwright.sync_api import expect
from pptx import Presentation

from tests.browser.driver import TIMEOUT_MS, settle

ASKED = "data=cn-modelled-2015&level=county&ind=beds_per_100k&year=2015&next=region-west"
#: drawing three hundred dots an inch, and a deck
SLIDE_MS = 60_000


def test_twenty_units_in_the_west_from_the_question_to_the_slide(own_app, visit, shoot):
    address = own_app.address
    page = visit(f"{address}/sites?lang=en&{ASKED}")
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("10 new sites in the western region", timeout=TIMEOUT_MS)
    number = page.get_by_label("New sites")
    number.fill("20")
    number.press("Enter")
    expect(title).to_contain_text("20 new sites in the western region", timeout=TIMEOUT_MS)
    settle(page)
    expect(page.get_by_text("proven").first).to_be_visible()
    expect(page.get_by_text("still out of reach").first).to_be_visible()
    expect(page.locator("section.map[data-ready]")).to_be_visible(timeout=TIMEOUT_MS)
    shoot(page, "sites-en-desktop")
    said = title.inner_text()

    page.get_by_role("button", name="Save view").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as")).to_be_visible(timeout=TIMEOUT_MS)
    slides = visit(f"{address}/present?lang=en")
    with slides.expect_download(timeout=SLIDE_MS) as deck:
        slides.get_by_role("button", name="Slides (PPTX)").click()
    first = Presentation(io.BytesIO(deck.value.path().read_bytes())).slides[0]
    text = " ".join(shape.text_frame.text for shape in first.shapes if shape.has_text_frame)
    assert " ".join(said.split()) in " ".join(text.split())
    assert "says nothing certain" in text

    page = visit(f"{address}/sites?lang=en&{ASKED.replace('next=region-west', 'in=620000')}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("10 new sites in Gansu", timeout=TIMEOUT_MS)
    page.get_by_role("button", name="Make it a scenario").click()
    page.get_by_role("button", name="Open these sites in a scenario").click()
    page.wait_for_url("**/scenarios?**", timeout=TIMEOUT_MS)
    settle(page)
    planned = page.get_by_role("heading", level=1).inner_text()
    again = visit(page.url)
    expect(again.get_by_role("heading", level=1)).to_have_text(planned, timeout=TIMEOUT_MS)
