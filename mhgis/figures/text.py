"""
How a text stands in a drawing: as it was typed, and broken where a line may be, in both scripts.

Knows no fonts and no widths but full and half.
"""

import unicodedata

from markupsafe import escape

from mhgis import formats


def typed(text: object) -> str:
    """Return a text that Plotly and SVG show as it was typed: what a person or a file wrote is no markup."""
    return str(escape(formats.visible(text)))


def words(text: str) -> list[str]:
    """Split a text into pieces that stay whole: words with the blank after them, ideographs with what closes them."""
    found: list[str] = []
    for c in text:
        closes = unicodedata.category(c) in {"Pe", "Pf", "Po"}
        is_open = bool(found) and unicodedata.category(found[-1][-1]) in {"Ps", "Pi"}
        runs_on = bool(found) and not (is_wide(c) or is_wide(found[-1][-1]))
        if found and not found[-1].endswith(" ") and (closes or c == " " or is_open or runs_on):
            found[-1] += c
        else:
            found.append(c)
    return found


def is_wide(c: str) -> bool:
    """Say whether a character takes the width of an ideograph."""
    return unicodedata.east_asian_width(c) in "WF"
