"""Inequality among China's provinces in 2015, from the published file, as the literature found it."""

import pandas as pd
import pytest

from mhgis import store
from mhgis.measures import equity


@pytest.fixture
def provinces(published):
    """Beds, people and land of the 31 provinces with statistics, by code."""
    beds = store.indicator_values("cn-published", "province", 2015, "beds").set_index("area_code")
    land = store.areas("province").set_index("area_code")["area_km2"]
    return pd.DataFrame({"beds": beds["value"], "people": beds["people"], "km2": land[beds.index]})


def test_beds_are_spread_evenly_over_people_and_unevenly_over_land(provinces):
    # provincial Gini of psychiatric beds 2011-2020 in the literature: by population below 0.3, by area above 0.6
    by_people = equity.known(provinces["beds"], provinces["people"])
    by_land = equity.known(provinces["beds"], provinces["km2"])
    assert (by_people.n, by_people.n_unknown) == (31, 3)
    assert equity.gini(by_people) < 0.3
    assert equity.gini(by_land) > 0.6


def test_the_numbers_of_the_method_page(provinces):
    by_people = equity.known(provinces["beds"], provinces["people"])
    by_land = equity.known(provinces["beds"], provinces["km2"])
    region = store.areas("province").set_index("area_code")["region"]
    between = equity.theil_parts(by_people, region)["share"]["between"]
    found = (equity.gini(by_people), equity.gini(by_land), 1 - between)
    assert [round(one, 3) for one in found] == [0.212, 0.674, 0.996]
