"""A list with shapes is read back by GeoPandas as it was seen: rows, order, place."""

import io
import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from mhgis.exports import geofiles
from mhgis.exports.listing import Fact, Listing

FORMULA = '=HYPERLINK("http://x.org")'
ROWS = pd.DataFrame(
    {
        "代码": ["3", "1", "2"],
        "地区": ["城关区", FORMULA, None],
        "数值": pd.array([12.5, pd.NA, 0.0], dtype="Float64"),
        "人口": pd.array([1_329_500, pd.NA, 0], dtype="Int64"),
    },
    index=[9, 1, 4],
)
#: the last one runs clockwise and has more decimals than are written
SHAPES = gpd.GeoDataFrame(
    {"area_code": ["1", "2", "3", "9"]},
    geometry=[
        box(100, 30, 101, 31),
        MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)]),
        Polygon([(0.1234567, 0), (0, 1), (1, 1), (1, 0)]),
        box(5, 5, 6, 6),
    ],
    crs="EPSG:4326",
)
FACTS = {
    "title": "甘肃", "dataset": "全国已公布数据", "year": "2015", "benchmark": "30 张", "filter": "value:>30",
    "build": "abc", "date": "2026-11-22", "link": "https://x.org/gaps",
}  # fmt: skip


def listed(rows: pd.DataFrame = ROWS, watermark: tuple[str, str] | None = None) -> Listing:
    facts = tuple(Fact(key, key.capitalize(), text) for key, text in FACTS.items())
    return Listing(rows, tuple(rows["代码"]), facts, (("Survey", "MIT"),), "zh", watermark)


def read(name: str, data: bytes, folder: Path) -> gpd.GeoDataFrame:
    if name == "parquet":
        return gpd.read_parquet(io.BytesIO(data))
    file = folder / f"list.{name}"
    file.write_bytes(data)
    return gpd.read_file(file, layer="list") if name == "gpkg" else gpd.read_file(file)


WRITERS = {"geojson": geofiles.to_geojson, "gpkg": geofiles.to_geopackage, "parquet": geofiles.to_geoparquet}


@pytest.mark.parametrize("name", WRITERS)
def test_rows_order_reference_system_and_shapes_come_back(name, tmp_path):
    found = read(name, WRITERS[name](listed(), SHAPES), tmp_path)
    assert found.crs.equals("EPSG:4326")
    assert found["代码"].tolist() == ["3", "1", "2"]
    assert found["地区"].fillna("").tolist() == ["城关区", FORMULA, ""]
    assert found["数值"].astype("Float64").fillna(-1).tolist() == [12.5, -1, 0]
    assert found["人口"].astype("Float64").fillna(-1).tolist() == [1_329_500, -1, 0]
    assert found.geometry.is_valid.all()
    assert found.geometry.area.tolist() == pytest.approx([1 - 0.123457 / 2, 1, 2])


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_list_gives_the_same_bytes(name):
    assert WRITERS[name](listed(), SHAPES) == WRITERS[name](listed(), SHAPES)


@pytest.mark.parametrize("name", WRITERS)
def test_modelled_figures_say_so_on_every_row(name, tmp_path):
    found = read(name, WRITERS[name](listed(watermark=("性质", "模型估计")), SHAPES), tmp_path)
    assert found["性质"].tolist() == ["模型估计"] * 3


@pytest.mark.parametrize("name", WRITERS)
def test_a_list_of_nothing_is_a_file_of_nothing(name, tmp_path):
    assert len(read(name, WRITERS[name](listed(ROWS.iloc[:0]), SHAPES), tmp_path)) == 0


def test_geojson_says_what_it_is_and_follows_the_standard():
    whole = json.loads(geofiles.to_geojson(listed(), SHAPES))
    assert whole["type"] == "FeatureCollection"
    assert "crs" not in whole
    assert whole["about"]["filter"] == "value:>30"
    assert whole["about"]["sources"] == [{"source": "Survey", "licence": "MIT"}]
    first = shapely.from_geojson(json.dumps(whole["features"][0]["geometry"]))
    assert first.exterior.is_ccw
    assert (0.123457, 0) in first.exterior.coords


def test_geopackage_says_what_it_is_in_a_table_and_is_dated_by_the_build(tmp_path):
    file = tmp_path / "list.gpkg"
    file.write_bytes(geofiles.to_geopackage(listed(), SHAPES))
    assert [layer for layer, _ in pyogrio.list_layers(file)] == ["list", "about"]
    said = pyogrio.read_dataframe(file, layer="about")
    assert said.to_numpy().tolist()[0] == ["Title", "甘肃"]
    assert said.to_numpy().tolist()[-2:] == [["来源", "Survey"], ["许可", "MIT"]]
    dated = pyogrio.read_dataframe(file, sql="SELECT last_change, description FROM gpkg_contents", sql_dialect="SQLITE")
    assert set(dated["last_change"].astype("str").str[:10]) == {"2026-11-22"}
    assert set(dated["description"].dropna()) >= {"甘肃"}


def test_geoparquet_says_what_it_is_in_its_metadata():
    metadata = pq.read_metadata(io.BytesIO(geofiles.to_geoparquet(listed(), SHAPES))).metadata
    assert json.loads(metadata[b"mhgis"])["dataset"] == "全国已公布数据"
    assert json.loads(metadata[b"geo"])["primary_column"] == "geometry"


def test_a_shape_that_rounding_would_break_keeps_its_decimals():
    sliver = Polygon([(0, 0), (1, 0), (1, 1e-7), (0, 2e-7)])
    shapes = gpd.GeoDataFrame({"area_code": ["1"]}, geometry=[sliver], crs="EPSG:4326")
    located = geofiles.locate(listed(ROWS.iloc[1:2]), shapes)
    assert located.geometry.is_valid.all()
    assert located.geometry.area.tolist() == pytest.approx([1.5e-7])


def test_an_area_without_a_shape_and_another_reference_system_are_refused():
    with pytest.raises(ValueError, match="found none for 3"):
        geofiles.to_geojson(listed(), SHAPES.iloc[:2])
    with pytest.raises(ValueError, match="EPSG:4326"):
        geofiles.to_geojson(listed(), SHAPES.to_crs("EPSG:3857"))
