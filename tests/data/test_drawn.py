"""What pages say of the model, counted again in plain numpy over the draws of the build."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mhgis import store
from mhgis.figures import classify
from mhgis.measures import gaps as measure
from mhgis.queries import drawn, tables
from mhgis.ui.page import gaps
from mhgis.ui.part import figure
from mhgis.view import links
from mhgis.view.view import View
from mhgis.words import sentences

MODEL, GANSU = "cn-modelled-2015", "620000"
HOLDERS = {"county": None, "prefecture": "parent_code", "province": "province_code"}


def counts_of(resource, level):
    """Return the draws of a resource added up to a level: codes and counts (draws, areas)."""
    codes, draws = store.ensemble(MODEL, resource, 2015)
    if level == "county":
        return codes, draws.astype(np.int64)
    holder = store.areas("county").set_index("area_code").loc[codes, HOLDERS[level]]
    names = sorted(set(holder))
    return pd.Index(names), np.stack([draws[:, holder.eq(name)].sum(axis=1, dtype=np.int64) for name in names], axis=1)


def told(numbers):
    """Return the median, 5 and 95 % of one number a draw: the smallest that so many per cent do not exceed."""
    ordered, n = np.sort(numbers), len(numbers)
    return tuple(float(ordered[int(np.ceil(n * percent / 100)) - 1]) for percent in (50, 5, 95))


def view_of(level, indicator, benchmark="", within=""):
    view = View(MODEL, level, indicator=indicator, year=2015, within=within, benchmark=benchmark)
    return links.settle(view, tables.offer())


CASES = [
    (level, indicator, benchmark, within)
    for (level, within), (indicator, benchmark) in itertools.product(
        [("county", ""), ("county", GANSU), ("prefecture", ""), ("prefecture", GANSU), ("province", "")],
        [("beds_per_100k", ""), ("beds_per_100k", "delphi-optimal-beds"), ("beds_per_100k", "none"),
         ("psychiatrists_per_100k", ""), ("nurses_per_100k", ""), ("beds", "none"), ("facilities_per_100k", "none")],
    )
]  # fmt: skip


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(("level", "indicator", "benchmark", "within"), CASES)
def test_what_is_said_of_a_model_is_a_recount_over_its_draws(level, indicator, benchmark, within):
    view = view_of(level, indicator, benchmark, within)
    rows = tables.limited(figure.ranked(view), view)
    known = rows[rows["value"].notna()]
    codes, counts = counts_of(figure.indicator_of(view).parts, level)
    here = codes.get_indexer(known["area_code"])
    assert (here >= 0).all()
    units, people = counts[:, here], known["people"].fillna(0).to_numpy(dtype=np.int64)
    is_rate, value = figure.indicator_of(view).denominator == "people", figure.benchmark_of(view)
    rates = units * 100_000 / people if is_rate else units.astype(float)
    short = units == 0 if value is None else (rates < value) | (units == 0)

    said = figure.drawn_tally(view, rows)
    assert said.areas == len(known)
    assert (said.short.middle, said.short.lower, said.short.upper) == told(short.sum(axis=1))
    assert (said.zero.middle, said.zero.lower, said.zero.upper) == told((units == 0).sum(axis=1))
    living = (short * people).sum(axis=1)
    assert (said.people_short.middle, said.people_short.lower, said.people_short.upper) == told(living)
    headline = gaps.headline(view, rows, measure.tally(rows))
    counted = said.zero if value is None else said.short
    assert sentences.ranged(counted) in headline
    assert f"{told((units == 0 if value is None else short).sum(axis=1))[0]:,.0f}" in headline

    assert known["p_short"].to_numpy(float) == pytest.approx(short.mean(axis=0) * 100)
    assert known["p_zero"].to_numpy(float) == pytest.approx((units == 0).mean(axis=0) * 100)
    assert known["value"].to_numpy(float) == pytest.approx(rates.mean(axis=0))
    if value is not None and is_rate:
        need = np.ceil(np.round(people * value / 100_000 - units, 6)).clip(min=0)
        assert (said.lacking.middle, said.lacking.lower, said.lacking.upper) == told(need.sum(axis=1))
        assert known["units_lacking"].to_numpy(float) == pytest.approx(need.mean(axis=0))
        # the column adds up to the total over it
        assert known["units_lacking"].sum() == pytest.approx(need.sum() / len(need))
        assert sentences.ranged(said.lacking, mean=True) in headline


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("within", ["", GANSU])
@pytest.mark.parametrize("level", ["county", "prefecture"])
def test_each_class_of_the_map_holds_what_the_draws_put_there(level, within):
    view = view_of(level, "beds_per_100k", within=within)
    ranked = figure.ranked(view)
    rows = tables.limited(ranked, view)
    known = rows[rows["value"].notna()]
    codes, counts = counts_of("beds", level)
    people = known["people"].to_numpy(dtype=np.int64)
    rates = counts[:, codes.get_indexer(known["area_code"])] * 100_000 / people

    likely = figure.classes_of(view, ranked)
    inside = ranked["area_code"].isin(known["area_code"]).to_numpy()
    share = (rates < 30).mean(axis=0) * 100
    bounds = [(95, 101), (66, 95), (33, 66), (5, 33), (0, 5)]
    expected = [int(((share >= low) & (share < high)).sum()) for low, high in bounds]
    assert [int((inside & (likely.index == at)).sum()) for at in range(5)] == expected

    by_value = replace(view, shade="value")
    classes = figure.counted_by_draw(by_value, figure.classes_of(by_value, ranked), ranked)
    edges = [-1, 15, 25, 30, 60, np.inf]
    for row, low, high in zip(classes.legend, edges, edges[1:], strict=False):
        there = (rates >= low) & (rates < high)
        areas, living = row.spread
        assert (areas.middle, areas.lower, areas.upper) == told(there.sum(axis=1))
        assert (living.middle, living.lower, living.upper) == told((there * people).sum(axis=1))
        assert row.n_areas == areas.middle
    # nothing of a model wears the colour or the word of a counted zero
    assert "zero" not in {row.kind for row in (*likely.legend, *classes.legend)}
    labels = [classify.label(row, "en", figure.indicator_of(view), modelled=True) for row in classes.legend]
    assert not any(label.startswith("Zero") for label in labels)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("resource", ["facilities", "beds", "psychiatrists", "nurses"])
def test_the_means_of_counties_add_up_to_every_published_total(resource):
    values = {
        level: store.indicator_values(MODEL, level, 2015, resource).set_index("area_code")
        for level in ("county", "prefecture", "province", "country")
    }
    counties = values["county"][values["county"]["value"].notna()]
    for level, holder in (("prefecture", "parent_code"), ("province", "province_code")):
        sums = counties["value"].groupby(counties[holder]).sum()
        own = values[level]["value"].dropna()
        assert sums.reindex(own.index).to_numpy() == pytest.approx(own.to_numpy(), abs=1e-6)
    published = (
        store.indicator_values("cn-published", "province", 2015, resource).set_index("area_code")["value"].dropna()
    )
    sums = counties["value"].groupby(counties["province_code"]).sum()
    assert (sums.reindex(published.index).round().to_numpy() == published.to_numpy()).all()
    whole = store.indicator_values("cn-published", "country", 2015, resource)["value"].iloc[0]
    assert counties["value"].sum() == pytest.approx(whole, abs=1e-3)


@pytest.mark.usefixtures("published")
def test_no_thousand_counties_share_the_first_rank_and_ranges_hold_the_places_of_the_draws():
    view = view_of("county", "beds_per_100k")
    listed = gaps.rows(view)
    known = listed[listed["p_short"].notna()]
    ranks = drawn.ranks(drawn.asked(view, 30.0))
    codes, counts = counts_of("beds", "county")
    at = codes.get_indexer(known["area_code"])
    rates = counts[:, at] * 100_000 / known["people"].to_numpy(dtype=np.int64)
    for code in ("110105", "620102", "540102"):
        own = int(np.flatnonzero(known["area_code"] == code)[0])
        mine = rates[:, [own]]
        places = (rates < mine).sum(axis=1) + ((rates == mine).sum(axis=1) + 1) / 2
        _middle, low, high = told(places)
        assert ranks.loc[code].tolist() == [round(low), round(high)]
    assert known["rank_low"].min() > 100
    ordered = figure.ordered(measure.short(listed), view)["p_short"].to_numpy(float)
    assert (np.diff(ordered) <= 0).all()
