"""
Cells that a spreadsheet would take for a formula, and how they are kept the text they are.

Pure; used by everything that writes cells. Holds no writers.
"""

import re
from typing import Final

#: what makes a spreadsheet read a cell as a formula, in half and full width
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)


def defuse(cell: str) -> str:
    """
    Return a cell that no spreadsheet takes for a formula.

    One that starts like a formula, blanks aside, gets a leading apostrophe, unless it is a number.
    """
    return f"'{cell}" if is_formula(cell) else cell


def is_formula(cell: str) -> bool:
    """Say whether a spreadsheet would read a text as a formula."""
    return cell.lstrip(" ").startswith(_FORMULA_STARTS) and not _NUMBER.match(cell)
