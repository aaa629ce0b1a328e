"""
Tables as files that can be handed on: what they show, in what order, and where it comes from, in the file itself.

Pure. A file opens safely in a spreadsheet: no cell of ours is ever read as a formula.
"""

import csv
import io
import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from mhgis.exports.formula_cells import defuse
from mhgis.exports.listing import Listing

#: Excel reads UTF-8 only where the file says so
_BOM: Final = "\ufeff"


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


def plain_values(rows: pd.DataFrame) -> list[dict[str, object]]:
    """Return rows as plain Python values by heading: int, float, bool or str; None where not known."""
    columns = {str(name): [_plain(value) for value in rows[name].array] for name in rows.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(value: object) -> object:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    return value.item() if isinstance(value, np.generic) else value


def to_json(listing: Listing) -> bytes:
    """
    Write a list as JSON.

    Returns
    -------
    file
        UTF-8: `about` says what the list shows and where it comes from, `rows` are the rows as seen, by heading, null
        where not known.
    """
    said = json.dumps(listing.about(), ensure_ascii=False, allow_nan=False)
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, allow_nan=False) for row in plain_values(listing.table()))
    return f'{{"about": {said}, "rows": [\n{rows}\n]}}\n'.encode()


def file_name(parts: Sequence[str], on: date, suffix: str) -> str:
    """Return a file name made of plain letters, digits and hyphens, with the date: `mhgis-gaps-...-2026-11-22.csv`."""
    plain = [re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-").lower() for part in parts]
    return "-".join(["mhgis", *(part for part in plain if part), on.isoformat()]) + f".{suffix}"
