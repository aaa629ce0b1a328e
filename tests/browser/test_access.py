"""A planner's path: how many people in Qinghai live more than 100 km from the nearest psychiatric bed, and where?"""

import re

from playwright.sync_api import expect

from tests.browser.driver import TIMEOUT_MS, each_language, settle

WORDS = {
    "zh": {
        "page": "可及性", "place": "青海", "unknown": "这组数据无法回答", "model": "查看模型估计：地图和清单",
        "answer": "模型估计：青海省约有 .*100 公里", "where": "在哪里：",
    },
    "en": {
        "page": "Access", "place": "Qinghai", "unknown": "Not known from these figures",
        "model": "Show the model estimate: map and list", "answer": "Model estimate: about .* Qinghai .* 100 km",
        "where": "Where: ",
    },
}  # fmt: skip


@each_language
def test_from_the_start_page_to_who_of_qinghai_is_out_of_reach(open_app, lang):
    words, page = WORDS[lang], settle(open_app(lang=lang))
    page.get_by_role("link", name=words["page"], exact=True).click()
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text(words["unknown"], timeout=TIMEOUT_MS)
    place = page.get_by_test_id("stMain").get_by_role("combobox").first
    place.click()
    place.fill(words["place"])
    page.keyboard.press("Enter")
    expect(title).to_contain_text(words["place"], timeout=TIMEOUT_MS)
    page.get_by_role("button", name=words["model"]).click()
    expect(title).to_contain_text(re.compile(words["answer"]), timeout=TIMEOUT_MS)
    expect(page.get_by_text(words["where"]).first).to_be_visible(timeout=TIMEOUT_MS)
    settle(page)
