"""The pages as a visitor sees them: both languages, a desk and a phone, silent and alone."""

import csv
import io
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from mhgis import paths, store
from mhgis.i18n import LANGUAGES, translator
from mhgis.indicators import REGISTRY
from mhgis.queries.names import benchmark_names, dataset_titles, scopes
from mhgis.ui.part import shell
from mhgis.view.links import KEYS
from mhgis.view.saved_views import START
from mhgis.view.view import View
from scripts import serve
from tests.browser import test_present
from tests.browser.conftest import end, start
from tests.browser.driver import TIMEOUT_MS, each_language, each_viewport, settle

HEADLINES = {
    ("", "zh"): "2020 年，全国每10万人精神科床位数为 56.6（2015年：31.6）；350 个县级单位",
    ("", "en"): "In 2020 China had 56.6 (2015: 31.6) psychiatric beds per 100,000 people; 350 counties",
    ("map", "zh"): "2015 年，31 个省级单位中有 17 个的每10万人精神科床位数低于 30",
    ("map", "en"): "In 2015, 17 of 31 provinces had fewer than 30 psychiatric beds per 100,000",
    ("gaps", "zh"): "合计缺 53,096 张床位",
    ("gaps", "en"): "together they lack 53,096 beds",
    ("sources", "zh"): "分县的床位和人员数从未在任何地方公布",
    ("sources", "en"): "beds and staff by county are published nowhere",
}
NAMES = {"": "overview", "map": "map", "gaps": "gaps", "sources": "sources"}
MODEL = {"data": "cn-modelled-2015", "level": "county"}
#: every page there is, by its address
PATHS = sorted("" if file.stem == START else file.stem for file in (paths.ROOT / "pages").glob("*.py"))


def see_map(page: Page) -> Page:
    expect(page.locator("section.map[data-ready]")).to_be_visible(timeout=TIMEOUT_MS)
    return page


def query(page: Page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


@each_viewport
@each_language
@pytest.mark.parametrize("path", NAMES)
def test_a_page_opened_by_its_address_shows_its_answer(open_app, shoot, path, lang, viewport):
    page = open_app(path, viewport, lang=lang)
    expect(page.get_by_role("heading", level=1)).to_contain_text(HEADLINES[path, lang])
    assert query(page)["lang"] == lang
    if path == "map":
        see_map(page)
    shoot(page, f"{NAMES[path]}-{lang}-{viewport}")
    # nothing is wider than the screen
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@each_language
def test_the_overview_shows_the_six_figures(open_app, lang):
    page = open_app("", lang=lang)
    for figure in ("5,936", "798,191", "56.6", "3.56", "9.91", "350"):
        expect(page.get_by_test_id("stMetricValue").get_by_text(figure, exact=True)).to_be_visible()


@each_language
@each_viewport
def test_the_modelled_map_wears_its_badge(open_app, shoot, lang, viewport):
    page = open_app("map", viewport, lang=lang, ind="probability_no_facility", **MODEL)
    expect(
        page.get_by_text({"zh": "不代表任何一个县的实际情况", "en": "says nothing certain"}[lang]).first
    ).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1,180")
    see_map(page)
    shoot(page, f"map-modelled-{lang}-{viewport}")


def test_the_browsers_language_is_that_of_a_first_visit(chromium, server, watch):
    for locale, name in (
        ("zh-CN", "精神卫生资源图集"),
        ("en-GB", "Mental Health Resource Atlas"),
        ("fr", "Mental Health"),
    ):
        context = chromium.new_context(locale=locale)
        page = context.new_page()
        watch.attach(page)
        page.goto(server)
        settle(page)
        expect(page.locator(".mh-brand")).to_contain_text(re.compile(f"^{name}"))
        context.close()


def test_the_view_goes_along_from_page_to_page_and_back(open_app):
    page = open_app("gaps", lang="en", **MODEL, **{"in": "620000"})
    page.get_by_role("link", name="Map").click()
    expect(page).to_have_url(re.compile("/map"))
    settle(page)
    assert {"data": "cn-modelled-2015", "level": "county", "in": "620000", "lang": "en"}.items() <= query(page).items()
    expect(page.get_by_role("heading", level=1)).to_contain_text("counties of Gansu")
    page.go_back()
    expect(page).to_have_url(re.compile("/gaps"))
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("counties of Gansu")


def test_the_link_of_one_language_opens_the_same_view_in_the_other(open_app):
    page = open_app("map", lang="zh", **MODEL, **{"in": "620000", "area": "620102"})
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gansu")
    settle(page)
    assert query(page)["area"] == "620102"
    expect(page.get_by_role("heading", level=3, name="Chengguan District")).to_be_visible()


def test_a_heading_of_the_list_sorts_it_and_the_file_has_the_order_that_is_seen(open_app):
    page = open_app("gaps", lang="en")
    table = page.get_by_test_id("stDataFrame").first
    box = table.bounding_box()
    page.mouse.click(box["x"] + 30, box["y"] + 16)  # the heading of the first column: the area
    expect(page).to_have_url(re.compile("sort=name"))
    settle(page)
    page.get_by_role("button", name="Export").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV, for any spreadsheet").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 - to name the newline
        rows = list(csv.reader(io.StringIO(file.read())))
    head = {row[0].removeprefix("# "): row[1] for row in rows if row[0].startswith("# ")}
    listed = [row for row in rows if not row[0].startswith("# ")]
    names = [row[listed[0].index("Area")] for row in listed[1:]]
    assert names == sorted(names)
    assert len(names) == 17
    assert head["Year"] == "2015"
    assert head["Build"].startswith(store.current().build)
    assert parse_qs(urlsplit(head["Link"]).query)["sort"] == ["name"]


@pytest.mark.parametrize("path", PATHS)
def test_nonsense_in_every_part_of_a_link_costs_one_notice(open_app, path):
    page = open_app(path, **dict.fromkeys(KEYS, "<b>x</b>"))
    expect(page.get_by_test_id("stAlert").filter(has_text=re.compile("could not be used|无法使用"))).to_have_count(1)
    said = query(page)
    assert set(said) == {"lang", "data", "level", "ind", "year", "bench"}
    assert said["data"] == "cn-published"


ROOM = """async names => {
  const field = document.querySelector("[data-testid=stSidebar] [role=combobox]"), style = getComputedStyle(field);
  const pen = document.createElement("canvas").getContext("2d");
  // what the page has not written yet it has no letters for, and others are wider
  await document.fonts.load(style.font, names.join(""));
  pen.font = style.font;
  const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return [room, names.filter((name) => pen.measureText(name).width > room)];
}"""


def labels(lang: str) -> list[str]:
    """Everything that the lists at the side offer in a language."""
    _, plain = translator(lang), View(lang=lang)
    found = [name for i in REGISTRY for name in benchmark_names(replace(plain, indicator=i)).values()]
    found += [_(shell.NARROW.get(name, indicator.name)) for name, indicator in REGISTRY.items()]
    return [*found, *dataset_titles(lang).values(), *scopes(plain).values()]


@each_viewport
def test_every_label_of_the_side_can_be_read(open_app, viewport):
    page = open_app("gaps", viewport, lang="en", bench="who2017-uppermiddle-beds")
    if viewport == "phone":
        page.get_by_test_id("stExpandSidebarButton").click()
    side = page.get_by_test_id("stSidebar")
    expect(side.get_by_role("combobox", name="Benchmark")).to_have_value("21.0 · upper-middle income")
    # in full beneath, for the list has room for little
    expect(side.get_by_text("Upper-middle-income countries, median (WHO 2013-2017)")).to_be_visible()
    # the side slides in, and rests
    room = 0
    while room < 150 or room != page.evaluate(ROOM, [])[0]:
        room = page.evaluate(ROOM, [])[0]
        page.wait_for_timeout(300)
    for lang in LANGUAGES:
        _room, cut = page.evaluate(ROOM, labels(lang))
        assert cut == []
    # a page that is chosen there is seen: the side of a phone would cover it
    side.get_by_role("link", name="Sources and methods").click()
    expect(page).to_have_url(re.compile("/sources"))
    if viewport == "phone":
        expect(side).not_to_be_in_viewport()
    else:
        expect(side).to_be_in_viewport()


@pytest.fixture
def restarted(server, tmp_path):
    """The address of another process that serves the same, and has seen none of its visitors."""
    process, address = start(serve.APP, tmp_path / "app.log")
    yield address
    end(process)


def test_a_link_copied_from_any_page_opens_the_same_after_a_restart(server, restarted, profiles):
    asked = {"lang": "en", "data": "cn-published", "ind": "beds_per_100k", "year": "2015", "area": "620000"}

    def visit(address: str) -> Page:
        # who was never here; what the page says is watched as on every other
        page = profiles.fresh().new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.goto(address)
        settle(page)
        for drawn in page.locator("section.map").all():
            expect(drawn).to_have_attribute("data-ready", re.compile("."), timeout=TIMEOUT_MS)
        return page

    before = {}
    for path in PATHS:
        if path in test_present.PAGES:
            # those are held there, in the other language
            continue
        page = visit(f"{server}/{path}?{urlencode(asked)}")
        shown = test_present.picture(page)
        # a reader is told what datasets are called, not their ids
        assert asked["data"] not in page.get_by_test_id("stApp").inner_text()
        before[test_present.link_of(page, "en")] = shown
        page.context.close()
    assert {urlsplit(link).path.strip("/") for link in before} == set(PATHS) - set(test_present.PAGES)
    different = {}
    for link, shown in before.items():
        page = visit(restarted + link.removeprefix(server))
        now = test_present.picture(page)
        page.context.close()
        different[link] = float((np.abs(now - shown).max(axis=2) > test_present.MUCH).mean())
    assert {link: share for link, share in different.items() if share >= test_present.DIFFERENT} == {}


def test_where_nothing_was_published_one_button_leads_on(open_app, shoot):
    page = see_map(open_app("map", lang="zh", level="county"))
    shoot(page, "map-unpublished-zh-desktop")
    page.get_by_role("button", name="2015年县级模型估计").click()
    expect(page).to_have_url(re.compile("data=cn-modelled-2015"))
    settle(page)
    expect(page.get_by_text("不代表任何一个县的实际情况").first).to_be_visible()


def test_streamlits_own_furniture_is_out_of_sight(open_app):
    page = open_app()
    for name in ("stMainMenu", "stAppDeployButton", "stStatusWidget"):
        expect(page.get_by_test_id(name)).to_have_count(0)


def test_what_a_run_sends_is_packed_with_the_run_before_in_view(open_app):
    page, answers = open_app("sources", lang="en"), []
    session = page.context.new_cdp_session(page)
    session.on("Network.webSocketHandshakeResponseReceived", lambda event: answers.append(event["response"]["headers"]))
    session.send("Network.enable")
    page.reload()
    settle(page)
    (agreed,) = [text for name, text in answers[0].items() if name.lower() == "sec-websocket-extensions"]
    assert "permessage-deflate" in agreed
    assert "server_max_window_bits=15" in agreed
    assert "server_no_context_takeover" not in agreed
