"""
Files nobody thought of, from their bytes in the cage to a plan: a sentence or a table, nothing written, no zero nobody
wrote.

`MHGIS_FUZZ` sets how many files are made in all; 300 by default, 5,000 in the long run.
"""

import io
import os
import zipfile
from dataclasses import replace
from datetime import date

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mhgis import paths
from mhgis.errors import MhgisError
from mhgis.importing import aggregate, values
from mhgis.importing.plan import Choices, prepare
from mhgis.importing.read import read
from mhgis.indicators import RESOURCES
from tests import corpus
from tests.made_country import reference

pytestmark = pytest.mark.slow

FILES = int(os.environ.get("MHGIS_FUZZ", "300"))
TODAY = date(2026, 11, 22)
REFERENCE = reference()

KNOWN = st.sampled_from(["12", "120", "1,234", "十二", "１２", "3.0", "1.2万", "5张"])
ZERO = st.sampled_from(["0", "０", "零", "0.0"])
UNKNOWN = st.sampled_from(
    ["", "—", "-", "…", "不详", "n/a", "未知", " ", "/", "<5", "*", "12.5", "-3", "约3", "=1+1", "#REF!", "\u200b"]
)
ODD = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=6)
COUNT = st.one_of(KNOWN, ZERO, UNKNOWN)
CELL = st.one_of(KNOWN, ZERO, UNKNOWN, ODD)
NAME = st.sampled_from(
    ["甲医院", "乙医院", "合计", "小计", "注：略", "", "=A1", "其中：公立", "【示例】丙", "机构名称", "\u202e丁", '戊"']
)
#: what a column holds by its name; a cell of a table is one of these, or anything
HOLDS = {
    "机构名称": NAME,
    "省": st.sampled_from(["东省", "西省", "", "东"]),
    "县": st.sampled_from(["河县", "青山县", "湖区", "北林县", "可县", "", "合计"]),
    "区划代码": st.sampled_from(["910101", "920102", "9.10102E5", "999999", ""]),
    "经度": st.sampled_from(["101.5", "102.5", "30.5", "0", "", "—"]),
    "纬度": st.sampled_from(["30.5", "101.5", "0", "", "…"]),
    "年份": st.sampled_from(["2023", "2022年", "", "23", "2099", "不详"]),
}
COUNTED = ("床位数", "医师", "护士", "机构数")
HEADS = (*HOLDS, *COUNTED, "每万人床位", "备注", "")
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")
#: not within a text that is written without quotes
ENDS = '\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"'

CHOICES = st.builds(
    Choices,
    year=st.sampled_from([None, 2023]),
    without_faulty=st.booleans(),
    complete=st.sampled_from([(), (), (("province", "910000"),)]),
    threshold=st.sampled_from([0, 0, 5]),
)


def fuzz(share):
    """Return the settings of a test that makes a share of the files."""
    return settings(
        max_examples=max(1, int(FILES * share)),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )


@st.composite
def grids(draw):
    """Return a table of texts, a row a list: titles, a header, rows of any length, notes."""
    said = draw(
        st.sampled_from([["省", "县"], ["省", "县"], ["区划代码"], ["机构名称", "省", "县"], ["经度", "纬度"], []])
    )
    head = draw(st.lists(st.sampled_from(HEADS), min_size=2, max_size=5, unique=draw(st.booleans())))
    head = draw(st.permutations([*said, *head]))
    titles = draw(st.lists(st.lists(ODD, max_size=2), max_size=3))
    rows = draw(
        st.lists(
            st.one_of(
                st.tuples(*(HOLDS.get(name, COUNT if name in COUNTED else CELL) for name in head)).map(list),
                st.tuples(*(HOLDS.get(name, COUNT if name in COUNTED else CELL) for name in head)).map(list),
                st.lists(st.one_of(CELL, NAME), max_size=len(head) + 1),
            ),
            min_size=1,
            max_size=12,
        )
    )
    return [*titles, head, *rows]


def as_csv(grid, delimiter, encoding):
    plain = [["".join(one for one in cell if one not in ENDS) for cell in row] for row in grid]
    return "\n".join(delimiter.join(cell.replace(delimiter, "") for cell in row) for row in plain).encode(encoding)


def as_xlsx(grid):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for number, row in enumerate(grid, 1):
        for column, cell in enumerate(row, 1):
            if cell and not openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.search(cell):
                book.active.cell(number, column).value = cell
    book.save(file)
    return file.getvalue()


@pytest.fixture(scope="module", autouse=True)
def nothing_is_written(tmp_path_factory):
    """A data folder of its own, in which nothing may be at the end."""
    folder = tmp_path_factory.mktemp("fuzz") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MHGIS_DATA", str(folder))
        yield
        assert not paths.datasets().exists()
        assert not folder.exists()


def require_zeros_to_be_written(texts, counts, statuses):
    """Hold every count against an independent reading of its cell."""
    for cell, value, status in zip(texts, counts, statuses, strict=True):
        assert pd.notna(value) == (status in {"reported", "zero"})
        if status == "zero":
            assert set(cell) & set("0０零〇") or cell.lower() == "zero" or any(one.isdigit() for one in cell)
            assert not set(cell) & set("123456789一二三四五六七八九十<*—…%")
        if pd.isna(cell) or not cell.strip():
            assert pd.isna(status) or status == "not_reported"


def check(data, chosen):
    try:
        book = read(data, "fuzz")
        plan = prepare(book, chosen, REFERENCE, lang="zh", today=TODAY)
    except MhgisError as error:
        require_a_sentence(str(error))
        return
    require_whole(plan, data)
    if not plan.ready:
        require_whole(prepare(book, careless(plan), REFERENCE, lang="zh", today=TODAY), data)


def require_a_sentence(said):
    assert said.strip()
    assert "Traceback" not in said


def careless(plan):
    """Return the choices of somebody who says yes to everything and leaves out what has no place."""
    asked = plan.findings.loc[plan.findings["severity"].eq("question"), "code"]
    places = tuple((key, "", "") for key in plan.questions.loc[plan.questions["kind"].eq("place"), "key"])
    return replace(
        plan.choices, year=2023, without_faulty=True, system="WGS-84", confirmed=tuple(asked.unique()), places=places
    )


def require_whole(plan, data):
    """Every row is accounted for, no zero is invented, and what is ready makes a draft."""
    table, rows = plan.table, plan.rows
    accounted = [*table.header_rows, *table.body.index, *table.totals.index, *table.left_out["row"]]
    assert sorted(accounted) == list(table.sheet.cells.index)
    assert plan.tally["rows"] == sum(n for fate, n in plan.tally.items() if fate != "rows")
    assert set(plan.findings["severity"]) <= {"error", "question", "warning"}
    for name in RESOURCES:
        if name in rows and name in plan.columns.positions:
            texts = table.body[plan.columns.positions[name]]
            require_zeros_to_be_written(texts, rows[name], rows[f"{name}_status"])
    if plan.ready:
        require_a_draft_without_invention(plan, data)


def require_a_draft_without_invention(plan, data):
    draft = plan.to_draft(data, "2026-11-22")
    loaded = plan.rows[plan.rows["fate"].eq("loaded")]
    places = set(zip(loaded["level"], loaded["area_code"], strict=True))
    assert places <= {tuple(place) for place in REFERENCE.gazetteer.places}
    if plan.shape == "counts":
        assert len(draft.counts) == len(loaded) * len(draft.counts["resource"].unique())
        assert draft.facilities.empty
    else:
        assert len(draft.facilities) == len(loaded)
        assert draft.facilities["facility_id"].is_unique
    for name in ("beds", "psychiatrists", "nurses") if len(draft.facilities) else ():
        given = loaded[name] if name in loaded else pd.Series(pd.NA, loaded.index, dtype="Int64")
        assert list(draft.facilities[name].isna()) == list(given.isna())
    counts = aggregate.counts_of_register(draft.facilities) if len(draft.facilities) else draft.counts
    assert (counts["value"].notna() == counts["status"].isin(["reported", "zero"])).all()
    assert (counts.loc[counts["status"].eq("zero"), "value"] == 0).all()


@fuzz(0.3)
@given(grids(), st.sampled_from([",", "\t", ";", "|"]), st.sampled_from(ENCODINGS), CHOICES)
def test_any_table_as_csv(grid, delimiter, encoding, chosen):
    check(as_csv(grid, delimiter, encoding), chosen)


@fuzz(0.2)
@given(grids(), CHOICES)
def test_any_table_as_xlsx(grid, chosen):
    check(as_xlsx(grid), chosen)


MARKS = (
    b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"SQLite format 3\x00", b"PAR1", b"{", b"\xff\xfe",
)  # fmt: skip


@fuzz(0.1)
@given(st.binary(max_size=400), st.sampled_from(MARKS))
def test_any_bytes(data, start):
    check(start + data, Choices(year=2023))


#: files that are large by nature are left to the tests of the corpus
SMALL = [case for case in corpus.CASES if not case.heavy and case.file not in {"bomb.xlsx", "forged.xlsx"}]
MADE: dict[str, bytes] = {}
CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6)


def made(case):
    if case.file not in MADE:
        MADE[case.file] = case.make()
    return MADE[case.file]


def changed(data, changes):
    data = bytearray(data or b"0")
    for place, byte in changes:
        data[int(place * len(data))] = byte
    return data


@fuzz(0.25)
@given(st.sampled_from(SMALL), CHANGES, st.booleans())
def test_any_file_of_the_corpus_with_bytes_changed(case, changes, torn):
    data = changed(made(case), changes)
    if torn:
        del data[int(changes[0][0] * len(data)) :]
    check(bytes(data), Choices(year=2023, without_faulty=True))


WORKBOOKS = [case for case in SMALL if case.kind == "xlsx" and case.refused is None]


@fuzz(0.15)
@given(st.sampled_from(WORKBOOKS), st.integers(0), CHANGES)
def test_any_workbook_with_bytes_of_a_part_changed(case, part, changes):
    # within the archive, so that its checksums are right
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made(case))) as source, zipfile.ZipFile(out, "w") as target:
        names = source.namelist()
        for name in names:
            content = source.read(name)
            target.writestr(name, changed(content, changes) if name == names[part % len(names)] else content)
    check(out.getvalue(), Choices(year=2023, without_faulty=True))


@given(st.one_of(CELL, NAME, ODD))
@settings(max_examples=FILES, deadline=None, derandomize=True, database=None)
def test_any_text_as_a_count_has_a_status_or_a_fault(text):
    parsed = values.parse_counts(pd.Series([text], dtype="str")).iloc[0]
    assert pd.notna(parsed["status"]) or pd.notna(parsed["code"])
    assert pd.notna(parsed["value"]) == (parsed["status"] in {"reported", "zero"})
