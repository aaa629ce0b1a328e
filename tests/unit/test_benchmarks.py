"""Benchmarks and bands: which is offered first, and on which side of a limit a value lies."""

import pandas as pd
import pytest

from mhgis import benchmarks, classify, paths
from mhgis.errors import UnknownChoiceError

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
    assert tuple(band.upper for band in bands[:-1]) == classify.BED_BANDS.edges
    assert tuple(band.name for band in bands) == classify.BED_BANDS.names
