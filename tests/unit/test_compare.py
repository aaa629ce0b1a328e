"""A second map shows something else of the same level, and its text in a link survives the way there and back."""

import pytest

from mhgis.view import compare
from mhgis.view.links import Offer
from mhgis.view.view import Other, View

OFFER = Offer(
    {
        ("published", "facilities", "province"): {2010: 31, 2015: 31, 2020: 0},
        ("published", "beds", "province"): {2010: 0, 2015: 31},
        ("published", "beds", "county"): {2015: 0},
        ("model", "beds", "province"): {2015: 31},
        ("model", "beds", "county"): {2015: 9},
        ("model", "probability_no_facility", "county"): {2015: 9},
        ("model", "share_people_without_facility", "province"): {2015: 31},
    },
    {"beds": ("beds-norm",), "facilities": ("norm",)},
    {},
)


def shown(dataset, level, indicator, year=2015, **other):
    return View(dataset, level, indicator=indicator, year=year, **other)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        pytest.param(shown("published", "province", "facilities"), "side,published,facilities,2010", id="another year"),
        pytest.param(shown("published", "province", "beds"), "side,model,beds,2015", id="another dataset"),
        pytest.param(
            shown("model", "county", "probability_no_facility"), "side,model,beds,2015", id="another indicator"
        ),
    ],
)
def test_at_first_it_shows_the_nearest_other_thing_that_is_known(view, expected):
    assert str(compare.begin(view, OFFER)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("swipe,model,beds,2015", "swipe,model,beds,2015", id="as it was"),
        pytest.param("", "side,published,facilities,2010", id="nothing before"),
        pytest.param("swipe,published,facilities,2015", "side,published,facilities,2010", id="the view itself"),
    ],
)
def test_a_second_map_that_was_put_away_comes_back(text, expected):
    assert str(compare.again(Other.parse(text), shown("published", "province", "facilities"), OFFER)) == expected


def test_the_text_of_a_link_says_it_all():
    view = shown("published", "province", "facilities", versus=Other.parse("swipe,model,beds,2015"))
    assert compare.of(view, OFFER) == Other("swipe", "model", "beds", 2015)
    assert str(compare.of(view, OFFER)) == "swipe,model,beds,2015"


@pytest.mark.parametrize("text", ["", "side", "over,model,beds,2015", "side,model,beds,x", "side,model,beds,2015,5"])
def test_what_cannot_be_read_compares_nothing(text):
    assert compare.of(shown("published", "province", "facilities", versus=Other.parse(text)), OFFER) is None


@pytest.mark.parametrize(
    ("text", "level", "expected"),
    [
        pytest.param("side,elsewhere,beds,2015", "province", Other("side", "model", "beds", 2015), id="dataset"),
        pytest.param("side,model,beds,1999", "province", Other("side", "model", "beds", 2015), id="year"),
        pytest.param(
            "side,model,probability_no_facility,2015",
            "province",
            Other("side", "model", "share_people_without_facility", 2015),
            id="indicator",
        ),
    ],
)
def test_what_is_not_there_becomes_the_nearest(text, level, expected):
    assert compare.of(shown("model", level, "beds", versus=Other.parse(text)), OFFER) == expected


def test_the_second_view_is_the_first_but_for_what_is_compared():
    view = shown("published", "province", "facilities", benchmark="none", within="510000", lang="zh")
    same = compare.view_of(view, Other("side", "published", "facilities", 2010), OFFER)
    assert (same.year, same.benchmark, same.within, same.lang) == (2010, "none", "510000", "zh")
    other = compare.view_of(view, Other("side", "model", "beds", 2015), OFFER)
    assert (other.dataset, other.indicator, other.benchmark) == ("model", "beds", "beds-norm")
