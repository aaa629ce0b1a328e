"""A file handed on says what it is, opens as it was seen, and cannot run anything."""

import csv
import io
from datetime import date

import pandas as pd

from mhgis.exports.csv_json import file_name, to_csv

ROWS = pd.DataFrame(
    {
        "code": ["620102", "620103", "=1+1"],
        "name": ["城关区", "七里河区", 'a, "b"\nc'],
        "beds": pd.array([12, pd.NA, 0], dtype="Int64"),
        "rate": [14.25, float("nan"), 30.0],
    }
)


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_rows_come_out_in_the_order_they_were_seen_and_unknown_is_empty_not_zero():
    assert read(to_csv(ROWS)) == [
        ["code", "name", "beds", "rate"],
        ["620102", "城关区", "12", "14.25"],
        ["620103", "七里河区", "", ""],
        ["'=1+1", 'a, "b"\nc', "0", "30"],
    ]


def test_the_file_begins_with_a_byte_order_mark_so_that_excel_reads_chinese():
    assert to_csv(ROWS).startswith(b"\xef\xbb\xbf")


def test_lines_above_the_headings_say_what_the_table_shows():
    said = read(to_csv(ROWS, head=[("dataset", "cn-published"), ("filter", "=cmd|' /C calc'!A0")]))
    assert said[:3] == [
        ["# dataset", "cn-published"],
        ["# filter", "'=cmd|' /C calc'!A0"],
        ["code", "name", "beds", "rate"],
    ]


def test_a_watermark_stands_on_every_row():
    said = read(to_csv(ROWS, watermark=("note", "modelled")))
    assert [row[-1] for row in said] == ["note", "modelled", "modelled", "modelled"]


def test_a_table_without_rows_still_says_what_it_would_have_shown():
    assert read(to_csv(ROWS.iloc[:0], head=[("year", "2015")])) == [
        ["# year", "2015"],
        ["code", "name", "beds", "rate"],
    ]


def test_a_file_name_is_plain_and_dated():
    name = file_name(["gaps", "cn-modelled-2015", "../甘肃 620000"], date(2026, 11, 22), "csv")
    assert name == "mhgis-gaps-cn-modelled-2015-620000-2026-11-22.csv"
