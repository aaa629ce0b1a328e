"""On the published figures: every list has every area once, says why, and is the same in every file."""

import csv
import io
import json
from functools import cache

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest

from mhgis import indicators, store
from mhgis.exports import csv_json, geofiles, listing, workbook
from mhgis.measures import benchmarks, gaps, neighbours, rates
from mhgis.words.provenance import About, Origin

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("published")]

LEVELS = ("country", "province", "prefecture", "county")
COLUMNS = ["rank", "area_code", "name_zh", "value", "ratio", "units_lacking", "people", "status", "reason"]


@cache
def offered() -> pd.DataFrame:
    return store.offer()


@cache
def listed(indicator: str) -> tuple[benchmarks.Benchmark, ...]:
    return benchmarks.listed(indicator, store.benchmarks())


def choices(level: str, dataset: str | None = None) -> list[tuple]:
    found = offered()
    found = found[found["level"].eq(level) & (found["dataset_id"].eq(dataset) | (dataset is None))]
    return list(found[["dataset_id", "level", "year", "indicator"]].itertuples(index=False, name=None))


def against(indicator: str) -> list[float | None]:
    return [None, *(benchmark.value for benchmark in listed(indicator))]


def ranked(choice: tuple, benchmark: float | None) -> pd.DataFrame:
    return gaps.rank(store.indicator_values(*choice), indicators.get(choice[-1]), benchmark)


@pytest.mark.parametrize("level", LEVELS)
def test_every_list_has_every_area_once_with_one_reason_and_no_unknown_is_a_gap(level):
    for choice in choices(level):
        dataset, _, year, indicator = choice
        rows = store.query(
            "SELECT area_code FROM indicator_value WHERE dataset_id = ? AND level = ? AND year = ? AND indicator = ? "
            "ORDER BY area_code",
            [dataset, level, year, indicator],
        )
        values = store.indicator_values(*choice)
        for benchmark in against(indicator):
            found = gaps.rank(values, indicators.get(indicator), benchmark)
            assert found["area_code"].tolist() == rows["area_code"].tolist(), choice
            assert set(found["reason"]) <= set(gaps.REASONS), choice
            parts = [gaps.short(found), gaps.enough(found), gaps.unknown(found)]
            outside = int(found["reason"].eq("not_applicable").sum())
            assert sum(map(len, parts)) + outside == len(found), choice
            assert not found.loc[found["value"].isna(), "reason"].isin(rates.GAPS).any(), choice
            assert found.loc[found["status"].isin(gaps.UNKNOWN), "reason"].isin(gaps.UNKNOWN).all(), choice


def described(choice: tuple, benchmark: float | None) -> listing.Listing:
    dataset, level, year, indicator = choice
    rows = gaps.order(ranked(choice, benchmark), gaps.parse_order("-value,name_zh"))
    processing = "modelled" if rows["status"].eq("modelled").any() else "published"
    about = About(
        indicator, "清单", "unit", dataset, year, level, (Origin("o", "Origin"),), processing,
        n=len(rows), build="b", built_on="2026-11-22",
    )  # fmt: skip
    return listing.describe(
        rows[COLUMNS], rows["area_code"].tolist(), about, "zh", dataset="D", area="全国", benchmark=str(benchmark),
        link="https://x.org/gaps", sources=[("Origin", "MIT")],
    )  # fmt: skip


def plain(rows: pd.DataFrame) -> list[tuple]:
    cells = [[None if pd.isna(value) else value for value in rows[name].array] for name in COLUMNS]
    return list(zip(*cells, strict=True))


def from_csv(made: listing.Listing) -> list[tuple]:
    text = io.StringIO(csv_json.to_csv(made.rows, made.head(), made.watermark).decode("utf-8-sig"), newline="")
    rows = [row for row in csv.reader(text) if not row[0].startswith("#")]
    number = {name for name in COLUMNS if pd.api.types.is_numeric_dtype(made.rows[name])}
    kinds = [float if name in number else str for name in COLUMNS]
    return [tuple(kind(cell) if cell else None for kind, cell in zip(kinds, row, strict=False)) for row in rows[1:]]


def from_xlsx(made: listing.Listing) -> list[tuple]:
    book = openpyxl.load_workbook(io.BytesIO(workbook.to_xlsx(made)), read_only=True)
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    return [row[: len(COLUMNS)] for row in rows]


def from_json(made: listing.Listing) -> list[tuple]:
    return [tuple(row[name] for name in COLUMNS) for row in json.loads(csv_json.to_json(made))["rows"]]


@cache
def shapes(level: str) -> gpd.GeoDataFrame:
    return store.shapes(level, 0.005)


def from_geojson(made: listing.Listing, level: str) -> list[tuple]:
    features = json.loads(geofiles.to_geojson(made, shapes(level)))["features"]
    return [tuple(feature["properties"][name] for name in COLUMNS) for feature in features]


def same(one: list[tuple], other: list[tuple]) -> bool:
    # spreadsheets keep sixteen digits of a number
    return len(one) == len(other) and all(
        a == b or (isinstance(a, float) and b is not None and np.isclose(float(a), float(b), rtol=1e-14, atol=0))
        for row, line in zip(one, other, strict=True)
        for a, b in zip(row, line, strict=True)
    )


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("dataset", ["cn-published", "cn-modelled-2015"])
def test_the_list_is_the_same_in_every_file_to_the_row(dataset, level):
    found = choices(level, dataset)
    small = level in ("country", "province")
    # the years of one indicator differ in their figures only
    latest = {choice[-1]: choice for choice in found if choice[2] == 2015}
    sample = list(latest.values()) if small else [max(found, key=lambda choice: len(listed(choice[-1])))]
    for choice in sample:
        for benchmark in against(choice[-1])[:3] if small else against(choice[-1])[1:2]:
            made = described(choice, benchmark)
            seen = plain(made.rows)
            assert same(seen, from_csv(made)), choice
            assert same(seen, from_xlsx(made)), choice
            assert same(seen, from_json(made)), choice
            assert same(seen, from_geojson(made, level)), choice


@pytest.mark.parametrize("level", LEVELS)
def test_every_shape_of_a_written_list_is_valid_and_is_the_shape_of_its_row(level):
    choice = ("cn-modelled-2015", level, 2015, "beds")
    made = described(choice, None)
    read = gpd.read_parquet(io.BytesIO(geofiles.to_geoparquet(made, shapes(level))))
    assert read["area_code"].tolist() == list(made.codes)
    assert read.geometry.is_valid.all()
    assert read.crs.equals("EPSG:4326")
    points = store.areas(level).set_index("area_code").loc[read["area_code"]]
    west, south, east, north = read.geometry.bounds.to_numpy().T
    assert ((points["lon"] >= west) & (points["lon"] <= east)).all()
    assert ((points["lat"] >= south) & (points["lat"] <= north)).all()


@pytest.mark.parametrize("indicator", ["beds_per_100k", "psychiatrists_per_100k", "nurses_per_100k"])
def test_what_the_counties_lack_adds_up_to_what_every_level_says(indicator):
    one = indicators.get(indicator)
    benchmark = listed(indicator)[0].value
    counties = store.indicator_values("cn-modelled-2015", "county", 2015, indicator)
    sums = {}
    for level in LEVELS:
        rows = ranked(("cn-modelled-2015", level, 2015, indicator), benchmark)
        added = gaps.add_parts(rows, level, counties, one, benchmark)
        sums[level] = [int(added[name].sum()) for name in ("units_lacking_in_parts", "parts_short", "parts_unknown")]
        assert added.loc[added["status"].eq("not_applicable"), "units_lacking_in_parts"].isna().all()
    assert sums["country"][0] > 0
    assert sums["county"] == sums["prefecture"] == sums["province"] == sums["country"]


def test_the_sum_of_parts_is_never_below_the_net_figure_of_the_same_counties():
    one, counties = indicators.get("beds_per_100k"), store.indicator_values(
        "cn-modelled-2015", "county", 2015, "beds_per_100k"
    )  # fmt: skip
    known = counties[counties["value"].notna()]
    beds = (known["value"] * known["people"].astype(float) / 100_000).round(6)
    held = known.assign(beds=beds).groupby("province_code")[["beds", "people"]].sum()
    for benchmark in listed("beds_per_100k"):
        net = rates.shortfall_to(benchmark.value, held["beds"].round(6), held["people"])
        whole = pd.DataFrame({"area_code": held.index, "status": "modelled"})
        parts = gaps.add_parts(whole, "province", known, one, benchmark.value).set_index("area_code")
        assert (parts["units_lacking_in_parts"] >= net).all(), benchmark.benchmark_id
        assert (parts["parts_reason"] == "all_known").all()


def test_published_provinces_have_parts_that_nobody_knows_and_the_country_has_provinces():
    one = indicators.get("beds_per_100k")
    rows = offered()
    mine = rows[rows["dataset_id"].eq("cn-published") & rows["indicator"].eq(one.id) & rows["year"].eq(2015)]
    known = dict(zip(mine["level"], mine["n_known"], strict=True))
    assert [gaps.parts_level(level, known) for level in LEVELS] == ["province", None, None, "county"]
    provinces = ranked(("cn-published", "province", 2015, one.id), 30)
    unknown = gaps.add_parts(provinces, "province", None, one, 30)
    assert set(unknown["parts_reason"]) == {"unknown", "not_applicable"}
    country = gaps.add_parts(ranked(("cn-published", "country", 2015, one.id), 30), "country", provinces, one, 30)
    assert country["units_lacking_in_parts"].tolist() == [int(provinces["units_lacking"].sum())]
    assert (country["units_lacking_in_parts"] >= country["units_lacking"]).all()
    assert country[["parts_known", "parts_unknown", "parts_reason"]].to_numpy().tolist() == [[31, 0, "all_known"]]


def test_provinces_of_2020_are_shown_as_they_were_in_2015_and_are_no_gaps():
    by_year = {
        year: store.indicator_values("cn-published", "province", year, "facilities") for year in (2010, 2015, 2020)
    }
    found = gaps.rank_latest(by_year, 2020, indicators.get("facilities"), None)
    mainland = found[found["reason"].ne("not_applicable")]
    assert mainland["value_year"].tolist() == [2015] * 31
    assert set(mainland["reason"]) == {"stale"}
    assert mainland["value"].sum() == by_year[2015]["value"].sum()
    assert gaps.tally(found).unknown == 31


def test_a_gap_under_every_benchmark_is_one_under_each():
    values = store.indicator_values("cn-published", "province", 2015, "beds_per_100k")
    counts = gaps.robustness(values, indicators.get("beds_per_100k"), listed("beds_per_100k"))
    limits = [benchmark.value for benchmark in listed("beds_per_100k")]
    expected = [pd.NA if pd.isna(value) else sum(value < limit for limit in limits) for value in values["value"]]
    assert counts["benchmarks_short"].tolist() == expected
    assert counts["benchmarks_tried"].dropna().eq(len(limits)).all()


def test_the_nearest_supply_of_every_county_is_what_an_exhaustive_search_finds():
    counties = store.areas("county").query("is_applicable").reset_index(drop=True)
    assert len(counties) == 2_852
    drawn = np.random.default_rng(2015).choice([0.0, 1.0, np.nan], len(counties), p=[0.6, 0.3, 0.1])
    status = pd.Series(drawn).map({0.0: "zero", 1.0: "reported"}).fillna("not_reported")
    found = neighbours.nearest_supply(counties.assign(value=drawn, status=status))
    lon, lat = np.radians(counties["lon"].to_numpy()), np.radians(counties["lat"].to_numpy())
    empty, supplied = np.flatnonzero(drawn == 0), np.flatnonzero(drawn == 1)
    half = (
        np.sin((lat[empty, None] - lat[supplied]) / 2) ** 2
        + np.cos(lat[empty, None]) * np.cos(lat[supplied]) * np.sin((lon[empty, None] - lon[supplied]) / 2) ** 2
    )
    km = 2 * neighbours.EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))
    codes = counties["area_code"].to_numpy()
    assert found.nearest["area_code"].tolist() == codes[empty].tolist()
    assert found.nearest["nearest_code"].tolist() == codes[supplied[km.argmin(axis=1)]].tolist()
    assert np.allclose(found.nearest["distance_km"], km.min(axis=1), rtol=1e-9)
    assert found.empty + found.supplied + found.unknown == 2_852


def test_where_no_county_is_known_none_is_empty_and_none_is_served():
    values = store.indicator_values("cn-published", "county", 2015, "facilities")
    points = store.areas("county")[["area_code", "lon", "lat"]]
    found = neighbours.nearest_supply(values.merge(points, on="area_code"))
    assert (found.empty, found.supplied, found.unknown, found.outside) == (0, 0, 2_852, 39)
