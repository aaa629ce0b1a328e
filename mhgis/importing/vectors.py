"""
Tables with shapes, and columnar files, as sheets of text: GeoJSON, GeoPackage, zipped Shapefile, Parquet.

What a file is is decided here, by its first bytes: in the cage GDAL has the three formats named in `FORMATS` and no
other, so that nothing is opened as what it pretends to be, and no part of a file leads to another file or host.

Shapes become two columns, `lon` and `lat` (degrees, EPSG:4326): a point's own place, or a point inside the shape.
A shape whose projection nobody states is asked about, not guessed.
"""

import io
import json
import re
import struct
import warnings
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from pyogrio import _ogr
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj.exceptions import ProjError
from shapely.errors import GEOSException

from mhgis import cage
from mhgis.errors import UnreadableError
from mhgis.i18n import Language, translator
from mhgis.importing import archives, refusals, text_files
from mhgis.importing.cells import sheet_of
from mhgis.importing.columns import INSIDE
from mhgis.importing.types import Sheet, as_findings, no_findings

_WGS84: Final = "EPSG:4326"
#: what GDAL calls the formats that are read, and none beside them
FORMATS: Final = frozenset({"ESRI Shapefile", "GeoJSON", "GPKG"})
#: how a file of shapes begins: its number, which says the same on every machine
SHP: Final = b"\x00\x00\x27\x0a"
#: names of coordinate systems that mean nothing else, to nobody
_CRS_NAME: Final = re.compile(
    r"urn:(?:ogc|x-ogc):def:crs:[A-Za-z]{2,8}:[0-9.]{0,8}:[A-Za-z0-9]{1,12}|[A-Za-z]{2,8}:{1,2}[A-Za-z0-9]{1,12}",
    re.ASCII,
)
#: parts of a Shapefile that are unpacked, under names of our own
PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MAX_LON: Final = 180.0
_MAX_LAT: Final = 90.0
#: bytes of a table in a dBASE file where its header says its own length
_DBF_LENGTH: Final = slice(8, 10)
_DBF_SMALLEST: Final = 32

_DAMAGED: Final = (pa.ArrowException, ProjError, GEOSException)

Progress = Callable[[float, str], None]
Read = tuple[list[Sheet], pd.DataFrame]


def read_geojson(data: bytes, file: str, lang: Language, progress: Progress) -> Read:
    """
    Read GeoJSON.

    Parameters and errors are those of `text_files.read_text`. Findings are `crs`, `shape` (a row without a place) and
    those of `cells.sheet_of`; so are those of the other readers here.
    """
    try:
        text, _encoding, _sure = text_files.decode(data)
        may_say = '"crs"' in text or "\\u" in text
        json.loads(text, object_pairs_hook=_refuse_links(file, lang) if may_say else None)
    except (ValueError, RecursionError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise refusals.damaged(file, lang) from error
    return _read_folder({"data.geojson": text.encode("utf-8", errors="replace")}, file, lang, progress)


def is_linked(text: str) -> bool:
    """Say whether a GeoJSON text leaves its coordinate system to another place. Raises `ValueError` on no JSON."""
    try:
        json.loads(text, object_pairs_hook=_refuse_links("", "en"))
    except UnreadableError:
        return True
    return False


def _refuse_links(file: str, lang: Language) -> Callable[[Sequence[tuple[str, Any]]], dict[str, Any]]:
    """Return what is called for each object of a JSON text, and refuses a coordinate system that lies elsewhere."""

    def look(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        for key, value in pairs:
            # every pair is looked at, for of two of one name another reader may take the other
            if key == "crs" and isinstance(value, dict) and not _is_named(value):
                raise _elsewhere(value, file, lang)
        return dict(pairs)

    return look


def _is_named(crs: dict[str, Any]) -> bool:
    said = crs.get("properties")
    name = said.get("name") if isinstance(said, dict) else None
    return crs.get("type") == "name" and isinstance(name, str) and _CRS_NAME.fullmatch(name) is not None


def _elsewhere(crs: dict[str, Any], file: str, lang: Language) -> UnreadableError:
    _ = translator(lang)
    return refusals.refuse(
        file,
        _("a coordinate system that is not named but lies elsewhere, or is none: {text}").format(
            text=json.dumps(crs, ensure_ascii=True)[:80]
        ),
        _("degrees (WGS-84), or the name of a system such as urn:ogc:def:crs:EPSG::4490"),
        _("Nothing was fetched. Export the file again in WGS-84, or take the entry crs out of it."),
        lang=lang,
    )


def read_geopackage(data: bytes, file: str, lang: Language, progress: Progress) -> Read:
    """Read a GeoPackage, a layer a sheet."""
    return _read_folder({"data.gpkg": data}, file, lang, progress)


def read_shapefile(data: bytes, file: str, lang: Language, progress: Progress) -> Read:
    """Read a zipped Shapefile, one or several, a file a sheet; its text in the encoding its bytes are valid in."""
    names = archives.members(data, file, lang)
    sheets, findings = [], [no_findings()]
    stems = [str(PurePosixPath(one).with_suffix("")) for one in names if one.lower().endswith(".shp")]
    for stem in stems[: refusals.MAX_SHEETS]:
        parts = {
            PurePosixPath(one).suffix.lower(): archives.unpack(data, one, file, lang)
            for one in names
            if str(PurePosixPath(one).with_suffix("")) == stem and PurePosixPath(one).suffix.lower() in PARTS
        }
        if not parts.get(".shp", b"").startswith(SHP):
            raise _no_shapes(file, f"{PurePosixPath(stem).name}.shp", lang)
        encoding, sure = _dbf_encoding(parts)
        folder = {f"data{suffix}": content for suffix, content in parts.items() if suffix != ".cpg"}
        read, found = _read_folder(folder, file, lang, progress, sheet=PurePosixPath(stem).name, encoding=encoding)
        sheets += read
        findings += [found] if sure else [found, as_findings([text_files.unsure(file, encoding, lang)])]
    return sheets, _joined(findings)


def _no_shapes(file: str, name: str, lang: Language) -> UnreadableError:
    _ = translator(lang)
    return refusals.refuse(
        file,
        _("{name}, which is no Shapefile, whatever its name says").format(name=name),
        _("a zipped Shapefile with .shp, .shx, .dbf and .prj"),
        _("Do not use this file; ask its sender for the table as CSV."),
        lang=lang,
    )


def read_parquet(data: bytes, file: str, lang: Language, progress: Progress) -> Read:
    """Read Parquet and GeoParquet."""
    try:
        about = pq.ParquetFile(io.BytesIO(data))
        unpacked = sum(about.metadata.row_group(one).total_byte_size for one in range(about.metadata.num_row_groups))
        if unpacked > refusals.MAX_UNPACKED_BYTES:
            raise refusals.bomb(file, lang)
        _guard(about.metadata.num_rows, about.metadata.num_columns, file, lang)
        _ = translator(lang)
        progress(0.2, _("Reading the rows"))
        if b"geo" in (about.schema_arrow.metadata or {}):
            return _sheet_of_shapes(gpd.read_parquet(io.BytesIO(data)), file, file, lang)
        return sheet_of_table(about.read(), file, lang)
    except (OSError, ValueError, KeyError, TypeError, *_DAMAGED) as error:
        if isinstance(error, UnreadableError):
            raise
        raise refusals.damaged(file, lang) from error


def _joined(findings: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([one for one in findings if len(one)] or [no_findings()], ignore_index=True)


def _guard(rows: int, columns: int, file: str, lang: Language) -> None:
    if columns > refusals.MAX_COLUMNS:
        raise refusals.too_wide(file, columns, lang)
    if rows > refusals.MAX_ROWS:
        raise refusals.too_long(file, rows, lang)


@lru_cache(maxsize=1)
def only_formats() -> None:
    """Take from GDAL, in this process, every format that is not read; so none is recognised by what a file holds."""
    others = pyogrio.list_drivers().keys() - FORMATS
    pyogrio.set_gdal_config_options({"GDAL_SKIP": ",".join(sorted(others))})
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
        # it looks twice, and does not find the second time what it took away
        _ogr._register_drivers()  # noqa: SLF001 - GDAL's own GDALAllRegister has no other name here
    if not pyogrio.list_drivers().keys() <= FORMATS:
        message = f"formats that are not read stay open: {sorted(pyogrio.list_drivers().keys() - FORMATS)}"
        raise RuntimeError(message)


def _read_folder(
    content: dict[str, bytes],
    file: str,
    lang: Language,
    progress: Progress,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Read:
    sheets, findings = [], [no_findings()]
    if cage.inside:
        only_formats()
    with TemporaryDirectory(prefix="mhgis-") as folder:
        for name, data in content.items():
            (Path(folder) / name).write_bytes(data)
        path = Path(folder) / next(iter(sorted(content, key=lambda one: not one.endswith(".shp"))))
        try:
            layers = [str(one) for one in pyogrio.list_layers(path)[:, 0]][: refusals.MAX_SHEETS]
            for number, layer in enumerate(layers):
                _ = translator(lang)
                progress(number / len(layers), _("Reading the shapes"))
                info = pyogrio.read_info(path, layer=layer, force_feature_count=True)
                _guard(info["features"], len(info["fields"]), file, lang)
                table = pyogrio.read_dataframe(path, layer=layer, encoding=encoding, datetime_as_string=True)
                name = sheet or (file if len(layers) == 1 else layer)
                read, found = _sheet_of_shapes(table, file, name, lang)
                sheets += read
                findings.append(found)
        except (
            DataSourceError,
            DataLayerError,
            UnicodeDecodeError,
            pa.ArrowException,
            ProjError,
            GEOSException,
        ) as error:
            raise refusals.damaged(file, lang) from error
    return sheets, _joined(findings)


def _dbf_encoding(parts: dict[str, bytes]) -> tuple[str, bool]:
    table = parts.get(".dbf", b"")
    if len(table) < _DBF_SMALLEST:
        return "utf-8", True
    records = table[struct.unpack("<H", table[_DBF_LENGTH])[0] :]
    said = parts.get(".cpg", b"").decode("ascii", errors="ignore").strip()
    for encoding in (said, f"cp{said}") if said else ():
        try:
            records.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
        return encoding, True
    try:
        _text, encoding, sure = text_files.decode(records)
    except ValueError:
        return "utf-8", False
    return encoding, sure


def _sheet_of_shapes(table: pd.DataFrame, file: str, name: str, lang: Language) -> Read:
    if not isinstance(table, gpd.GeoDataFrame):
        return sheet_of_table(pa.Table.from_pandas(table, preserve_index=False), file, lang, name)
    points, findings = _points(table, file, name, lang)
    plain = pa.Table.from_pandas(pd.DataFrame(table.drop(columns=table.geometry.name)), preserve_index=False)
    columns = [_with_header(title, _texts(plain.column(n))) for n, title in enumerate(plain.column_names)]
    kinds = table.geometry.geom_type.dropna()
    has_extent = len(kinds) > 0 and kinds.isin(["Polygon", "MultiPolygon"]).all()
    for axis, inside in zip(("lon", "lat"), INSIDE, strict=True):
        # eight decimals are a millimetre
        texts = [None if np.isnan(one) else f"{one:.8f}".rstrip("0").rstrip(".") for one in points[axis]]
        columns.append(
            _with_header(inside if has_extent else axis, pa.chunked_array([pa.array(texts, type=pa.string())]))
        )
    sheet, more = sheet_of(columns, file, name, lang)
    return [sheet], _joined([as_findings(findings), more])


def sheet_of_table(table: pa.Table, file: str, lang: Language, name: str | None = None) -> Read:
    """Return a table as one sheet of text, its headings as the first row."""
    columns = [_with_header(title, _texts(table.column(n))) for n, title in enumerate(table.column_names)]
    sheet, findings = sheet_of(columns, file, name or file, lang)
    return [sheet], findings


def _with_header(title: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array([title], type=pa.string()), *column.chunks], type=pa.string())


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        if not _is_valid(column):
            # bytes that are no text are seen as such, and reported with their cell
            texts = [_text(value) for value in column.cast(pa.large_binary()).to_pylist()]
            return pa.chunked_array([pa.array(texts, type=pa.string())])
        return column if pa.types.is_string(column.type) else column.cast(pa.string())
    if pa.types.is_integer(column.type):
        return column.cast(pa.string())
    return pa.chunked_array([pa.array([_text(value) for value in column.to_pylist()], type=pa.string())])


def _is_valid(column: pa.ChunkedArray) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever a file holds
    if value is None:
        return None
    if isinstance(value, float):
        if np.isnan(value):
            return None
        return f"{value:.0f}" if value.is_integer() and abs(value) < 10**15 else f"{value:.15g}"
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _points(
    table: gpd.GeoDataFrame, file: str, sheet: str, lang: Language
) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    """Return the place of each row in degrees, NaN where there is none, and what has to be asked."""
    shapes, findings = table.geometry, []
    if shapes.crs is None:
        findings.append(_no_crs(shapes, file, sheet, lang))
    elif shapes.crs != _WGS84:
        shapes = shapes.to_crs(_WGS84)
    inside = shapes.representative_point()
    points = pd.DataFrame({"lon": inside.x.to_numpy(), "lat": inside.y.to_numpy()})
    on_earth = points["lon"].abs().le(_MAX_LON) & points["lat"].abs().le(_MAX_LAT)
    rows = np.flatnonzero(~on_earth)
    findings += [_no_place(int(row) + 2, file, sheet, lang) for row in rows[:200]]
    return points.where(on_earth, np.nan), findings


def _no_crs(shapes: gpd.GeoSeries, file: str, sheet: str, lang: Language) -> dict[str, object]:
    _ = translator(lang)
    west, south, east, north = (f"{one:,.6g}" for one in shapes.total_bounds)
    return {
        "file": file,
        "sheet": sheet,
        "code": "crs",
        "severity": "question",
        "found": _("shapes without a stated projection, from {west}, {south} to {east}, {north}").format(
            west=west, south=south, east=east, north=north
        ),
        "expected": _("a .prj file, or coordinates in degrees (WGS-84)"),
        "todo": _("They are taken for degrees. If they are metres, add the .prj file to the archive."),
    }


def _no_place(row: int, file: str, sheet: str, lang: Language) -> dict[str, object]:
    _ = translator(lang)
    return {
        "file": file,
        "sheet": sheet,
        "row": row,
        "code": "shape",
        "severity": "warning",
        "found": _("a row without a shape, or with one that is not on the globe"),
        "expected": _("a point or an area, in a stated projection"),
        "todo": _("Give the row a shape, a code or the name of its area."),
    }
