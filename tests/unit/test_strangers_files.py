"""Attacks by what people bring: each finds the wall, costs one sentence, and tells nothing of the machine."""

import io
import json
import re
import socket
import threading
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pyogrio
import pytest

from mhgis import cage, paths
from mhgis.errors import MhgisError, SchemaError, UnreadableError
from mhgis.importing import columns, layout, read, travel_tables, vectors
from mhgis.importing.read import read as import_file
from mhgis.planning import scenario
from mhgis.view import saved_views
from tests import corpus

pytestmark = pytest.mark.usefixtures("keeper_of_tests")
USERS = "root:x:0:0"


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


@contextmanager
def listening():
    """Serve a port of this machine; give its address and what was asked of it."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        going = threading.Event()

        def accept():
            while not going.is_set():
                try:
                    connection, _address = server.accept()
                except TimeoutError:
                    continue
                asked.append(connection.recv(200))
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        finally:
            time.sleep(0.3)
            going.set()
            thread.join()


def told(data, name, lang="en"):
    """Return the one sentence a file is refused with."""
    with pytest.raises(UnreadableError) as raised:
        import_file(data, name, lang=lang)
    sentence = str(raised.value)
    assert "\n" not in sentence
    assert USERS not in sentence
    return sentence


# 1: a Shapefile that is another format

VRT = """<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource relativeToVRT="0">{source}</SrcDataSource>
<SrcLayer>{layer}</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"""

DISGUISED = {
    "virtual table of the users": VRT.format(source="CSV:/etc/passwd", layer="passwd"),
    "virtual table of a file": VRT.format(source="/etc/passwd", layer="passwd"),
    "GeoJSON": '{"type":"FeatureCollection","features":[]}',
    "KML": '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>',
    "GML": '<?xml version="1.0"?><gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml"/>',
    "service": "<OGRWFSDataSource><URL>http://127.0.0.1:1</URL></OGRWFSDataSource>",
    "dump": "CREATE TABLE a (b text);", "CSV": "a,b\n1,2\n", "nothing": "", "DXF": "0\nSECTION\n2\nENTITIES\n",
    "web": "http://127.0.0.1:1/a.shp",
}  # fmt: skip


@pytest.mark.parametrize("kind", DISGUISED)
def test_a_shapefile_that_is_something_else_is_not_opened(kind):
    data = zipped(a__shp=DISGUISED[kind], a__dbf="x", a__prj="y")
    assert "which is no Shapefile" in told(data, "a.zip")


def test_a_virtual_table_makes_no_request():
    with listening() as (address, asked):
        for source in (
            f"/vsicurl/{address}/a.shp",
            f"{address}/a.geojson",
            f"WFS:{address}",
            f"/vsizip//vsicurl/{address}/a",
        ):
            told(zipped(a__shp=VRT.format(source=source, layer="a")), "a.zip")
    assert asked == []


def opened_by_gdal(data, name, tell):
    """Open bytes under a name of their own with GDAL itself, no check of ours between."""
    vectors.only_formats()
    Path(name).write_bytes(data)
    try:
        return cage.Answer(str(pyogrio.list_layers(name).tolist()) + str(pyogrio.read_dataframe(name).to_dict()))
    except Exception as error:  # noqa: BLE001 - whatever it is called, it was not opened
        return cage.Answer(f"refused: {type(error).__name__}")


@pytest.mark.parametrize("name", ["a.shp", "a.vrt", "a.geojson", "a.gpkg", "a.csv", "a.xml", "a.gml", "a.kml"])
def test_gdal_itself_has_three_formats_in_the_cage(name):
    for content in (VRT.format(source="/etc/passwd", layer="passwd"), "a,b\n1,2\n", DISGUISED["KML"]):
        found = cage.call("tests.unit.test_strangers_files:opened_by_gdal", name, data=content.encode(), file=name,
                          into=lambda answer: answer.plain, limits=cage.Limits())  # fmt: skip
        assert found == "refused: DataSourceError"


# 2: a coordinate system that lies elsewhere


def feature(**more):
    return {
        "type": "Feature",
        "properties": {"机构名称": "甲医院"},
        "geometry": {"type": "Point", "coordinates": [103.8, 36.1]} | more,
    }


def linked(address):
    link = {"type": "link", "properties": {"href": f"{address}/crs", "type": "ogcwkt"}}
    plain = {"type": "FeatureCollection", "features": [feature()]}
    return [
        plain | {"crs": link},
        plain | {"features": [feature() | {"crs": link}]},
        plain | {"features": [feature(crs=link)]},
        plain | {"crs": {"type": "name", "properties": {"name": f"{address}/crs"}}},
        plain | {"crs": {"type": "name", "properties": {"name": "/etc/passwd"}}},
        plain | {"crs": {"type": "name", "properties": {"name": "+init=/etc/passwd:1"}}},
        plain | {"crs": {"type": "url", "properties": {"url": address}}},
        plain | {"crs": {"type": "OGC", "properties": {"urn": address}}},
        plain | {"crs": {}},
    ]


def test_a_coordinate_system_is_not_fetched():
    with listening() as (address, asked):
        for said in linked(address):
            for text in (json.dumps(said), json.dumps(said).replace('"crs"', '"\\u0063rs"')):
                assert "lies elsewhere" in told(text.encode(), "a.geojson")
                assert "别处" in told(text.encode(), "a.geojson", "zh")
            hidden = json.dumps(said).replace(
                '"crs": {', '"crs": {"type":"link","properties":{"href":"x"}}, "crs": {', 1
            )
            told(hidden.encode(), "a.geojson")
    assert asked == []


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4490", "EPSG:4326"])
def test_a_coordinate_system_that_is_named_is_read(name):
    said = {"type": "FeatureCollection", "features": [feature()], "crs": {"type": "name", "properties": {"name": name}}}
    assert len(import_file(json.dumps(said).encode(), "a.geojson").sheets[0].cells) == 2


@pytest.mark.parametrize("data", [json.dumps(linked("http://127.0.0.1:1")[0]).encode(), zipped(a__shp=VRT)])
def test_neither_is_read_as_a_table_of_travel(data):
    with pytest.raises(SchemaError, match=r"lies elsewhere|no Shapefile"):
        travel_tables.read_matrix(data, "a.csv", {"1"}, {"1"}, "en")


# 3 and 4: a sheet that asks for more than there is


def sheet(xml):
    book, out = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(book)
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else source.read(name))
    return out.getvalue()


MAIN = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{dimension}<sheetData>{rows}</sheetData>'
    "</worksheet>"
)
FIRST = '<row r="1"><c r="A1"><v>1</v></c></row>'
CELL = '<c r="{at}"><v>1</v></c>'
FAR = {
    "a row without a number": ("", f"{FIRST}<row>{CELL.format(at='XFD100000')}</row>"),
    "a cell far out": ("", f'{FIRST}<row r="100000">{CELL.format(at="ZZ100000")}</row>'),
    "a row far down": ("", f'{FIRST}<row r="1048576">{CELL.format(at="ZZ1048576")}</row>'),
    "a false dimension": ('<dimension ref="A1:XFD1048576"/>', f"{FIRST}<row>{CELL.format(at='XFD1048576')}</row>"),
    "small letters": ("", f"{FIRST}<row>{CELL.format(at='xfd900000')}</row>"),
}  # fmt: skip


@pytest.mark.parametrize("how", FAR)
def test_a_small_workbook_that_wants_all_memory_costs_one_sentence(how):
    dimension, rows = FAR[how]
    data = sheet(MAIN.format(dimension=dimension, rows=rows))
    assert len(data) < 10_000
    begun = time.monotonic()
    sentence = told(data, "a.xlsx")
    assert sentence.startswith("a.xlsx")
    assert time.monotonic() - begun < read.LIMITS.wall
    # the server is there, and reads the next one
    assert len(import_file(corpus.standard()(), "b.csv").sheets) == 1


def test_the_same_as_a_table_of_travel():
    _dimension, rows = FAR["a row without a number"]
    with pytest.raises(SchemaError) as raised:
        travel_tables.read_matrix(sheet(MAIN.format(dimension="", rows=rows)), "a.xlsx", {"1"}, {"1"}, "zh")
    assert "\n" not in str(raised.value)


# 5: what takes the square of its length, and what is only long

LONG = 9_700


@pytest.mark.parametrize("name", [
    "(" * LONG, "（" * LONG, "[" * LONG, "医疗卫生" * (LONG // 12), "精神卫生" * (LONG // 12),
    "精神科" * (LONG // 9) + "x", " " * LONG + "x", "1." * LONG, "单位" * LONG, "per " * LONG, "省" * LONG,
    "(医院" * LONG, "a b " * LONG,
])  # fmt: skip
def test_a_long_name_of_a_column_takes_no_square_of_time(name):
    begun = time.process_time()
    columns.normal_name(name)
    columns.field_of(name)
    columns.is_rate(name)
    columns.factor_of(name)
    assert time.process_time() - begun < 0.5


def test_the_time_of_a_reading_is_not_the_servers():
    body = ",".join(["(" * LONG, "起点", "终点", "分钟"]) + "\n1,2,3,4\n"
    begun = time.thread_time()
    with pytest.raises(MhgisError):
        travel_tables.read_matrix(body.encode(), "a.csv", {"1"}, {"1"}, "en")
    assert time.thread_time() - begun < 1


def test_long_lists_are_refused_before_they_are_read():
    rows = [{"name": "a", "page": "map", "query": {}}] * 2_000_000
    data = json.dumps({"format": "mhgis-views", "version": 1, "views": rows}).encode()
    assert len(data) > 80 * 2**20
    for reader in (saved_views.from_upload, scenario.from_upload):
        begun = time.process_time()
        with pytest.raises(SchemaError, match="at most 4 MB"):
            reader(data, "mine.json", "en")
        assert time.process_time() - begun < 0.1


# 13: deep, and half, characters

DEEP = (b"[" * 100_000, b'{"a":' * 100_000, b'{"format": "mhgis-views", "version": 1, "views": ' + b"[" * 50_000)
HALF = ('{{"format": "{0}", "version": 1, "views": [{{"name": "\\ud800", "page": "map", "query": {{}}}}], '
        '"name": "\\udfff", "dataset": "a", "build": "b", "year": 2020, "actions": []}}')  # fmt: skip


@pytest.mark.parametrize("reader", [saved_views.from_upload, scenario.from_upload])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_deep_json_and_half_characters_cost_one_sentence(reader, lang):
    kinds = ("mhgis-views", "mhgis-scenario")
    for data in (
        *DEEP,
        *(HALF.format(kind).encode() for kind in kinds),
        b"\xff\xfe\x00",
        b"",
        b"null",
        b"1e999",
        b"NaN",
    ):
        with pytest.raises(SchemaError) as raised:
            reader(data, "mine.json", lang)
        assert "Traceback" not in str(raised.value)
        str(raised.value).encode()


@pytest.mark.parametrize(
    "data", [*DEEP, b'{"type":' * 50_000, b'{"type":"FeatureCollection","features":' + b"[" * 90_000]
)
def test_deep_json_as_a_file_to_import(data):
    with pytest.raises(MhgisError) as raised:
        # a text that is one cell is no table
        layout.find_table(layout.best_sheet(import_file(data, "a.json")))
    assert USERS not in str(raised.value)


def test_what_was_brought_and_is_whole_is_read():
    made = saved_views.add((), saved_views.new("甲", "map", {"level": "county"}))
    assert saved_views.from_upload(saved_views.to_json(made).encode(), "mine.json") == made
    ledger = scenario.Ledger("n", "cn-published", "b", 2020, (), ())
    assert scenario.from_upload(scenario.to_json(ledger).encode(), "mine.json") == ledger


READS_HERE = re.compile(r"\b(?:read_here|in_cage|matrix_in_cage|points_in_cage)\(")


def test_what_reads_is_called_by_the_cage_alone():
    calling = {
        path.relative_to(paths.ROOT).as_posix()
        for folder in ("mhgis", "etl", "pages")
        for path in (paths.ROOT / folder).rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if READS_HERE.search(line) and not line.startswith("def ")
    }
    assert calling == {"mhgis/importing/read.py"}
