"""
The sourced tables of a data pack: a reader that finds every fault before it complains.

What each must look like is in `etl.schemas`. Faults of shape, type and domain come first, with row and column; only a
folder without any is compared with its recorded checksums, where it has a record. Reading never writes. Holds no
corrections and no renaming: see `etl.harmonise`.
"""

import csv
import hashlib
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

from etl import pack
from etl.boundaries import source_file
from etl.schemas import SCHEMAS, Column, Schema
from mhgis.errors import Fault, SchemaError

CHECKSUMS: Final = "checksums.csv"
#: the reviewed numbers of published rows; a pack that has them has a record of its tables too
ROW_COUNTS: Final = "row_counts.csv"
_CHECKSUM_COLUMNS: Final = ("file", "sha256", "rows")
_ACCEPT: Final = (
    "Read the change; if it is meant, record it with `mhgis accept-tables`, else restore the file from git."
)
_RESTORE: Final = "Restore the file from git."
_MEND: Final = "Mend the value, or restore the file from git."

_WHOLE: Final = re.compile(r"-?\d+")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
#: a message quotes no more of a cell than this
_QUOTED: Final = 40


@dataclass(frozen=True)
class _Parsed:
    """A table as text: cells by column, and the line of the file each row starts on."""

    cells: dict[str, list[str]]
    lines: list[int]


def read(name: str, folder: Path) -> pd.DataFrame:
    """
    Read one table, checked against its schema, the tables it refers to and its checksum.

    Parameters
    ----------
    name
        A key of `SCHEMAS`.
    folder
        The folder of the tables.

    Returns
    -------
    table
        The columns of the schema; whole numbers Int64, others Float64, flags boolean, the rest text; NA = not known.

    Raises
    ------
    SchemaError
        With every fault of this table; see `read_all`.
    """
    referred = _referred(SCHEMAS[name])
    return _read([SCHEMAS[name], *(SCHEMAS[other] for other in referred if other != name)], folder)[name]


def read_all(folder: Path) -> dict[str, pd.DataFrame]:
    """
    Read every table; one that the pack leaves out comes without a row.

    Raises
    ------
    SchemaError
        With every fault of every table: a missing, unreadable or cut file, wrong columns, text where a number belongs,
        values outside their domain, unknown area codes or sources, duplicate keys; and where there is none of these,
        the files that are not the ones last accepted.
    """
    return _read(list(SCHEMAS.values()), folder)


def digest(folder: Path) -> str:
    """Return one SHA-256 over the bytes of all tables, so that a build can tell whether any has changed."""
    total = hashlib.sha256()
    for name in sorted(SCHEMAS):
        path = folder / f"{name}.csv"
        total.update(f"{path.name}\0{_sha256(path) if path.is_file() else 'missing'}\n".encode())
    return total.hexdigest()


def accept(folder: Path) -> list[str]:
    """
    Record the checksums of all tables after a reviewed change.

    Returns
    -------
    changed
        The names of the files whose record is new or different.

    Raises
    ------
    SchemaError
        If any table has a fault; nothing is written then.
    """
    tables = _check(list(SCHEMAS.values()), folder)
    before = _recorded(folder)
    now = {
        f"{name}.csv": (_sha256(folder / f"{name}.csv"), len(table))
        for name, table in sorted(tables.items())
        if (folder / f"{name}.csv").is_file()
    }
    with (folder / CHECKSUMS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_CHECKSUM_COLUMNS)
        writer.writerows((name, sha, rows) for name, (sha, rows) in now.items())
    return [name for name, record in now.items() if before.get(name) != record]


def _read(schemas: list[Schema], folder: Path) -> dict[str, pd.DataFrame]:
    tables = _check(schemas, folder)
    faults = list(_checksum_faults(tables, folder))
    if faults:
        raise SchemaError(faults)
    return tables


def _check(schemas: list[Schema], folder: Path) -> dict[str, pd.DataFrame]:
    country = pack.read(folder)
    faults: list[Fault] = []
    parsed: dict[str, _Parsed] = {}
    recorded = _recorded(folder)
    for schema in schemas:
        file = folder / f"{schema.name}.csv"
        if not (file.is_file() or schema.needed or file.name in recorded):
            parsed[schema.name] = _Parsed({name: [] for name in schema.names}, [])
            continue
        found = _parse(schema, file, faults)
        if found is not None:
            parsed[schema.name] = found
    codes = _codes_of(country, folder, parsed)
    for schema in schemas:
        if schema.name in parsed:
            faults += _row_faults(schema, parsed, _Known(country, codes))
    if faults:
        raise SchemaError(faults)
    return {schema.name: _frame(schema, parsed[schema.name]) for schema in schemas}


@dataclass(frozen=True)
class _Known:
    """What the cells of a pack may name: its levels and regions, and the codes of each level."""

    country: pack.Pack
    codes: Mapping[str, frozenset[str]]


def _codes_of(country: pack.Pack, folder: Path, parsed: Mapping[str, _Parsed]) -> Mapping[str, frozenset[str]]:
    listed = parsed.get("areas")
    if listed is None or not listed.lines:
        return {level: area_codes(level, folder) for level in country.levels[1:]} if country.borders.package else {}
    pairs = list(zip(listed.cells["level"], listed.cells["area_code"], strict=True))
    return {level: frozenset(code for at, code in pairs if at == level) for level in country.levels}


def _referred(schema: Schema) -> list[str]:
    return sorted({column.refers.split(".")[0] for column in schema.columns if column.refers})


# reading text


def _parse(schema: Schema, path: Path, faults: list[Fault]) -> _Parsed | None:
    """Read a file into columns of text; on a fault of the whole file, note that one and return None."""

    def note(row: int | None, column: str | None, found: str, expected: str, todo: str = _RESTORE) -> None:
        faults.append(Fault(path.name, row, column, found, expected, todo))

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        note(None, None, "no such file", f"a table with the columns {', '.join(schema.names)}")
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        note(line, None, f"a byte that is not UTF-8 (0x{error.object[error.start]:02x})", "text in UTF-8",
             "Save the file as UTF-8, or restore it from git.")  # fmt: skip
        return None
    if text and not text.endswith("\n"):
        note(
            text.count("\n") + 1,
            None,
            "a last line without an end, as if the file was cut",
            "a line end after every row",
        )
        return None
    return _rows(schema, text, note)


def _rows(schema: Schema, text: str, note: Callable[..., None]) -> _Parsed | None:
    rows, lines = [], []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        start = reader.line_num + 1
        for row in reader:
            rows.append(row)
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        note(reader.line_num, None, f"quotes that do not close ({error})", "one closing quote for each opening quote")
        return None
    columns = tuple(column.name for column in schema.columns if not column.optional or column.name in header)
    if not _is_header(schema, columns, header, note):
        return None
    if not rows:
        note(None, None, "no row below the header", "at least one row")
        return None
    uneven = [(line, row) for line, row in zip(lines, rows, strict=True) if len(row) != len(columns)]
    for line, row in uneven:
        note(line, None, f"{len(row)} fields", f"{len(columns)} fields: {', '.join(columns)}")
    if uneven:
        return None
    cells = dict.fromkeys(schema.names, [""] * len(rows))
    return _Parsed(cells | dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)), lines)


def _is_header(schema: Schema, columns: tuple[str, ...], header: list[str], note: Callable[..., None]) -> bool:
    missing = [name for name in columns if name not in header]
    extra = [name for name in header if name not in columns]
    for name in missing:
        note(1, name, "no such column", f"the columns {', '.join(schema.names)}")
    for name in extra:
        note(1, name, "a column that is not known", f"the columns {', '.join(schema.names)}")
    if not missing and not extra and tuple(header) != columns:
        note(1, None, f"the columns in the order {', '.join(header)}", f"the order {', '.join(columns)}")
    return tuple(header) == columns


# checking cells


def _row_faults(schema: Schema, parsed: Mapping[str, _Parsed], known: _Known) -> Iterable[Fault]:
    table = parsed[schema.name]
    for column in schema.columns:
        expected_of = _cell_check(column, table, parsed, known)
        for row, (line, cell) in enumerate(zip(table.lines, table.cells[column.name], strict=True)):
            expected = expected_of(row, cell)
            if expected:
                yield Fault(f"{schema.name}.csv", line, column.name, _quote(cell), expected, _MEND)
    yield from _duplicates(schema, table)


def _duplicates(schema: Schema, table: _Parsed) -> Iterable[Fault]:
    first: dict[tuple[str, ...], int] = {}
    keys = zip(*(table.cells[name] for name in schema.key), strict=True)
    for line, key in zip(table.lines, keys, strict=True):
        if key in first:
            found = f"the key {', '.join(key)} of row {first[key]} again"
            yield Fault(
                f"{schema.name}.csv", line, ", ".join(schema.key), found, "each key once",
                "Remove one of the two rows, or mend its key.",
            )  # fmt: skip
        first.setdefault(key, line)


#: row number and cell -> what was expected there, or "" where the cell is good
_Check = Callable[[int, str], str]


def _cell_check(column: Column, table: _Parsed, parsed: Mapping[str, _Parsed], known: _Known) -> _Check:
    good = _value_check(column, table, parsed, known)

    def check(row: int, cell: str) -> str:
        if cell != cell.strip():
            return "a value without spaces around it"
        if not cell:
            return "" if column.nullable else "a value"
        return good(row, cell)

    return check


def _value_check(column: Column, table: _Parsed, parsed: Mapping[str, _Parsed], known: _Known) -> _Check:
    if column.dtype in ("Int64", "Float64"):
        return lambda _, cell: _number_fault(column, cell)
    if column.dtype == "boolean":
        return lambda _, cell: "" if cell in ("true", "false") else "true or false"
    if column.area:
        return _area_check(column.area, table, known.codes)
    allowed, expected = _allowed(column, parsed, known.country)
    if allowed is None:
        return lambda _row, _cell: ""
    split = column.parts
    return lambda _, cell: "" if set(cell.split(";") if split else [cell]) <= allowed else expected


def _number_fault(column: Column, cell: str) -> str:
    """Say what was expected of a number; "" where it is good."""
    whole = column.dtype == "Int64"
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    if (_WHOLE if whole else _NUMBER).fullmatch(cell) and low <= float(cell) <= high:
        return ""
    bounds = {(True, True): f" from {low:g} to {high:g}", (True, False): f" of {low:g} or more"}
    return ("a whole number" if whole else "a number") + bounds.get((low > -math.inf, high < math.inf), "")


def _area_check(area: str, table: _Parsed, codes: Mapping[str, frozenset[str]]) -> _Check:
    if not area.startswith("@"):
        known = codes.get(area, frozenset())
        return lambda _, cell: "" if cell in known else f"the code of a {area} in the boundary set"
    levels = table.cells[area[1:]]

    def check(row: int, cell: str) -> str:
        if cell in codes.get(levels[row], frozenset()):
            return ""
        return f"the code of a {levels[row]} in the boundary set"

    return check


def _allowed(column: Column, parsed: Mapping[str, _Parsed], country: pack.Pack) -> tuple[set[str] | None, str]:
    if column.refers:
        other, name = column.refers.split(".")
        # where the table referred to has faults itself, those are enough to mend first
        values = set(parsed[other].cells[name]) if other in parsed else None
        return values, f"a {name} of {other}.csv"
    if column.region or column.level:
        domain = tuple(country.country.regions) if column.region else country.levels
        return set(domain), f"one of: {', '.join(domain)}" if domain else "nothing: pack.toml has no regions"
    return (set(column.domain), f"one of: {', '.join(column.domain)}") if column.domain else (None, "")


@cache
def area_codes(level: str, folder: Path) -> frozenset[str]:
    """Return the codes of a level in the boundary set that an installed package brings a pack."""
    borders = pack.read(folder).borders
    with source_file(borders, folder, borders.attributes).open(encoding="utf-8-sig", newline="") as file:
        names = {ours: theirs for theirs, ours in borders.columns.items()}
        key = names.get(f"{level}_code", names.get("area_code", ""))
        return frozenset(row[key] for row in csv.DictReader(file))


def _quote(cell: str) -> str:
    if not cell:
        return "an empty cell"
    return f'"{cell}"' if len(cell) <= _QUOTED else f'"{cell[:_QUOTED]}..."'


# typed frames and checksums


def _frame(schema: Schema, table: _Parsed) -> pd.DataFrame:
    return pd.DataFrame({column.name: _series(column, table.cells[column.name]) for column in schema.columns})


def _series(column: Column, cells: list[str]) -> pd.Series:
    filled = [cell or None for cell in cells]
    if column.dtype == "Int64":
        return pd.Series([None if cell is None else int(cell) for cell in filled], dtype="Int64")
    if column.dtype == "Float64":
        return pd.Series([None if cell is None else float(cell) for cell in filled], dtype="Float64")
    if column.dtype == "boolean":
        return pd.Series([None if cell is None else cell == "true" for cell in filled], dtype="boolean")
    return pd.Series(filled, dtype="str")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _recorded(folder: Path) -> dict[str, tuple[str, int]]:
    path = folder / CHECKSUMS
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["file"]: (row["sha256"], int(row["rows"])) for row in csv.DictReader(file)}


def _checksum_faults(tables: Mapping[str, pd.DataFrame], folder: Path) -> Iterable[Fault]:
    if not (folder / CHECKSUMS).is_file() and not (folder / ROW_COUNTS).is_file():
        return  # a pack that was never reviewed as a whole
    if not (folder / CHECKSUMS).is_file():
        yield Fault(CHECKSUMS, None, None, "no such file", "the record of the accepted tables", _RESTORE)
        return
    recorded = _recorded(folder)
    for name, table in tables.items():
        file = f"{name}.csv"
        if not (folder / file).is_file():
            continue
        sha, rows = recorded.get(file, ("", 0))
        if _sha256(folder / file) != sha:
            found = (
                f"{len(table)} rows that are not the ones last accepted" if sha else "a table that was never accepted"
            )
            yield Fault(file, None, None, found, f"the {rows} rows recorded in {CHECKSUMS}", _ACCEPT)
