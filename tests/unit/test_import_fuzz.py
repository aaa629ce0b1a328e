"""
Files nobody thought of: whatever comes, a table or one sentence, and never a zero that nobody wrote.

`MHGIS_FUZZ` sets how many files are made; 200 by default.
"""

import io
import os

import openpyxl
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mhgis.errors import MhgisError
from mhgis.importing import columns, layout, values
from mhgis.importing.read import read

FILES = int(os.environ.get("MHGIS_FUZZ", "200"))
FUZZ = settings(max_examples=FILES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)

KNOWN = st.sampled_from(["12", "120", "1,234", "十二", "１２", "3.0", "1.2万", "5张"])
ZERO = st.sampled_from(["0", "０", "零", "0.0"])
UNKNOWN = st.sampled_from(
    ["", "—", "-", "…", "不详", "n/a", "未知", " ", "/", "<5", "*", "12.5", "-3", "约3", "=1+1", "#REF!", "\u200b"]
)
ODD = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=6)
CELL = st.one_of(KNOWN, ZERO, UNKNOWN, ODD)
NAME = st.sampled_from(
    ["甲医院", "乙医院", "合计", "小计", "注：略", "", "=A1", "其中：公立", "【示例】丙", "机构名称", "\u202e丁", '戊"']
)
HEADS = st.permutations(["机构名称", "县", "床位数", "医师", "护士", "年份", "每万人床位", "备注", ""])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])


@st.composite
def grids(draw):
    """Return a table of texts, a row a list: titles, a header, rows of any length, notes."""
    width = draw(st.integers(2, 8))
    head = draw(HEADS)[:width]
    titles = draw(st.lists(st.lists(ODD, max_size=2), max_size=3))
    rows = draw(st.lists(st.lists(st.one_of(CELL, NAME), max_size=width + 1), min_size=1, max_size=12))
    return [*titles, head, *rows]


def as_csv(grid, delimiter, encoding):
    plain = [
        ["".join(one for one in cell if one not in '\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"') for cell in row]
        for row in grid
    ]
    return "\n".join(delimiter.join(cell.replace(delimiter, "") for cell in row) for row in plain).encode(encoding)


def as_xlsx(grid):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for number, row in enumerate(grid, 1):
        for column, cell in enumerate(row, 1):
            if cell and not openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.search(cell):
                book.active.cell(number, column).value = cell
    book.save(file)
    return file.getvalue()


def understood(data):
    """Return texts and what was made of them, for each column of counts; nothing where a file is turned away."""
    try:
        table = layout.find_table(layout.best_sheet(read(data, "fuzz")))
    except MhgisError:
        return []
    found = columns.recognise(table)
    columns.findings(table, found, "zh")
    accounted = [*table.header_rows, *table.body.index, *table.totals.index, *table.left_out["row"]]
    assert sorted(accounted) == list(table.sheet.cells.index)
    return [
        (table.body[position], values.parse_counts(table.body[position], found.guesses[position].factor))
        for field, position in found.positions.items()
        if field in columns.RESOURCES
    ]


def check(data):
    for text, parsed in understood(data):
        for cell, value, status, code in zip(text, parsed["value"], parsed["status"], parsed["code"], strict=True):
            assert pd.notna(value) == (status in {"reported", "zero"})
            assert pd.notna(status) or pd.notna(code)
            if status == "zero":
                # an independent reading: a zero is written, and nothing else that counts
                assert set(cell) & set("0０零〇") or cell.lower() == "zero" or any(one.isdigit() for one in cell)
                assert not set(cell) & set("123456789一二三四五六七八九十<*—…%")
            if pd.isna(cell) or not cell.strip():
                assert status == "not_reported"


@FUZZ
@given(grids(), st.sampled_from([",", "\t", ";", "|"]), ENCODINGS)
def test_any_table_as_csv(grid, delimiter, encoding):
    check(as_csv(grid, delimiter, encoding))


@FUZZ
@given(grids())
def test_any_table_as_xlsx(grid):
    check(as_xlsx(grid))


@FUZZ
@given(
    st.binary(max_size=400),
    st.sampled_from(
        [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"SQLite format 3\x00", b"PAR1", b"{", b"\xff\xfe"]
    ),
)
def test_any_bytes(data, start):
    check(start + data)
