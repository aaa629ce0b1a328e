"""A meeting: views are saved, shown by keyboard, taken along as slides; links survive a restart."""

import io
import os
import re
from urllib.parse import urlsplit

import numpy as np
import pytest
from matplotlib import image
from playwright.sync_api import Page, expect
from pptx import Presentation

from mhgis import paths
from tests.browser.conftest import OwnApp
from tests.browser.driver import TIMEOUT_MS, VIEWPORTS, each_language, each_viewport, settle

PAGES = ("", "map", "gaps", "area", "sources")
QUERY = {"data": "cn-modelled-2015", "level": "county", "ind": "beds_per_100k", "year": "2015", "in": "620000"}
#: share of the pixels that may differ, by more than so much of 1
DIFFERENT, MUCH = 0.002, 0.06

SAVE_VIEW = {"zh": "保存视图", "en": "Save view"}
SAVE = {"zh": "保存", "en": "Save"}
SAVED = {"zh": "已保存为", "en": "Saved as"}
PRESENT = {"zh": "演示", "en": "Present"}


def link_of(page: Page, lang: str) -> str:
    page.get_by_role("button", name={"zh": "复制链接", "en": "Copy link"}[lang]).first.click()
    link = page.get_by_test_id("stPopoverBody").get_by_test_id("stCode").inner_text().strip()
    page.keyboard.press("Escape")
    return link


def picture(page: Page) -> np.ndarray:
    """Return what the page shows once it has stopped changing: two looks a second apart see the same."""
    if urlsplit(page.url).path == "/map":
        expect(page.locator("section.map[data-ready]")).to_be_visible(timeout=TIMEOUT_MS)
    page.evaluate("document.fonts.ready")
    seen = look(page)
    for _ in range(TIMEOUT_MS // 1000):
        page.wait_for_timeout(1000)
        before, seen = seen, look(page)
        if before.shape == seen.shape and (before == seen).all():
            return seen
    pytest.fail(f"{page.url} does not come to rest")


def look(page: Page) -> np.ndarray:
    settle(page)
    return image.imread(io.BytesIO(page.screenshot(animations="disabled")))[..., :3]


def save(page: Page, lang: str) -> None:
    page.get_by_role("button", name=SAVE_VIEW[lang]).click()
    page.get_by_role("button", name=SAVE[lang], exact=True).click()
    expect(page.get_by_text(re.compile(SAVED[lang]))).to_be_visible(timeout=TIMEOUT_MS)


def forget_views(app: OwnApp) -> None:
    (app.data / "local" / "views.json").unlink(missing_ok=True)


def test_a_copied_link_opens_the_same_view_in_a_fresh_browser_after_a_restart(own_app, visit):
    address = own_app.address
    before = {}
    for path in PAGES:
        page = visit(f"{address}/{path}?lang=zh&" + "&".join(f"{key}={value}" for key, value in QUERY.items()))
        link = link_of(page, "zh")
        assert urlsplit(link).path.strip("/") == path
        # as it is when it is opened by that link: what the click left open is not part of the view
        before[link] = picture(visit(link))
    save(visit(f"{address}/map?lang=zh"), "zh")
    own_app.stop()
    again = own_app.address
    for link, shown in before.items():
        now = picture(visit(again + link.removeprefix(address)))
        assert now.shape == shown.shape
        different = float((np.abs(now - shown).max(axis=2) > MUCH).mean())
        assert different < DIFFERENT, link
    # a view that was saved is kept too
    kept = visit(f"{again}/present?lang=zh").get_by_role("heading", level=1)
    expect(kept).to_contain_text("1", timeout=TIMEOUT_MS)


@each_viewport
@each_language
def test_a_meeting(own_app, visit, shoot, lang, viewport):
    forget_views(own_app)
    address = own_app.address
    modelled = "&".join(f"{key}={value}" for key, value in QUERY.items())
    for asked in (f"map?lang={lang}", f"gaps?lang={lang}&{modelled}", f"?lang={lang}"):
        save(visit(f"{address}/{asked}", viewport), lang)
    page = visit(f"{address}/present?lang={lang}", viewport)
    expect(page.get_by_role("heading", level=1)).to_contain_text("3", timeout=TIMEOUT_MS)
    shoot(page, f"present-list-{lang}-{viewport}")
    page.get_by_test_id("stMain").get_by_role("button", name=PRESENT[lang], exact=True).click()
    screen = page.locator("dialog.present")
    # the server draws three maps first
    expect(screen.locator("h1")).to_contain_text("17", timeout=TIMEOUT_MS)
    box = screen.bounding_box()
    assert (box["width"], box["height"]) == VIEWPORTS[viewport]
    # nothing but the view: no control can be reached, none is on top
    assert page.evaluate("document.elementFromPoint(20, 200).closest('[data-testid=stSidebar]')") is None
    expect(screen.locator("footer")).to_contain_text(re.compile(r"20\d\d-\d\d-\d\d"))
    expect(screen.locator("img")).to_have_js_property("complete", value=True)
    assert screen.locator("img").evaluate("node => node.naturalWidth") > 1000
    shoot(page, f"present-1-{lang}-{viewport}")
    size = float(screen.locator("h1").evaluate("node => parseFloat(getComputedStyle(node).fontSize)"))
    assert size >= (30 if viewport == "desktop" else 18)
    page.keyboard.press("ArrowRight")
    expect(screen.locator(".count")).to_have_text("2 / 3")
    expect(screen.locator(".badge")).to_contain_text({"zh": "模型估计", "en": "Model estimate"}[lang])
    shoot(page, f"present-2-{lang}-{viewport}")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(screen.locator(".count")).to_have_text("3 / 3")
    page.keyboard.press("ArrowLeft")
    expect(screen.locator(".count")).to_have_text("2 / 3")
    page.keyboard.press("Escape")
    expect(screen).to_have_count(0)
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("3")


SLIDE = {
    "langs": ["en"], "titles": ["Beds"], "subtitles": [""], "badge": "", "picture": "map.png", "legendTitle": ["Beds"],
    "legendUnit": "", "heads": ["Areas", "People"], "rows": [], "notes": [""], "foot": [], "footLangs": [],
}  # fmt: skip
LOAD = """async (source) => {
  const code = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: show } = await import(code);
  window.sent = [];
  window.show = (run, place, slide) => show({
    data: { run, base: "/", close: "Close", slides: [slide, slide] },
    parentElement: document.querySelector(place), setTriggerValue: (name) => sent.push(name),
  });
}"""


def test_a_presentation_ends_only_when_the_viewer_ends_it(chromium):
    """Streamlit may call a component anew before it has ended the call before, or put it in another place."""
    page = chromium.new_page()
    page.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<button>Go</button><a></a><b></b>"))
    page.goto("http://atlas.test/")
    page.evaluate(LOAD, (paths.ROOT / "mhgis" / "ui" / "page" / "present.js").read_text("utf-8"))
    page.evaluate("slide => { document.querySelector('button').onclick = () => (one = show('1', 'a', slide)) }", SLIDE)
    page.get_by_role("button").click()
    shown = page.locator("dialog")
    expect(shown.locator(".count")).to_have_text("1 / 2")
    page.wait_for_function("document.fullscreenElement")
    page.keyboard.press("ArrowRight")
    # called again before the first call is ended
    page.evaluate("slide => { two = show('1', 'a', slide); one() }", SLIDE)
    expect(shown.locator(".count")).to_have_text("2 / 2")
    # taken away and put elsewhere: the full screen ends, the presentation does not
    page.evaluate("slide => { two(); three = show('1', 'b', slide) }", SLIDE)
    page.wait_for_function("!document.fullscreenElement")
    page.wait_for_timeout(300)
    expect(shown.locator(".count")).to_have_text("2 / 2")
    assert page.evaluate("sent") == []
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    assert page.evaluate("sent") == ["closed"]
    # what the viewer has ended stays so; the next one begins at its beginning
    page.evaluate("slide => { three = show('1', 'b', slide); three(); four = show('1', 'a', slide) }", SLIDE)
    expect(shown).to_have_count(0)
    page.evaluate("slide => { show('2', 'a', slide) }", SLIDE)
    expect(shown.locator(".count")).to_have_text("1 / 2")
    page.close()


def test_slides_leave_by_a_button(own_app, visit):
    forget_views(own_app)
    address = own_app.address
    save(visit(f"{address}/map?lang=zh"), "zh")
    page = visit(f"{address}/present?lang=zh")
    with page.expect_download(timeout=TIMEOUT_MS) as download:
        page.get_by_role("button", name="幻灯片（PPTX）").click()
    deck = Presentation(download.value.path())
    assert len(deck.slides) == 1
    assert "17 个" in deck.slides[0].shapes.title.text_frame.text
    assert f"{address}/map?lang=zh" in deck.slides[0].notes_slide.notes_text_frame.text
    assert os.fspath(download.value.suggested_filename).endswith(".pptx")


CLIPBOARD = """async () => {
  const [item] = await navigator.clipboard.read();
  const picture = await createImageBitmap(await item.getType("image/png"));
  return [item.types, picture.width, picture.height];
}"""
REFUSE = "() => { navigator.clipboard.write = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"


def test_a_figure_is_copied_and_where_the_browser_refuses_the_page_says_what_to_do(server, chromium):
    allowed = ["clipboard-read", "clipboard-write"]
    context = chromium.new_context(permissions=allowed, accept_downloads=True, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    page.goto(f"{server}/map?lang=en")
    settle(page)
    page.get_by_role("button", name="Save picture").click()
    page.get_by_test_id("stPopoverBody").get_by_text("中文 + English").click()
    settle(page)
    copy = page.get_by_role("button", name="Copy picture")
    copy.click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible(timeout=TIMEOUT_MS)
    # 11 x 8.25 inches at 150 dots an inch
    assert page.evaluate(CLIPBOARD) == [["image/png"], 1650, 1237]
    page.evaluate(REFUSE)
    copy.click()
    expect(page.get_by_text("Save it as PNG and insert the file")).to_be_visible(timeout=TIMEOUT_MS)
    # a chart is taken as the browser has drawn it, at three times its size and with a rim
    page.goto(f"{server}/?lang=en")
    settle(page)
    chart = page.locator(".st-key-trend .main-svg").first
    chart.wait_for()
    width = chart.bounding_box()["width"]
    page.get_by_role("button", name="Save picture").first.click()
    with page.expect_download(timeout=TIMEOUT_MS) as download:
        page.get_by_role("button", name="PNG", exact=False).click()
    drawn = image.imread(download.value.path())
    assert download.value.suggested_filename == "trend.png"
    assert drawn.shape[1] == pytest.approx(3 * (width + 32), abs=3)
    # more than a white page: letters and lines
    assert ((drawn[..., :3].min(axis=2) < 0.5).mean()) > 0.01
    context.close()
