"""How sure a number is: printed tables, an independent implementation, simulation, totals, and the degenerate cases."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from mhgis.measures import intervals

with warnings.catch_warnings():
    # esda deprecates functions on import; what it computes is all that is asked of it
    warnings.simplefilter("ignore")
    from esda.smoothing import Empirical_Bayes, Spatial_Empirical_Bayes
    from libpysal.weights import block_weights

#: lower and upper 95 % confidence limit factors for a rate based on a Poisson count, as the technical notes of the
#: National Vital Statistics Reports print them (US National Center for Health Statistics)
PRINTED_FACTORS = {
    1: (0.02532, 5.57164),
    2: (0.12110, 3.61234),
    3: (0.20622, 2.92242),
    5: (0.32470, 2.33367),
    10: (0.47954, 1.83904),
    20: (0.61083, 1.54442),
    50: (0.74222, 1.31838),
    99: (0.81275, 1.21746),
}


@pytest.mark.parametrize(("count", "factors"), PRINTED_FACTORS.items())
def test_intervals_are_those_of_the_printed_table(count, factors):
    found = intervals.poisson_interval(pd.Series([count])).iloc[0] / count
    assert tuple(found.round(5)) == factors


@given(st.integers(1, 300), st.sampled_from([0.8, 0.95, 0.99]))
def test_each_limit_leaves_its_tail(count, confidence):
    # the definition itself, term by term: P(X >= count | lower) = P(X <= count | upper) = half of the rest
    lower, upper = intervals.poisson_interval(pd.Series([count]), confidence).iloc[0]

    def up_to(n, mean):
        return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(n + 1))

    assert 1 - up_to(count - 1, lower) == pytest.approx((1 - confidence) / 2, abs=1e-9)
    assert up_to(count, upper) == pytest.approx((1 - confidence) / 2, abs=1e-9)


def test_zero_can_be_up_to_3_689_and_unknown_stays_unknown():
    found = intervals.poisson_interval(pd.Series([0, None], dtype="Int64"))
    assert found["lower"].iloc[0] == 0
    assert found["upper"].iloc[0] == pytest.approx(-math.log(0.025))
    assert found.iloc[1].isna().all()


def test_a_rate_has_the_interval_of_its_count():
    # 10 beds for 50,000 people: 20 per 100,000, and (4.795 to 18.390) * 2
    found = intervals.rate_interval(pd.Series([10]), pd.Series([50_000])).iloc[0]
    assert tuple(found.round(2)) == (20.0, 9.59, 36.78)


@pytest.mark.parametrize(("count", "people"), [(3, 0), (3, None), (None, 100)])
def test_there_is_no_rate_without_people_or_count(count, people):
    found = intervals.rate_interval(pd.Series([count], dtype="Int64"), pd.Series([people], dtype="Int64"))
    assert found.iloc[0].isna().all()


def test_wrong_numbers_are_refused():
    with pytest.raises(ValueError, match="cannot be negative; found -1"):
        intervals.poisson_interval(pd.Series([2, -1]))
    for confidence in (0, 1, 1.5, 95):
        with pytest.raises(ValueError, match=f"between 0 and 1; found {confidence}"):
            intervals.poisson_interval(pd.Series([2]), confidence)


def covered(mean):
    """Return how often the interval of a count holds the mean it came from: a sum over all counts, no simulation."""
    counts = pd.Series(np.arange(int(mean + 12 * mean**0.5 + 30)))
    found = intervals.poisson_interval(counts)
    holds = (found["lower"].le(mean) & found["upper"].ge(mean)).to_numpy(bool)
    return poisson.pmf(counts, mean)[holds].sum()


@pytest.mark.parametrize("mean", [0.05, 0.3, 1, 2.7, 3.7, 9.9, 31, 104.2, 1_003.7])
def test_never_less_than_95_of_100_intervals_hold_the_truth(mean):
    assert covered(mean) >= 0.95


def test_simulated_coverage_is_95_per_cent_for_counts_like_those_of_provinces():
    # a count is a whole number, so small ones are covered more often than asked; from 200 on it is 95 % +- 0.5 %
    rng = np.random.default_rng(1)
    means = pd.Series(rng.uniform(200, 30_000, 200_000))
    found = intervals.poisson_interval(pd.Series(rng.poisson(means)))
    share = (found["lower"].le(means) & found["upper"].ge(means)).mean()
    assert share == pytest.approx(0.95, abs=0.005)


@pytest.mark.parametrize(("around", "share"), [(1, 0.982), (10, 0.965), (200, 0.954), (1_000, 0.952)])
def test_small_counts_are_covered_more_often_as_documented(around, share):
    assert np.mean([covered(mean) for mean in np.linspace(0.9 * around, 1.1 * around, 41)]) == pytest.approx(
        share, abs=6e-4
    )
    assert f"{share * 100:.1f} %" in intervals.poisson_interval.__doc__


@pytest.mark.parametrize(
    ("lower", "upper", "outcome"),
    [
        (10, 29.9, "below"),
        (30.1, 90, "above"),
        (29, 31, "cannot_tell"),
        (10, 30, "cannot_tell"),
        (30, 40, "cannot_tell"),
        (0, 3, "below"),
    ],
)
def test_an_interval_lies_below_above_or_holds_the_benchmark(lower, upper, outcome):
    assert intervals.compare(pd.Series([lower]), pd.Series([upper]), 30).tolist() == [outcome]


def test_without_an_interval_nothing_is_said():
    assert intervals.compare(pd.Series([None, 1.0]), pd.Series([None, None], dtype="Float64"), 30).isna().all()


# shrinkage

COUNTS = pd.Series([0, 3, 12, 7, 40, 1, 25, 9])
PEOPLE = pd.Series([8_000, 21_000, 60_000, 9_500, 150_000, 30_000, 44_000, 70_000])
PROVINCES = pd.Series(["A", "A", "A", "A", "B", "B", "B", "B"])


def test_shrinkage_towards_all_agrees_with_esda():
    found = intervals.shrink(COUNTS, PEOPLE)
    expected = Empirical_Bayes(COUNTS.to_numpy(), PEOPLE.to_numpy()).r.ravel() * 100_000
    assert found["weight"].between(0.01, 0.99).all()  # so that the comparison says something
    np.testing.assert_allclose(found["estimate"].to_numpy(float), expected, rtol=1e-9)


def test_shrinkage_towards_the_province_agrees_with_esda():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        same_province = block_weights(PROVINCES.to_numpy(), silence_warnings=True)
    same_province.id_order = list(range(len(PROVINCES)))
    expected = Spatial_Empirical_Bayes(COUNTS.to_numpy(), PEOPLE.to_numpy(), same_province).r.ravel() * 100_000
    found = intervals.shrink(COUNTS, PEOPLE, PROVINCES)
    assert found.groupby(PROVINCES)["mean"].first().round(3).tolist() == [22.335, 25.51]  # 22 / 98,500; 75 / 294,000
    np.testing.assert_allclose(found["estimate"].to_numpy(float), expected, rtol=1e-9)


def test_shrinkage_agrees_with_the_formulas_written_out():
    # Marshall 1991 and spdep's EBest: m = sum(n) / sum(x), a = s2 - m / mean(x), est = m + (p - m) * a / (a + m / x)
    n, x = COUNTS.to_numpy(float), PEOPLE.to_numpy(float)
    m = n.sum() / x.sum()
    s2 = sum(x[i] * (n[i] / x[i] - m) ** 2 for i in range(8)) / x.sum()
    a = s2 - m / (x.sum() / 8)
    expected = [(m + (n[i] / x[i] - m) * a / (a + m / x[i])) * 100_000 for i in range(8)]
    np.testing.assert_allclose(intervals.shrink(COUNTS, PEOPLE)["estimate"].to_numpy(float), expected, rtol=1e-9)


@pytest.mark.parametrize("group", [None, PROVINCES])
def test_shrunken_rates_leave_totals_right(group):
    found = intervals.shrink(COUNTS, PEOPLE, group)
    units = found["shrunken"] * PEOPLE / 100_000
    groups = pd.Series("all", index=COUNTS.index) if group is None else group
    for name, members in units.groupby(groups):
        assert members.sum() == pytest.approx(COUNTS[groups.eq(name)].sum(), rel=1e-12)
    # Marshall's own estimates do not
    assert (found["estimate"] * PEOPLE / 100_000).sum() != pytest.approx(97, abs=1e-3)


def test_the_fewer_the_people_the_stronger_the_pull():
    found = intervals.shrink(pd.Series([30, 3, 5, 50]), pd.Series([100_000, 10_000, 100_000, 1_000_000]))
    assert found["raw"].iloc[:2].tolist() == pytest.approx([30, 30])
    assert found["weight"].iloc[1] < found["weight"].iloc[0] < 1
    assert found["mean"].iloc[0] < found["estimate"].iloc[1] < found["estimate"].iloc[0] < 30


def test_shrinkage_of_degenerate_groups_is_defined():
    # one area; areas that differ less than chance would have them; all zero
    one = intervals.shrink(pd.Series([3]), pd.Series([10_000])).iloc[0]
    assert (one["weight"], one["shrunken"]) == (0, pytest.approx(30))
    alike = intervals.shrink(pd.Series([10, 11]), pd.Series([1_000, 1_000]))
    assert alike["weight"].tolist() == [0, 0]
    assert alike["shrunken"].tolist() == pytest.approx([1_050, 1_050])
    assert intervals.shrink(pd.Series([0, 0]), pd.Series([5, 9]))["shrunken"].tolist() == [0, 0]


def test_shrinkage_leaves_the_unknown_out():
    counts = pd.Series([None, *COUNTS, 4, 2], dtype="Int64")
    people = pd.Series([500, *PEOPLE, 0, None], dtype="Int64")
    found = intervals.shrink(counts, people)
    assert found.iloc[[0, 9, 10]].isna().all(axis=None)
    np.testing.assert_array_equal(found["shrunken"].iloc[1:9], intervals.shrink(COUNTS, PEOPLE)["shrunken"])
    none = intervals.shrink(pd.Series([None, None], dtype="Int64"), pd.Series([1, 2]))
    assert none.isna().all(axis=None)
    assert intervals.shrink(pd.Series([3]), pd.Series([10]), pd.Series([None], dtype="str")).isna().all(axis=None)


# ranks


def test_ranks_of_large_counts_are_sure_and_of_small_ones_are_not():
    sure = intervals.rank_interval(pd.Series([90_000, 50_000, 10_000]), pd.Series([1e6] * 3))
    assert sure.to_numpy().tolist() == [[1, 1, 1], [2, 2, 2], [3, 3, 3]]
    unsure = intervals.rank_interval(pd.Series([5, 4, 3, 2]), pd.Series([1_000] * 4))
    assert unsure["rank"].tolist() == [1, 2, 3, 4]
    assert unsure["lower"].tolist() == [1] * 4
    assert unsure["upper"].tolist() == [4] * 4


def test_ranks_do_not_depend_on_the_order_of_rows_and_repeat():
    found = intervals.rank_interval(COUNTS, PEOPLE)
    turned = intervals.rank_interval(COUNTS[::-1], PEOPLE[::-1])
    pd.testing.assert_frame_equal(found, turned[::-1])
    assert (found["lower"].le(found["rank"]) & found["rank"].le(found["upper"])).all()


def test_ranks_of_degenerate_cases():
    one = intervals.rank_interval(pd.Series([3, None, 5], dtype="Int64"), pd.Series([10, 10, 0], dtype="Int64"))
    assert one.iloc[0].tolist() == [1, 1, 1]
    assert one.iloc[1:].isna().all(axis=None)
    assert intervals.rank_interval(pd.Series([None], dtype="Int64"), pd.Series([1])).isna().all(axis=None)
    tied = intervals.rank_interval(pd.Series([0, 0]), pd.Series([100, 100]))
    assert tied["rank"].tolist() == [1, 1]


# funnel


def test_a_funnel_has_the_tails_of_the_poisson_distribution():
    people = pd.Series([1e6, 1e8])
    found = intervals.funnel(people, 30)
    for size, (lower, upper) in zip(people, found.to_numpy(float) / 100_000 * people.to_numpy()[:, None], strict=True):
        expected = 30 * size / 100_000
        # whole numbers on either side of each limit hold less and more than 2.5 %
        assert poisson.cdf(math.floor(lower), expected) <= 0.025 <= poisson.cdf(math.ceil(lower), expected)
        assert poisson.sf(math.ceil(upper) - 1, expected) <= 0.025 <= poisson.sf(math.floor(upper) - 1, expected)


def test_a_funnel_starts_at_zero_and_knows_no_empty_place():
    found = intervals.funnel(pd.Series([1_000, 0, None], dtype="Float64"), 30)
    assert found["lower"].iloc[0] == 0
    assert found.iloc[1:].isna().all(axis=None)
    assert intervals.funnel(pd.Series([1_000.0]), 30, confidence=0.998)["upper"].iloc[0] > found["upper"].iloc[0]
