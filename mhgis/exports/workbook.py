"""
A list as an Excel workbook: a sheet of typed cells, and a sheet that says what they are and where they come from.

Pure: the same list gives the same bytes. Text is written as text, so no cell is ever read as a formula.
"""

import io
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Final

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from mhgis.exports.formula_cells import is_formula
from mhgis.exports.listing import LICENCE, SOURCE, Listing
from mhgis.i18n import N_, translator

LIST_SHEET: Final = N_("List")
ABOUT_SHEET: Final = N_("About this list")

#: a number that is a name, such as a year
_PLAIN: Final = "0"
_DECIMALS: Final = 2

#: widths of columns in characters; a Chinese one takes two
_NARROWEST, _WIDEST, _ROWS_MEASURED = 8, 48, 500
_TEXT_WIDTH: Final = 100
#: Excel refuses longer addresses and longer page headers
_LONGEST_LINK, _LONGEST_HEADER = 2_000, 200

_HEADING: Final = {"bold": True, "bg_color": "#E3E8ED", "bottom": 1, "text_wrap": True, "valign": "top"}


def to_xlsx(listing: Listing) -> bytes:
    """
    Write a list as XLSX.

    Returns
    -------
    file
        Sheet one: headings, frozen and with filters, then the rows as seen; numbers are numbers with a format, codes
        and words are text, what is not known is empty. Sheet two: what the list shows, its sources and licences. Dated
        by the build, never by the clock.
    """
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        _ = translator(listing.lang)
        created = datetime.combine(listing.built_on, time(), UTC).replace(tzinfo=None)
        book.set_properties({"title": listing.says("title"), "author": "mhgis", "created": created})
        _write_list(book, book.add_worksheet(_(LIST_SHEET)), listing)
        _write_about(book, book.add_worksheet(_(ABOUT_SHEET)), listing)
    return file.getvalue()


def _write_list(book: Workbook, sheet: Worksheet, listing: Listing) -> None:
    table, heading = listing.table(), book.add_format(_HEADING)
    text, quoted = book.add_format(), book.add_format({"quote_prefix": True})
    for column, name in enumerate(table.columns):
        values = table[name]
        sheet.write_string(0, column, str(name), heading)
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            number = book.add_format({"num_format": _number_format(values, str(name), listing)})
            _write_numbers(sheet, column, values, number)
        else:
            _write_texts(sheet, column, values, text, quoted)
        sheet.set_column(column, column, _width([str(name), *values.iloc[:_ROWS_MEASURED].dropna().map(_shown)]))
    last_row, last_column = len(table), max(len(table.columns) - 1, 0)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last_row, last_column)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last_row + 1}"})
    _set_up_print(sheet, listing)


def _write_numbers(sheet: Worksheet, column: int, values: pd.Series, number: Format) -> None:
    known = values.notna().to_numpy()
    for row, value in zip(known.nonzero()[0].tolist(), values[known].tolist(), strict=True):
        sheet.write_number(row + 1, column, value, number)


def _write_texts(sheet: Worksheet, column: int, values: pd.Series, text: Format, quoted: Format) -> None:
    known = values.notna().to_numpy()
    for row, value in zip(known.nonzero()[0].tolist(), map(str, values[known].tolist()), strict=True):
        # quoted, a cell stays text even when it is edited
        sheet.write_string(row + 1, column, value, quoted if is_formula(value) else text)


def _number_format(values: pd.Series, name: str, listing: Listing) -> str:
    default = 0 if pd.api.types.is_integer_dtype(values) else _DECIMALS
    decimals = listing.decimals.get(name, default)
    if decimals is None:
        return _PLAIN
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _shown(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def _width(texts: Iterable[str]) -> int:
    widest = max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text) for text in texts)
    return min(max(widest + 2, _NARROWEST), _WIDEST)


def _set_up_print(sheet: Worksheet, listing: Listing) -> None:
    mark = "" if listing.watermark is None else listing.watermark[1]
    top = f"&L{listing.says('title')[:_LONGEST_HEADER].replace('&', '&&')}"
    foot = f"&L{mark.replace('&', '&&')}&R{listing.says('build')} · {listing.says('date')} · &P/&N"
    sheet.set_header(top)
    sheet.set_footer(foot)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_about(book: Workbook, sheet: Worksheet, listing: Listing) -> None:
    _, heading = translator(listing.lang), book.add_format(_HEADING)
    label, text = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    link = book.add_format({"text_wrap": True, "font_color": "#1F5F99", "underline": 1})
    row = 0
    for row, fact in enumerate(listing.facts):
        sheet.write_string(row, 0, fact.label, label)
        if fact.key == "link" and fact.text.startswith("http") and len(fact.text) <= _LONGEST_LINK:
            sheet.write_url(row, 1, fact.text, link, fact.text)
        else:
            sheet.write_string(row, 1, fact.text, text)
    for column, name in enumerate((SOURCE, LICENCE)):
        sheet.write_string(row + 2, column + 1, _(name), heading)
    for below, (citation, licence) in enumerate(listing.sources, row + 3):
        sheet.write_string(below, 1, citation, text)
        sheet.write_string(below, 2, licence, text)
    sheet.set_column(0, 0, _width([fact.label for fact in listing.facts]))
    sheet.set_column(1, 1, _TEXT_WIDTH)
    sheet.set_column(2, 2, _WIDEST)
