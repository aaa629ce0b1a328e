"""A gap is a known lack; what is not known is never one."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhgis import gaps, indicators

BEDS = indicators.get("beds_per_100k")
SHARE = indicators.get("share_counties_without_facility")
NA, NAN = pd.NA, float("nan")


def values(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["area_code", "value", "status", "people"])
    return frame.astype({"people": "Int64", "value": "float64"})


TOWN = values(
    ("a", 12.5, "reported", 200_000),  # 25 beds
    ("b", 30.0, "reported", 100_000),
    ("c", 0.0, "zero", 50_001),
    ("d", NAN, "not_reported", 70_000),
    ("e", NAN, "not_applicable", NA),
    ("f", NAN, "suppressed", 10_000),
    ("g", 10.0, "reported", NA),
)


def test_each_area_says_why_it_is_in_the_list():
    assert gaps.rank(TOWN, BEDS, 30)["reason"].tolist() == [
        "below_benchmark",
        "meets",
        "zero",
        "not_reported",
        "not_applicable",
        "suppressed",
        "below_benchmark",
    ]


def test_units_lacking_are_rounded_up_and_unknown_where_people_or_value_are():
    lacking = gaps.rank(TOWN, BEDS, 30)["units_lacking"]
    assert lacking.tolist() == [
        30 * 2 - 25,
        0,
        16,  # 30 * 0.50001 = 15.0003
        NA,
        NA,
        NA,
        NA,
    ]


def test_the_furthest_short_ranks_first_and_unknown_has_no_rank():
    assert gaps.rank(TOWN, BEDS, 30)["rank"].tolist() == [3, 4, 1, NA, NA, NA, 2]


def test_a_lack_ranks_the_other_way_and_zero_of_it_is_no_gap():
    ranked = gaps.rank(values(("a", 0.0, "zero", 1), ("b", 90.0, "reported", 1)), SHARE, 50)
    assert ranked["reason"].tolist() == ["meets", "below_benchmark"]
    assert ranked["rank"].tolist() == [2, 1]
    assert ranked["units_lacking"].tolist() == [NA, NA]


def test_without_a_benchmark_only_a_known_zero_is_a_gap():
    ranked = gaps.rank(TOWN, BEDS, None)
    assert gaps.short(ranked)["area_code"].tolist() == ["c"]
    assert ranked["ratio"].isna().all()
    assert ranked["units_lacking"].isna().all()


def test_a_value_beside_a_status_without_a_number_is_refused():
    with pytest.raises(ValueError, match="exactly where its status"):
        gaps.rank(values(("a", 3.0, "suppressed", 1_000)), BEDS, 30)


def test_the_parts_of_a_list_add_up_to_all_of_it():
    tally = gaps.tally(gaps.rank(TOWN, BEDS, 30))
    assert tally.areas == 7
    assert (tally.short, tally.zero, tally.enough, tally.unknown, tally.not_applicable) == (3, 1, 1, 2, 1)
    assert tally.short + tally.enough + tally.unknown + tally.not_applicable == tally.areas
    assert tally.people_short == 200_000 + 50_001
    assert tally.people_unknown == 70_000 + 10_000
    assert tally.units_lacking == 35 + 16


def test_a_list_of_nothing_known_has_no_gaps_and_no_sums():
    tally = gaps.tally(gaps.rank(values(("d", NAN, "not_reported", 70_000)), BEDS, 30))
    assert (tally.short, tally.unknown, tally.people_short, tally.units_lacking) == (0, 1, None, None)


def test_an_empty_list_stays_one():
    ranked = gaps.rank(TOWN.iloc[:0], BEDS, 30)
    assert gaps.tally(ranked) == gaps.Tally(0, 0, 0, 0, 0, 0, None, None, None)


@pytest.mark.parametrize(
    ("sort", "codes"),
    [
        ("", "cgabdef"),
        ("rank", "cgabdef"),
        ("-value", "bagcdef"),
        ("people", "fcdba" + "eg"),  # unknown last, either way
        ("-people", "abdcf" + "eg"),
        ("no such column", "cgabdef"),
    ],
)
def test_order_is_by_column_then_code_with_unknown_last(sort, codes):
    assert gaps.order(gaps.rank(TOWN, BEDS, 30), sort)["area_code"].str.cat() == codes


@given(st.integers(0, 5_000), st.integers(1, 40_000_000), st.decimals("0.1", 100, places=1))
def test_the_units_lacking_are_the_fewest_that_reach_the_benchmark(beds, people, benchmark):
    rate = beds / people * 100_000
    ranked = gaps.rank(values(("a", rate, "reported", people)), BEDS, float(benchmark))
    lacking = int(ranked["units_lacking"].iloc[0])
    needed = Fraction(benchmark) * people / 100_000
    assert beds + lacking >= needed
    assert lacking == 0 or beds + lacking - 1 < needed
