"""The nearest supply is the one an exhaustive search finds; what is unknown neither serves nor is served."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhgis.measures import neighbours
from mhgis.measures.neighbours import EARTH_RADIUS_KM

NAN = float("nan")
COLUMNS = ["area_code", "lon", "lat", "value", "status"]
#: a quarter of a meridian
QUARTER_KM = np.pi / 2 * EARTH_RADIUS_KM


def areas(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS).astype({"lon": float, "lat": float, "value": float})


def haversine_km(lon1, lat1, lon2, lat2):
    lon1, lat1, lon2, lat2 = (np.radians(x) for x in (lon1, lat1, lon2, lat2))
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def brute_force(table: pd.DataFrame) -> pd.DataFrame:
    known = table["status"].isin(["reported", "zero", "modelled"])
    empty = table[known & table["value"].eq(0)].sort_values("area_code")
    having = table[known & table["value"].gt(0)].sort_values("area_code")
    km = haversine_km(
        empty["lon"].to_numpy()[:, None], empty["lat"].to_numpy()[:, None],
        having["lon"].to_numpy()[None, :], having["lat"].to_numpy()[None, :],
    )  # fmt: skip
    near = [int(np.flatnonzero(row <= row.min() + neighbours.TIE_KM)[0]) for row in km]
    return pd.DataFrame(
        {
            "area_code": empty["area_code"].to_numpy(),
            "nearest_code": having["area_code"].to_numpy()[near],
            "distance_km": km[np.arange(len(near)), near],
        }
    )


TOWN = areas(
    ("d", 0, 90, 0, "zero"),  # at the pole
    ("a", 0, 0, 5, "reported"),
    ("b", 0, 60, 1, "modelled"),
    ("c", 0, 1, 0, "zero"),
    ("e", 0, 89, NAN, "not_reported"),  # nearest of all to d, but unknown
    ("f", 0, 1.1, NAN, "suppressed"),
    ("g", 0, 1, NAN, "not_applicable"),
)


def test_a_degree_of_a_meridian_is_a_ninetieth_of_its_quarter_and_unknown_areas_serve_nobody():
    found = neighbours.nearest_supply(TOWN)
    assert found.nearest["area_code"].tolist() == ["c", "d"]
    assert found.nearest["nearest_code"].tolist() == ["a", "b"]
    assert found.nearest["distance_km"].tolist() == pytest.approx([QUARTER_KM * 1 / 90, QUARTER_KM * 30 / 90])
    assert (found.empty, found.supplied, found.unknown, found.outside) == (2, 2, 2, 1)


def test_every_area_is_counted_once():
    found = neighbours.nearest_supply(TOWN)
    assert found.empty + found.supplied + found.unknown + found.outside == len(TOWN)


def test_where_nobody_has_any_there_is_no_nearest():
    found = neighbours.nearest_supply(areas(("a", 0, 0, 0, "zero"), ("b", 0, 1, NAN, "not_reported")))
    assert found.nearest["nearest_code"].isna().tolist() == [True]
    assert found.nearest["distance_km"].isna().tolist() == [True]
    assert neighbours.classify(found.nearest["distance_km"], 50).tolist() == ["nowhere"]


def test_where_everybody_has_some_there_is_nothing_to_find():
    found = neighbours.nearest_supply(areas(("a", 0, 0, 3, "reported"), ("b", 0, 1, 2, "reported")))
    assert found.nearest.empty
    assert list(found.nearest.columns) == ["area_code", "nearest_code", "distance_km"]


@pytest.mark.parametrize(("value", "status"), [(0, "zero"), (1, "reported"), (NAN, "not_reported")])
def test_one_area_alone(value, status):
    found = neighbours.nearest_supply(areas(("a", 0, 0, value, status)))
    assert len(found.nearest) == (value == 0)
    assert found.nearest["nearest_code"].isna().all()


def test_no_area_at_all():
    assert neighbours.nearest_supply(areas()).nearest.empty


def test_of_equally_near_suppliers_the_lowest_code_is_named_whatever_the_order():
    east, west, centre = ("2", 1, 0, 1, "reported"), ("1", -1, 0, 1, "reported"), ("3", 0, 0, 0, "zero")
    for rows in ((east, west, centre), (centre, west, east)):
        assert neighbours.nearest_supply(areas(*rows)).nearest["nearest_code"].tolist() == ["1"]


def test_a_supplier_at_the_same_point_is_next_door():
    found = neighbours.nearest_supply(areas(("a", 5, 5, 0, "zero"), ("b", 5, 5, 1, "reported")))
    assert found.nearest["distance_km"].tolist() == [0]


def test_the_date_line_is_no_border():
    found = neighbours.nearest_supply(
        areas(("a", 179.5, 0, 0, "zero"), ("b", -179.5, 0, 1, "reported"), ("c", 178, 0, 1, "reported"))
    )
    assert found.nearest["nearest_code"].tolist() == ["b"]
    assert found.nearest["distance_km"].tolist() == pytest.approx([QUARTER_KM / 90])


def test_a_code_twice_and_an_area_without_a_point_are_refused():
    with pytest.raises(ValueError, match=r"found again: \['a'\]"):
        neighbours.nearest_supply(areas(("a", 0, 0, 0, "zero"), ("a", 0, 1, 1, "reported")))
    with pytest.raises(ValueError, match=r"found none for \['a'\]"):
        neighbours.nearest_supply(areas(("a", NAN, 0, 0, "zero"), ("b", 0, 1, 1, "reported")))


def test_the_threshold_itself_is_next_door():
    service = neighbours.classify(pd.Series([0.0, 30.0, 30.001, NAN]), 30)
    assert service.tolist() == ["next_door", "next_door", "far", "nowhere"]
    assert neighbours.classify(pd.Series([0.5, 0.6]), 0.5).tolist() == ["next_door", "far"]


@pytest.mark.parametrize("threshold", [0, -1, NAN, float("inf")])
def test_a_threshold_that_is_no_distance_is_refused(threshold):
    with pytest.raises(ValueError, match="above zero"):
        neighbours.classify(pd.Series([1.0]), threshold)


PLACES = st.tuples(st.integers(-180, 180), st.integers(-90, 90), st.sampled_from([0.0, 0.0, 1.0, NAN]))


@settings(deadline=None)
@given(st.lists(PLACES, min_size=1, max_size=25))
def test_any_set_of_places_gives_what_an_exhaustive_search_gives(places):
    status = {0.0: "zero", 1.0: "reported"}
    table = areas(*((f"{i:02}", *place, status.get(place[2], "not_reported")) for i, place in enumerate(places)))
    found = neighbours.nearest_supply(table)
    if found.supplied:
        expected = brute_force(table)
        assert found.nearest["distance_km"].tolist() == pytest.approx(expected["distance_km"].tolist(), abs=1e-3)
        # near the antipode haversine itself is good to metres only, so the nearest is compared within a hemisphere
        near = expected["distance_km"].lt(QUARTER_KM).tolist()
        assert found.nearest["nearest_code"][near].tolist() == expected["nearest_code"][near].tolist()
