"""
The faults of an import as files: a list of them, and the table itself with its faulty cells marked, to be corrected.

A corrected copy can be imported as it is: the column that was added is known and passed over. Pure; no cell of a file
that was brought is ever written as a formula.
"""

import io
import re
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from mhgis.errors import Fault, SchemaError
from mhgis.exports import csv_json, formula_cells
from mhgis.i18n import N_, Language, translator
from mhgis.importing.plan import FAULTS_SHEET, PROBLEM, Plan
from mhgis.importing.types import FINDING_COLUMNS, Severity
from mhgis.indicators import RESOURCES

if TYPE_CHECKING:
    from xlsxwriter.format import Format

#: headings of the list of faults
HEADINGS: Final[dict[str, str]] = {
    "file": N_("File"),
    "sheet": N_("Sheet"),
    "row": N_("Row"),
    "column": N_("Column"),
    "code": N_("Kind of fault"),
    "severity": N_("How grave"),
    "found": N_("Found"),
    "expected": N_("Expected"),
    "todo": N_("What to do"),
}
SEVERITIES: Final[dict[Severity, str]] = {
    "error": N_("fault"),
    "question": N_("question"),
    "warning": N_("for your notice"),
}

#: rows of a sheet that an office program can open
MOST_ROWS: Final = 1_048_576
_COLOURS: Final[dict[Severity, str]] = {"error": "#F6B6A8", "question": "#FBE3A2", "warning": "#D9E6F2"}
_SHEET_NAME: Final = 31
_NUMBER: Final = re.compile(r"0|[1-9]\d{0,14}", re.ASCII)
_WIDTH: Final = 60


def table(findings: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """Return findings as they are shown: headings and severities in the language, the same rows in the same order."""
    _ = translator(lang)
    shown = findings[list(FINDING_COLUMNS)].assign(
        severity=findings["severity"].map({key: _(name) for key, name in SEVERITIES.items()})
    )
    return shown.rename(columns={name: _(heading) for name, heading in HEADINGS.items()})


def sentence(finding: pd.Series, lang: Language) -> str:
    """Return a finding as one sentence: where, what was found, what was expected, what to do."""
    _ = translator(lang)
    where = [str(finding["file"])]
    if pd.notna(finding["sheet"]) and finding["sheet"] != finding["file"]:
        where.append(_("sheet {name}").format(name=finding["sheet"]))
    if pd.notna(finding["row"]):
        where.append(_("row {n}").format(n=finding["row"]))
    if pd.notna(finding["column"]):
        where.append(_("column {name}").format(name=finding["column"]))
    comma, colon = ("，", "：") if lang == "zh" else (", ", ": ")
    return comma.join(where) + colon + _short(finding, lang)


def _short(finding: pd.Series, lang: Language) -> str:
    _ = translator(lang)
    found = finding["found"] if pd.notna(finding["found"]) and finding["found"] else _("nothing")
    said = _("found {found}; expected {expected}. {todo}")
    return said.format(found=found, expected=finding["expected"], todo=finding["todo"])


def to_csv(findings: pd.DataFrame, lang: Language) -> bytes:
    """Write findings as CSV: UTF-8 with a byte-order mark, no cell a formula."""
    return csv_json.to_csv(table(findings, lang))


def to_xlsx(plan: Plan, lang: Language, on: date) -> bytes:
    """
    Write the sheet as it was brought, with its faulty cells coloured and a last column that says what is wrong.

    Parameters
    ----------
    plan
        Of the file.
    lang
        Of the sentences.
    on
        The day that is written into the file.

    Returns
    -------
    file
        XLSX. Sheet one has every row where it stood, merged cells filled; counts and years are numbers, all else is
        text. Sheet two lists the faults.

    Raises
    ------
    SchemaError
        If the sheet is longer than an office program can open.
    """
    _ = translator(lang)
    cells = plan.table.sheet.cells
    if len(cells) and int(cells.index[-1]) > MOST_ROWS:
        todo = _("Take the list of faults as CSV instead.")
        raise SchemaError([Fault(plan.workbook.file, None, None, f"{len(cells):,}", f"{MOST_ROWS:,}", todo)])
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"author": "mhgis", "created": datetime.combine(on, time(), UTC).replace(tzinfo=None)})
        list_name = _(FAULTS_SHEET)
        _write_table(book, book.add_worksheet(_sheet_name(plan, list_name)), plan, lang)
        _write_list(book, book.add_worksheet(list_name), plan.findings, lang)
    return file.getvalue()


def _sheet_name(plan: Plan, taken: str) -> str:
    name = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", plan.table.sheet.name)[:_SHEET_NAME].strip(" '")
    return name if name and name.lower() not in {taken.lower(), "history"} else "1"


def _write_table(book: Workbook, sheet: Worksheet, plan: Plan, lang: Language) -> None:
    last = _width(plan)
    marked, numbers = _marked(plan), _number_columns(plan)
    plain = {None: book.add_format()}
    marks: dict[Severity | None, Format] = plain | {
        severity: book.add_format({"bg_color": colour}) for severity, colour in _COLOURS.items()
    }
    quoted = book.add_format({"quote_prefix": True})
    for position in range(last):
        column = plan.table.sheet.cells[position]
        for row, value in column.dropna().items():
            mark = marked.get((_number(row), position))
            if position in numbers and _NUMBER.fullmatch(value):
                sheet.write_number(_number(row) - 1, position, int(value), marks[mark])
            else:
                form = quoted if mark is None and formula_cells.is_formula(value) else marks[mark]
                sheet.write_string(_number(row) - 1, position, value, form)
        for row, at in marked:
            if at == position and pd.isna(column.get(row)):
                sheet.write_blank(row - 1, at, None, marks[marked[row, at]])
    bold = book.add_format({"bold": True, "bg_color": _COLOURS["question"], "text_wrap": True})
    for row in plan.table.header_rows:
        sheet.write_string(row - 1, last, " / ".join(PROBLEM), bold)
    wrapped = book.add_format({"text_wrap": True})
    for row, said in _said(plan.marked, lang).items():
        sheet.write_string(row - 1, last, said, wrapped)
    sheet.set_column(last, last, _WIDTH)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _number(row: object) -> int:
    return int(str(row))


def _width(plan: Plan) -> int:
    """Return the position of the added column: behind the table, or where it stood in a file that has it already."""
    cells = plan.table.sheet.cells
    heading = " / ".join(PROBLEM)
    width = cells.shape[1]
    at = [one for one in range(width) if cells[one].loc[list(plan.table.header_rows)].eq(heading).any()]
    return min([*at, width])


def _number_columns(plan: Plan) -> set[int]:
    wanted = (*RESOURCES, "year")
    return {at for name, at in plan.columns.positions.items() if name in wanted}


def _marked(plan: Plan) -> dict[tuple[int, int], Severity]:
    """Return the gravest severity of each cell at fault, by row number and position."""
    position = {name: at for at, name in reversed(list(enumerate(plan.table.names)))}
    here = plan.marked[plan.marked["row"].notna() & plan.marked["column"].isin(list(position))]
    found: dict[tuple[int, int], Severity] = {}
    # findings are sorted by severity, the gravest first
    for row, column, severity in zip(here["row"], here["column"], here["severity"], strict=True):
        found.setdefault((int(row), position[column]), severity)
    return found


def _said(findings: pd.DataFrame, lang: Language) -> dict[int, str]:
    said: dict[int, list[str]] = {}
    for _at, finding in findings[findings["row"].notna()].iterrows():
        column = f"{finding['column']}: " if pd.notna(finding["column"]) else ""
        said.setdefault(int(finding["row"]), []).append(column + _short(finding, lang))
    return {row: "\n".join(dict.fromkeys(lines))[:32_000] for row, lines in said.items()}


def _write_list(book: Workbook, sheet: Worksheet, findings: pd.DataFrame, lang: Language) -> None:
    heading = book.add_format({"bold": True, "bottom": 1})
    text, quoted = book.add_format(), book.add_format({"quote_prefix": True})
    shown = table(findings, lang)
    for column, name in enumerate(shown.columns):
        sheet.write_string(0, column, str(name), heading)
        for row, value in enumerate(shown[name].array, 1):
            if pd.notna(value):
                said = str(value)
                sheet.write_string(row, column, said, quoted if formula_cells.is_formula(said) else text)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 5, 14)
    sheet.set_column(6, 8, _WIDTH)
