"""
From a file to sheets of text: what kind it is by its content, whatever its name says, and the cells as they stand.

`read` has it done in the cage; nothing else may call `read_here`, which reads. Nothing is understood here, nothing is
written, and nothing is believed: archives are measured before they are unpacked, names inside them lead nowhere. A file
that cannot be read gives one sentence.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Final

import pandas as pd

from mhgis import cage
from mhgis.cage import Answer, Limits
from mhgis.errors import UnreadableError
from mhgis.i18n import Language, translator
from mhgis.importing import archives, parcels, records, refusals, spreadsheets, text_files, vectors
from mhgis.importing.types import Sheet, Workbook, column_letter

__all__ = ["column_letter", "read"]

#: what the reading of one file may take; a register of a million rows (CSV, 63 MB) is read within 0.75 GB
LIMITS: Final = Limits()

Progress = Callable[[float, str], None]
Reader = Callable[[bytes, str, Language, Progress], tuple[list[Sheet], pd.DataFrame]]

#: first bytes of files that are no tables, and what people call them
_FOREIGN: Final = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"%PDF", "PDF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"{\\rtf", "RTF"),
)
#: members by which archives of other office programs are known
_OTHER_SHEETS: Final = {"xl/workbook.bin": "XLSB", "content.xml": "ODS", "Index/Document.iwa": "Numbers"}
_ZIP: Final = b"PK"
_CFB: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SQLITE: Final = b"SQLite format 3\x00"
_PARQUET: Final = b"PAR1"
_MARKUP: Final = (b"<!doctype html", b"<html", b"<table", b"<?xml", b"<style", b"<meta")
_HEAD_BYTES: Final = 2048


def read(
    path: Path | str | bytes,
    name: str | None = None,
    *,
    lang: Language = "en",
    progress: Progress | None = None,
) -> Workbook:
    """
    Read a file as sheets of text.

    Parameters
    ----------
    path
        The file, or its bytes.
    name
        What to call it in findings; by default the name of the file. Folders are cut off.
    lang
        Language of findings and errors.
    progress
        Called with the share that is done, from 0 to 1, and what is being done.

    Returns
    -------
    workbook
        Sheets of text, indexed by the row number an editor shows. Its findings have the letter of a column in `column`;
        `columns.relevant` says which of them concern a table. What nobody wrote is NA, never 0: a formula without a
        stored value too. Kinds are `csv`, `json`, `xlsx`, `xls`, `geojson`, `gpkg`, `shapefile` and `parquet`.

    Raises
    ------
    UnreadableError
        If the file is empty, no table, protected by a password, damaged, or beyond a limit of `refusals` or `LIMITS`.
    """
    tell = progress or _silent
    file = file_name(name or (path if isinstance(path, str | Path) else "upload"))
    data = path if isinstance(path, bytes) else _load(Path(path), file, lang)
    if len(data) > refusals.MAX_BYTES:
        raise refusals.too_big(file, len(data), lang)
    if cage.inside:
        return read_here(data, file, lang, tell)
    return cage.call(
        f"{__name__}:in_cage", file, lang, into=lambda answer: parcels.unpack(answer, file, data), data=data,
        limits=LIMITS, file=file, lang=lang, progress=tell,
    )  # fmt: skip


def in_cage(data: bytes, file: str, lang: Language, tell: Progress) -> Answer:
    """Read a file, in the cage."""
    return parcels.pack(read_here(data, file, lang, tell))


def read_here(data: bytes, file: str, lang: Language, tell: Progress) -> Workbook:
    """Read a file in this process, as `read` does; for the cage alone."""
    _ = translator(lang)
    tell(0.0, _("Reading the file"))
    kind, reader = _kind(data, file, lang)
    sheets, findings = reader(data, file, lang, tell)
    tell(1.0, _("The file is read"))
    return Workbook(file, kind, hashlib.sha256(data).hexdigest(), len(data), tuple(sheets), findings)


def file_name(name: str | Path) -> str:
    """Return a name without folders and without characters that cannot be seen, at most 120 characters long."""
    last = PurePosixPath(str(name).replace("\\", "/")).name
    return "".join(one for one in last if one.isprintable()).strip()[-120:] or "upload"


def _silent(_share: float, _message: str) -> None:
    pass


def _load(path: Path, file: str, lang: Language) -> bytes:
    try:
        size = path.stat().st_size
        if size > refusals.MAX_BYTES:
            raise refusals.too_big(file, size, lang)
        return path.read_bytes()
    except OSError as error:
        _ = translator(lang)
        raise refusals.refuse(
            file,
            _("the file cannot be opened"),
            _("a file that exists and may be read"),
            _("See whether the name is right and whether another program holds it."),
            lang=lang,
        ) from error


def _kind(data: bytes, file: str, lang: Language) -> tuple[str, Reader]:
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise _empty(file, lang)
    for mark, kind in _FOREIGN:
        if data.startswith(mark) and not (mark.isalpha() and text_files.is_text(data)):
            raise _foreign(file, kind, lang)
    if data.startswith(_ZIP):
        return _kind_of_archive(data, file, lang)
    for mark, found in _BINARY.items():
        if data.startswith(mark):
            return found
    head = data[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] in {b"{", b"["}:
        return ("geojson", vectors.read_geojson) if records.has_shapes(data) else _kind_of_json(data)
    if head.lower().startswith(_MARKUP):
        raise _foreign(file, "HTML / XML", lang)
    return "csv", text_files.read_text


def _kind_of_json(data: bytes) -> tuple[str, Reader]:
    """Return the reader of what begins as JSON does: records, shapes of another kind, or text in brackets."""
    try:
        text, _encoding, _sure = text_files.decode(data)
        first = json.loads(text.partition("\n")[0] if text.lstrip().startswith("{") and "\n{" in text else text)
    except (ValueError, RecursionError):
        return ("geojson", vectors.read_geojson) if b'"type"' in data[: 2**20] else ("csv", text_files.read_text)
    if isinstance(first, dict) and "coordinates" in first:
        return "geojson", vectors.read_geojson
    return "json", records.read_json


_BINARY: Final[dict[bytes, tuple[str, Reader]]] = {
    _CFB: ("xls", spreadsheets.read_xls),
    _SQLITE: ("gpkg", vectors.read_geopackage),
    _PARQUET: ("parquet", vectors.read_parquet),
}


def _kind_of_archive(data: bytes, file: str, lang: Language) -> tuple[str, Reader]:
    names = archives.members(data, file, lang)
    if "xl/workbook.xml" in names:
        return "xlsx", spreadsheets.read_xlsx
    if any(one.lower().endswith(".shp") for one in names):
        return "shapefile", vectors.read_shapefile
    other = next((kind for member, kind in _OTHER_SHEETS.items() if member in names), None)
    if other:
        raise _foreign(file, other, lang)
    _ = translator(lang)
    raise refusals.refuse(
        file,
        _("an archive without a table, such as a document or a folder"),
        _("an XLSX file, or a zipped Shapefile with .shp, .shx, .dbf and .prj"),
        _("Unpack it and import the table in it."),
        lang=lang,
    )


def _empty(file: str, lang: Language) -> UnreadableError:
    _ = translator(lang)
    return refusals.refuse(
        file,
        _("the file is empty"),
        _("a table with a header and rows"),
        _("See whether the file was saved and copied completely."),
        lang=lang,
    )


def _foreign(file: str, kind: str, lang: Language) -> UnreadableError:
    _ = translator(lang)
    return refusals.refuse(
        file,
        _("a file of the kind {kind}, whatever its name says").format(kind=kind),
        _("CSV, XLSX, XLS, GeoJSON, GeoPackage, zipped Shapefile or Parquet"),
        _("Open it in the program that made it, save the table as XLSX or CSV, and import that."),
        lang=lang,
    )
