"""
Which areas share a border, and how long it is: read off the shared edges of the county coverage.

Pure. A border is a line: areas that meet in a point, or across water that belongs to neither, share none.
"""

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from mhgis.measures.neighbours import EARTH_RADIUS_KM

COLUMNS: Final = ("level", "area_code", "neighbour_code", "border_km")


def shared_borders(coverage: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Measure the border that each pair of areas shares.

    Parameters
    ----------
    coverage
        `area_code` and `geometry`: a valid coverage (EPSG:4326), so that shared edges are identical in both shapes.

    Returns
    -------
    borders
        `area_code`, `neighbour_code` (each pair in both directions) and `border_km`: the length of the shared edges on
        the sphere of `EARTH_RADIUS_KM`.
    """
    edges, owner = _edges(coverage)
    # both shapes write an edge, each in its own direction: ends in order make the two alike
    order = np.lexsort(edges.T[::-1])
    edges, owner = edges[order], owner[order]
    first = np.flatnonzero((edges[:-1] == edges[1:]).all(axis=1) & (owner[:-1] != owner[1:]))
    codes = coverage["area_code"].to_numpy()
    pairs = pd.DataFrame(
        {"one": codes[owner[first]], "two": codes[owner[first + 1]], "border_km": _length_km(edges[first])}
    )
    both = pd.concat([pairs, pairs.rename(columns={"one": "two", "two": "one"})])
    borders = both.groupby(["one", "two"])["border_km"].sum()
    return borders.rename_axis(["area_code", "neighbour_code"]).reset_index()


def _edges(coverage: gpd.GeoDataFrame) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return every edge as x, y, x, y with the lesser end first, and the row of the shape it belongs to."""
    rings, shape = [], []
    for row, geometry in enumerate(coverage.geometry):
        found = shapely.get_rings(shapely.get_parts(geometry))
        rings.extend(found)
        shape.extend([row] * len(found))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    inner = np.flatnonzero(ring[:-1] == ring[1:])
    start, end = points[inner], points[inner + 1]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    edges = np.where(swap[:, None], np.hstack([end, start]), np.hstack([start, end]))
    return edges, np.asarray(shape)[ring[inner]]


def _length_km(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    lon1, lat1, lon2, lat2 = np.radians(edges).T
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))


def by_level(counties: pd.DataFrame, holders: Mapping[str, Mapping[str, str]], finest: str = "county") -> pd.DataFrame:
    """
    Carry the borders of the smallest areas up to the levels that are made of them.

    Parameters
    ----------
    counties
        As of `shared_borders`.
    holders
        By level, the code of the area that each of the smallest lies in.
    finest
        The level of the smallest, which is added.

    Returns
    -------
    neighbours
        `COLUMNS`; borders inside an area are none of its own.
    """
    parts = [counties.assign(level=finest)]
    for level, holder in holders.items():
        raised = counties.assign(
            area_code=counties["area_code"].map(holder), neighbour_code=counties["neighbour_code"].map(holder)
        )
        outer = raised[raised["area_code"].ne(raised["neighbour_code"])]
        summed = outer.groupby(["area_code", "neighbour_code"], as_index=False)["border_km"].sum()
        parts.append(summed.assign(level=level))
    found = pd.concat(parts, ignore_index=True)[list(COLUMNS)]
    return found.sort_values(["level", "area_code", "neighbour_code"], ignore_index=True).round({"border_km": 3})
