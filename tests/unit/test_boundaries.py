"""The reader of the boundary files, on bytes written by hand, and the making of a coverage, on squares."""

import struct

import geopandas as gpd
import numpy as np
import pytest
import shapely

from etl import boundaries
from mhgis.errors import SchemaError


def run_of_steps(start, steps):
    return struct.pack("<III", 1, *start) + b"".join(struct.pack("<hh", *step) for step in steps)


def block(*parts):
    return struct.pack("<I", len(parts)) + b"".join(struct.pack("<I", len(p)) for p in parts) + b"".join(parts)


def squares(*corners, size=1.0, **columns):
    shapes = [shapely.box(x, y, x + size, y + size) for x, y in corners]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=boundaries.CRS)


def test_steps_are_added_to_the_start_in_units_of_two_microdegrees():
    # 140,000,000 units x 2e-6 - 180 = 100 degrees east; 60,000,000 x 2e-6 - 90 = 30 degrees north
    found = boundaries.decode_points(run_of_steps((140_000_000, 60_000_000), [(500, 0), (0, -500)]))
    assert found.tolist() == [[100, 30], [100.001, 30], [100.001, 29.999]]


def test_plain_points_are_read_without_steps():
    found = boundaries.decode_points(struct.pack("<IIIII", 0, 140_000_000, 60_000_000, 141_000_000, 60_000_000))
    assert found.tolist() == [[100, 30], [102, 30]]


def test_a_block_is_cut_at_the_sizes_it_states():
    assert boundaries.split(block(b"ab", b"", b"cde")) == [b"ab", b"", b"cde"]
    assert boundaries.split(block()) == []


def test_a_polygon_keeps_its_hole(tmp_path):
    shell = run_of_steps((140_000_000, 60_000_000), [(900, 0), (0, 900), (-900, 0), (0, -900)])
    hole = run_of_steps((140_000_300, 60_000_300), [(300, 0), (0, 300), (-300, 0), (0, -300)])
    file = tmp_path / "one.bin"
    file.write_bytes(block(struct.pack("<I", 5) + block(shell, hole)))
    (polygon,) = boundaries.read_shapes(file)
    assert polygon.area == pytest.approx(0.0018**2 - 0.0006**2)  # 900 and 300 units of 2e-6 degrees


@pytest.mark.parametrize("damage", [lambda raw: raw[:-3], lambda _: b"", lambda raw: b"\xff\xff\xff\xff" + raw[4:]])
def test_a_damaged_file_is_named_in_one_sentence(tmp_path, damage):
    whole = block(struct.pack("<I", 5) + block(run_of_steps((1, 1), [(9, 0), (0, 9), (-9, -9)])))
    file = tmp_path / "cut.bin"
    file.write_bytes(damage(whole))
    with pytest.raises(SchemaError, match=r"cut\.bin: found an unreadable boundary file"):
        boundaries.read_shapes(file)


def test_a_sliver_between_neighbours_is_closed():
    right = shapely.box(1.0000001, 0, 2, 1)
    gap = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1), right], crs=boundaries.CRS)
    gap.geometry = [shapely.Polygon([(0, 0), (1, 0), (1, 0.5), (1, 1), (0, 1)]), shapely.box(1, 0, 2, 1)]
    assert not shapely.coverage_is_valid(gap.geometry.to_numpy())
    cleaned = boundaries.clean_coverage(gap)
    assert shapely.coverage_is_valid(cleaned.geometry.to_numpy())
    assert shapely.area(cleaned.geometry.to_numpy()).tolist() == [1, 1]


def test_dissolved_areas_are_the_sum_of_their_counties():
    counties = squares((0, 0), (1, 0), (5, 5), parent_code=["a", "a", "b"])
    united = boundaries.dissolve(counties, "parent_code")
    assert united["area_code"].tolist() == ["a", "b"]
    assert shapely.area(united.geometry.to_numpy()).tolist() == [1 + 1, 1]


def test_area_is_measured_on_the_ellipsoid():
    # one degree square at the equator: 111.32 km x 110.57 km = 12,309 km2; at 60 north about half as wide
    found = boundaries.areas_km2(squares((0, 0), (0, 60)))
    assert found.iloc[0] == pytest.approx(111.32 * 110.57, rel=1e-3)
    assert found.iloc[1] / found.iloc[0] == pytest.approx(np.cos(np.radians(60.5)), rel=2e-2)


def test_label_points_lie_inside_the_largest_part():
    pair = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(10, 0, 13, 3)])
    ((x, y),) = boundaries.label_points(gpd.GeoDataFrame(geometry=[pair], crs=boundaries.CRS))
    assert shapely.box(10, 0, 13, 3).contains(shapely.Point(x, y))
