"""A filter of a whole list is a text that a link can carry, and lets through what it says."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhgis.errors import UnknownChoiceError
from mhgis.view import filters, selection

NAN = float("nan")
ROWS = pd.DataFrame(
    [
        ("1", "11", "east", "urban", 40.0, "reported", "meets", 500_000),
        ("2", "11", "east", "rural", 0.0, "zero", "zero", 90_000),
        ("3", "62", "west", "rural", 12.0, "modelled", "below_benchmark", 200_000),
        ("4", "62", "west", "rural", NAN, "not_reported", "not_reported", 300_000),
        ("5", "71", None, "urban", NAN, "not_applicable", "not_applicable", pd.NA),
    ],
    columns=["area_code", "province_code", "region", "setting", "value", "status", "reason", "people"],
).astype({"people": "Int64"})


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", "12345"),
        ("value:<30", "23"),
        ("value:<30, unknown", "234"),
        ("value:<30;people:>10万", "3"),
        ("people:unknown", ""),  # Taiwan's are no unknown: they do not apply
        ("region:west", "34"),
        ("province:11,62;setting:rural", "234"),
        ("reason:zero,below_benchmark;region:east", "2"),
        ("status:modelled", "3"),
        ("setting:urban", "15"),
    ],
)
def test_limits_hold_together(text, codes):
    assert selection.parse(text).apply(ROWS)["area_code"].str.cat() == codes


def test_the_order_of_the_rows_is_kept():
    assert selection.parse("value:known").apply(ROWS.iloc[::-1])["area_code"].str.cat() == "321"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("region:west,east;value:＞３０", "value:>30;region:east,west"),
        ("people:1万..2万;;value:", "people:10000..20000"),
        ("reason:zero,zero;region:", "reason:zero"),
        ("setting:rural;status:zero", "status:zero;setting:rural"),
    ],
)
def test_one_selection_has_one_text(text, canonical):
    assert str(selection.parse(text)) == canonical


CONDITIONS = st.sampled_from(["", ">30", "2..8", "0, unknown", "!=0", "known", "1000, 2"])
PICKED = {
    "province": st.lists(st.sampled_from(["110000", "620000", "510000"]), unique=True).map(tuple),
    "region": st.lists(st.sampled_from(["east", "central", "west"])).map(tuple),
    "setting": st.lists(st.sampled_from(["urban", "rural"])).map(tuple),
}


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(selection.NUMERIC), CONDITIONS), st.fixed_dictionaries({}, optional=PICKED))
def test_the_text_of_a_selection_is_read_back_to_the_same_selection(numbers, choices):
    selected = selection.select(numbers, choices)
    assert selection.parse(str(selected)) == selected
    assert bool(selected) == bool(str(selected))


@pytest.mark.parametrize(
    ("text", "found"),
    [("beds:>30", "beds"), ("region:Norden!", "Norden!"), ("province:甘肃", "甘肃"), ("value", None), ("x", "x")],
)
def test_what_there_is_not_is_told(text, found):
    if found is None:
        assert selection.parse(text) == selection.Selection()
        return
    with pytest.raises(selection.SelectionError, match=f"has no part “{found}”; expected one of"):
        selection.parse(text)


def test_a_condition_that_cannot_be_read_says_so_itself():
    with pytest.raises(filters.FilterError, match="cannot be read"):
        selection.parse("value:many")


def test_a_field_of_a_page_that_is_no_column_is_told():
    with pytest.raises(selection.SelectionError, match="has no part “beds”"):
        selection.select({"beds": ">3"})


def test_a_list_without_the_column_is_told():
    with pytest.raises(UnknownChoiceError, match="no column 'distance_km' to filter by"):
        selection.parse("distance_km:>30").apply(ROWS)


def test_a_selection_is_said_in_words_in_both_languages():
    selected = selection.parse("value:0,unknown;people:>10万;province:620000;region:east,west;setting:rural")
    english = {"east": "the east", "west": "the west", "rural": "rural"}
    headings = {"value": "Beds", "people": "People", "620000": "Gansu", **english}
    assert selected.in_words("en", headings) == (
        "Beds: 0 or unknown; People: >100000; Gansu; the east or the west; rural"
    )
    chinese = {"value": "床位", "people": "人口", "620000": "甘肃省", "east": "东部", "west": "西部", "rural": "农村"}
    assert selected.in_words("zh", chinese) == "床位：0或未知；人口：>100000；甘肃省；东部或西部；农村"
    assert selection.Selection().in_words("en", {}) == ""
