"""Borders of a town of four squares, by hand."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from etl import adjacency
from mhgis.measures.neighbours import EARTH_RADIUS_KM

DEGREE_KM = EARTH_RADIUS_KM * 3.141592653589793 / 180

# c d
# a b     each one degree wide; e lies apart
TOWN = gpd.GeoDataFrame(
    {"area_code": ["a", "b", "c", "d", "e"]},
    geometry=[shapely.box(x, y, x + 1, y + 1) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1), (9, 9))],
    crs="EPSG:4326",
)


def lengths(frame: pd.DataFrame) -> dict[tuple[str, str], float]:
    return {(one, two): km for one, two, km in frame[["area_code", "neighbour_code", "border_km"]].itertuples(False)}


def test_squares_that_share_a_side_are_neighbours_and_those_that_meet_in_a_point_are_not():
    found = lengths(adjacency.shared_borders(TOWN))
    assert set(found) == {(x, y) for pair in ("ab", "ac", "bd", "cd") for x, y in (pair, pair[::-1])}
    # a meridian's degree is a degree of a great circle
    assert found["a", "b"] == pytest.approx(DEGREE_KM)
    assert found["a", "b"] == found["b", "a"]


def test_borders_of_the_level_above_add_up_and_leave_out_what_lies_inside():
    counties = adjacency.shared_borders(TOWN)
    found = adjacency.by_level(counties, {"province": {"a": "W", "c": "W", "b": "E", "d": "E", "e": "X"}})
    upper = lengths(found[found["level"].eq("province")])
    assert upper == {("E", "W"): pytest.approx(2 * DEGREE_KM), ("W", "E"): pytest.approx(2 * DEGREE_KM)}
    assert set(found["level"]) == {"county", "province"}


def test_a_lone_area_has_no_neighbours():
    assert len(adjacency.shared_borders(TOWN.iloc[[4]])) == 0


def test_an_enclave_touches_only_what_surrounds_it():
    ring = shapely.difference(shapely.box(0, 0, 3, 3), shapely.box(1, 1, 2, 2))
    town = gpd.GeoDataFrame({"area_code": ["in", "out"]}, geometry=[shapely.box(1, 1, 2, 2), ring], crs="EPSG:4326")
    assert set(lengths(adjacency.shared_borders(town))) == {("in", "out"), ("out", "in")}
