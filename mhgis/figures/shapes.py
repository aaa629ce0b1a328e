"""
Shapes projected once and kept ready to be drawn: equal-area, as Matplotlib paths, joined to values by code.

Coordinates go in as longitude and latitude (EPSG:4326) and come out in metres of an Albers conic. For the page only:
nothing is measured here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.path import Path

#: west, south, east, north
Bounds = tuple[float, float, float, float]
Geometries = npt.NDArray[Any]


@dataclass(frozen=True)
class Albers:
    """An equal-area conic: two standard parallels and a centre (longitude, latitude), degrees."""

    parallels: tuple[float, float]
    centre: tuple[float, float]

    def __str__(self) -> str:
        """Return the PROJ string; metres on WGS 84."""
        (one, two), (lon, lat) = self.parallels, self.centre
        return f"+proj=aea +lat_1={one} +lat_2={two} +lat_0={lat} +lon_0={lon} +datum=WGS84 +units=m"


def albers_for(bounds: Bounds) -> Albers:
    """Return the conic that fits a region: parallels a sixth of the height from its edges, the centre in its middle."""
    west, south, east, north = bounds
    sixth = (north - south) / 6
    return Albers((south + sixth, north - sixth), ((west + east) / 2, (south + north) / 2))


@dataclass(frozen=True, eq=False)
class Shapes:
    """
    Areas of one level, ready to draw; make it with `prepare` and keep it.

    Attributes
    ----------
    codes
        `area_code` of each path.
    paths
        One a row, in metres.
    boxes
        n x 4: the bounds of each area in metres; `main_boxes` of its part inside the window, NaN where it has none.
    borders, lines
        Borders of the level above, and national lines; not filled.
    inset
        Bounds of the inset in metres, or None.
    """

    codes: tuple[str, ...]
    paths: tuple[Path, ...]
    boxes: npt.NDArray[np.float64]
    main_boxes: npt.NDArray[np.float64]
    borders: tuple[Path, ...] = ()
    lines: tuple[Path, ...] = ()
    inset: Bounds | None = None

    def extent(self, codes: Collection[str]) -> Bounds:
        """Return the bounds of some areas, of their parts inside the window where they have any; metres."""
        chosen = np.isin(self.codes, list(codes))
        boxes = self.main_boxes[chosen]
        if not len(boxes) or np.isnan(boxes).all():
            boxes = self.boxes[chosen] if chosen.any() else self.boxes
        low, high = np.nanmin(boxes[:, :2], axis=0), np.nanmax(boxes[:, 2:], axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def reach_beyond(self, codes: Collection[str]) -> bool:
        """Say whether some area has a part outside the window: only then is the inset drawn."""
        chosen = np.isin(self.codes, list(codes))
        inside, whole = self.main_boxes[chosen], self.boxes[chosen]
        # a metre's play: cutting at the window moves corners by rounding
        return bool((np.isnan(inside) | (np.abs(inside - whole) > 1)).any())


def prepare(
    areas: gpd.GeoDataFrame,
    *,
    borders: gpd.GeoDataFrame | None = None,
    lines: gpd.GeoSeries | None = None,
    projection: Albers | None = None,
    window: Bounds | None = None,
    inset: Bounds | None = None,
) -> Shapes:
    """
    Project shapes and turn them into paths.

    Parameters
    ----------
    areas
        `area_code` and `geometry` (polygons, EPSG:4326).
    borders
        Shapes whose outlines are drawn over the areas: the level above.
    lines
        Lines drawn as they are: maritime and national borders of the boundary set.
    projection
        By default the conic that fits the window, or the areas.
    window
        What the main map shows of a country that reaches far out to sea (degrees); None: all of it.
    inset
        What the inset shows (degrees); None: there is no inset.

    Returns
    -------
    shapes
        In the order of `areas`.
    """
    conic = str(projection or albers_for(window or tuple(areas.total_bounds)))
    outlines = _projected(areas.geometry, conic)
    inside = outlines
    if window is not None:
        cut = shapely.clip_by_rect(areas.geometry.to_numpy(), *window)
        inside = _projected(gpd.GeoSeries(cut, crs=areas.crs), conic)
    return Shapes(
        codes=tuple(areas["area_code"].astype(str)),
        paths=tuple(_path(shape) for shape in outlines),
        boxes=shapely.bounds(outlines),
        main_boxes=shapely.bounds(inside),
        borders=() if borders is None else tuple(_path(s) for s in _projected(borders.geometry, conic)),
        lines=() if lines is None else tuple(_path(s) for s in _projected(lines, conic)),
        inset=None if inset is None else _projected_box(inset, conic),
    )


def _projected(shapes: gpd.GeoSeries, conic: str) -> Geometries:
    found: Geometries = shapes.to_crs(conic).to_numpy()
    return found


def _projected_box(box: Bounds, conic: str) -> Bounds:
    # the sides of a box bend in a conic: follow them
    bent = _projected(gpd.GeoSeries([shapely.segmentize(shapely.box(*box), 0.5)], crs="EPSG:4326"), conic)[0]
    west, south, east, north = bent.bounds
    return west, south, east, north


def _path(shape: Any) -> Path:  # noqa: ANN401 - any shapely geometry
    """Turn a geometry into a path; rings wind so that holes stay holes."""
    is_line = shape.geom_type.endswith("LineString")
    if is_line:
        rings = shapely.get_parts(shape)
    else:
        # not every renderer fills by the even-odd rule: holes must run the other way
        rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(shape)))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(points), Path.LINETO, dtype=Path.code_type)
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    codes[starts] = Path.MOVETO
    if not is_line:
        codes[np.append(starts[1:] - 1, len(points) - 1)] = Path.CLOSEPOLY
    return Path(points, codes)
