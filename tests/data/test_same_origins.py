"""Every file that leaves the app names the same sources as the drawer beside the figure."""

import io
import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyarrow.parquet as pq
import pytest
from pptx import Presentation
from pypdf import PdfReader

from mhgis.queries import tables
from mhgis.ui.page import present
from mhgis.ui.part import drawer as provenance
from mhgis.ui.part import figure, list_files
from mhgis.view import saved_views
from mhgis.view.links import parse, to_query
from mhgis.view.view import View

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("published")]

BASE = "http://127.0.0.1:8501"
VIEWS = {
    "published": {"data": "cn-published", "level": "province", "ind": "beds_per_100k", "year": "2015"},
    "modelled": {"data": "cn-modelled-2015", "level": "county", "ind": "beds_per_100k", "year": "2015", "in": "620000"},
    "a count": {"data": "cn-published", "level": "province", "ind": "counties_without_facility", "year": "2015"},
}


def view_of(name: str, lang: str) -> View:
    return parse({**VIEWS[name], "lang": lang}, tables.offer(), lang).view


def texts(form: list_files.Format, content: bytes, folder: Path) -> str:
    """Return all that a file says, whatever its format."""
    if form.suffix in {"csv", "json", "geojson"}:
        return content.decode("utf-8-sig").replace('""', '"').replace('\\"', '"')
    file = folder / f"list.{form.suffix}"
    file.write_bytes(content)
    if form.suffix == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
        )
    if form.suffix == "parquet":
        return "\n".join(part.decode() for part in pq.read_schema(file).metadata.values()).replace('\\"', '"')
    with sqlite3.connect(file) as base:
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        said = [str(row) for name in names if "rtree" not in name for row in base.execute(f'SELECT * FROM "{name}"')]
    return "\n".join(said).replace('\\"', '"')


@pytest.mark.parametrize(("name", "lang"), [("published", "en"), ("modelled", "zh"), ("a count", "en")])
def test_a_list_names_the_sources_of_the_drawer_and_no_others(name, lang, tmp_path):
    view = view_of(name, lang)
    rows = tables.limited(figure.ranked(view), view)
    about = figure.about(view, rows, "title")
    drawer = provenance.sources_of(about, view)
    sheet = list_files.of_level(view)
    listed = list_files.listed(view, sheet, BASE)
    assert len(listed.sources) == len(drawer) > 0
    assert {citation for citation, _licence in listed.sources} == {
        origin.cite(lang) for origin in list_files.with_benchmark(about, view).sources
    }
    for form in list_files.FORMATS:
        content = list_files.make(form, view, lambda _view: sheet, BASE)
        said = texts(form, content, tmp_path)
        titles = {work.title: json.dumps(work.title)[1:-1] for work in drawer}
        assert [title for title, as_json in titles.items() if title not in said and as_json not in said] == []
        assert about.build in said
    assert isinstance(gpd.read_parquet(tmp_path / "list.parquet"), gpd.GeoDataFrame)


@pytest.mark.parametrize("name", ["published", "modelled"])
def test_slides_and_pages_name_the_sources_of_the_drawer(name):
    view = view_of(name, "en")
    about = figure.about(view, tables.limited(figure.ranked(view), view), "title")
    one = saved_views.new("One", "map", to_query(view))
    notes = Presentation(io.BytesIO(present.to_pptx([one], "en", BASE))).slides[0].notes_slide.notes_text_frame.text
    assert [work.title for work in provenance.sources_of(about, view) if work.title not in notes] == []
    printed = "".join(PdfReader(io.BytesIO(present.to_pdf([one], "en", BASE))).pages[0].extract_text().split())
    assert [origin for origin in about.origins if "".join(origin.brief("en").split()) not in printed] == []
