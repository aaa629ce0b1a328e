"""
Columns of text as every reader hands them on: trimmed, without characters nobody can see, NA where nothing stands.

What was taken out is reported with its cell; a formula that came as text stays text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mhgis.i18n import N_, Language, translator
from mhgis.importing import refusals
from mhgis.importing.types import Severity, Sheet, as_findings, column_letter, no_findings

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


@dataclass(frozen=True)
class _Check:
    """Something to be said of a cell: the pattern that finds it, and bytes of which every such text has one."""

    code: str
    severity: Severity
    pattern: str
    hints: tuple[bytes, ...]
    found: str
    expected: str
    todo: str


#: what text with a space at its ends has among its bytes, in UTF-8
_SPACES: Final = (
    *(bytes([one]) for one in b" \t\n\x0b\x0c\x1f\xc2\xe1"),
    b"\xe2\x80",
    b"\xe2\x81\x9f",
    b"\xe3\x80\x80",
)
_CONTROL: Final = bytes({*range(32), 0x7F} - {*b"\t\n\r"})
_UNSEEN: Final = _Check(
    "invisible",
    "warning",
    INVISIBLE,
    (b"\xc2", b"\xd8\x9c", b"\xe1\xa0\x8e", b"\xe2\x80", b"\xe2\x81", b"\xe2\x90\x80", b"\xef\xbb\xbf"),
    N_("{characters} in {text}"),
    N_("text without characters that cannot be seen"),
    N_("They were taken out. Nothing needs to be done unless the text looks wrong."),
)
_CHECKS: Final = (
    _Check(
        "unreadable_text",
        "error",
        REPLACEMENT,
        (REPLACEMENT.encode(),),
        N_("characters that could not be read: {text}"),
        N_("text in one encoding throughout, such as UTF-8 or GB18030"),
        N_("Type this cell again in the original, or save the file as XLSX."),
    ),
    _Check(
        "formula_text",
        "warning",
        "^=",
        (b"=",),
        N_("a formula as text: {text}"),
        N_("a value"),
        N_("It was kept as text and never computed. Put the value in its place."),
    ),
)


def _clean(
    column: pa.ChunkedArray, position: int, file: str, sheet: str, lang: Language
) -> tuple[pa.ChunkedArray, list[dict[str, object]]]:
    where = {"file": file, "sheet": sheet, "column": column_letter(position)}
    # a look at the bytes as a whole spares most columns a look at each cell
    data = b"".join(bytes(chunk.buffers()[2] or b"") for chunk in column.chunks)
    findings: list[dict[str, object]] = []
    if _any_of(_SPACES, data):
        column = pc.utf8_trim_whitespace(column)
    if len(data.translate(None, _CONTROL)) < len(data) or _any_of(_UNSEEN.hints, data):
        findings += _found(column, _UNSEEN, where, lang)
        column = pc.utf8_trim_whitespace(pc.replace_substring_regex(column, INVISIBLE, ""))
    for check in _CHECKS:
        if _any_of(check.hints, data):
            findings += _found(column, check, where, lang)
    blank = pc.equal(column, "")
    if pc.any(blank).as_py():
        column = pc.if_else(blank, pa.scalar(None, column.type), column)
    return column, findings


def _any_of(hints: Sequence[bytes], data: bytes) -> bool:
    # the first byte alone is looked for much faster, and is rare
    return any(one[:1] in data and one in data for one in hints)


def _found(column: pa.ChunkedArray, check: _Check, where: dict[str, str], lang: Language) -> list[dict[str, object]]:
    hit = pc.match_substring_regex(column, check.pattern)
    if not pc.any(hit).as_py():
        return []
    _ = translator(lang)
    said = {"code": check.code, "severity": check.severity, "expected": _(check.expected), "todo": _(check.todo)}
    return [
        {**where, **said, "row": row, "found": _(check.found).format(text=_seen(text), characters=_names(text))}
        for row, text in _matching(column, hit)
    ] + _more(hit, {**where, **said}, lang)


def _seen(text: str) -> str:
    return _INVISIBLE_PYTHON.sub("", text)[:60]


def _matching(column: pa.ChunkedArray, hit: pa.ChunkedArray) -> list[tuple[int, str]]:
    rows = _rows(hit)[:CELLS_SHOWN]
    return list(zip((rows + 1).tolist(), column.take(pa.array(rows)).to_pylist(), strict=True))


def _rows(hit: pa.ChunkedArray) -> np.ndarray:
    return np.flatnonzero(pc.fill_null(hit, False).combine_chunks().to_numpy(zero_copy_only=False))  # noqa: FBT003 - positional only


def _more(hit: pa.ChunkedArray, said: dict[str, object], lang: Language) -> list[dict[str, object]]:
    rest = _rows(hit)[CELLS_SHOWN:]
    if not len(rest):
        return []
    _ = translator(lang)
    found = _("{n} more cells like these in this column").format(n=f"{len(rest):,}")
    return [{**said, "row": int(rest[0]) + 1, "found": found}]


def _names(text: str) -> str:
    seen = dict.fromkeys(_INVISIBLE_PYTHON.findall(text))
    return ", ".join("NUL" if one in {"\0", NUL_MARK} else f"U+{ord(one):04X}" for one in seen)
