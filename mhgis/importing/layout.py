"""
Where in a sheet the table is: its header, its rows, and what stands around them.

Titles, units, notes, blank rows and headers that come again are left out with the reason; rows that add up others are
kept apart. A row is never dropped in silence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from mhgis.errors import UnreadableError
from mhgis.i18n import Language, translator
from mhgis.importing import refusals
from mhgis.importing.columns import field_of, is_rate, normal_name
from mhgis.importing.header_words import SOME_AREA
from mhgis.importing.types import Field, Sheet, Table, Workbook

#: marks a row of a template that is an example; such rows are never loaded
EXAMPLE_MARKS: Final = ("【示例】", "[Example]")

#: rows looked at for a header
_HEAD_ROWS: Final = 60
_MOST_HEADER_ROWS: Final = 4
#: columns in which a row says that it is a total
_FIRST_COLUMNS: Final = 3
_LONGEST_LABEL: Final = 40
_LONGEST_NAME: Final = 60
_LEAST_COLUMNS: Final = 2
#: numbers under the header, such as 1 2 3
_LEAST_NUMBERED: Final = 3
#: share of the header that a row has to say again
_ALIKE: Final = 0.8

_NUMERIC: Final = re.compile(r"[-+]?[\d０-９][\d０-９,，.．\s]*%?|[-–—…/]+|\.{2,}|[<＜]\s*\d+|\d{4}[-/年]\d{1,2}.*")
_UNIT: Final = re.compile(
    r"[(（\[]?\s*(?:[十百千万亿]?\s*(?:个|张|人|名|家|所|间|位|次|户|元|床|岁|天|年|平方公里|公里)(?:\s*/\s*\S+)?|[%‰]|[万千]|"
    r"numbers?|no\.?|n|beds?|persons?|people|count|°|度|km2?|years?|units?|each|thousands?)\s*[)）\]]?",
    re.IGNORECASE,
)
_STATED_UNIT: Final = re.compile(
    r"(?:计量)?单位\s*[:：]|units?\s*:|表\s*号|制定机关|填报(?:单位|日期)|有效期", re.IGNORECASE
)
_BARE_YEAR: Final = re.compile(r"(?:19[5-9]|20\d)\d(?:\.0)?年?")
_ORDINALS: Final = "甲乙丙丁戊己庚辛"
_TOTAL_WORDS: Final = (
    r"合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|合計|總計|小計|共計|"
    r"(?:全国|全省|全市|全县|全区|全州|全盟|全旗|全境|全國|全縣|全區)(?:合计|总计|平均)?|"
    r"[省市州县区]级?(?:直|本级|直属|直管)(?:单位|机构)?|其他地区|"
    r"平均|均值|(?:grand |sub ?-?)?totals?(?: number)?|sum|overall|all areas|average|mean"
)
_TOTAL: Final = re.compile(
    rf"\s*(?:{_TOTAL_WORDS})\s*[:：]?\s*|.{{0,20}}(?:合\s*计|总\s*计|小\s*计|共\s*计|合計|總計|小計|共計)\s*[:：]?|"
    r"(?:grand |sub-?)?totals?(?:\s*[,:(，（]| (?:for|of|in) ).{0,30}|.{0,30}[ ,(](?:sub-?)?totals?\)?",
    re.IGNORECASE,
)
#: a row that says that the table goes on
_CONTINUED: Final = r"(?i)[(（\s]*(?:续\s*表|接\s*上\s*表|table continued|continued).{0,20}"
#: blanks that set Chinese characters apart
_GAPS: Final = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
#: fast over many texts: anything `_TOTAL` can match holds one of these
_TOTAL_HINT: Final = r"(?i)计|計|全|均|直|本级|其他|total|sum|overall|all areas|average|mean"
_PART_HINT: Final = r"(?i)其|of which|thereof"
_NOTE_HINT: Final = (
    r"(?i)注|说明|註|說明|来源|來源|填表|制表|审核|复核|负责人|填报|日期|电话|时间|note|source|remark|prepared"
)
#: fields in whose columns a total says that it is one
_LABELS: Final[frozenset[Field]] = frozenset(
    {"name", "code", "province", "prefecture", "county", "facility_id", "address", "year"}
)
_PART: Final = re.compile(r"\s*(?:其\s*中|of which|thereof)\s*[:：,]?.*", re.IGNORECASE)
_NOTE: Final = re.compile(
    r"\s*[*＊※]?\s*(?:注\d*|附注|备注|说明|註|備註|說明|资料来源|数据来源|來源|来源|填表人|制表人?|审核人?|复核人?|单位负责人|统计负责人|"
    r"填报人|报出日期|联系电话|打印(?:时间|日期)|制表(?:时间|日期)|"
    r"notes?|sources?|remarks?|prepared by|footnotes?|data source)\s*\d*\s*[:：.、].*",
    re.IGNORECASE | re.DOTALL,
)
_NOTE_MARK: Final = re.compile(r"\s*(?:[*＊※†①-⑳]|\[\d+\]|\(\d+\)|（\d+）)\s*\S.{8,}", re.DOTALL)
_LONG_NOTE: Final = 30
_NOTE_CELLS: Final = 3


#: texts of a row by position
Row = list[str | None]


@dataclass(frozen=True)
class _Header:
    rows: tuple[int, ...]
    names: tuple[str, ...]
    numbering: tuple[int, ...]


def find_table(sheet: Sheet, header_row: int | None = None, *, lang: Language = "en") -> Table:
    """
    Find the table in a sheet.

    Parameters
    ----------
    sheet
        As `read` gives it.
    header_row
        The first row of the header, if someone knows better.
    lang
        Language of the error.

    Returns
    -------
    table
        Its header, of several rows if need be, and its rows; totals, and every row that is no part of it.

    Raises
    ------
    SchemaError
        If the sheet has no header with rows below it.
    """
    head = _head(sheet.cells)
    if sheet.cells.shape[1] < _LEAST_COLUMNS or not head:
        raise _no_table(sheet, lang)
    first = header_row if header_row in sheet.cells.index else _header_row(head)
    if first is None:
        raise _no_table(sheet, lang)
    header = _header(sheet.cells, first, chosen=header_row is not None)
    table = _table(sheet, header)
    if table.body.empty and table.totals.empty and not (table.left_out["why"] == "example").any():
        raise _no_table(sheet, lang)
    return table


def is_total(text: str) -> bool:
    """Say whether a row that begins with a text adds up others, or is of more than one area."""
    plain = _GAPS.sub("", text)
    return len(plain) <= _LONGEST_LABEL and _TOTAL.fullmatch(plain) is not None


def rank_sheets(workbook: Workbook) -> tuple[Sheet, ...]:
    """Return the sheets, the likeliest to hold the table first: by fields recognised, visibility, then rows."""
    order = {id(sheet): number for number, sheet in enumerate(workbook.sheets)}
    return tuple(sorted(workbook.sheets, key=lambda sheet: (*(-one for one in _rank(sheet)), order[id(sheet)])))


def best_sheet(workbook: Workbook, *, lang: Language = "en") -> Sheet:
    """
    Return the sheet that is likeliest to hold the table.

    Raises
    ------
    SchemaError
        If the file has no sheet with anything in it.
    """
    ranked = [sheet for sheet in rank_sheets(workbook) if not sheet.cells.empty]
    if not ranked:
        _ = translator(lang)
        raise refusals.refuse(
            workbook.file,
            _("the file is empty"),
            _("a table with a header and rows"),
            _("See whether the file was saved and copied completely."),
            lang=lang,
        )
    return ranked[0]


def _rank(sheet: Sheet) -> tuple[int, int, int]:
    try:
        table = find_table(sheet)
    except UnreadableError:
        return 0, 0, 0
    fields = {field_of(name)[0] for name in table.names} - {None}
    return len(fields) + (0 if sheet.hidden else 1), len(table.body), 0 if sheet.hidden else 1


def _head(cells: pd.DataFrame) -> dict[int, Row]:
    """Return the first rows that are not blank, by row number."""
    start = cells.iloc[: 20 * _HEAD_ROWS]
    filled = start.loc[start.notna().any(axis=1)].iloc[:_HEAD_ROWS]
    return {int(number): _row(filled, int(number)) for number in filled.index.to_list()}


def _row(cells: pd.DataFrame, number: int) -> Row:
    """Return a row's texts by position, None where there is none; an empty list beyond the sheet."""
    if number not in cells.index:
        return []
    values = cells.loc[[number]].to_numpy(dtype=object)[0].tolist()
    return [" ".join(one.split()) if isinstance(one, str) else None for one in values]


def _no_table(sheet: Sheet, lang: Language) -> UnreadableError:
    _ = translator(lang)
    return refusals.refuse(
        sheet.file,
        _("no table: no row of column names with rows below it"),
        _("a header such as name, county, beds, and a row for each facility or area"),
        _("Choose another sheet or name the header row, or use the template."),
        lang=lang,
        sheet="" if sheet.name == sheet.file else sheet.name,
    )


def _texts(row: Row) -> list[str]:
    return [one for one in row if one is not None]


def _is_numeric(text: str) -> bool:
    return bool(_NUMERIC.fullmatch(text.strip()))


def _header_row(head: dict[int, Row]) -> int | None:
    """Return the row with most names of fields; without any, the first row of words above rows with numbers."""
    numbers = list(head)
    scores = {number: _score(head[number]) for number in numbers[:-1]}
    best = max(scores, key=lambda number: (scores[number], -number), default=None)
    if best is not None and scores[best] >= _LEAST_COLUMNS:
        return best
    widest = max(len(_texts(row)) for row in head.values())
    for number, below in pairwise(numbers):
        texts = _texts(head[number])
        wide = len(texts) >= max(_LEAST_COLUMNS, widest / 2) and len(set(texts)) >= _LEAST_COLUMNS
        if wide and not any(map(_is_numeric, texts)) and any(map(_is_numeric, _texts(head[below]))):
            return number
    return best if best is not None and scores[best] > 0 else None


def _score(row: Row) -> float:
    texts = set(_texts(row))
    if len(texts) < _LEAST_COLUMNS or max(map(len, texts)) > _LONGEST_NAME:
        return 0
    known = {field_of(one)[0] for one in texts} - {None}
    if years := _years_of_header(texts):
        return max(len(known), 1) + 0.5 * years
    rates = sum(is_rate(one) and not _is_numeric(one) for one in texts)
    return len(known) + 0.5 * min(rates, 2) - sum(map(_is_numeric, _texts(row)))


def _years_of_header(texts: set[str]) -> int:
    """Return how many bare years stand beside names of columns; 0 where a row is no header of years."""
    years = {one for one in texts if _BARE_YEAR.fullmatch(one)}
    names = texts - years
    named = any(field_of(one)[0] or SOME_AREA.fullmatch(normal_name(one)) for one in names)
    return len(years) if len(years) >= _LEAST_COLUMNS and named and not any(map(_is_numeric, names)) else 0


def _header(cells: pd.DataFrame, first: int, *, chosen: bool) -> _Header:
    rows = [first]
    if not chosen:
        while len(rows) < _MOST_HEADER_ROWS and _is_upper(_row(cells, rows[0] - 1), _row(cells, rows[0])):
            rows.insert(0, rows[0] - 1)
    while len(rows) < _MOST_HEADER_ROWS and len(_row(cells, rows[-1] + 2)) > 0:
        if not _is_lower(_row(cells, rows[-1]), _row(cells, rows[-1] + 1)):
            break
        rows.append(rows[-1] + 1)
    below = rows[-1] + 1
    numbering = (below,) if _is_numbering(_row(cells, below)) else ()
    return _Header(tuple(rows), _names([_row(cells, number) for number in rows]), numbering)


def _is_upper(above: Row, here: Row) -> bool:
    """Say whether the row above belongs to the header: names over several columns, or over gaps of the row."""
    texts = _texts(above)
    if len(set(texts)) < _LEAST_COLUMNS or any(_is_numeric(one) or _STATED_UNIT.search(one) for one in texts):
        return False
    over_gap = any(one and not two for one, two in zip(above, here, strict=True))
    return over_gap or _spans(above, here)


def _is_lower(here: Row, below: Row) -> bool:
    """Say whether the row below belongs to the header: units, or names under one that spans several columns."""
    texts = _texts(below)
    if not texts or below == here or any(len(one) > _LONGEST_NAME or _is_numeric(one) for one in texts):
        return False
    if all(_UNIT.fullmatch(one) for one in texts):
        return True
    if any(one.startswith(EXAMPLE_MARKS) for one in texts):
        return False
    named = any(field_of(one)[0] for one in texts)
    under_gap = any(two and not one for one, two in zip(here, below, strict=True))
    partly = None in below or any(one and one == two for one, two in zip(here, below, strict=True))
    return (_spans(here, below) and (named or partly)) or (under_gap and named)


def _spans(upper: Row, lower: Row) -> bool:
    """Say whether a name stands over several different ones: merged and filled, or once with gaps after it."""
    filled = _filled(upper)
    pairs = zip(pairwise(filled), pairwise(lower), strict=True)
    return any(one == two and one and left and right and left != right for (one, two), (left, right) in pairs)


def _filled(row: Row) -> Row:
    """Return a row with each gap filled by the text on its left."""
    filled: Row = []
    for one in row:
        filled.append(one if one or not filled else filled[-1])
    return filled


def _is_numbering(row: Row) -> bool:
    texts = [one.strip("()（） ") for one in _texts(row)]
    numbers = [int(one) for one in texts if one.isascii() and one.isdigit() and len(one) < _LEAST_NUMBERED]
    rest = [one for one in texts if not one.isdigit()]
    if not numbers or numbers[0] not in {0, 1} or len(numbers) + len(rest) < len(texts):
        return False
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return False
    in_turn = bool(rest) and rest == list(_ORDINALS[: len(rest)])
    letters = all(one in _ORDINALS or (len(one) == 1 and one.isascii() and one.isalpha()) for one in rest)
    return len(texts) >= _LEAST_NUMBERED and (in_turn or (letters and len(numbers) >= _LEAST_NUMBERED))


def _names(header: list[Row]) -> tuple[str, ...]:
    rows = [list(row) for row in header]
    for place, row in enumerate(rows[:-1]):
        # a gap beside a name takes it where something stands below, as a merged cell saved as CSV does
        for position, text in enumerate(_filled(row)):
            if row[position] is None and any(lower[position] for lower in rows[place + 1 :]):
                row[position] = text
    return tuple(" / ".join(dict.fromkeys(_texts(list(column)))) for column in zip(*rows, strict=True))


def _table(sheet: Sheet, header: _Header) -> Table:
    cells = sheet.cells
    above = cells.loc[: header.rows[0] - 1]
    below = cells.loc[header.rows[-1] + 1 :]
    why = _why(below, [_row(cells, number) for number in header.rows], header)
    totals, none = why == "total", why == ""
    left = pd.concat(
        [
            _left_out(above, np.where(above.isna().all(axis=1), "blank", "title")),
            _left_out(below.loc[~none & ~totals], why[~none & ~totals]),
        ],
        ignore_index=True,
    )
    body = below if none.all() else below.loc[none]
    return Table(sheet, header.rows, header.names, body, below.loc[totals], left)


def _left_out(rows: pd.DataFrame, why: np.ndarray) -> pd.DataFrame:
    texts = [
        " ".join(dict.fromkeys(one for one in row if isinstance(one, str))) for row in rows.itertuples(index=False)
    ]
    return pd.DataFrame(
        {
            "row": pd.Series(rows.index.to_list(), dtype="int64"),
            "why": pd.Series(why.tolist(), dtype="str"),
            "text": pd.Series(texts, dtype="str"),
        }
    )


def _why(rows: pd.DataFrame, header: list[Row], found: _Header) -> np.ndarray:
    """Say why a row is no part of the table: blank, header, example, total, part, note; empty where it is one."""
    why = np.full(len(rows), "", dtype=object)
    if rows.empty:
        return why
    numbers = rows.index.to_list()
    cells = rows.notna().sum(axis=1).to_numpy()
    why[cells == 0] = "blank"
    why[rows.index.isin(found.numbering)] = "header"
    why[_repeated(rows, header)] = "header"
    why[(cells == 1) & _first_text(rows).str.fullmatch(_CONTINUED, na=False).to_numpy()] = "header"
    for position in _label_positions(rows, found.names):
        _mark(why, rows[position], _TOTAL_HINT, _TOTAL, "total")
        _mark(why, rows[position], _PART_HINT, _PART, "part")
    first = _first_text(rows)
    could_be = (cells <= _NOTE_CELLS) | first.str.contains(_NOTE_HINT, na=False).to_numpy()
    for place in np.flatnonzero(could_be & (why == "")):
        texts = _texts(_row(rows, numbers[place]))
        if _is_note(texts) or (place and why[place - 1] == "note" and _goes_on(texts)):
            why[place] = "note"
    for position in range(rows.shape[1]):
        why[rows[position].str.startswith(EXAMPLE_MARKS, na=False).to_numpy()] = "example"
    return why


def _label_positions(rows: pd.DataFrame, names: Sequence[str]) -> list[int]:
    filled = [position for position in range(len(names)) if rows[position].notna().any()]
    return [
        position
        for place, position in enumerate(filled)
        if _is_label(field_of(names[position])[0], early=place < _FIRST_COLUMNS)
    ]


def _is_label(field: Field | None, *, early: bool) -> bool:
    return field in _LABELS or (field is None and early)


def _mark(why: np.ndarray, column: pd.Series, hint: str, pattern: re.Pattern[str], mark: str) -> None:
    for place in np.flatnonzero(column.str.contains(hint, na=False).to_numpy()):
        text = str(column.iloc[place])
        text = _GAPS.sub("", text)
        if not why[place] and len(text) <= _LONGEST_LABEL and pattern.fullmatch(text):
            why[place] = mark


def _repeated(rows: pd.DataFrame, header: list[Row]) -> np.ndarray:
    """Say which rows say what the header says, as they do where pages were joined."""
    again = np.zeros(len(rows), dtype=bool)
    for row in header:
        said = {position: text for position, text in enumerate(row) if text}
        if len(said) < _LEAST_COLUMNS or all(map(_is_numeric, said.values())):
            continue
        equal = np.zeros(len(rows), dtype=int)
        for position, text in said.items():
            equal += rows[position].eq(text).fillna(value=False).to_numpy(dtype=bool)
        again |= equal >= max(_LEAST_COLUMNS, _ALIKE * len(said))
    return again


def _first_text(rows: pd.DataFrame) -> pd.Series:
    first = rows[0]
    for position in range(1, rows.shape[1]):
        if first.notna().all():
            break
        first = first.where(first.notna(), rows[position])
    return first


def _goes_on(texts: list[str]) -> bool:
    """Say whether a row under a note is one more: a numbered line, or a sentence, in one cell."""
    return (
        len(set(texts)) == 1
        and re.fullmatch(r"\s*(?:[(（]?\d{1,2}[)）.、．]|[①-⑳]).+|.{6,}[。.]", texts[0]) is not None
    )


def _is_note(texts: list[str]) -> bool:
    distinct, first = set(texts), texts[0]
    if _NOTE.fullmatch(first):
        return len(distinct) <= 2 * _NOTE_CELLS and not any(map(_is_numeric, distinct - {first}))
    return len(distinct) == 1 and (len(first) > _LONG_NOTE or bool(_NOTE_MARK.fullmatch(first)))
