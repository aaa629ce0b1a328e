"""Every list that can be chosen: its rows are those of the map, of the gap lists and of each file, one for one."""

import csv
import io
import json
from dataclasses import replace
from functools import cache
from urllib.parse import parse_qsl, urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from mhgis import store
from mhgis.measures.drawn import CHANCES
from mhgis.measures.gaps import UNKNOWN, parse_order
from mhgis.measures.small_numbers import SureQuestion
from mhgis.queries import tables
from mhgis.ui.page import gaps
from mhgis.ui.part import figure, list_files
from mhgis.view import links, selection
from mhgis.view.view import View

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("published")]

DATASETS = ("cn-published", "cn-modelled-2015")
LEVELS = ("country", "province", "prefecture", "county")
ADDRESS = "https://atlas.example.org/gaps"


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """What the map in the browser is sent; and points for shapes, which `test_lists` and `test_geofiles` look at."""
    messages = []
    monkeypatch.setattr(figure, "choropleth", lambda **message: messages.append(message))
    monkeypatch.setattr(list_files, "_shapes", lambda _build, level: points(level))
    return messages


@cache
def points(level):
    areas = store.areas(level)
    return gpd.GeoDataFrame(areas[["area_code"]], geometry=gpd.points_from_xy(areas["lon"], areas["lat"]), crs=4326)


@cache
def queried(dataset, level, indicator, year):
    """The published file's own answer: value and status by code."""
    return store.query(
        "SELECT area_code, value, status, people FROM indicator_value "
        "WHERE dataset_id = ? AND level = ? AND indicator = ? AND year = ? ORDER BY area_code",
        [dataset, level, indicator, year],
    ).set_index("area_code")


def choices(dataset, level):
    """Every view of a dataset and level: each indicator, year and benchmark."""
    found = store.offer().query("dataset_id == @dataset and level == @level")
    for indicator, year in zip(found["indicator"], found["year"], strict=True):
        plain = View(dataset, level, indicator=indicator, year=int(year))
        for benchmark in (*tables.offer().benchmarks.get(indicator, ()), links.NO_BENCHMARK):
            yield replace(plain, benchmark=benchmark)


def kinds(values, status, direction):
    """
    What colour an area must have: a class's, that of zero, or that of the reason why there is no value.

    What a model gives nothing in any draw is no counted zero, so it has none of its own; no lack at all has.
    """
    is_zero = values.eq(0).fillna(value=False) & (status.ne("modelled") | (direction == "less_is_better"))
    return np.where(is_zero, "zero", np.where(values.notna(), "class", status))


def columns(rows, numeric):
    """Rows of text, number or None as columns; a number as the sixteen digits that a spreadsheet keeps."""
    found = []
    for name, cells in zip(numeric, zip(*rows, strict=True), strict=True):
        if numeric[name]:
            found.append(np.array([np.nan if cell in (None, "") else float(cell) for cell in cells]))
        else:
            found.append(["" if cell is None else str(cell) for cell in cells])
    return found


def same(one, other):
    return len(one) == len(other) and all(
        a == b if isinstance(a, list) else np.allclose(a, b, rtol=1e-14, atol=0, equal_nan=True)
        for a, b in zip(one, other, strict=True)
    )


def from_csv(file):
    rows = [row for row in csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")) if row[0][:1] != "#"]
    return rows[0], rows[1:]


def from_xlsx(file):
    heads, *rows = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    return heads, rows


def from_geojson(file):
    rows = [feature["properties"] for feature in json.loads(file)["features"]]
    return list(rows[0]), [list(row.values()) for row in rows]


READERS = {"csv": from_csv, "xlsx": from_xlsx, "geojson": from_geojson}


def drawn(view, sent):
    """What kind of class each area has on the map, by code; the country is no map."""
    figure.map_of(view, figure.ranked(view), "", 600)
    message = sent.pop()
    styles = message["classes"]
    counts = np.bincount(message["values"], minlength=len(styles))
    # of a model the legend counts over its draws: tests/data/test_drawn.py
    if view.dataset != "cn-modelled-2015":
        assert [style.n_areas for style in styles] == counts.tolist(), view
    kind = [styles[at].kind for at in message["values"]]
    return pd.Series(kind, index=figure.wire_order(view.level))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("dataset", DATASETS)
def test_list_map_and_files_have_the_same_rows(dataset, level, sent):
    written = Written()
    for view in choices(dataset, level):
        sheet = list_files.of_level(view)
        expected = queried(dataset, level, view.indicator, view.year)
        codes = list(sheet.codes)
        assert sorted(codes) == expected.index.tolist(), view
        expected = expected.loc[codes]
        rows = sheet.rows
        assert rows["Code"].tolist() == codes, view
        decimals = figure.indicator_of(view).decimals + 2
        name = figure.headings(view)["value"]
        shown = rows[name] if name in rows else pd.Series(np.nan, index=rows.index)
        values = shown.to_numpy("float64", na_value=np.nan)
        assert np.array_equal(values, expected["value"].to_numpy("float64").round(decimals), equal_nan=True), view
        kind = kinds(expected["value"], expected["status"], figure.indicator_of(view).direction)
        if level != "country":
            assert drawn(view, sent).loc[codes].tolist() == kind.tolist(), view
        written.take(list_files.listed(view, sheet, ADDRESS))
    written.check(level)


class Written:
    """
    The columns of many lists, to be written once each: lists of the same areas in the same order share a file.

    A writer is given the listing alone and writes each column for itself: equal columns make equal columns of a file,
    however they were chosen. The headings get a number, for those of a file differ.
    """

    def __init__(self):
        self.seen, self.lists, self.columns = set(), {}, {}

    def take(self, made):
        self.lists.setdefault(made.codes, made)
        columns = self.columns.setdefault(made.codes, {"Code": made.rows["Code"].array})
        for name in made.rows.columns.drop("Code"):
            column = made.rows[name]
            one = (name, str(column.dtype), pd.util.hash_pandas_object(column, index=False).to_numpy().tobytes())
            if one not in self.seen:
                self.seen.add(one)
                columns[f"{name} {len(columns)}"] = column.array

    def check(self, level):
        for codes, made in self.lists.items():
            check_files(replace(made, rows=pd.DataFrame(self.columns[codes])), level)


def check_files(made, level):
    table = made.table()
    numeric = {heading: pd.api.types.is_numeric_dtype(table[heading]) for heading in table.columns}
    known = table.astype("object").where(table.notna(), None)
    expected = columns(known.to_numpy().tolist(), numeric)
    for form in list_files.FORMATS:
        if form.suffix in READERS:
            heads, found = READERS[form.suffix](form.write(made, level))
            assert heads == list(table.columns), (made.facts, form.suffix)
            assert same(expected, columns(found, numeric)), (made.facts, form.suffix)


@pytest.mark.parametrize(
    "shown",
    [
        ("cn-published", "province", "beds_per_100k", 2015),
        ("cn-published", "province", "facilities_per_100k", 2010),
        ("cn-modelled-2015", "county", "beds_per_100k", 2015),
    ],
)
@pytest.mark.parametrize("sure", ["shrunken,hidden", "shrunken,people-2020"])
def test_steadied_or_left_out_the_list_the_map_and_the_files_are_one(shown, sure, sent):
    dataset, level, indicator, year = shown
    benchmark = tables.offer().benchmarks.get(indicator, (links.NO_BENCHMARK,))[0]
    view = View(dataset, level, indicator=indicator, year=year, benchmark=benchmark, sure=SureQuestion.parse(sure))
    sheet = list_files.of_level(view)
    codes = list(sheet.codes)
    expected = queried(dataset, level, indicator, year)
    kind = drawn(view, sent)
    # what the map leaves out is what the file does not have, and nothing else
    assert sorted(codes) == kind.index[kind.ne("cannot_tell")].tolist()
    rows, name = sheet.rows.set_index("Code"), figure.headings(view)["value"]
    raw = rows["As counted"] if "As counted" in rows else rows[name]
    decimals = figure.indicator_of(view).decimals + 2
    if "people" not in sure:
        assert np.array_equal(raw, expected.loc[codes, "value"].round(decimals), equal_nan=True)
    if "shrunken" in sure and dataset == "cn-published":
        assert (raw != rows[name]).sum() > len(rows) / 2
        if "hidden" not in sure:
            # the units are those counted, but for the rounding of the two rates
            total, rounded = (raw * rows["People"]).sum(), rows["People"].sum() * 10.0**-decimals
            assert (rows[name] * rows["People"]).sum() == pytest.approx(total, rel=0, abs=rounded)
    if "hidden" not in sure or benchmark == links.NO_BENCHMARK:
        assert kind.ne("cannot_tell").all()
    elif dataset != "cn-modelled-2015":  # of a model the list says how likely each area is short
        assert "cannot tell" not in set(rows.loc[rows["Status"].ne("zero"), "Given its band"])
    parts = {key: list(gaps.drawn(view, key).sheet.codes) for key in gaps.PARTS}
    outside = kind.index[kind.eq("not_applicable")].tolist()
    assert sorted(sum(parts.values(), outside)) == sorted(codes)
    check_files(list_files.listed(view, sheet, ADDRESS), level)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("dataset", DATASETS)
def test_the_three_gap_lists_hold_each_area_of_the_map_once(dataset, level):
    # that the three part every list under every benchmark is held by `test_lists`
    for view in choices(dataset, level):
        if view.benchmark not in (tables.offer().benchmarks.get(view.indicator, ("",))[0], links.NO_BENCHMARK):
            continue
        expected = queried(dataset, level, view.indicator, view.year)
        kind = pd.Series(
            kinds(expected["value"], expected["status"], figure.indicator_of(view).direction), index=expected.index
        )
        parts = {key: list(gaps.drawn(view, key).sheet.codes) for key in gaps.PARTS}
        outside = kind.index[kind.eq("not_applicable")].tolist()
        assert sorted(sum(parts.values(), outside)) == expected.index.tolist(), view
        assert set(kind[parts["unknown"]]) <= set(UNKNOWN), view
        assert set(kind[parts["gaps"] + parts["enough"]]) <= {"class", "zero"}, view


#: what a filter may say of a column, written with two of its values; and the same in plain Python
CONDITIONS = {
    ">{a}": lambda x, a, _b: x is not None and x > a,
    "<={a}": lambda x, a, _b: x is not None and x <= a,
    "{a}..{b}": lambda x, a, b: x is not None and a <= x <= b,
    "!=0": lambda x, _a, _b: x is not None and x != 0,
    "0, >{b}": lambda x, _a, b: x is not None and (x == 0 or x > b),
    "known": lambda x, _a, _b: x is not None,
    "unknown": lambda x, _a, _b: x is None,
}
COLUMNS = ("value", "people", "units_lacking", "ratio", "rank")
PLACES = (
    ("cn-published", "province", ""), ("cn-modelled-2015", "province", "510000"),
    ("cn-modelled-2015", "prefecture", ""),
    ("cn-modelled-2015", "county", "620000"), ("cn-modelled-2015", "county", "510100"),
)  # fmt: skip


def plainly(rows, part, limits, sort, top):
    """The codes of a list as a reader would pick them by hand, row by row; a gap of a model is one in any draw."""
    kinds = {"gaps": {"zero", "below_benchmark"}, "unknown": UNKNOWN, "enough": {"meets", "no_benchmark"}}[part]
    by_chance = {"gaps": lambda share: share > 0, "unknown": lambda _share: False, "enough": lambda share: share == 0}
    found = [
        row
        for row in rows
        if (by_chance[part](row["p_short"]) if row["reason"] in CHANCES else row["reason"] in kinds)
        and all(holds(row) for holds in limits)
    ]
    found.sort(key=lambda row: row["area_code"])
    for key in reversed(sort or ["rank"]):
        name, descends = key.removeprefix("-"), key.startswith("-")
        known = [row for row in found if row[name] is not None]
        # a sort keeps the order of equals, downwards too
        known.sort(key=lambda row, name=name: row[name], reverse=descends)
        found = known + [row for row in found if row[name] is None]
    return [row["area_code"] for row in found][: top or None]


@settings(max_examples=30)
@given(
    place=st.sampled_from(PLACES),
    indicator=st.sampled_from(["beds_per_100k", "nurses_per_100k", "facilities"]),
    benchmark=st.sampled_from([0, 1, -1]),
    limits=st.dictionaries(
        st.sampled_from(COLUMNS),
        st.tuples(st.sampled_from(list(CONDITIONS)), st.floats(0, 1), st.floats(0, 1)),
        max_size=2,
    ),
    reasons=st.sets(st.sampled_from(["zero", "below_benchmark", "meets", "not_reported", "surely"]), max_size=2),
    sort=st.lists(st.sampled_from([sign + name for name in COLUMNS for sign in ("", "-")]), max_size=3, unique=True),
    top=st.sampled_from([0, 0, 1, 5, 1000]),
)
def test_filter_order_length_and_place_pick_the_same_rows_for_the_list_and_each_file(  # noqa: PLR0917 - one a choice
    place, indicator, benchmark, limits, reasons, sort, top
):
    dataset, level, within = place
    offered = (*tables.offer().benchmarks.get(indicator, ()), links.NO_BENCHMARK)
    plain = View(dataset, level, within=within, indicator=indicator, year=2015)
    plain = links.settle(replace(plain, benchmark=offered[benchmark % len(offered)]), tables.offer())
    table = gaps.rows(plain)
    rows = table.astype("object").where(table.notna(), None).to_dict("records")
    numbers, holds = {}, []
    for column, (condition, one, other) in limits.items():
        known = sorted(row[column] for row in rows if row[column] is not None) or [0]
        low, high = sorted(round(float(known[int(share * (len(known) - 1))]), 3) for share in (one, other))
        numbers[column] = condition.format(a=f"{low:.3f}", b=f"{high:.3f}")
        holds.append(lambda row, c=column, n=condition, a=low, b=high: CONDITIONS[n](row[c], a, b))
    if reasons:
        holds.append(lambda row: row["reason"] in reasons)
    chosen = selection.select(numbers, {"reason": tuple(reasons)} if reasons else {})
    view = replace(plain, chosen=chosen, sort=parse_order(",".join(sort)), top=top)
    for part in gaps.PARTS:
        sheet = gaps.drawn(view, part).sheet
        expected = plainly(rows, part, holds, sort, top)
        assert list(sheet.codes) == expected, (view, part)
        if expected:
            assert sheet.rows["Code"].tolist() == expected
            made = list_files.listed(view, sheet, ADDRESS)
            assert links.parse(dict(parse_qsl(urlsplit(made.says("link")).query)), tables.offer(), "en").view == view
            # the files of one view: that the writers write what they are given is held above
            heads, found = from_csv(
                next(form for form in list_files.FORMATS if form.suffix == "csv").write(made, level)
            )
            assert [row[heads.index("Code")] for row in found] == expected
