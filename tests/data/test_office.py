"""On the published figures: LibreOffice opens our workbooks and finds in them what was written."""

import csv
import io
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from mhgis.exports import workbook
from mhgis.ui.page import gaps
from mhgis.ui.part import list_files
from mhgis.view.view import View
from scripts import office

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("published")]

VIEW = View("cn-modelled-2015", "county", year=2015, within="510000", benchmark="delphi-minimum-beds", lang="zh")
TIMEOUT_S = 180


def converted(book: bytes, folder: Path) -> list[list[list[str]]]:
    """Return the cells of every sheet of a workbook as LibreOffice reads them, raw, not as formatted."""
    (folder / "list.xlsx").write_bytes(book)
    # the last 0: no formatting, so that a number is a number; -1: every sheet
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    command = [
        office.soffice(), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", options,
        "--outdir", str(folder), str(folder / "list.xlsx"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_S)
    files = sorted(folder.glob("list-*.csv"), key=lambda file: file.stat().st_mtime_ns)
    return [list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""))) for file in files]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_libreoffice_reads_every_row_of_a_gap_list_with_its_numbers_and_its_chinese(tmp_path, lang):
    view = replace(VIEW, lang=lang)
    sheet = gaps.drawn(view, "gaps").sheet
    # a name that is a formula stays text
    rows = sheet.rows.copy()
    name = {"zh": "地区", "en": "Area"}[lang]
    rows.loc[rows.index[0], name] = '=HYPERLINK("http://x","y")'
    book = workbook.to_xlsx(list_files.listed(view, replace(sheet, rows=rows), "http://host/gaps"))
    by_size = sorted(converted(book, tmp_path), key=lambda cells: -len(cells[0]))
    cells, about = by_size
    header, lines = cells[0], cells[1:]
    assert header[: len(rows.columns)] == list(rows.columns)
    assert len(lines) == len(rows) == len(sheet.codes) > 100
    for column in (name, {"zh": "行政区划代码", "en": "Code"}[lang]):
        at = header.index(column)
        assert [line[at] for line in lines] == rows[column].tolist()
    people = header.index({"zh": "人口", "en": "People"}[lang])
    assert [int(line[people]) for line in lines] == rows[header[people]].tolist()
    said = {line[0]: line[1] for line in about if line[0]}
    assert said[{"zh": "年份", "en": "Year"}[lang]] == "2015"
    assert "in=510000" in said[{"zh": "链接", "en": "Link"}[lang]]
