"""Clusters: against `esda` where nothing is missing, by hand on a strip of towns, and the laws for what is unknown."""

import os

import esda
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libpysal.weights import W
from scipy import sparse
from shapely.geometry import box
from threadpoolctl import threadpool_limits

from mhgis.measures import clusters


def grid(width, height=1):
    """Unit squares side by side: shapes and points."""
    cells = [(x, y) for y in range(height) for x in range(width)]
    codes = [f"{at:03d}" for at in range(len(cells))]
    shapes = gpd.GeoDataFrame(
        {"area_code": codes}, geometry=[box(100 + x, 30 + y, 101 + x, 31 + y) for x, y in cells], crs="EPSG:4326"
    )
    points = pd.DataFrame([(100.5 + x, 30.5 + y) for x, y in cells], columns=["lon", "lat"], index=codes)
    return shapes, points


def squares(width, height=1):
    return clusters.queen(*grid(width, height))


def pysal(weights):
    rows = np.split(weights.links.indices, weights.links.indptr[1:-1])
    return W({at: row.tolist() for at, row in enumerate(rows)}, silence_warnings=True)


def on(weights, values):
    return pd.Series(values, index=weights.codes, dtype="Float64")


def neighbours(weights, code):
    row = weights.links[[weights.codes.get_loc(code)]]
    return set(weights.codes[row.indices])


def test_squares_meet_at_sides_and_corners():
    weights = squares(3, 3)
    assert neighbours(weights, "004") == {"000", "001", "002", "003", "005", "006", "007", "008"}
    assert neighbours(weights, "000") == {"001", "003", "004"}


def test_an_island_is_linked_with_the_nearest_both_ways():
    shapes, points = grid(3)
    island = gpd.GeoDataFrame({"area_code": ["900"]}, geometry=[box(105, 30, 106, 31)], crs="EPSG:4326")
    points.loc["900"] = (105.5, 30.5)
    weights = clusters.queen(pd.concat([shapes, island], ignore_index=True), points)
    assert neighbours(weights, "900") == {"002"}
    assert neighbours(weights, "002") == {"001", "900"}


def test_the_nearest_are_as_many_as_asked_for():
    _, points = grid(5)
    weights = clusters.nearest_k(points, 2)
    assert weights.counts.tolist() == [2] * 5
    assert neighbours(weights, "000") == {"001", "002"}
    with pytest.raises(ValueError, match="1 to 4 nearest"):
        clusters.nearest_k(points, 5)


def test_areas_in_one_place_are_not_their_own_neighbours():
    points = pd.DataFrame({"lon": [100.0, 100, 100, 100], "lat": [30.0] * 4}, index=list("abcd"))
    weights = clusters.nearest_k(points, 2)
    assert weights.links.diagonal().tolist() == [0] * 4
    assert weights.counts.tolist() == [2] * 4


def test_a_band_links_within_its_radius_and_attaches_who_is_alone():
    _, points = grid(3)
    points.loc["900"] = (110.5, 30.5)
    weights = clusters.distance_band(points, 120)
    assert neighbours(weights, "001") == {"000", "002"}
    assert neighbours(weights, "900") == {"002"}
    with pytest.raises(ValueError, match="radius"):
        clusters.distance_band(points, 0)


def test_the_index_of_four_towns_in_a_row():
    # scores of 1, 1, 3, 3 are -1, -1, 1, 1; means of neighbours -1, (-1 + 1) / 2, (-1 + 1) / 2, 1
    weights = squares(4)
    found = clusters.global_moran(on(weights, [1, 1, 3, 3]), weights, seed=1)
    assert found.value == pytest.approx((1 + 0 + 0 + 1) / 4)
    assert (found.expected, found.n, found.n_unknown) == (pytest.approx(-1 / 3), 4, 0)


def test_two_towns_are_as_unlike_as_can_be_and_chance_gives_the_same():
    # scores of 1 and 3 are -1 and 1, each the other's mean: (-1 x 1 + 1 x -1) / 2; every order of them gives that
    weights = squares(2)
    found = clusters.global_moran(on(weights, [1, 3]), weights, seed=1)
    assert (found.value, found.expected, found.p) == pytest.approx((-1, -1 / (2 - 1), 1))
    assert np.isnan(clusters.global_moran(pd.Series([1.0], index=["000"]), squares(1), seed=1).value)


def test_the_p_of_four_towns_is_the_share_of_their_six_orders():
    # 1133 and 3311 give 1/2, 1331 and 3113 give -1/2, 1313 and 3131 give -1: a third each, and both sides count
    weights = squares(4)
    for values, share in (([1, 1, 3, 3], 1 / 3), ([1, 3, 3, 1], 2 / 3), ([1, 3, 1, 3], 1 / 3)):
        found = clusters.global_moran(on(weights, values), weights, seed=1)
        assert found.p == pytest.approx(min(1, 2 * share), abs=8 * np.sqrt(0.25 / 999))


def test_towns_with_all_others_around_them_are_in_no_cluster():
    # each has the other two as neighbours, so that no draw can differ from what is observed
    weights = squares(3, 2)
    around = clusters.among(weights, pd.Series({"000": True, "001": True, "003": True}))
    found = clusters.local_clusters(on(around, [0, 0, 9]), around, seed=1)
    assert found["p"].tolist() == [1, 1, 1]
    assert not found["is_significant"].any()


def test_a_town_with_beds_among_many_without_is_no_outlier():
    # of 143 others 129 have none; all of eight have none in about 129/143 x 128/142 x ... = 44 per cent of draws
    weights = squares(12, 12)
    values = np.zeros(144)
    values[:14], values[65] = 10, 10
    found = clusters.local_clusters(on(weights, values), weights, seed=1)
    expected = np.prod([(129 - at) / (143 - at) for at in range(8)])
    # both sides count, and four standard errors of 99,999 draws
    assert found.loc["065", "p"] == pytest.approx(2 * expected, abs=8 * np.sqrt(0.25 / 99_999))
    assert found.loc["065", "cluster"] == "not_significant"


def test_every_statistic_equals_esdas_where_nothing_is_missing():
    weights = squares(9, 8)
    values = on(weights, np.random.default_rng(3).gamma(2, 5, 72))
    found = clusters.local_clusters(values, weights, seed=5, permutations=9_999, false_discovery=1)
    y = values.to_numpy(float)
    theirs = esda.Moran_Local(y, pysal(weights), permutations=9_999, seed=5, n_jobs=1)
    # esda divides by n - 1 where the mean of squares is meant
    assert found["local_i"].tolist() == pytest.approx((theirs.Is * 72 / 71).tolist(), abs=1e-12)
    quadrant = {1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"}
    assert found["cluster"].tolist() == [quadrant[q] for q in theirs.q]
    # theirs is the nearer tail alone; two sets of permutations differ by chance: four standard errors of a share
    assert np.abs(found["p"] - 2 * theirs.p_sim).max() < 8 * np.sqrt(0.25 / 9_999)
    star = esda.G_Local(y, pysal(weights), transform="B", star=True, permutations=0)
    assert found["gi_star"].tolist() == pytest.approx(star.Zs.tolist(), abs=1e-9)
    star = esda.G_Local(y, pysal(weights), transform="B", star=True, permutations=9_999, seed=5, n_jobs=1)
    assert np.abs(found["p"] - 2 * star.p_sim).max() < 8 * np.sqrt(0.25 / 9_999)
    whole = clusters.global_moran(values, weights, seed=5)
    assert whole.value == pytest.approx(esda.Moran(y, pysal(weights), permutations=0).I, abs=1e-12)


def test_a_corner_of_low_values_is_a_cluster_and_one_high_town_in_it_an_outlier():
    weights = squares(12, 12)
    values = np.full((12, 12), 50.0) + np.random.default_rng(1).normal(0, 1, (12, 12))
    values[:4, :4] = 1
    values[2, 2] = 60
    found = clusters.local_clusters(on(weights, values.ravel()), weights, seed=1)
    assert found.loc["000", "cluster"] == "low_low"
    assert found.loc["026", "cluster"] == "high_low"
    assert found.loc["143", "cluster"] == "not_significant"


def test_a_corner_of_low_values_is_a_cold_spot_and_its_one_high_town_part_of_it():
    weights = squares(12, 12)
    values = np.full((12, 12), 50.0) + np.random.default_rng(1).normal(0, 1, (12, 12))
    values[:4, :4] = 1
    values[2, 2] = 60
    series = on(weights, values.ravel())
    series.iloc[143] = pd.NA
    found = clusters.spots(clusters.local_clusters(series, weights, seed=1))
    # the town of 60 and its eight neighbours of 1 add up to 68, far below nine times the mean of about 46
    assert found[["000", "026", "100", "143"]].tolist() == ["cold", "cold", "not_significant", "unknown"]


def test_a_high_area_among_low_neighbours_is_no_hot_spot_however_high():
    table = pd.DataFrame(
        [(3.0, -1.0, True, "high_low"), (3.0, 1.0, True, "high_high"), (3.0, 1.0, False, "not_significant"),
         (np.nan, np.nan, False, "no_neighbours")],
        columns=["gi_star", "lag", "is_significant", "cluster"],
    )  # fmt: skip
    assert clusters.spots(table).tolist() == ["not_significant", "hot", "not_significant", "no_neighbours"]


def test_unknown_areas_have_no_class_and_nobody_is_low_because_of_them():
    weights = squares(12, 12)
    values = on(weights, np.random.default_rng(2).gamma(2, 5, 144))
    values.iloc[[0, 1, 12, 13, 70]] = pd.NA
    found = clusters.local_clusters(values, weights, seed=1)
    assert found["cluster"].eq("unknown").tolist() == values.isna().tolist()
    # the others are what they are where the unknown do not exist
    known = values.dropna()
    alone = clusters.local_clusters(known, clusters.among(weights, values.notna()), seed=1)
    pd.testing.assert_frame_equal(found.loc[known.index], alone)


def test_an_area_among_unknown_ones_has_no_neighbours():
    weights = squares(5)
    found = clusters.local_clusters(on(weights, [1, pd.NA, 2, 5, 9]), weights, seed=1)
    assert found["cluster"].tolist()[:2] == ["no_neighbours", "unknown"]
    whole = clusters.global_moran(on(weights, [1, pd.NA, 2, 5, 9]), weights, seed=1)
    assert (whole.n, whole.n_unknown, whole.n_alone) == (3, 1, 1)


@pytest.mark.parametrize("values", [[7] * 5, [0.1 + 0.2] * 4 + [0.3], [pd.NA] * 5, [pd.NA, 3, pd.NA, pd.NA, 4]])
def test_where_all_are_equal_or_unknown_there_is_no_cluster(values):
    weights = squares(5)
    found = clusters.local_clusters(on(weights, values), weights, seed=1)
    assert not found["is_significant"].any()
    assert set(found["cluster"]) <= {"not_significant", "no_neighbours", "unknown"}
    assert np.isnan(clusters.global_moran(on(weights, values), weights, seed=1).value)


def test_the_seed_decides_and_the_order_of_areas_within_links_does_not():
    weights = squares(6, 6)
    values = on(weights, np.random.default_rng(4).gamma(2, 5, 36))
    first = clusters.local_clusters(values, weights, seed=9)
    pd.testing.assert_frame_equal(first, clusters.local_clusters(values, weights, seed=9))
    shuffled = clusters.Weights(weights.codes, sparse.csr_array(weights.links.tocoo().T.T))
    pd.testing.assert_frame_equal(first, clusters.local_clusters(values, shuffled, seed=9))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.none() | st.integers(0, 9), min_size=16, max_size=16))
def test_classes_partition_areas_whatever_is_known(values):
    weights = squares(4, 4)
    series = on(weights, [pd.NA if value is None else value for value in values])
    found = clusters.local_clusters(series, weights, seed=1, permutations=99)
    assert set(found["cluster"]) <= set(clusters.CLUSTERS)
    assert (found["cluster"].eq("unknown") == series.isna()).all()
    assert (found["p"].dropna().between(2 / 100, 1)).all()


def test_chance_alone_gives_five_per_cent_of_areas_a_p_of_five_per_cent():
    weights, random = squares(20, 20), np.random.default_rng(8)
    shares = [
        clusters.local_clusters(on(weights, random.gamma(2, 5, 400)), weights, seed, permutations=999)["p"].le(0.05)
        for seed in range(100)
    ]
    assert np.mean(shares) == pytest.approx(0.05, abs=0.005)


def test_the_whole_is_two_sided_too():
    weights, random = squares(6, 6), np.random.default_rng(9)
    low = [clusters.global_moran(on(weights, random.normal(size=36)), weights, s, 199).p <= 0.05 for s in range(400)]
    # three standard errors of a share of 400
    assert np.mean(low) == pytest.approx(0.05, abs=0.033)


def test_every_way_of_choosing_neighbours_counts_in_p():
    # four areas of which each has two neighbours: the three pairs of others, one of them the observed
    links = sparse.csr_array(np.array([[0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 0, 1], [0, 1, 1, 0]], float))
    weights = clusters.Weights(pd.Index(list("abcd")), links)
    p = clusters.local_clusters(on(weights, [0, 1, 2, 10]), weights, seed=1, permutations=30_000)["p"]
    # a: pairs of b, c, d are 3, 11, 12, observed 3, the least of three; d: pairs of a, b, c are 1, 2, 3, observed 3
    assert p.loc[["a", "d"]].tolist() == pytest.approx([2 / 3, 2 / 3], abs=0.02)
    # b: of a, c, d are 2, 10, 12, observed 10, the middle one
    assert p["b"] == 1


def test_false_discoveries_are_held_back():
    # chance alone: of 36 areas one or two would pass 5 per cent one by one; here any at all does in 5 % of the cases
    weights, random = squares(6, 6), np.random.default_rng(6)
    shown = [
        clusters.local_clusters(on(weights, random.normal(size=36)), weights, seed, permutations=1_999)
        for seed in range(400)
    ]
    assert np.mean([table["p"].le(0.05).any() for table in shown]) > 0.5
    # three standard errors of a share of 400
    assert 0 < np.mean([table["is_significant"].any() for table in shown]) <= 0.05 + 0.033


def test_three_towns_in_a_row_as_on_the_method_page():
    weights = squares(3)
    found = clusters.local_clusters(on(weights, [0.0, 0.0, 3.0]), weights, seed=1)
    # mean 1, variance (1 + 1 + 4) / 3 = 2
    a, c = -1 / np.sqrt(2), 2 / np.sqrt(2)
    assert found["score"].tolist() == pytest.approx([a, a, c])
    assert found["lag"].tolist() == pytest.approx([a, (a + c) / 2, a])
    # a and b: two areas of three
    assert found.loc["000", "gi_star"] == pytest.approx((a + a) / np.sqrt((3 * 2 - 2**2) / (3 - 1)))
    moran = clusters.global_moran(on(weights, [0.0, 0.0, 3.0]), weights, seed=1)
    assert (moran.value, moran.expected) == pytest.approx(((0.5 - 0.25 - 1) / 3, -1 / 2))


def test_no_permutation_depends_on_the_number_of_cores_or_on_how_the_work_is_cut(monkeypatch):
    random = np.random.default_rng(5)
    places = pd.DataFrame(random.uniform(0, 9, (60, 2)), columns=["lon", "lat"], index=[f"{at:02}" for at in range(60)])
    values, weights = pd.Series(random.normal(size=60), places.index), clusters.nearest_k(places, 5)
    all_cores = clusters.local_clusters(values, weights, 3), clusters.global_moran(values, weights, 3)
    cores = os.sched_getaffinity(0)
    monkeypatch.setattr(clusters, "_AT_ONCE", 7_000)
    try:
        os.sched_setaffinity(0, {min(cores)})
        with threadpool_limits(1):
            one_core = clusters.local_clusters(values, weights, 3), clusters.global_moran(values, weights, 3)
    finally:
        os.sched_setaffinity(0, cores)
    assert one_core[0].equals(all_cores[0])
    assert one_core[1] == all_cores[1]
    assert not clusters.local_clusters(values, weights, 4)["p"].equals(all_cores[0]["p"])
