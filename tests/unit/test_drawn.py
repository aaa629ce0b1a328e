"""What is said over the draws of a model, against plain numpy and plain counting, on a small country."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from mhgis.indicators import REGISTRY
from mhgis.measures import drawn, gaps, rates

N_DRAWS, CODES = 40, [f"c{at}" for at in range(12)]
RANDOM = np.random.default_rng(7)
BEDS = RANDOM.integers(0, 90, (N_DRAWS, 12)) * RANDOM.integers(0, 2, (N_DRAWS, 12))
PEOPLE = pd.Series(RANDOM.integers(20_000, 300_000, 12), index=CODES, dtype="Int64")
GROUPS = {
    "county": pd.Series(CODES, index=CODES), "province": pd.Series([f"p{at % 3}" for at in range(12)], index=CODES)
}  # fmt: skip
RATE = REGISTRY["beds_per_100k"]


@pytest.fixture
def country():
    by_province = PEOPLE.groupby(GROUPS["province"]).sum()
    counts = {"beds": BEDS, "facilities": (BEDS > 0).astype(int)}
    return drawn.Drawn(np.array(CODES, dtype=object), counts, {"county": PEOPLE, "province": by_province}, GROUPS)


def rank_of(numbers, percent):
    """Return the smallest number that at least so many per cent of all do not exceed."""
    ordered = sorted(numbers)
    return next(one for at, one in enumerate(ordered, 1) if 100 * at >= percent * len(ordered))


@pytest.mark.parametrize("level", ["county", "province"])
@pytest.mark.parametrize("benchmark", [30.0, 7.25, None])
def test_a_tally_is_what_counting_in_each_draw_gives(country, level, benchmark):
    values = drawn.values(RATE, country, level)
    top, bottom = drawn.parts(RATE, country, level)
    lacks = None if benchmark is None else drawn.lacking(top, bottom[0], benchmark, RATE.scale)
    found = drawn.tally(drawn.is_short(values, benchmark, "more_is_better"), drawn.is_zero(values), bottom[0], lacks)
    holders, people = GROUPS[level], country.people[level]
    n_short, n_zero, living, lacking = [], [], [], []
    for row in BEDS.tolist():
        beds = dict.fromkeys(sorted(set(holders)), 0)
        for code, number in zip(CODES, row, strict=True):
            beds[holders[code]] += number
        short = [
            code for code, number in beds.items()
            if number == 0 or (benchmark and Fraction(number) * 100_000 < Fraction(str(benchmark)) * int(people[code]))
        ]  # fmt: skip
        n_short.append(len(short))
        n_zero.append(sum(number == 0 for number in beds.values()))
        living.append(sum(int(people[code]) for code in short))
        if benchmark:
            frame = pd.Series(beds)
            lacking.append(int(rates.shortfall_to(benchmark, frame, people.reindex(frame.index)).sum()))
    for spread, counted in ((found.short, n_short), (found.zero, n_zero), (found.people_short, living),
                            (found.lacking, lacking)):  # fmt: skip
        if counted:
            assert (spread.middle, spread.lower, spread.upper) == tuple(rank_of(counted, at) for at in (50, 5, 95))
            assert spread.mean == pytest.approx(sum(counted) / N_DRAWS)
    assert (found.lacking is None) == (benchmark is None)
    assert found.areas == len(set(holders))


def test_means_add_up_and_stay_exact_where_all_draws_agree():
    told = drawn.told(BEDS)
    assert told["value"].sum() == pytest.approx(BEDS.sum() / N_DRAWS)
    same = np.full((N_DRAWS, 1), 0.1)
    assert [float(column[0]) for column in drawn.told(same).values()] == [0.1, 0.1, 0.1]
    rare = np.zeros((N_DRAWS, 1))
    rare[0] = 80
    # one draw of forty: a mean of two beyond a range of nothing
    assert [float(column[0]) for column in drawn.told(rare).values()] == [2, 0, 0]
    assert np.isnan(drawn.told(np.array([[1.0], [np.nan]]))["value"][0])


def test_a_benchmark_of_many_digits_is_not_lost_in_the_size_of_its_parts():
    people, beds = np.array([1.4e9]), np.array([[12_345.0]])
    for benchmark in (30.0, 30.123456789012):
        expected = rates.shortfall_to(benchmark, pd.Series([12_345]), pd.Series([1_400_000_000])).iloc[0]
        assert drawn.lacking(beds, people, benchmark, 100_000)[0, 0] == expected
    assert np.isnan(drawn.lacking(beds, np.array([np.nan]), 30.0, 100_000)[0, 0])


def test_equals_share_the_middle_of_their_places_so_that_nobody_is_first_of_many():
    low, high = drawn.ranks(np.array([[0.0, 0.0, 0.0, 5.0], [0.0, 0.0, 0.0, 5.0]]), "more_is_better")
    assert low.tolist() == high.tolist() == [2, 2, 2, 4]
    low, high = drawn.ranks(np.array([[1.0, 2.0], [2.0, 1.0]]), "less_is_better")
    assert (low.tolist(), high.tolist()) == ([1, 1], [2, 2])


def test_classes_hold_their_lower_bounds_and_zero_may_be_apart():
    values, people = np.array([[0.0, 15.0, 40.0], [10.0, 14.9, np.inf]]), np.array([1.0, 20.0, 300.0])
    counted = drawn.by_class(values, (15.0, 30.0), people, zero_apart=True)
    # below 15: none in the first draw, two in the second; zero: one and none
    assert [(areas.lower, areas.upper, living.upper) for areas, living in counted] == [
        (0, 2, 21), (0, 1, 20), (1, 1, 300), (0, 1, 1),
    ]  # fmt: skip
    assert drawn.by_class(values, (15.0, 30.0), people, zero_apart=False)[0][0].lower == 1


@pytest.mark.parametrize(
    ("percent", "word"),
    [(100, "surely"), (95, "surely"), (94.9, "likely"), (66, "likely"), (65.9, "open"), (33, "open"),
     (32.9, "unlikely"), (5, "unlikely"), (4.9, "surely_not"), (0, "surely_not")],
)  # fmt: skip
def test_a_chance_holds_its_lower_bound(percent, word):
    assert drawn.chance_of(percent) == word
    assert drawn.chance(np.array([float(percent)])).tolist() == [word]


def test_a_list_of_a_model_goes_by_how_likely_and_only_then_by_the_value():
    values = pd.DataFrame(
        {"area_code": ["a", "b", "c", "d"], "value": [5.0, 20.0, 1.0, np.nan], "people": 1_000,
         "status": ["modelled"] * 3 + ["not_reported"]}
    )  # fmt: skip
    summary = pd.DataFrame(
        {"p_short": [90.0, 100.0, 90.0], "p_zero": [0.0, 0.0, 50.0], "chance": ["likely", "surely", "likely"],
         "lacking": [1.5, 2.25, 3.0], "lacking_low": 0.0, "lacking_high": 4.0},
        index=["a", "b", "c"],
    )  # fmt: skip
    ranked = gaps.with_draws(gaps.rank(values, RATE, 30), summary, "more_is_better")
    assert gaps.order(ranked)["area_code"].tolist() == ["b", "c", "a", "d"]
    assert ranked["reason"].tolist() == ["likely", "surely", "likely", "not_reported"]
    assert ranked["units_lacking"].tolist()[:3] == [1.5, 2.25, 3.0]
    assert gaps.tally(ranked).units_lacking == 7
    assert gaps.short(ranked)["area_code"].tolist() == ["a", "b", "c"]
    none = gaps.with_draws(
        gaps.rank(values, RATE, 30), summary.assign(p_short=0.0, chance="surely_not"), "more_is_better"
    )
    assert gaps.enough(none)["area_code"].tolist() == ["a", "b", "c"]
