"""Where an area stands against a benchmark, in numbers and in words."""

import pandas as pd
import pytest

from mhgis import evidence, indicators
from tests.unit.test_benchmarks import FRAME

BEDS = indicators.get("beds_per_100k")
MINIMUM = evidence.benchmarks.get("delphi-minimum-beds", FRAME)


def area(value, status="reported", people=100_000, lower=None, upper=None):
    row = {
        "area_code": "620000", "name_en": "Gansu", "name_zh": "甘肃省", "region": "west", "value": value,
        "lower": lower, "upper": upper, "status": status, "people": people,
    }  # fmt: skip
    return evidence.stand(row, BEDS, 2015, "en")


@pytest.mark.parametrize(
    ("value", "people", "outcome", "said"),
    [
        (14.0, 1_000_000, "below", "Gansu, 2015: Psychiatric beds per 100,000 14.0, below the benchmark of 30.0"),
        (60.0, 1_000_000, "above", "above the benchmark"),
        (28.0, 100_000, "cannot_tell", "cannot tell whether below"),
    ],
)
def test_an_area_is_below_above_or_cannot_be_told(value, people, outcome, said):
    found = area(value, people=people)
    assert found.outcome(MINIMUM) == outcome
    assert said in evidence.headline(found, BEDS, MINIMUM, "en")


def test_how_sure_gives_interval_and_units_lacking():
    # 140 beds for a million: 117.77 to 165.20 of the exact method, 300 needed
    lines = evidence.how_sure(area(14.0, people=1_000_000), BEDS, MINIMUM, "en")
    assert "anything between 11.8 and 16.5 (" in lines[0]
    assert lines[2] == "To reach it, 160 more would be needed (beds)."
    assert "errors of counting" in lines[-1]


def test_a_model_speaks_of_its_own_range():
    found = area(20.0, "modelled", lower=5.0, upper=60.0)
    assert (found.lower, found.upper) == (5, 60)
    assert found.outcome(MINIMUM) == "cannot_tell"
    said = evidence.how_sure(found, BEDS, MINIMUM, "en")[0]
    assert said.startswith("90 % of the model's draws lie between 5.0 and 60.0")


def test_the_unknown_is_on_no_side():
    found = area(pd.NA, "not_reported")
    assert found.outcome(MINIMUM) is None
    assert found.lacking(MINIMUM, BEDS) is None
    assert evidence.headline(found, BEDS, MINIMUM, "en") == "Gansu, 2015: Psychiatric beds per 100,000: not reported"
    assert evidence.how_sure(found, BEDS, MINIMUM, "en") == [
        "There is no figure, so nothing can be said; unknown is not zero."
    ]


def test_zero_is_below_and_lacks_all():
    found = area(0.0, "zero", people=1_000_000)
    assert found.outcome(MINIMUM) == "below"
    assert found.lacking(MINIMUM, BEDS) == 300
