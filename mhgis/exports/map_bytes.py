"""
What goes over the wire to the map in the browser, and in which bytes: shapes, lines, names, classes, tooltip values.

Pure: frames and arrays in, bytes out, the same bytes for the same input. The other end is `ui/map/js/geometry.js`.
Coordinates are rounded to a thousandth of a degree (about 100 m), good for the screen and for nothing else.

Shapes are a topology (Bostock & Metcalf's TopoJSON idea in a denser form): a border shared by two areas is one *arc*,
stored once, as steps between points. All numbers are variable-length integers (LEB128), signed ones zigzag.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

MAGIC: Final = b"MHG1"
#: whole units a degree
UNITS_PER_DEGREE: Final = 1000

Integers = NDArray[np.int64]

#: a ring needs this many different points
_LEAST_POINTS = 3
#: room for a longitude or latitude in units, plus the offset that makes it positive
_SPAN = 1 << 20


def encode_shapes(level: str, frame: gpd.GeoDataFrame) -> bytes:
    """
    Pack the areas of a level: codes, parents and borders.

    Parameters
    ----------
    level
        `province`, `prefecture` or `county`; written into the header.
    frame
        `area_code`, `parent_code`, `province_code` (str; NA allowed for the last two) and polygons in EPSG:4326 that
        form a coverage, simplified for the screen.

    Returns
    -------
    packed
        Gzip without a time stamp; areas in ascending order of `area_code`, which is the *wire order* of every array.

    Raises
    ------
    ValueError
        If an area code repeats or a shape is empty.
    """
    ordered = _ordered(frame)
    areas = [_snap(shape, code) for code, shape in zip(ordered["area_code"], ordered.geometry, strict=True)]
    topology = _Topology.of(areas)
    header = {
        "level": level,
        "units": UNITS_PER_DEGREE,
        "codes": ordered["area_code"].tolist(),
        **{key: _indexed(ordered[f"{key}_code"]) for key in ("parent", "province")},
    }
    return pack(header, {"sizes": topology.sizes, "x": topology.x, "y": topology.y, "rings": topology.rings})


def encode_lines(lines: gpd.GeoDataFrame) -> bytes:
    """
    Pack border lines that belong to no area, such as the dashes of a maritime border.

    Parameters
    ----------
    lines
        LineStrings or MultiLineStrings in EPSG:4326.
    """
    parts = [np.rint(shapely.get_coordinates(p) * UNITS_PER_DEGREE).astype(np.int64)
             for p in shapely.get_parts(lines.geometry.to_numpy())]  # fmt: skip
    steps = _steps(parts)
    sizes = [len(part) - 1 for part in parts]
    return pack({"units": UNITS_PER_DEGREE}, {"sizes": sizes, "x": zigzag(steps[:, 0]), "y": zigzag(steps[:, 1])})


def encode_names(names: dict[str, pd.DataFrame]) -> bytes:
    """
    Pack what areas are called, for the tooltip and the search box.

    Parameters
    ----------
    names
        Level -> frame with `area_code`, `name_zh`, `name_en` and, where there is a search, `pinyin`, `initials`, `lon`,
        `lat`.

    Returns
    -------
    packed
        Gzipped JSON: level -> column -> list in wire order.
    """
    columns = ("area_code", "name_zh", "name_en", "pinyin", "initials", "parent_code", "lon", "lat")
    tables = {
        level: {c: _plain(frame.sort_values("area_code")[c]) for c in columns if c in frame}
        for level, frame in names.items()
    }
    return compress(_json(tables))


def encode_classes(classes: NDArray[np.uint8]) -> str:
    """Pack one byte an area into text for a message: zlib, then Base64."""
    return base64.b64encode(zlib.compress(np.asarray(classes, dtype=np.uint8).tobytes(), 9)).decode("ascii")


def encode_columns(columns: dict[str, Any]) -> bytes:
    """Pack named lists and settings for the tooltip: gzipped JSON, floats to six digits, a missing number as null."""
    return compress(_json({name: _plain(values) for name, values in columns.items()}))


def compress(content: bytes) -> bytes:
    """Gzip without a time stamp or a name, so that equal content has equal bytes."""
    packed: bytes = gzip.compress(content, 9, mtime=0)
    return packed


def pack(header: dict[str, Any], sections: dict[str, Iterable[int]]) -> bytes:
    """
    Put a JSON header and sections of non-negative integers into one gzipped block.

    Layout: magic, header length (u4, little-endian), header with the byte length of each section, the sections.
    """
    blocks = {name: varints(np.fromiter(values, dtype=np.int64)) for name, values in sections.items()}
    head = _json(header | {"sections": {name: len(block) for name, block in blocks.items()}})
    return compress(b"".join([MAGIC, len(head).to_bytes(4, "little"), head, *blocks.values()]))


def varints(values: Integers) -> bytes:
    """
    Write non-negative integers as LEB128: seven bits a byte, lowest first, the top bit says that more follow.

    Raises
    ------
    ValueError
        If a value is negative or needs more than five bytes.
    """
    if values.size and (values.min() < 0 or values.max() >= 1 << 35):
        message = f"values from {values.min()} to {values.max()} do not fit five bytes"
        raise ValueError(message)
    shifts = 7 * np.arange(5)
    groups = (values[:, None] >> shifts) & 0x7F
    last = np.maximum(np.argmax((values[:, None] >> shifts + 7) == 0, axis=1), 0)
    place = np.arange(5)
    groups |= (place < last[:, None]).astype(np.int64) << 7
    written: bytes = groups[place <= last[:, None]].astype(np.uint8).tobytes()
    return written


def zigzag(values: Integers) -> Integers:
    """Fold signed integers onto non-negative ones, small ones staying small: 0, -1, 1, -2 become 0, 1, 2, 3."""
    folded: Integers = np.where(values < 0, -2 * values - 1, 2 * values)
    return folded


@dataclass
class _Topology:
    """Arcs in the order in which they are first met, and each area's rings as references to them."""

    arcs: list[Integers] = field(default_factory=list)
    rings: list[int] = field(default_factory=list)
    _known: dict[bytes, int] = field(default_factory=dict)

    @classmethod
    def of(cls, areas: Sequence[list[list[Integers]]]) -> "_Topology":
        topology = cls()
        marks = iter(_junctions([ring for area in areas for polygon in area for ring in polygon]))
        for area in areas:
            topology.rings.append(len(area))
            for polygon in area:
                topology.rings.append(len(polygon))
                for ring in polygon:
                    topology._add_ring(ring, next(marks))
        return topology

    def _add_ring(self, ring: Integers, is_junction: NDArray[np.bool_]) -> None:
        """Append the ring's number of arcs and a token for each arc."""
        pieces = _cut(ring, is_junction)
        self.rings.append(len(pieces))
        self.rings.extend(self._token(piece) for piece in pieces)

    def _token(self, arc: Integers) -> int:
        """Name an arc: 0 is the next new one, 2k the k-th last one backwards, 2k + 1 the k-th last one as it is."""
        same, turned = self._known.get(arc.tobytes()), self._known.get(arc[::-1].tobytes())
        if turned is not None:
            return 2 * (len(self.arcs) - turned)
        if same is not None:
            return 2 * (len(self.arcs) - same) + 1
        self._known[arc.tobytes()] = len(self.arcs)
        self.arcs.append(arc)
        return 0

    @property
    def sizes(self) -> list[int]:
        return [len(arc) - 1 for arc in self.arcs]

    @property
    def x(self) -> Integers:
        return zigzag(_steps(self.arcs)[:, 0])

    @property
    def y(self) -> Integers:
        return zigzag(_steps(self.arcs)[:, 1])


def _steps(arcs: Sequence[Integers]) -> Integers:
    """Return the step to each point from the one before, the first from (0, 0), across arcs; shape (n, 2)."""
    points = np.concatenate(arcs) if arcs else np.empty((0, 2), dtype=np.int64)
    return np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))


def _keys(points: Integers) -> Integers:
    return (points[:, 0] + _SPAN // 2) * _SPAN + points[:, 1] + _SPAN // 2


def _junctions(rings: Sequence[Integers]) -> list[NDArray[np.bool_]]:
    """
    Mark the points at which rings part: those passed with different pairs of neighbours, and the tips of spikes.

    Returns
    -------
    marks
        For each ring, whether each of its points is a junction.
    """
    if not rings:
        return []
    keys = [_keys(ring) for ring in rings]
    here = np.concatenate(keys)
    before = np.concatenate([np.roll(k, 1) for k in keys])
    after = np.concatenate([np.roll(k, -1) for k in keys])
    passes = pd.DataFrame({"here": here, "low": np.minimum(before, after), "high": np.maximum(before, after)})
    ways = passes.drop_duplicates()["here"].value_counts()
    junctions = set(ways.index[ways > 1]) | set(passes.loc[passes["low"] == passes["high"], "here"])
    return np.split(passes["here"].isin(junctions).to_numpy(), np.cumsum([len(k) for k in keys])[:-1])


def _cut(ring: Integers, is_junction: NDArray[np.bool_]) -> list[Integers]:
    """Cut an open ring at its junctions; without any, turn it to start at its least point, as every ring on it does."""
    cuts = np.flatnonzero(is_junction)
    start = int(cuts[0]) if cuts.size else int(np.argmin(_keys(ring)))
    turned = np.roll(ring, -start, axis=0)
    closed = np.concatenate([turned, turned[:1]])
    ends = np.append((cuts - start)[1:], len(ring)) if cuts.size else np.array([len(ring)])
    starts = np.concatenate([[0], ends[:-1]])
    return [np.ascontiguousarray(closed[a : b + 1]) for a, b in zip(starts, ends, strict=True)]


def _snap(shape: shapely.Geometry, code: str) -> list[list[Integers]]:
    """
    Round a shape to units: a list of polygons, each a list of open rings, the shell first.

    A ring that shrinks to nothing is dropped; an area that would be lost altogether stays as a triangle of one unit.
    """
    polygons = []
    for polygon in shapely.get_parts(shape):
        rings = [_round(shapely.get_coordinates(ring)) for ring in shapely.get_rings(polygon)]
        if rings and len(rings[0]) >= _LEAST_POINTS:
            polygons.append([ring for ring in rings if len(ring) >= _LEAST_POINTS])
    if polygons:
        return polygons
    if shapely.is_empty(shape):
        message = f"area {code} has an empty shape"
        raise ValueError(message)
    corner = np.rint(shapely.get_coordinates(shape)[0] * UNITS_PER_DEGREE).astype(np.int64)
    return [[corner + np.array([[0, 0], [1, 0], [0, 1]], dtype=np.int64)]]


def _round(coordinates: NDArray[np.float64]) -> Integers:
    units = np.rint(coordinates * UNITS_PER_DEGREE).astype(np.int64)
    ring: Integers = units[np.any(units != np.roll(units, 1, axis=0), axis=1)]
    return ring if len(np.unique(ring, axis=0)) >= _LEAST_POINTS else ring[:0]


def _ordered(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    ordered = frame.sort_values("area_code", ignore_index=True)
    repeated = ordered.loc[ordered["area_code"].duplicated(), "area_code"]
    if not repeated.empty:
        message = f"area codes repeat: {', '.join(repeated.unique())}"
        raise ValueError(message)
    return ordered


def _indexed(codes: pd.Series) -> dict[str, Any]:
    """Write a column of few different codes as the codes and an index an area; a missing code is -1."""
    index, different = pd.factorize(codes, sort=True)
    return {"codes": list(different), "of": index.tolist()}


def _plain(values: object) -> object:
    """Return lists that JSON can hold: floats to six digits, NaN and NA as None."""
    if isinstance(values, dict | str | int | bool) or values is None:
        return values
    series = pd.Series(values)
    if pd.api.types.is_float_dtype(series):
        return [None if pd.isna(v) else float(f"{v:.6g}") for v in series]
    return [None if pd.isna(v) else v for v in series.astype(object)]


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
