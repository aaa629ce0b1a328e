"""
What the steps of an import hand on to each other: a file's sheets, the table found in one, its columns, its findings.

`read` makes a `Workbook`, `layout` finds a `Table` in a sheet, `columns` says what each column is, `places` says where
each row is, `values` reads the numbers, `plan` puts it together. Everything is text until `values` reads it; nothing
here is written anywhere. Rows are numbered as an editor shows them: the first line of the file is row 1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

import pandas as pd

from mhgis.indicators import Resource

#: what a column can hold
Field = Literal[
    "facility_id", "name", "kind", "sponsor", "grade",
    "code", "province", "prefecture", "county", "address", "lon", "lat",
    "year", Resource,
]  # fmt: skip
FIELDS: Final[tuple[Field, ...]] = get_args(Field)

#: one row a facility, or one row an area (and year)
Shape = Literal["register", "counts"]

#: `error`: the row cannot be loaded; `question`: someone has to decide; `warning`: loaded, and worth a look
Severity = Literal["error", "question", "warning"]

#: columns of every table of findings; `code` is a stable short name of the kind of fault
FINDING_COLUMNS: Final = ("file", "sheet", "row", "column", "code", "severity", "found", "expected", "todo")

#: how a place was recognised
MatchMethod = Literal[
    "code", "former_code", "name", "former_name", "point", "address", "decision",
]  # fmt: skip

#: columns of every table of matches, on the index of the rows they are for
MATCH_COLUMNS: Final = ("area_code", "level", "method", "confidence", "question", "candidates")


@dataclass(frozen=True)
class Sheet:
    """
    One sheet of a file as it is, before anything is understood.

    `cells` holds text: one row a line of the sheet, indexed by the row number an editor shows (from 1), columns
    numbered from 0, NA where a cell is empty. A merged cell's text stands in each cell it covers. Files with geometry
    have their column names in row 1 and `lon`, `lat` (degrees, EPSG:4326; a point inside the shape) as the last two.
    `hidden` sheets are those an office program does not show.
    """

    file: str
    name: str
    cells: pd.DataFrame
    hidden: bool = False


@dataclass(frozen=True)
class Workbook:
    """A file that was read: its name without folders, kind, SHA-256 and size in bytes, and its sheets."""

    file: str
    kind: str
    sha256: str
    size: int
    sheets: tuple[Sheet, ...]
    findings: pd.DataFrame


@dataclass(frozen=True)
class Table:
    """
    The table found in a sheet.

    `names` are the column names as printed, one a position (several header rows are joined by ` / `); `body` the rows
    of the table, text, with the sheet's row numbers as index and positions as columns; `totals` the rows that add up
    others, kept to be compared and never loaded; `left_out` every other row that is no part of the table: `row`,
    `why` (title, blank, header, note, part, example), `text`. A `part` is a row that begins with "of which".
    """

    sheet: Sheet
    header_rows: tuple[int, ...]
    names: tuple[str, ...]
    body: pd.DataFrame
    totals: pd.DataFrame
    left_out: pd.DataFrame


@dataclass(frozen=True)
class Guess:
    """
    What a column seems to hold.

    `factor` is what its numbers are multiplied by, from a unit in the header such as 万; `confidence` from 0 to 1;
    `why` is a short reason (`name`, `values`, `choice`); of a column that was left out `rate`, `other` (another column
    is the better one for the same field), `ambiguous` (two are equally good), `running` (it numbers the rows),
    `unknown`, `blank`. `kind` is `count`, or `yes_no` for a column that says only whether there is one.
    """

    position: int
    name: str
    field: Field | None
    confidence: float
    why: str
    factor: int = 1
    kind: str = "count"


@dataclass(frozen=True)
class Columns:
    """What each column of a table is; a field is given to one column at most."""

    shape: Shape
    guesses: tuple[Guess, ...]
    positions: Mapping[Field, int] = field(hash=False, default_factory=dict)


def no_findings() -> pd.DataFrame:
    """Return a table of findings without a row."""
    return pd.DataFrame({name: pd.Series(dtype="Int64" if name == "row" else "str") for name in FINDING_COLUMNS})


def as_findings(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Return findings as a table; what a row does not say is missing."""
    found = pd.DataFrame(list(rows), columns=list(FINDING_COLUMNS))
    return found.astype({name: "Int64" if name == "row" else "str" for name in FINDING_COLUMNS})


def column_letter(position: int) -> str:
    """Return what an office program calls a column: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
