"""
Records as JSON: an array of objects, objects that hold one, a line an object, and `dataValues` of DHIS2.

Objects within objects become columns of joined names. Shapes are read elsewhere (`vectors`). Text only; what it means
is said later.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from mhgis.errors import UnreadableError
from mhgis.i18n import Language, translator
from mhgis.importing import refusals, text_files
from mhgis.importing.cells import sheet_of
from mhgis.importing.types import Sheet, as_findings, no_findings

#: what says that a JSON text has shapes
_SHAPES: Final = re.compile(rb'"type"\s*:\s*"(?:FeatureCollection|Feature|GeometryCollection)"', re.ASCII)
#: objects within objects are followed so far
_DEEPEST: Final = 4
#: what a document says once for all its data values
_GENERAL: Final = ("period", "orgUnit", "dataSet")


def has_shapes(data: bytes) -> bool:
    """Say whether a JSON text is GeoJSON."""
    return _SHAPES.search(data) is not None


def read_json(
    data: bytes, file: str, lang: Language, progress: Callable[[float, str], None]
) -> tuple[list[Sheet], pd.DataFrame]:
    """
    Read records, a list a sheet.

    Parameters and errors are those of `text_files.read_text`; findings are `encoding` and those of `cells.sheet_of`.
    """
    _ = translator(lang)
    progress(0.1, _("Reading the rows"))
    try:
        text, encoding, sure = text_files.decode(data)
        found = list(_lists(_loaded(text)))
    except (ValueError, RecursionError) as error:
        raise refusals.damaged(file, lang) from error
    if not found:
        raise _no_records(file, lang)
    sheets = []
    findings = [no_findings() if sure else as_findings([text_files.unsure(file, encoding, lang)])]
    for name, records in found[: refusals.MAX_SHEETS]:
        sheet, more = sheet_of(_columns(records, file, lang), file, name if len(found) > 1 else file, lang)
        sheets.append(sheet)
        findings.append(more)
    return sheets, pd.concat(findings, ignore_index=True)


def _loaded(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(text)
    except ValueError:
        # a line an object
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def _lists(value: Any, name: str = "records") -> Iterator[tuple[str, list[dict[str, Any]]]]:  # noqa: ANN401
    if isinstance(value, list):
        records = [one for one in value if isinstance(one, dict)]
        if records:
            yield name, records
    elif isinstance(value, dict):
        general = {key: value[key] for key in _GENERAL if isinstance(value.get(key), str)}
        lists = [
            pair for key, held in value.items() for pair in _lists(held, str(key)) if isinstance(held, list | dict)
        ]
        for key, records in lists:
            yield key, [{**general, **one} for one in records]


def _columns(records: list[dict[str, Any]], file: str, lang: Language) -> list[pa.ChunkedArray]:
    if len(records) > refusals.MAX_ROWS:
        raise refusals.too_long(file, len(records), lang)
    rows = [dict(_flat(one)) for one in records]
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) > refusals.MAX_COLUMNS:
        raise refusals.too_wide(file, len(names), lang)
    return [pa.chunked_array([pa.array([name, *(row.get(name) for row in rows)], type=pa.string())]) for name in names]


def _flat(record: Mapping[str, Any], above: str = "", depth: int = 0) -> Iterator[tuple[str, str | None]]:
    for key, value in record.items():
        name = f"{above} / {key}" if above else str(key)
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _flat(value, name, depth + 1)
        else:
            yield name, _text(value)


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def _no_records(file: str, lang: Language) -> UnreadableError:
    _ = translator(lang)
    return refusals.refuse(
        file,
        _("JSON without a list of records"),
        _("a list of objects, one a facility or area, or GeoJSON"),
        _("Save the table as XLSX or CSV, and import that."),
        lang=lang,
    )
