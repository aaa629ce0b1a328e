"""Access: brute force for distances, three towns with their sums in sight, pysal's `access`, and conservation."""

import math

import numpy as np
import pandas as pd
import pytest
from access import fca
from hypothesis import given, settings
from hypothesis import strategies as st

from mhgis.measures import distance
from mhgis.measures.neighbours import EARTH_RADIUS_KM

#: degrees of latitude that are one kilometre along a meridian
KM = 180 / (math.pi * EARTH_RADIUS_KM)


def points(codes, north_km, **columns):
    return pd.DataFrame({"lon": 104.0, "lat": 30 + np.array(north_km, dtype=float) * KM, **columns}, index=list(codes))


#: three towns on a line, at 0, 40 and 100 km, with a hospital at each end
TOWNS = points("abc", [0, 40, 100])
PEOPLE = pd.Series({"a": 1_000, "b": 3_000, "c": 2_000})
HOSPITALS = points("XY", [0, 100], amount=pd.array([10, 20], dtype="Int64"))


def great_circle_km(one, other):
    """The haversine formula, written out: an oracle without vectors or trees."""
    lat1, lat2 = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(other.lon - one.lon) / 2
    inner = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(inner))


@st.composite
def countries(draw):
    """Origins with people and sites with units, some of them unknown."""
    place = st.tuples(st.integers(9_000, 9_600), st.integers(3_000, 3_500))
    origins = draw(st.lists(st.tuples(place, st.integers(1, 5_000)), min_size=1, max_size=8))
    sites = draw(st.lists(st.tuples(place, st.none() | st.integers(0, 300)), min_size=1, max_size=6))
    people = pd.Series([n for _, n in origins], index=[f"o{at}" for at in range(len(origins))])
    table = pd.DataFrame([at for at, _ in origins], columns=["lon", "lat"], index=people.index) / 100
    supply = pd.DataFrame([at for at, _ in sites], columns=["lon", "lat"]) / 100
    supply.index = pd.Index([f"s{at}" for at in range(len(sites))])
    return table, people, supply.assign(amount=pd.array([amount for _, amount in sites], dtype="Int64"))


def test_the_nearest_hospital_of_three_towns():
    found = distance.nearest(TOWNS, HOSPITALS)
    assert found["site"].tolist() == ["X", "X", "Y"]
    assert found["at_most_km"].tolist() == pytest.approx([0, 40, 0], abs=1e-6)
    assert found["at_least_km"].tolist() == pytest.approx([0, 40, 0], abs=1e-6)


def test_an_unknown_hospital_makes_the_distance_a_range():
    found = distance.nearest(TOWNS, HOSPITALS.assign(amount=pd.array([pd.NA, 20], dtype="Int64")))
    assert found["site"].tolist() == ["Y", "Y", "Y"]
    assert found["at_most_km"].tolist() == pytest.approx([100, 60, 0], abs=1e-6)
    assert found["at_least_km"].tolist() == pytest.approx([0, 40, 0], abs=1e-6)


def test_a_hospital_known_to_have_nothing_is_no_care():
    found = distance.nearest(TOWNS, HOSPITALS.assign(amount=pd.array([0, 20], dtype="Int64")))
    assert found["at_least_km"].tolist() == pytest.approx([100, 60, 0], abs=1e-6)


def test_without_any_care_no_distance_is_claimed():
    found = distance.nearest(TOWNS, HOSPITALS.assign(amount=0))
    assert found["site"].isna().all()
    assert found[["at_most_km", "at_least_km"]].isna().all(axis=None)


def test_people_are_counted_as_a_range_by_group_and_those_without_a_figure_apart():
    surely, perhaps = np.array([[False, False, True]]), np.array([[True, False, True]])
    found = distance.people_where(surely, perhaps, PEOPLE).iloc[0]
    assert (found["lower"], found["upper"], found["people"]) == (2_000, 1_000 + 2_000, 6_000)
    assert pd.isna(found["value"])
    by_group = distance.people_where(surely, perhaps, PEOPLE, pd.Series({"a": "W", "b": "W", "c": "E"}))
    assert by_group.set_index("group")["upper"].to_dict() == {"E": 2_000, "W": 1_000}
    assert by_group.set_index("group")["value"].isna().to_dict() == {"E": False, "W": True}
    gaps = pd.Series({"a": 1_000, "b": pd.NA, "c": 2_000}, dtype="Int64")
    apart = distance.people_where(surely, surely, gaps).iloc[0]
    assert (apart["value"], apart["people"], apart["people_unknown"]) == (2_000, 3_000, 1)


def test_people_within_steps_of_distance():
    within = distance.people_within(np.array([[0, 40, np.inf], [10, 0, 5]]), PEOPLE, [0, 10, 40])
    assert within.tolist() == [[1_000, 1_000, 1_000 + 3_000], [3_000, 6_000, 6_000]]


def test_three_towns_share_two_hospitals():
    # within 60 km: X is reached from a and b, Y from b (60 km away, on the edge) and c
    within = distance.reach(TOWNS, HOSPITALS, 60)
    found = distance.floating_catchment(within, HOSPITALS["amount"], PEOPLE)
    x, y = 10 / (1_000 + 3_000), 20 / (3_000 + 2_000)
    assert found.to_dict() == pytest.approx({"a": x, "b": x + y, "c": y})


def test_three_towns_with_a_weight_for_the_further_zone():
    # up to 30 km counts in full, from 30 to 60 km a quarter
    within = distance.reach(TOWNS, HOSPITALS, 60, distance.zones([0.5, 1], [1, 0.25]))
    found = distance.floating_catchment(within, HOSPITALS["amount"], PEOPLE)
    x, y = 10 / (1_000 + 0.25 * 3_000), 20 / (0.25 * 3_000 + 2_000)
    assert found.to_dict() == pytest.approx({"a": x, "b": 0.25 * x + 0.25 * y, "c": y})


def test_the_bell_falls_from_one_to_nothing():
    weights = distance.gaussian(np.array([0, 0.5, 1]))
    assert weights.tolist() == pytest.approx(
        [1, (math.exp(-0.125) - math.exp(-0.5)) / (1 - math.exp(-0.5)), 0], abs=1e-12
    )


def test_closed_borders_keep_people_at_home():
    borders = (pd.Series({"a": "W", "b": "E", "c": "E"}), pd.Series({"X": "W", "Y": "E"}))
    found = distance.floating_catchment(
        distance.reach(TOWNS, HOSPITALS, 60, borders=borders), HOSPITALS["amount"], PEOPLE
    )
    assert found.to_dict() == pytest.approx({"a": 10 / 1_000, "b": 20 / 5_000, "c": 20 / 5_000})


def laid(costs, unit="km", **known):
    return distance.matrix(
        pd.DataFrame(costs), unit, TOWNS.assign(area_code=TOWNS.index),
        HOSPITALS.assign(area_code=["a", "c"]), **known,
    )  # fmt: skip


ALL_WAYS = {"origin": list("aabbcc"), "site": list("XYXYXY"), "cost": [0, 300, 30, 90, 300, 10]}


def test_a_matrix_takes_the_place_of_straight_lines():
    within, perhaps = distance.reach_by_matrix(laid(ALL_WAYS), TOWNS.index, HOSPITALS.index, 60)
    assert perhaps.weights.nnz == 0
    found = distance.floating_catchment(within, HOSPITALS["amount"], PEOPLE)
    assert found.to_dict() == pytest.approx({"a": 10 / 4_000, "b": 10 / 4_000, "c": 20 / 2_000})
    here, none = np.array([[True, True]]), np.array([[True, False]])
    assert distance.nearest_by_matrix(laid(ALL_WAYS), here, here)[1].tolist() == [[0, 30, 10]]
    assert distance.nearest_by_matrix(laid(ALL_WAYS), none, none)[0].tolist() == [[0, 30, 300]]


def test_closed_borders_hold_for_a_table_of_travel_too():
    borders = (pd.Series({"a": "W", "b": "E", "c": "E"}), pd.Series({"X": "W", "Y": "E"}))
    both = np.array([[True, True]])
    least, most, site = distance.nearest_by_matrix(laid(ALL_WAYS), both, both, borders)
    # b is 30 km from X, across the border, and 90 from Y
    assert least.tolist() == most.tolist() == [[0, 90, 10]]
    assert site.tolist() == [0, 1, 1]


def test_a_row_for_an_area_is_for_the_sites_in_it_that_have_none_of_their_own():
    # X has rows of its own; Y lies in c, and is reached as c is
    table = laid({"origin": list("aab"), "site": ["X", "c", "X"], "cost": [7, 80, 20]})
    assert table.ends(slice(0, 3))[1].tolist() == [[7, 80], [20, math.inf], [math.inf, math.inf]]
    assert table.covered.tolist() == [True, True, False]
    assert laid({"origin": ["a", "z"], "site": ["X", "X"], "cost": [7, 8]}).unused == 1


def test_a_way_that_is_left_out_is_no_zero_and_no_shorter_than_the_straight_line():
    one = {"origin": ["b"], "site": ["X"], "cost": [55]}
    least, most = laid(one).ends(slice(0, 3))
    assert least.tolist() == [pytest.approx(row, abs=1e-6) for row in ([0, 100], [55, 60], [100, 0])]
    assert most.tolist() == [[math.inf] * 2, [55, math.inf], [math.inf] * 2]
    # 60 km take at least half an hour at 120 km/h
    assert laid(one, "min").ends(slice(0, 3))[0][1].tolist() == pytest.approx([55, 30])


@pytest.mark.parametrize(
    ("known", "least"),
    [({"left_out": "further"}, [[0, 100], [70, 70], [100, 0]]),
     ({"left_out": "beyond", "limit": 120.0}, [[0, 120], [70, 120], [120, 0]])],
)  # fmt: skip
def test_what_is_known_of_ways_left_out_does_not_hold_inside_an_area(known, least):
    # a lies in X's area and c in Y's: there the way may be nothing, whatever is said of ways that are left out
    found, _ = laid({"origin": ["b"], "site": ["X"], "cost": [70]}, **known).ends(slice(0, 3))
    assert found.tolist() == [pytest.approx(row, abs=1e-6) for row in least]


def test_a_way_that_is_left_out_makes_access_a_range():
    # b's way to Y is left out and may be 60 km; Y's 20 beds are for c alone, or for b and c
    within, perhaps = distance.reach_by_matrix(
        laid({"origin": list("abc"), "site": list("XXY"), "cost": [0, 30, 0]}),
        TOWNS.index, HOSPITALS.index, 70,
    )  # fmt: skip
    assert perhaps.weights.toarray().tolist() == [[0, 0], [0, 1], [0, 0]]
    found = distance.floating_catchment_range(within, HOSPITALS["amount"], PEOPLE, HOSPITALS["amount"], perhaps)
    x = 10 / (1_000 + 3_000)
    assert found["lower"].tolist() == pytest.approx([x, x, 20 / (2_000 + 3_000)])
    assert found["upper"].astype(float).tolist() == pytest.approx([x, x + 20 / (2_000 + 3_000), 20 / 2_000])
    assert found["rests_on_unknown"].tolist() == [False, True, True]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_ends_of_a_matrix_hold_whatever_the_ways_left_out_turn_out_to_be(seed):
    random = np.random.default_rng(seed)
    origins = points([f"o{at}" for at in range(7)], random.uniform(0, 200, 7)).assign(area_code="o")
    sites = points([f"s{at}" for at in range(4)], random.uniform(0, 200, 4)).assign(area_code="s")
    truth = np.array([[great_circle_km(o, s) for s in sites.itertuples()] for o in origins.itertuples()])
    truth *= random.uniform(1, 1.6, truth.shape)
    row, column = np.nonzero(random.random(truth.shape) < 0.5)
    costs = {"origin": origins.index[row], "site": sites.index[column], "cost": truth[row, column]}
    table = distance.matrix(pd.DataFrame(costs), "km", origins, sites)
    has = random.random((3, 4)) < 0.6
    least, most, _ = distance.nearest_by_matrix(table, has, has)
    for draw, low, high in zip(has, least, most, strict=True):
        nearest = np.where(draw, truth, np.inf).min(axis=1)
        assert (low <= nearest + 1e-9).all()
        assert (nearest <= high + 1e-9).all()
    people, units = (
        pd.Series(random.integers(1, 99, 7), origins.index),
        pd.Series(random.integers(0, 9, 4), sites.index),
    )
    within, perhaps = distance.reach_by_matrix(table, origins.index, sites.index, 120, decay=distance.gaussian)
    found = distance.floating_catchment_range(within, units, people, units, perhaps)
    weights = np.where(truth <= 120, distance.gaussian(truth / 120), 0)
    asking = people.to_numpy() @ weights
    exact = weights @ np.divide(units, asking, out=np.zeros(4), where=asking > 0)
    assert (found["lower"] <= exact + 1e-12).all()
    assert (exact <= found["upper"].astype(float) + 1e-12).all()


@pytest.mark.parametrize(
    "costs",
    [
        {"origin": ["a"], "site": ["X"], "cost": [-1]},
        {"origin": ["a"], "site": ["X"], "cost": [np.nan]},
        {"origin": ["a"], "site": ["X"], "cost": [np.inf]},
        {"origin": ["a", "a"], "site": ["X", "X"], "cost": [1, 2]},
    ],
)
def test_a_matrix_that_cannot_be_is_refused(costs):
    with pytest.raises(ValueError, match="matrix"):
        laid(costs)


def test_unknown_units_are_never_taken_for_none():
    unknown = pd.Series({"X": pd.NA, "Y": 20}, dtype="Int64")
    within = distance.reach(TOWNS, HOSPITALS, 60)
    with pytest.raises(ValueError, match="unknown"):
        distance.floating_catchment(within, unknown, PEOPLE)
    found = distance.floating_catchment_range(within, unknown, PEOPLE, pd.Series({"X": 12, "Y": 99}))
    x, y = 12 / 4_000, 20 / 5_000
    assert found["lower"].tolist() == pytest.approx([0, y, y])
    assert found["upper"].astype(float).tolist() == pytest.approx([x, x + y, y])
    assert found["rests_on_unknown"].tolist() == [True, True, False]
    open_end = distance.floating_catchment_range(within, unknown, PEOPLE, pd.Series({"Y": 99}))
    assert open_end["upper"].isna().tolist() == [True, True, False]
    nobody = distance.floating_catchment_range(within, unknown, PEOPLE.astype("Int64").where(PEOPLE > 2_500), unknown)
    assert nobody["rests_on_unknown"].tolist() == [True, True, False]


@pytest.mark.parametrize("zones", [([0.5], [1]), ([0.5, 0.4, 1], [1, 1, 1]), ([0.5, 1], [1]), ([1], [-1]), ([], [])])
def test_zones_rise_to_the_edge_with_a_weight_each(zones):
    with pytest.raises(ValueError, match="zones need"):
        distance.zones(*zones)


@pytest.mark.parametrize("radius", [0, -1, math.inf, math.nan])
def test_a_catchment_is_a_distance(radius):
    with pytest.raises(ValueError, match="catchment"):
        distance.reach(TOWNS, HOSPITALS, radius)
    with pytest.raises(ValueError, match="catchment"):
        distance.reach_by_matrix(laid(ALL_WAYS), TOWNS.index, HOSPITALS.index, radius)


@given(countries())
def test_the_nearest_is_the_least_of_all_pairs(country):
    origins, _, sites = country
    found = distance.nearest(origins, sites)
    for code, origin in origins.iterrows():
        for column, those in (
            ("at_most_km", sites["amount"].gt(0).fillna(value=False)),
            ("at_least_km", sites["amount"].ne(0).fillna(value=True)),
        ):
            km = [great_circle_km(origin, site) for site in sites[those.astype(bool)].itertuples()]
            assert found[column][code] == (
                pytest.approx(min(km), abs=1e-6) if km else pytest.approx(np.nan, nan_ok=True)
            )


@settings(max_examples=60)
@given(countries(), st.sampled_from([30.0, 150.0, 700.0]))
def test_access_equals_pysals(country, radius):
    origins, people, sites = country
    sites = sites.assign(amount=sites["amount"].fillna(7))
    pairs = [
        {"origin": a, "dest": b, "cost": great_circle_km(one, other)}
        for a, one in origins.iterrows()
        for b, other in sites.iterrows()
    ]

    def weigh(cost):
        return float(distance.gaussian(np.array([min(cost / radius, 1)]))[0])

    theirs = fca.two_stage_fca(
        people.rename("demand").to_frame(), sites["amount"].astype(float).rename("supply").to_frame(),
        pd.DataFrame(pairs), max_cost=radius, demand_index=True, supply_index=True, weight_fn=weigh,
    )  # fmt: skip
    costs = pd.DataFrame(pairs).rename(columns={"dest": "site"})
    table = distance.matrix(costs, "km", origins.assign(area_code=origins.index), sites.assign(area_code=sites.index))
    within, _ = distance.reach_by_matrix(table, origins.index, sites.index, radius, decay=distance.gaussian)
    ours = distance.floating_catchment(within, sites["amount"], people)
    # where nothing is in reach theirs has no row, and ours says zero
    assert ours.tolist() == pytest.approx(theirs.reindex(origins.index).fillna(0).tolist(), rel=1e-12, abs=1e-15)
    straight = distance.reach(origins, sites, radius, distance.gaussian)
    assert straight.weights.toarray() == pytest.approx(within.weights.toarray(), abs=1e-9)


@given(countries(), st.sampled_from([50.0, 300.0, 900.0]))
def test_what_people_reach_is_what_sites_hold(country, radius):
    origins, people, sites = country
    units = sites["amount"].fillna(0)
    within = distance.reach(origins, sites, radius, distance.gaussian)
    found = distance.floating_catchment(within, units, people)
    reached = np.asarray(within.weights.T @ people.to_numpy(float)) > 0
    assert (found * people).sum() == pytest.approx(units.astype(float).to_numpy()[reached].sum())


@given(countries())
def test_a_catchment_over_all_gives_supply_over_demand_everywhere(country):
    origins, people, sites = country
    units = sites["amount"].fillna(0)
    found = distance.floating_catchment(distance.reach(origins, sites, 20_100), units, people)
    assert found.tolist() == pytest.approx([units.sum() / people.sum()] * len(origins))


@given(countries(), st.integers(2, 5))
def test_more_supply_is_as_much_more_access(country, times):
    origins, people, sites = country
    units = sites["amount"].fillna(0)
    within = distance.reach(origins, sites, 300, distance.gaussian)
    found = distance.floating_catchment(within, units, people)
    assert distance.floating_catchment(within, units * times, people).tolist() == pytest.approx(
        (found * times).tolist()
    )


@given(countries())
def test_a_range_holds_whatever_the_unknown_turn_out_to_be(country):
    origins, people, sites = country
    within = distance.reach(origins, sites, 300)
    assumed = pd.Series(50, index=sites.index)
    found = distance.floating_catchment_range(within, sites["amount"], people, assumed)
    truth = distance.floating_catchment(within, sites["amount"].fillna(23), people)
    slack = 1e-12
    assert (found["lower"] <= truth + slack).all()
    assert (truth <= found["upper"].astype(float) + slack).all()


def test_each_draw_is_a_case_of_its_own():
    within = distance.reach(TOWNS, HOSPITALS, 60)
    found = distance.floating_catchment_of_draws(within, np.array([[10.0, 20.0], [0.0, 0.0]]), PEOPLE)
    assert found[0].tolist() == pytest.approx(distance.floating_catchment(within, HOSPITALS["amount"], PEOPLE).tolist())
    assert found[1].tolist() == [0, 0, 0]
