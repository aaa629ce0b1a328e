"""Faults as files: the marked copy can be corrected and imported, and no cell of it is a formula."""

import csv
import io
from datetime import date

import openpyxl
import pandas as pd
import pytest
from xlsxwriter import Workbook

from mhgis.importing import faults
from mhgis.importing.plan import Choices, prepare
from mhgis.importing.read import read
from tests.made_country import reference

REFERENCE = reference()
TODAY = date(2026, 11, 22)
TEXT = (
    "东省二〇二三年\n机构编号,机构名称,省,县,精神科床位数,年份\n"
    "007,甲院,东省,河县,abc,2023\n008,=1+1,东省,青山县,20,2023\n009,丙院,东省,湖区,0,2023\n合计,,,,20,\n"
)


def plan(data, name="a.csv", lang="zh"):
    return prepare(read(data, name, lang=lang), Choices(), REFERENCE, lang=lang, today=TODAY)


@pytest.fixture
def marked():
    return faults.to_xlsx(plan(TEXT.encode()), "zh", TODAY)


def test_the_copy_has_every_row_where_it_stood_and_a_column_that_says_what_is_wrong(marked):
    book = openpyxl.load_workbook(io.BytesIO(marked))
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "东省二〇二三年"
    assert sheet["G2"].value == "问题 / Problem"
    assert sheet["E3"].fill.fgColor.rgb == "FFF6B6A8"
    assert sheet["E4"].fill.fgColor.rgb == "00000000"
    assert "abc" in sheet["G3"].value
    assert sheet["G5"].value is None
    assert (sheet["A3"].value, sheet["E5"].value) == ("007", 0)  # codes stay text, counts are numbers
    assert len(list(book.worksheets[1].rows)) == 1 + len(plan(TEXT.encode()).findings)


def test_no_cell_of_the_copy_is_a_formula(marked):
    book = openpyxl.load_workbook(io.BytesIO(marked))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert "=1+1" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_the_copy_comes_back_with_the_same_findings(marked):
    before, after = plan(TEXT.encode()), plan(marked, "b.xlsx")
    columns = ["row", "column", "code", "severity", "found"]
    assert after.findings[columns].equals(before.findings[columns])
    assert after.columns.positions == before.columns.positions


def test_a_corrected_copy_is_ready(marked):
    book = openpyxl.load_workbook(io.BytesIO(marked))
    book.worksheets[0]["E3"] = 15
    mended = io.BytesIO()
    book.save(mended)
    made = plan(mended.getvalue(), "b.xlsx")
    assert made.ready
    assert list(made.facilities["beds"]) == [15, 20, 0]
    assert list(made.facilities["facility_id"]) == ["007", "008", "009"]
    again = openpyxl.load_workbook(io.BytesIO(faults.to_xlsx(made, "zh", TODAY))).worksheets[0]
    assert again.max_column == 7  # the column stays one column
    assert "abc" not in str([cell.value for cell in again["G"]])


def test_a_remark_on_a_header_of_two_rows_leaves_the_added_column_out_of_the_table():
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, name in enumerate(("机构名称", "省", "县", "年份")):
            sheet.merge_range(0, at, 1, at, name)
        sheet.merge_range("E1:F1", "床位")
        sheet.write_row("E2", ("编制床位", "开放床位"))
        sheet.write_row("A3", ("甲院", "东省", "河县", 2023, 10, 12))
        sheet.write_row("A4", ("乙院", "东省", "湖区", 2023, "约20", "约20"))
    made = plan(file.getvalue(), "a.xlsx")
    again = plan(faults.to_xlsx(made, "zh", TODAY), "b.xlsx")
    assert made.findings["row"].isin([1, 2]).any()
    assert again.table.names == made.table.names
    assert len(again.table.names) == 6


def test_the_same_faults_are_the_same_bytes(marked):
    assert marked == faults.to_xlsx(plan(TEXT.encode()), "zh", TODAY)


@pytest.mark.parametrize(("lang", "heading"), [("zh", "文件"), ("en", "File")])
def test_the_list_is_csv_without_formulas(lang, heading):
    made = plan(TEXT.replace("=1+1", "@1+1").encode(), lang=lang)
    rows = list(csv.reader(io.StringIO(faults.to_csv(made.findings, lang).decode("utf-8-sig"))))
    assert rows[0][0] == heading
    assert len(rows) == 1 + len(made.findings)
    assert "'@1+1" in {cell for row in rows for cell in row}


@pytest.mark.parametrize("found", ["", None, pd.NA])
def test_a_sentence_of_an_empty_cell_says_that_nothing_was_found(found):
    finding = pd.Series({"file": "f.csv", "sheet": None, "row": 3, "column": "beds", "found": found,
                         "expected": "a number", "todo": "Fill it in."})  # fmt: skip
    assert faults.sentence(finding, "en") == "f.csv, row 3, column beds: found nothing; expected a number. Fill it in."


def test_a_sentence_says_where_what_and_what_to_do():
    made = plan(TEXT.encode(), lang="en")
    assert faults.sentence(made.findings.iloc[0], "en") == (
        "a.csv, row 3, column 精神科床位数: found abc; expected a whole number, 0 or more. "
        "Write a number here, or leave the cell empty if it is not known."
    )
