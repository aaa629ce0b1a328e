"""
Why a file is not read at all: each reason as one sentence in the reader's language, and the limits that are kept.

Limits are those of a machine that serves others too; a national register with a row a facility is far below them.
"""

from typing import Final

from mhgis.errors import Fault, UnreadableError
from mhgis.i18n import Language, translator

#: bytes of a file, and of what it holds once it is unpacked
MAX_BYTES: Final = 512 * 2**20
MAX_UNPACKED_BYTES: Final = 2 * 2**30
#: an honest spreadsheet shrinks to a twentieth at most; a bomb to a thousandth
MAX_RATIO: Final = 250
#: below this a high ratio does no harm: a sheet of equal cells packs very well
HARMLESS_BYTES: Final = 64 * 2**20

MAX_ROWS: Final = 2_000_000
MAX_COLUMNS: Final = 1_000
#: cells of one sheet, empty ones between included
MAX_CELLS: Final = 40_000_000
MAX_SHEETS: Final = 100
#: files in an archive
MAX_MEMBERS: Final = 10_000


def refuse(file: str, found: str, expected: str, todo: str, *, lang: Language, sheet: str = "") -> UnreadableError:
    """Return the error that says what a file is, what was expected and what to do, all already in `lang`."""
    _ = translator(lang)
    where = _("{file}, sheet {sheet}").format(file=file, sheet=sheet) if sheet else file
    sentence = _("{where}: {found}. Expected: {expected}. {todo}").format(
        where=where, found=found, expected=expected, todo=todo
    )
    return UnreadableError(Fault(where, None, None, found, expected, todo), sentence)


def too_wide(file: str, columns: int, lang: Language, sheet: str = "") -> UnreadableError:
    """Refuse a table of more than `MAX_COLUMNS` columns."""
    _ = translator(lang)
    return refuse(
        file,
        _("{n} columns").format(n=f"{columns:,}"),
        _("at most {n} columns").format(n=f"{MAX_COLUMNS:,}"),
        _("Delete the columns that are not needed, and import again."),
        lang=lang,
        sheet=sheet,
    )


def too_long(file: str, rows: int, lang: Language, sheet: str = "") -> UnreadableError:
    """Refuse a table of more than `MAX_ROWS` rows."""
    _ = translator(lang)
    return refuse(
        file,
        _("{n} rows").format(n=f"{rows:,}"),
        _("at most {n} rows").format(n=f"{MAX_ROWS:,}"),
        _("Split the file, for instance by province, and import the parts one after the other."),
        lang=lang,
        sheet=sheet,
    )


def too_big(file: str, size: int, lang: Language) -> UnreadableError:
    """Refuse a file of more than `MAX_BYTES`."""
    _ = translator(lang)
    return refuse(
        file,
        _("a file of {n} MB").format(n=f"{size / 2**20:,.0f}"),
        _("at most {n} MB").format(n=f"{MAX_BYTES / 2**20:,.0f}"),
        _("Split the file, for instance by province, and import the parts one after the other."),
        lang=lang,
    )


def damaged(file: str, lang: Language) -> UnreadableError:
    """Refuse a file that breaks off or contradicts itself."""
    _ = translator(lang)
    return refuse(
        file,
        _("the file is damaged or incomplete"),
        _("a whole file"),
        _("Open it where it was made, save it again, and import the new file."),
        lang=lang,
    )


def bomb(file: str, lang: Language) -> UnreadableError:
    """Refuse an archive that unpacks to far more than it is."""
    _ = translator(lang)
    return refuse(
        file,
        _("unpacked, the file would be far larger than any table"),
        _("at most {n} MB once unpacked").format(n=f"{MAX_UNPACKED_BYTES / 2**20:,.0f}"),
        _("Do not use this file; ask its sender for the table as CSV."),
        lang=lang,
    )
