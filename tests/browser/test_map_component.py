"""The map by itself: drawn, hovered, clicked, walked, recoloured; on a made-up country, under a base path."""

import io
import json
import math
import os
import re
import shutil
import subprocess
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import expect
from shapely import LineString, box, coverage_union_all

from mhgis import store
from mhgis.country import Country, rows_of
from mhgis.exports import static_files
from scripts import serve
from tests.browser.conftest import START_TIMEOUT_S, end
from tests.browser.driver import HOST, TIMEOUT_MS, Watch, free_port, settle

BASE = "care/atlas"
APP = Path(__file__).parent / "apps" / "map_app.py"

#: the middle of the made-up country, and the length of a county's side, degrees
MIDDLE, SIDE = (104.0, 36.0), 4.0


#: what the map asks the published file: what its windows show (degrees), and the inset's name
WINDOWS = (("map.view", "[73.4, 17.8, 135.2, 53.8]"), ("map.inset", "[105.5, 2.8, 123.5, 24.5]"))
FACTS = Country(inset_name={"en": "South Sea", "zh": "南海"})


def country():
    """Two provinces of 2 x 2 prefectures of 2 x 2 counties: counties 1101 to 1216, west to east within rows."""
    rows = []
    for y in range(4):
        for x in range(8):
            province = f"{11 + x // 4}0000"
            prefecture = f"{11 + x // 4}{1 + x % 4 // 2 + 2 * (y // 2):02d}00"
            corner = MIDDLE[0] + (x - 4) * SIDE, MIDDLE[1] + (y - 2) * SIDE
            square = box(*corner, corner[0] + SIDE, corner[1] + SIDE)
            rows.append((f"{prefecture[:4]}{1 + x % 2 + 2 * (y % 2):02d}", prefecture, province, square))
    return gpd.GeoDataFrame(rows, columns=["area_code", "parent_code", "province_code", "geometry"], crs="EPSG:4326")


def dissolve(counties, code, parent):
    groups = counties.groupby(code).agg(
        geometry=("geometry", lambda g: coverage_union_all(g.to_numpy())), province_code=("province_code", "first")
    )
    table = groups.rename_axis("area_code").reset_index()
    table["parent_code"] = table["province_code"] if parent == "province" else "100000"
    return gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326")


#: a name that two counties share; the other names are made of codes
TWINS = ("110101", "120404")


def named(frame):
    """Names in both languages, pinyin and initials, as the pipeline writes them."""
    codes = frame["area_code"]
    twin = codes.isin(TWINS)
    return pd.DataFrame(
        {
            "area_code": codes,
            "name_zh": ("区" + codes).mask(twin, "鼓楼区"),
            "name_en": ("Area " + codes).mask(twin, "Gulou District"),
            "pinyin": ("qu" + codes).mask(twin, "gulouqu"),
            "initials": ("q" + codes).mask(twin, "glq"),
            "parent_code": frame["parent_code"],
        }
    )


def publish(folder):
    counties = country()
    shapes = {
        "county": counties,
        "prefecture": dissolve(counties, "parent_code", "province"),
        "province": dissolve(counties, "province_code", "country"),
    }
    lines = gpd.GeoDataFrame(geometry=[LineString([(110, 8), (111, 9)])], crs="EPSG:4326")
    names = {level: named(frame) for level, frame in shapes.items()}
    manifest = static_files.build(folder / "static", shapes, names, lines)
    pointer = {"file": "few.duckdb", "build": "b", "built_at": "2026-11-22", "sources": {}, "static": manifest}
    (folder / "data" / "published").mkdir(parents=True)
    with store.create(folder / "data" / "published" / "few.duckdb") as connection:
        connection.execute("CREATE TABLE pack (key VARCHAR, lang VARCHAR, value VARCHAR)")
        connection.execute("CREATE TABLE setting (key VARCHAR, value VARCHAR)")
        connection.executemany("INSERT INTO pack VALUES (?, ?, ?)", rows_of(FACTS).to_numpy().tolist())
        connection.executemany("INSERT INTO setting VALUES (?, ?)", WINDOWS)
    (folder / "data" / "published" / "current.json").write_text(json.dumps(pointer))


def is_up(port):
    connection = HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", f"/{BASE}/_stcore/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of the small app: served below a path, from its own folder."""
    folder = tmp_path_factory.mktemp("map")
    publish(folder)
    app = shutil.copy(APP, folder / "app.py")
    port = free_port()
    settings = {"MHGIS_DATA": str(folder / "data"), "MHGIS_STATIC": str(folder / "static")}
    streamlit = {"STREAMLIT_SERVER_BASE_URL_PATH": BASE, "STREAMLIT_SERVER_ENABLE_STATIC_SERVING": "true"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            serve.command(Path(app), HOST, port),
            cwd=folder, env=os.environ | settings | streamlit, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    until = time.monotonic() + START_TIMEOUT_S
    while not is_up(port):
        if process.poll() is not None or time.monotonic() > until:
            end(process)
            pytest.fail((folder / "log").read_text("utf-8"), pytrace=False)
        time.sleep(0.2)
    yield f"http://{HOST}:{port}/{BASE}/"
    end(process)


def mercator(lng, lat):
    """Web Mercator, the world being 1 wide and 1 high."""
    return lng / 360 + 0.5, 0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)


class Driven:
    """The page with the map, and where on the screen a county is."""

    def __init__(self, page):
        self.page = page
        self.map = page.locator("section.map")
        self.canvas = page.locator(".canvas").first

    def ready(self):
        expect(self.page.locator("section.map[data-ready]")).to_be_visible(timeout=TIMEOUT_MS)
        settle(self.page)
        return self

    def change(self, action):
        """Do something and wait until the map has drawn what came of it."""
        before = self.map.get_attribute("data-ready")
        action()
        expect(self.map).not_to_have_attribute("data-ready", before, timeout=TIMEOUT_MS)
        settle(self.page)

    def choose(self, group, label):
        self.change(lambda: self.page.get_by_role("radiogroup", name=group).get_by_text(label, exact=True).click())

    def shift(self):
        self.change(lambda: self.page.get_by_test_id("stNumberInputStepUp").click())

    def camera(self):
        return self.map.get_attribute("data-camera")

    def at(self, column, row):
        """The middle of the county in a column from the west and a row from the south, in pixels of the page."""
        lng, lat, zoom = map(float, self.camera().split())
        there = mercator(MIDDLE[0] + (column - 3.5) * SIDE, MIDDLE[1] + (row - 1.5) * SIDE)
        here = mercator(lng, lat)
        area = self.canvas.bounding_box()
        size = 512 * 2**zoom
        return (
            area["x"] + area["width"] / 2 + (there[0] - here[0]) * size,
            area["y"] + area["height"] / 2 + (there[1] - here[1]) * size,
        )

    def click(self, column, row):
        self.change(lambda: self.page.mouse.click(*self.at(column, row)))

    def hover(self, column, row):
        x, y = self.at(column, row)
        self.page.mouse.move(x - 3, y)
        self.page.mouse.move(x, y)

    def events(self):
        return self.page.get_by_text(re.compile("^events:")).inner_text()

    def colour(self, column, row):
        """The colour on the screen in the middle of a county."""
        x, y = self.at(column, row)
        clip = {"x": round(x) - 1, "y": round(y) - 1, "width": 3, "height": 3}
        shot = Image.open(io.BytesIO(self.page.screenshot(clip=clip))).convert("RGB")
        return "#{:02X}{:02X}{:02X}".format(*shot.getpixel((1, 1)))


@pytest.fixture
def opened(address, profiles):
    """Return `opened(width, height, moving=False)`: the small app in a new page, watched."""
    watch = Watch(urlsplit(address).netloc)

    def open_page(width=1280, height=800, *, moving=False):
        page = profiles.shared(moving=moving).new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(TIMEOUT_MS)
        watch.attach(page)
        page.goto(address)
        return Driven(page)

    yield open_page
    profiles.forget()
    watch.check()


def county(column, row):
    """The code of the county in a column and row."""
    return country()["area_code"].iloc[row * 8 + column]


def place(column, row):
    """The county's place in wire order."""
    return sorted(country()["area_code"]).index(county(column, row))


def test_areas_have_the_colour_of_their_class(opened):
    driven = opened().ready()
    # class = place in wire order modulo 7; these four are of a number or zero, so nothing is drawn over them
    places = {(c, r): place(c, r) for c in range(8) for r in range(4) if place(c, r) % 7 < 4}
    expected = dict(enumerate(["#C9DFF0", "#5393C8", "#0A2F5C", "#C2185B"]))
    clear = [(c, r) for c, r in places if r > 1]
    assert {at: driven.colour(*at) for at in clear} == {at: expected[places[at] % 7] for at in clear}


def test_recolouring_moves_no_camera_and_makes_no_new_map(opened):
    driven = opened(moving=True).ready()
    driven.page.mouse.move(*driven.at(4, 2))
    driven.page.mouse.wheel(0, -200)
    expect(driven.page.get_by_text(re.compile("camera=.+[0-9]"))).to_be_visible()
    driven.map.evaluate("box => { box.isTheSame = true }")
    before, at = driven.camera(), next((c, 3) for c in range(2, 8) if place(c, 3) % 7 == 0)
    assert driven.colour(*at) == "#C9DFF0"
    driven.shift()
    assert driven.colour(*at) == "#5393C8"
    assert driven.camera() == before
    assert driven.map.evaluate("box => box.isTheSame")


def test_recolouring_sends_the_classes_and_little_else(opened):
    driven = opened()
    frames = []

    def keep(frame):
        frames.append(frame)

    driven.page.on("websocket", lambda socket: socket.on("framereceived", keep))
    driven.page.reload()
    driven.ready()
    asked = []
    driven.page.on("request", lambda request: asked.append(request.url))
    frames.clear()
    driven.shift()
    # of 6 kB, 2,891 areas take up to 1.9 kB more than the 32 here (see test_wire)
    assert sum(map(len, frames)) < 6_000 - 1_900
    assert asked == []


def test_hovering_says_name_value_status_range_and_rank(opened):
    driven = opened().ready()
    at = next((c, r) for c in range(2, 8) for r in (2, 3) if place(c, r) % 7 == 2)
    asked = []
    driven.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    driven.hover(*at)
    tip = driven.page.locator(".tip")
    # class 2 is the value 20, its range 10 to 40; of 32 areas classes 0 to 3 have a value, 5 + 5 + 5 + 5 = 20,
    # and above 20 are the five 30s: places 3, 10, 17, 24 and 31
    for words in (f"Area {county(*at)}", "20 beds", "REPORTED", "10 – 40", "6 / 20"):
        expect(tip).to_contain_text(words)
    # of figures, nothing lies in a public folder
    assert ["/media/" in path for path in asked] == [True]


def test_an_unknown_value_is_no_number(opened):
    driven = opened().ready()
    driven.hover(*next((c, r) for c in range(2, 8) for r in (2, 3) if place(c, r) % 7 == 4))
    tip = driven.page.locator(".tip")
    expect(tip).to_contain_text("NOT_REPORTED")
    expect(tip).not_to_contain_text("beds")


def test_a_click_selects_and_a_double_click_goes_in(opened):
    driven = opened(moving=True).ready()
    driven.click(5, 2)
    assert f"selected='{county(5, 2)}', drill=None" in driven.events()
    driven.change(lambda: driven.page.mouse.dblclick(*driven.at(6, 2)))
    expect(driven.page.get_by_text(re.compile(f"drill='{county(6, 2)}'"))).to_be_visible()


def test_the_breadcrumb_leads_up(opened):
    driven = opened(moving=True).ready()
    driven.choose("level", "prefecture")
    driven.change(lambda: driven.page.mouse.dblclick(*driven.at(6, 2)))
    expect(driven.page.locator(".crumbs [aria-current]")).to_have_text("120400")
    driven.change(lambda: driven.page.locator(".crumbs").get_by_role("button", name="Country").click())
    expect(driven.page.get_by_text(re.compile(r"drill='100000'"))).to_be_visible()
    expect(driven.page.locator(".crumbs")).to_be_hidden()


def test_outside_the_scope_colours_are_faint(opened):
    driven = opened(moving=True).ready()
    driven.choose("level", "province")
    driven.change(lambda: driven.page.mouse.dblclick(*driven.at(6, 2)))
    # province 120000 is class 1, at its full colour; 110000, class 0, keeps 16 % of #C9DFF0
    driven.page.wait_for_timeout(1000)
    assert driven.colour(4, 3) == "#5393C8"
    assert driven.colour(3, 3) == "#F6FAFD"


def test_keys_walk_to_the_neighbour_and_go_in_and_up(opened):
    driven = opened(moving=True).ready()
    driven.click(4, 1)
    driven.canvas.focus()
    walked = []
    for key, at in (("ArrowRight", (5, 1)), ("ArrowUp", (5, 2)), ("ArrowLeft", (4, 2)), ("ArrowDown", (4, 1))):
        driven.change(lambda key=key: driven.page.keyboard.press(key))
        walked.append(f"selected='{county(*at)}'" in driven.events().rsplit("MapEvent", 1)[1])
    assert walked == [True, True, True, True]
    expect(driven.page.locator("[aria-live]").nth(1)).to_contain_text(f"Area {county(4, 1)}")
    driven.change(lambda: driven.page.keyboard.press("Enter"))
    expect(driven.page.get_by_text(re.compile(f"drill='{county(4, 1)}'"))).to_be_visible()
    driven.change(lambda: driven.page.keyboard.press("Escape"))
    expect(driven.page.get_by_text(re.compile("drill='100000'"))).to_be_visible()


def test_the_legend_counts_every_class_and_lights_one_up(opened):
    driven = opened(moving=True).ready()
    counts = driven.page.locator(".legend td.count").all_inner_texts()
    assert sum(map(int, counts)) == 32
    assert len(counts) == 7
    at = next((c, 3) for c in range(2, 8) if place(c, 3) % 7 == 0)
    other = next((c, 3) for c in range(2, 8) if place(c, 3) % 7 == 2)
    row = driven.page.locator(".legend").get_by_role("button", name="class 0")
    row.click()
    expect(row).to_have_attribute("aria-pressed", "true")
    driven.page.wait_for_timeout(500)
    assert driven.colour(*at) == "#C9DFF0"
    assert driven.colour(*other) != "#0A2F5C"
    row.click()
    driven.page.wait_for_timeout(500)
    assert driven.colour(*other) == "#0A2F5C"


def looked_for(driven, text):
    """Type into the search box; return the options it then shows."""
    box = driven.page.get_by_role("combobox", name="Find a place")
    box.fill(text)
    expect(driven.page.get_by_role("option").first).to_be_visible()
    return driven.page.get_by_role("option")


def test_a_place_is_found_by_any_of_its_names_with_what_holds_it(opened):
    driven = opened().ready()
    for text in ("gulou", "glq", "鼓楼", "Gulou", "gu lou"):
        found = looked_for(driven, text)
        expect(found).to_have_count(2)
        expect(found.nth(0)).to_contain_text("Area 110000 › Area 110100 · 110101")
        expect(found.nth(1)).to_contain_text("Area 120000 › Area 120400 · 120404")


def test_the_search_box_works_by_keys_and_flies_to_the_place(opened):
    driven = opened().ready()
    box = driven.page.get_by_role("combobox", name="Find a place")
    expect(looked_for(driven, "gulou")).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    before = driven.camera()
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "place-1")
    driven.change(lambda: box.press("Enter"))
    expect(driven.page.get_by_text(re.compile(r"found=\('county', '120404'\)"))).to_be_visible()
    assert driven.camera() != before
    x, y = driven.at(7, 3)
    area = driven.canvas.bounding_box()
    assert (x, y) == pytest.approx((area["x"] + area["width"] / 2, area["y"] + area["height"] / 2), abs=4)


def test_a_place_of_another_level_is_asked_of_the_page(opened):
    driven = opened().ready()
    driven.choose("level", "province")
    looked_for(driven, "120404")
    driven.change(lambda: driven.page.get_by_role("combobox", name="Find a place").press("Enter"))
    expect(driven.page.get_by_text(re.compile(r"found=\('county', '120404'\)"))).to_be_visible()
    expect(driven.page.get_by_role("radio", name="county")).to_be_checked()


def test_what_is_nowhere_is_said(opened):
    driven = opened().ready()
    driven.page.get_by_role("combobox", name="Find a place").fill("atlantis")
    expect(driven.page.get_by_text("No such place")).to_be_visible()


def test_names_stand_where_they_fit_and_values_when_one_is_near(opened):
    driven = opened().ready()
    expect(driven.page.locator(".labels b")).to_have_count(0)
    driven.choose("level", "province")
    expect(driven.page.locator(".labels b")).to_have_text(["Area 110000", "Area 120000"])
    driven.choose("lang", "zh")
    expect(driven.page.locator(".labels b")).to_have_text(["区110000", "区120000"])
    for _ in range(2):
        driven.page.get_by_role("button", name="放大").click()
    # both provinces have classes that are numbers: 0 is 0, 1 is 10
    expect(driven.page.locator(".labels span").first).to_be_visible()
    assert set(driven.page.locator(".labels span").all_inner_texts()) <= {"0", "10"}


def overlap(a, b):
    return (
        a["x"] < b["x"] + b["width"] and b["x"] < a["x"] + a["width"]
        and a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"]
    )  # fmt: skip


def test_labels_lie_on_their_areas_and_not_on_each_other(opened):
    driven = opened().ready()
    driven.choose("level", "prefecture")
    for _ in range(2):
        driven.page.get_by_role("button", name="Zoom in").click()
    labels = driven.page.locator(".labels > div")
    expect(labels.nth(1)).to_be_visible()
    boxes = [label.bounding_box() for label in labels.all()]
    assert len(boxes) >= 2
    assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if overlap(a, b)]
    # prefecture 110400 is the counties of columns 2 and 3 in rows 2 and 3
    own = driven.page.locator(".labels > div", has_text="Area 110400").bounding_box()
    (west, south), (east, north) = driven.at(1.5, 1.5), driven.at(3.5, 3.5)
    assert (own["x"] > west, own["x"] + own["width"] < east) == (True, True)
    assert (own["y"] > north, own["y"] + own["height"] < south) == (True, True)


def test_two_maps_look_at_the_same_place_and_point_at_the_same_area(opened):
    driven = opened(1400, 900).ready()
    driven.choose("compare", "side")
    stages = [stage.bounding_box() for stage in driven.page.locator(".stage").all()]
    first, second = ([stage[side] for side in ("y", "width", "height")] for stage in stages)
    assert first == pytest.approx(second, abs=1)
    expect(driven.page.locator(".head")).to_have_text(["Shift 0Made up", "Shift 1Made up"])
    # wheel over the second map: both move
    away = stages[1]["x"] - stages[0]["x"]
    x, y = driven.at(5, 2)
    before = driven.camera()
    driven.page.mouse.move(x + away, y)
    driven.page.mouse.wheel(0, -120)
    expect(driven.map).not_to_have_attribute("data-camera", before)
    driven.page.wait_for_timeout(800)
    x, y = driven.at(5, 2)
    driven.page.mouse.move(x + away - 3, y)
    driven.page.mouse.move(x + away, y)
    tips = driven.page.locator(".tip")
    for tip in tips.all():
        expect(tip).to_contain_text(f"Area {county(5, 2)}")
    # what the first map shows in class n is class n + 1 in the second
    at = next((c, r) for c in range(2, 7) for r in range(4) if place(c, r) % 7 == 1)
    x, y = driven.at(*at)
    driven.page.mouse.move(5, 5)
    driven.page.wait_for_timeout(300)
    assert driven.colour(*at) == "#5393C8"
    shot = driven.page.screenshot(clip={"x": round(x + away) - 1, "y": round(y) - 1, "width": 3, "height": 3})
    assert Image.open(io.BytesIO(shot)).convert("RGB").getpixel((1, 1)) == (0x0A, 0x2F, 0x5C)


def test_the_line_between_two_maps_is_moved_by_keys(opened):
    driven = opened().ready()
    driven.choose("compare", "swipe")
    line = driven.page.get_by_role("slider")
    expect(line).to_have_attribute("aria-valuenow", "50")
    at = next((c, r) for c in (5, 6, 7) for r in (1, 2, 3) if place(c, r) % 7 in {0, 1})
    expected = {0: ("#C9DFF0", "#5393C8"), 1: ("#5393C8", "#0A2F5C")}[place(*at) % 7]
    line.focus()
    line.press("End")
    driven.page.wait_for_timeout(200)
    first = driven.colour(*at)
    line.press("Home")
    expect(line).to_have_attribute("aria-valuenow", "0")
    driven.page.wait_for_timeout(200)
    assert (first, driven.colour(*at)) == expected


def test_near_facilities_are_one_circle_until_one_goes_nearer(opened):
    driven = opened().ready()
    driven.choose("dots", "some")
    driven.page.wait_for_timeout(500)
    # the far one lies 3.5 counties' widths west of the middle, at the middle of the country's northern half
    driven.hover(1, 3)
    expect(driven.page.locator(".tip")).to_contain_text("Far away")
    expect(driven.page.locator(".tip")).to_contain_text("30 beds")
    driven.hover(6, 3)
    expect(driven.page.locator(".tip")).to_contain_text("3 facilities")
    before = driven.camera()
    driven.page.mouse.click(*driven.at(6, 3))
    expect(driven.map).not_to_have_attribute("data-camera", before)


def test_both_languages(opened):
    driven = opened().ready()
    expect(driven.page.get_by_role("button", name="Zoom in")).to_be_visible()
    driven.choose("lang", "zh")
    expect(driven.page.get_by_role("button", name="放大")).to_be_visible()
    driven.hover(5, 2)
    expect(driven.page.locator(".tip")).to_contain_text(f"区{county(5, 2)}")


def test_the_sentence_is_there_for_those_who_do_not_see(opened):
    driven = opened().ready()
    expect(driven.page.locator("[aria-live]").first).to_have_text("A sentence of shift 0.")
    expect(driven.canvas).to_have_attribute("aria-label", re.compile("Beds"))


def test_a_phone_has_the_legend_under_the_map(opened):
    driven = opened(390, 844).ready()
    stage, legend = (driven.page.locator(box).bounding_box() for box in (".stage", ".legend"))
    assert legend["y"] >= stage["y"] + stage["height"] - 1
    assert stage["height"] <= stage["width"] + 1
    assert driven.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_webgl_there_is_a_sentence(opened):
    driven = opened()
    driven.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    driven.page.reload()
    expect(driven.page.get_by_text("This browser cannot draw the interactive map")).to_be_visible(timeout=TIMEOUT_MS)
    expect(driven.page.get_by_text("picture=True")).to_be_visible()
    expect(driven.page.locator(".legend")).to_contain_text("class 0")


def test_a_second_visit_fetches_no_shapes_anew(opened):
    driven = opened().ready()
    driven.page.reload()
    driven.ready()
    sizes = driven.page.evaluate(
        "performance.getEntriesByType('resource').filter(r => r.name.includes('/geo/')).map(r => r.transferSize)"
    )
    assert len(sizes) == 3
    assert max(sizes) == 0
