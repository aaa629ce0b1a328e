"""Who is out of reach: draws against one draw at a time, ranges that widen near the unknown, links that replay."""

import numpy as np
import pandas as pd
import pytest

from mhgis.measures import access, distance, equity
from mhgis.measures.access import AccessQuestion, Ground
from mhgis.measures.equity import EquityQuestion
from tests.unit.test_distance import points

#: four towns of a meridian, two in each province
TOWNS = points("abcd", [0, 40, 100, 300]).assign(
    people=pd.array([1_000, 3_000, 2_000, 500], dtype="Int64"),
    province_code=["N", "N", "S", "S"],
    area_code=list("abcd"),
)


def ground(amounts=None, draws=None, **other):
    amount = pd.array([0] * 4 if amounts is None else amounts, dtype="Int64")
    return Ground(TOWNS, TOWNS.assign(amount=amount), draws, **other)


def test_each_draw_is_the_nearest_site_of_that_draw_alone():
    draws = np.random.default_rng(7).integers(0, 2, (40, 4)).astype(np.int32)
    draws[0] = 0
    for borders in (None, (TOWNS["province_code"], TOWNS["province_code"])):
        found = distance.nearest_of_draws(TOWNS, TOWNS, draws, borders)
        for draw, distances in zip(draws, found, strict=True):
            alone = distance.nearest(TOWNS, TOWNS.assign(amount=draw), borders)["at_most_km"]
            assert distances.tolist() == pytest.approx(alone.fillna(np.inf).tolist(), abs=1e-6)


def test_people_beyond_over_draws_are_the_quantiles_of_the_people_of_each_draw():
    draws = np.array([[1, 0, 0, 0]] * 10 + [[0, 0, 0, 1]] * 10, dtype=np.int32)
    found = access.distances(ground(draws=draws), AccessQuestion())
    one = access.beyond(ground(draws=draws), found, 50).iloc[0]
    # care at a: c and d are further than 50 km; care at d: a, b and c are
    assert (one["lower"], one["upper"]) == (2_000 + 500, 1_000 + 3_000 + 2_000)
    assert access.by_area(ground(draws=draws), found, 50)["beyond"].tolist() == [50, 50, 100, 50]
    curve = access.curve(ground(draws=draws), found).set_index("distance")
    assert curve.loc[50, "upper"] == pytest.approx(100 * (1_000 + 3_000) / 6_500)
    # within 250 km: a, b and c of care at a; c and d of care at d
    assert curve.loc[250, ["lower", "upper"]].tolist() == pytest.approx([100 * 2_500 / 6_500, 100 * 6_000 / 6_500])


def test_the_curve_of_a_model_is_the_middle_of_its_draws_and_the_two_ends():
    draws = np.array([[1, 0, 0, 0]] * 10 + [[0, 1, 0, 0]] * 10 + [[0, 0, 0, 1]] * 10, dtype=np.int32)
    curve = access.curve(ground(draws=draws), access.distances(ground(draws=draws), AccessQuestion()))
    # within 70 km of care at d: d; at a: a and b; at b: a, b and c
    people = [500, 1_000 + 3_000, 1_000 + 3_000 + 2_000]
    shares = curve.set_index("distance").loc[70, ["lower", "value", "upper"]]
    assert shares.tolist() == pytest.approx([100 * number / 6_500 for number in people])


def test_nothing_within_reach_is_a_zero_where_all_is_known_and_else_not_reported():
    question = AccessQuestion(measure="two_step", catchment=50)
    assert access.within_reach(ground([10, 0, 0, 0]), question).status.tolist() == ["reported"] * 2 + ["zero"] * 2
    unknown = access.within_reach(ground([10, 0, pd.NA, 0]), question)
    assert unknown.status.tolist() == ["reported", "reported", "not_reported", "zero"]


def test_a_point_whose_people_nobody_knows_weighs_nothing_unless_nobody_knows_any():
    finer = pd.DataFrame({"lon": 104.0, "lat": [30.0, 30.9], "area_code": "a"}, index=["a1", "a2"])
    for people, expected in (([300, pd.NA], 0.0), ([pd.NA, pd.NA], 0.5), ([0, 0], 0.5)):
        finer["people"] = pd.array(people, dtype="Int64")
        fine = Ground(access.origins_of(TOWNS, finer), ground([1, 0, 0, 0]).sites)
        found = access.distances(fine, AccessQuestion())
        assert access.by_area(fine, found, 50).loc["a", "value"] == pytest.approx(expected * found.least[0][-1])


def test_an_unknown_place_makes_a_range_and_never_a_gap():
    open_ = access.distances(ground([1, 0, pd.NA, 0]), AccessQuestion())
    # d: 300 km to a, but perhaps 200 km to c
    assert open_.table.loc["d", ["lower", "upper"]].tolist() == pytest.approx([200, 300])
    areas = access.by_area(ground([1, 0, pd.NA, 0]), open_, 250)
    assert areas["status"].tolist() == ["reported", "reported", "not_reported", "not_reported"]
    assert areas["beyond"].isna().tolist() == [False, False, False, True]
    one = access.beyond(ground([1, 0, pd.NA, 0]), open_, 250).iloc[0]
    assert (one["lower"], one["upper"]) == (0, 500)
    assert pd.isna(one["value"])


@pytest.mark.parametrize("measure", ["two_step", "zones", "gaussian", "own"])
def test_reach_is_a_range_only_near_the_unknown(measure):
    found = access.within_reach(
        ground([10, 0, pd.NA, 4]), AccessQuestion(measure=measure, catchment=70, steps=((30, 100), (70, 50)))
    )
    # b reaches c, which is not known; a and d do not
    assert found.status.tolist() == ["reported", "not_reported", "not_reported", "reported"]
    assert (found.table["upper"] >= found.table["lower"]).all()
    assert found.table.loc["c", "upper"] > found.table.loc["c", "lower"]


def test_people_with_too_few_within_reach_are_counted_as_a_range():
    known = ground([10, 0, pd.NA, 4])
    found = access.within_reach(known, AccessQuestion(measure="two_step", catchment=70))
    # within 70 km: a and b share 10 beds, 250 for 100,000; d has 4 for 500 people, 800; b and c may have more from c
    assert found.least[0].tolist() == pytest.approx([250, 250, 0, 800])
    one = access.beyond(known, found, 300).iloc[0]
    assert (one["lower"], one["upper"]) == (1_000, 1_000 + 3_000 + 2_000)


def test_steps_of_ones_own_are_zones():
    asked = AccessQuestion(measure="own", steps=((30, 100), (60, 68), (90, 22)))
    assert asked.radius == 90
    zones = AccessQuestion(measure="zones", catchment=90)
    theirs = access.within_reach(ground([10, 0, 2, 4]), zones).table
    assert access.within_reach(ground([10, 0, 2, 4]), asked).table.equals(theirs)


def test_within_borders_nobody_goes_to_the_other_province():
    closed = AccessQuestion(borders="closed")
    found = access.distances(ground([1, 0, 0, 0]), closed).table
    assert found["upper"].tolist() == pytest.approx([0, 40, np.inf, np.inf], abs=1e-6)
    around = access.catchment(ground([1, 0, 2, 0]), "b", closed)
    assert around["area_code"].tolist() == ["b", "a"]
    assert around["distance"].tolist() == pytest.approx([0, 40], abs=1e-6)
    assert access.served(ground(), "c", closed).least[0].tolist() == pytest.approx([np.inf, np.inf, 0, 200], abs=1e-6)


def test_a_table_of_travel_takes_the_place_of_straight_lines_and_says_whom_it_covers():
    towns = ground([1, 0, pd.NA, 0])
    costs = pd.DataFrame({"origin": list("abcd"), "site": list("aaaa"), "cost": [0.0, 25, 70, 400]}).iloc[:3]
    by_road = ground([1, 0, pd.NA, 0], matrix=distance.matrix(costs, "min", towns.origins, towns.sites))
    assert by_road.covered == pytest.approx(6_000 / 6_500)
    found = access.distances(by_road, AccessQuestion())
    # c may have care of its own; d has no way in the table, and 200 km to c take at least 100 minutes
    assert found.least[0].tolist() == pytest.approx([0, 25, 0, 100], abs=1e-6)
    assert found.most[0].tolist() == [0, 25, 70, np.inf]
    one = access.beyond(by_road, found, 60).iloc[0]
    assert (one["lower"], one["upper"]) == (500, 2_000 + 500)
    assert access.catchment(by_road, "b", AccessQuestion(threshold=60))["is_given"].tolist() == [False, True, False]
    assert access.served(by_road, "a", AccessQuestion()).most[0].tolist() == [0, 25, 70, np.inf]


def test_each_draw_by_a_table_of_travel_is_that_draw_alone():
    random = np.random.default_rng(11)
    draws = random.integers(0, 2, (30, 4)).astype(np.int32)
    costs = pd.DataFrame({"origin": np.repeat(list("abcd"), 4), "site": list("abcd") * 4, "cost": random.random(16)})
    table = distance.matrix(costs, "km", TOWNS, TOWNS)
    many = access.distances(ground(draws=draws, matrix=table), AccessQuestion())
    for at, draw in enumerate(draws):
        alone = access.distances(ground(draw, matrix=table), AccessQuestion())
        assert many.least[at].tolist() == many.most[at].tolist() == alone.most[0].tolist()


def test_finer_points_give_an_area_the_mean_over_its_people():
    points_ = pd.DataFrame({
        "lon": 104.0, "lat": [30.0, 30.9], "area_code": ["a", "a"], "people": pd.array([300, 100], dtype="Int64"),
    }, index=["a1", "a2"])  # fmt: skip
    origins = access.origins_of(TOWNS, points_)
    assert origins.index.tolist() == ["b", "c", "d", "a1", "a2"]
    fine = Ground(origins, ground([1, 0, 0, 0]).sites)
    found = access.distances(fine, AccessQuestion())
    areas = access.by_area(fine, found, 50)
    apart = found.least[0][-1]
    assert areas.loc["a", "value"] == pytest.approx((300 * 0 + 100 * apart) / 400)
    assert areas.loc["a", "beyond"] == pytest.approx(100 * 100 / 400)
    assert access.beyond(fine, found, 50).iloc[0]["value"] == 2_000 + 500 + 100


def test_units_are_at_facilities_with_coordinates_and_the_rest_at_the_areas_point():
    areas = TOWNS.assign(amount=pd.array([10, pd.NA, 0, 6], dtype="Int64"))
    facilities = pd.DataFrame({
        "facility_id": ["x", "y"], "area_code": ["a", "d"], "lon": [104.0, np.nan], "lat": [30.1, np.nan],
        "amount": pd.array([7, 6], dtype="Float64"),
    })  # fmt: skip
    sites = access.sites_of(areas, facilities)
    assert sites["amount"].tolist() == [10 - 7, pd.NA, 0, 6, 7]
    assert sites["area_code"].tolist() == ["a", "b", "c", "d", "a"]


@pytest.mark.parametrize("question", [AccessQuestion(), AccessQuestion("zones", 45, "min", 80, "closed", 40, 150),
                                      AccessQuestion("own", steps=((20, 100), (60, 5)), floor=3, matrix="0" * 12),
                                      AccessQuestion(site="机构 1,a-b/c", points="0123456789ab"),
                                      EquityQuestion(), EquityQuestion(3, 200, "band", 4, 90, "plain")])  # fmt: skip
def test_a_question_is_replayed_from_its_text(question):
    assert type(question).parse(str(question)) == question


@pytest.mark.parametrize("text", ["km", "threshold-0", "threshold-9999", "measure-far", "threshold-5,threshold-6",
                                  "threshold--5", "unit-", "speed-٣٠",
                                  "steps-30:50/20:10", "steps-30:50/60:70", "steps-30:101", "matrix-../x",
                                  "site-"])  # fmt: skip
def test_a_text_that_asks_nothing_is_told(text):
    assert AccessQuestion.parse(text) is None


def test_steps_that_a_person_types_are_read_by_the_question():
    asked = AccessQuestion("own", floor=3)
    typed = asked.typed("steps", "30： 100； 60: 60")
    assert typed == AccessQuestion("own", floor=3, steps=((30, 100), (60, 60)))
    # a link says them in one way, however they were typed
    assert str(typed) == "measure-own,floor-3,steps-30:100/60:60"
    assert asked.typed("steps", "60: 60; 30: 100") is None


def test_minutes_become_kilometres_of_straight_line():
    # 60 minutes at 60 km/h are 60 km of road, of which a detour of 1.5 leaves 40 km
    assert AccessQuestion(unit="min", threshold=60, detour=150).threshold_km == pytest.approx(40)


@pytest.mark.parametrize("aversion", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("least", [0, 1])
def test_indices_of_many_draws_are_those_of_each(aversion, least):
    random = np.random.default_rng(3)
    draws, weight = random.integers(least, 40, (5, 12)), random.integers(1, 90, 12)
    found = equity.indices(draws, weight, aversion)
    for at, draw in enumerate(draws):
        one = equity.known(pd.Series(draw), pd.Series(weight))
        worst, best = equity.tenths(one)
        expected = [equity.gini(one), equity.theil_t(one), equity.theil_l(one), equity.atkinson(one, aversion), worst,
                    best, best / worst if worst else np.inf]  # fmt: skip
        assert found.iloc[at].tolist() == pytest.approx(expected)


def test_a_draw_without_units_has_no_index_and_resamples_repeat():
    assert equity.indices(np.zeros((1, 3)), np.ones(3), 0.5).isna().all().all()
    one = equity.known(pd.Series([1, 2, 3]), pd.Series([1, 1, 1]))
    first, again = equity.resamples(one, 1, 20), equity.resamples(one, 1, 20)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
