"""Places of a file are matched together: one level for a column, one region for names of several places."""

import pandas as pd
import pytest

from mhgis.importing import addresses, places, together
from mhgis.importing.gazetteer import CHANGE_COLUMNS, Gazetteer, Place, Rules

#: level, code, name, short name, level and code of what it lies in
AREAS = (
    ("country", "000000", "中国", None, None, None),
    ("province", "110000", "北京市", "北京", "country", "000000"),
    ("province", "130000", "河北省", "河北", "country", "000000"),
    ("province", "370000", "山东省", "山东", "country", "000000"),
    ("province", "120000", "天津市", "天津", "country", "000000"),
    ("prefecture", "110000", "北京市", "北京", "province", "110000"),
    ("prefecture", "120000", "天津市", "天津", "province", "120000"),
    ("prefecture", "130100", "石家庄市", "石家庄", "province", "130000"),
    ("prefecture", "130800", "承德市", "承德", "province", "130000"),
    ("prefecture", "370100", "济南市", "济南", "province", "370000"),
    ("county", "110105", "朝阳区", "朝阳", "prefecture", "110000"),
    ("county", "110108", "海淀区", "海淀", "prefecture", "110000"),
    ("county", "110114", "昌平区", "昌平", "prefecture", "110000"),
    ("county", "120105", "河北区", "河北", "prefecture", "120000"),
    ("county", "130102", "长安区", "长安", "prefecture", "130100"),
    ("county", "130104", "桥西区", "桥西", "prefecture", "130100"),
    ("county", "130821", "承德县", "承德", "prefecture", "130800"),
    ("county", "130802", "双桥区", "双桥", "prefecture", "130800"),
    ("county", "370103", "市中区", "市中", "prefecture", "370100"),
    ("county", "370104", "槐荫区", "槐荫", "prefecture", "370100"),
    ("county", "370105", "朝阳区", "朝阳", "prefecture", "370100"),
)
TABLE = pd.DataFrame(AREAS, columns=["level", "area_code", "name_zh", "short", "parent_level", "parent_code"])
NAMES = pd.concat(
    [
        TABLE[["level", "area_code", "name_zh"]]
        .set_axis(["level", "area_code", "name"], axis=1)
        .assign(kind="official"),
        TABLE.dropna(subset="short")[["level", "area_code", "short"]]
        .set_axis(["level", "area_code", "name"], axis=1)
        .assign(kind="short"),
    ]
)
KNOWN = Gazetteer(TABLE, NAMES, pd.DataFrame(columns=list(CHANGE_COLUMNS)), Rules(code_lengths=(2, 4, 6)))


def levels(names, named=None):
    return list(together.levels_of(KNOWN, pd.Series(names, dtype="str"), named))


@pytest.mark.parametrize(
    ("names", "named", "found"),
    [
        (["河北", "山东"], None, ["province", "province"]),
        (["河北", "山东省", "北京"], None, ["province"] * 3),
        (["北京市", "山东省"], None, ["province", "province"]),
        (["北京", "承德", "济南"], None, ["prefecture"] * 3),
        (["承德", "双桥"], None, ["county", "county"]),
        (["河北", "朝阳", "海淀"], None, ["county"] * 3),
        (["河北"], "county", ["county"]),
        (["承德"], "prefecture", ["prefecture"]),
        (["河北", "山东"], "county", ["province", "province"]),
        (["济南市", "槐荫区", "市中"], None, ["prefecture", "county", "county"]),
        (["北京", "无此地"], "county", ["province", "county"]),
        ([None, "槐荫"], "county", ["county", "county"]),
    ],
)
def test_the_names_of_a_column_are_of_one_level_unless_they_say_otherwise(names, named, found):
    assert levels(names, named) == found


def settled(names, region=None):
    rows = places.match(KNOWN, pd.DataFrame({"county": pd.Series(names, dtype="str")}))
    return list(together.settled(KNOWN, rows, region)["area_code"].fillna("?"))


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["朝阳区", "海淀区", "昌平区"], "110105"), (["朝阳区", "槐荫区", "市中区"], "370105"),
        (["朝阳", "海淀", "昌平"], "110105"), (["朝阳区", "槐荫", "市中区"], "370105"),
    ],
)  # fmt: skip
def test_a_name_of_several_places_means_the_one_where_all_others_lie(names, code):
    assert settled(names)[0] == code


@pytest.mark.parametrize(
    "names", [["朝阳区"], ["朝阳区", "海淀区"], ["朝阳区", "海淀区", "槐荫区"], ["朝阳区", "长安区", "桥西区"]]
)
def test_a_name_of_several_places_is_asked_about_where_the_others_do_not_tell(names):
    assert settled(names)[0] == "?"


@pytest.mark.parametrize(
    ("titles", "code"),
    [(["济南市各区精神卫生资源"], "370105"), (["2020年北京市精神卫生机构"], "110105"), (["精神卫生资源"], "?")],
)
def test_the_title_names_the_region(titles, code):
    assert settled(["朝阳区"], together.region_of(KNOWN, titles))[0] == code


@pytest.mark.parametrize(
    "street", ["朝阳路12号", "海淀大街1号", "济南西路3号", "河北道5号", "昌平北巷8号", "长安街1号", "双桥东路"]
)
def test_a_street_places_nothing(street):
    assert addresses.read(KNOWN, KNOWN.folded(street)).places == ()
    assert places.match(KNOWN, pd.DataFrame({"address": [street]}))["area_code"].isna().all()


def test_an_address_with_its_city_and_a_street_of_another_place_lies_in_the_city():
    found = places.match(KNOWN, pd.DataFrame({"address": ["山东省济南市槐荫区朝阳路1号", "北京市海淀区济南路2号"]}))
    assert list(found["area_code"]) == ["370104", "110108"]


def test_an_address_decides_between_places_of_one_name():
    rows = pd.DataFrame({"county": ["朝阳区", "朝阳区"], "address": ["山东省济南市某路1号", "北京市某路2号"]})
    assert list(places.match(KNOWN, rows, level="county")["area_code"]) == ["370105", "110105"]


def test_a_name_that_is_not_in_the_city_of_its_address_is_asked_about_once():
    rows = pd.DataFrame({"county": ["高新区", "高新区"], "address": ["山东省济南市某路1号", "山东省济南市某路2号"]})
    found = places.match(KNOWN, rows, level="county")
    assert found["area_code"].isna().all()
    assert len(set(places.keys_of(KNOWN, rows))) == 1
    assert len(set(places.full_keys_of(KNOWN, rows))) == 2


@pytest.mark.parametrize("heads", [True, False])
def test_an_answer_kept_under_a_whole_address_still_holds(heads):
    rows = pd.DataFrame({"county": ["高新区"], "address": ["山东省济南市某路1号"]})
    key = (places.keys_of if heads else places.full_keys_of)(KNOWN, rows).iloc[0]
    found = places.match(KNOWN, rows, level="county", decided={key: Place("county", "370104")})
    assert list(found["area_code"]) == ["370104"]


@pytest.mark.parametrize(
    ("code", "inside"), [("130103", {"130102", "130104"}), ("370199", {"370103", "370104", "370105"})]
)
def test_a_code_in_no_list_offers_only_places_of_the_city_of_its_first_digits(code, inside):
    found = places.match(KNOWN, pd.DataFrame({"code": [code], "county": ["无此县"]})).iloc[0]
    assert pd.isna(found["area_code"])
    assert set(found["candidates"]) == inside


def test_of_several_places_of_a_name_an_unlisted_code_leaves_those_of_its_city():
    found = places.match(KNOWN, pd.DataFrame({"code": ["370199"], "county": ["朝阳区"]})).iloc[0]
    assert pd.isna(found["area_code"])
    assert found["candidates"] == ("370105",)
