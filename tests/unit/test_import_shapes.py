"""Tables in the shapes of offices become the tidy table they stand for, or are asked about."""

import io
import json
from dataclasses import replace
from datetime import date

import openpyxl
import pandas as pd
import pytest

from mhgis.importing import document
from mhgis.importing.plan import Choices, prepare
from mhgis.importing.read import read_here
from tests.made_country import reference

REFERENCE = reference()
TODAY = date(2026, 11, 22)


def plan(data, *, file="a.csv", year=None, **chosen):
    content = data if isinstance(data, bytes) else data.encode()
    book = read_here(content, file, "en", lambda _share, _message: None)
    return prepare(book, Choices(year=year, **chosen), REFERENCE, lang="en", today=TODAY)


def workbook(**sheets):
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file.getvalue()


def codes(made, severity="question"):
    return set(made.findings.loc[made.findings["severity"].eq(severity), "code"])


def counted(made):
    """Return counts by area, year and resource; None where not known."""
    table = made.counts
    values = [None if pd.isna(one) else int(one) for one in table["value"]]
    return dict(zip(zip(table["area_code"], table["year"], table["resource"], strict=True), values, strict=True))


BEDS_OF_TWO = {
    ("910102", 2020, "beds"): 100, ("910102", 2021, "beds"): 110, ("910103", 2020, "beds"): 70,
    ("910103", 2021, "beds"): None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("县,2020年精神科床位,2021年精神科床位\n青山县,100,110\n湖区,70,\n", "a.csv"),
        ("县,精神科床位(2020),精神科床位(2021)\n青山县,100,110\n湖区,70,…\n", "a.csv"),
        ("county,psychiatric beds 2021,psychiatric beds 2020\n青山县,110,100\n湖区,,70\n", "a.csv"),
        ("指标：精神科床位数,,\n地区,2021年,2020年\n青山县,110,100\n湖区,,70\n注：数据未经核实。,,\n", "a.csv"),
        ("各县精神科床位数(张),,\n区划代码,2020,2021\n910102,100,110\n910103,70,\n", "a.csv"),
        ("县,2020年,2021年\n青山县,100,110\n湖区,70,\n", "精神科床位数.csv"),
        ("县,精神科床位,\n,2020年,2021年\n青山县,100,110\n湖区,70,\n", "a.csv"),
    ],
)
def test_years_as_columns_are_years(text, file):
    made = plan(text, file=file)
    assert made.ready
    assert counted(made) == BEDS_OF_TWO
    assert "2 areas x 2 years x 1 figures" in set(made.findings["found"])


def test_years_under_group_headers_are_years_of_two_figures():
    made = plan("县,精神科床位,,精神科医师,\n,2020年,2021年,2020年,2021年\n青山县,100,110,8,9\n")
    assert counted(made) == {
        ("910102", 2020, "beds"): 100, ("910102", 2021, "beds"): 110, ("910102", 2020, "psychiatrists"): 8,
        ("910102", 2021, "psychiatrists"): 9,
    }  # fmt: skip


def test_a_unit_of_the_title_multiplies_once_that_is_confirmed():
    text = "指标：精神科床位数(万张),,\n地区,2021年,2020年\n青山县,0.92,0.9\n"
    assert codes(plan(text)) >= {"column_unit"}
    made = plan(text, confirmed=("column_unit", "above_province"))
    assert counted(made) == {("910102", 2020, "beds"): 9_000, ("910102", 2021, "beds"): 9_200}


def test_rates_in_columns_of_years_are_no_counts():
    made = plan("县,每千人口床位数2020,每千人口床位数2021\n青山县,1,2\n")
    assert not made.ready
    assert counted(made) == {}


SHEET = [["县", "精神科床位数", "精神科医师"], ["青山县", 100, 8], ["湖区", 70, 5]]
OTHER = [["县", "精神科床位数", "精神科医师"], ["青山县", 110, 9], ["湖区", None, 6]]


@pytest.mark.parametrize(
    "names", [("2020", "2021"), ("2020年", "2021年"), ("2020年末", "2021年末"), ("FY2020", "FY2021")]
)
def test_a_sheet_a_year_is_a_file_of_years(names):
    made = plan(workbook(**{names[0]: SHEET, names[1]: OTHER}), file="a.xlsx")
    assert made.ready
    assert {key: value for key, value in counted(made).items() if key[2] == "beds"} == BEDS_OF_TWO
    assert made.unread == ()


def test_faults_are_told_at_their_sheet_and_row():
    broken = [OTHER[0], OTHER[1], ["湖区", "abc", 6]]
    made = plan(workbook(**{"2020": SHEET, "2021": broken}), file="a.xlsx")
    fault = made.findings[made.findings["severity"].eq("error")].iloc[0]
    assert (fault["sheet"], fault["row"], fault["found"]) == ("2021", 3, "abc")


def test_a_sheet_an_area_names_the_area():
    east, west = [["县", "精神科床位数"], ["河县", 1]], [["县", "精神科床位数"], ["河县", 2]]
    made = plan(workbook(东市=east, 西市=west), file="a.xlsx", year=2020)
    assert counted(made) == {("910101", 2020, "beds"): 1, ("920101", 2020, "beds"): 2}


def test_sheets_alike_that_say_nothing_of_themselves_are_asked_about():
    made = plan(workbook(甲=SHEET, 乙=OTHER), file="a.xlsx", year=2020)
    assert codes(made) == {"sheets_same"}
    chosen = plan(workbook(甲=SHEET, 乙=OTHER), file="a.xlsx", year=2020, sheet="乙")
    assert chosen.ready
    assert "sheets_unread" in codes(chosen, "warning")


@pytest.mark.parametrize(
    "text",
    [
        "县,精神科床位数,县,精神科床位数\n青山县,100,湖区,70\n北林县,50,合计,220\n",
        "县,精神科床位数,,县,精神科床位数\n青山县,100,,湖区,70\n北林县,50,,,\n",
        "县,精神科床位数,县,精神科床位数,县,精神科床位数\n青山县,100,湖区,70,北林县,50\n",
        "区划代码,精神科床位,区划代码,精神科床位\n910102,100,910103,70\n920102,50,,\n",
    ],
)
def test_panels_side_by_side_are_one_table(text):
    made = plan(text, year=2020)
    assert made.ready
    assert counted(made) == {
        ("910102", 2020, "beds"): 100, ("910103", 2020, "beds"): 70, ("920102", 2020, "beds"): 50,
    }  # fmt: skip


LONG = {
    ("910102", 2020, "beds"): 100, ("910102", 2020, "psychiatrists"): 8, ("910103", 2020, "beds"): 70,
    ("910103", 2020, "psychiatrists"): None,
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "县,年份,指标,数值\n青山县,2020,精神科床位,100\n青山县,2020,精神科医师,8\n湖区,2020,精神科床位,70\n",
        (
            "REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n910102,Psychiatric beds,2020,100,A\n"
            "910102,PSYCHIATRISTS,2020,8,A\n910103,Psychiatric beds,2020,70,A\n"
        ),
        (
            "dataelement,period,orgunit,value,storedby\nPsychiatric beds,2020,910102,100,a\n"
            "Psychiatrists,2020,910102,8,a\nPsychiatric beds,2020,910103,70,b\n"
        ),
        "区划代码,项目,年份,单位,数量\n910102,精神科床位,2020,张,100\n910102,精神科医师,2020,人,8\n910103,精神科床位,2020,张,70\n",
        "指标,县,2020年\n精神科床位,青山县,100\n精神科医师,青山县,8\n精神科床位,湖区,70\n",
    ],
)
def test_indicators_as_rows_are_figures_of_each_area(text):
    made = plan(text)
    assert made.ready
    assert counted(made) == LONG


def test_an_indicator_that_stands_twice_is_a_fault_and_nothing_is_added_up():
    made = plan("县,年份,指标,数值\n青山县,2020,精神科床位,100\n青山县,2020,精神科床位,8\n")
    assert codes(made, "error") == {"area_twice"}


def test_a_multiplier_of_an_exchange_format_is_a_unit():
    text = "REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,UNIT_MULT\n910102,Psychiatric beds,2020,0.1,3\n"
    assert "column_unit" in codes(plan(text))
    assert counted(plan(text, confirmed=("column_unit",))) == {("910102", 2020, "beds"): 100}


@pytest.mark.parametrize(
    "text",
    [
        "指标,青山县,湖区\n精神科床位数,100,70\n精神科医师,8,\n",
        "项目,青山县,湖区\n精神科医师,8,…\n精神科床位数,100,70\n",
        "Indicator,青山县,湖区\nPsychiatric beds,100,70\nPsychiatrists,8,\n",
        "指标,青山县,湖区\n年份,2020,2020\n精神科床位数,100,70\n精神科医师,8,\n",
    ],
)
def test_a_table_with_areas_as_columns_is_turned(text):
    made = plan(text, year=2020)
    assert made.ready
    assert counted(made) == LONG


@pytest.mark.parametrize(
    "text",
    [
        "地区,床位数(张),#精神科\n青山县,900,100\n湖区,300,70\n",
        "地区,病床数,其中：精神科\n青山县,900,100\n湖区,300,70\n",
        "area,beds,of which psychiatric\n青山县,900,100\n湖区,300,70\n",
        "全  省,30,3\n地区,床位数,＃精神科\n青山县,900,100\n湖区,300,70\n",
    ],
)
def test_a_part_of_a_general_column_is_what_is_counted(text):
    made = plan(text, year=2020)
    assert counted(made) == {("910102", 2020, "beds"): 100, ("910103", 2020, "beds"): 70}


@pytest.mark.parametrize(
    ("head", "point"),
    [
        ("WKT", "POINT (102.5 30.5)"), ("geom", "SRID=4326;POINT(102.5 30.5)"), ("坐标", '"102.5,30.5"'),
        ("纬经度", '"30.5,102.5"'), ("location", '"{""type"": ""Point"", ""coordinates"": [102.5, 30.5]}"'),
        ("坐标", "102.5 30.5"), ("位置", '"[102.5, 30.5]"'),
    ],
)  # fmt: skip
def test_points_in_one_column_are_points(head, point):
    made = plan(f"精神卫生机构名称,{head},精神科床位\n甲院,{point},50\n", year=2020)
    assert made.ready
    assert (list(made.rows["area_code"]), list(made.rows["method"])) == (["910102"], ["point"])


@pytest.mark.parametrize(
    "text",
    [
        '[{"name": "甲精神病医院", "county": "青山县", "beds": 100}]',
        '{"status": "ok", "data": [{"name": "甲精神病医院", "area": {"county": "青山县"}, "beds": 100}]}',
        '{"name": "甲精神病医院", "county": "青山县", "beds": 100}\n{"name": "乙院", "county": "湖区", "beds": 7}\n',
        '[{"name": "甲精神病医院", "type": "精神病医院", "location": {"lon": 102.5, "lat": 30.5}, "beds": 100}]',
    ],
)
def test_records_as_json_are_facilities(text):
    made = plan(text, file="a.json", year=2020)
    assert made.ready
    assert (made.facilities["area_code"].iloc[0], made.facilities["beds"].iloc[0]) == ("910102", 100)


def test_data_values_of_dhis2_as_json_are_counts():
    values = [{"dataElement": "Psychiatric beds", "value": "100"}, {"dataElement": "Psychiatrists", "value": "8"}]
    text = json.dumps({"period": "2020", "orgUnit": "910102", "dataValues": values})
    made = plan(text, file="a.json")
    assert counted(made) == {("910102", 2020, "beds"): 100, ("910102", 2020, "psychiatrists"): 8}


def square(west, south):
    ring = [[west, south], [west + 0.5, south], [west + 0.5, south + 0.5], [west, south + 0.5], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.mark.parametrize("properties", [{"市": "东市"}, {"区划代码": "910100"}, {"name": "东市"}, {"地区": "东市"}])
def test_polygons_that_name_areas_have_the_figures_of_those_areas(properties):
    feature = {"type": "Feature", "properties": {**properties, "精神科床位数": 500}, "geometry": square(102.2, 30.2)}
    made = plan(json.dumps({"type": "FeatureCollection", "features": [feature]}), file="a.geojson", year=2020)
    assert made.shape == "counts"
    assert list(zip(made.counts["level"], made.counts["area_code"], made.counts["value"], strict=True)) == [
        ("prefecture", "910100", 500)
    ]


def test_a_polygon_that_names_a_facility_has_its_place_inside():
    feature = {"type": "Feature", "properties": {"name": "甲精神病医院"}, "geometry": square(102.2, 30.2)}
    made = plan(json.dumps({"type": "FeatureCollection", "features": [feature]}), file="a.geojson", year=2020)
    assert made.shape == "register"
    assert list(made.rows["area_code"]) == ["910102"]
    assert "column_inside" in codes(made)


GENERAL = (
    "机构名称,机构类别,省,县,床位数\n甲医院,综合医院,东省,青山县,1500\n乙医院,精神病医院,东省,青山县,400\n"
    "丙医院,口腔医院,东省,湖区,60\n"
)


def test_a_general_register_is_cut_down_to_psychiatry_and_counted_before_and_after():
    asked = plan(GENERAL, year=2020)
    assert [(one.column, one.kept, one.rows, one.of) for one in asked.offers] == [("机构类别", ("精神病医院",), 1, 3)]
    made = plan(GENERAL, year=2020, filters=(("机构类别", ("精神病医院",)),))
    assert made.ready
    assert list(made.facilities["beds"]) == [400]
    assert made.filtered == (("机构类别", ("精神病医院",), 3, 1),)
    assert made.tally == {"rows": 3, "loaded": 1, "faulty": 0, "question": 0, "left_out": 2}


def test_choices_with_filters_are_read_back_as_they_were():
    chosen = Choices(filters=(("机构类别", ("精神病医院", "精神科")),), shape="plain")
    assert Choices.from_json(json.loads(json.dumps(chosen.to_json()))) == chosen


def test_a_table_is_read_as_it_stands_where_somebody_says_so():
    made = plan("县,2020年精神科床位,2021年精神科床位\n青山县,100,110\n", year=2020, shape="plain")
    assert made.steps == ()
    assert "figures_none" in codes(made, "error") | codes(made)


def test_the_document_of_a_plan_is_plain_json_and_says_all_of_it():
    made = plan(workbook(表=[*SHEET], 说明=[["甲", "乙"], ["丙", 1]]), file="a.xlsx", year=2020)
    said = json.loads(json.dumps(document.of_plan(made), ensure_ascii=False))
    assert said["ready"] is True
    assert said["sums"] == {"beds": 170, "psychiatrists": 13}
    assert [one["name"] for one in said["unread"]["sheets"]] == ["说明"]
    assert {one["field"]: one["scope"] for one in said["columns"] if "scope" in one} == {
        "beds": "psychiatric", "psychiatrists": "psychiatric",
    }  # fmt: skip
    assert said["places"]["by"] == {"name": 2}


def test_what_was_not_used_goes_into_the_draft():
    draft = plan(GENERAL, year=2020, filters=(("机构类别", ("精神病医院",)),)).to_draft(b"", "2026-11-22")
    assert draft.unread["filters"] == [{"column": "机构类别", "values": ["精神病医院"], "before": 3, "after": 1}]
    assert draft.unread["rows"] == {"filter": 2}
    assert replace(draft, unread={}).unread == {}


@pytest.mark.parametrize(
    "text",
    [
        "表3 各县床位,,\n县区,合计,#精神科\n青山县,900,100\n湖区,300,70\n市直,200,30\n",
        "县区,床位数,#精神科\n青山县,900,100\n续表,,\n县区,床位数,#精神科\n湖区,300,70\n",
        "县区,床位数,#精神科\n省直,900,1\n青山县,900,100\n湖区,300,70\n",
        "县区,床位数,#精神科\n市本级,10,1\n青山县,900,100\n湖区,300,70\n合 计,1,1\n",
    ],
)
def test_rows_of_no_area_are_known_for_what_they_are(text):
    made = plan(text, year=2020)
    assert counted(made) == {("910102", 2020, "beds"): 100, ("910103", 2020, "beds"): 70}
    assert made.questions.empty


@pytest.mark.parametrize(
    "text",
    [
        "东市精神卫生资源,,\n指标,2020年,2021年\n精神科床位数,50,55\n",
        "东市,\n年份,精神科床位数\n2020,50\n2021,55\n",
        "东市精神科床位数,,\n年份,精神科床位数,备注\n2020,50,\n2021,55,\n",
        "东市2020-2021年,,\n指标,2020年,2021年\n精神科床位数,50,55\n",
    ],
)
def test_a_table_of_one_area_is_of_the_area_of_its_title_once_that_is_confirmed(text):
    assert codes(plan(text)) == {"area_of_title"}
    made = plan(text, confirmed=("area_of_title",))
    assert made.ready
    assert counted(made) == {("910100", 2020, "beds"): 50, ("910100", 2021, "beds"): 55}


@pytest.mark.parametrize("rows", [30, 7])
def test_a_register_of_many_more_facilities_than_are_published_is_asked_about(rows):
    published = pd.DataFrame(
        [("province", "910000", 2015, "facilities", 3.0)], columns=["level", "area_code", "year", "resource", "value"]
    )
    known = replace(REFERENCE, published=published)
    text = "机构名称,省,县\n" + "".join(f"甲精神病医院{n},东省,青山县\n" for n in range(rows))
    book = read_here(text.encode(), "a.csv", "en", lambda _share, _message: None)
    made = prepare(book, Choices(year=2020), known, lang="en", today=TODAY)
    said = list(made.findings.query("code == 'above_published'")["found"])
    assert said == ([f"{rows}; 东省 2015: 3"] if rows > 10 else [])


def test_a_sheet_without_a_table_is_told():
    made = plan(workbook(表=SHEET, 说明=[["本表由各县填报。"]]), file="a.xlsx", year=2020)
    assert made.ready
    assert made.unread == (("说明", "text"),)
