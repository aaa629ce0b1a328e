"""
The only module that opens DuckDB: reads the one published file, and opens a new file for the pipeline to fill.

A published file is immutable. `current.json` points at it, so a new build is seen at the next call and an open reader
is never disturbed. Every read takes a fresh cursor: one shared connection answers threads wrongly.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import duckdb
import geopandas as gpd
import pandas as pd
import shapely
from duckdb import DuckDBPyConnection as Connection

from mhgis import paths
from mhgis.errors import UnpublishedError

__all__ = [
    "Connection", "Published", "areas", "benchmarks", "create", "current", "datasets", "indicator_values", "lines",
    "offer", "origins", "query", "shapes", "years",
]  # fmt: skip

POINTER: Final = "current.json"
CRS: Final = "EPSG:4326"

#: readers kept open: the current file and the one before it, for sessions that are in the middle of a page
_OPEN_FILES = 2

_BUILD_FIRST = "Run `make build` (or `mhgis build`) and try again."


@dataclass(frozen=True)
class Published:
    """
    What the pointer says: which file is current and what it was made of.

    `built_at` is the clock's time of publishing (ISO 8601, UTC); `sources` maps each input to its SHA-256; `static`
    maps the name of each file for the browser to its path below the static folder.
    """

    file: Path
    build: str
    built_at: str
    sources: dict[str, str] = field(hash=False, default_factory=dict)
    static: dict[str, str] = field(hash=False, default_factory=dict)


def current() -> Published:
    """
    Read the pointer to the published file.

    Raises
    ------
    UnpublishedError
        If there is no pointer, it cannot be read, or the file it names is not there.
    """
    pointer = paths.published() / POINTER
    try:
        says = json.loads(pointer.read_text("utf-8"))
        file = pointer.parent / says["file"]
        found = Published(file, says["build"], says["built_at"], says["sources"], says.get("static", {}))
    except FileNotFoundError as error:
        message = f"There is no published file: {POINTER} is missing from {pointer.parent.name}/. {_BUILD_FIRST}"
        raise UnpublishedError(message) from error
    except (ValueError, KeyError, TypeError) as error:
        message = f"The pointer {POINTER} cannot be read ({error!r}). {_BUILD_FIRST}"
        raise UnpublishedError(message) from error
    if not file.is_file():
        message = f"The pointer {POINTER} names {file.name}, which is not there. {_BUILD_FIRST}"
        raise UnpublishedError(message)
    return found


@lru_cache(maxsize=_OPEN_FILES)
def _connect(file: Path, _inode: int) -> Connection:
    # the inode is part of the key: a file rebuilt under its own name is opened anew
    return duckdb.connect(file, read_only=True)


def query(sql: str, parameters: Sequence[Any] = (), file: Path | None = None) -> pd.DataFrame:
    """
    Run one statement on the published file, or on `file`, and return its rows.

    Safe from any thread. A missing value is NA in text and NaN in number columns.
    """
    target = file or current().file
    with _connect(target, target.stat().st_ino).cursor() as cursor:
        return cursor.execute(sql, list(parameters)).df()


@contextmanager
def create(file: Path) -> Iterator[Connection]:
    """Open a new file for the pipeline to fill; it is whole on disk when the block ends without an error."""
    with duckdb.connect(file) as connection:
        yield connection
        connection.execute("CHECKPOINT")


def areas(level: str | None = None) -> pd.DataFrame:
    """
    Return the areas, ordered by level and code.

    Returns
    -------
    areas
        The columns of `area`; `area_km2` in km2 from the full shape, `lon` and `lat` in degrees (EPSG:4326).
    """
    return query("SELECT * FROM area WHERE ? IS NULL OR level = ? ORDER BY level, area_code", [level, level])


_VALUES = """
SELECT v.area_code, a.name_zh, a.name_en, a.parent_code, parent.name_zh AS parent_zh, parent.name_en AS parent_en,
       a.province_code, province.name_zh AS province_zh, province.name_en AS province_en, a.region, a.area_type,
       v.value, v.lower, v.upper, v.status, v.people, v.origin_id
FROM indicator_value v
JOIN area a ON a.area_code = v.area_code AND a.level = v.level
LEFT JOIN area parent ON parent.area_code = a.parent_code AND parent.level = a.parent_level
LEFT JOIN area province ON province.area_code = a.province_code AND province.level = 'province'
WHERE v.dataset_id = ? AND v.level = ? AND v.year = ? AND v.indicator = ?
  AND (? IS NULL OR a.province_code = ? OR a.parent_code = ? OR a.area_code = ?)
ORDER BY v.area_code
"""


def indicator_values(dataset: str, level: str, year: int, indicator: str, within: str | None = None) -> pd.DataFrame:
    """
    Return one indicator of every area of a level, or of those `within` a province or prefecture.

    Returns
    -------
    values
        One row an area, ordered by code: names, parents, `value`, `lower`, `upper` (the indicator's unit; NaN = not
        known), `status`, `people` (residents of the same year; NA = not known), `origin_id`.
    """
    found = query(_VALUES, [dataset, level, year, indicator, within, within, within, within])
    return found.astype({"people": "Int64"})


def datasets() -> pd.DataFrame:
    """Return the datasets: `dataset_id`, titles, `kind`, `year`, `created_at`, `note`."""
    return query("SELECT * FROM dataset ORDER BY dataset_id")


def offer() -> pd.DataFrame:
    """
    Return what can be chosen: every dataset, indicator, level and year that has rows.

    Returns
    -------
    offer
        `dataset_id`, `indicator`, `level`, `year`, `n` areas, `n_known` of them with a number.
    """
    return query(
        "SELECT dataset_id, indicator, level, year, n, n_known FROM indicator_offer "
        "ORDER BY dataset_id, indicator, level, year"
    )


def years(dataset: str, indicator: str, level: str) -> list[int]:
    """Return the years in which at least one area of the level has a number, oldest first."""
    found = query(
        "SELECT year FROM indicator_offer WHERE dataset_id = ? AND indicator = ? AND level = ? AND n_known > 0 "
        "ORDER BY year",
        [dataset, indicator, level],
    )
    return [int(year) for year in found["year"]]


def benchmarks(indicator: str | None = None) -> pd.DataFrame:
    """Return the benchmarks, all or an indicator's, in the order in which a reader should be offered them."""
    return query(
        "SELECT * FROM benchmark WHERE ? IS NULL OR indicator = ? ORDER BY indicator, rank NULLS LAST, benchmark_id",
        [indicator, indicator],
    )


def origins() -> pd.DataFrame:
    """Return every origin: `origin_id`, `title`, `publisher`, `year`, `identifier`, `licence`, `how_read`."""
    return query("SELECT * FROM origin ORDER BY origin_id")


def shapes(level: str, tolerance: float, codes: Collection[str] | None = None) -> gpd.GeoDataFrame:
    """
    Return the shapes of a level, or of some of its areas, ordered by code.

    Parameters
    ----------
    level
        Country, province, prefecture or county.
    tolerance
        Degrees of simplification; 0 is the full shape, the only one that may be measured.
    codes
        Of the areas wanted; None for all.

    Returns
    -------
    shapes
        `area_code`, `geometry` (EPSG:4326).
    """
    wanted = None if codes is None else sorted(codes)
    found = query(
        "SELECT area_code, geometry FROM area_shape WHERE level = ? AND tolerance = ? "
        "AND (?::VARCHAR[] IS NULL OR list_contains(?::VARCHAR[], area_code)) ORDER BY area_code",
        [level, tolerance, wanted, wanted],
    )
    return gpd.GeoDataFrame(
        found[["area_code"]], geometry=shapely.from_wkb([bytes(wkb) for wkb in found["geometry"]]), crs=CRS
    )


def lines() -> gpd.GeoDataFrame:
    """Return the border lines that belong to no area: `line_id`, `geometry` (EPSG:4326)."""
    found = query("SELECT line_id, geometry FROM border_line ORDER BY line_id")
    shapes = shapely.from_wkb([bytes(wkb) for wkb in found["geometry"]])
    return gpd.GeoDataFrame(found[["line_id"]], geometry=shapes, crs=CRS)
