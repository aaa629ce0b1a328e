"""The map leads down and up through every kind of area."""

import pytest

from mhgis.indicators import REGISTRY
from mhgis.view import drill
from mhgis.view.links import Offer
from mhgis.view.view import Camera, View

#: a small China: Sichuan with Chengdu and a county city of its own, a municipality, a city without counties
AREAS = {
    ("country", "100000"): None,
    ("province", "510000"): ("country", "100000"),
    ("prefecture", "510100"): ("province", "510000"),
    ("county", "510107"): ("prefecture", "510100"),
    ("county", "510104"): ("prefecture", "510100"),
    ("prefecture", "510300"): ("province", "510000"),
    ("county", "510302"): ("prefecture", "510300"),
    ("province", "110000"): ("country", "100000"),
    ("prefecture", "110000"): ("province", "110000"),
    ("county", "110101"): ("prefecture", "110000"),
    ("province", "440000"): ("country", "100000"),
    ("prefecture", "441900"): ("province", "440000"),
    ("county", "441900"): ("prefecture", "441900"),
    ("province", "410000"): ("country", "100000"),
    ("prefecture", "419001"): ("province", "410000"),
    ("county", "419001"): ("prefecture", "419001"),
    # a code that does not begin as its prefecture's
    ("county", "659009"): ("prefecture", "510300"),
}
LEVELS = ("province", "prefecture", "county")
YEARS = {
    **{("model", "beds_per_100k", level): {2015: 9} for level in LEVELS},
    ("model", "probability_no_facility", "county"): {2015: 9},
    **{("model", "share_people_without_facility", level): {2015: 9} for level in LEVELS[:2]},
    ("model", "counties_without_facility", "province"): {2015: 9},
}
OFFER = Offer(YEARS, {}, AREAS)
HOME = View("model", "province")


def at(level, within, indicator="beds_per_100k"):
    return View("model", level, within=within, indicator=indicator)


def went(parts):
    return parts.get("level"), parts.get("within"), parts["area"]


@pytest.mark.parametrize(
    ("view", "code", "expected"),
    [
        pytest.param(HOME, "510000", ("prefecture", "510000", "510000"), id="province"),
        pytest.param(at("prefecture", "510000"), "510100", ("county", "510100", "510100"), id="prefecture"),
        pytest.param(HOME, "110000", ("county", "110000", "110000"), id="municipality"),
        pytest.param(at("prefecture", ""), "110000", ("county", "110000", "110000"), id="municipality as prefecture"),
        pytest.param(at("prefecture", "440000"), "441900", (None, None, "441900"), id="city without counties"),
        pytest.param(at("prefecture", "410000"), "419001", (None, None, "419001"), id="directly administered county"),
        pytest.param(at("county", "510100"), "510107", (None, None, "510107"), id="county"),
    ],
)
def test_down(view, code, expected):
    assert went(drill.enter(view, OFFER, code)) == expected


@pytest.mark.parametrize(
    ("view", "code", "expected"),
    [
        pytest.param(at("county", "510100"), "510000", ("prefecture", "510000", "510000"), id="to the province"),
        pytest.param(at("county", "510100"), "100000", ("province", "", ""), id="to the country"),
        pytest.param(at("prefecture", "510000"), "100000", ("province", "", ""), id="to the country from a tier"),
        pytest.param(at("county", "110000"), "100000", ("province", "", ""), id="out of a municipality"),
    ],
)
def test_up(view, code, expected):
    assert went(drill.enter(view, OFFER, code)) == expected


def test_going_on_looks_at_the_whole_of_what_is_entered():
    assert drill.enter(HOME, OFFER, "510000")["camera"] == Camera()


def test_an_indicator_that_means_nothing_there_gives_way_to_its_sibling_and_comes_back():
    up = drill.enter(at("county", "510100", "probability_no_facility"), OFFER, "510000")
    assert up["indicator"] == "share_people_without_facility"
    down = drill.enter(at("prefecture", "510000", up["indicator"]), OFFER, "510100")
    assert down["indicator"] == "probability_no_facility"


def test_an_indicator_that_fits_stays():
    assert "indicator" not in drill.enter(HOME, OFFER, "510000")


def test_every_sibling_is_an_indicator_of_a_level_that_the_other_lacks():
    siblings = {indicator.id: indicator.instead for indicator in REGISTRY.values() if indicator.instead}
    assert len(siblings) > 5
    for name, others in siblings.items():
        own = set(LEVELS) - set(REGISTRY[name].levels)
        assert own, name
        assert own <= {level for other in others for level in REGISTRY[other].levels}, name


@pytest.mark.parametrize(
    ("view", "level", "code", "expected"),
    [
        pytest.param(HOME, "province", "510000", (None, None, "510000"), id="on the map"),
        pytest.param(HOME, "county", "510107", ("county", "510100", "510107"), id="far below"),
        pytest.param(HOME, "county", "110101", ("county", "110000", "110101"), id="in a municipality"),
        pytest.param(HOME, "prefecture", "510100", ("prefecture", "510000", "510100"), id="below"),
        pytest.param(at("prefecture", ""), "county", "419001", ("county", "410000", "419001"), id="its own prefecture"),
        pytest.param(at("county", ""), "county", "510107", (None, None, "510107"), id="of the whole country"),
        pytest.param(at("county", "510000"), "county", "510107", (None, None, "510107"), id="in the province shown"),
        pytest.param(at("county", "510300"), "county", "510107", ("county", "510100", "510107"), id="elsewhere"),
        pytest.param(at("county", ""), "province", "510000", ("county", "510000", "510000"), id="above"),
        pytest.param(
            at("county", "510100"), "prefecture", "510300", ("county", "510300", "510300"), id="beside, above"
        ),
    ],
)
def test_find(view, level, code, expected):
    assert went(drill.find(view, OFFER, level, code)) == expected


def test_leaves_are_those_without_parts_of_their_own():
    assert drill.leaves(AREAS, "prefecture") == ["419001", "441900"]
    assert drill.leaves(AREAS, "province") == []
    assert drill.leaves(AREAS, "county") == sorted({code for level, code in AREAS if level == "county"})
