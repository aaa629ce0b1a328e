"""
Tables as plain text: which encoding, which delimiter, and the cells.

An encoding is decided strictly: bytes that are valid UTF-8 are UTF-8; others are the one of GB18030, Big5 and Western
Windows in which they make the most everyday characters. Nothing is decoded into nonsense without a finding.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from mhgis.errors import UnreadableError
from mhgis.i18n import Language, translator
from mhgis.importing import refusals
from mhgis.importing.cells import NUL_MARK, REPLACEMENT, sheet_of
from mhgis.importing.types import Sheet, as_findings

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: read to decide on encoding and delimiter
_SAMPLE_BYTES: Final = 256 * 1024
_SAMPLE_LINES: Final = 200
#: share of everyday characters above which an encoding is believed
_SURE: Final = 0.85
#: a UTF-8 file with a few broken characters is still a UTF-8 file
_FEW_BROKEN: Final = 0.02
#: share of NUL bytes above which a file is no text in one byte a letter
_MANY_NUL: Final = 0.1

_BLOCK_BYTES: Final = 8 * 2**20
#: cells of a line, blank ones at its end included
_WIDEST: Final = 20_000

_DELIMITERS: Final = ",\t;|，"
_GROUPED: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_QUOTED: Final = re.compile(r'"[^"]*"')
_SEP_LINE: Final = re.compile(r'\A"?sep=([,;|:~^#\t])"?[ \t]*(?=\r?\n)', re.IGNORECASE)
#: first bytes of the most used Chinese characters in GB2312 and Big5, which are ordered by use
_GB2312_COMMON: Final = range(0xB0, 0xD8)
_BIG5_COMMON: Final = range(0xA4, 0xC7)
_EVERYDAY: Final = {"gb18030": ("gb2312", _GB2312_COMMON), "big5": ("big5", _BIG5_COMMON)}
#: letters with accents stand alone among plain ones; bytes of Chinese stand together
_ALONE: Final = re.compile(r"(?<![^\x00-\x7f])[À-ÿ](?![^\x00-\x7f])")
_IDEOGRAPHS: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


def decode(data: bytes) -> tuple[str, str, bool]:
    """
    Read bytes as text.

    Returns
    -------
    text
        The text, without a byte order mark; U+FFFD where bytes could not be read.
    encoding
        Python's name of the encoding.
    sure
        Whether it is certain. Where it is not, the text may be wrong and someone has to look.

    Raises
    ------
    ValueError
        If the bytes are no text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, errors="replace"), encoding, True
    wide = _wide_encoding(data)
    if wide:
        return data.decode(wide, errors="replace"), wide, True
    if data[:_SAMPLE_BYTES].count(0) > _MANY_NUL * len(data[:_SAMPLE_BYTES]):
        msg = "no text"
        raise ValueError(msg)
    try:
        return data.decode("utf-8"), "utf-8", True
    except UnicodeDecodeError:
        return _decode_legacy(data)


def _wide_encoding(data: bytes) -> str | None:
    # UTF-16 without a mark: line ends and digits have a zero byte on one side only
    sample = np.frombuffer(data[: _SAMPLE_BYTES // 2 * 2], dtype=np.uint8)
    if len(data) % 2 or len(sample) < 2:  # noqa: PLR2004 - a character
        return None
    even, odd = sample[0::2], sample[1::2]
    little = int(((odd == 0) & (even < 0x80) & (even > 0)).sum())  # noqa: PLR2004 - ASCII
    big = int(((even == 0) & (odd < 0x80) & (odd > 0)).sum())  # noqa: PLR2004 - ASCII
    most, encoding = max((little, "utf-16-le"), (big, "utf-16-be"))
    if most < _MANY_NUL * len(even) or min(little, big) > _MANY_NUL * most:
        return None
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample.tobytes())
    except UnicodeDecodeError:
        return None
    return encoding


def _decode_legacy(data: bytes) -> tuple[str, str, bool]:
    text = data.decode("utf-8", errors="replace")
    beyond = sum(1 for one in text[:_SAMPLE_BYTES] if one > "\x7f")
    if text[:_SAMPLE_BYTES].count(REPLACEMENT) <= _FEW_BROKEN * beyond:
        return text, "utf-8", True
    scored = sorted(
        ((_everyday(data[:_SAMPLE_BYTES], encoding), encoding) for encoding in ("cp1252", "big5", "gb18030")),
        key=lambda one: one[0],
    )
    share, encoding = scored[-1]
    try:
        return data.decode(encoding), encoding, share >= _SURE
    except UnicodeDecodeError:
        return data.decode(encoding, errors="replace"), encoding, share >= _SURE


def _everyday(sample: bytes, encoding: str) -> float:
    """Return the share of characters beyond ASCII that are in everyday use, if the bytes were in an encoding."""
    text = sample.decode(encoding, errors="replace").rstrip(REPLACEMENT)
    beyond = Counter(one for one in text if one > "\x7f")
    if not beyond:
        return 0.0
    if encoding == "cp1252":
        return len(_ALONE.findall(text)) / beyond.total()
    codec, common = _EVERYDAY[encoding]
    return sum(n for one, n in beyond.items() if _is_common(one, codec, common)) / beyond.total()


def _is_common(one: str, codec: str, common: range) -> bool:
    code = one.encode(codec, errors="ignore")
    if len(code) < 2:  # noqa: PLR2004 - a Chinese character takes two bytes
        return False
    return code[0] in common or not _IDEOGRAPHS.match(one)


def delimiter_of(text: str) -> str:
    """Return the character that stands between the cells: the one most lines have equally many of."""
    lines = [_QUOTED.sub("", line) for line in text[:_SAMPLE_BYTES].splitlines() if line.strip()][:_SAMPLE_LINES]
    counts = {one: _usual(line.count(one) for line in lines) for one in _DELIMITERS}
    others = max((counts[one] for one in _DELIMITERS if one != ","), default=(0.0, 0))
    if others[0] >= _SURE:
        # a comma that groups thousands is no delimiter where another one does the work
        counts[","] = _usual(_GROUPED.sub("", line).count(",") for line in lines)
    best = max(_DELIMITERS, key=lambda one: (counts[one][0] * min(counts[one][1], 20), -_DELIMITERS.index(one)))
    return best if counts[best][1] else ","


def _usual(counts: Iterable[int]) -> tuple[float, int]:
    """Return the commonest number above zero, and the share of lines that have it."""
    all_counts = list(counts)
    above = Counter(n for n in all_counts if n)
    if not above:
        return 0.0, 0
    most, times = max(above.items(), key=lambda one: (one[1], one[0]))
    return times / len(all_counts), most


def read_text(
    data: bytes, file: str, lang: Language, progress: Callable[[float, str], None]
) -> tuple[list[Sheet], pd.DataFrame]:
    """
    Read a table in plain text.

    Parameters
    ----------
    data
        The file.
    file
        Its name, for findings; also the name of the sheet.
    lang
        Language of the findings.
    progress
        Called with the share that is done and what is being done.

    Returns
    -------
    sheets
        One.
    findings
        `encoding`, `quotes` and those of `cells.sheet_of`.

    Raises
    ------
    UnreadableError
        If the file is no text or beyond a limit.
    """
    _ = translator(lang)
    progress(0.1, _("Finding out the encoding"))
    try:
        text, encoding, sure = decode(data)
    except ValueError as error:
        raise _no_text(file, lang) from error
    findings = [] if sure else [unsure(file, encoding, lang)]
    plain, delimiter = _prepare(text)
    del text
    progress(0.3, _("Reading the rows"))
    columns, closed = _parse(plain, delimiter, file, lang)
    del plain
    if not closed:
        findings.append(_open_quote(file, lang))
    progress(0.7, _("Cleaning the cells"))
    sheet, more = sheet_of(columns, file, file, lang)
    return [sheet], pd.concat([as_findings(findings), more], ignore_index=True) if findings else more


def _prepare(text: str) -> tuple[bytes, str]:
    named = _SEP_LINE.match(text[:_SAMPLE_LINES])
    delimiter = named[1] if named else delimiter_of(text)
    if named:
        text = text[named.end() :]  # its line stays, so that rows keep their numbers
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", NUL_MARK)
    if not delimiter.isascii():
        text, delimiter = text.replace(delimiter, "\t"), "\t"
    return text.rstrip("\n").encode("utf-8", errors="replace"), delimiter


def _width(plain: bytes, delimiter: str) -> int:
    """Return the largest number of cells a line can have; delimiters within quotes count too."""
    if not plain:
        return 1
    codes = np.frombuffer(plain, dtype=np.uint8)
    ends = np.append(np.flatnonzero(codes == ord("\n")), len(codes))
    upto = np.searchsorted(np.flatnonzero(codes == ord(delimiter)), ends)
    return int(np.diff(upto, prepend=0).max()) + 1


def _parse(plain: bytes, delimiter: str, file: str, lang: Language) -> tuple[list[pa.ChunkedArray], bool]:
    """Return the columns, and whether every quotation mark was closed."""
    lines = plain.count(b"\n") + 1
    columns = _parse_even(plain, delimiter)
    if columns is None:
        width = _width(plain, delimiter)
        if width > _WIDEST or width * lines > refusals.MAX_CELLS:
            raise refusals.too_wide(file, width, lang)
        columns = _parse_uneven(plain, delimiter, width)
    if columns is not None and (plain.count(b'"') % 2 == 0 or len(columns[0]) == lines):
        return columns, True
    width = _width(plain, delimiter)
    return _uneven(plain, delimiter, width, csv.QUOTE_NONE), False


def _parse_uneven(plain: bytes, delimiter: str, width: int) -> list[pa.ChunkedArray] | None:
    try:
        return _uneven(plain, delimiter, width, csv.QUOTE_MINIMAL)
    except pd.errors.ParserError:
        return None


def _parse_even(plain: bytes, delimiter: str) -> list[pa.ChunkedArray] | None:
    """Return the columns, or None where rows are of unequal length, as titles above a table make them."""
    width = plain.partition(b"\n")[0].count(delimiter.encode()) + 1
    if width > _WIDEST:
        return None
    names = [str(position) for position in range(width)]
    try:
        table = _read_even(plain, delimiter, names)
    except pa.ArrowInvalid:
        return None
    return [table.column(name) for name in names]


def _read_even(plain: bytes, delimiter: str, names: list[str]) -> pa.Table:
    return pa_csv.read_csv(
        pa.BufferReader(plain),
        read_options=pa_csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
        parse_options=pa_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=b'"' in plain, ignore_empty_lines=False
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )


def _uneven(plain: bytes, delimiter: str, width: int, quoting: Literal[0, 3]) -> list[pa.ChunkedArray]:
    table = pd.read_csv(
        io.BytesIO(plain),
        sep=delimiter,
        header=None,
        names=range(width),
        index_col=False,
        dtype="str",
        keep_default_na=False,
        skip_blank_lines=False,
        quoting=quoting,
        low_memory=False,
    )
    return [pa.chunked_array([pa.array(table[position], type=pa.string(), from_pandas=True)]) for position in table]


def _no_text(file: str, lang: Language) -> UnreadableError:
    _ = translator(lang)
    return refusals.refuse(
        file,
        _("the file is not a table this program can read"),
        _("CSV, XLSX, XLS, GeoJSON, GeoPackage, zipped Shapefile or Parquet"),
        _("Save the table as XLSX or CSV, and import that."),
        lang=lang,
    )


def unsure(file: str, encoding: str, lang: Language) -> dict[str, object]:
    """Ask whether text was read in the right encoding."""
    _ = translator(lang)
    return {
        "file": file,
        "sheet": file,
        "code": "encoding",
        "severity": "question",
        "found": _("text that was read as {encoding}, which may be wrong").format(encoding=encoding.upper()),
        "expected": _("UTF-8 or GB18030"),
        "todo": _("Look at the names below. If they are garbled, save the file as XLSX or as CSV UTF-8."),
    }


def _open_quote(file: str, lang: Language) -> dict[str, object]:
    _ = translator(lang)
    return {
        "file": file,
        "sheet": file,
        "code": "quotes",
        "severity": "question",
        "found": _("a quotation mark that is never closed"),
        "expected": _("quotation marks in pairs"),
        "todo": _("Quotation marks were read as plain text. See whether the columns are right."),
    }


def is_text(data: bytes) -> bool:
    """Say whether bytes could be a text: no control characters but tabs and line ends among the first ones."""
    return not any(one < ord(" ") and one not in b"\t\r\n" for one in data[:_SAMPLE_LINES])
