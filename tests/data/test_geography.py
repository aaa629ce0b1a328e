"""Every trap of the country's geography, by name, on the published file."""

import numpy as np
import pytest
import shapely

from etl.boundaries import TOLERANCES
from mhgis import store

pytestmark = pytest.mark.usefixtures("published")

MAINLAND_COUNTIES = 2_891 - 20 - 18 - 1  # all, less Taiwan's, Hong Kong's and Macau's


@pytest.fixture(scope="module")
def areas(published):
    return store.areas().set_index(["level", "area_code"])


def children(areas, level, code):
    inside = areas[(areas["parent_level"] == level) & (areas["parent_code"] == code)]
    return sorted(inside["name_zh"])


def test_no_area_is_lost(areas):
    found = areas.groupby(level="level").size().to_dict()
    assert found == {"country": 1, "province": 31 + 3, "prefecture": 375, "county": 2_891}
    assert areas.xs("county").query("is_applicable").shape[0] == MAINLAND_COUNTIES == 2_852


def test_333_prefectures_are_proper(areas):
    prefectures = areas.xs("prefecture")
    # 375 rows less 4 municipalities, 32 directly administered counties, 3 reserves, and Taiwan, Hong Kong, Macau
    assert int(prefectures["is_proper_prefecture"].sum()) == 375 - 4 - 32 - 3 - 3 == 333


@pytest.mark.parametrize(("code", "n"), [("110000", 16), ("120000", 16), ("310000", 16), ("500000", 38)])
def test_municipalities_have_no_prefecture_tier(areas, code, n):
    row = areas.loc[("prefecture", code)]
    assert row["special"] == "municipality"
    assert not row["is_proper_prefecture"]
    assert row["parent_code"] == code
    assert len(children(areas, "prefecture", code)) == n


@pytest.mark.parametrize(
    ("code", "name"), [("441900", "东莞市"), ("442000", "中山市"), ("460400", "儋州市"), ("620200", "嘉峪关市")]
)
def test_cities_without_counties_are_their_own_county(areas, code, name):
    assert areas.loc[("prefecture", code), "is_proper_prefecture"]
    assert children(areas, "prefecture", code) == [name]
    assert areas.loc[("county", code), "area_km2"] == pytest.approx(areas.loc[("prefecture", code), "area_km2"])


@pytest.mark.parametrize(
    ("code", "name", "province"),
    [
        ("419001", "济源市", "410000"), ("429004", "仙桃市", "420000"), ("429021", "神农架林区", "420000"),
        ("469001", "五指山市", "460000"), ("659001", "石河子市", "650000"),
    ],
)  # fmt: skip
def test_directly_administered_counties_are_their_own_flagged_prefecture(areas, code, name, province):
    unit = areas.loc[("prefecture", code)]
    assert unit["name_zh"] == name
    assert "directly_administered" in unit["special"]
    assert not unit["is_proper_prefecture"]
    assert unit["parent_code"] == province
    assert children(areas, "prefecture", code) == [name]


def test_32_counties_are_directly_administered(areas):
    flagged = areas.xs("prefecture")["special"].fillna("").str.contains("directly_administered")
    assert int(flagged.sum()) == 1 + 4 + 15 + 12  # Henan, Hubei, Hainan, Xinjiang


def test_sansha_has_its_two_districts_and_its_people(areas):
    assert children(areas, "prefecture", "460300") == ["南沙区", "西沙区"]
    people = store.query(
        "SELECT people, status FROM population WHERE level = 'prefecture' AND area_code = '460300' AND year = 2020"
    ).iloc[0]
    assert people["people"] == 1_694 + 639


@pytest.mark.parametrize(("code", "name"), [("659011", "新星市"), ("659012", "白杨市")])
def test_counties_founded_after_the_census_have_no_figure_rather_than_zero(areas, code, name):
    assert areas.loc[("county", code), "name_zh"] == name
    rows = store.query("SELECT people, status FROM population WHERE level = 'county' AND area_code = ?", [code])
    assert rows["people"].isna().all()
    assert set(rows["status"]) == {"not_reported"}


def test_six_mainland_units_have_no_census_figure():
    rows = store.query(
        "SELECT a.name_zh FROM population p JOIN area a USING (level, area_code) "
        "WHERE p.level = 'county' AND p.year = 2020 AND a.is_applicable AND p.people IS NULL"
    )
    reserves = {"中农发山丹马场", "莲花山风景林自然保护区", "太子山天然林保护区"}
    assert set(rows["name_zh"]) == {"金门县", "新星市", "白杨市"} | reserves


def test_taiwan_hong_kong_and_macau_are_drawn_and_not_applicable(areas):
    outside = areas[~areas["is_applicable"]]
    assert outside.groupby(level="level").size().to_dict() == {"province": 3, "prefecture": 3, "county": 20 + 18 + 1}
    values = store.query(
        "SELECT DISTINCT v.status FROM indicator_value v JOIN area a USING (level, area_code) WHERE NOT a.is_applicable"
    )
    assert values["status"].tolist() == ["not_applicable"]
    drawn = store.shapes("province", 0.02).set_index("area_code").geometry
    assert all(drawn[code].area > 0 for code in ("710000", "810000", "820000"))


def test_jiagedaqi_and_songling_count_where_their_polygon_lies():
    # 鄂伦春 lies in Inner Mongolia and holds both; its figure is its own census row and theirs
    row = store.query(
        "SELECT p.people, a.province_code FROM population p JOIN area a USING (level, area_code) "
        "WHERE p.level = 'county' AND p.area_code = '150723' AND p.year = 2020"
    ).iloc[0]
    assert row["province_code"] == "150000"
    counties = store.query(
        "SELECT a.province_code, sum(p.people) AS people FROM population p JOIN area a USING (level, area_code) "
        "WHERE p.level = 'county' AND p.year = 2020 GROUP BY 1"
    ).set_index("province_code")["people"]
    provinces = store.query(
        "SELECT area_code, people FROM population WHERE level = 'province' AND year = 2020 AND people IS NOT NULL"
    ).set_index("area_code")["people"]
    differences = (counties - provinces).dropna()
    # 芦台 lies in Tianjin's 宁河, the two districts in Inner Mongolia; nothing else differs
    assert differences[differences != 0].to_dict() == {
        "120000": 43_558, "130000": -43_558, "150000": 153_101, "230000": -153_101,
    }  # fmt: skip


def test_136_counties_have_a_parent_that_their_code_does_not_tell(areas):
    counties = areas.xs("county").reset_index()
    sliced = counties["area_code"].str[:4] + "00"
    assert int((sliced != counties["parent_code"]).sum()) == 136
    assert set(counties["parent_code"]) == set(areas.xs("prefecture").index)


@pytest.mark.parametrize("tolerance", [0.0, *TOLERANCES])
@pytest.mark.parametrize("level", ["province", "prefecture", "county"])
def test_each_level_is_a_valid_coverage_at_each_tolerance(level, tolerance):
    shapes = store.shapes(level, tolerance)
    geometry = shapes.geometry.to_numpy()
    assert len(shapes) == {"province": 34, "prefecture": 375, "county": 2_891}[level]
    assert shapely.is_valid(geometry).all()
    assert not shapely.is_empty(geometry).any()
    assert shapely.coverage_is_valid(geometry)


@pytest.mark.parametrize(("upper", "lower"), [("province", "prefecture"), ("prefecture", "county")])
def test_borders_nest(areas, upper, lower):
    above = store.shapes(upper, 0.02).set_index("area_code").geometry
    below = store.shapes(lower, 0.02).assign(parent=lambda t: t["area_code"].map(areas.xs(lower)["parent_code"]))
    united = below.dissolve("parent").geometry
    apart = above.symmetric_difference(united.reindex(above.index)).to_numpy()
    assert shapely.area(apart).max() < 1e-9  # squares of degrees


def test_areas_are_measured_on_full_shapes_and_add_up(areas):
    by_level = areas.groupby(level="level")["area_km2"].sum()
    assert np.allclose(by_level / by_level["country"], 1, atol=1e-6)
    # the country's land as commonly given is about 9.6 million km2
    assert by_level["country"] == pytest.approx(9.6e6, rel=0.02)


def test_every_area_lies_where_its_point_is(areas):
    for level in ("province", "prefecture", "county"):
        shapes = store.shapes(level, 0).set_index("area_code").geometry
        points = areas.xs(level)
        inside = shapely.contains_xy(shapes[points.index].to_numpy(), points["lon"], points["lat"])
        assert inside.all(), points.index[~inside].tolist()
