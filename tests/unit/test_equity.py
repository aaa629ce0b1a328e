"""Inequality: against sums by hand, `inequality` on replicated data, and the laws every such measure keeps."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inequality.atkinson import atkinson as atkinson_of_people
from inequality.gini import Gini
from inequality.theil import Theil, TheilD

from mhgis.measures import equity


def spread(units, weight, codes=None):
    index = pd.Index(codes or [f"{at:06d}" for at in range(len(units))])
    return equity.known(pd.Series(units, index=index), pd.Series(weight, index=index))


#: three towns: 0 beds for 1,000 people, 10 for 1,000, 30 for 2,000
TOWNS = spread([0, 10, 30], [1_000, 1_000, 2_000], ["a", "b", "c"])

spreads = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), min_size=1, max_size=12).filter(
    lambda rows: sum(units for units, _ in rows) > 0
)


def of(rows):
    return spread([units for units, _ in rows], [weight for _, weight in rows])


def people(found):
    """Each person on their own, with the rate of their area: what a measure without weights takes."""
    return np.repeat((found.units / found.weight).to_numpy(), found.weight.astype(int))


def test_the_curve_of_three_towns():
    curve = equity.lorenz(TOWNS)
    assert curve["area_code"].tolist()[1:] == ["a", "b", "c"]
    assert curve["share_of_weight"].tolist() == pytest.approx([0, 1 / 4, (1 + 1) / 4, (1 + 1 + 2) / 4])
    assert curve["share_of_units"].tolist() == pytest.approx([0, 0 / 40, (0 + 10) / 40, (0 + 10 + 30) / 40])


def test_the_coefficient_of_three_towns_is_one_minus_twice_the_area_under_their_curve():
    under = 1 / 4 * (0 + 0) / 2 + 1 / 4 * (0 + 0.25) / 2 + 2 / 4 * (0.25 + 1) / 2
    assert equity.gini(TOWNS) == pytest.approx(1 - 2 * under)


def test_theil_of_three_towns():
    # a town without beds adds nothing to T
    expected = 0 + 0.25 * np.log(0.25 / 0.25) + 0.75 * np.log(0.75 / 0.5)
    assert equity.theil_t(TOWNS) == pytest.approx(expected)
    assert equity.theil_contributions(TOWNS).tolist() == pytest.approx([0, 0, 0.75 * np.log(1.5)])
    assert equity.theil_l(TOWNS) == np.inf


def test_the_worst_and_the_best_quarter_of_three_towns():
    # the worst quarter is town a; the best is half of town c, 15 beds for 1,000
    assert equity.tenths(TOWNS, 0.25) == pytest.approx((0 / 1_000, 15 / 1_000))


def test_a_tenth_is_cut_inside_an_area():
    # 400 people: all in town a for the worst, all in town c for the best
    assert equity.tenths(TOWNS) == pytest.approx((0.0, 30 / 2_000))


def test_agglomeration_is_a_share_of_units_over_a_share_of_land():
    found = equity.agglomeration(
        pd.Series({"a": 30, "b": 10, "c": pd.NA}, dtype="Int64"),
        pd.Series({"a": 500, "b": 500, "c": 700}),
        pd.Series({"a": 10.0, "b": 40.0, "c": 5.0}),
    )
    assert found.loc["a"].tolist() == pytest.approx([(30 / 40) / (10 / 50), (500 / 1_000) / (10 / 50), 0.75 / 0.5])
    assert found.loc["b"].tolist() == pytest.approx([(10 / 40) / (40 / 50), (500 / 1_000) / (40 / 50), 0.25 / 0.5])
    assert found.loc["c"].isna().all()


def test_filling_the_largest_lack_changes_that_area_only():
    # at 15 per 1,000 town a lacks 15, b 5, c none
    found = equity.after_closing(TOWNS, 15 / 1_000, 1)
    assert found.units.tolist() == [15, 10, 30]
    assert equity.gini(found) < equity.gini(TOWNS)


def test_unknown_areas_are_set_apart_and_counted():
    found = equity.known(
        pd.Series({"a": 0, "b": pd.NA, "c": 30, "d": 4}, dtype="Int64"),
        pd.Series({"a": 1_000, "b": 1_000, "c": 2_000, "d": pd.NA}, dtype="Int64"),
    )
    assert (found.units.index.tolist(), found.n_unknown) == (["a", "c"], 2)
    assert found.weight_unknown == 1_000 / (1_000 + 1_000 + 2_000)
    # shares of people are weights too, and may come to less than one
    assert spread([1, pd.NA], [0.1, 0.3]).weight_unknown == pytest.approx(0.3 / 0.4)


@pytest.mark.parametrize(
    ("units", "weight", "said"),
    [
        ([-1, 2], [1, 1], "negative"),
        ([1, 2], [1, -1], "negative"),
        ([2, 1, 0, pd.NA], [1, 0, 0, 0], r"without weight in \['000001'\]"),
    ],
)
def test_what_cannot_be_is_refused(units, weight, said):
    with pytest.raises(ValueError, match=said):
        spread(units, weight)


def test_areas_of_another_order_are_refused():
    with pytest.raises(ValueError, match="same areas"):
        equity.known(pd.Series([1, 2], index=["a", "b"]), pd.Series([1, 2], index=["b", "a"]))


@pytest.mark.parametrize("found", [spread([0, 0], [3, 4]), spread([], []), spread([pd.NA], [3])])
def test_without_units_nothing_is_claimed(found):
    values = [equity.gini(found), equity.theil_t(found), equity.theil_l(found), equity.atkinson(found, 1)]
    assert np.isnan([*values, *equity.tenths(found)]).all()
    assert equity.lorenz(found).empty
    assert np.isnan(equity.resampled(found, equity.gini, seed=1)).all()


@given(spreads)
def test_measures_are_those_of_each_person_on_their_own(rows):
    found = of(rows)
    each = people(found)
    if len(each) > 1:
        pairs = np.abs(each[:, None] - each[None, :]).sum() / (2 * len(each) ** 2 * each.mean())
        assert equity.gini(found) == pytest.approx(pairs, abs=1e-12)
    if (each > 0).all():
        assert equity.theil_t(found) == pytest.approx(Theil(each).T, abs=1e-12)
        assert equity.atkinson(found, 0.5) == pytest.approx(atkinson_of_people(each, 0.5), abs=1e-12)
        assert equity.atkinson(found, 1) == pytest.approx(atkinson_of_people(each, 1), abs=1e-12)


@given(spreads)
def test_the_coefficient_equals_the_packages(rows):
    found = of(rows)
    assert equity.gini(found) == pytest.approx(Gini(people(found)).g, abs=1e-12)


@given(spreads, st.integers(1, 3))
def test_between_and_within_equal_the_packages_and_sum_to_the_whole(rows, groups):
    rows = [(units + 1, weight) for units, weight in rows]
    found = of(rows)
    group = pd.Series([f"g{at % groups}" for at in range(found.n)], index=found.units.index)
    parts = equity.theil_parts(found, group)
    assert parts["contribution"].sum() == pytest.approx(equity.theil_t(found), abs=1e-12)
    packages = TheilD(people(found), np.repeat(group.to_numpy(), found.weight.astype(int)))
    assert parts["contribution"]["between"] == pytest.approx(packages.bg[0], abs=1e-12)
    assert equity.theil_parts(found, group, "L")["contribution"].sum() == pytest.approx(
        equity.theil_l(found), abs=1e-12
    )


@given(spreads)
def test_contributions_sum_to_the_coefficient(rows):
    found = of(rows)
    assert equity.gini_contributions(found).sum() == pytest.approx(equity.gini(found), abs=1e-12)
    assert equity.theil_contributions(found).sum() == pytest.approx(equity.theil_t(found), abs=1e-12)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=10), st.integers(1, 9))
def test_equal_rates_are_equal(weights, rate):
    found = spread([rate * weight for weight in weights], weights)
    group = pd.Series("all", index=found.units.index)
    values = [equity.gini(found), equity.theil_t(found), equity.theil_l(found), equity.atkinson(found, 1)]
    assert values == pytest.approx([0, 0, 0, 0], abs=1e-12)
    assert equity.theil_parts(found, group)["contribution"].abs().max() == pytest.approx(0, abs=1e-12)
    worst, best = equity.tenths(found)
    assert worst == pytest.approx(best)


@given(spreads, st.integers(2, 9))
def test_more_of_everything_is_as_unequal(rows, times):
    found = of(rows)
    more = equity.Spread(found.units * times, found.weight, 0, 0.0)
    assert equity.gini(more) == pytest.approx(equity.gini(found), abs=1e-12)
    assert equity.theil_t(more) == pytest.approx(equity.theil_t(found), abs=1e-12)


@given(spreads)
def test_an_area_in_two_halves_is_as_unequal(rows):
    found = of(rows)
    halves = spread(np.repeat(found.units.to_numpy() / 2, 2), np.repeat(found.weight.to_numpy() / 2, 2))
    assert equity.gini(halves) == pytest.approx(equity.gini(found), abs=1e-12)


@given(spreads)
def test_an_unknown_area_changes_nothing_but_its_count(rows):
    known = of(rows)
    more = spread([*known.units, pd.NA], [*known.weight, 500])
    assert (equity.gini(more), more.n_unknown) == (pytest.approx(equity.gini(known), abs=1e-12), 1)


def test_draws_are_measured_one_by_one():
    draws = np.array([[0, 10, 30], [10, 10, 20], [0, 0, 0]])
    found = equity.gini_of_draws(draws, np.array([1_000, 1_000, 2_000]))
    assert found[:2].tolist() == pytest.approx([equity.gini(TOWNS), 0], abs=1e-12)
    assert np.isnan(found[2])


def test_contributions_in_many_draws_are_those_of_each_and_sum_to_its_index():
    draws = np.array([[0.0, 10, 30], [10, 10, 20], [5, 0, 35], [0, 0, 0]])
    gini, theil = equity.contributions_of_draws(draws, TOWNS.weight.to_numpy())
    for at, units in enumerate(draws[:3]):
        one = spread(units, TOWNS.weight.tolist())
        assert theil[at].tolist() == pytest.approx(equity.theil_contributions(one).tolist())
        assert (gini[at].sum(), theil[at].sum()) == pytest.approx((equity.gini(one), equity.theil_t(one)))
    # rates of 0, 10 and 15 a thousand, mean 10: a's distance is 10 / 4 + 15 x 2 / 4, over twice the mean, of a quarter
    assert gini[0, 0] == pytest.approx(1 / 4 * (10 / 4 + 15 * 2 / 4) / 20)
    assert np.isnan(gini[3]).all()
    assert np.isnan(theil[3]).all()


@settings(max_examples=5)
@given(st.integers(0, 1_000))
def test_a_range_is_its_seeds_and_holds_the_middle(seed):
    rows = spread(list(range(1, 31)), [50] * 30)
    low, high = equity.resampled(rows, equity.gini, seed, 200)
    assert (low, high) == equity.resampled(rows, equity.gini, seed, 200)
    assert low < equity.gini(rows) < high


def test_every_area_is_drawn_as_often_as_any_other():
    drawn = equity.drawn(TOWNS, seed=1, n=3_000)
    # 9,000 draws of three areas: 3,000 each, with a standard deviation of 45
    assert np.bincount(drawn.ravel()) == pytest.approx([3_000] * 3, abs=4 * 45)
    units, weight = equity.resamples(TOWNS, seed=1, n=3_000)
    assert units.tolist() == TOWNS.units.to_numpy()[drawn].tolist()
    assert weight.tolist() == TOWNS.weight.to_numpy()[drawn].tolist()


@pytest.mark.parametrize("aversion", [0, -1])
def test_aversion_is_above_zero(aversion):
    with pytest.raises(ValueError, match="above zero"):
        equity.atkinson(TOWNS, aversion)


def test_who_has_nothing_makes_the_index_one_for_the_averse():
    assert equity.atkinson(TOWNS, 1) == 1
    assert equity.atkinson(TOWNS, 0.5) == pytest.approx(1 - (0.25 * 0**0.5 + 0.25 * 1**0.5 + 0.5 * 1.5**0.5) ** 2)


def test_a_group_that_is_not_named_is_refused():
    with pytest.raises(ValueError, match="no group"):
        equity.theil_parts(TOWNS, pd.Series({"a": "east", "b": "east"}))
    with pytest.raises(ValueError, match="T or L"):
        equity.theil_parts(TOWNS, pd.Series({"a": "east", "b": "east", "c": "west"}), "G")


@pytest.mark.parametrize("areas", [1, 3, 50])
def test_closing_in_many_draws_is_closing_in_each(areas):
    random = np.random.default_rng(8)
    draws, weight = random.integers(0, 40, (6, 12)).astype(float), random.integers(1, 90, 12).astype(float)
    after, added = equity.closing_of_draws(draws, weight[None, :], 0.5, areas)
    for draw, filled, units in zip(draws, after, added, strict=True):
        one = equity.after_closing(equity.known(pd.Series(draw), pd.Series(weight)), 0.5, areas)
        assert filled.tolist() == pytest.approx(one.units.tolist())
        assert units == pytest.approx(one.units.sum() - draw.sum())


def test_parts_in_many_draws_are_those_of_each():
    random = np.random.default_rng(9)
    draws, weight = random.integers(0, 40, (6, 12)).astype(float), random.integers(1, 90, 12).astype(float)
    group = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3])
    draws[0, :3] = 0
    between, share, theil = equity.parts_of_draws(draws, weight[None, :], group[None, :])
    for at, draw in enumerate(draws):
        parts = equity.theil_parts(equity.known(pd.Series(draw), pd.Series(weight)), pd.Series(group))
        assert between[at] == pytest.approx(parts["share"]["between"])
        inside = parts.drop(index="between")
        assert share[at].tolist() == pytest.approx(inside["share"].tolist(), abs=1e-12)
        assert theil[at].tolist() == pytest.approx(inside["theil"].tolist(), abs=1e-12, nan_ok=True)
