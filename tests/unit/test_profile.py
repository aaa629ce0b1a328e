"""What is told of one area, by hand on a country of two provinces."""

import pandas as pd
import pytest

from mhgis.indicators import REGISTRY
from mhgis.view.links import Offer
from mhgis.view.view import View
from mhgis.words import profile
from mhgis.words.profile import Line, Mark, Place

NA = float("nan")
EAST = Place("province", "310000", "East")
TOWN = Place("county", "310101", "Town", province="East")


def row(level: str, code: str, indicator: str, value: float, people: float = 1_000_000, **more) -> dict:
    status = "not_reported" if pd.isna(value) else "reported"
    plain = {"level": level, "area_code": code, "indicator": indicator, "value": value, "lower": NA, "upper": NA}
    return plain | {"status": status, "people": people} | more


def both(level: str, code: str, beds: float, people: float) -> list[dict]:
    # a rate is its count over the people: 100 beds for 500,000 are 20 per 100,000
    rate = beds / people * 100_000
    return [row(level, code, "beds", beds, people), row(level, code, "beds_per_100k", rate, people)]


ROWS = pd.DataFrame(
    [
        *both("country", "100000", 600, 2_000_000),
        *both("province", "310000", 100, 500_000),
        *both("province", "320000", 500, 1_500_000),
        *both("county", "310101", NA, 200_000),
    ]
)
NORM = {"beds_per_100k": Mark(30, "norm")}
SIBLINGS = ("310000", "320000")


def gather(place: Place, province: str = "310000", siblings: tuple[str, ...] = SIBLINGS) -> dict[str, Line]:
    lines = profile.gather(ROWS, place, province, siblings, NORM)
    return {line.indicator.id: line for line in lines}


def test_a_rate_stands_beside_the_countrys_and_a_count_beside_what_that_rate_would_give():
    found = gather(EAST)
    assert found["beds_per_100k"].country == pytest.approx(600 / 2_000_000 * 100_000)
    # 30 per 100,000 of 500,000 people
    assert found["beds"].country == pytest.approx(30 * 5)
    assert found["beds"].benchmark == Mark(pytest.approx(30 * 5), "norm")
    assert found["beds_per_100k"].benchmark == Mark(30, "norm")


def test_a_province_is_not_compared_with_itself():
    assert gather(EAST)["beds"].province is None
    assert gather(Place("country", "100000", "Country"), "", ("100000",))["beds"].country is None


def test_an_unknown_value_stays_unknown_beside_known_ones():
    line = gather(TOWN, siblings=("310101",))["beds"]
    assert (line.value, line.is_known, line.status, line.rank) == (None, False, "not_reported", None)
    # the province has 20 per 100,000; the town 200,000 people
    assert line.province == pytest.approx(20 * 2)
    assert line.country == pytest.approx(30 * 2)


def test_without_people_no_count_can_be_compared():
    alone = pd.DataFrame([row("country", "100000", "beds_per_100k", 30), row("county", "310101", "beds", NA, NA)])
    (line,) = profile.gather(alone, TOWN, "310000", ("310101",), NORM)
    assert (line.country, line.province, line.benchmark) == (None, None, None)


def test_a_count_of_counties_is_compared_over_the_areas_own_counties():
    rows = pd.DataFrame(
        [
            # 3 of 12 counties are 25 %; at the country's 50 % there would be 6
            row("province", "310000", "counties_without_facility", 3),
            row("province", "310000", "share_counties_without_facility", 25),
            row("country", "100000", "share_counties_without_facility", 50),
        ]
    )
    lines = profile.gather(rows, EAST, "310000", SIBLINGS, {})
    assert {line.indicator.id: line.country for line in lines} == {
        "counties_without_facility": pytest.approx(12 * 0.5),
        "share_counties_without_facility": 50,
    }


def values(*cells: tuple[float, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=["value", "lower", "upper"])
    return frame.assign(area_code=[chr(ord("a") + at) for at in range(len(frame))])


def test_exact_values_have_exact_places_and_equals_share_theirs():
    rows = values((5, NA, NA), (7, NA, NA), (7, NA, NA), (9, NA, NA), (NA, NA, NA))
    places = [profile.rank_range(rows, code, "more_is_better") for code in "abcde"]
    assert places == [(1, 1), (2, 3), (2, 3), (4, 4), None]
    assert profile.rank_range(rows, "a", "less_is_better") == (4, 4)


def test_ranges_that_overlap_leave_the_place_open():
    rows = values((5, 1, 6), (6, 5, 9), (20, 10, 30))
    # only the third is surely above both
    assert [profile.rank_range(rows, code, "more_is_better") for code in "abc"] == [(1, 2), (1, 2), (3, 3)]


@pytest.mark.parametrize("direction", ["more_is_better", "less_is_better"])
def test_places_hold_the_place_by_the_middle_values(direction):
    rows = values((4, 1, 6), (6, 5, 9), (20, 3, 30), (8, 8, 8))
    order = rows["value"].rank(ascending=direction == "more_is_better")
    for at, code in enumerate("abcd"):
        first, last = profile.rank_range(rows, code, direction)
        assert 1 <= first <= order[at] <= last <= 4


def test_one_that_is_known_alone_has_no_place():
    assert profile.rank_range(values((5, NA, NA)), "a", "more_is_better") is None


BEDS = REGISTRY["beds_per_100k"]


@pytest.mark.parametrize(
    ("line", "en", "zh"),
    [
        (Line(BEDS, 14.2, None, None, "reported", country=31.64), "14.2; in the whole country 31.6", "全国为 31.6"),
        (Line(BEDS, None, None, None, "not_reported"), "not published", "未公布"),
        (Line(BEDS, 16.7, 0.5, 76.6, "modelled"), "between 0.5 and 76.6 (model estimate)", "在 0.5 至 76.6 之间"),
        (Line(BEDS, 16.7, 16.7, 16.7, "modelled"), "16.7 (model estimate)", "按模型估计"),
    ],
)
def test_the_headline_says_what_is_known_and_calls_a_model_a_model(line, en, zh):
    assert en in profile.headline(EAST, line, 2015, "en")
    assert zh in profile.headline(EAST, line, 2015, "zh")
    if line.is_range:
        # the median of a single area is never the headline
        assert "16.7" not in profile.headline(EAST, line, 2015, "en")


def test_an_area_outside_the_statistics_is_never_called_a_gap():
    outside = Place("province", "710000", "Isle", is_applicable=False)
    nothing = pd.DataFrame({"indicator": [], "year": [], "value": [], "people": []})
    said = profile.unknowns(outside, nothing, nothing, (1, 2, 2015), "en")
    assert said == [
        "The mental-health statistics used here do not reach Isle: it is drawn on maps and counted nowhere."
    ]
    assert profile.headline(outside, None, 2015, "en") == "Isle: outside the statistics used here"


def published(**known: list[int]) -> pd.DataFrame:
    names = ("facilities", "beds", "psychiatrists", "nurses")
    return pd.DataFrame(
        [
            {"indicator": name, "year": year, "value": 1.0 if year in known.get(name, []) else NA}
            for name in names
            for year in (2010, 2015)
        ]
    )


def test_what_is_not_known_is_said_by_resource_year_and_people():
    people = pd.DataFrame({"year": [2010, 2015], "people": pd.array([pd.NA, 7], dtype="Int64")})
    said = profile.unknowns(TOWN, published(facilities=[2015]), people, (3, 12, 2015), "en")
    assert said == [
        "Never published for Town, in any year: Psychiatric beds, Psychiatrists, Psychiatric nurses.",
        "Mental-health facilities: published for 2015, not for 2010.",
        (
            "Whether Town has a facility was never published. In 2015, 3 of the 12 counties of East had none; "
            "which ones is not known."
        ),
        "How many people lived in Town in 2010 is not known at today's boundaries.",
    ]


@pytest.mark.parametrize(("none", "said"), [(0, "every county of East had a facility"), (12, "none of the counties")])
def test_all_or_none_of_the_counties_leave_nothing_open(none, said):
    people = pd.DataFrame({"year": [2015], "people": pd.array([7], dtype="Int64")})
    found = profile.unknowns(TOWN, published(), people, (none, 12, 2015), "en")
    assert said in found[1]


def test_an_area_nobody_counted_says_that_rates_cannot_be_given():
    people = pd.DataFrame({"year": [2010, 2015], "people": pd.array([pd.NA, pd.NA], dtype="Int64")})
    found = profile.unknowns(TOWN, published(), people, None, "zh")
    assert found[-1] == "Town人口数不详，无法计算按人口的比率。"


def test_history_holds_only_what_is_known_in_two_years():
    rows = pd.concat([published(facilities=[2010, 2015], beds=[2015]), published(facilities=[]).assign(year=2020)])
    found = profile.history(rows)
    assert found.index.tolist() == ["facilities"]
    assert found.columns.tolist() == [2010, 2015]
    assert profile.history(published(beds=[2015])).empty


AREAS = pd.DataFrame(
    [
        ("country", "100000", None, None), ("province", "310000", "country", "100000"),
        ("prefecture", "310000", "province", "310000"), ("county", "310101", "prefecture", "310000"),
    ],
    columns=["level", "area_code", "parent_level", "parent_code"],
)  # fmt: skip
OFFERED = pd.DataFrame(
    [
        ("d", name, level, 2015, 1)
        for name, level in (
            ("beds_per_100k", "province"), ("beds_per_100k", "county"), ("beds_per_100k", "prefecture"),
            ("beds_per_psychiatrist", "province"),
        )
    ],
    columns=["dataset_id", "indicator", "level", "year", "n_known"],
)  # fmt: skip
OFFER = Offer.of(OFFERED, pd.DataFrame({"benchmark_id": [], "indicator": []}), AREAS)


def test_the_link_to_an_area_opens_its_own_level_and_an_indicator_it_has():
    start = View(dataset="d", level="province", indicator="beds_per_psychiatrist")
    found = profile.link(start, OFFER, "310101")
    assert (found.level, found.area, found.indicator) == ("county", "310101", "beds_per_100k")
    assert profile.link(start, OFFER, "310000").level == "province"
    assert profile.link(start, OFFER, "310000", "prefecture").level == "prefecture"
    assert profile.link(found, OFFER, "100000").area == ""
    assert profile.link(start, OFFER, "999999").area == ""
