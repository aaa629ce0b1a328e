"""Who is out of reach: draws against one draw at a time, ranges that widen near the unknown, links that replay."""

import numpy as np
import pandas as pd
import pytest

from mhgis import access, equity, outreach
from mhgis.outreach import Ground
from mhgis.questions import AccessQuestion, EquityQuestion
from tests.unit.test_access import points

#: four towns of a meridian, two in each province
TOWNS = points("abcd", [0, 40, 100, 300]).assign(
    people=pd.array([1_000, 3_000, 2_000, 500], dtype="Int64"), province_code=["N", "N", "S", "S"]
)


def ground(amounts=None, draws=None):
    amount = pd.array([0] * 4 if amounts is None else amounts, dtype="Int64")
    return Ground(TOWNS, TOWNS.assign(amount=amount, area_code=TOWNS.index), draws)


def test_each_draw_is_the_nearest_site_of_that_draw_alone():
    draws = np.random.default_rng(7).integers(0, 2, (40, 4)).astype(np.int32)
    draws[0] = 0
    for borders in (None, (TOWNS["province_code"], TOWNS["province_code"])):
        found = access.nearest_of_draws(TOWNS, TOWNS, draws, borders)
        for draw, distances in zip(draws, found, strict=True):
            alone = access.nearest(TOWNS, TOWNS.assign(amount=draw), borders)["at_most_km"]
            assert distances.tolist() == pytest.approx(alone.fillna(np.inf).tolist(), abs=1e-6)


def test_people_beyond_over_draws_are_the_quantiles_of_the_people_of_each_draw():
    draws = np.array([[1, 0, 0, 0]] * 10 + [[0, 0, 0, 1]] * 10, dtype=np.int32)
    found = outreach.distances(ground(draws=draws), AccessQuestion())
    one = outreach.beyond(ground(draws=draws), found, 50).iloc[0]
    # care at a: c and d are further than 50 km; care at d: a, b and c are
    assert (one["lower"], one["upper"]) == (2_000 + 500, 1_000 + 3_000 + 2_000)
    assert outreach.how_often(found, 50).tolist() == [50, 50, 100, 50]
    curve = outreach.curve(ground(draws=draws), found).set_index("distance_km")
    assert curve.loc[50, "upper"] == pytest.approx(100 * (1_000 + 3_000) / 6_500)
    # within 250 km: a, b and c of care at a; c and d of care at d
    assert curve.loc[250, ["lower", "upper"]].tolist() == pytest.approx([100 * 2_500 / 6_500, 100 * 6_000 / 6_500])


def test_an_unknown_place_makes_a_range_and_never_a_gap():
    open_ = outreach.distances(ground([1, 0, pd.NA, 0]), AccessQuestion())
    # d: 300 km to a, but perhaps 200 km to c
    assert open_.table.loc["d", ["lower", "upper"]].tolist() == pytest.approx([200, 300])
    assert open_.table.loc["d", "status"] == "not_reported"
    assert outreach.how_often(open_, 250).isna().tolist() == [False, False, False, True]
    one = outreach.beyond(ground([1, 0, pd.NA, 0]), open_, 250).iloc[0]
    assert (one["lower"], one["upper"]) == (0, 500)
    assert pd.isna(one["value"])


@pytest.mark.parametrize("measure", ["two_step", "zones", "gaussian"])
def test_reach_is_a_range_only_near_the_unknown(measure):
    found = outreach.within_reach(ground([10, 0, pd.NA, 4]), AccessQuestion(measure=measure, catchment=70))
    # b reaches c, which is not known; a and d do not
    assert found["status"].tolist() == ["reported", "not_reported", "not_reported", "reported"]
    assert (found["upper"] >= found["lower"]).all()
    assert found.loc["c", "upper"] > found.loc["c", "lower"]


def test_within_borders_nobody_goes_to_the_other_province():
    closed = AccessQuestion(borders="closed")
    found = outreach.distances(ground([1, 0, 0, 0]), closed).table
    assert found["upper"].tolist() == pytest.approx([0, 40, np.inf, np.inf], abs=1e-6)
    around = outreach.catchment(ground([1, 0, 2, 0]), "b", closed, 100)
    assert around["area_code"].tolist() == ["b", "a"]
    assert around["distance_km"].tolist() == pytest.approx([0, 40], abs=1e-6)


def test_units_are_at_facilities_with_coordinates_and_the_rest_at_the_areas_point():
    areas = TOWNS.assign(amount=pd.array([10, pd.NA, 0, 6], dtype="Int64"))
    facilities = pd.DataFrame({
        "facility_id": ["x", "y"], "area_code": ["a", "d"], "lon": [104.0, np.nan], "lat": [30.1, np.nan],
        "amount": pd.array([7, 6], dtype="Float64"),
    })  # fmt: skip
    sites = outreach.sites_of(areas, facilities)
    assert sites["amount"].tolist() == [10 - 7, pd.NA, 0, 6, 7]
    assert sites["area_code"].tolist() == ["a", "b", "c", "d", "a"]


@pytest.mark.parametrize("question", [AccessQuestion(), AccessQuestion("zones", 45, "min", 80, "closed", 40, 150),
                                      EquityQuestion(), EquityQuestion(3, 200, "band", 4, 90, "plain")])  # fmt: skip
def test_a_question_is_replayed_from_its_text(question):
    assert type(question).parse(str(question)) == question


@pytest.mark.parametrize("text", ["km", "threshold-0", "threshold-9999", "measure-far", "threshold-5,threshold-6",
                                  "threshold--5", "unit-", "speed-٣٠"])  # fmt: skip
def test_a_text_that_asks_nothing_is_told(text):
    assert AccessQuestion.parse(text) is None


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
