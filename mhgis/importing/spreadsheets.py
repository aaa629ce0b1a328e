"""
Excel files as sheets of text: merged cells filled, numbers without a tail, dates said, formulas without a value found.

A number is written as Excel shows it at full length: 12, not 12.0. What a formula was never computed to is NA.
"""

import datetime as dt
import html
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd
import pyarrow as pa
import python_calamine as calamine

from mhgis.i18n import Language, translator
from mhgis.importing import archives, old_excel, refusals
from mhgis.importing.cells import sheet_of
from mhgis.importing.old_excel import Range, Value
from mhgis.importing.types import Sheet, as_findings, column_letter, no_findings

Finding = dict[str, object]
Cells = list[list[Value]]

_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
#: whole numbers above this have lost digits in Excel, which keeps 15
_EXACT: Final = 10**15
#: how far beyond the last value a merged cell is followed
_MARGIN: Final = 200

_TAG: Final = r"<(?:\w+:)?"
_ATTRIBUTES: Final = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SHEET: Final = re.compile(_TAG + r"sheet\s([^>]*)>")
_RELATION: Final = re.compile(_TAG + r"Relationship\s([^>]*)>")
_FULL_RECALCULATION: Final = re.compile(r"""fullCalcOnLoad\s*=\s*["'](?:1|true)["']""")
_FORMULA: Final = re.compile(
    (
        _TAG + r"c\s([^>]*)>\s*" + _TAG + r"f(?:\s[^>]*?)?(?:/>|>([^<]*)</(?:\w+:)?f>)\s*"
        r"((?:<(?:\w+:)?v(?:\s[^>]*)?>[^<]*</(?:\w+:)?v>)?)"
    ).encode()
)
_ERROR_CELL: Final = re.compile(
    (_TAG + r"""c\s([^>]*t\s*=\s*["']e["'][^>]*)>.{0,4000}?<(?:\w+:)?v>([^<]*)</""").encode(), re.DOTALL
)
_FAR_COLUMN: Final = re.compile(rb"""\sr\s*=\s*["']([A-Z]{3,})\d+["']""")
_ROW: Final = re.compile((_TAG + r"""row\s[^>]*?\br\s*=\s*["'](\d+)["']""").encode())
_HIDDEN_ROW: Final = re.compile((_TAG + r"""row\s[^>]*\bhidden\s*=\s*["'](?:1|true)["']""").encode())
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ANNOUNCED: Final = re.compile(rb"""uniqueCount\s*=\s*["']\s*(\d{1,40})""")
_TAIL_BYTES: Final = 2**20


#: the share of sheets before it, then what `old_excel.Page` has
_Page = tuple[float, str, bool, Cells, list[Range]]


@dataclass
class _Facts:
    """What the XML of a sheet says and its values do not; cells by row and column, both from 0."""

    said: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: int = 0


def read_xlsx(
    data: bytes, file: str, lang: Language, progress: Callable[[float, str], None]
) -> tuple[list[Sheet], pd.DataFrame]:
    """
    Read an XLSX file.

    Parameters and errors are those of `text_files.read_text`. A cell whose formula has no stored value holds the
    formula as text. Findings are `merged_number`, `date`, `hidden_sheet`, `hidden_rows` and those of `cells.sheet_of`.
    """
    _ = translator(lang)
    progress(0.05, _("Looking into the workbook"))
    facts = _facts_of(data, file, lang)
    return _read(_sheets(data, file, lang), file, lang, progress, facts)


def read_xls(
    data: bytes, file: str, lang: Language, progress: Callable[[float, str], None]
) -> tuple[list[Sheet], pd.DataFrame]:
    """
    Read a file of Excel 97 to 2003.

    Parameters, findings and errors are those of `read_xlsx`; formulas have their stored values. A cell whose formula
    failed has its error as text, but for the rare file in which it lies in two places: see `old_excel.failed_cells`.
    """
    if _ENCRYPTED_PACKAGE in data:
        raise archives.protected(file, lang)
    _ = translator(lang)
    progress(0.05, _("Looking into the workbook"))
    pages = _old_sheets(data, file, lang)
    failed = old_excel.failed_cells(data)
    facts = {page[1]: _Facts(_where_blank(failed.get(number, {}), page[3])) for number, page in enumerate(pages)}
    return _read(pages, file, lang, progress, facts)


def _where_blank(said: dict[tuple[int, int], str], cells: Cells) -> dict[tuple[int, int], str]:
    return {
        (row, column): text
        for (row, column), text in said.items()
        if row >= len(cells) or column >= len(cells[row]) or cells[row][column] == ""
    }


def _read(
    pages: Iterable[_Page], file: str, lang: Language, progress: Callable[[float, str], None], facts: dict[str, _Facts]
) -> tuple[list[Sheet], pd.DataFrame]:
    sheets, findings = [], [no_findings()]
    for share, name, hidden, cells, merged in pages:
        _ = translator(lang)
        progress(0.1 + 0.9 * share, _("Reading sheet {name}").format(name=name))
        where: Finding = {"file": file, "sheet": name}
        found = _apply(cells, facts.get(name, _Facts()), merged, where, lang)
        columns = [_texts(column) for column in zip(*cells, strict=True)] if cells else []
        for position, column in enumerate(zip(*cells, strict=True)):
            found += _dates(column, position, file, name, lang)
        if hidden and columns:
            found.append(_hidden_sheet(file, name, lang))
        sheet, more = sheet_of(columns, file, name, lang, hidden=hidden)
        sheets.append(sheet)
        findings += [as_findings(found), more]
    return sheets, pd.concat([one for one in findings if len(one)] or [no_findings()], ignore_index=True)


def _old_sheets(data: bytes, file: str, lang: Language) -> list[_Page]:
    found = old_excel.pages(data, refusals.MAX_SHEETS)
    if found == "protected":
        raise archives.protected(file, lang)
    if isinstance(found, str):
        raise refusals.damaged(file, lang)
    pages = [] if isinstance(found, int) else found
    _guard_sheets(file, found if isinstance(found, int) else len(pages), lang)
    return [(number / len(pages), *page) for number, page in enumerate(pages)]


def _sheets(data: bytes, file: str, lang: Language) -> Iterator[_Page]:
    try:
        with calamine.load_workbook(io.BytesIO(data)) as book:
            pages = [one for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
            _guard_sheets(file, len(pages), lang)
            for number, page in enumerate(pages):
                sheet = book.get_sheet_by_name(page.name)
                cells = sheet.to_python(skip_empty_area=False)
                hidden = page.visible != calamine.SheetVisibleEnum.Visible
                yield number / len(pages), page.name, hidden, cells, sheet.merged_cell_ranges or []
    except calamine.PasswordError as error:
        raise archives.protected(file, lang) from error
    except (calamine.CalamineError, OSError) as error:
        raise refusals.damaged(file, lang) from error
    except BaseException as error:
        # the library is in Rust; where it gives up, it raises what is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise refusals.damaged(file, lang) from error


def _apply(cells: Cells, about: _Facts, merged: Sequence[Range], where: Finding, lang: Language) -> list[Finding]:
    """Write into the cells what only the XML knows, and fill merged ones; return what has to be said."""
    findings = [where | _hidden_rows(about.hidden_rows, lang)] if about.hidden_rows else []
    _make_room(cells, [*about.said, *(last for _first, last in merged)])
    for (row, column), text in about.said.items():
        if row < len(cells) and column < len(cells[row]):
            cells[row][column] = text
    left_to_fill = refusals.MAX_CELLS
    for (top, left), (bottom, right) in merged:
        last_row, last_column = min(bottom, len(cells) - 1), min(right, len(cells[0]) - 1) if cells else -1
        left_to_fill -= max(last_row - top + 1, 0) * max(last_column - left + 1, 0)
        if last_row < top or last_column < left or left_to_fill < 0:
            continue
        value = cells[top][left]
        for covered in cells[top : last_row + 1]:
            covered[left : last_column + 1] = [value] * (last_column + 1 - left)
        if last_row > top and isinstance(value, float):
            findings += [
                where | {"row": row + 1, "column": column_letter(left)} | _merged_number(top, last_row, value, lang)
                for row in range(top, last_row + 1)
            ]
    return findings


def _make_room(cells: Cells, places: Sequence[tuple[int, int]]) -> None:
    """Add the empty cells that a formula without a value, or a merged cell, takes beyond the last value."""
    width = len(cells[0]) if cells else 0
    near = [(row, column) for row, column in places if row < len(cells) + _MARGIN and column < width + _MARGIN]
    columns = max((column + 1 for _row, column in near), default=width) - width
    rows = max((row + 1 for row, _column in near), default=len(cells)) - len(cells)
    if columns > 0:
        for one in cells:
            one.extend([""] * columns)
    cells += [[""] * (width + max(columns, 0)) for _ in range(rows)]


def _texts(values: Sequence[object]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array([_text(value) for value in values], type=pa.string())])


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value.encode("utf-8", errors="replace").decode() if value else None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < _EXACT else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _dates(column: Sequence[object], position: int, file: str, sheet: str, lang: Language) -> list[Finding]:
    rows = [row for row, value in enumerate(column, 1) if isinstance(value, dt.date | dt.time | dt.timedelta)]
    if not rows:
        return []
    _ = translator(lang)
    return [
        {
            "file": file,
            "sheet": sheet,
            "row": rows[0],
            "column": column_letter(position),
            "code": "date",
            "severity": "warning",
            "found": _("dates in {n} cells, the first of them {text}").format(
                n=f"{len(rows):,}", text=_text(column[rows[0] - 1])
            ),
            "expected": _("numbers, codes or text, unless these are dates"),
            "todo": _("Excel turns codes such as 3-15 into dates. Set the column to Text and type the codes again."),
        }
    ]


def _hidden_sheet(file: str, sheet: str, lang: Language) -> Finding:
    _ = translator(lang)
    return {
        "file": file,
        "sheet": sheet,
        "code": "hidden_sheet",
        "severity": "warning",
        "found": _("a hidden sheet"),
        "expected": _("sheets that can be seen"),
        "todo": _("It is used only if you choose it."),
    }


def _hidden_rows(rows: int, lang: Language) -> Finding:
    _ = translator(lang)
    return {
        "code": "hidden_rows",
        "severity": "warning",
        "found": _("{n} hidden rows, as a filter leaves them").format(n=f"{rows:,}"),
        "expected": _("rows that can be seen"),
        "todo": _("They are read like all others. Delete them in the file if they do not belong to the table."),
    }


def _merged_number(top: int, bottom: int, value: float, lang: Language) -> Finding:
    _ = translator(lang)
    return {
        "code": "merged_number",
        "severity": "error",
        "found": _("the number {n} in one cell merged over rows {first} to {last}").format(
            n=_text(value), first=top + 1, last=bottom + 1
        ),
        "expected": _("a number of its own in each row"),
        "todo": _("Split the merged cell, and write into each row what belongs to it."),
    }


def _guard_sheets(file: str, sheets: int, lang: Language) -> None:
    if sheets <= refusals.MAX_SHEETS:
        return
    _ = translator(lang)
    raise refusals.refuse(
        file,
        _("{n} sheets").format(n=f"{sheets:,}"),
        _("at most {n} sheets").format(n=refusals.MAX_SHEETS),
        _("Copy the sheet that is needed into a file of its own, and import that."),
        lang=lang,
    )


def _facts_of(data: bytes, file: str, lang: Language) -> dict[str, _Facts]:
    """Measure every part of the workbook, and return what the XML of each sheet says, by the sheet's name."""
    facts: dict[str, _Facts] = {}
    names = archives.members(data, file, lang)
    book = archives.unpack(data, "xl/workbook.xml", file, lang).decode("utf-8", errors="replace")
    relations = "xl/_rels/workbook.xml.rels"
    paths = (
        _paths(archives.unpack(data, relations, file, lang).decode("utf-8", errors="replace"))
        if relations in names
        else {}
    )
    sheets = {paths.get(one.get("r:id", "")): html.unescape(one.get("name", "")) for one in _tags(_SHEET, book)}
    recalculates = bool(_FULL_RECALCULATION.search(book))
    for name in names:
        xml = archives.unpack(data, name, file, lang)
        _guard_strings(xml, file, lang)
        if name in sheets:
            facts[sheets[name]] = _facts_in(xml, file, sheets[name], lang, recalculates=recalculates)
    return facts


def _guard_strings(xml: bytes, file: str, lang: Language) -> None:
    # the library reserves room for as many texts as are announced; each takes some bytes
    if b"uniqueCount" in xml and any(int(one) > len(xml) for one in _ANNOUNCED.findall(xml)):
        raise refusals.damaged(file, lang)


def _tags(pattern: re.Pattern[str], xml: str) -> list[dict[str, str]]:
    return [{key: one or two for key, one, two in _ATTRIBUTES.findall(tag[1])} for tag in pattern.finditer(xml)]


def _paths(relations: str) -> dict[str, str]:
    found = {}
    for one in _tags(_RELATION, relations):
        target = one.get("Target", "")
        found[one.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _facts_in(xml: bytes, file: str, sheet: str, lang: Language, *, recalculates: bool) -> _Facts:
    _guard_extent(xml, file, sheet, lang)
    facts = _Facts(hidden_rows=len(_HIDDEN_ROW.findall(xml)) if b"hidden" in xml else 0)
    if re.search(rb"<(?:\w+:)?f[\s>/]", xml):
        for attributes, formula, value in _FORMULA.findall(xml):
            about = _attributes(attributes)
            # a result that is an empty text is a result; any other empty one was never computed
            if (recalculates or not re.search(rb">[^<]", value)) and about.get("t") != "str":
                facts.said[_place(about)] = "=" + (html.unescape(formula.decode("utf-8", errors="replace")) or "…")
    if b'"e"' in xml or b"'e'" in xml:
        for attributes, text in _ERROR_CELL.findall(xml):
            facts.said.setdefault(_place(_attributes(attributes)), text.decode("utf-8", errors="replace"))
    return facts


def _attributes(tag: bytes) -> dict[str, str]:
    return {key: one or two for key, one, two in _ATTRIBUTES.findall(tag.decode("utf-8", errors="replace"))}


def _place(attributes: dict[str, str]) -> tuple[int, int]:
    found = _REFERENCE.fullmatch(attributes.get("r", ""))
    return (int(found[2]) - 1, column_number(found[1])) if found else (refusals.MAX_CELLS, 0)


def column_number(letters: str) -> int:
    """Return the position of a column from what an office program calls it: A is 0, AA is 26."""
    number = 0
    for one in letters:
        number = 26 * number + ord(one) - ord("A") + 1
    return number - 1


def _guard_extent(xml: bytes, file: str, sheet: str, lang: Language) -> None:
    # one stray cell far out would make every cell between take room
    rows = max((int(one) for one in _ROW.findall(xml[-_TAIL_BYTES:])), default=0)
    far = {one.decode() for one in _FAR_COLUMN.findall(xml)}
    columns = max((column_number(one) + 1 for one in far), default=0)
    if rows * columns > refusals.MAX_CELLS:
        raise refusals.too_wide(file, columns, lang, sheet)
    if rows > refusals.MAX_ROWS:
        raise refusals.too_long(file, rows, lang, sheet)
