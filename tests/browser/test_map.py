"""The map of China as a visitor uses it: deep links, drilling, camera, search, comparison, keys; in the real app."""

import io
import math
import re
import time
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from mhgis import store
from tests.browser.driver import TIMEOUT_MS, settle

MODEL = {"data": "cn-modelled-2015", "year": "2015", "lang": "en"}
#: a pixel of the map, in degrees of longitude, at zoom 0
DEGREES_A_PIXEL = 360 / 512


def mercator(lng, lat):
    """Web Mercator, the world being 1 wide and 1 high."""
    return lng / 360 + 0.5, 0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)


IS_DRAWN_ANEW = """([map, ...others]) =>
    !others.length && !!map?.dataset.ready && map.dataset.ready !== map.dataset.before"""


class Visit:
    """A page with the map, and where on the screen an area is."""

    def __init__(self, page):
        self.page = page
        self.map = page.locator("section.map")
        self.canvas = page.locator(".canvas").first
        self.crumbs = page.locator(".crumbs")
        self.ready()

    def ready(self):
        expect(self.page.locator("section.map[data-ready]")).to_be_visible(timeout=TIMEOUT_MS)
        return settle(self.page)

    def change(self, action):
        """Do something, wait until the map has drawn what came of it and the camera rests."""
        self.map.evaluate("map => { map.dataset.before = map.dataset.ready }")
        action()
        # a map that moved to another place on the page is a new one, drawn before the old one goes
        until = time.monotonic() + TIMEOUT_MS / 1000
        while not self.map.evaluate_all(IS_DRAWN_ANEW):
            assert time.monotonic() < until, "no map was drawn anew"
            self.page.wait_for_timeout(100)
        self.rest()

    def rest(self):
        """Wait until the camera stays where it is and the page has heard of it."""
        expect(self.map).to_have_attribute("data-camera", re.compile("."), timeout=TIMEOUT_MS)
        self.ready()
        last = None
        while last != (last := self.camera()):
            self.page.wait_for_timeout(800)
        settle(self.page)

    def camera(self):
        return tuple(map(float, self.map.get_attribute("data-camera").split()))

    def query(self):
        return {key: values[0] for key, values in parse_qs(urlsplit(self.page.url).query).items()}

    def at(self, level, code):
        """The place of an area on the screen: a point inside it, from the published file."""
        rows = store.query("SELECT lon, lat FROM area WHERE level = ? AND area_code = ?", [level, code])
        there = mercator(*rows.iloc[0])
        lng, lat, zoom = self.camera()
        here, area = mercator(lng, lat), self.canvas.bounding_box()
        size = 512 * 2**zoom
        return (
            area["x"] + area["width"] / 2 + (there[0] - here[0]) * size,
            area["y"] + area["height"] / 2 + (there[1] - here[1]) * size,
        )

    def choose(self, label, option):
        """Take an option of a control of the side."""
        self.page.get_by_test_id("stSidebar").get_by_role("combobox", name=label).click()
        self.change(lambda: self.page.get_by_role("option", name=option, exact=True).click())

    def picture(self):
        """The map as it is on the screen, without what floats over it."""
        self.page.mouse.move(5, 5)
        self.page.wait_for_timeout(400)
        return np.asarray(Image.open(io.BytesIO(self.canvas.screenshot())).convert("RGB")).astype(int)


@pytest.fixture
def visit(open_app):
    """Return `visit(viewport="desktop", **query)`: the map page, drawn."""
    return lambda viewport="desktop", **query: Visit(open_app("map", viewport, **query))


def test_down_to_a_county_and_back_by_the_breadcrumb(visit):
    seen = visit(moving=True, **MODEL, level="province", ind="beds_per_100k")
    seen.change(lambda: seen.page.mouse.dblclick(*seen.at("province", "510000")))
    assert (seen.query()["level"], seen.query()["in"]) == ("prefecture", "510000")
    expect(seen.crumbs).to_have_text("All of ChinaSichuan")
    seen.change(lambda: seen.page.mouse.dblclick(*seen.at("prefecture", "510100")))
    assert (seen.query()["level"], seen.query()["in"]) == ("county", "510100")
    expect(seen.crumbs).to_have_text("All of ChinaSichuanChengdu")
    # 20 counties in Chengdu, and the legend counts them
    assert sum(map(int, seen.page.locator(".legend td.count").all_inner_texts())) == 20
    seen.change(lambda: seen.page.mouse.click(*seen.at("county", "510107")))
    panel = seen.page.locator(".st-key-mh_card_panel")
    expect(panel).to_contain_text("Wuhou District")
    value = store.query(
        "SELECT value FROM indicator_value WHERE dataset_id = 'cn-modelled-2015' AND level = 'county' "
        "AND area_code = '510107' AND indicator = 'beds_per_100k' AND year = 2015"
    )["value"].item()
    expect(panel).to_contain_text(f"{value:,.1f}")
    seen.change(lambda: seen.crumbs.get_by_role("button", name="Sichuan").click())
    assert (seen.query()["level"], seen.query()["in"]) == ("prefecture", "510000")
    seen.change(lambda: seen.crumbs.get_by_role("button", name="All of China").click())
    assert seen.query()["level"] == "province"
    assert "in" not in seen.query()
    expect(seen.crumbs).to_be_hidden()


def test_the_camera_stays_where_the_viewer_put_it_and_a_link_brings_it_back(visit):
    seen = visit(**MODEL, level="prefecture", ind="beds_per_100k")
    x, y = seen.at("prefecture", "620100")
    seen.page.mouse.move(x, y)
    seen.page.mouse.wheel(0, -300)
    seen.rest()
    seen.page.mouse.down()
    seen.page.mouse.move(x - 90, y + 40, steps=5)
    seen.page.mouse.up()
    seen.rest()
    expect(seen.page).to_have_url(re.compile("cam="))
    camera = seen.camera()
    seen.choose("Indicator", "Mental-health facilities")
    assert seen.camera() == camera
    lon, lat, zoom = map(float, seen.query()["cam"].split(","))
    pixel = DEGREES_A_PIXEL / 2**zoom
    assert (lon, lat) == pytest.approx(camera[:2], abs=pixel)
    # a thousandth of a zoom moves what is 500 pixels away by a third of one
    assert zoom == pytest.approx(camera[2], abs=0.001)
    before = seen.picture()
    seen.page.reload()
    seen.ready()
    seen.rest()
    assert seen.camera() == pytest.approx(camera, abs=pixel)
    changed = (np.abs(seen.picture() - before).max(axis=2) > 40).mean()
    assert changed < 0.02


def test_gulou_is_in_four_cities_and_nanjing_s_is_shown(visit):
    seen = visit(moving=True, **MODEL, level="province", ind="beds_per_100k")
    box = seen.page.get_by_role("combobox", name="Find a place")
    box.fill("gulou")
    found = seen.page.get_by_role("option").filter(has_text="鼓楼区")
    expect(found).to_have_count(4)
    for place in ("Jiangsu › Nanjing", "Jiangsu › Xuzhou", "Fujian › Fuzhou", "Henan › Kaifeng"):
        expect(found.filter(has_text=place)).to_have_count(1)
    seen.change(lambda: found.filter(has_text="Nanjing").click())
    assert {key: seen.query()[key] for key in ("level", "in", "area")} == {
        "level": "county", "in": "320100", "area": "320106",
    }  # fmt: skip
    expect(seen.page.locator(".st-key-mh_card_panel")).to_contain_text("Gulou District")
    # a second place of the same map: flown to, and the link says where
    camera = seen.map.get_attribute("data-camera")
    box.fill("320114")
    box.press("Enter")
    expect(seen.page).to_have_url(re.compile("area=320114"), timeout=TIMEOUT_MS)
    expect(seen.map).not_to_have_attribute("data-camera", camera, timeout=TIMEOUT_MS)
    seen.rest()
    assert seen.query()["area"] == "320114"
    area = seen.canvas.bounding_box()
    x, y = seen.at("county", "320114")
    assert (x, y) == pytest.approx((area["x"] + area["width"] / 2, area["y"] + area["height"] / 2), abs=60)


def test_two_years_side_by_side_and_under_a_line(visit):
    seen = visit(lang="en", data="cn-published", level="province", ind="facilities", year="2015")
    seen.change(lambda: seen.page.get_by_text("Compare", exact=True).click())
    heads = seen.page.locator(".head")
    expect(heads).to_have_count(2)
    expect(heads.nth(0)).to_contain_text("Mental-health facilities · 2015")
    expect(heads.nth(1)).to_contain_text("Mental-health facilities · 2010")
    assert seen.query()["vs"] == "side,cn-published,facilities,2010"
    # one legend's breaks are the other's, and each counts all 34 provinces
    labels = [legend.locator("tbody button").all_inner_texts() for legend in seen.page.locator(".legend").all()]
    assert labels[0] == labels[1]
    for legend in seen.page.locator(".legend").all():
        assert sum(map(int, legend.locator("td.count").all_inner_texts())) == 34
    seen.change(lambda: seen.page.get_by_text("Swipe", exact=True).click())
    expect(seen.page.get_by_role("slider")).to_be_visible()
    assert seen.query()["vs"].startswith("swipe,")


def test_the_camera_stays_when_a_second_map_comes_and_goes(visit):
    seen = visit(lang="en", data="cn-published", level="province", ind="facilities", year="2015")
    seen.page.mouse.move(*seen.at("province", "510000"))
    seen.page.mouse.wheel(0, -300)
    seen.rest()
    camera = seen.camera()
    for _ in ("on", "off"):
        seen.change(lambda: seen.page.get_by_text("Compare", exact=True).click())
        pixel = DEGREES_A_PIXEL / 2 ** camera[2]
        assert seen.camera() == pytest.approx(camera, abs=pixel)
    assert "vs" not in seen.query()


def test_the_link_of_two_maps_opens_both_with_the_line_where_it_was(visit):
    there = {"vs": "swipe,cn-published,facilities,2010", "cam": "104.0000,33.0000,4.200"}
    seen = visit(lang="en", data="cn-published", level="province", ind="facilities", year="2015", **there)
    seen.rest()
    divider = seen.page.get_by_role("slider")
    expect(divider).to_have_attribute("aria-valuenow", "50")
    frame, bar = seen.page.locator(".panes").bounding_box(), divider.bounding_box()
    y = frame["y"] + frame["height"] / 3
    seen.page.mouse.move(bar["x"] + bar["width"] / 2, y)
    seen.page.mouse.down()
    seen.page.mouse.move(frame["x"] + 0.3 * frame["width"], y, steps=4)
    seen.page.mouse.up()
    expect(seen.page).to_have_url(re.compile("swipe=30"))
    seen.rest()
    before = seen.picture()
    seen.page.reload()
    seen.ready()
    seen.rest()
    expect(seen.page.get_by_role("slider")).to_have_attribute("aria-valuenow", "30")
    assert {key: seen.query()[key] for key in ("vs", "cam", "swipe")} == {**there, "swipe": "30"}
    assert seen.camera() == (104.0, 33.0, 4.2)
    changed = (np.abs(seen.picture() - before).max(axis=2) > 40).mean()
    assert changed < 0.02
    # the other map is on the right of the line, whose head says so
    expect(seen.page.locator(".head").nth(1)).to_contain_text("2010")
    # put away and taken out again it is the same
    for vs in (None, there["vs"]):
        seen.change(lambda: seen.page.get_by_text("Compare", exact=True).click())
        assert seen.query().get("vs") == vs
    expect(seen.page.get_by_role("slider")).to_have_attribute("aria-valuenow", "30")
    assert seen.camera() == (104.0, 33.0, 4.2)


def test_keys_are_enough(visit):
    seen = visit(**MODEL, level="province", ind="beds_per_100k", area="510000")
    seen.canvas.focus()
    press = seen.page.keyboard.press
    # from Sichuan to the east lies Chongqing, a municipality: its counties come next
    seen.change(lambda: press("ArrowRight"))
    assert seen.query()["area"] == "500000"
    seen.change(lambda: press("Enter"))
    assert (seen.query()["level"], seen.query()["in"]) == ("county", "500000")
    expect(seen.crumbs).to_have_text("All of ChinaChongqing")
    seen.change(lambda: press("Escape"))
    assert seen.query()["level"] == "province"


def test_a_finger_is_enough(open_app):
    seen = Visit(open_app("map", "phone", touch=True, **MODEL, level="province", ind="beds_per_100k"))
    page = seen.page
    seen.rest()
    seen.change(lambda: page.touchscreen.tap(*seen.at("province", "510000")))
    expect(page.locator(".st-key-mh_card_panel")).to_contain_text("Sichuan")
    # what is said of the area lies within the map
    tip, stage = page.locator(".tip").bounding_box(), page.locator(".stage").bounding_box()
    assert stage["x"] <= tip["x"]
    assert tip["x"] + tip["width"] <= stage["x"] + stage["width"]

    x, y = seen.at("province", "510000")
    seen.change(lambda: [page.touchscreen.tap(x, y) for _ in range(2)])
    assert (seen.query()["level"], seen.query()["in"]) == ("prefecture", "510000")
    session = page.context.new_cdp_session(page)

    def swipe(x, y, up):
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for moved in range(0, up + 1, 10):
            session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - moved}]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    camera = seen.camera()
    swipe(stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2, 80)
    expect(page).to_have_url(re.compile("cam="))
    seen.rest()
    assert seen.camera()[1] < camera[1] - 1
    # beside the map the page scrolls
    before = seen.map.bounding_box()["y"]
    swipe(stage["x"] + 100, page.locator(".stage").bounding_box()["y"] - 40, 120)
    is_scrolled = "([map, before]) => map.getBoundingClientRect().top < before - 60"
    page.wait_for_function(is_scrolled, arg=[seen.map.element_handle(), before])


def test_no_province_hides_behind_a_panel(visit):
    for viewport in ("desktop", "phone"):
        seen = visit(viewport, **MODEL, level="county", ind="probability_no_facility")
        seen.rest()
        panels = [box.bounding_box() for box in seen.page.locator(".legend, .inset, .buttons, .search").all()]
        stage = seen.page.locator(".stage").bounding_box()
        provinces = store.query("SELECT area_code FROM area WHERE level = 'province'")["area_code"]
        for code in provinces:
            x, y = seen.at("province", code)
            assert stage["x"] < x < stage["x"] + stage["width"], code
            assert stage["y"] < y < stage["y"] + stage["height"], code
            hidden = [p for p in panels if p["x"] < x < p["x"] + p["width"] and p["y"] < y < p["y"] + p["height"]]
            assert hidden == [], code


def test_without_webgl_there_is_a_still_picture(open_app):
    page = open_app("sources", lang="en")
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(page.url.split("/sources", maxsplit=1)[0] + "/map?lang=en&data=cn-published&ind=beds_per_100k&year=2015")
    expect(page.get_by_text("This browser cannot draw the interactive map")).to_be_visible(timeout=TIMEOUT_MS)
    picture = page.locator(".failed img")
    expect(picture).to_be_visible(timeout=TIMEOUT_MS)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1650
