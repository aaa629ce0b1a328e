"""
A file that was read, as the cage hands it back: names as JSON, cells and findings as Arrow, each checked before use.

What comes out of the cage may have been made by the file itself, so nothing in it is believed: kinds are those there
are, cells are text, rows and columns are within the limits. Name, size and checksum are told by whoever has the bytes.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final, cast, get_args

import numpy as np
import pandas as pd
import pyarrow as pa

from mhgis.cage import Answer
from mhgis.importing import refusals
from mhgis.importing.types import FINDING_COLUMNS, Severity, Sheet, Workbook, as_findings, no_findings

#: kinds of file there are
KINDS: Final = ("csv", "json", "xlsx", "xls", "geojson", "gpkg", "shapefile", "parquet")
_STR: Final = pd.StringDtype(na_value=np.nan)
_FINDINGS: Final = pa.schema([(name, pa.int64() if name == "row" else pa.large_string()) for name in FINDING_COLUMNS])


def pack(book: Workbook) -> Answer:
    """Return a file that was read as plain values: its findings, then a table a sheet."""
    sheets = [[sheet.name, sheet.hidden, len(sheet.cells)] for sheet in book.sheets]
    tables = [_of_findings(book.findings), *(_of_cells(sheet.cells) for sheet in book.sheets)]
    return Answer({"kind": book.kind, "sheets": sheets}, tuple(tables))


def unpack(answer: Answer, file: str, data: bytes) -> Workbook:
    """
    Return the file that plain values hold.

    Parameters
    ----------
    answer
        As `pack` makes it, or whatever has come out of the cage in its place.
    file, data
        The file's name, and its bytes.

    Raises
    ------
    ValueError
        If it is nothing that `pack` makes.
    """
    said, (findings, *tables) = answer.plain, answer.tables
    kind, sheets = said["kind"], said["sheets"]
    _require(kind in KINDS and len(sheets) == len(tables) <= refusals.MAX_SHEETS)
    book = tuple(_sheet(file, about, table) for about, table in zip(sheets, tables, strict=True))
    return Workbook(file, kind, hashlib.sha256(data).hexdigest(), len(data), book, _findings(findings))


def _of_findings(findings: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(findings, schema=_FINDINGS, preserve_index=False).replace_schema_metadata()


def _of_cells(cells: pd.DataFrame) -> pa.Table:
    columns = [pa.array(cells[position], type=pa.large_string()) for position in cells]
    return pa.table(columns, names=[str(position) for position in cells])


def _sheet(file: str, about: Sequence[Any], table: pa.Table) -> Sheet:
    name, hidden, rows = about
    _require(isinstance(name, str) and isinstance(hidden, bool) and isinstance(rows, int))
    _require(0 <= rows <= refusals.MAX_ROWS and table.num_columns <= refusals.MAX_COLUMNS)
    _require(table.num_rows == (rows if table.num_columns else 0))
    return Sheet(file, name, _cells(table.columns, rows), hidden)


def _cells(columns: Sequence[pa.ChunkedArray], rows: int) -> pd.DataFrame:
    _require(all(column.type == pa.large_string() for column in columns))
    series = {at: pd.Series(pd.array(column, dtype=_STR)) for at, column in enumerate(columns)}
    cells = pd.DataFrame(series, index=pd.RangeIndex(rows), columns=pd.RangeIndex(len(columns)), dtype=_STR)
    cells.index = pd.RangeIndex(1, rows + 1)
    return cells


def _findings(table: pa.Table) -> pd.DataFrame:
    _require(table.schema.equals(_FINDINGS) and table.num_rows <= refusals.MAX_ROWS)
    if not table.num_rows:
        return no_findings()
    found = as_findings(cast("list[dict[str, object]]", table.to_pylist()))
    _require(bool(found["severity"].isin(get_args(Severity)).all()))
    return found


def _require(is_so: bool) -> None:  # noqa: FBT001 - it is all there is to say
    if not is_so:
        message = "what came out of the cage is no file that was read"
        raise ValueError(message)
