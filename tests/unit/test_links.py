"""A link opens the view it was made of; nonsense in a link costs a notice, never the page."""

from urllib.parse import parse_qsl, urlsplit

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhgis.figures.classify import METHODS
from mhgis.measures import gaps
from mhgis.measures.access import AccessQuestion
from mhgis.measures.benchmarks import Own
from mhgis.measures.equity import EquityQuestion
from mhgis.measures.small_numbers import SureQuestion
from mhgis.planning.alliances import AllianceQuestion
from mhgis.planning.sites import SitesQuestion
from mhgis.planning.targets import TargetQuestion
from mhgis.view import selection
from mhgis.view.links import (
    CLASS_METHODS,
    KEYS,
    NO_BENCHMARK,
    Offer,
    language_of,
    level_of,
    parse,
    settle,
    to_link,
    to_query,
)
from mhgis.view.view import Camera, Other, View

AREAS = pd.DataFrame(
    [
        ("country", "100000", None, None),
        ("province", "110000", "100000", "country"),
        ("prefecture", "110000", "110000", "province"),
        ("county", "110101", "110000", "prefecture"),
        ("province", "620000", "100000", "country"),
        ("prefecture", "620100", "620000", "province"),
        ("county", "620102", "620100", "prefecture"),
        ("province", "440000", "100000", "country"),
        ("prefecture", "441900", "440000", "province"),
        ("county", "441900", "441900", "prefecture"),
    ],
    columns=["level", "area_code", "parent_code", "parent_level"],
)
OFFERED = pd.DataFrame(
    [
        ("cn-published", "beds_per_100k", "country", 2010, 1),
        ("cn-published", "beds_per_100k", "province", 2010, 0),
        ("cn-published", "beds_per_100k", "province", 2015, 31),
        ("cn-published", "beds_per_100k", "province", 2020, 0),
        ("cn-published", "beds_per_100k", "county", 2015, 0),
        ("cn-published", "facilities", "province", 2010, 31),
        ("cn-published", "facilities", "province", 2015, 31),
        ("cn-modelled-2015", "beds_per_100k", "province", 2015, 31),
        ("cn-modelled-2015", "beds_per_100k", "county", 2015, 2852),
        ("cn-modelled-2015", "probability_no_facility", "county", 2015, 2852),
    ],
    columns=["dataset_id", "indicator", "level", "year", "n_known"],
)
BENCHMARKS = pd.DataFrame(
    [("bed-minimum", "beds_per_100k"), ("bed-optimal", "beds_per_100k"), ("other", "no such indicator")],
    columns=["benchmark_id", "indicator"],
)
OFFER = Offer.of(OFFERED, BENCHMARKS, AREAS)
first = settle(View(lang="zh"), OFFER)


def test_a_first_visit_shows_beds_by_province_in_the_latest_known_year_against_the_first_benchmark():
    assert first == View("cn-published", "province", "", "", "beds_per_100k", 2015, "bed-minimum", "zh")


def test_an_empty_link_is_a_first_visit_without_a_notice():
    reading = parse({}, OFFER, "zh")
    assert reading.view == first
    assert reading.ignored == ()


def test_the_view_is_always_said_in_full_so_that_a_changed_default_changes_no_old_link():
    assert to_query(first) == {
        "lang": "zh",
        "data": "cn-published",
        "level": "province",
        "ind": "beds_per_100k",
        "year": "2015",
        "bench": "bed-minimum",
    }


views = st.builds(
    View,
    dataset=st.sampled_from(["cn-published", "cn-modelled-2015"]),
    level=st.sampled_from(["province", "prefecture", "county"]),
    area=st.sampled_from(sorted(set(AREAS["area_code"]))),
    within=st.sampled_from(["", "620000", "620100", "110000"]),
    indicator=st.sampled_from(["beds_per_100k", "facilities", "probability_no_facility"]),
    year=st.sampled_from([2010, 2015, 2020]),
    benchmark=st.sampled_from(["", NO_BENCHMARK, "bed-minimum", "bed-optimal"]),
    lang=st.sampled_from(["zh", "en"]),
    classes=st.sampled_from(CLASS_METHODS),
    sort=st.sampled_from(["", "people", "-value", "-value,people"]).map(gaps.parse_order),
    camera=st.sampled_from(["", "104.1,35.9,4.25"]).map(Camera),
    chosen=st.sampled_from(["", "value:>30, unknown", "people:2..8;province:620000;region:west,central"]).map(
        selection.parse
    ),
    versus=st.sampled_from([None, Other("swipe", "cn-modelled-2015", "facilities", 2010)]),
    show=st.sampled_from([(), ("all",), ("each", "who_region")]),
    own=st.sampled_from([None, Own.parse("beds_per_100k;45;2030;Plan")]),
    plan=st.sampled_from([(), ("0" * 12,), ("0" * 12, "a" * 12)]),
    reach=st.builds(AccessQuestion, measure=st.sampled_from(["nearest", "own"]), threshold=st.integers(1, 2_000)),
    even=st.builds(EquityQuestion, k=st.integers(1, 30)),
    sure=st.builds(SureQuestion, steadied=st.booleans(), hidden=st.booleans(), people=st.integers(0, 9_999)),
    ally=st.builds(AllianceQuestion, part=st.sampled_from(["plan", "exist"]), load=st.integers(1, 1_000)),
    next=st.builds(SitesQuestion, sites=st.integers(1, 500), forced=st.sampled_from([(), ("110101", "620102")])),
    goal=st.builds(TargetQuestion, by=st.integers(1_990, 2_100), aim=st.integers(0, 1_000_000_000)),
    top=st.sampled_from([0, 1, 20]),
    near=st.sampled_from([50, 1, 5_000]),
    swipe=st.sampled_from([50, 0, 100]),
).map(lambda view: settle(view, OFFER))


@given(views, st.sampled_from(["zh", "en"]))
def test_a_link_opens_the_view_it_was_made_of_whatever_the_browsers_language(view, lang):
    query = dict(parse_qsl(urlsplit(to_link("http://host:8501/base/map?old=1", view)).query))
    reading = parse(query, OFFER, lang)
    assert reading.view == view
    assert reading.ignored == ()


@given(views)
def test_settling_twice_is_settling_once(view):
    assert settle(view, OFFER) == view


@given(st.dictionaries(st.sampled_from(list(KEYS)), st.text(max_size=120)))
def test_any_text_in_any_part_opens_a_view_that_exists(query):
    view = parse(query, OFFER, "en").view
    assert settle(view, OFFER) == view
    assert view.year in OFFER.years[view.dataset, view.indicator, view.level]


def test_nonsense_in_every_part_opens_the_first_view_and_names_each_part():
    nonsense = dict.fromkeys(KEYS, "<b>\x00=1+1")
    reading = parse(nonsense, OFFER, "zh")
    assert reading.view == first
    assert set(reading.ignored) == set(KEYS)


@pytest.mark.parametrize(
    ("query", "ignored"),
    [
        ({"year": "２０１５"}, ("year",)),  # full-width digits are not a year
        ({"year": "-2015"}, ("year",)),
        ({"vs": "abc"}, ("vs",)),
        ({"vs": "side,nowhere,facilities,2015"}, ("vs",)),  # a dataset that the build does not have
        ({"year": "1999"}, ("year",)),
        ({"ind": "probability_no_facility"}, ("ind",)),  # of the model only
        ({"level": "country"}, ("level",)),  # the country is not a map of areas
        ({"area": "9" * 200}, ("area",)),
        ({"utm_source": "mail"}, ()),  # not ours
    ],
)
def test_what_cannot_be_used_is_named_and_the_rest_is_kept(query, ignored):
    reading = parse({"lang": "en", **query}, OFFER, "zh")
    assert reading.ignored == ignored
    assert reading.view == settle(View(lang="en"), OFFER)


def test_a_year_without_figures_can_be_asked_for_since_that_is_an_answer_too():
    assert parse({"year": "2020"}, OFFER, "en").view.year == 2020


def test_the_latest_known_year_stands_in_for_one_that_has_no_rows():
    assert settle(View(indicator="facilities", year=2020), OFFER).year == 2015


def test_a_finer_area_becomes_the_one_that_holds_it_when_the_level_is_coarser():
    county = settle(View(level="county", area="620102", within="620100"), OFFER)
    assert (county.area, county.within) == ("620102", "620100")
    province = settle(View(level="province", area="620102", within="620100"), OFFER)
    assert (province.area, province.within) == ("620000", "620000")


def test_an_indicator_of_the_model_alone_brings_its_own_level():
    view = settle(View(dataset="cn-modelled-2015", indicator="probability_no_facility"), OFFER)
    assert (view.level, view.year, view.benchmark) == ("county", 2015, NO_BENCHMARK)


def test_a_code_of_two_levels_is_read_at_the_level_of_the_view():
    assert level_of(OFFER, "110000", "prefecture") == "prefecture"
    assert level_of(OFFER, "110000", "county") == "province"
    assert level_of(OFFER, "441900", "county") == "county"
    assert level_of(OFFER, "620102", "province") is None


@pytest.mark.parametrize(
    ("locale", "lang"),
    [("zh-CN", "zh"), ("zh", "zh"), ("ZH-Hant-TW", "zh"), ("en-GB", "en"), ("fr", "en"), (None, "en")],
)
def test_the_browser_says_the_language_of_a_first_visit(locale, lang):
    assert language_of(locale) == lang


def test_an_area_is_held_by_its_prefecture_its_province_and_the_country():
    assert [code for _, code in OFFER.chain("county", "620102")] == ["620102", "620100", "620000", "100000"]
    assert OFFER.chain("county", "000000") == ()


def test_the_class_methods_of_a_link_are_those_that_need_no_further_input():
    assert set(CLASS_METHODS) == {"auto", *METHODS} - {"custom"}


def test_a_filter_is_kept_in_its_canonical_form_and_read_again_from_the_link():
    reading = parse({"f": "people:１万 ;value:<=5", "top": "20", "near": "80"}, OFFER, "en")
    assert reading.ignored == ()
    assert str(reading.view.chosen) == "value:<=5;people:10000"
    assert to_link("http://host/gaps", reading.view).endswith("&f=value:%3C%3D5;people:10000&top=20&near=80")


@pytest.mark.parametrize(
    ("key", "said"),
    [("f", "value:many"), ("f", "no such column:1"), ("f", "value:1" + ", 1" * 500), ("top", "0"), ("top", "many"),
     ("near", "0"), ("near", "9999"), ("f", "province:999999"), ("swipe", "101"), ("swipe", "-1")],
)  # fmt: skip
def test_a_filter_that_cannot_be_used_is_left_out_and_named(key, said):
    reading = parse({key: said}, OFFER, "en")
    assert reading.view == settle(View(lang="en"), OFFER)
    assert reading.ignored == (key,)
