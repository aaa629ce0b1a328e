"""Places of an import, on a small country: what is matched, how surely, and what becomes a question."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from mhgis.importing import addresses, places
from mhgis.importing.coordinates import SYSTEMS, from_wgs84, to_wgs84
from mhgis.importing.gazetteer import Gazetteer, Place, Rules
from mhgis.importing.points import OUTSIDE, PointIndex
from mhgis.importing.types import MATCH_COLUMNS

#: level, code, name, parent's level and code, other names (kind: name)
AREAS = [
    ("country", "000000", "中国", None, None, {}),
    ("province", "110000", "北京市", "country", "000000", {"short": "北京", "english": "Beijing"}),
    ("province", "210000", "江苏省", "country", "000000", {"short": "江苏"}),
    ("province", "220000", "福建省", "country", "000000", {"short": "福建"}),
    ("prefecture", "110000", "北京市", "province", "110000", {"short": "北京"}),
    ("prefecture", "210100", "南京市", "province", "210000", {"short": "南京"}),
    ("prefecture", "210200", "徐州市", "province", "210000", {"short": "徐州"}),
    ("prefecture", "220100", "福州市", "province", "220000", {"short": "福州"}),
    ("prefecture", "220200", "东莞市", "province", "220000", {"short": "东莞"}),
    ("county", "110105", "朝阳区", "prefecture", "110000", {"short": "朝阳", "english": "Chaoyang District"}),
    ("county", "110118", "密云区", "prefecture", "110000", {"short": "密云", "former": "密云县"}),
    ("county", "210106", "鼓楼区", "prefecture", "210100", {"short": "鼓楼"}),
    ("county", "210302", "鼓楼区", "prefecture", "210200", {"short": "鼓楼", "former": "九里区"}),
    ("county", "210312", "铜山区", "prefecture", "210200", {"short": "铜山", "former": "九里区"}),
    ("county", "210322", "丰县", "prefecture", "210200", {}),
    ("county", "220102", "鼓楼区", "prefecture", "220100", {"short": "鼓楼"}),
    ("county", "220200", "东莞市", "prefecture", "220200", {"short": "东莞"}),
]
CHANGES = [
    # level, former code, former name, former parent, level now, code, main
    ("county", "110228", "密云县", None, "county", "110118", True),
    ("county", "210304", "九里区", None, "county", "210302", True),
    ("county", "210304", "九里区", None, "county", "210312", False),
    ("county", "229901", "铜山区", "旧州市", "county", "210312", True),
]
RULES = Rules(
    fold={"樓": "楼", "蘇": "苏", "東": "东", "區": "区", "縣": "县"},
    placeholders={"prefecture": ("市辖区", "县")},
    code_lengths=(2, 4, 6, 9, 12),
    systems=SYSTEMS,
)


def square(west, south):
    return shapely.box(west, south, west + 1, south + 1)


#: counties in a row from 110 degrees east, each a degree wide, at 30 degrees north
SHAPES = gpd.GeoDataFrame(
    {"area_code": [code for level, code, *_ in AREAS if level == "county"]},
    geometry=[square(110 + n, 30) for n in range(sum(level == "county" for level, *_ in AREAS))],
    crs="EPSG:4326",
)


@pytest.fixture(scope="module")
def gazetteer():
    areas = pd.DataFrame(
        [(level, code, name, above, parent) for level, code, name, above, parent, _ in AREAS],
        columns=["level", "area_code", "name_zh", "parent_level", "parent_code"],
    )
    names = [(level, code, name, "official") for level, code, name, *_ in AREAS]
    names += [(level, code, name, kind) for level, code, *_, more in AREAS for kind, name in more.items()]
    changes = pd.DataFrame(
        CHANGES, columns=["level", "former_code", "former_name", "former_parent", "level_now", "area_code", "is_main"]
    ).assign(kind="succeeded", last_listed=pd.NA)
    frame = pd.DataFrame(names, columns=["level", "area_code", "name", "kind"])
    return Gazetteer(areas, frame, changes, RULES, lambda _: SHAPES)


def one(gazetteer, level="county", **row):
    found = places.match(gazetteer, pd.DataFrame([row]), level=level).iloc[0]
    return found["area_code"] if pd.isna(found["question"]) else (found["question"], found["candidates"])


def method(gazetteer, **row):
    return places.match(gazetteer, pd.DataFrame([row]), level="county").iloc[0]["method"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("110105", "110105"),
        (" 110105 ", "110105"),
        ("１１０１０５", "110105"),
        ("110105.0", "110105"),
        ("1.10105e5", "110105"),
        ("\u200f110105", "110105"),
        ("110105001", "110105"),
        ("110105001001", "110105"),
        ("110228", "110118"),
        ("110228000000", "110118"),
        ("11010500100", ("unknown", ())),
        ("999999", ("unknown", ())),
        ("n/a", ("unknown", ())),
        ("210304", ("divided", ("210302", "210312"))),
    ],
)
def test_a_code_is_read_however_it_is_written(gazetteer, code, expected):
    assert one(gazetteer, code=code) == expected


def test_a_code_in_force_at_two_levels_is_of_the_level_wanted(gazetteer):
    rows = pd.DataFrame({"code": ["220200"]})
    assert places.match(gazetteer, rows, level="prefecture")["level"].tolist() == ["prefecture"]
    assert places.match(gazetteer, rows, level="county")["level"].tolist() == ["county"]
    of_counties = places.match(gazetteer, pd.DataFrame({"code": ["220200", "110105", "210322"]}))
    assert of_counties["level"].tolist() == ["county"] * 3


def test_a_code_of_a_province_is_no_county(gazetteer):
    assert one(gazetteer, code="21") == ("too_coarse", ())
    assert one(gazetteer, code="21", level="province") == "210000"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"province": "江苏省", "prefecture": "南京市", "county": "鼓楼区"}, "210106"),
        ({"province": "江苏", "prefecture": "徐州", "county": "鼓楼"}, "210302"),
        ({"province": " 江 蘇 省", "prefecture": "徐州市", "county": "鼓樓區"}, "210302"),
        ({"province": "北京市", "prefecture": "市辖区", "county": "密云县"}, "110118"),
        ({"province": "Beijing", "county": "chaoyang district"}, "110105"),
        ({"province": "福建", "prefecture": "东莞市"}, "220200"),
        ({"province": "福建", "county": "东莞"}, "220200"),
        ({"prefecture": "旧州市", "county": "铜山区"}, "210312"),
        ({"county": "江苏省徐州市丰县"}, "210322"),
        ({"county": "丰县"}, "210322"),
        ({"county": "鼓楼区"}, ("ambiguous", ("210106", "210302", "220102"))),
        ({"province": "江苏省", "county": "鼓楼区"}, ("ambiguous", ("210106", "210302"))),
        ({"province": "福建省", "county": "铜山区"}, ("contradiction", ("210312",))),
        ({"province": "江办省", "county": "丰县"}, ("parent_unknown", ("210322",))),
        ({"province": "江苏省", "county": "铜水区"}, ("near", ("210312",))),
        ({"province": "江苏省", "county": "山铜区"}, ("near", ("210312",))),
        ({"prefecture": "徐州市", "county": "九里区"}, ("divided", ("210302", "210312"))),
        ({"province": "江苏省", "county": "不存在区"}, ("unknown", ())),
        ({"province": "江苏省", "prefecture": "徐州市"}, ("too_coarse", ())),
    ],
)
def test_names_are_told_apart_by_their_parents_and_never_guessed(gazetteer, row, expected):
    assert one(gazetteer, **row) == expected


def test_a_placeholder_stands_for_nothing_only_at_its_own_level(gazetteer):
    assert one(gazetteer, province="江苏省", prefecture="徐州市", county="县")[0] == "near"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("江苏省徐州市鼓楼区解放路12号", "210302"),
        ("中国江苏徐州鼓楼区", "210302"),
        ("北京朝阳区建国路", "110105"),
        ("北京市密云县鼓楼街道", "110118"),
        ("鼓楼区北京路1号", ("ambiguous", ("210106", "210302", "220102"))),
        ("江苏省福州市鼓楼区", ("contradiction", ("220102",))),
        ("南京路12号", ("unknown", ())),
        ("江苏省徐州市人民路", ("too_coarse", ())),
    ],
)
def test_an_address_is_read_from_its_head(gazetteer, address, expected):
    assert one(gazetteer, address=address) == expected


@pytest.mark.parametrize(
    ("address", "rest"),
    [
        ("江苏省徐州市", 0),
        ("江苏省徐州市人民路", len("人民路")),
        ("江苏省徐州市鼓楼区解放路", len("解放路")),
        ("人民路", len("人民路")),
    ],
)
def test_what_follows_the_place_of_an_address_is_counted(gazetteer, address, rest):
    assert addresses.read(gazetteer, gazetteer.folded(address)).rest == rest


def test_what_a_row_says_has_to_agree(gazetteer):
    lon = 110.5  # in the first county, 110105
    assert one(gazetteer, code="110105", county="朝阳区", lon=lon, lat=30.5) == "110105"
    assert one(gazetteer, code="110105", county="丰县") == ("contradiction", ("110105", "210322"))
    assert one(gazetteer, county="丰县", lon=lon, lat=30.5) == ("contradiction", ("210322", "110105"))
    # one way may settle what another leaves open
    assert one(gazetteer, code="210304", county="铜山区") == "210312"
    assert one(gazetteer, county="鼓楼区", lon=112.5, lat=30.5) == "210106"
    # an unknown code does not count against a name that is sure
    assert one(gazetteer, code="999999", county="丰县") == "210322"
    assert one(gazetteer, province="江苏省", county="铜水区", code="210312") == "210312"
    assert one(gazetteer, province="江苏省", county="铜水区", code="110105")[0] == "contradiction"


def test_the_method_is_named(gazetteer):
    assert method(gazetteer, code="110105") == "code"
    assert method(gazetteer, code="110228") == "former_code"
    assert method(gazetteer, county="丰县") == "name"
    assert method(gazetteer, county="密云县") == "former_name"
    assert method(gazetteer, address="江苏省徐州市丰县") == "address"
    assert method(gazetteer, lon=110.5, lat=30.5) == "point"


def test_a_row_that_says_nothing_is_neither_match_nor_question(gazetteer):
    rows = pd.DataFrame({"code": [None, "110105"], "county": [None, None], "lon": [np.nan] * 2, "lat": [np.nan] * 2})
    found = places.match(gazetteer, rows.set_axis([7, 9]))
    assert found.index.tolist() == [7, 9]
    assert list(found.columns) == list(MATCH_COLUMNS)
    assert found.loc[7, ["area_code", "level", "method", "question"]].isna().all()
    assert found.loc[9, "area_code"] == "110105"
    assert places.match(gazetteer, rows.iloc[:0]).empty


def test_points_on_borders_outside_and_turned_around_are_asked_about(gazetteer):
    lon = pd.Series([110.5, 111.0001, 30.5, 100.0, 111.0])
    lat = pd.Series([30.5, 30.5, 110.5, 10.0, 30.5])
    found = places.match_points(gazetteer, lon, lat)
    assert found["area_code"].tolist()[:1] == ["110105"]
    assert found["question"].tolist()[1:] == ["border", "swapped", "outside", "border"]
    assert found["candidates"].tolist()[1:] == [("110105", "110118"), ("110105",), (), ("110105", "110118")]
    # 0.0001 degrees of longitude at 30.5 degrees north are 9.6 m
    assert places.match_points(gazetteer, lon[1:2], lat[1:2], border_m=5)["area_code"].tolist() == ["110118"]


def test_progress_is_told_part_by_part(gazetteer, monkeypatch):
    monkeypatch.setattr(places, "CHUNK", 2)
    told = []
    points = pd.Series([110.5] * 5)
    places.match_points(gazetteer, points, pd.Series([30.5] * 5), progress=lambda done, of: told.append((done, of)))
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_points_are_found_as_point_in_polygon_finds_them():
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(109.5, 119.5, 4000), rng.uniform(29.5, 31.5, 4000)
    located = PointIndex(SHAPES).locate(lon, lat, 1.0)
    expected = np.full(len(lon), OUTSIDE)
    for number, shape in enumerate(SHAPES.geometry):
        expected[shapely.contains_xy(shape, lon, lat)] = number
    assert located.shape.tolist() == expected.tolist()


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_is_turned_back_to_where_it_came_from(system):
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(73, 135, 2000), rng.uniform(18, 53, 2000)
    there = from_wgs84(lon, lat, system)
    back = to_wgs84(*there, system)
    assert np.abs(back[0] - lon).max() < 1e-9  # 0.1 mm
    assert np.abs(back[1] - lat).max() < 1e-9


def test_offsets_are_the_published_ones():
    # test values of the libraries eviltransform and coordtransform
    gcj = from_wgs84(np.array([116.404]), np.array([39.915]), "GCJ-02")
    assert np.allclose(gcj, [[116.41024449916938], [39.91640428150164]], rtol=0, atol=1e-11)
    as_wgs = to_wgs84(np.array([116.404]), np.array([39.915]), "GCJ-02")
    bd = from_wgs84(*as_wgs, "BD-09")
    assert np.allclose(bd, [[116.41036949371029], [39.92133699351022]], rtol=0, atol=1e-9)


def test_the_system_is_told_by_the_points_that_would_leave_their_area(gazetteer):
    # 300 m west of the eastern border: shifted east by GCJ-02 they would lie in the next county
    lat = np.linspace(30.1, 30.9, 40)
    lon = np.full(40, 111 - 0.003)
    truth = pd.Series(["110105"] * 40)
    shifted = from_wgs84(lon, lat, "GCJ-02")
    assert (places.match_points(gazetteer, pd.Series(shifted[0]), pd.Series(shifted[1]))["area_code"] != "110105").all()
    found = places.detect_system(gazetteer, pd.Series(shifted[0]), pd.Series(shifted[1]), truth)
    by_system = found.evidence.set_index("system")["agree"]
    assert by_system["GCJ-02"] == 40
    assert by_system["WGS-84"] == 0
    nothing = places.detect_system(gazetteer, pd.Series([110.5]), pd.Series([30.5]), pd.Series(["110105"]))
    assert nothing.system is None


def test_a_decision_holds_however_the_text_is_written(gazetteer):
    rows = pd.DataFrame({"province": ["江苏省", "江蘇省"], "county": ["鼓楼区", "鼓樓 區"]})
    keys = places.keys_of(gazetteer, rows)
    assert keys[0] == keys[1] == "|江苏省||鼓楼区|"
    found = places.match(gazetteer, rows, decided={keys[0]: Place("county", "210106")})
    assert found["area_code"].tolist() == ["210106"] * 2
    assert found["method"].tolist() == ["decision"] * 2


def test_a_decision_for_a_place_that_is_gone_is_asked_again(gazetteer):
    rows = pd.DataFrame({"county": ["鼓楼区"]})
    found = places.match(gazetteer, rows, decided={"|||鼓楼区|": Place("county", "999999")})
    assert found["question"].tolist() == ["ambiguous"]
