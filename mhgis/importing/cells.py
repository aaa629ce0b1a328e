"""
Columns of text as every reader hands them on: trimmed, without characters nobody can see, NA where nothing stands.

What was taken out is reported with its cell; a formula that came as text stays text.
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mhgis.i18n import Language, translator
from mhgis.importing import refusals
from mhgis.importing.types import Sheet, as_findings, column_letter, no_findings

#: stands for a NUL byte, which readers of CSV would stop at
NUL_MARK: Final = "\u2400"
#: marks of writing direction, zero-width and control characters, the sign for a character that could not be read
INVISIBLE: Final = (
    r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\x{00AD}\x{061C}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}"
    r"\x{2060}-\x{206F}\x{2400}\x{FEFF}]"
)
_INVISIBLE_PYTHON: Final = re.compile(INVISIBLE.replace(r"\x{", r"\u").replace("}", ""))
REPLACEMENT: Final = "\ufffd"

#: cells of one kind spelled out for a sheet; the rest is only counted
CELLS_SHOWN: Final = 200

_STR: Final = pd.StringDtype(na_value=np.nan)


def sheet_of(
    columns: Sequence[pa.ChunkedArray], file: str, name: str, lang: Language, *, hidden: bool = False
) -> tuple[Sheet, pd.DataFrame]:
    """
    Make a sheet of columns of text.

    Parameters
    ----------
    columns
        One a column, all of one length; null or an empty text where nothing stands.
    file, name
        Names of the file and the sheet.
    lang
        Language of the findings.
    hidden
        Whether the sheet is hidden.

    Returns
    -------
    sheet
        Its rows numbered from 1, without the blank rows and columns at its end.
    findings
        `invisible`, `unreadable_text` and `formula_text`, a row a cell.

    Raises
    ------
    UnreadableError
        If there are more columns or rows than the limits allow.
    """
    cleaned, findings = [], []
    for position, column in enumerate(columns):
        clean, found = _clean(column, position, file, name, lang)
        cleaned.append(clean)
        findings.extend(found)
    while cleaned and cleaned[-1].null_count == len(cleaned[-1]):
        cleaned.pop()
    if len(cleaned) > refusals.MAX_COLUMNS:
        raise refusals.too_wide(file, len(cleaned), lang, name)
    rows = _last_row(cleaned)
    if rows > refusals.MAX_ROWS:
        raise refusals.too_long(file, rows, lang, name)
    series = {
        position: pd.Series(pd.array(column.slice(0, rows), dtype=_STR)) for position, column in enumerate(cleaned)
    }
    cells = pd.DataFrame(series, index=pd.RangeIndex(rows), columns=pd.RangeIndex(len(cleaned)), dtype=_STR)
    cells.index = pd.RangeIndex(1, rows + 1)
    return Sheet(file, name, cells, hidden), as_findings(findings) if findings else no_findings()


def _last_row(columns: Sequence[pa.ChunkedArray]) -> int:
    last = 0
    for column in columns:
        filled = np.flatnonzero(pc.is_valid(column).combine_chunks().to_numpy(zero_copy_only=False))
        last = max(last, int(filled[-1]) + 1 if len(filled) else 0)
    return last


def _clean(
    column: pa.ChunkedArray, position: int, file: str, sheet: str, lang: Language
) -> tuple[pa.ChunkedArray, list[dict[str, object]]]:
    _ = translator(lang)
    column = pc.utf8_trim_whitespace(column)
    where = {"file": file, "sheet": sheet, "column": column_letter(position)}
    findings: list[dict[str, object]] = []
    unseen = pc.match_substring_regex(column, INVISIBLE)
    if pc.any(unseen).as_py():
        findings += [
            where
            | {
                "row": row,
                "code": "invisible",
                "severity": "warning",
                "found": _("{characters} in {text}").format(
                    characters=_names(text), text=repr(_INVISIBLE_PYTHON.sub("", text)[:60])
                ),
                "expected": _("text without characters that cannot be seen"),
                "todo": _("They were taken out. Nothing needs to be done unless the text looks wrong."),
            }
            for row, text in _matching(column, unseen)
        ] + _more(unseen, where, "invisible", lang)
        column = pc.utf8_trim_whitespace(pc.replace_substring_regex(column, INVISIBLE, ""))
    broken = pc.match_substring(column, REPLACEMENT)
    if pc.any(broken).as_py():
        findings += [
            where
            | {
                "row": row,
                "code": "unreadable_text",
                "severity": "error",
                "found": _("characters that could not be read: {text}").format(text=text[:60]),
                "expected": _("text in one encoding throughout, such as UTF-8 or GB18030"),
                "todo": _("Type this cell again in the original, or save the file as XLSX."),
            }
            for row, text in _matching(column, broken)
        ] + _more(broken, where, "unreadable_text", lang)
    formula = pc.starts_with(column, "=")
    if pc.any(formula).as_py():
        findings += [
            where
            | {
                "row": row,
                "code": "formula_text",
                "severity": "warning",
                "found": _("a formula as text: {text}").format(text=text[:60]),
                "expected": _("a value"),
                "todo": _("It was kept as text and never computed. Put the value in its place."),
            }
            for row, text in _matching(column, formula)
        ] + _more(formula, where, "formula_text", lang)
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, column.type), column), findings


def _matching(column: pa.ChunkedArray, hit: pa.ChunkedArray) -> list[tuple[int, str]]:
    rows = _rows(hit)[:CELLS_SHOWN]
    return list(zip((rows + 1).tolist(), column.take(pa.array(rows)).to_pylist(), strict=True))


def _rows(hit: pa.ChunkedArray) -> np.ndarray:
    return np.flatnonzero(pc.fill_null(hit, False).combine_chunks().to_numpy(zero_copy_only=False))  # noqa: FBT003 - positional only


def _more(hit: pa.ChunkedArray, where: dict[str, str], code: str, lang: Language) -> list[dict[str, object]]:
    _ = translator(lang)
    rest = _rows(hit)[CELLS_SHOWN:]
    if not len(rest):
        return []
    return [
        where
        | {
            "row": int(rest[0]) + 1,
            "code": code,
            "severity": "warning",
            "found": _("{n} more cells like these in this column").format(n=f"{len(rest):,}"),
            "expected": "",
            "todo": _("See the rows above."),
        }
    ]


def _names(text: str) -> str:
    seen = dict.fromkeys(_INVISIBLE_PYTHON.findall(text))
    return ", ".join("NUL" if one in {"\0", NUL_MARK} else f"U+{ord(one):04X}" for one in seen)
