"""
Tables as files that can be handed on: what they show, in what order, and where it comes from, in the file itself.

Pure. A file opens safely in a spreadsheet: no cell of ours is ever read as a formula.
"""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Final

import pandas as pd

#: what makes a spreadsheet read a cell as a formula, in half and full width
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)

#: Excel reads UTF-8 only where the file says so
_BOM: Final = "\ufeff"


def defuse(cell: str) -> str:
    """
    Return a cell that no spreadsheet takes for a formula.

    One that starts like a formula, blanks aside, gets a leading apostrophe, unless it is a number.
    """
    if cell.lstrip(" ").startswith(_FORMULA_STARTS) and not _NUMBER.match(cell):
        return f"'{cell}"
    return cell


def to_csv(rows: pd.DataFrame, head: Sequence[tuple[str, str]] = (), watermark: tuple[str, str] | None = None) -> bytes:
    """
    Write rows as CSV: same rows, same order, same columns.

    Parameters
    ----------
    rows
        What is seen; column names are the headings. A missing value becomes an empty cell.
    head
        What the table shows, as (name, text); each is written above the headings on a line that starts with `#`.
    watermark
        Heading and text of a last column that says on every row what the figures are; for modelled figures.

    Returns
    -------
    file
        UTF-8 with a byte-order mark, lines ended as RFC 4180 has them.
    """
    shown = rows if watermark is None else rows.assign(**{watermark[0]: watermark[1]})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows((f"# {name}", defuse(said)) for name, said in head)
    writer.writerow([defuse(str(name)) for name in shown.columns])
    columns = [[_cell(value) for value in shown[name].array] for name in shown.columns]
    writer.writerows(zip(*columns, strict=True))
    return (_BOM + text.getvalue()).encode("utf-8")


def _cell(value: object) -> str:
    # a whole number that a float carries is written as the whole number it is
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return defuse(str(value))


def file_name(parts: Sequence[str], on: date, suffix: str) -> str:
    """Return a file name made of plain letters, digits and hyphens, with the date: `mhgis-gaps-...-2026-11-22.csv`."""
    plain = [re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-").lower() for part in parts]
    return "-".join(["mhgis", *(part for part in plain if part), on.isoformat()]) + f".{suffix}"
