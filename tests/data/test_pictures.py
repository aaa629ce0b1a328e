"""Pictures of the real maps: their words can be read out of the file, their bytes repeat, settings are the pack's."""

import hashlib
import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache

import pytest
from pypdf import PdfReader

from etl import pack
from mhgis import paths, store
from mhgis.figures import fonts, static_map
from mhgis.i18n import translator
from mhgis.queries import tables
from mhgis.ui.part import figure, map_files
from mhgis.view import links
from mhgis.view.view import View

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("published")]

SVG = "{http://www.w3.org/2000/svg}text"

#: national, of one province, of one prefecture; published with unknown areas, modelled, relative to a benchmark
VIEWS = {
    "beds of all counties, modelled": View("cn-modelled-2015", "county", year=2015, lang="zh"),
    "no facility in Gansu": View(
        "cn-modelled-2015", "county", year=2015, within="620000", indicator="probability_no_facility"
    ),
    "provinces as published": View("cn-published", "province", year=2015, lang="zh"),
    "counties of Hainan, not reported": View("cn-published", "county", year=2015, within="460000"),
    "ratio to the benchmark": View("cn-published", "province", year=2015, classes="benchmark_ratio"),
    "Chengdu": View(
        "cn-modelled-2015", "county", year=2015, within="510100", indicator="beds", classes="natural_breaks"
    ),
}
each_view = pytest.mark.parametrize("name", VIEWS)


def prepared(view):
    settled = links.settle(view, tables.offer())
    rows = figure.ranked(settled)
    shown = tables.limited(rows, settled)
    return settled, rows, figure.about(settled, shown, figure.headline(settled, shown))


@cache
def drawn(name, kind):
    """The file of one of the views."""
    return map_files.draw(*prepared(VIEWS[name]), kind)


def squeezed(text):
    return re.sub(r"\s", "", text)


def text_of(file, form):
    if form == "pdf":
        return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages))
    return squeezed("".join(element.text or "" for element in ET.fromstring(file).iter(SVG)))  # noqa: S314 - our own


def said(view, rows, about):
    """Every text that must be in the file."""
    page, _ = map_files.page_of(view, rows, about), translator(view.lang)
    labels = [static_map.legend_label(row, page) for row in page.classes.legend]
    counts = [f"{row.n_areas:,}" for row in page.classes.legend]
    marks = [_(static_map.MODELLED_MARK), _(static_map.MODELLED_BADGE)] if about.is_modelled else []
    sources = [origin.brief(view.lang) for origin in about.origins]
    lines = [about.title, about.unit, str(about.year), page.dataset, about.source_line(view.lang), page.boundary_note]
    return [*lines, *labels, *counts, *sources, *marks, *about.warnings, about.build, about.built_on]


@each_view
@pytest.mark.parametrize("kind", [k for k in map_files.KINDS if k.form != "png"], ids=lambda k: k.form)
def test_every_word_can_be_read_out_of_the_file(name, kind):
    view, rows, about = prepared(VIEWS[name])
    text = text_of(drawn(name, kind), kind.form)
    assert [wanted for wanted in said(view, rows, about) if squeezed(wanted) not in text] == []
    # badge and watermark: the words stand there twice
    assert (text.count(squeezed(translator(view.lang)(static_map.MODELLED_MARK))) > 1) == about.is_modelled


@each_view
def test_no_character_of_a_page_is_missing_from_the_family(name):
    view, rows, about = prepared(VIEWS[name])
    for lang in ("zh", "en"):
        page = map_files.page_of(replace(view, lang=lang), rows, about)
        assert fonts.missing(static_map.words_of(page).all()) == ""


LARGEST = "beds of all counties, modelled"
DIGESTS = """
import hashlib
from tests.data import test_pictures as t
for kind in t.map_files.KINDS:
    print(hashlib.sha256(t.drawn(t.LARGEST, kind)).hexdigest())
"""


def test_all_counties_give_the_same_bytes_in_a_process_that_hashes_differently():
    # this process hashes in a way of its own, at every run another
    elsewhere = subprocess.run(
        [sys.executable, "-c", DIGESTS], cwd=paths.ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONHASHSEED": "4242", "TZ": "Asia/Shanghai", "PYTHONPATH": str(paths.ROOT)},
    ).stdout.split()  # fmt: skip
    assert [hashlib.sha256(drawn(LARGEST, kind)).hexdigest() for kind in map_files.KINDS] == elsewhere
    assert len(set(elsewhere)) == len(map_files.KINDS)


def test_a_second_drawing_in_one_process_is_the_first():
    view, rows, about = prepared(VIEWS["no facility in Gansu"])
    digests = {hashlib.sha256(map_files.draw(view, rows, about, map_files.KINDS[0])).digest() for _ in range(2)}
    assert len(digests) == 1


def test_maps_are_set_as_the_pack_says():
    says, settings = pack.read(paths.tables()).view, map_files.map_settings()
    assert (list(settings.view), list(settings.inset)) == (says["view"], says["inset"])
    assert list(settings.projection.parallels) == says["standard_parallels"]
    assert list(settings.projection.centre) == says["centre"]


def test_border_lines_are_drawn():
    assert len(map_files.shapes("province").lines) == len(store.lines()) > 0


def test_files_are_told_apart_by_their_names():
    names = {map_files.file_name(replace(v, lang=lang), k) for v in VIEWS.values() for lang in ("zh", "en")
             for k in map_files.KINDS}  # fmt: skip
    # two of the views differ in nothing but the class method
    assert len(names) == len(VIEWS) * 2 * len(map_files.KINDS)
    day = store.current().built_at[:10]
    assert f"mhgis-cn-published-beds-per-100k-province-2015-zh-300-{day}.png" in names
