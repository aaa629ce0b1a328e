"""How sure a rate is: bands by hand, an independent implementation, simulation, totals, and the degenerate cases."""

import warnings

import numpy as np
import pandas as pd
import pytest

from mhgis import indicators
from mhgis.measures import intervals

with warnings.catch_warnings():
    # esda deprecates functions on import; what it computes is all that is asked of it
    warnings.simplefilter("ignore")
    from esda.smoothing import Empirical_Bayes, Spatial_Empirical_Bayes
    from libpysal.weights import block_weights

RATE = indicators.get("beds_per_100k")


def rates(**columns):
    frame = {
        "value": [20.0, 20.0, 0.0, 12.0, None], "lower": None, "upper": None, "people": [1_000, 1_000, 500, 400, 300],
        "people_otherwise": [1_250, None, 400, 500, 200],
        "status": ["reported", "reported", "zero", "reported", "not_reported"],
    }  # fmt: skip
    return pd.DataFrame(frame | columns)


def test_the_band_of_a_full_count_is_that_of_its_people():
    # 20 for 1,000 people are 16 for 1,250 by the other source; a zero is zero whoever lives there
    found = intervals.of_values(rates(), RATE)
    assert found["lower"].tolist() == [16.0, pd.NA, 0.0, pytest.approx(9.6), pd.NA]
    assert found["upper"].tolist() == [20.0, pd.NA, 0.0, 12.0, pd.NA]


def test_a_steadied_rate_keeps_the_band_of_what_was_counted():
    found = intervals.of_values(rates(raw=rates()["value"], value=99.0), RATE)
    assert found.iloc[0].tolist() == [16.0, 20.0]


def test_a_model_keeps_its_range_and_what_is_no_rate_has_none():
    ranges = {"lower": [1.0] * 5, "upper": [90.0] * 5}
    found = intervals.of_values(rates(status="modelled", **ranges), RATE)
    assert found.to_numpy().tolist() == [[1.0, 90.0]] * 5
    assert intervals.of_values(rates(), indicators.get("beds")).isna().all(axis=None)
    assert intervals.of_values(rates().drop(columns="people_otherwise"), RATE).isna().all(axis=None)


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


# funnel


def test_overdispersion_is_the_pearson_statistic_over_its_degrees_of_freedom():
    # 10 + 30 for 2 x 100 people: 20 expected of each, (10^2 + 10^2) / 20 / 1
    assert intervals.overdispersion(pd.Series([10, 30]), pd.Series([100, 100])) == pytest.approx(10)


@pytest.mark.parametrize(
    ("count", "people"), [([20, 20], [100, 100]), ([7], [100]), ([0, 0], [5, 9]), ([3, 4], [9, 0])]
)
def test_areas_that_do_not_differ_are_not_overdispersed(count, people):
    assert intervals.overdispersion(pd.Series(count), pd.Series(people)) == 1


def test_simulated_hospitals_are_as_overdispersed_as_their_size():
    # units that come in hundreds have a hundred times the variance of units that come one by one
    rng = np.random.default_rng(1)
    people = pd.Series(np.full(4_000, 1_000_000))
    assert intervals.overdispersion(pd.Series(100 * rng.poisson(20, 4_000)), people) == pytest.approx(100, rel=0.1)
    assert intervals.overdispersion(pd.Series(rng.poisson(20, 4_000)), people) == pytest.approx(1, rel=0.1)


def test_a_funnel_is_as_wide_as_the_areas_differ():
    # 30 for 100,000: of a million people 300, give or take 1.96 x 17.3
    found = intervals.funnel(pd.Series([1e6]), 30).iloc[0]
    assert found.tolist() == pytest.approx([30 - 3.395, 30 + 3.395], abs=1e-3)
    wide = intervals.funnel(pd.Series([1e6]), 30, dispersion=4).iloc[0]
    assert wide.tolist() == pytest.approx([30 - 6.790, 30 + 6.790], abs=1e-3)


def test_a_funnel_starts_at_zero_and_knows_no_empty_place():
    found = intervals.funnel(pd.Series([1_000, 0, None], dtype="Float64"), 30)
    assert found["lower"].iloc[0] == 0
    assert found.iloc[1:].isna().all(axis=None)
    assert intervals.funnel(pd.Series([1_000.0]), 30, confidence=0.998)["upper"].iloc[0] > found["upper"].iloc[0]


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="cannot be negative; found -1"):
        intervals.overdispersion(pd.Series([2, -1]), pd.Series([1, 1]))
