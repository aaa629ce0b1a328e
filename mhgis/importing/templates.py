"""
Workbooks to fill in: a register with a row a facility, or counts with a row an area, with examples and an explanation.

Example rows begin with a mark in the last column; `layout.find_table` leaves rows with it out, so that a template that
is sent back with its examples loads nothing that is not true. The same call gives the same bytes.
"""

import io
from datetime import UTC, datetime
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from mhgis.i18n import N_, Language, translator
from mhgis.importing.layout import EXAMPLE_MARKS
from mhgis.importing.types import Shape

#: workbooks are dated by this, not by the clock
_DATED: Final = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_HEADING: Final = {"bold": True, "bg_color": "#E3E8ED", "bottom": 1, "text_wrap": True, "valign": "top"}
_EXAMPLE: Final = {"italic": True, "font_color": "#7A828A", "num_format": "@"}
#: widths of columns in characters
_WIDTH, _TEXT_WIDTH = 18, 90
#: rows of the form that are set to text, so that no program turns a code into a number or a date
_TEXT_ROWS: Final = 5_000

_REMARK: Final = N_("Remark")
_AREAS: Final = (
    (N_("Area code"), N_("Six digits, as text. With a code, the names may stay empty.")),
    (N_("Province"), N_("The name as it is written officially; short names are understood, too.")),
    (N_("Prefecture"), N_("The name of the prefecture or city, if there is one.")),
    (N_("County"), N_("The name of the county or district.")),
)
_RESOURCES: Final = (
    (N_("Psychiatric beds in use"), N_("A whole number. 0 means none; leave it empty where nobody knows.")),
    (N_("Number of psychiatrists"), N_("Assistants included. 0 means none; leave it empty where nobody knows.")),
    (N_("Number of psychiatric nurses"), N_("0 means none; leave it empty where nobody knows.")),
)
_YEAR: Final = (N_("Year"), N_("The year the numbers are for, with four digits."))

#: column names and what they hold, message ids
COLUMNS: Final[dict[Shape, tuple[tuple[str, str], ...]]] = {
    "register": (
        (N_("Facility name"), N_("The full name, one row a facility.")),
        (N_("Facility type"), N_("Such as psychiatric hospital, or department of a general hospital.")),
        (N_("Sponsor"), N_("Such as public or private.")),
        (N_("Hospital grade"), N_("Such as level three, if there is one.")),
        *_AREAS,
        (N_("Address"), N_("Helps where code and names are missing.")),
        (N_("Longitude"), N_("Degrees as a decimal number. May stay empty.")),
        (N_("Latitude"), N_("Degrees as a decimal number. May stay empty.")),
        *_RESOURCES,
        _YEAR,
    ),
    "counts": (
        *_AREAS,
        (N_("Number of facilities"), N_("0 means none; leave it empty where nobody knows.")),
        *_RESOURCES,
        _YEAR,
    ),
}
#: made up, and said to be so; a place is one that is in no country
_EXAMPLES: Final[dict[Shape, tuple[tuple[str, ...], ...]]] = {
    "register": (
        (
            N_("Example psychiatric hospital"), N_("Psychiatric hospital"), N_("public"), N_("level three"),
            "000001", N_("Example province"), N_("Example city"), N_("Example county"), N_("1 Example road"),
            "103.8341", "36.0611", "320", "41", "96", "2020",
        ),
        (
            N_("Example general hospital"), N_("Department of a general hospital"), N_("public"), "",
            "000002", N_("Example province"), N_("Example city"), N_("Example district"), "",
            "", "", "0", "2", "", "2020",
        ),
    ),
    "counts": (
        ("000001", N_("Example province"), N_("Example city"), N_("Example county"), "2", "320", "41", "96", "2020"),
        ("000002", N_("Example province"), N_("Example city"), N_("Example district"), "0", "0", "", "<5", "2020"),
    ),
}  # fmt: skip
_RULES: Final = (
    N_("Fill in the first sheet, one row each. Do not merge cells, and leave the names of the columns as they are."),
    N_("Delete the grey example rows. Rows whose remark begins with {mark} are never loaded."),
    N_("0 means that there is none. An empty cell means that nobody knows. Never write 0 for unknown."),
    N_("Where a number must not be known because it is small, write <5."),
    N_("Columns that you do not have may stay empty or be deleted."),
)


def template(shape: Shape, lang: Language) -> bytes:
    """
    Return a workbook to fill in.

    Parameters
    ----------
    shape
        `register`, a row a facility, or `counts`, a row an area.
    lang
        Language of the column names and of the explanation.

    Returns
    -------
    file
        XLSX: the form, with marked examples, and a sheet that explains it.
    """
    _ = translator(lang)
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": _("Form"), "author": "mhgis", "created": _DATED})
        _write_form(book, book.add_worksheet(_("Form")), shape, lang)
        _write_explanation(book, book.add_worksheet(_("Explanation")), shape, lang)
    return file.getvalue()


def _write_form(book: Workbook, sheet: Worksheet, shape: Shape, lang: Language) -> None:
    _ = translator(lang)
    heading, example, text = (book.add_format(one) for one in (_HEADING, _EXAMPLE, {"num_format": "@"}))
    names = [*(_(name) for name, _about in COLUMNS[shape]), _(_REMARK)]
    sheet.set_column(0, len(names) - 1, _WIDTH, text)
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, heading)
    mark = EXAMPLE_MARKS[lang == "en"]
    for row, values in enumerate(_EXAMPLES[shape], 1):
        remark = _("{mark} made up; delete this row").format(mark=mark)
        for column, value in enumerate((*values, remark)):
            if value:
                sheet.write_string(row, column, _(value), example)
    sheet.freeze_panes(1, 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:Z{_TEXT_ROWS}"})


def _write_explanation(book: Workbook, sheet: Worksheet, shape: Shape, lang: Language) -> None:
    _ = translator(lang)
    bold, wrapped = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    for row, rule in enumerate(_RULES):
        sheet.write_string(row, 1, _(rule).format(mark=EXAMPLE_MARKS[lang == "en"]), wrapped)
    for row, (name, about) in enumerate(COLUMNS[shape], len(_RULES) + 1):
        sheet.write_string(row, 0, _(name), bold)
        sheet.write_string(row, 1, _(about), wrapped)
    sheet.set_column(0, 0, 2 * _WIDTH)
    sheet.set_column(1, 1, _TEXT_WIDTH)
