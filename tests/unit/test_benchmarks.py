"""Benchmarks and bands: which is offered first, and on which side of a limit a value lies."""

import pandas as pd
import pytest

from mhgis import indicators, paths, store
from mhgis.errors import UnknownChoiceError
from mhgis.measures import benchmarks

COLUMNS = ["benchmark_id", "indicator", "value", "is_listed", "rank", "applies_to", "label_zh", "label_en"]
FRAME = pd.DataFrame(
    [
        ("delphi-optimal-beds", "beds_per_100k", 60.0, True, 2, None, "适宜", "Optimal"),
        ("delphi-minimum-beds", "beds_per_100k", 30.0, True, 1, None, "最低", "Minimum"),
        ("delphi-moderate-beds", "beds_per_100k", 25.0, True, 3, None, "中度", "Moderate"),
        ("delphi-severe-beds", "beds_per_100k", 15.0, True, 4, None, "重度", "Severe"),
        ("unlisted", "beds_per_100k", 50.0, False, None, None, "", ""),
        ("east", "psychiatrists_per_100k", 3.8, True, 1, "east", "东部", "East"),
        ("rest", "psychiatrists_per_100k", 2.8, True, 2, "central;west", "中西部", "Centre and west"),
        ("world", "psychiatrists_per_100k", 1.431, True, 3, None, "全球", "World"),
    ],
    columns=COLUMNS,
).assign(group_type="norm", group_name="g", year="2022", statistic="norm", status="read", source="s", note=None)


def test_the_lowest_rank_is_the_default():
    found = benchmarks.default_for("beds_per_100k", FRAME)
    assert (found.benchmark_id, found.value, found.rank) == ("delphi-minimum-beds", 30, 1)
    assert (found.label("en"), found.label("zh"), found.note) == ("Minimum", "最低", "")


@pytest.mark.parametrize(
    ("region", "expected"), [("east", "east"), ("central", "rest"), ("west", "rest"), (None, "world")]
)
def test_a_regional_target_is_for_its_region_only(region, expected):
    assert benchmarks.default_for("psychiatrists_per_100k", FRAME, region).benchmark_id == expected


def test_no_benchmark_is_none():
    assert benchmarks.default_for("facilities", FRAME) is None
    assert benchmarks.listed("facilities", FRAME) == ()


def test_only_listed_ones_are_offered_in_order():
    assert [b.value for b in benchmarks.listed("beds_per_100k", FRAME)] == [30, 60, 25, 15]
    assert benchmarks.get("unlisted", FRAME).rank is None
    with pytest.raises(UnknownChoiceError, match="no benchmark 'x'"):
        benchmarks.get("x", FRAME)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0, "Severe shortage"),
        (14.999, "Severe shortage"),
        (15, "Moderate shortage"),
        (24.999, "Moderate shortage"),
        (25, "Mild shortage"),
        (30, "Minimum met"),
        (59.9, "Minimum met"),
        (60, "Optimum met"),
        (1e6, "Optimum met"),
    ],
)
def test_bands_are_half_open(value, name):
    bands = benchmarks.bands_for("beds_per_100k", FRAME)
    assert benchmarks.band_of(value, bands).name == name
    assert sum(band.holds(value) for band in bands) == 1


@pytest.mark.parametrize("unknown", [None, float("nan"), pd.NA])
def test_the_unknown_is_in_no_band(unknown):
    assert benchmarks.band_of(unknown, benchmarks.bands_for("beds_per_100k", FRAME)) is None


def test_an_indicator_without_bands_has_none():
    assert benchmarks.bands_for("facilities", FRAME) == ()
    assert benchmarks.band_of(5, ()) is None


def test_limits_come_from_the_table_and_must_rise():
    moved = FRAME.assign(value=FRAME["value"].replace(25.0, 28.0))
    assert [band.lower for band in benchmarks.bands_for("beds_per_100k", moved)] == [None, 15, 28, 30, 60]
    with pytest.raises(ValueError, match="must rise"):
        benchmarks.bands_for("beds_per_100k", FRAME.assign(value=FRAME["value"].replace(25.0, 31.0)))


def test_the_legend_of_beds_has_the_limits_of_the_table():
    table = pd.read_csv(paths.tables() / "benchmarks.csv").rename(
        columns={"measure": "indicator", "source_id": "source"}
    )
    bands = benchmarks.bands_for("beds_per_100k", table)
    assert tuple(band.upper for band in bands[:-1]) == indicators.BED_BANDS.edges
    assert tuple(band.name for band in bands) == indicators.BED_BANDS.names


# comparisons


def test_like_comes_first_and_the_unlike_only_when_asked_for():
    frame = FRAME.assign(
        group_type=["planning_norm"] * 4 + ["income_group"] + ["planning_norm"] * 2 + ["world"],
        comparability_class=["like", "like", "like", "narrower", "like", "like", "like", "like"],
    )
    assert [b.value for b in benchmarks.comparable("beds_per_100k", frame)] == [25, 30, 60, 50]
    found = benchmarks.comparable("beds_per_100k", frame, unlike=True)
    assert [(b.value, b.is_like) for b in found] == [(25, True), (30, True), (60, True), (15, False), (50, True)]


def test_an_own_benchmark_goes_into_a_link_and_back():
    own = benchmarks.Own.of("beds_per_100k", 40.0, "2025", "Plan; section 3\nof the office")
    assert str(own) == "beds_per_100k;40;2025;Plan; section 3 of the office"
    assert benchmarks.Own.parse(str(own)) == own
    found = own.benchmark
    assert (found.value, found.year, found.label("zh"), found.is_own) == (
        40,
        "2025",
        "Plan; section 3 of the office",
        True,
    )
    assert found.indicator == "beds_per_100k"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "beds_per_100k;40;2025",
        *(f"beds_per_100k;{n};2025;s" for n in ("x", "-1", "nan", "inf")),
        "beds_per_100k;4;1; ",
    ],
)
def test_an_own_benchmark_without_value_or_source_is_none(text):
    assert benchmarks.Own.parse(text) is None


def test_a_ladder_has_each_country_once_by_its_latest_like_figure():
    frame = pd.DataFrame(
        [
            ("a1", "Land", "国", 5.0, 2011, "like"),
            ("a2", "Land (mainland)", "国（大陆）", 7.0, 2015, "like"),
            ("a3", "Land", "国", 99.0, 2018, "narrower"),
            ("b1", "Other", "他国", 9.0, 2010, "like"),
        ],
        columns=["benchmark_id", "group_name", "group_name_zh", "value", "last_year", "comparability_class"],
    ).assign(indicator="beds_per_100k", group_type="country", source="s", year="y")
    found = benchmarks.ladder("beds_per_100k", frame, "en")
    assert found[["name", "value"]].to_numpy().tolist() == [["Other", 9.0], ["Land", 7.0]]
    assert benchmarks.ladder("beds_per_100k", frame, "zh")["name"].tolist() == ["他国", "国"]


def test_an_area_is_held_against_what_is_meant_for_its_region():
    values = pd.DataFrame(
        {
            "value": [2.0, 5.0, 3.0, None], "lower": [1.0, 4.0, None, None], "upper": [3.0, 6.0, None, None],
            "region": ["east", "west", None, "east"],
        }
    )  # fmt: skip
    found = benchmarks.verdicts(values, benchmarks.listed("psychiatrists_per_100k", FRAME))
    # east: 3.8 and the world's 1.431, which 1 to 3 holds; west: 2.8 and 1.431; no region: 1.431 alone, by its number
    assert found.iloc[:3].to_numpy().tolist() == [[1, 0, 1, 2], [0, 2, 0, 2], [0, 1, 0, 1]]
    assert found.iloc[3].isna().all()


PROVINCES = pd.DataFrame(
    {"region": ["east", "central", "west", None], "people": [1_000_000, 500_000, 500_000, 9], "count": [None] * 4}
)
TARGETS = {"east": 3.8, "central": 2.8, "west": 2.8}


def test_regions_lack_what_shares_and_rests_leave():
    found = benchmarks.by_region(PROVINCES, {"east": 0.6}, 50, TARGETS)
    east, central, west, rest = found.to_dict("records")
    assert (east["need"], east["count"], east["lacking"]) == (38, 30, 8)  # 0.6 * 50
    assert (west["need"], west["least"], west["most"]) == (14, 0, 14)  # 20 are left for two
    assert pd.isna(central["count"])
    assert (rest["regions"], rest["need"], rest["count"], rest["lacking"]) == (("central", "west"), 28, 20, 8)


def test_regions_of_different_targets_need_their_sum():
    whole = benchmarks.by_region(PROVINCES, {}, 50, TARGETS).iloc[-1]
    assert (whole["need"], whole["count"], whole["lacking"]) == (38 + 14 + 14, 50, 16)
    assert pd.isna(whole["target"])
    counted = benchmarks.by_region(PROVINCES.assign(count=[40, 10, 20, None]), {}, 70, TARGETS)
    assert counted["lacking"].tolist() == [0, 4, 0]
    unknown = benchmarks.by_region(PROVINCES, {}, None, TARGETS)
    assert unknown[["count", "lacking", "least", "most"]].isna().all(axis=None)


def test_every_published_benchmark_says_what_it_is(published):
    found = benchmarks.from_frame(store.benchmarks())
    assert [b.benchmark_id for b in found if b.status not in {"read", "computed"}] == []
    for field in ("source", "year", "statistic", "definition", "comparability"):
        assert [b.benchmark_id for b in found if not getattr(b, field)] == []
    assert [b.benchmark_id for b in found for name in ("statistic", "definition", "comparability")
            if not b.said(name, "zh")] == []  # fmt: skip
