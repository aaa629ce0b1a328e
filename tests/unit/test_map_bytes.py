"""The bytes on the wire, against a plain decoder of their own."""

import base64
import gzip
import json
import zlib
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from mhgis.exports import map_bytes


def frame(shapes, parents=None):
    codes = [f"{i + 1:06d}" for i in range(len(shapes))]
    parent = parents or ["100000"] * len(shapes)
    return gpd.GeoDataFrame(
        {"area_code": codes, "parent_code": parent, "province_code": parent}, geometry=shapes, crs="EPSG:4326"
    )


def read_varints(block):
    numbers, value, shift = [], 0, 0
    for byte in block:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value, shift = 0, 0
    return numbers


def unpack(packed):
    """The plain decoder: header and sections as lists of numbers."""
    raw = gzip.decompress(packed)
    assert raw[:4] == b"MHG1"
    size = int.from_bytes(raw[4:8], "little")
    header = json.loads(raw[8 : 8 + size])
    at, sections = 8 + size, {}
    for name, length in header["sections"].items():
        sections[name] = read_varints(raw[at : at + length])
        at += length
    assert at == len(raw)
    return header, sections


def signed(number):
    return number // 2 if number % 2 == 0 else -(number + 1) // 2


def read_arcs(sections):
    x, y, at, arcs = 0, 0, 0, []
    for size in sections["sizes"]:
        arc = []
        for _ in range(size + 1):
            x, y, at = x + signed(sections["x"][at]), y + signed(sections["y"][at]), at + 1
            arc.append((x / 1000, y / 1000))
        arcs.append(arc)
    return arcs


def decode(packed):
    """Return the areas' shapes and the arcs."""
    header, sections = unpack(packed)
    arcs, tokens, met = read_arcs(sections), iter(sections["rings"]), 0

    def ring():
        nonlocal met
        points = []
        for _ in range(next(tokens)):
            token = next(tokens)
            if token == 0:
                arc, met = arcs[met], met + 1
            else:
                arc = arcs[met - token // 2]
                arc = arc if token % 2 else arc[::-1]
            points.extend(arc if not points else arc[1:])
        return points

    def polygon():
        shell, *holes = [ring() for _ in range(next(tokens))]
        return Polygon(shell, holes)

    shapes = [MultiPolygon([polygon() for _ in range(next(tokens))]) for _ in header["codes"]]
    assert next(tokens, None) is None
    return shapes, arcs


#: two squares side by side, a third that lies in a hole of the second, and an island of the first
TOWN = [
    MultiPolygon([box(0, 0, 1, 1), box(5, 5, 6, 6)]),
    Polygon([(1, 0), (4, 0), (4, 3), (1, 3), (1, 1)], [[(2, 1), (2, 2), (3, 2), (3, 1)]]),
    box(2, 1, 3, 2),
]


def test_varints_are_leb128():
    # 300 = 0b10_0101100: low seven bits 0101100 with the top bit set = 0xAC, then 0b10
    assert map_bytes.varints(np.array([0, 1, 127, 128, 300])) == bytes([0, 1, 127, 0x80, 1, 0xAC, 2])


def test_largest_varint_has_five_bytes_and_none_is_negative():
    assert read_varints(map_bytes.varints(np.array([2**35 - 1]))) == [2**35 - 1]
    for bad in (-1, 2**35):
        with pytest.raises(ValueError, match="five bytes"):
            map_bytes.varints(np.array([bad]))


def test_zigzag_keeps_small_numbers_small():
    assert map_bytes.zigzag(np.array([0, -1, 1, -2, 2])).tolist() == [0, 1, 2, 3, 4]


def test_shapes_come_back_as_they_went():
    shapes, _ = decode(map_bytes.encode_shapes("county", frame(TOWN)))
    assert [shape.equals(was) for shape, was in zip(shapes, TOWN, strict=True)] == [True, True, True]


def test_a_shared_border_is_stored_once():
    _, arcs = decode(map_bytes.encode_shapes("county", frame(TOWN)))
    lengths = sum(abs(b[0] - a[0]) + abs(b[1] - a[1]) for arc in arcs for a, b in pairwise(arc))
    # square 4, island 4, the second's shell 3 + 3 + 3 + 2 + 1 = 12, of which 1 is the first's, and its hole, the third
    assert lengths == pytest.approx(4 + 4 + (12 - 1) + 4)


def test_two_rings_that_meet_in_a_point_are_cut_there():
    corner = [box(0, 0, 1, 1), box(1, 1, 2, 2)]
    shapes, _ = decode(map_bytes.encode_shapes("county", frame(corner)))
    assert [shape.equals(was) for shape, was in zip(shapes, corner, strict=True)] == [True, True]


def test_a_grid_keeps_its_area_and_its_neighbours():
    grid = [box(i, j, i + 1, j + 1) for i in range(6) for j in range(5)]
    shapes, arcs = decode(map_bytes.encode_shapes("county", frame(grid)))
    assert sum(shape.area for shape in shapes) == pytest.approx(6 * 5)
    assert shapely.coverage_is_valid(shapes)
    # every edge once: 5 x 7 upright and 6 x 6 level ones
    assert sum(len(arc) - 1 for arc in arcs) == 5 * 7 + 6 * 6


def test_an_area_smaller_than_a_unit_is_not_lost():
    shapes, _ = decode(map_bytes.encode_shapes("county", frame([box(0, 0, 1, 1), box(9, 9, 9.0001, 9.0001)])))
    assert shapes[1].area > 0
    assert shapes[1].distance(shapely.Point(9, 9)) < 0.002


def test_an_islet_that_vanishes_leaves_the_rest_of_its_area():
    shapes, _ = decode(
        map_bytes.encode_shapes("county", frame([MultiPolygon([box(0, 0, 1, 1), box(3, 3, 3.0001, 3.0001)])]))
    )
    assert shapes[0].equals(box(0, 0, 1, 1))


def test_rounding_is_to_a_thousandth_of_a_degree():
    shapes, _ = decode(map_bytes.encode_shapes("county", frame([box(100.12345, 30, 101, 31)])))
    assert shapes[0].bounds == (100.123, 30, 101, 31)


def test_areas_travel_in_ascending_order_of_code_with_their_parents():
    table = frame([box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)], ["510000", "110000", "510000"])
    header, _ = unpack(map_bytes.encode_shapes("prefecture", table.iloc[::-1]))
    assert header["codes"] == ["000001", "000002", "000003"]
    assert [header["parent"]["codes"][i] for i in header["parent"]["of"]] == ["510000", "110000", "510000"]


def test_an_area_without_a_parent_says_so():
    header, _ = unpack(map_bytes.encode_shapes("province", frame([box(0, 0, 1, 1)], [pd.NA])))
    assert header["parent"] == {"codes": [], "of": [-1]}


def test_equal_areas_have_equal_bytes():
    once, twice = (map_bytes.encode_shapes("county", frame(TOWN)) for _ in range(2))
    assert once == twice
    assert once == map_bytes.encode_shapes("county", frame(TOWN).iloc[::-1])


def test_a_repeated_code_and_an_empty_shape_are_refused():
    table = frame([box(0, 0, 1, 1), box(1, 0, 2, 1)])
    with pytest.raises(ValueError, match="area codes repeat: 000001"):
        map_bytes.encode_shapes("county", table.assign(area_code="000001"))
    with pytest.raises(ValueError, match="area 000002 has an empty shape"):
        map_bytes.encode_shapes("county", frame([box(0, 0, 1, 1), Polygon()]))


def test_lines_come_back_as_they_went():
    lines = gpd.GeoDataFrame(
        geometry=[shapely.LineString([(110.5, 12.25), (111, 13)]), shapely.MultiLineString([[(1, 2), (3, -4)]])]
    )
    _, sections = unpack(map_bytes.encode_lines(lines))
    assert read_arcs(sections) == [[(110.5, 12.25), (111, 13)], [(1, 2), (3, -4)]]


def test_classes_are_one_byte_an_area_in_few_characters():
    classes = np.random.default_rng(7).integers(0, 8, 2891).astype(np.uint8)
    text = map_bytes.encode_classes(classes)
    assert zlib.decompress(base64.b64decode(text)) == classes.tobytes()
    # even without any pattern, less than half of the bytes as they are in Base64 (4 characters hold 3 bytes)
    assert len(text) < 2891 * 4 / 3 / 2


def test_names_are_in_wire_order():
    names = pd.DataFrame({"area_code": ["2", "1"], "name_zh": ["乙", "甲"], "name_en": ["B", "A"], "lon": [2.5, 1.25]})
    assert json.loads(gzip.decompress(map_bytes.encode_names({"county": names}))) == {
        "county": {"area_code": ["1", "2"], "name_zh": ["甲", "乙"], "name_en": ["A", "B"], "lon": [1.25, 2.5]}
    }


def test_a_missing_value_stays_missing():
    packed = map_bytes.encode_columns(
        {"value": np.array([1 / 3, np.nan, 0.0]), "status": ["modelled", "not_reported", "zero"]}
    )
    assert json.loads(gzip.decompress(packed)) == {
        "value": [0.333333, None, 0.0],
        "status": ["modelled", "not_reported", "zero"],
    }
