"""
What a user supplies of where people are and how they travel: tables of travel and finer points, whole or not at all.

Each is kept in a folder of its own, named by its content: the original file, the checked table and a manifest. It is
written beside its place and put there by one rename. What is kept never changes, so a link that names it always means
the same. Holds no measures: see `mhgis.measures.distance`.
"""

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mhgis import cage, files, paths
from mhgis.cage import Answer
from mhgis.errors import Fault, SchemaError, StorageError, UnknownChoiceError
from mhgis.i18n import N_, Language, translator
from mhgis.importing import read
from mhgis.importing.columns import normal_name
from mhgis.importing.points import PointIndex
from mhgis.importing.types import column_letter
from mhgis.measures.access import KEPT_ID
from mhgis.measures.distance import LeftOut
from mhgis.words.provenance import Origin

Kind = Literal["matrix", "points"]
Unit = Literal["km", "min", ""]

MANIFEST: Final = "manifest.json"
TABLE: Final = "table.parquet"
ORIGINAL: Final = "original"
_PARTS: Final = ".parts"
_LOCK: Final = ".lock"
_TABLES_KEPT: Final = 4
_ID_LETTERS: Final = 12
#: the header stands in one of so many first rows
_HEADER_ROWS: Final = 20
#: letters of a checksum that small type shows
_SHOWN: Final = 12

#: what columns are called, as `normal_name` gives it
_NAMES: Final[dict[Kind, dict[str, frozenset[str]]]] = {
    "matrix": {
        "origin": frozenset({"origin", "origin code", "origin id", "from", "from code", "起点", "起点代码", "出发地",
                             "出发地代码", "起点编号"}),
        "site": frozenset({"destination", "destination code", "destination id", "dest", "to", "to code", "site",
                           "facility", "facility id", "终点", "终点代码", "终点编号", "目的地", "目的地代码", "机构",
                           "机构代码", "机构编号"}),
        "min": frozenset({"minutes", "min", "mins", "travel time", "travel minutes", "time", "duration", "分钟",
                          "分钟数", "时间", "时长", "用时", "行车时间", "通行时间"}),
        "km": frozenset({"km", "distance", "distance km", "kilometres", "kilometers", "road km", "公里", "公里数",
                         "千米", "距离", "里程", "路程"}),
    },
    "points": {
        "code": frozenset({"code", "id", "point", "point id", "point code", "代码", "编号", "点位", "点位代码"}),
        "lon": frozenset({"lon", "lng", "long", "longitude", "x", "经度"}),
        "lat": frozenset({"lat", "latitude", "y", "纬度"}),
        "people": frozenset({"people", "population", "pop", "residents", "人口", "人口数", "人数", "常住人口"}),
    },
}  # fmt: skip
#: what a planner is told each column should be called, in both languages
HEADINGS: Final[dict[Kind, dict[str, tuple[str, str]]]] = {
    "matrix": {"origin": ("origin", "起点"), "site": ("destination", "终点"), "min": ("minutes", "分钟")},
    "points": {"code": ("code", "代码"), "lon": ("lon", "经度"), "lat": ("lat", "纬度"), "people": ("people", "人口")},
}
#: units of which a table would be off by a large factor
_OTHER_UNIT: Final = re.compile(
    r"小时|钟头|秒|(?<![千公])米|hours?\b|seconds?\b|(?<!kilo)met(?:er|re)s?\b|[(_ ](?:h|hr|hrs|s|sec|m)\)?$",
    re.IGNORECASE,
)
_NOTHING: Final = frozenset({"", "na", "n/a", "nan", "null", "-", "--", "—", "——", "…", "/", "无", "未知"})
_MAX_LON: Final = 180.0
_MAX_LAT: Final = 90.0


@dataclass(frozen=True, eq=False)
class Draft:
    """
    A checked file that is to be kept.

    `table` has `origin`, `site`, `cost` (minutes or km, by `unit`) of a table of travel, or `code`, `lon`, `lat`
    (degrees, EPSG:4326), `people` (NA = unknown), `area_code` of points. `blank` counts rows of pairs without a number:
    they are left out, as if they were not in the file.
    """

    kind: Kind
    unit: Unit
    file: str
    original: bytes
    table: pd.DataFrame
    blank: int = 0


@dataclass(frozen=True)
class Kept:
    """
    What is kept of a user's.

    `left_out` and `limit` say what is known of pairs without a row (`mhgis.measures.distance.matrix`); `added_on` is a
    day, ISO 8601; `sha256` that of the original file.
    """

    kept_id: str
    kind: Kind
    unit: Unit
    title: str
    publisher: str
    file: str
    sha256: str
    added_on: str
    rows: int
    left_out: LeftOut
    limit: float

    def origin(self, lang: Language) -> Origin:
        """Return what a figure made with it names as its source."""
        _ = translator(lang)
        form = _("{title}, travel table: {file}, SHA-256 {sha}, added {day}")
        if self.kind == "points":
            form = _("{title}, points of people: {file}, SHA-256 {sha}, added {day}")
        said = form.format(title=self.title, file=self.file, sha=self.sha256[:_SHOWN], day=self.added_on)
        return Origin(self.kept_id, said, self.publisher, int(self.added_on[:4]), self.title)


def read_matrix(content: bytes, file: str, origins: Collection[str], sites: Collection[str], lang: Language) -> Draft:
    """
    Read a table of travel: origin, destination, minutes or km.

    Parameters
    ----------
    content, file
        The file (CSV, XLSX, Parquet) and its name.
    origins, sites
        Codes that there are: of areas and of points where people are; of areas and of facilities.
    lang
        Language of the faults.

    Raises
    ------
    SchemaError
        If the file cannot be read, lacks a column, names a code that is not there, gives a pair twice, or a number that
        is none; all faults at once.
    """
    name = read.file_name(file)
    return _in_cage("matrix", content, name, lang, frozenset(origins), frozenset(sites))


def _in_cage(kind: Kind, content: bytes, name: str, lang: Language, *known: object) -> Draft:
    return cage.call(
        f"{__name__}:{kind}_in_cage", name, lang, *known, into=lambda answer: _drafted(kind, content, name, answer),
        data=content, limits=read.LIMITS, file=name, lang=lang,
    )  # fmt: skip


def matrix_in_cage(  # noqa: PLR0917 - as the cage hands it over
    content: bytes, name: str, lang: Language, origins: Collection[str], sites: Collection[str], tell: object
) -> Answer:
    """Read a table of travel as `read_matrix` does, in the cage."""
    del tell
    return _packed(_read_matrix(content, name, origins, sites, lang))


def points_in_cage(content: bytes, name: str, lang: Language, shapes: gpd.GeoDataFrame, tell: object) -> Answer:
    """Read points as `read_points` does, in the cage."""
    del tell
    return _packed(_read_points(content, name, shapes, lang))


#: columns of a checked file, and how they leave the cage
_SCHEMAS: Final[dict[Kind, dict[str, str]]] = {
    "matrix": {"origin": "str", "site": "str", "cost": "float64"},
    "points": {"code": "str", "lon": "float64", "lat": "float64", "people": "Float64", "area_code": "str"},
}
_ARROW: Final = {"str": pa.large_string(), "float64": pa.float64(), "Float64": pa.float64()}


def _schema(kind: Kind) -> pa.Schema:
    return pa.schema([(name, _ARROW[dtype]) for name, dtype in _SCHEMAS[kind].items()])


def _packed(draft: Draft) -> Answer:
    table = pa.Table.from_pandas(draft.table, schema=_schema(draft.kind), preserve_index=False)
    return Answer({"unit": draft.unit, "blank": draft.blank}, (table.replace_schema_metadata(),))


def _drafted(kind: Kind, content: bytes, name: str, answer: Answer) -> Draft:
    unit, blank, (table,) = answer.plain["unit"], answer.plain["blank"], answer.tables
    if unit not in get_args(Unit) or not isinstance(blank, int) or not table.schema.equals(_schema(kind)):
        message = "what came out of the cage is no table that was read"
        raise ValueError(message)
    columns = {
        column: pd.array(table[column].to_numpy() if dtype != "Float64" else table[column].to_pylist(), dtype=dtype)
        for column, dtype in _SCHEMAS[kind].items()
    }
    return Draft(kind, unit, name, content, pd.DataFrame(columns), blank)


def _read_matrix(content: bytes, name: str, origins: Collection[str], sites: Collection[str], lang: Language) -> Draft:
    _ = translator(lang)
    found, columns = _columns("matrix", content, name, lang)
    unit: Unit = "min" if "min" in columns else "km"
    heading = found.names[columns[unit]]
    if _OTHER_UNIT.search(heading):
        said = _("a column “{name}”").format(name=heading)
        todo = _("Convert the numbers, name the column minutes or km, and load the file again.")
        where = column_letter(columns[unit])
        raise SchemaError([Fault(name, found.row, where, said, _("minutes or km"), todo)])
    origin, site = (found.body[columns[part]].fillna("").str.strip() for part in ("origin", "site"))
    cost, is_blank, is_wrong = _numbers(found.body[columns[unit]])
    faults = _Faults(name, found, columns, lang)
    faults.add("origin", ~origin.isin(set(origins)), _("the code of an area or of a point that is kept here"))
    faults.add("site", ~site.isin(set(sites)), _("the code of an area or of a facility of the dataset shown"))
    faults.add(unit, is_wrong | cost.lt(0), _("a number from 0 up, or nothing"))
    pairs = pd.DataFrame({"origin": origin, "site": site, "cost": cost})
    faults.add("site", pairs.duplicated(["origin", "site"], keep="first"), _("each pair once"))
    faults.throw()
    return Draft(
        "matrix", unit, name, content, pairs[~is_blank].reset_index(drop=True).astype({"cost": "float64"}),
        int(is_blank.sum()),
    )  # fmt: skip


def read_points(content: bytes, file: str, shapes: gpd.GeoDataFrame, lang: Language) -> Draft:
    """
    Read points where people live: code, longitude, latitude, people.

    Parameters
    ----------
    content, file, lang
        As for `read_matrix`.
    shapes
        `area_code`, `geometry` (EPSG:4326) of the finest areas, in which the points must lie.

    Raises
    ------
    SchemaError
        If the file cannot be read, lacks a column, gives a code twice, a place outside every area, or a number that is
        none; all faults at once.
    """
    name = read.file_name(file)
    return _in_cage("points", content, name, lang, shapes)


def _read_points(content: bytes, name: str, shapes: gpd.GeoDataFrame, lang: Language) -> Draft:
    _ = translator(lang)
    found, columns = _columns("points", content, name, lang)
    code = found.body[columns["code"]].fillna("").str.strip()
    (lon, no_lon, bad_lon), (lat, no_lat, bad_lat) = (_numbers(found.body[columns[part]]) for part in ("lon", "lat"))
    people, _blank, bad_people = _numbers(found.body[columns["people"]])
    faults = _Faults(name, found, columns, lang)
    faults.add("code", code.eq("") | code.duplicated(keep="first"), _("each point once, with a code"))
    off_lon, off_lat = no_lon | bad_lon | lon.abs().gt(_MAX_LON), no_lat | bad_lat | lat.abs().gt(_MAX_LAT)
    faults.add("lon", off_lon, _("degrees of longitude, such as 103.83"))
    faults.add("lat", off_lat, _("degrees of latitude, such as 36.06"))
    faults.add("people", bad_people | people.lt(0), _("a number of people from 0 up, or nothing"))
    placed = ~(off_lon | off_lat)
    at = PointIndex(shapes).locate(lon.where(placed).to_numpy("float64"), lat.where(placed).to_numpy("float64"), 0.0)
    area = pd.Series(np.where(at.shape < 0, "", shapes["area_code"].to_numpy()[at.shape]), code.index, dtype="str")
    faults.add("lon", placed & area.eq(""), _("a place inside an area of the map"),
               _("See whether longitude and latitude are exchanged."))  # fmt: skip
    faults.add("code", area.ne("") & code.isin(set(shapes["area_code"])) & (code != area),
               _("no code of another area than the one the point lies in"))  # fmt: skip
    faults.throw()
    table = pd.DataFrame({"code": code, "lon": lon, "lat": lat, "people": people.astype("Float64"), "area_code": area})
    return Draft("points", "", name, content, table.reset_index(drop=True).astype({"lon": "float64", "lat": "float64"}))


@dataclass(frozen=True, eq=False)
class _Rows:
    """The rows of a table below its header: text by row number, columns by position; `row` is the header's number."""

    names: tuple[str, ...]
    row: int
    body: pd.DataFrame


def _columns(kind: Kind, content: bytes, file: str, lang: Language) -> tuple[_Rows, dict[str, int]]:
    # a table of travel has millions of rows of one form, so its header is all that is looked for
    tried = [
        (_parts(kind, sheet.cells.loc[number]), int(number), sheet.cells)
        for sheet in read.read(content, file, lang=lang).sheets
        for number in sheet.cells.index[:_HEADER_ROWS]
    ]
    if not tried:
        _ = translator(lang)
        raise SchemaError([Fault(file, None, None, _("nothing"), _("a table with a header and rows"))])
    columns, row, cells = max(tried, key=lambda one: len(one[0]))
    lacking = [
        names
        for part, names in HEADINGS[kind].items()
        if part not in columns and not _OTHER.get(part, frozenset()) & columns.keys()
    ]
    if lacking:
        _ = translator(lang)
        at = 0 if lang == "en" else 1
        raise SchemaError([
            Fault(file, row, None, _("no column “{name}”").format(name=names[at]),
                  _("columns {names}").format(names=", ".join(one[at] for one in HEADINGS[kind].values())),
                  _("Name the column so, and load the file again."))
            for names in lacking
        ])  # fmt: skip
    names = tuple(map(str, cells.loc[row].fillna("")))
    return _Rows(names, row, cells.loc[row + 1 :].dropna(how="all")), columns


def _parts(kind: Kind, headings: pd.Series) -> dict[str, int]:
    columns: dict[str, int] = {}
    for position, heading in enumerate(headings.fillna("").astype(str)):
        raw = re.sub(r"[_\s]+", " ", heading).strip().lower()
        known = {normal_name(heading), raw}
        part = next((part for part, names in _NAMES[kind].items() if names & known), None)
        if part is None and kind == "matrix":
            part = "min" if re.search(r"分钟|\bmin", raw) else "km" if re.search(r"公里|千米|\bkm\b", raw) else None
        if part is not None:
            columns.setdefault(part, position)
    return columns


#: a column that may stand for another
_OTHER: Final[dict[str, frozenset[str]]] = {"min": frozenset({"km"})}


def _numbers(text: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return numbers, which cells hold nothing, and which hold no number."""
    plain = text.fillna("").str.replace(r"[,，\s]", "", regex=True)
    is_blank = plain.str.lower().isin(_NOTHING)
    number = pd.to_numeric(plain.mask(is_blank), errors="coerce").astype("float64")
    number = number.where(np.isfinite(number))
    return number, is_blank, number.isna() & ~is_blank


class _Faults:
    """Collects what is wrong with a table, told by row and column as an office program shows them."""

    def __init__(self, file: str, table: _Rows, columns: Mapping[str, int], lang: Language) -> None:
        self.file, self.table, self.columns, self.lang = file, table, columns, lang
        self.faults: list[Fault] = []

    def add(self, part: str, wrong: pd.Series, expected: str, todo: str = "") -> None:
        _, at = translator(self.lang), self.columns[part]
        for row, text in self.table.body.loc[wrong.to_numpy(bool), at].items():
            said = _("nothing") if pd.isna(text) else repr(str(text))
            self.faults.append(Fault(self.file, int(str(row)), column_letter(at), said, expected, todo))

    def throw(self) -> None:
        if self.faults:
            raise SchemaError(self.faults)


def folder() -> Path:
    """Return where they are kept."""
    return paths.data() / "local" / "travel"


def keep(
    draft: Draft, title: str, publisher: str, added_on: str, *, left_out: LeftOut = "unknown", limit: float = 0.0
) -> Kept:
    """
    Keep a checked file, whole or not at all.

    What is kept already stays as it is: the same content said of in the same way has the same id.

    Raises
    ------
    StorageError
        If it cannot be written; nothing was changed.
    """
    sha = hashlib.sha256(draft.original).hexdigest()
    said: dict[str, Any] = {
        "kind": draft.kind, "unit": draft.unit, "title": title, "publisher": publisher, "file": draft.file,
        "sha256": sha, "rows": len(draft.table), "left_out": left_out if draft.kind == "matrix" else "unknown",
        "limit": limit if left_out == "beyond" else 0.0,
    }  # fmt: skip
    kept_id = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:_ID_LETTERS]
    made = Kept(kept_id, added_on=added_on, **said)
    with _changing() as at:
        if (at / kept_id).is_dir():
            return load(kept_id)
        part = Path(tempfile.mkdtemp(dir=at / _PARTS))
        try:
            filled = part / kept_id
            filled.mkdir()
            (filled / ORIGINAL).write_bytes(draft.original)
            draft.table.to_parquet(filled / TABLE, index=False)
            (filled / MANIFEST).write_text(json.dumps(asdict(made), ensure_ascii=False, indent=1) + "\n", "utf-8")
            files.put_folder(filled, at / kept_id)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return made


@contextmanager
def _changing() -> Iterator[Path]:
    at = folder()
    try:
        (at / _PARTS).mkdir(parents=True, exist_ok=True)
        with files.alone(at / _LOCK):
            yield at
    except OSError as error:
        if isinstance(error, StorageError):
            raise
        message = f"The file could not be kept ({error.strerror}); nothing was changed."
        raise StorageError(message) from error


def kept(kind: Kind) -> tuple[Kept, ...]:
    """Return what is kept of a kind and can be read, by title; see `damaged`."""
    found = [one for folder in _folders() if (one := _read(folder)) is not None]
    return tuple(sorted((one for one in found if one.kind == kind), key=lambda one: (one.title, one.kept_id)))


def damaged() -> tuple[str, ...]:
    """Return the ids of what is kept and cannot be read."""
    return tuple(sorted(folder.name for folder in _folders() if _read(folder) is None))


def _folders() -> list[Path]:
    return [at for at in folder().glob("[!.]*") if KEPT_ID.fullmatch(at.name) and (at / MANIFEST).exists()]


def _read(at: Path) -> Kept | None:
    # None where its manifest says something else, or its table is no Parquet
    try:
        one = Kept(**json.loads((at / MANIFEST).read_text("utf-8")))
        pq.read_schema(at / TABLE)
        f"{one.title}{one.publisher}{one.file}".encode()
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return one if one.kept_id == at.name and one.kind in _NAMES else None


def load(kept_id: str) -> Kept:
    """Return one of them. Raises `UnknownChoiceError` where it is not kept here."""
    if KEPT_ID.fullmatch(kept_id) is None or not (folder() / kept_id / MANIFEST).is_file():
        message = f"There is no travel table and no set of points {kept_id!r} here; it may have been removed."
        raise UnknownChoiceError(message)
    one = _read(folder() / kept_id)
    if one is None:
        message = f"The travel table or set of points {kept_id!r} cannot be read; remove it and load its file again."
        raise UnknownChoiceError(message)
    return one


def table(kept_id: str) -> pd.DataFrame:
    """Return its table, as of `Draft`. Raises `UnknownChoiceError` where it is not kept here."""
    load(kept_id)
    return _table(folder() / kept_id / TABLE)


@lru_cache(maxsize=_TABLES_KEPT)
def _table(file: Path) -> pd.DataFrame:
    return pd.read_parquet(file)


def remove(kept_id: str) -> None:
    """Remove one for good. Raises `UnknownChoiceError` where it is not kept here."""
    with _changing() as at:
        load(kept_id)
        part = Path(tempfile.mkdtemp(dir=at / _PARTS))
        (at / kept_id).rename(part / kept_id)
        files.sync(at)
        shutil.rmtree(part)


LEFT_OUT_NAMES: Final[dict[LeftOut, str]] = {
    "unknown": N_("nothing is known of it"),
    "further": N_("further than those given from the same place"),
    "beyond": N_("further than a limit"),
}
