"""
A list with the shapes of its areas: GeoJSON, GeoPackage and GeoParquet, in longitude and latitude (EPSG:4326).

The same list and shapes give the same bytes: files are dated by the build, never by the clock. Shapes are simplified
for the screen: nothing may be measured on them.
"""

import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import shapely

from mhgis.exports.csv_json import plain_values
from mhgis.exports.listing import Listing

CRS: Final = "EPSG:4326"
LAYER: Final = "list"
ABOUT_LAYER: Final = "about"

#: a tenth of a metre
_DECIMALS: Final = 6


def locate(listing: Listing, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Give each row of a list the shape of its area.

    Parameters
    ----------
    listing
        The list; its codes name the areas.
    shapes
        `area_code` and `geometry` (EPSG:4326) of all areas of the level: see `mhgis.store.shapes`.

    Returns
    -------
    located
        The rows as seen, with the watermark, and `geometry` (EPSG:4326, rounded to six decimals where the shape stays
        valid, outer rings counter-clockwise).

    Raises
    ------
    ValueError
        If a code has no shape, or the shapes are in another reference system.
    """
    if shapes.crs is None or not shapes.crs.equals(CRS):
        message = f"Shapes must be in {CRS}; found {shapes.crs}."
        raise ValueError(message)
    missing = sorted(set(listing.codes) - set(shapes["area_code"]))
    if missing:
        message = f"Each area needs a shape; found none for {', '.join(missing[:5])} ({len(missing)} in all)."
        raise ValueError(message)
    found = shapes.set_index("area_code").geometry.loc[list(listing.codes)].to_numpy()
    rounded = shapely.transform(found, lambda coordinates: np.round(coordinates, _DECIMALS))
    outlines = shapely.orient_polygons(np.where(shapely.is_valid(rounded), rounded, found))
    return gpd.GeoDataFrame(listing.table(), geometry=outlines, crs=CRS)


def to_geojson(listing: Listing, shapes: gpd.GeoDataFrame) -> bytes:
    """
    Write a list as GeoJSON (RFC 7946).

    Parameters are those of `locate`. The member `about` says what the list shows; each feature has the columns as seen
    as properties, null where not known.
    """
    located = locate(listing, shapes)
    outlines = shapely.to_geojson(located.geometry.to_numpy())
    rows = plain_values(pd.DataFrame(located.drop(columns="geometry")))
    features = ",\n".join(
        f'{{"type": "Feature", "properties": {_json(row)}, "geometry": {outline}}}'
        for row, outline in zip(rows, outlines, strict=True)
    )
    about = _json(listing.about())
    whole = f'{{"type": "FeatureCollection", "name": "{LAYER}", "about": {about}, "features": [\n{features}\n]}}\n'
    return whole.encode("utf-8")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def to_geopackage(listing: Listing, shapes: gpd.GeoDataFrame) -> bytes:
    """
    Write a list as GeoPackage.

    Parameters are those of `locate`. Layer `list` has the rows; the table `about`, of `name` and `text`, says what they
    show.
    """
    located = locate(listing, shapes)
    said = pd.DataFrame(listing.head(), columns=["name", "text"], dtype="str")
    with TemporaryDirectory(prefix="mhgis-") as folder:
        file = Path(folder) / "list.gpkg"
        pyogrio.write_dataframe(located, file, layer=LAYER, driver="GPKG", promote_to_multi=True)
        pyogrio.write_dataframe(said, file, layer=ABOUT_LAYER, driver="GPKG")
        _pin(file, listing)
        return file.read_bytes()


def _pin(file: Path, listing: Listing) -> None:
    # the library dates each layer by the clock
    changed = f"{listing.built_on.isoformat()}T00:00:00.000Z"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE gpkg_contents SET last_change = ?", [changed])
        connection.execute(
            "UPDATE gpkg_contents SET description = ? WHERE table_name = ?", [listing.says("title"), LAYER]
        )


def to_geoparquet(listing: Listing, shapes: gpd.GeoDataFrame) -> bytes:
    """
    Write a list as GeoParquet.

    Parameters are those of `locate`. What the list shows is in the file's metadata, as JSON under the key `mhgis`.
    """
    plain = io.BytesIO()
    locate(listing, shapes).to_parquet(plain, index=False)
    table = pq.read_table(plain)
    said = {**(table.schema.metadata or {}), b"mhgis": _json(listing.about()).encode("utf-8")}
    whole = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(said), whole)
    return whole.getvalue()
