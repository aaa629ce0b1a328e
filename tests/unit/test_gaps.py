"""A gap is a known lack; what is not known is never one."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhgis import indicators
from mhgis.measures import gaps
from mhgis.measures.benchmarks import Benchmark

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


@pytest.mark.parametrize("indicator", ["beds", "beds_per_psychiatrist"])
def test_what_is_not_for_so_many_people_lacks_no_units(indicator):
    assert gaps.rank(TOWN, indicators.get(indicator), 30)["units_lacking"].isna().all()


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


def test_the_only_gap_of_a_list_is_its_sum():
    tally = gaps.tally(gaps.rank(TOWN.iloc[[0, 1, 3]], BEDS, 30))
    assert (tally.people_short, tally.people_unknown, tally.units_lacking) == (200_000, 70_000, 30 * 2 - 25)


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
    assert gaps.order(gaps.rank(TOWN, BEDS, 30), gaps.parse_order(sort))["area_code"].str.cat() == codes


@settings(deadline=None)
@given(st.integers(0, 5_000), st.integers(1, 40_000_000), st.decimals("0.1", 100, places=1))
def test_the_units_lacking_are_the_fewest_that_reach_the_benchmark(beds, people, benchmark):
    rate = beds / people * 100_000
    ranked = gaps.rank(values(("a", rate, "reported", people)), BEDS, float(benchmark))
    lacking = int(ranked["units_lacking"].iloc[0])
    needed = Fraction(benchmark) * people / 100_000
    assert beds + lacking >= needed
    assert lacking == 0 or beds + lacking - 1 < needed


STATUSES = ["reported", "zero", "not_reported", "suppressed", "not_applicable", "modelled"]
RATES = st.one_of(st.just(0.0), st.floats(0.01, 100))
AREAS = st.lists(st.tuples(st.sampled_from(STATUSES), RATES, st.one_of(st.none(), st.integers(0, 10**6))), max_size=9)


def town_of(drawn: list[tuple]) -> pd.DataFrame:
    known = {"reported", "modelled"}
    rows = [
        (
            f"{i}",
            rate if status in known else 0.0 if status == "zero" else NAN,
            status,
            NA if people is None else people,
        )
        for i, (status, rate, people) in enumerate(drawn)
    ]
    return values(*rows).astype({"area_code": "str", "status": "str"})


@settings(deadline=None)
@given(AREAS, st.one_of(st.none(), st.floats(0.1, 100)), st.sampled_from([BEDS, SHARE]))
def test_reasons_partition_all_areas_and_no_unknown_is_a_gap(drawn, benchmark, indicator):
    ranked = gaps.rank(town_of(drawn), indicator, benchmark)
    assert set(ranked["reason"]) <= set(gaps.REASONS)
    outside = ranked[ranked["reason"].eq("not_applicable")]
    parts = [gaps.short(ranked), gaps.enough(ranked), gaps.unknown(ranked), outside]
    assert sorted(code for part in parts for code in part["area_code"]) == sorted(ranked["area_code"])
    assert gaps.short(ranked)["value"].notna().all()


@pytest.mark.parametrize("reason", gaps.REASONS)
def test_every_reason_has_its_words(reason):
    assert gaps.REASON_LABELS[reason]


def regions(*rows: tuple) -> pd.DataFrame:
    columns = ["area_code", "province_code", "parent_code", "value", "status", "people"]
    return pd.DataFrame(rows, columns=columns).astype({"people": "Int64", "value": "float64"})


#: two provinces; the first of two prefectures, one of which has a county of which nothing is known
COUNTIES = regions(
    ("1a1", "1", "1a", 50.0, "reported", 100_000),  # 50 beds, 20 over 30 per 100,000
    ("1a2", "1", "1a", 10.0, "reported", 100_000),  # 10 beds, 20 short
    ("1b1", "1", "1b", 0.0, "zero", 50_001),  # 16 short
    ("1b2", "1", "1b", NAN, "not_reported", 70_000),
    ("2a1", "2", "2a", NAN, "suppressed", 10_000),
    ("9a1", "9", "9a", NAN, "not_applicable", NA),
)
PROVINCES = regions(
    ("1", "1", "100000", 30.0, "reported", 200_000),
    ("2", "2", "100000", NAN, "not_reported", 10_000),
    ("9", "9", "100000", NAN, "not_applicable", NA),
)


def parts_of(ranked: pd.DataFrame) -> list[tuple]:
    names = ["units_lacking_in_parts", "parts_short", "parts_known", "parts_unknown", "parts_reason"]
    return list(ranked[names].itertuples(index=False, name=None))


def test_a_surplus_in_one_part_does_not_fill_the_gap_of_another():
    ranked = gaps.add_parts(gaps.rank(PROVINCES, BEDS, 30), "province", COUNTIES, BEDS, 30)
    assert ranked["units_lacking"].tolist() == [0, NA, NA]
    assert parts_of(ranked) == [
        (20 + 16, 2, 3, 1, "some_unknown"),
        (NA, 0, 0, 1, "unknown"),
        (NA, NA, NA, NA, "not_applicable"),
    ]


def test_a_county_is_its_own_only_part():
    ranked = gaps.add_parts(gaps.rank(COUNTIES, BEDS, 30), "county", COUNTIES, BEDS, 30)
    assert ranked["units_lacking_in_parts"].tolist() == ranked["units_lacking"].tolist() == [0, 20, 16, NA, NA, NA]
    assert ranked["parts_reason"].tolist() == ["all_known"] * 3 + ["unknown"] * 2 + ["not_applicable"]


def test_the_sum_of_parts_is_additive_from_county_to_country():
    names = ["area_code", "province_code", "value", "status", "people"]
    prefectures = pd.DataFrame(
        [(code, code[0], NAN, "not_reported", NA) for code in ("1a", "1b", "2a", "9a")], columns=names
    ).astype({"people": "Int64"})
    country = values(("100000", 20.0, "reported", 300_000))
    sums = [
        gaps.add_parts(gaps.rank(rows, BEDS, 30), level, COUNTIES, BEDS, 30)["units_lacking_in_parts"].sum()
        for rows, level in ((COUNTIES, "county"), (prefectures, "prefecture"), (PROVINCES, "province"))
    ]
    assert sums == [20 + 16] * 3
    assert parts_of(gaps.add_parts(gaps.rank(country, BEDS, 30), "country", COUNTIES, BEDS, 30)) == [
        (20 + 16, 2, 3, 2, "some_unknown")
    ]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 10**6)), min_size=1, max_size=8))
def test_the_sum_of_parts_is_never_below_the_net_figure(drawn):
    parts = regions(
        *((str(i), "1", "1a", beds / people * 1e5, "reported", people) for i, (beds, people) in enumerate(drawn))
    )
    beds, people = (sum(column) for column in zip(*drawn, strict=True))
    whole = gaps.rank(regions(("1", "1", "100000", beds / people * 1e5, "reported", people)), BEDS, 30)
    ranked = gaps.add_parts(whole, "province", parts, BEDS, 30)
    assert ranked["parts_reason"].tolist() == ["all_known"]
    assert ranked["units_lacking_in_parts"].iloc[0] >= ranked["units_lacking"].iloc[0]


def test_parts_that_nobody_knows_or_that_are_no_units_are_na_with_a_reason():
    ranked = gaps.rank(PROVINCES, BEDS, 30)
    assert parts_of(gaps.add_parts(ranked, "province", None, BEDS, 30))[0] == (NA, NA, NA, NA, "unknown")
    assert parts_of(gaps.add_parts(ranked, "province", COUNTIES, BEDS, None))[0] == (NA, NA, NA, NA, "not_countable")
    assert parts_of(gaps.add_parts(ranked, "province", COUNTIES, SHARE, 30))[0] == (NA, NA, NA, NA, "not_countable")


@pytest.mark.parametrize(
    ("level", "known", "parts"),
    [
        ("country", {"province": 31, "prefecture": 0, "county": 0}, "province"),
        ("country", {"province": 31, "prefecture": 372, "county": 2852}, "county"),
        ("province", {"province": 31, "prefecture": 0, "county": 0}, None),
        ("province", {"province": 31, "prefecture": 300}, "prefecture"),
        ("county", {}, "county"),
    ],
)
def test_parts_are_the_lowest_level_at_which_anything_is_known(level, known, parts):
    assert gaps.parts_level(level, known) == parts


def benchmark(value: float, applies_to: str = "") -> Benchmark:
    limits = frozenset(filter(None, applies_to.split(";")))
    return Benchmark(
        f"b{value}", "beds_per_100k", "norm", "", value, "2022", "", "", "", "", "", "", is_listed=True, rank=1,
        applies_to=limits,
    )  # fmt: skip


def test_robustness_counts_the_benchmarks_meant_for_the_region_under_which_the_gap_stands():
    town = TOWN.assign(region=["east", "west", "west", "east", None, "east", None])
    counts = gaps.robustness(town, BEDS, [benchmark(15), benchmark(30), benchmark(60), benchmark(11, "central;west")])
    assert counts["benchmarks_short"].tolist() == [
        3,  # 12.5 is below 15, 30 and 60
        1,  # 30 is below 60 only
        4,  # zero is short of any
        NA,
        NA,
        NA,
        3,  # 10, of no region: the fourth is not meant for it
    ]
    assert counts["benchmarks_tried"].tolist() == [3, 4, 4, NA, NA, NA, 3]


def test_robustness_of_a_lack_counts_from_above_and_without_benchmarks_is_none_of_none():
    town = TOWN.assign(region="east")
    assert gaps.robustness(town, SHARE, [benchmark(11), benchmark(20)])["benchmarks_short"].tolist()[:3] == [1, 2, 0]
    assert gaps.robustness(town, BEDS, [])["benchmarks_tried"].tolist()[:3] == [0, 0, 0]


def year_of(**known: float) -> pd.DataFrame:
    status = {-1.0: "not_reported", -2.0: "suppressed", 0.0: "zero"}
    return values(*((code, v if v >= 0 else NAN, status.get(v, "reported"), 10) for code, v in known.items()))


UNREPORTED, SUPPRESSED = -1.0, -2.0
YEARS = {
    2010: year_of(a=1.0, b=2.0, c=0.0, d=9.0),
    2015: year_of(a=UNREPORTED, b=3.0, c=UNREPORTED, d=SUPPRESSED),
    2020: year_of(d=SUPPRESSED, c=UNREPORTED, b=UNREPORTED, a=4.0).assign(people=pd.array([70, 60, 50, 40])),
    2025: year_of(a=7.0, b=7.0, c=7.0, d=7.0),
}


def test_what_is_not_reported_is_shown_as_it_was_last_known_and_what_is_suppressed_stays_so():
    shown = gaps.latest(YEARS, 2020)
    assert shown["area_code"].str.cat() == "dcba"
    assert shown["value"].fillna(-1).tolist() == [-1, 0.0, 3.0, 4.0]
    assert shown["status"].tolist() == ["suppressed", "zero", "reported", "reported"]
    assert shown["value_year"].tolist() == [NA, 2010, 2015, 2020]
    assert shown["people"].tolist() == [70, 60, 50, 40]


def test_a_stale_value_is_shown_but_neither_ranked_nor_a_gap():
    ranked = gaps.rank_latest(YEARS, 2020, BEDS, 30)
    assert ranked["reason"].tolist() == ["suppressed", "stale", "stale", "below_benchmark"]
    assert ranked["rank"].tolist() == [NA, NA, NA, 1]
    assert ranked["units_lacking"].tolist() == [NA, NA, NA, 1]
    assert ranked["value"].fillna(-1).tolist() == [-1, 0.0, 3.0, 4.0]
    tally = gaps.tally(ranked)
    assert (tally.short, tally.unknown, tally.people_unknown) == (1, 3, 70 + 60 + 50)


def test_a_year_in_which_all_is_known_has_nothing_stale():
    ranked = gaps.rank_latest(YEARS, 2010, BEDS, 30)
    assert ranked["value_year"].tolist() == [2010] * 4
    assert ranked.drop(columns="value_year").equals(gaps.rank(YEARS[2010], BEDS, 30))


def test_several_keys_order_by_the_first_and_then_by_the_next():
    town = TOWN.assign(region=["east", "west", "west", "east", None, "east", "west"])
    ranked = gaps.rank(town, BEDS, 30)
    assert gaps.order(ranked, gaps.parse_order("region,-value"))["area_code"].str.cat() == "adf" + "bgc" + "e"
    assert gaps.order(ranked, gaps.parse_order("-region, people"))["area_code"].str.cat() == "cbg" + "fda" + "e"
    assert (
        gaps.order(ranked, gaps.parse_order("nonsense,-value"))["area_code"].str.cat()
        == gaps.order(ranked, gaps.parse_order("-value"))["area_code"].str.cat()
    )


def test_the_top_of_a_list_is_its_first_rows():
    ranked = gaps.order(gaps.rank(TOWN, BEDS, 30))
    assert gaps.top(ranked, 2)["area_code"].str.cat() == "cg"
    assert len(gaps.top(ranked, 99)) == len(gaps.top(ranked, None)) == len(TOWN)
    with pytest.raises(ValueError, match="one or more; found 0"):
        gaps.top(ranked, 0)
