"""From untidy files to sheets, tables, columns and counts: every case of the corpus, and the limits."""

import hashlib
import io
import zipfile
from datetime import date
from functools import cache

import pandas as pd
import pytest

from mhgis import cage
from mhgis.errors import MhgisError, SchemaError, UnreadableError
from mhgis.importing import archives, columns, layout, refusals, values
from mhgis.importing.plan import Choices, prepare
from mhgis.importing.read import read
from tests import corpus
from tests.made_country import reference

READABLE = [case for case in corpus.CASES if case.refused is None and not case.heavy]
TURNED_AWAY = [case for case in corpus.CASES if case.refused is not None]


def name(case):
    return case.file


BY_NAME = {case.file: case for case in corpus.CASES}
REFERENCE = reference()
TODAY = date(2026, 11, 22)


@cache
def made(file):
    return BY_NAME[file].make()


def understood(case):
    return understood_by_name(case.file)


@cache
def understood_by_name(file):
    case = BY_NAME[file]
    book = read(case.make(), case.file)
    sheet = layout.best_sheet(book)
    table = layout.find_table(sheet)
    return book, table, columns.recognise(table)


def shown(parsed):
    """Return parsed counts as the corpus writes them."""
    said = []
    for value, status, code in parsed.itertuples(index=False):
        if pd.isna(status):
            said.append(f"!{code}")
        else:
            said.append(int(value) if status in {"reported", "zero"} else status)
    return tuple(said)


def test_the_corpus_is_large_and_each_file_has_a_name_of_its_own():
    names = [case.file for case in corpus.CASES]
    assert len(names) >= 60
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", TURNED_AWAY, ids=name)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_no_table_is_turned_away_with_one_sentence(case, lang):
    with pytest.raises(SchemaError) as raised:
        prepare(read(made(case.file), case.file, lang=lang), Choices(), REFERENCE, lang=lang, today=TODAY)
    sentence = str(raised.value)
    assert isinstance(raised.value, UnreadableError)
    assert case.file in sentence
    assert "\n" not in sentence
    if lang == "en":
        assert case.refused in sentence


@pytest.mark.parametrize("case", READABLE, ids=name)
def test_what_is_a_table_is_read(case):
    book, table, found = understood(case)
    assert book.kind == case.kind
    assert len(book.sheets) == case.sheets
    assert case.sheet in {None, table.sheet.name}
    assert table.header_rows == case.header
    assert tuple(table.body.index) == case.rows
    assert len(table.totals) == case.totals
    assert set(found.positions) == set(case.fields)
    assert found.shape == case.shape


@pytest.mark.parametrize("case", READABLE, ids=name)
def test_its_counts_are_numbers_statuses_or_faults(case):
    _book, table, found = understood(case)
    for field, expected in case.counts.items():
        position = found.positions[field]
        parsed = values.parse_counts(table.body[position], found.guesses[position].factor)
        assert shown(parsed) == expected, field


@pytest.mark.parametrize("case", READABLE, ids=name)
def test_what_has_to_be_said_is_said_of_the_right_cell(case):
    book, table, found = understood(case)
    told = {
        (row.code, None if pd.isna(row.row) else int(row.row), None if pd.isna(row.column) else row.column)
        for row in book.findings.itertuples()
    }
    assert told == case.findings
    assert set(columns.findings(table, found, "en")["code"]) == case.said
    assert set(book.findings["severity"]) <= {"error", "question", "warning"}


def test_every_row_is_in_the_table_or_said_to_be_left_out():
    for case in READABLE:
        _book, table, _columns = understood(case)
        accounted = [*table.header_rows, *table.body.index, *table.totals.index, *table.left_out["row"]]
        assert sorted(accounted) == list(table.sheet.cells.index), case.file


def test_a_file_is_known_by_its_name_without_folders_and_its_checksum():
    data = corpus.standard()()
    book = read(data, "C:\\Users\\..\\表.csv")
    assert (book.file, book.size) == ("表.csv", len(data))
    assert book.sha256 == hashlib.sha256(data).hexdigest()


def test_a_path_is_read_as_its_bytes_are(tmp_path):
    path = tmp_path / "gb18030.csv"
    path.write_bytes(corpus.standard(encoding="gb18030")())
    assert read(path).sheets[0].cells.equals(read(path.read_bytes(), "x.csv").sheets[0].cells)
    with pytest.raises(UnreadableError, match=r"absent.csv: the file cannot be opened"):
        read(tmp_path / "absent.csv")


def test_limits_are_kept(monkeypatch):
    monkeypatch.setattr(cage, "inside", True)  # the limits of this process
    monkeypatch.setattr(refusals, "MAX_ROWS", 3)
    with pytest.raises(UnreadableError, match="4 rows"):
        read(corpus.standard()(), "rows.csv")
    monkeypatch.setattr(refusals, "MAX_BYTES", 10)
    with pytest.raises(UnreadableError, match="a file of"):
        read(corpus.standard()(), "bytes.csv")


def test_uneven_rows_are_measured_before_they_are_laid_out(monkeypatch):
    monkeypatch.setattr(cage, "inside", True)  # the limits of this process
    monkeypatch.setattr(refusals, "MAX_CELLS", 10_000)
    uneven = "," * 199 + "\n" + "a,b\n" * 100
    with pytest.raises(UnreadableError, match="200 columns"):
        read(uneven.encode(), "uneven.csv")
    assert read(("," * 9 + "\n" + "a,b\n" * 100).encode(), "uneven.csv").sheets[0].cells.shape == (101, 2)


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in corpus.CASES if case.heavy], ids=name)
def test_a_file_of_many_rows_is_read_in_full(case):
    sheet = layout.best_sheet(read(case.make(), case.file))
    table = layout.find_table(sheet)
    found = columns.recognise(table)
    assert tuple(table.body.index) == case.rows
    assert set(found.positions) == set(case.fields)
    for field, expected in case.counts.items():
        assert tuple(values.parse_counts(table.body[found.positions[field]])["value"]) == expected


def test_progress_rises_to_one():
    for make in (corpus.standard(), corpus.xlsx(("a", [["x"]]), ("b", [["y"]])), corpus.parquet(corpus.frame)):
        told = []
        read(make(), "x", progress=lambda share, message, told=told: told.append((share, message)))
        shares = [share for share, _message in told]
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0.0, 1.0)
        assert all(message for _share, message in told)


def test_shapes_are_given_as_a_point_inside_in_degrees():
    projected = corpus.written(lambda: corpus.frame().to_crs("EPSG:32648"), ".gpkg", driver="GPKG")()
    cells = read(projected, "x.gpkg").sheets[0].cells
    assert list(cells.iloc[0, -2:]) == ["lon", "lat"]
    assert [round(float(one), 6) for one in cells.iloc[1, -2:]] == [103.83, 36.06]
    inside = read(corpus.written(corpus.areas, ".geojson", driver="GeoJSON")(), "x.geojson").sheets[0].cells
    assert [float(one) for one in inside.iloc[2, -2:]] == [104.5, 36.5]


def test_a_row_without_a_shape_has_no_place_and_says_so():
    here = {"type": "Point", "coordinates": [103.8, 36.1]}
    data = corpus.geojson([({"机构名称": "甲医院", "床位数": 3}, here), ({"机构名称": "乙医院", "床位数": 4}, None)])
    book = read(data, "x.geojson")
    assert list(book.sheets[0].cells.iloc[2].isna()) == [False, False, True, True]
    assert book.findings[["row", "code"]].to_numpy().tolist() == [[3, "shape"]]


def test_cells_of_one_kind_are_spelled_out_up_to_a_limit_and_counted():
    rows = "".join(f"第{n}医院\u200b,{n}\n" for n in range(300))
    found = read(f"机构名称,床位数\n{rows}".encode(), "x.csv").findings
    assert len(found) == 201
    assert found["found"].iloc[-1] == "100 more cells like these in this column"


SCRAPS = (b"a", b"PK", b"PK\x03\x04", b"{", b"[]", b'{"type": 1}', b"\xff\xfe", b"\xff\xfea", b"BM", b"<", b"MZ")


@pytest.mark.parametrize("data", SCRAPS)
def test_scraps_of_files_raise_only_what_a_user_can_read(data):
    with pytest.raises(MhgisError, match="scrap: "):
        layout.find_table(layout.best_sheet(read(data, "scrap")))


def packed(*contents):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for at, content in enumerate(contents):
            archive.writestr(f"{at}.csv", content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("limits", "n", "is_refused"),
    [
        ({"MAX_MEMBERS": 3}, 3, False),
        ({"MAX_MEMBERS": 3}, 4, True),
        ({"MAX_UNPACKED_BYTES": 40}, 4, False),  # ten bytes each
        ({"MAX_UNPACKED_BYTES": 39}, 4, True),
        ({"HARMLESS_BYTES": 40, "MAX_RATIO": 0}, 4, False),
        ({"HARMLESS_BYTES": 39, "MAX_RATIO": 0}, 4, True),
        ({"HARMLESS_BYTES": 0, "MAX_RATIO": 1}, 4, False),  # what is not compressed is smaller than its archive
    ],
)
def test_each_limit_of_an_archive_refuses_by_itself(monkeypatch, limits, n, is_refused):
    for name_of_limit, limit in limits.items():
        monkeypatch.setattr(refusals, name_of_limit, limit)
    data = packed(*["1234567890"] * n)
    if not is_refused:
        assert archives.members(data, "a.zip", "en") == [f"{at}.csv" for at in range(n)]
        return
    with pytest.raises(UnreadableError):
        archives.members(data, "a.zip", "en")
