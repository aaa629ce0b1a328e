"""The plan of an import: every row accounted for, no unknown made zero, nothing loaded that is asked about."""

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhgis.errors import SchemaError, UnreadableError
from mhgis.importing import aggregate, library
from mhgis.importing.gazetteer import CHANGE_COLUMNS, Rules
from mhgis.importing.plan import Choices, prepare
from mhgis.importing.read import read
from tests.made_country import reference

REFERENCE = reference()
TODAY = date(2026, 11, 22)
COUNTS = "省,县,精神科床位数,精神科医师\n"
REGISTER = "机构名称,省,县,精神科床位,年份\n"


def plan(text, *, known=REFERENCE, lang="en", progress=None, **chosen):
    book = read(text.encode(), "a.csv", lang=lang)
    return prepare(book, Choices(**chosen), known, lang=lang, today=TODAY, progress=progress)


def counted(made):
    table = made.counts.assign(value=made.counts["value"].astype(object).where(made.counts["value"].notna(), None))
    keys = zip(table["area_code"], table["resource"], strict=True)
    return dict(zip(keys, zip(table["value"], table["status"], strict=True), strict=True))


def codes(made, severity=None):
    kept = made.findings if severity is None else made.findings[made.findings["severity"].eq(severity)]
    return list(kept["code"])


def test_a_survey_becomes_counts_with_what_is_known_of_each():
    made = plan(COUNTS + "东省,河县,120,<5\n东省,青山县,0,…\n", year=2023)
    assert made.ready
    assert made.shape == "counts"
    assert counted(made) == {
        ("910101", "beds"): (120, "reported"),
        ("910102", "beds"): (0, "zero"),
        ("910101", "psychiatrists"): (None, "suppressed"),
        ("910102", "psychiatrists"): (None, "not_reported"),
    }
    assert set(made.counts["year"]) == {2023}


def test_a_register_becomes_facilities_each_in_a_county():
    made = plan(REGISTER + "甲院,东省,河县,100,2023\n乙院,东省,河县,,2023\n")
    assert made.ready
    found = made.facilities
    assert list(found["area_code"]) == ["910101", "910101"]
    assert found["facility_id"].is_unique
    assert list(found["beds"].isna()) == [False, True]
    beds = aggregate.counts_of_register(found).query("resource == 'beds'")
    assert list(beds["status"]) == ["not_reported"]  # 100 and an unknown number


def test_one_answer_covers_all_rows_that_say_the_same():
    text = "县,精神科床位数\n河县,1\n青山县,2\n河县,3\n"
    made = plan(text + "", year=2023)
    asked = made.questions.iloc[0]
    assert (asked["n"], set(asked["candidates"]), asked["first_row"]) == (2, {"910101", "920101"}, 2)
    assert not made.ready
    assert made.counts["area_code"].eq("910101").sum() == 0
    answered = plan(
        "县,精神科床位数,年份\n河县,1,2022\n青山县,2,2022\n河县,3,2023\n", places=((asked["key"], "county", "920101"),)
    )
    assert answered.ready
    assert list(answered.rows["area_code"]) == ["920101", "910102", "920101"]
    assert list(answered.rows["method"]) == ["decision", "name", "decision"]


@pytest.mark.parametrize(("chosen", "said"), [("920101", ["东省 → 920101"]), ("910101", [])])
def test_a_place_chosen_in_another_province_than_the_row_names_is_remarked(chosen, said):
    text = "省,县,精神科床位数\n东省,无名县,1\n东省,青山县,2\n"
    asked = plan(text, year=2023).questions.iloc[0]
    made = plan(text, year=2023, places=((asked["key"], "county", chosen),))
    assert made.ready
    assert list(made.findings.query("code == 'place_decided_elsewhere'")["found"]) == said


def test_rows_can_be_left_out_by_decision_but_then_the_file_is_not_complete():
    text = "县,精神科床位数\n青山县,2\n无名县,3\n"
    asked = plan(text, year=2023).questions.iloc[0]
    out = ((asked["key"], "", ""),)
    made = plan(text, year=2023, places=out)
    assert made.ready
    assert made.tally == {"rows": 2, "loaded": 1, "faulty": 0, "question": 0, "left_out": 1}
    stated = plan(text, year=2023, places=out, complete=(("province", "910000"),))
    assert not stated.ready
    assert "complete" in stated.why_not


def test_a_facility_of_which_only_the_prefecture_is_said_is_offered_its_counties():
    made = plan("机构名称,市,精神科床位,年份\n甲院,东市,5,2023\n")
    asked = made.questions.iloc[0]
    assert (asked["why"], asked["level"]) == ("too_coarse", "county")
    assert asked["candidates"] == ("910101", "910102", "910103")


def test_a_county_of_no_known_name_is_offered_those_of_the_prefecture_that_its_row_names():
    asked = plan("机构名称,市,县,精神科床位,年份\n甲院,东市,大洋镇,5,2023\n乙院,无名市,无名县,5,2023\n").questions
    assert list(asked["why"]) == ["unknown", "unknown"]
    assert list(asked["candidates"]) == [("910101", "910102", "910103"), ()]


def test_counties_that_are_missing_are_named_in_the_readers_language():
    for lang, name in (("en", "Green Hill County"), ("zh", "青山县")):
        found = plan(REGISTER + "甲院,东省,河县,5,2023\n", lang=lang).findings
        assert name in found.loc[found["code"].eq("areas_missing"), "found"].iloc[0]


def test_points_without_words_are_asked_about_row_by_row():
    made = plan("精神卫生机构名称,经度,纬度,年份\n甲院,101.5,30.5,2023\n乙院,50,50,2023\n丙院,51,51,2023\n")
    assert list(made.rows["area_code"].fillna("")) == ["910101", "", ""]
    assert list(made.questions["key"]) == ["@3", "@4"]
    one = plan(
        "精神卫生机构名称,经度,纬度,年份\n甲院,101.5,30.5,2023\n乙院,50,50,2023\n丙院,51,51,2023\n",
        places=(("@3", "county", "910102"), ("@4", "", "")),
    )
    assert one.ready
    assert list(one.facilities["area_code"]) == ["910101", "910102"]


def test_the_coordinate_system_has_to_be_confirmed_where_there_are_several():
    known = reference(("WGS-84", "GCJ-02", "BD-09"))
    text = "精神卫生机构名称,经度,纬度,年份\n甲院,101.5,30.5,2023\n"
    asked = plan(text, known=known)
    assert codes(asked, "question") == ["system"]
    assert set(asked.questions.iloc[0]["candidates"]) == {"WGS-84", "GCJ-02", "BD-09"}
    assert not plan(text, known=known, confirmed=("system",)).ready
    confirmed = plan(text, known=known, system="GCJ-02")
    assert confirmed.ready
    assert abs(confirmed.facilities["lon"].iloc[0] - 101.5) > 0.0005  # brought to WGS 84


def test_a_question_about_a_figure_can_be_confirmed_but_one_about_a_place_cannot():
    text = COUNTS + "东省,河县,90000,\n东省,青山县,20,\n"
    assert codes(plan(text, year=2015), "question") == ["above_province"]
    assert plan(text, year=2015, confirmed=("above_province",)).ready
    unplaced = plan("县,精神科床位数\n河县,1\n", year=2023, confirmed=("place_ambiguous", "place_unknown"))
    assert not unplaced.ready


def test_what_cannot_be_read_is_not_loaded_unless_asked_and_then_is_not_known():
    text = COUNTS + "东省,河县,abc,5\n东省,青山县,-3,7\n东省,湖区,无,8\n"
    made = plan(text, year=2023)
    assert not made.ready
    assert list(made.rows["fate"]) == ["faulty", "faulty", "question"]
    assert list(zip(made.findings["row"].dropna(), made.findings["code"][:3], strict=False)) == [
        (2, "text"),
        (3, "negative"),
        (4, "none_word"),
    ]
    partly = plan(text, year=2023, without_faulty=True)
    assert partly.ready
    assert counted(partly)["910101", "beds"] == (None, "not_reported")
    assert counted(partly)["910103", "beds"] == (None, "not_reported")
    assert counted(partly)["910101", "psychiatrists"] == (5, "reported")


def test_without_a_year_nothing_is_loaded():
    made = plan(COUNTS + "东省,河县,1,1\n")
    assert codes(made, "error") == ["year_missing"]
    assert made.counts.empty


def test_counties_the_file_does_not_name_are_listed_and_are_zero_only_as_stated():
    text = REGISTER + "甲院,东省,河县,100,2023\n"
    made = plan(text)
    assert list(made.missing["area_code"]) == ["910102", "910103"]
    assert "areas_missing" in codes(made)
    stated = plan(text, complete=(("province", "910000"),))
    assert "areas_zero" in codes(stated)
    assert stated.to_draft(b"", "2026-11-22").complete.areas == (("province", "910000"),)


def test_totals_are_held_against_what_is_published():
    made = plan(COUNTS + "东省,河县,120,3\n东省,青山县,,4\n", year=2014)
    found = made.totals.query("level == 'province' and resource == 'beds'").iloc[0]
    assert (found["value"], found["n"], found["of"]) == (120, 1, 2)
    assert (found["published"], found["published_year"], found["ratio"]) == (1_000, 2015, 0.12)  # 120 / 1,000
    assert (found["people"], found["people_year"]) == (100_000, 2020)


def test_an_area_and_its_counties_are_not_added_up_twice():
    made = plan("省,县,精神科床位数\n东省,,150\n东省,河县,100\n东省,青山县,50\n", year=2023)
    total = made.totals.query("level == 'province' and resource == 'beds'").iloc[0]
    assert total["value"] == 100 + 50


def test_the_draft_is_what_the_library_takes():
    draft = plan(REGISTER + "甲院,东省,河县,100,2023\n", title_en="A", publisher="B").to_draft(b"x", "2026-11-22")
    assert tuple(draft.facilities.columns) == library.FACILITY_COLUMNS
    assert draft.facilities.dtypes.to_dict() == library.no_facilities().dtypes.to_dict()
    assert draft.counts.dtypes.to_dict() == library.no_counts().dtypes.to_dict()
    assert (draft.year, draft.title_en, draft.title_zh, draft.publisher) == (2023, "A", "A", "B")
    assert Choices.from_json(draft.decisions) == Choices(title_en="A", publisher="B")


def test_a_plan_that_is_not_ready_makes_no_draft():
    with pytest.raises(SchemaError, match="has to be answered"):
        plan("县,精神科床位数\n河县,1\n", year=2023).to_draft(b"", "2026-11-22")


def test_choices_are_kept_as_json():
    chosen = Choices(
        sheet="一", header_row=3, columns=((0, "beds"), (1, None)), year=2020, system="BD-09",
        places=(("k", "county", "910101"), ("m", "", "")), confirmed=("units_mixed",), complete=(("province", "1"),),
        complete_resources=("beds",), threshold=5, without_faulty=True,
    )  # fmt: skip
    assert Choices.from_json(json.loads(json.dumps(chosen.to_json()))) == chosen


@pytest.mark.parametrize(
    "said",
    [
        {"colour": 1}, {"year": "2020"}, {"columns": [[0, "hats"]]}, {"system": "ED50"}, {"threshold": True},
        {"places": [["k", "street", "1"]]}, {"complete": "910000"}, {"complete_resources": ["hats"]}, {"places": [1]},
    ],
)  # fmt: skip
def test_what_is_no_choice_is_refused(said):
    with pytest.raises(SchemaError, match="choices"):
        Choices.from_json(said)


def test_progress_goes_from_nothing_to_all():
    told = []
    plan(COUNTS + "东省,河县,1,1\n", year=2023, progress=lambda share, _message: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)


def test_a_file_without_a_table_is_refused_in_a_sentence():
    with pytest.raises(UnreadableError, match="no table"):
        plan("just words\n")


CELLS = st.sampled_from(
    ["", "0", "零", "5", "１２", "1,200", "-", "—", "…", "不详", "<5", "无", "1e5", "十二", "abc", "-3", "3.5", "=1+1",
     "#REF!", "2万", "1e999", "\u200f7", "\x00", "'9", "约5", "10-20", "@x", "9" * 30]
)  # fmt: skip
PLACES = st.sampled_from(
    ["河县", "青山县", "湖区", "北林县", "东市", "东省", "合计", "无名", "", "910101", "１２３", "其中：青山县"]
)
ZEROS = {"0", "零"}


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["东省", "西省", "", "合计"]), PLACES, CELLS, CELLS), min_size=1, max_size=12),
    st.booleans(),
    st.booleans(),
)
def test_whatever_comes_every_row_is_accounted_for_and_no_unknown_becomes_zero(rows, is_register, without_faulty):
    head = "机构名称,省,县,精神科床位,精神科医师\n" if is_register else COUNTS
    lines = [",".join([*(["院"] if is_register else []), *(f'"{cell}"' for cell in row)]) for row in rows]
    try:
        made = plan(head + "\n".join(lines) + "\n", year=2023, without_faulty=without_faulty)
    except UnreadableError:
        return
    tally = dict(made.tally)
    assert tally.pop("rows") == sum(tally.values())
    assert tally["loaded"] == made.rows["fate"].eq("loaded").sum()
    sheet = made.table.sheet.cells
    assert made.tally["rows"] + len(made.table.header_rows) == len(sheet)
    loaded = made.rows[made.rows["fate"].eq("loaded")]
    for resource in ("beds", "psychiatrists"):
        column = made.table.body[made.columns.positions[resource]]
        zero = loaded.index[loaded[resource].eq(0).fillna(value=False)]
        assert {text.strip() for text in column.loc[zero]} <= ZEROS
        assert loaded.loc[loaded[f"{resource}_status"].ne("zero"), resource].ne(0).fillna(value=True).all()
        held = made.facilities[resource] if is_register else made.counts.query("resource == @resource")["value"]
        assert held.astype("Float64").sum() == loaded[resource].sum()
    assert made.ready == (made.why_not == "")
    assert pd.api.types.is_list_like(made.questions["candidates"])


def test_a_code_that_was_mended_is_said_once():
    known = replace(REFERENCE, gazetteer=replace(REFERENCE.gazetteer, rules=Rules(code_lengths=(6, 12))))
    made = plan("区划代码,精神科床位数\n910101000000,1\n910102,2\n", year=2023, known=known)
    assert made.ready
    said = made.findings[made.findings["code"].eq("code_mended")]
    assert said[["row", "severity", "found"]].to_numpy().tolist() == [[2, "warning", "910101000000 → 910101"]]


def with_a_county_alike():
    """The country with 河源县 beside 河县: one character apart, in one prefecture."""
    areas = REFERENCE.areas.assign(
        name_zh=REFERENCE.areas["name_zh"].mask(REFERENCE.areas["area_code"].eq("910102"), "河源县")
    )
    names = REFERENCE.gazetteer.names
    names = names.assign(name=names["name"].mask(names["area_code"].eq("910102"), "河源县"))
    return replace(REFERENCE, areas=areas, gazetteer=replace(REFERENCE.gazetteer, areas=areas, names=names))


def test_a_name_one_character_from_a_county_the_file_does_not_name_waits_for_an_answer():
    known = with_a_county_alike()
    text = COUNTS + "东省,河县,120,4\n"
    alone = plan(text, year=2023, known=known)
    said = alone.findings[alone.findings["code"].eq("place_alike")]
    assert said[["row", "severity", "found"]].to_numpy().tolist() == [[2, "question", "河县 / 河源县?"]]
    assert not alone.ready
    (key,) = alone.alike["key"]
    assert plan(text, year=2023, known=known, places=((key, "county", "910101"),)).ready
    assert plan(text, year=2023, known=known, confirmed=("place_alike",)).ready
    # whoever names both can tell them apart
    assert "place_alike" not in codes(plan(text + "东省,河源县,1,1\n", year=2023, known=known))


@pytest.mark.parametrize(
    ("row", "is_asked"),
    [
        ("甲院,,,东省,河源县", True), ("河源县医院,,,东省,河源县", False), ("甲院,,,东省,河源县,河源县大街1号", False),
        ("甲院,102.5,30.5,东省,河源县", False), ("甲院,,,东省,河源县,大街1号", True),
    ],
)  # fmt: skip
def test_what_else_a_row_says_settles_whether_a_name_is_a_slip(row, is_asked):
    head = "机构名称,经度,纬度,省,县,地址,精神科床位\n"
    made = plan(head + row + "," * (6 - row.count(",")), year=2023, known=with_a_county_alike())
    assert ("place_alike" in codes(made)) == is_asked
    assert made.ready != is_asked


@pytest.mark.parametrize(("year", "said"), [(2019, ["2019: + 江县 (2020)"]), (2020, [])])
def test_figures_from_before_another_unit_went_into_an_area_are_said(year, said):
    changes = pd.DataFrame(
        [("county", "910109", "江县", None, 2019, "succeeded", "county", "910101", True)], columns=list(CHANGE_COLUMNS)
    )
    known = replace(REFERENCE, gazetteer=replace(REFERENCE.gazetteer, changes=changes))
    made = plan(COUNTS + "东省,河县,120,4\n", year=year, known=known)
    assert made.ready
    assert list(made.findings.loc[made.findings["code"].eq("place_grown"), "found"]) == said


@pytest.mark.parametrize(("year", "asked"), [(2019, ["2019: - 湖区 (2020)"]), (2020, [])])
def test_figures_from_before_a_part_of_an_area_became_another_are_asked_about(year, asked):
    changes = pd.DataFrame(
        [("county", "910101", "河县", None, 2019, "ceded", "county", "910103", False)], columns=list(CHANGE_COLUMNS)
    )
    known = replace(REFERENCE, gazetteer=replace(REFERENCE.gazetteer, changes=changes))
    text = COUNTS + "东省,河县,120,4\n"
    made = plan(text, year=year, known=known)
    assert made.rows["area_code"].tolist() == ["910101"]
    assert list(made.findings.loc[made.findings["code"].eq("area_ceded"), "found"]) == asked
    assert made.ready == (not asked)
    assert plan(text, year=year, known=known, confirmed=("area_ceded",)).ready
