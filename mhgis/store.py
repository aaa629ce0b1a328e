"""
The only module that opens DuckDB: reads the published file and the active imports, and opens new files to be filled.

A published file is immutable, and so is each version of an import. `current.json` points at the one, `dataset.json` of
each import at the other, so that what is new is seen at the next call and an open reader is never disturbed. All are
attached, read only, to one database in memory, whose views unite their tables: a reader sees one set of tables. Every
read takes a fresh cursor: one shared connection answers threads wrongly.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from duckdb import DuckDBPyConnection as Connection
from numpy.typing import NDArray

from mhgis import paths
from mhgis.errors import StorageError, UnpublishedError

__all__ = [
    "Active", "Connection", "Damaged", "Published", "active", "areas", "benchmarks", "coverage", "create", "current",
    "damaged", "datasets", "ensemble", "fingerprint", "indicator_values", "lines", "offer", "origins", "pack",
    "pointer", "query", "shapes", "write_like_published", "years",
]  # fmt: skip

POINTER: Final = "current.json"
#: the pointer of an imported dataset, and the file of each of its versions
SAYS: Final = "dataset.json"
FILE: Final = "dataset.duckdb"
CRS: Final = "EPSG:4326"

#: readers kept open: the current state and those before it, for sessions that are in the middle of a page
_OPEN_FILES = 3
_SAYS_KEPT = 256
#: a pointer is a name and a note; what is longer is none
_LONGEST_POINTER = 100_000
#: what `dataset.json` calls a dataset
_TEXTS: Final = ("title_zh", "title_en", "note_zh", "note")
#: tables without which an import cannot be shown
_NEEDED: Final = frozenset({"dataset", "indicator_offer", "indicator_value", "resource"})
#: rows DuckDB keeps and compresses together
_ROW_GROUP = 122_880

#: tables that imports alone have: columns and types
OWN_TABLES: Final[dict[str, dict[str, str]]] = {
    "dataset_year": {"dataset_id": "VARCHAR", "year": "INTEGER", "people_year": "INTEGER"},
    "dataset_coverage": {
        "dataset_id": "VARCHAR", "level": "VARCHAR", "area_code": "VARCHAR", "year": "INTEGER", "resource": "VARCHAR",
        "known": "DOUBLE", "parts_known": "INTEGER", "parts": "INTEGER", "people_unknown": "BIGINT",
    },
}  # fmt: skip

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


@dataclass(frozen=True)
class Active:
    """
    The version of an imported dataset that is shown, and what the dataset is called now.

    `stamp` changes with the version's file and with what is said of the dataset.
    """

    dataset_id: str
    version: int
    file: Path
    stamp: tuple[int, ...]
    title_zh: str = ""
    title_en: str = ""
    note_zh: str = ""
    note: str = ""


@dataclass(frozen=True, order=True)
class Damaged:
    """What is left out of every page: a version whose file cannot be read, or, without one, a dataset's pointer."""

    dataset_id: str
    version: int = 0


def active() -> tuple[Active, ...]:
    """Return the versions of imported datasets that are shown, by id; one that is laid aside is not among them."""
    return _imports()[0]


def _imports() -> tuple[tuple[Active, ...], tuple[Damaged, ...]]:
    # the shown versions, and the datasets of which nobody can say which version is shown
    shown, torn = [], []
    for says in sorted(paths.datasets().glob(f"[!.]*/{SAYS}")):
        try:
            content, told = pointer(says), says.stat()
        except OSError:
            torn.append(Damaged(says.parent.name))
            continue
        version = content["active"]
        if version is None:
            continue
        file = says.parent / str(version) / FILE
        # the inode alone says too little: the system gives a file that follows another the same one
        stamp = (*_stamp_of(file), told.st_ino, told.st_mtime_ns)
        texts = {name: str(content[name]) for name in _TEXTS}
        shown.append(Active(says.parent.name, version, file, stamp, **texts))
    return tuple(shown), tuple(torn)


def pointer(says: Path) -> Mapping[str, Any]:
    """
    Return what the pointer of an imported dataset says: `active` (None where it is laid aside), titles and notes.

    Raises
    ------
    StorageError
        If it cannot be read, or says something else.
    """
    try:
        told = says.stat()
        return _says(says, (told.st_ino, told.st_mtime_ns))
    except (OSError, ValueError, RecursionError) as error:
        message = f"The file {SAYS} of the imported dataset {says.parent.name} cannot be read."
        raise StorageError(message) from error


@lru_cache(maxsize=_SAYS_KEPT)
def _says(file: Path, _stamp: tuple[int, int]) -> Mapping[str, Any]:
    if not file.is_file() or file.stat().st_size > _LONGEST_POINTER:
        raise ValueError(file.name)
    content = json.loads(file.read_text("utf-8"))
    if not isinstance(content, dict) or "active" not in content:
        raise ValueError(file.name)
    number, texts = content["active"], {name: content.get(name, "") for name in _TEXTS}
    if number is not None and (type(number) is not int or number < 1):
        raise ValueError(file.name)
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError(file.name)
    # half a character can be told in JSON, and written nowhere
    "".join(texts.values()).encode()
    return {"active": number, **texts}


def fingerprint() -> str:
    """Return what names all that can be read now, for a cache key: the build, and the active imports if any."""
    build, imports = current().build, active()
    if not imports:
        return build
    return f"{build}-{hashlib.sha256(repr(imports).encode()).hexdigest()[:12]}"


@dataclass(frozen=True, eq=False)
class _Reader:
    """An open set of files, and the imports that could not be opened."""

    connection: Connection
    damaged: tuple[Damaged, ...] = ()


@lru_cache(maxsize=_OPEN_FILES)
def _connect(file: Path, _inode: int, imports: tuple[Active, ...]) -> _Reader:
    # the inode is part of the key: a file rebuilt under its own name is opened anew
    connection = duckdb.connect(":memory:")
    try:
        _attach(connection, file, "published")
    except duckdb.Error as error:
        message = f"The published file {file.name} cannot be read. {_BUILD_FIRST}"
        raise UnpublishedError(message) from error
    attached: dict[str, Active] = {}
    damaged = []
    for at, one in enumerate(imports):
        if _is_whole(file, one.file, one.dataset_id, _stamp_of(one.file)):
            _attach(connection, one.file, f"imported_{at}")
            attached[f"imported_{at}"] = one
        else:
            damaged.append(Damaged(one.dataset_id, one.version))
    for name, sql in _views(connection, attached).items():
        connection.execute(f'CREATE VIEW memory.main."{name}" AS {sql}')
    return _Reader(connection, tuple(damaged))


def _stamp_of(file: Path) -> tuple[int, ...]:
    told = file.stat() if file.is_file() else None
    return (told.st_ino, told.st_mtime_ns, told.st_size) if told else ()


@lru_cache(maxsize=_SAYS_KEPT)
def _is_whole(published: Path, file: Path, dataset_id: str, _stamp: tuple[int, ...]) -> bool:
    # read through once, apart from the others: a page that meets a torn block later cannot be drawn at all
    with duckdb.connect(":memory:") as connection:
        try:
            _attach(connection, published, "published")
            _attach(connection, file, "imported")
            sql = "SELECT table_name FROM duckdb_tables() WHERE database_name = ?"
            ours, theirs = ({row[0] for row in connection.execute(sql, [of]).fetchall()} for of in _BOTH)
            for table in theirs:
                union = f'SELECT * FROM imported.main."{table}"'
                if table in ours:
                    union = f'SELECT * FROM published.main."{table}" WHERE false UNION ALL BY NAME {union}'
                connection.execute(f"SELECT bit_xor(hash(t)) FROM ({union}) t").fetchall()
            ids = connection.execute("SELECT DISTINCT dataset_id FROM imported.main.dataset").fetchall()
            taken = connection.execute("SELECT dataset_id FROM published.main.dataset").fetchall()
        except duckdb.Error:
            return False
    return theirs >= _NEEDED and ids == [(dataset_id,)] and (dataset_id,) not in taken


_BOTH: Final = ("published", "imported")


def _attach(connection: Connection, file: Path, name: str) -> None:
    connection.execute(f"ATTACH {_quoted(str(file))} AS {name} (READ_ONLY)")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _views(connection: Connection, attached: Mapping[str, Active]) -> dict[str, str]:
    # one view a table, in which what is published comes first
    tables = connection.execute("SELECT database_name, table_name FROM duckdb_tables()").fetchall()
    parts: dict[str, list[str]] = {name: [_nothing(columns)] for name, columns in OWN_TABLES.items()}
    for database, table in sorted(tables, key=lambda row: (row[0] != "published", row)):
        if database != "published" and database not in attached:
            continue
        what = _renamed(attached[database]) if table == "dataset" and database in attached else "*"
        parts.setdefault(table, []).append(f'SELECT {what} FROM {database}.main."{table}"')
    return {table: " UNION ALL BY NAME ".join(selects) for table, selects in parts.items()}


def _nothing(columns: Mapping[str, str]) -> str:
    return "SELECT " + ", ".join(f"NULL::{kind} AS {name}" for name, kind in columns.items()) + " WHERE false"


def _renamed(one: Active) -> str:
    # the file is immutable, what a dataset is called is not
    texts = {name: getattr(one, name) for name in ("title_zh", "title_en", "note", "note_zh")}
    return f"* REPLACE ({', '.join(f'{_quoted(text)} AS {name}' for name, text in texts.items())})"


def damaged() -> tuple[Damaged, ...]:
    """Return what of the imports is left out because it cannot be read; the others are shown without it."""
    return tuple(sorted({*_imports()[1], *_current_reader().damaged}))


def _current_reader() -> _Reader:
    file = current().file
    return _connect(file, file.stat().st_ino, active())


@lru_cache(maxsize=_OPEN_FILES)
def _connect_alone(file: Path, _inode: int) -> Connection:
    return duckdb.connect(file, read_only=True)


def query(sql: str, parameters: Sequence[Any] = (), file: Path | None = None) -> pd.DataFrame:
    """
    Run one statement on the published file and the active imports, or on `file` alone, and return its rows.

    Safe from any thread. A missing value is NA in text and NaN in number columns.
    """
    connection = _connect_alone(file, file.stat().st_ino) if file else _current_reader().connection
    with connection.cursor() as cursor:
        return cursor.execute(sql, list(parameters)).df()


@contextmanager
def create(file: Path) -> Iterator[Connection]:
    """Open a new file for the pipeline to fill; it is whole on disk when the block ends without an error."""
    with duckdb.connect(file) as connection:
        yield connection
        connection.execute("CHECKPOINT")


def write_like_published(file: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """
    Write a new file whose tables have the columns, types and comments of the published ones of the same name.

    Parameters
    ----------
    file
        Must not be there yet.
    tables
        By name; columns that a frame lacks are NULL. Those of `OWN_TABLES` have the columns named there.

    Raises
    ------
    StorageError
        If it cannot be written; what was written of it is left for the caller to remove.
    """
    try:
        with create(file) as connection:
            _attach(connection, current().file, "published")
            for name, frame in tables.items():
                _write_table(connection, name, frame)
            connection.execute("DETACH published")
    except (OSError, duckdb.IOException, duckdb.TransactionException, duckdb.FatalException) as error:
        message = "The dataset could not be written; nothing was changed. Make room on the disk and try again."
        raise StorageError(message) from error


def _write_table(connection: Connection, name: str, frame: pd.DataFrame) -> None:
    described = [(column, kind, None) for column, kind in OWN_TABLES.get(name, {}).items()] or connection.execute(
        "SELECT column_name, data_type, comment FROM duckdb_columns() "
        "WHERE database_name = 'published' AND table_name = ? ORDER BY column_index",
        [name],
    ).fetchall()
    connection.register("incoming", _in_row_groups(frame))
    columns = ", ".join(
        f"CAST({_name(column) if column in frame else 'NULL'} AS {kind}) AS {_name(column)}"
        for column, kind, _ in described
    )
    connection.execute(f"CREATE TABLE {_name(name)} AS SELECT {columns} FROM incoming")
    connection.unregister("incoming")
    for column, _, comment in described:
        if comment:
            connection.execute(f"COMMENT ON COLUMN {_name(name)}.{_name(column)} IS {_quoted(comment)}")


def _in_row_groups(frame: pd.DataFrame) -> pa.Table:
    """Return a frame as DuckDB stores it: a batch a row group, which its threads read and compress side by side."""
    whole = pa.Table.from_pandas(frame, preserve_index=False).combine_chunks()
    return pa.Table.from_batches(whole.to_batches(max_chunksize=_ROW_GROUP), whole.schema)


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


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
       a.setting,
       v.value, v.lower, v.upper, v.status, v.people, other.people AS people_otherwise, v.origin_id
FROM indicator_value v
JOIN area a ON a.area_code = v.area_code AND a.level = v.level
LEFT JOIN population own ON own.level = v.level AND own.area_code = v.area_code AND own.year = v.year
LEFT JOIN population_otherwise other
    ON other.level = v.level AND other.area_code = v.area_code AND other.year = v.year AND own.people = v.people
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
        known), `status`, `people` (residents of the same year; NA = not known), `people_otherwise` (the same by another
        source; NA = none, or the value does not divide by the people of its year), `origin_id`.
    """
    found = query(_VALUES, [dataset, level, year, indicator, within, within, within, within])
    return found.astype({"people": "Int64", "people_otherwise": "Int64"})


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


def coverage(dataset: str) -> pd.DataFrame:
    """
    Return how much of each upper area of an imported dataset is known; no row for any other dataset.

    Returns
    -------
    coverage
        `level`, `area_code`, `year`, `resource`, `known` (the least there is: the sum over the counties that are
        known), `parts_known` of `parts` counties, `people_unknown` (residents of the others; NA = not known).
    """
    found = query("SELECT * EXCLUDE dataset_id FROM dataset_coverage WHERE dataset_id = ? ORDER BY ALL", [dataset])
    return found.astype({"people_unknown": "Int64"})


def ensemble(dataset: str, resource: str, year: int) -> tuple[pd.Index, NDArray[np.int32]]:
    """
    Return every draw of a modelled dataset.

    Returns
    -------
    codes
        Of the areas of the finest level, ascending; empty where the dataset has no draws.
    draws
        Counts of shape (draws, areas); a row is one draw, the same for every resource.
    """
    found = query(
        "SELECT area_code, draws FROM ensemble_count WHERE dataset_id = ? AND resource = ? AND year = ? "
        "ORDER BY area_code",
        [dataset, resource, year],
    )
    if found.empty:
        return pd.Index([], dtype="str"), np.zeros((0, 0), dtype=np.int32)
    return pd.Index(found["area_code"], dtype="str"), np.stack(found["draws"].tolist()).T.astype(np.int32)


def years(dataset: str, indicator: str, level: str) -> list[int]:
    """Return the years in which at least one area of the level has a number, oldest first."""
    found = query(
        "SELECT year FROM indicator_offer WHERE dataset_id = ? AND indicator = ? AND level = ? AND n_known > 0 "
        "ORDER BY year",
        [dataset, indicator, level],
    )
    return [int(year) for year in found["year"]]


def benchmarks(indicator: str | None = None) -> pd.DataFrame:
    """
    Return the benchmarks, all or an indicator's, in the order in which a reader should be offered them.

    Those meant for some regions only come last.
    """
    return query(
        "SELECT * FROM benchmark WHERE ? IS NULL OR indicator = ? "
        "ORDER BY indicator, applies_to IS NOT NULL, rank NULLS LAST, benchmark_id",
        [indicator, indicator],
    )


def pack() -> pd.DataFrame:
    """Return what the data pack says of the country: `key`, `lang`, `value` (JSON); `mhgis.country.of` reads them."""
    return query("SELECT key, lang, value FROM pack ORDER BY key, lang")


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
