"""
The areas of a country in their hierarchy: codes, names, kinds, parents, sizes and points.

Parents come from the boundary set's own table and the special cases from `area_special.csv`, never from slicing codes.
"""

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from etl import boundaries
from mhgis import names
from mhgis.indicators import LEVELS, Level

#: the columns of the published table, in its order
COLUMNS: Final = (
    "area_code", "level", "parent_code", "parent_level", "province_code", "name_zh", "name_en", "pinyin", "initials",
    "area_type", "region", "area_km2", "lon", "lat", "is_proper_prefecture", "is_applicable", "special",
    "boundary_year",
)  # fmt: skip

#: endings of names that say what kind of unit a county is; the longest that fits counts
COUNTY_TYPES: Final = {
    "自治县": "autonomous county", "自治旗": "autonomous banner", "林区": "forestry district",
    "特区": "special district",
    "保护区": "reserve", "马场": "reserve", "区": "district", "市": "county-level city", "县": "county", "旗": "banner",
}  # fmt: skip
PREFECTURE_TYPES: Final = {
    "自治州": "autonomous prefecture", "地区": "prefecture", "盟": "league", "市": "prefecture-level city",
}  # fmt: skip

_UPPER: Final[dict[Level, Level]] = {"county": "prefecture", "prefecture": "province", "province": "country"}


def build(
    shapes: Mapping[Level, gpd.GeoDataFrame], tables: dict[str, pd.DataFrame], country: pd.Series
) -> pd.DataFrame:
    """
    Put the areas of all levels into one table.

    Parameters
    ----------
    shapes
        Level -> full shapes with the boundary set's `area_code`, `parent_code`, `province_code`, `name_zh`.
    tables
        The sourced tables: `province_names`, `area_special`, `name_overrides`, `ethnic_names`, `sources`.
    country
        The country's own row: `area_code`, `name_zh`, `name_en`.

    Returns
    -------
    areas
        One row an area and level, ordered by level from the top, then code; see `COLUMNS`. `area_km2` on the ellipsoid
        from full shapes; `lon`, `lat` (EPSG:4326) the centroid where it lies inside, else a point that does.
    """
    levels = [_level(level, shapes[level]) for level in LEVELS]
    areas = pd.concat(levels, ignore_index=True)
    areas = _with_specials(areas, tables["area_special"])
    areas = _with_names(areas, tables, country)
    regions = tables["province_names"].set_index("area_code")["region"]
    boundary_year = tables["sources"].set_index("source_id").loc["boundaries", "year"]
    return areas.assign(region=areas["province_code"].map(regions), boundary_year=int(str(boundary_year)[:4])).loc[
        :, list(COLUMNS)
    ]


def _level(level: Level, shapes: gpd.GeoDataFrame) -> pd.DataFrame:
    points = inner_points(shapes)
    return pd.DataFrame({
        "area_code": shapes["area_code"], "level": level, "parent_code": shapes["parent_code"],
        "parent_level": _UPPER.get(level), "province_code": shapes["province_code"], "name_zh": shapes["name_zh"],
        "area_km2": boundaries.areas_km2(shapes).round(3), "lon": points[:, 0].round(5), "lat": points[:, 1].round(5),
    })  # fmt: skip


def inner_points(shapes: gpd.GeoDataFrame) -> np.ndarray:
    """Return a point inside each shape, shape (n, 2): its centroid where that lies inside, else one that does."""
    geometry = shapes.geometry.to_numpy()
    centroids = shapely.get_coordinates(shapely.centroid(geometry))
    inside = shapely.contains_xy(geometry, centroids[:, 0], centroids[:, 1])
    return np.where(inside[:, None], centroids, boundaries.label_points(shapes))


def _with_specials(areas: pd.DataFrame, special: pd.DataFrame) -> pd.DataFrame:
    listed = special.groupby(["level", "area_code"])["kind"].agg(";".join).rename("special")
    areas = areas.join(listed, on=["level", "area_code"])
    outside = special.loc[special["kind"] == "outside_mainland_statistics", "area_code"].unique()
    no_tier = {"municipality", "directly_administered", "reserve", "outside_mainland_statistics"}
    kinds = areas["special"].fillna("").str.split(";")
    return areas.assign(
        is_applicable=~areas["province_code"].isin(outside).astype(bool),
        is_proper_prefecture=areas["level"].eq("prefecture") & ~kinds.map(lambda found: bool(no_tier & set(found))),
    )


def _with_names(areas: pd.DataFrame, tables: dict[str, pd.DataFrame], country: pd.Series) -> pd.DataFrame:
    overrides = names.overrides_from(tables["name_overrides"])
    ethnic = dict(zip(tables["ethnic_names"]["name_zh"], tables["ethnic_names"]["name_en"], strict=True))
    # a municipality's prefecture row bears its province's name
    official = dict(zip(tables["province_names"]["area_code"], tables["province_names"]["name_en"], strict=True))
    official[str(country["area_code"])] = str(country["name_en"])
    rows = list(zip(areas["area_code"], areas["level"], areas["name_zh"], strict=True))
    keys = [names.search_keys(name, overrides) for _, _, name in rows]
    return areas.assign(
        name_en=[
            official.get(code) or names.romanise(name, level, overrides, ethnic, code) for code, level, name in rows
        ],
        pinyin=[pinyin for pinyin, _ in keys],
        initials=[initials for _, initials in keys],
        area_type=[_type(level, name) for _, level, name in rows],
    )


def _type(level: str, name: str) -> str:
    endings = {"county": COUNTY_TYPES, "prefecture": PREFECTURE_TYPES}.get(level, {})
    fitting = [ending for ending in endings if name.endswith(ending)]
    return endings[max(fitting, key=len)] if fitting else level
