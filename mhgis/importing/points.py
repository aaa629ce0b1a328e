"""
Which shape a point lies in, for a million points at a time, and which points lie so near a border that it is not sure.

A coarse grid answers for every cell that no border comes near; only the other points are held against the shapes
themselves. The answer is that of point-in-polygon on the full shapes. Knows no places: shapes are numbers here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy import ndimage

Degrees = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

#: no shape holds the point, or the point has no coordinates
OUTSIDE: Final = -1
#: a cell of the grid that a border may come near
_UNSURE: Final = -2

#: width of a cell, degrees; wider where the country is so large that there would be more than the most cells
_CELL_DEGREES: Final = 0.02
_MOST_CELLS: Final = 8_000_000
#: metres in a degree of latitude
_DEGREE_M: Final = 111_195.0
#: vertices in one piece of border
_PIECE: Final = 8


@dataclass(frozen=True)
class Located:
    """
    Where points lie.

    `shape` is the number of the shape each point lies in, `OUTSIDE` for none; `near` lists, for points within the
    distance asked for of the border of another shape than their own, the numbers of all those shapes, by the point's
    number.
    """

    shape: Numbers
    near: dict[int, tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class PointIndex:
    """Shapes (EPSG:4326, polygons) to look points up in; the grid is made at the first use, in about a second."""

    shapes: gpd.GeoDataFrame

    def locate(self, lon: Degrees, lat: Degrees, border_m: float) -> Located:
        """
        Say in which shape each point lies.

        Parameters
        ----------
        lon, lat
            Degrees, EPSG:4326, shape (n,); NaN is outside.
        border_m
            Points no farther than this from another shape are listed in `near`; metres, below half a cell.
        """
        shape = self._by_grid(lon, lat)
        rest = np.flatnonzero(shape == _UNSURE)
        shape[rest] = OUTSIDE
        if not len(rest):
            return Located(shape, {})
        tree = shapely.STRtree(shapely.points(lon[rest], lat[rest]))
        polygon, point = tree.query(self.shapes.geometry.to_numpy(), predicate="intersects")
        # a point on a shared border is in two shapes; the first by number stands, and both are listed as near
        order = np.argsort(-polygon, kind="stable")
        shape[rest[point[order]]] = polygon[order]
        return Located(shape, self._near(tree, rest, np.column_stack([lon, lat]), shape, border_m))

    def _by_grid(self, lon: Degrees, lat: Degrees) -> Numbers:
        cells, west, south, width = self._grid
        found = np.full(len(lon), OUTSIDE, dtype=np.int64)
        with np.errstate(invalid="ignore"):
            inside = (lon >= west) & (lon < west + cells.shape[1] * width)
            inside &= (lat >= south) & (lat < south + cells.shape[0] * width)
        at = np.flatnonzero(inside)
        column = ((lon[at] - west) / width).astype(np.int64)
        row = ((lat[at] - south) / width).astype(np.int64)
        last = (cells.shape[0] - 1, cells.shape[1] - 1)
        found[at] = cells[np.minimum(row, last[0]), np.minimum(column, last[1])]
        return found

    @cached_property
    def _grid(self) -> tuple[npt.NDArray[np.int32], float, float, float]:
        """Return cells (rows from the south) with the number of the shape they lie in, their origin and width."""
        west, south, east, north = (float(edge) for edge in self.shapes.total_bounds)
        width = max(_CELL_DEGREES, float(np.sqrt((east - west) * (north - south) / _MOST_CELLS)))
        west, south = west - 3 * width, south - 3 * width
        size = (int((north - south) / width) + 4, int((east - west) / width) + 4)
        edges = shapely.segmentize(shapely.boundary(self.shapes.geometry.to_numpy()), width)
        vertices = shapely.get_coordinates(edges)
        touched = np.zeros(size, dtype=bool)
        touched[((vertices[:, 1] - south) / width).astype(int), ((vertices[:, 0] - west) / width).astype(int)] = True
        # a border lies within half a cell of some vertex: beyond the neighbours of its cell there is none
        near = ndimage.binary_dilation(touched, structure=np.ones((3, 3), dtype=bool))
        parts, n_parts = ndimage.label(~near)
        holder = np.full(n_parts + 1, OUTSIDE, dtype=np.int32)
        holder[0] = _UNSURE
        flat = parts.ravel()
        numbers, first = np.unique(flat, return_index=True)
        rows, columns = np.divmod(first[numbers > 0], size[1])
        centres = shapely.points(west + (columns + 0.5) * width, south + (rows + 0.5) * width)
        polygon, part = shapely.STRtree(centres).query(self.shapes.geometry.to_numpy(), predicate="intersects")
        holder[numbers[numbers > 0][part]] = polygon
        return holder[parts], west, south, width

    @cached_property
    def _pieces(self) -> tuple[npt.NDArray[np.object_], Numbers]:
        """Return the borders in short pieces, and the number of the shape each is of."""
        rings, ring_of = shapely.get_parts(shapely.boundary(self.shapes.geometry.to_numpy()), return_index=True)
        coordinates, at = shapely.get_coordinates(rings, return_index=True)
        starts = np.flatnonzero(np.r_[True, at[1:] != at[:-1]])
        within = np.arange(len(at)) - starts[at]
        length = np.diff(np.r_[starts, len(at)])
        # the last vertex of a piece is the first of the next
        joint = (within % _PIECE == 0) & (within > 0) & (within < length[at] - 1)
        repeat = np.where(joint, 2, 1)
        copied = np.repeat(np.arange(len(at)), repeat)
        begins = np.zeros(len(copied), dtype=bool)
        begins[np.cumsum(repeat)[joint] - 1] = True
        begins[np.cumsum(repeat)[starts] - repeat[starts]] = True
        piece = np.cumsum(begins) - 1
        lines = shapely.linestrings(coordinates[copied], indices=piece)
        return lines, ring_of[at[copied[begins]]].astype(np.int64)

    def _near(
        self, tree: shapely.STRtree, rest: Numbers, points: Degrees, shape: Numbers, border_m: float
    ) -> dict[int, tuple[int, ...]]:
        lines, owner = self._pieces
        widest = border_m / _DEGREE_M / np.cos(np.radians(np.clip(np.abs(points[rest, 1]).max(), 0, 85)))
        piece, point = tree.query(lines, predicate="dwithin", distance=widest)
        point = rest[point]
        strange = owner[piece] != shape[point]
        piece, point = piece[strange], point[strange]
        held: dict[int, set[int]] = {}
        for at, other in self._within(lines[piece], owner[piece], point, points, border_m):
            held.setdefault(at, {int(shape[at])} - {OUTSIDE}).add(other)
        return {at: tuple(sorted(found)) for at, found in sorted(held.items())}

    @staticmethod
    def _within(
        lines: npt.NDArray[np.object_], owner: Numbers, point: Numbers, points: Degrees, border_m: float
    ) -> Iterator[tuple[int, int]]:
        for line, other, at in zip(lines, owner, point, strict=True):
            here = points[at]
            scale = np.array([_DEGREE_M * np.cos(np.radians(here[1])), _DEGREE_M])
            metres = shapely.LineString((shapely.get_coordinates(line) - here) * scale)
            if shapely.distance(metres, shapely.Point(0.0, 0.0)) <= border_m:
                yield int(at), int(other)
