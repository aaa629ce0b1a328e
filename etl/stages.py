"""
The pipeline: snapshot -> shapes -> harmonise -> model -> measure -> publish.

Each stage reads files of earlier ones, calls functions that are tested without files, and writes files.
"""

from importlib import metadata
from typing import Final

import geopandas as gpd
import pandas as pd

from etl import boundaries
from etl.build import Folders, Stage, checksum, file_checksums
from mhgis import paths

#: the boundary set: its binary shapes and its table of attributes, by level
SHAPE_FILES: Final = {
    "county": ("tianditu/cn_district.bin", "tianditu/cn_district.csv"),
}


def shapes(folders: Folders) -> None:
    """Read, mend, dissolve and simplify the boundaries; write one file a level and tolerance."""
    binary, table = SHAPE_FILES["county"]
    attributes = pd.read_csv(boundaries.package_file(table), dtype="str", encoding="utf-8-sig").rename(
        columns={"district_adcode": "area_code", "city_adcode": "parent_code", "province_adcode": "province_code"}
    )
    raw = gpd.GeoDataFrame(
        attributes, geometry=boundaries.read_shapes(boundaries.package_file(binary)), crs=boundaries.CRS
    ).sort_values("area_code", ignore_index=True)
    full = boundaries.clean_coverage(raw)
    for tolerance in (0.0, *boundaries.TOLERANCES):
        county = full if tolerance == 0 else boundaries.simplify(full, tolerance)
        _write_levels(county, folders, tolerance)


def _write_levels(county: gpd.GeoDataFrame, folders: Folders, tolerance: float) -> None:
    county = county.assign(country_code="100000")
    by_level = {
        "county": county[["area_code", "geometry"]],
        "prefecture": boundaries.dissolve(county, "parent_code"),
        "province": boundaries.dissolve(county, "province_code"),
        "country": boundaries.dissolve(county, "country_code"),
    }
    for level, frame in by_level.items():
        frame.to_parquet(folders.out / f"{level}-{tolerance}.parquet")
    if tolerance == 0:
        county.drop(columns=["geometry", "country_code"]).to_parquet(folders.out / "attributes.parquet")
