"""The checks of an import, each on a small table that breaks it and one that does not."""

from datetime import date

import pandas as pd
import pytest

from mhgis.importing import checks
from mhgis.importing.plan import Choices, prepare
from mhgis.importing.read import read
from tests.made_country import reference

REFERENCE = reference()


def findings(text, **chosen):
    made = prepare(read(text.encode(), "a.csv"), Choices(**chosen), REFERENCE, lang="en", today=date(2026, 11, 22))
    return made.findings


def at(found, code):
    mine = found[found["code"].eq(code)]
    return [(None if pd.isna(row) else int(row), None if pd.isna(name) else name) for row, name in
            zip(mine["row"], mine["column"], strict=True)]  # fmt: skip


R = "机构编号,机构名称,省,县,床位数,精神科医师,年份\n"
C = "省,县,机构数,床位数,精神科医师,年份\n"
CASES = {
    "id_twice": (R + "1,甲,东省,河县,5,1,2023\n1,乙,东省,青山县,5,1,2023\n", [(2, "机构编号"), (3, "机构编号")]),
    "name_twice": (R + "1,甲,东省,河县,5,1,2023\n2,甲,东省,河县,6,1,2023\n", [(2, "机构名称"), (3, "机构名称")]),
    "likely_twice": (
        R + "1,甲（院）,东省,河县,5,1,2023\n2,甲院,东省,河县,6,1,2023\n",
        [(2, "机构名称"), (3, "机构名称")],
    ),
    "years_mixed": (R + "1,甲,东省,河县,5,1,2023\n2,乙,东省,河县,6,1,2022\n", [(None, "年份")]),
    "area_twice": (C + "东省,河县,1,5,1,2023\n东省,河县,1,6,1,2023\n", [(2, None), (3, None)]),
    "year_future": (C + "东省,河县,1,5,1,2027\n", [(2, "年份")]),
    "year_old": (C + "东省,河县,1,5,1,1955\n", [(2, "年份")]),
    "year_missing": (C + "东省,河县,1,5,1,\n东省,青山县,1,5,1,2023\n", [(2, "年份")]),
    "above_province": (C + "东省,河县,1,3001,1,2015\n", [(2, "床位数")]),  # 3 times the published 1,000
    "part_above_whole": (C + "东省,河县,1,90,1,2023\n东省,,1,80,1,2023\n东省,东市,1,80,1,2023\n", [(2, "床位数")]),
    "beds_without_facility": (C + "东省,河县,0,5,0,2023\n", [(2, "床位数")]),
    "psychiatrists_above_beds": (C + "东省,河县,1,5,21,2023\n", [(2, "精神科医师")]),
    "total_differs": (C + "东省,河县,1,5,1,2023\n东省,青山县,1,6,1,2023\n合计,,2,12,2,2023\n", [(4, "床位数")]),
    "place_empty": (C + ",,1,5,1,2023\n东省,河县,1,5,1,2023\n", [(2, "县")]),
    "place_unknown": (C + "东省,无名之地,1,5,1,2023\n", [(2, "县")]),
    "place_near": (C + "东省,青山具,1,5,1,2023\n", [(2, "县")]),
    "place_contradiction": (C + "东省,北林县,1,5,1,2023\n", [(2, "县")]),
    "formula_text": (R + "1,@cmd|x,东省,河县,5,1,2023\n", [(2, "机构名称")]),
    "code_is_date": ("行政区划代码,床位数,年份\n2023-01-02,5,2023\n910101,6,2023\n", [(2, "行政区划代码")]),
    "code_is_number": ("行政区划代码,床位数,年份\n9.1E+05,5,2023\n910101,6,2023\n", [(2, "行政区划代码")]),
    "place_outside": ("机构名称,经度,纬度,年份\n甲,50,50,2023\n", [(2, "经度")]),
    "coordinate_range": ("机构名称,经度,纬度,年份\n甲,30.5,101.5,2023\n", [(2, "纬度")]),
}  # fmt: skip
RIGHT = (
    R + "1,甲,东省,河县,5,1,2023\n2,乙,东省,河县,6,1,2023\n3,甲,东省,青山县,6,1,2023\n4,丙,东省,湖区,6,1,2023\n",
    C + "东省,河县,1,5,1,2023\n东省,青山县,1,6,1,2023\n东省,湖区,1,0,0,2023\n合计,,3,11,2,2023\n",
)


@pytest.mark.parametrize("code", CASES)
def test_a_fault_is_found_at_its_cell(code):
    text, cells = CASES[code]
    assert at(findings(text), code) == cells


@pytest.mark.parametrize("text", RIGHT)
def test_nothing_is_said_of_what_is_right(text):
    assert findings(text).empty


def test_a_year_to_come_is_a_fault_and_not_a_second_year_too():
    found = findings(R + "1,甲,东省,河县,5,1,2023\n2,乙,东省,河县,6,1,2031\n")
    assert set(found["code"]) & {"year_future", "years_mixed"} == {"year_future"}


def test_one_in_another_unit_stands_out_among_its_peers():
    level = pd.Series(["county"] * 6)
    rows = pd.DataFrame({"level": level, "province_code": "930000", "beds": pd.array([3, 4, 5, 4, 3, 40_000], "Int64")})
    none = pd.DataFrame({"province_code": [], "resource": [], "value": []})
    spotted = {one.code: one.found for one in checks.sizes(rows, ["beds"], none)}
    assert spotted["units_mixed"].to_dict() == {5: "40000"}  # the median is 4
    known = pd.DataFrame({"province_code": ["930000"], "resource": ["beds"], "value": [90_000.0]})
    spotted = {one.code: one.found for one in checks.sizes(rows, ["beds"], known)}
    assert spotted["units_mixed"].empty  # less than half of what is published for its province


def test_facilities_within_200_metres_may_be_one():
    # 0.001 degrees of latitude are 111 m, 0.003 are 334 m
    rows = pd.DataFrame(
        {"name": ["a", "b", "c"], "area_code": "910101", "year": 2023, "lon": 101.5, "lat": [30.5, 30.501, 30.504]}
    )
    likely = next(one for one in checks.repeated(rows, register=True) if one.code == "likely_twice")
    assert list(likely.found.index) == [0, 1]


@pytest.mark.parametrize(
    ("said", "is_right"),
    [(11, True), (6, True), (5, True), (12, False), (None, True)],
)
def test_a_total_may_add_up_all_rows_those_above_or_those_below(said, is_right):
    body = pd.Series([5, 6], index=[2, 4], dtype="Int64")
    total = pd.Series([said], index=[3], dtype="Int64")
    assert checks.totals(body, total, "beds").found.empty == is_right


def test_a_total_of_rows_that_are_partly_unknown_is_wrong_only_below_what_is_known():
    body = pd.Series([5, None], index=[2, 3], dtype="Int64")
    assert checks.totals(body, pd.Series([9], index=[4], dtype="Int64"), "beds").found.empty
    assert not checks.totals(body, pd.Series([4], index=[4], dtype="Int64"), "beds").found.empty


def test_every_code_says_what_was_expected_and_what_to_do():
    assert all(said.expected and said.todo for said in checks.SAYINGS.values())


@pytest.mark.parametrize(
    ("spot", "check", "sign", "of_decisions"),
    [(checks.grown, "place_grown", "+", True), (checks.ceded, "area_ceded", "-", False)],
)
def test_figures_from_before_an_area_changed_name_the_year_of_the_change(spot, check, sign, of_decisions):
    # b stood until 2015 and c until 2018, and went into (or out of) a in 2016 and 2019
    rows = pd.DataFrame(
        [("a", "code", 2014), ("a", "code", 2014), ("a", "name", 2016), ("a", "name", 2019), ("a", "point", 2013),
         ("z", "code", 2014), ("a", "decision", 2012)],
        columns=["area_code", "method", "year"],
    )  # fmt: skip
    spotted = spot(rows, {"a": [("b", 2015), ("c", 2018)]})
    expected = {0: f"2014: {sign} b (2016), {sign} c (2019)", 2: f"2016: {sign} c (2019)"}
    if of_decisions:
        expected[6] = f"2012: {sign} b (2016), {sign} c (2019)"
    assert spotted.code == check
    assert spotted.found.to_dict() == expected
