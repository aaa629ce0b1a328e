"""What a reader asks of small numbers: what is steadied, left out or divided anew, and what stays as counted."""

import pandas as pd
import pytest

from mhgis import indicators
from mhgis.measures import gaps, intervals, small_numbers
from mhgis.measures.small_numbers import SureQuestion

RATE = indicators.get("beds_per_100k")
MINIMUM = 30.0


def areas(**columns):
    """Five counties of two provinces: three counted, one with none, one not known."""
    frame = {
        "area_code": ["1", "2", "3", "4", "5"],
        "province_code": ["A", "A", "A", "B", "B"],
        "count": [4, 90, 0, 12, None],
        "people": [10_000, 100_000, 20_000, 40_000, 30_000],
        "people_otherwise": [15_000, 101_000, 20_000, 41_000, 30_000],
        "status": ["reported", "reported", "zero", "reported", "not_reported"],
        "origin_id": ["census+survey", "census+survey", "census+survey", "census+survey", None],
    } | columns
    values = pd.DataFrame(frame)
    count = values["count"].astype("Float64")
    return values.assign(
        value=(count * 100_000 / values["people"]).astype("float64"), lower=float("nan"), upper=float("nan"),
        people=values["people"].astype("Int64"),
    ).drop(columns="count")  # fmt: skip


@pytest.mark.parametrize("text", ["", "shrunken", "hidden", "people-2020", "shrunken,hidden,people-2010"])
def test_a_question_goes_into_a_link_and_back(text):
    assert str(SureQuestion.parse(text)) == text


@pytest.mark.parametrize("text", ["plain", "shrunken,shrunken", "people-", "people-20x", "people-1,people-2", ",", "²"])
def test_what_is_no_question_is_none(text):
    assert SureQuestion.parse(text) is None


def test_rates_are_drawn_within_their_province_and_keep_its_count():
    found = small_numbers.steady(areas(), RATE)
    assert found["raw"].tolist()[:4] == [40.0, 90.0, 0.0, 30.0]
    # the two counties of A that have any: 94 beds for 110,000 people, 85.5 on the average
    assert 40 < found["value"][0] < 85.5 < found["value"][1] < 90
    in_a = (found["value"] * found["people"].astype(float) / 100_000)[:3]
    assert in_a.sum() == pytest.approx(4 + 90 + 0)
    # the one of B stands alone and keeps its rate, a zero is a zero, and the unknown is unknown
    assert found["value"].tolist()[2:4] == [0.0, 30.0]
    assert found.loc[4, ["value", "raw"]].isna().all()


def test_provinces_are_drawn_towards_the_country():
    provinces = areas(province_code=["1", "2", "3", "4", "5"])
    found = small_numbers.steady(provinces, RATE)
    expected = intervals.shrink(pd.Series([4, 90, None, 12, None]), provinces["people"])["shrunken"]
    assert found["value"].drop(2).tolist() == pytest.approx(expected.drop(2).astype(float).tolist(), nan_ok=True)


@pytest.mark.parametrize("name", ["beds", "share_people_without_facility", "beds_per_psychiatrist"])
def test_what_is_no_rate_of_people_is_let_be(name):
    values, other = areas(), indicators.get(name)
    people = values[["area_code", "people", "origin_id"]]
    assert small_numbers.steady(values, other) is values
    assert small_numbers.with_people(values, other, people, people) is values


def test_a_model_is_not_steadied():
    values = areas(status=["modelled"] * 4 + ["not_reported"])
    pd.testing.assert_series_equal(small_numbers.steady(values, RATE)["value"], values["value"])


def people_of(year, numbers):
    return pd.DataFrame(
        {"area_code": ["1", "2", "3", "4", "5"], "people": pd.array(numbers, "Int64"), "origin_id": f"census{year}"}
    )


def test_counts_are_kept_when_they_are_divided_by_other_people():
    values = areas(origin_id=["census2015+survey"] * 4 + [None])
    own, other = people_of(2015, values["people"]), people_of(2020, [20_000, 50_000, 20_000, None, 1])
    found = small_numbers.with_people(values, RATE, own, other)
    assert found["value"].tolist()[:3] == [20.0, 180.0, 0.0]  # 4 / 20,000; 90 / 50,000; none
    assert found["status"].tolist() == ["reported", "reported", "zero", "not_reported", "not_reported"]
    assert found["value"].isna().tolist() == [False, False, False, True, True]
    assert found["origin_id"].dropna().unique().tolist() == ["census2020+survey"]
    assert found["people"].tolist()[:3] == [20_000, 50_000, 20_000]


def judged(values, benchmark=MINIMUM, *, hidden=False):
    return small_numbers.judge(gaps.rank(values, RATE, benchmark), RATE, benchmark, hidden=hidden)


def test_a_finding_is_below_above_or_open():
    # 4 beds are 40 for 10,000 people and 26.7 for the 15,000 of the other source; 90 are 90 or 89.1; 12 are 30 or 29.3
    found = judged(areas())
    assert found["outcome"].tolist()[:4] == ["cannot_tell", "above", "below", "cannot_tell"]
    assert pd.isna(found["outcome"][4])
    assert found["low"].round(1).tolist()[:2] == [26.7, 89.1]
    assert found["high"].round(1).tolist()[:2] == [40.0, 90.0]


def test_without_another_source_of_people_no_finding_stands_beside_the_number():
    found = judged(areas(people_otherwise=None), hidden=True)
    assert found[["low", "high", "outcome"]].isna().all(axis=None)
    assert not small_numbers.is_left_out(found).any()


def test_what_is_below_and_above_by_the_number_alone():
    found = judged(areas())
    assert found["reason"].tolist() == ["meets", "meets", "zero", "meets", "not_reported"]


def test_what_is_left_out_is_in_no_list_and_counted():
    found = judged(areas(), hidden=True)
    assert found["reason"].tolist() == ["cannot_tell", "meets", "zero", "cannot_tell", "not_reported"]
    counted = gaps.tally(found)
    assert (counted.areas, counted.short, counted.enough, counted.unknown, counted.left_out) == (5, 1, 1, 1, 2)
    for part in (gaps.short, gaps.enough, gaps.unknown):
        assert not small_numbers.is_left_out(part(found)).any()


def test_a_counted_zero_is_never_left_out_but_a_zero_of_a_model_is():
    few = areas(people=[10_000, 100_000, 9_000, 40_000, 30_000])
    assert judged(few, hidden=True)["reason"][2] == "zero"
    ranges = {"lower": [0.0] * 5, "upper": [50.0] * 5, "status": ["modelled"] * 5, "value": [0.0, 1, 2, 40, 50]}
    assert judged(few.assign(**ranges), hidden=True)["reason"].eq("cannot_tell").all()


def test_without_a_benchmark_there_is_no_finding_and_nothing_is_left_out():
    found = judged(areas(), None, hidden=True)
    assert found["outcome"].isna().all()
    assert found["low"].notna().sum() == 4
    assert not small_numbers.is_left_out(found).any()


def test_no_finding_contradicts_the_number_it_stands_beside():
    # 1 bed for 20,000 is 5, and is drawn above 30 by neighbours that have far more
    values = areas(
        count=[1, 900, 800, 12, None], people=[20_000, 300_000, 100_000, 40_000, 30_000], people_otherwise=None,
        status=["reported"] * 4 + ["not_reported"],
    )  # fmt: skip
    drawn = small_numbers.steady(values, RATE).assign(value=[31.0, 300.0, 800.0, 30.0, float("nan")])
    found = judged(drawn)
    assert found["outcome"][0] == "cannot_tell"
    assert found.loc[0, ["low", "high"]].tolist() == [5, 31]
    # what is lacking is counted in beds that are there: 6 for 20,000, 1 of them had
    assert found["units_lacking"][0] == 5


def test_what_is_asked_is_said():
    said = {"year": 2015, "group": "China", "modelled": False, "compared": True, "people_known": True}
    asked = SureQuestion(steadied=True, hidden=True, people=2020)
    steadied, people, hidden = small_numbers.notes(asked, RATE, "en", said)
    assert "drawn towards the mean of China" in steadied
    assert people == "Chosen instead: counts of 2015 are divided by the people of 2020; the two years differ."
    assert hidden.startswith("Left out")
    assert len(small_numbers.notes(asked, RATE, "en", said | {"modelled": True, "compared": False})) == 1
    assert small_numbers.notes(asked, indicators.get("beds"), "en", said | {"compared": False}) == ()
    unknown = small_numbers.notes(SureQuestion(people=2010), RATE, "en", said | {"people_known": False})
    assert unknown[0].startswith("People of 2010 are not known at this level")
