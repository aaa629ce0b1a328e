"""A country of two provinces that is no country: what an import is held against in tests, made in memory."""

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from mhgis.importing.gazetteer import CHANGE_COLUMNS, Gazetteer, Rules
from mhgis.importing.reference import Reference

COUNTRY = "900000"
#: level, code, parent level, parent, province, name, square (west, south)
AREAS = (
    ("country", COUNTRY, None, None, None, "甲国", None),
    ("province", "910000", "country", COUNTRY, "910000", "东省", None),
    ("province", "920000", "country", COUNTRY, "920000", "西省", None),
    ("prefecture", "910100", "province", "910000", "910000", "东市", None),
    ("prefecture", "920100", "province", "920000", "920000", "西市", None),
    ("county", "910101", "prefecture", "910100", "910000", "河县", (101, 30)),
    ("county", "910102", "prefecture", "910100", "910000", "青山县", (102, 30)),
    ("county", "910103", "prefecture", "910100", "910000", "湖区", (103, 30)),
    ("county", "920101", "prefecture", "920100", "920000", "河县", (99, 30)),
    ("county", "920102", "prefecture", "920100", "920000", "北林县", (100, 30)),
)
ENGLISH = (
    "Made Country", "East", "West", "East City", "West City", "River County", "Green Hill County", "Lake District",
    "River County", "North Wood County",
)  # fmt: skip


def reference(systems=("WGS-84",)):
    names = ["level", "area_code", "parent_level", "parent_code", "province_code", "name_zh", "square"]
    areas = pd.DataFrame(AREAS, columns=names).assign(is_applicable=True, name_en=ENGLISH)
    texts = dict.fromkeys([*names[:-1], "name_en"], "str")
    squares = areas[areas["level"].eq("county")]
    shapes = gpd.GeoDataFrame(
        squares[["area_code"]],
        geometry=[box(west, south, west + 1, south + 1) for west, south in squares["square"]],
        crs="EPSG:4326",
    )
    areas = areas.drop(columns="square").astype(texts)
    official = areas[["level", "area_code", "name_zh"]].rename(columns={"name_zh": "name"}).assign(kind="official")
    gazetteer = Gazetteer(
        areas,
        official,
        pd.DataFrame(columns=list(CHANGE_COLUMNS)),
        Rules(code_lengths=(6,), systems=systems),
        lambda _level: shapes,
    )
    people = areas[["level", "area_code"]].assign(year=2020, people=100_000)
    published = pd.DataFrame(
        [("province", "910000", 2015, "beds", 1_000.0), ("province", "920000", 2015, "beds", 500.0)],
        columns=["level", "area_code", "year", "resource", "value"],
    )
    return Reference(areas, people, published, gazetteer)
