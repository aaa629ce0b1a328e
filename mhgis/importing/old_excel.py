"""
Files of Excel 97 to 2003: their sheets, and the cells that hold an error, which the library takes for empty.

The library reserves whatever a file says it needs, and a file can say anything; the cage ends it.
"""

import bisect
import datetime as dt
import io
import re
from typing import Final, Literal, NamedTuple

import python_calamine as calamine

#: what an office program shows of an error, by its code
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
#: the first record of a worksheet in the format of 1997
_SHEET_BEGINS: Final = re.compile(rb"\x09\x08\x10\x00\x00\x06\x10\x00")
#: a cell with an error, or a formula whose result is one: row, column, code
_FAILED: Final = re.compile(
    rb"\x05\x02\x08\x00(..)(..)..([\x00\x07\x0f\x17\x1d\x24\x2a])\x01"
    rb"|\x06\x00..(..)(..)..\x02.([\x00\x07\x0f\x17\x1d\x24\x2a])...\xff\xff",
    re.DOTALL,
)

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
#: top left and bottom right of a merged cell, rows and columns from 0
Range = tuple[tuple[int, int], tuple[int, int]]


class Page(NamedTuple):
    """A sheet: its name, whether it is hidden, its values by row, and its merged cells."""

    name: str
    hidden: bool
    cells: list[list[Value]]
    merged: list[Range]


#: the sheets; their number alone where there are too many; why there are none
Read = list[Page] | int | Literal["protected", "damaged"]


def pages(data: bytes, most_sheets: int) -> Read:
    """
    Read a file.

    Parameters
    ----------
    data
        The file.
    most_sheets
        Sheets that are read at most.

    Returns
    -------
    pages
        A page a sheet; where there are more than `most_sheets` their number alone; `protected` or `damaged` where the
        file cannot be read.
    """
    try:
        with calamine.load_workbook(io.BytesIO(data)) as book:
            sheets = [one for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
            if len(sheets) > most_sheets:
                return len(sheets)
            found = []
            for one in sheets:
                sheet = book.get_sheet_by_name(one.name)
                hidden = one.visible != calamine.SheetVisibleEnum.Visible
                found.append(
                    Page(one.name, hidden, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or [])
                )
            return found
    except calamine.PasswordError:
        return "protected"
    except (calamine.CalamineError, OSError):
        return "damaged"


def failed_cells(data: bytes) -> dict[int, dict[tuple[int, int], str]]:
    """
    Return the cells that hold an error, which the library takes for empty, by number of the sheet, row and column.

    They are looked for among the bytes as they stand, so one whose record lies in two places of the file is not found,
    and another record may look like one: a cell that has a value is none.
    """
    begins = [found.start() for found in _SHEET_BEGINS.finditer(data)]
    cells: dict[int, dict[tuple[int, int], str]] = {}
    for found in _FAILED.finditer(data):
        row, column, code = (one for one in found.groups() if one is not None)
        place = int.from_bytes(row, "little"), int.from_bytes(column, "little")
        cells.setdefault(bisect.bisect(begins, found.start()) - 1, {})[place] = _ERRORS[code[0]]
    return cells
