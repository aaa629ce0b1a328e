"""Whoever never saw it: is Gansu below the minimum norm, and how sure; how many psychiatrists does the west lack?"""

import re

from playwright.sync_api import expect

from tests.browser.driver import TIMEOUT_MS, each_language, settle

WORDS = {
    "zh": {
        "page": "对标", "area": "地区", "place": "甘肃",
        "answer": "甘肃省，2015年：每10万人精神科床位数14.2，低于对标值30.0",
        "sure": "在13.8与14.2之间", "tab": "分地区", "go": "分地区目标：每10万人精神科医师数",
        "west": "西部地区：现有精神科医师的人数从未公布.*缺口在0至10,384之间.*则缺3,720：这是假设",
    },
    "en": {
        "page": "Benchmarks", "area": "Area", "place": "Gansu",
        "answer": "Gansu, 2015: Psychiatric beds per 100,000 14.2, below the benchmark of 30.0",
        "sure": "between 13.8 and 14.2", "tab": "By region", "go": "Targets by region: Psychiatrists per 100,000",
        "west": "Western region: how many psychiatrists it has was never published.* between 0 and 10,384 are lacking."
                ".* 3,720 would be lacking: an assumption",
    },
}  # fmt: skip


@each_language
def test_is_gansu_below_the_norm_and_what_does_the_west_lack(open_app, lang):
    words, page = WORDS[lang], settle(open_app(lang=lang))
    page.get_by_role("link", name=words["page"], exact=True).click()
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("31.6", timeout=TIMEOUT_MS)
    place = page.get_by_test_id("stSidebar").get_by_role("combobox", name=words["area"], exact=True)
    place.click()
    place.fill(words["place"])
    page.keyboard.press("Enter")
    expect(title).to_contain_text(words["answer"], timeout=TIMEOUT_MS)
    expect(page.get_by_text(words["sure"])).to_be_visible(timeout=TIMEOUT_MS)
    page.get_by_role("tab", name=words["tab"]).click()
    page.get_by_role("button", name=words["go"]).click()
    answers = page.get_by_role("listitem").filter(has_text=re.compile(words["west"]))
    expect(answers.first).to_be_visible(timeout=TIMEOUT_MS)
    settle(page)
