"""Where an area stands against a benchmark, in numbers and in words."""

import pandas as pd
import pytest

from mhgis import indicators
from mhgis.words import standing
from tests.unit.test_benchmarks import FRAME

BEDS = indicators.get("beds_per_100k")
MINIMUM = standing.benchmarks.get("delphi-minimum-beds", FRAME)


def area(value, status="reported", people=100_000, *, lower=None, upper=None, otherwise=None):
    row = {
        "area_code": "620000", "name_en": "Gansu", "name_zh": "甘肃省", "region": "west", "value": value,
        "lower": lower, "upper": upper, "status": status, "people": people,
        "people_otherwise": otherwise,
    }  # fmt: skip
    return standing.stand(row, BEDS, 2015, "en")


@pytest.mark.parametrize(
    ("value", "otherwise", "outcome", "said"),
    [
        (14.0, 110_000, "below", "Gansu, 2015: Psychiatric beds per 100,000 14.0, below the benchmark of 30.0"),
        (60.0, None, "above", "above the benchmark"),
        (28.0, None, "below", "below the benchmark"),
        (28.0, 90_000, "cannot_tell", "cannot tell whether below"),
    ],
)
def test_an_area_is_below_above_or_cannot_be_told(value, otherwise, outcome, said):
    found = area(value, otherwise=otherwise)
    assert found.outcome(MINIMUM) == outcome
    assert said in standing.headline(found, BEDS, MINIMUM, "en")


def test_how_sure_gives_the_band_of_the_people_and_units_lacking():
    # 140 beds for a million; for 1.25 million of the other source they are 11.2; 300 needed
    lines = standing.how_sure(area(14.0, people=1_000_000, otherwise=1_250_000), BEDS, MINIMUM, "en")
    assert lines[0].endswith("By the people of another source it lies between 11.2 and 14.0.")
    assert lines[1].startswith("That lies below 30.0")
    assert lines[2] == "To reach it, 160 beds more would be needed."
    assert "errors of counting" in lines[-1]


def test_a_full_count_has_no_interval_of_chance():
    lines = standing.how_sure(area(14.0), BEDS, MINIMUM, "en")
    assert lines[0].startswith("Everything there is was counted, so chance has no part in it")
    assert not any("95" in line for line in lines)


def test_a_model_speaks_of_its_own_range():
    found = area(20.0, "modelled", lower=5.0, upper=60.0)
    assert (found.lower, found.upper) == (5, 60)
    assert found.outcome(MINIMUM) == "cannot_tell"
    said = standing.how_sure(found, BEDS, MINIMUM, "en")[0]
    assert said.startswith("90 % of the model's draws lie between 5.0 and 60.0")


def test_the_unknown_is_on_no_side():
    found = area(pd.NA, "not_reported")
    assert found.outcome(MINIMUM) is None
    assert found.lacking(MINIMUM, BEDS) is None
    assert standing.headline(found, BEDS, MINIMUM, "en") == "Gansu, 2015: Psychiatric beds per 100,000: not reported"
    assert standing.how_sure(found, BEDS, MINIMUM, "en") == [
        "There is no figure, so nothing can be said; unknown is not zero."
    ]


def test_zero_is_below_and_lacks_all():
    found = area(0.0, "zero", people=1_000_000)
    assert found.outcome(MINIMUM) == "below"
    assert found.lacking(MINIMUM, BEDS) == 300


def test_a_steadied_rate_says_what_was_counted_and_lacks_what_the_count_lacks():
    row = {
        "area_code": "1", "name_en": "A", "name_zh": "甲", "region": "west", "value": 16.0, "raw": 14.0, "lower": None,
        "upper": None, "status": "reported", "people": 1_000_000,
    }  # fmt: skip
    found = standing.stand(row, BEDS, 2015, "en")
    assert (found.lower, found.upper) == (14, 16)  # what was counted, and what it was drawn to
    lines = standing.how_sure(found, BEDS, MINIMUM, "en")
    assert lines[1] == "The rate is steadied for small populations; as counted it is 14.0."
    assert found.lacking(MINIMUM, BEDS) == 160


def region(name, people, count, **columns):
    row = {"regions": (name,), "people": people, "target": 2.8, "need": 2_800, "count": count, "lacking": None}
    return row | {"least": None, "most": None} | columns


NAMES = {"west": "western region", "central": "central region", "east": "eastern region"}
REST = {"regions": ("central", "west"), "people": 200_000_000, "count": 3_000}


@pytest.mark.parametrize(
    ("row", "rest", "said"),
    [
        (
            region("west", 1e8, 2_000, lacking=800),
            None,
            "lacks 800 psychiatrists to its target of 2.8: 2,000 of 2,800.",
        ),
        (region("west", 1e8, 3_000, lacking=0), None, "3,000 of the 2,800 psychiatrists that its target of 2.8 asks"),
        (region("west", 1e8, None), None, "asks for 2,800 psychiatrists; how many it has was never published."),
        (
            region("west", 1e8, None, least=0, most=2_800),
            REST,
            # half of the people, so 1,500 of the 3,000
            "central region and western region together were spread by people, 1,300 would be lacking: an assumption",
        ),
        (region("west", 1e8, None, need=None), None, ""),
    ],
)
def test_a_region_lacks_what_is_published_and_no_more_is_said(row, rest, said):
    assert said in standing.lacking_of_region(row, rest, NAMES, "psychiatrists", "en")


def test_regions_that_are_the_whole_country_are_called_so():
    row = {"regions": ["east"], "people": 60, "target": 3.8, "need": 30, "count": None, "lacking": None,
           "least": 0, "most": 30}  # fmt: skip
    rest = {"regions": list(NAMES), "count": 20, "people": 100}
    said = standing.lacking_of_region(row, rest, NAMES, "psychiatrists", "en")
    # 30 - 20 x 60/100
    assert "If the 20 of the whole country together were spread by people, 18 would be lacking" in said
