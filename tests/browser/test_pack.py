"""The app on another country: a test pack, built as anyone would build theirs, and every page of it in a browser."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from mhgis import paths
from scripts import serve
from tests.browser.conftest import Profiles, end, start
from tests.browser.driver import TIMEOUT_MS, Watch, settle

PACK = paths.ROOT / "tests" / "packs" / "testland"
#: what nobody who looks at another country may read
CHINA = re.compile(r"China|Chinese|中国|省|全国|\bcount(?:y|ies)\b|\bprovinces?\b|\bprefectures?\b", re.IGNORECASE)
#: the name of a language, in which a place may have its name
LANGUAGE = re.compile(r"Chinese(?: name)?", re.IGNORECASE)
PAGES = ("", "map", "gaps", "area", "present", "sources", "scenarios", "sites", "targets", "alliances")


@pytest.fixture(scope="module")
def testland(published, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, served from a file that was built from the test pack alone."""
    folder = tmp_path_factory.mktemp("testland")
    # a typeface that was cut for the project's own tables need not be cut again
    shutil.copytree(paths.ROOT / "data" / "cache" / "typeface", folder / "data" / "cache" / "typeface")
    place = {"MHGIS_DATA": str(folder / "data"), "MHGIS_STATIC": str(folder / "static")}
    command = [sys.executable, "-m", "etl.cli", "build", "--quiet", "--pack", str(PACK)]
    done = subprocess.run(command, cwd=paths.ROOT, env=os.environ | place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with pytest.MonkeyPatch.context() as patch:
        for name, value in place.items():
            patch.setenv(name, value)
        process, address = start(serve.APP, folder / "app.log")
    yield address
    end(process)


@pytest.fixture
def visit(testland: str, profiles: Profiles) -> Iterator[Callable[..., Page]]:
    """Return `visit(path="", **query)`: a settled page, which asks and complains to nobody."""
    watch = Watch(urlsplit(testland).netloc)

    def open_page(path: str = "", **query: str) -> Page:
        page = profiles.shared().new_page()
        page.set_default_timeout(TIMEOUT_MS)
        watch.attach(page)
        page.goto(f"{testland}/{path}?{urlencode({'lang': 'en', **query})}")
        return settle(page)

    yield open_page
    profiles.forget()
    watch.check()


def read(page: Page) -> str:
    """Return all that is written on a page."""
    return page.locator("body").inner_text()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_speaks_of_another_country(visit, shoot, path):
    page = visit(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if path == "map":
        expect(page.locator("section.map[data-ready]")).to_be_visible(timeout=TIMEOUT_MS)
    shoot(page, f"testland-{path or 'overview'}")
    found = CHINA.findall(LANGUAGE.sub("", read(page)))
    assert found == []


def test_the_overview_says_how_the_country_stands(visit):
    page = visit()
    expect(page.get_by_role("heading", level=1)).to_contain_text("In 2022 Testland had")
    expect(page.get_by_role("heading", level=1)).to_contain_text("districts")


def test_the_map_is_drawn_and_goes_to_an_area(visit):
    page = visit("map")
    expect(page.locator("section.map[data-ready]")).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.locator("figure.inset")).to_be_hidden()
    expect(page.get_by_text("invented for tests (TEST PACK)").first).to_be_visible()


def test_the_gap_list_has_rows_and_leaves_as_a_file(visit):
    page = visit("gaps", bench="test-norm-beds")
    expect(page.get_by_role("heading", level=1)).to_contain_text("districts")
    page.get_by_role("button", name="Export").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").first.click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert "Alder District" in text or "Cedar District" in text
    assert "TEST PACK" in text
    # a link names the part that a level plays
    assert CHINA.findall(re.sub(r"level=\w+", "", LANGUAGE.sub("", text))) == []


def test_what_was_published_of_each_district_is_not_called_unpublished(visit):
    assert "which ones was not published" not in read(visit("gaps"))
    assert "was never published" not in read(visit("area", area="T101"))


def test_unknown_suppressed_and_zero_stay_three_things(visit):
    for code, word in (("T104", "not reported"), ("T205", "suppressed"), ("T103", "zero")):
        page = visit("area", area=code)
        expect(page.get_by_text(word).first).to_be_visible()


def test_chinese_speaks_of_the_country_with_its_own_words(visit):
    page = visit("gaps", lang="zh")
    expect(page.get_by_role("heading", level=1)).to_contain_text("个区")
    assert [word for word in ("省", "县", "地级", "全国", "中国") if word in read(page)] == []
