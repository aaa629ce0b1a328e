"""A workbook opens as typed cells that say where they come from, and cannot run anything."""

import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from mhgis.exports import workbook
from mhgis.exports.listing import Fact, Listing

FORMULA = '=HYPERLINK("http://x.org","甘肃")'
ROWS = pd.DataFrame(
    {
        "代码": ["620102", "620103", "010101"],
        "地区": ["城关区", FORMULA, "-1-1"],
        "数值": pd.array([12.5, pd.NA, 0.0], dtype="Float64"),
        "人口": pd.array([1_329_500, pd.NA, 0], dtype="Int64"),
        "年份": pd.array([2015, 2010, pd.NA], dtype="Int64"),
        "比值": [0.25, float("nan"), 1.0],
    },
    index=[9, 1, 4],
)
FACTS = {
    "title": "甘肃 & 青海", "dataset": "全国已公布数据", "year": "2015", "benchmark": "30 张", "filter": "value:>30",
    "build": "abc", "date": "2026-11-22", "link": "https://x.org/gaps?lang=zh&f=%3E30", "note": "=1+1",
}  # fmt: skip


def listed(rows: pd.DataFrame = ROWS, **other: object) -> Listing:
    facts = tuple(Fact(key, key.capitalize(), text) for key, text in FACTS.items())
    sources = (("《中国2020年人口普查分县资料》", "figures only"), ("Survey", "MIT"))
    given = {"watermark": None, "decimals": {"数值": 1, "年份": None}, "lang": "zh"}
    return Listing(rows=rows, codes=tuple(rows["代码"]), facts=facts, sources=sources, **{**given, **other})


def opened(listing: Listing) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook.to_xlsx(listing)))


def test_the_rows_are_those_seen_in_the_order_seen_and_unknown_is_empty_not_zero():
    sheet = opened(listed()).worksheets[0]
    assert list(sheet.iter_rows(values_only=True)) == [
        ("代码", "地区", "数值", "人口", "年份", "比值"),
        ("620102", "城关区", 12.5, 1_329_500, 2015, 0.25),
        ("620103", FORMULA, None, None, 2010, None),
        ("010101", "-1-1", 0, 0, None, 1),
    ]


def test_codes_are_text_numbers_are_numbers_and_a_formula_in_a_name_stays_text():
    sheet = opened(listed()).worksheets[0]
    assert [cell.data_type for cell in sheet[3]] == ["s", "s", "n", "n", "n", "n"]
    assert [cell.data_type for cell in sheet[4]][:2] == ["s", "s"]
    assert sheet["B3"].style.startswith("Normal")
    assert sheet["B3"].quotePrefix
    assert not sheet["B2"].quotePrefix
    with zipfile.ZipFile(io.BytesIO(workbook.to_xlsx(listed()))) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


def test_numbers_have_the_format_a_reader_needs():
    sheet = opened(listed()).worksheets[0]
    assert [sheet.cell(2, column).number_format for column in (3, 4, 5, 6)] == ["#,##0.0", "#,##0", "0", "#,##0.00"]


def test_the_headings_stay_in_sight_and_filter():
    sheet = opened(listed()).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F4"
    assert sheet.column_dimensions["B"].width >= 2 * len("城关区")


def test_the_second_sheet_says_what_the_list_is_and_where_it_comes_from():
    book = opened(listed())
    assert book.sheetnames == ["清单", "说明与来源"]
    said = [row for row in book.worksheets[1].iter_rows(values_only=True) if any(row)]
    assert [row[:2] for row in said[: len(FACTS)]] == [(key.capitalize(), text) for key, text in FACTS.items()]
    assert said[len(FACTS) :] == [
        (None, "来源", "许可"),
        (None, "《中国2020年人口普查分县资料》", "figures only"),
        (None, "Survey", "MIT"),
    ]
    assert [cell.data_type for cell in book.worksheets[1]["B"] if cell.value == "=1+1"] == ["s"]
    assert book.worksheets[1]["B8"].hyperlink.target == FACTS["link"]


def test_in_english_the_sheets_are_english():
    assert opened(listed(lang="en")).sheetnames == ["List", "About this list"]


def test_modelled_figures_say_so_on_every_row_and_every_printed_page():
    sheet = opened(listed(watermark=("性质", "模型估计"))).worksheets[0]
    assert [cell.value for cell in sheet["G"]] == ["性质", "模型估计", "模型估计", "模型估计"]
    assert sheet.oddFooter.left.text == "模型估计"
    assert sheet.oddHeader.left.text.replace("&&", "&") == "甘肃 & 青海"


def test_a_list_of_nothing_still_says_what_it_would_have_shown():
    book = opened(listed(ROWS.iloc[:0]))
    assert [row[0].value for row in book.worksheets[0].iter_rows()] == ["代码"]
    assert book.worksheets[1]["A1"].value == "Title"


def test_the_same_list_gives_the_same_bytes_dated_by_the_build(monkeypatch):
    first = workbook.to_xlsx(listed())
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        core = parts.read("docProps/core.xml").decode()
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "2026-11-22T00:00:00Z" in core
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert workbook.to_xlsx(listed()) == first


@pytest.mark.parametrize("name", ["a\x00b", "a\x0bb", "<&>\"'", "𠮷", "a\nb"])
def test_odd_characters_do_not_break_the_file(name):
    rows = ROWS.assign(地区=[name, "", None])
    sheet = opened(listed(rows)).worksheets[0]
    # XML cannot hold control characters; Excel writes them as _x0000_
    assert sheet["B2"].value.replace("_x0000_", "\x00").replace("_x000B_", "\x0b") == name
    assert sheet["B4"].value is None
