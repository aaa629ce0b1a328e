"""What columns hold, by name, by values and by choice."""

import pandas as pd
import pytest

from mhgis.importing import columns, layout
from mhgis.importing.columns import factor_of, field_of, is_rate
from mhgis.importing.read import read
from mhgis.importing.types import as_findings
from tests import corpus


def recognised(content, choices=None):
    table = layout.find_table(read(content.encode(), "a.csv").sheets[0])
    return table, columns.recognise(table, choices)


NAMES = {
    "facility_id": ["机构编码", "统一社会信用代码", "Facility ID", "facility_id"],
    "name": ["机构名称", "医院名称", "單位名稱", "Facility name", "Name of hospital", "机构 名称*", "1.机构名称"],
    "kind": ["机构类别", "机构类型", "Facility type"],
    "sponsor": ["举办主体", "主办单位", "机构性质", "Ownership"],
    "grade": ["医院等级", "级别", "Hospital grade"],
    "code": ["行政区划代码", "区划码", "区县代码", "adcode", "行政區劃代碼", "Area code", "AREA_CODE"],
    "province": ["省", "省份", "所在省份", "Province", "省（自治区、直辖市）"],
    "prefecture": ["市", "地市", "市（州）", "Prefecture", "City"],
    "county": ["县", "区县", "县（市、区）", "縣區", "County", "District name"],
    "address": ["地址", "详细地址", "Address"],
    "lon": ["经度", "經度", "lng", "Longitude", "X", "东经"],
    "lat": ["纬度", "lat", "Latitude", "Y坐标"],
    "year": ["年份", "年度", "统计年度", "Year"],
    "facilities": ["机构数", "机构数（家）", "精神卫生机构数量", "Number of facilities", "機構數"],
    "beds": [
        "床位数",
        "床位数(张)",
        "开放床位",
        "实有床位数",
        "编制床位",
        "精神科床位",
        "床位數",
        "Beds",
        "Number of beds",
        "psychiatric_beds",
    ],
    "psychiatrists": [
        "精神科医师",
        "精神科执业（助理）医师数",
        "执业(助理)医师",
        "精神科醫師數",
        "Psychiatrists",
        "医师人数",
    ],
    "nurses": ["护士", "注册护士数", "精神科护士", "護士數", "Nurses", "Number of psychiatric nurses"],
}


@pytest.mark.parametrize(("field", "name"), [(field, name) for field, names in NAMES.items() for name in names])
def test_names_in_use_are_known(field, name):
    assert field_of(name)[0] == field


@pytest.mark.parametrize(
    "name", ["备注", "序号", "联系电话", "床位使用率", "出院人数", "门诊人次", "护士站面积", "Remark", "", "a b c"]
)
def test_other_names_say_nothing(name):
    assert field_of(name)[0] is None


def test_a_column_that_numbers_the_rows_is_told_from_one_that_is_not_understood():
    _table, found = recognised("No.,Hospital,Psych. doctors,RNs,Remark\n1,A,5,20,x\n2,B,6,21,y\n")
    assert [guess.why for guess in found.guesses] == ["running", "name", "name", "name", "unknown"]
    assert (found.positions["psychiatrists"], found.positions["nurses"]) == (2, 3)


@pytest.mark.parametrize(
    "name", ["每10万人口床位数", "每千人口床位", "床位使用率", "Beds per 100,000", "占比", "床位(%)", "平均床位"]
)
def test_rates_are_told_from_counts(name):
    assert is_rate(name)


@pytest.mark.parametrize(
    ("name", "factor"),
    [
        ("床位数（万张）", 10_000),
        ("人数(千人)", 1_000),
        ("beds (thousand)", 1_000),
        ("床位数（张）", 1),
        ("床位 / （百）", 100),
        ("万州区床位", 1),
        ("千阳县床位", 1),
    ],
)
def test_units_multiply_only_where_they_are_units(name, factor):
    assert factor_of(name) == factor


def test_psychiatric_counts_go_before_those_of_a_whole_hospital():
    _table, found = recognised("机构名称,床位数,精神科床位数,护士,精神科护士\n甲医院,900,100,300,40\n")
    assert (found.positions["beds"], found.positions["nurses"]) == (2, 4)
    assert [guess.why for guess in found.guesses] == ["name", "other", "name", "other", "name"]


def test_open_beds_go_before_existing_and_licensed_ones_and_it_is_said():
    table, found = recognised("机构名称,编制床位,实有床位,开放床位\n甲医院,100,95,90\n")
    assert found.positions["beds"] == 3
    said = columns.findings(table, found, "en")
    assert said[["column", "code"]].to_numpy().tolist() == [["编制床位", "column_other"], ["实有床位", "column_other"]]


def test_two_columns_alike_are_a_question():
    table, found = recognised("机构名称,床位数,床位数\n甲医院,100,95\n")
    assert "beds" not in found.positions
    assert columns.findings(table, found, "zh")["severity"].tolist() == ["question", "question"]


def test_a_choice_overrules_every_guess():
    _table, found = recognised("机构名称,床位数,床位数,备注\n甲医院,100,95,5\n", {1: None, 2: "beds", 3: "nurses"})
    assert found.positions == {"name": 0, "beds": 2, "nurses": 3}
    assert [guess.why for guess in found.guesses] == ["name", "choice", "choice", "choice"]


def test_a_choice_takes_the_field_from_a_guess():
    _table, found = recognised("机构名称,开放床位,核定数\n甲医院,100,95\n", {2: "beds"})
    assert found.positions["beds"] == 2
    assert found.guesses[1].why == "other"


def test_a_column_of_areas_is_of_the_level_its_names_end_in():
    for rows, field in (("甘肃省\n青海省", "province"), ("兰州市\n临夏州", "prefecture"), ("城关区\n永登县", "county")):
        body = "".join(f"{one},3\n" for one in rows.split())
        assert recognised(f"地区,床位数\n{body}")[1].positions == {field: 0, "beds": 1}
        assert recognised(f"名称,床位数\n{body}")[1].positions == {field: 0, "beds": 1}


def test_a_register_is_told_from_counts():
    assert recognised("机构名称,县,床位数\n甲医院,城关区,3\n")[1].shape == "register"
    assert recognised("经度,纬度,床位数\n103.8,36.1,3\n")[1].shape == "register"
    assert recognised("县,机构数,床位数\n城关区,1,3\n")[1].shape == "counts"
    assert recognised("行政区划代码,床位数\n620102,3\n")[1].shape == "counts"


def test_a_unit_in_the_title_is_that_of_all_counts_without_one_of_their_own():
    _table, found = recognised("资源表,,\n单位：千,,\n县,机构数（家）,床位数\n城关区,5,0.32\n")
    assert [guess.factor for guess in found.guesses] == [1, 1, 1_000]


def test_what_reading_found_is_given_the_names_of_columns_and_only_where_it_matters():
    case = next(one for one in corpus.CASES if one.file == "merged-beds.xlsx")
    book = read(case.make(), case.file)
    table = layout.find_table(book.sheets[0])
    found = columns.recognise(table)
    kept = columns.relevant(book.findings, table, found)
    assert kept[["row", "column", "code"]].to_numpy().tolist() == [
        [2, "开放床位", "merged_number"],
        [3, "开放床位", "merged_number"],
    ]
    # the same cell merged in a column of years is meant for every row
    years = columns.recognise(table, {2: "year", 5: None})
    assert columns.relevant(book.findings, table, years).empty
    elsewhere = as_findings([{"file": case.file, "sheet": "other", "row": 2, "column": "C", "code": "invisible"}])
    assert columns.relevant(elsewhere, table, found).empty
    whole = as_findings([{"file": case.file, "sheet": table.sheet.name, "code": "hidden_rows", "severity": "warning"}])
    assert len(columns.relevant(pd.concat([elsewhere, whole]), table, found)) == 1
