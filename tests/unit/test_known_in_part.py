"""What is known of a total of which a part is not."""

import pandas as pd

from mhgis.indicators import REGISTRY
from mhgis.measures import known_in_part

COVERAGE = pd.DataFrame(
    {
        "level": ["province"] * 4 + ["prefecture"], "area_code": ["1", "2", "3", "1", "1"], "year": 2023,
        "resource": ["beds", "beds", "beds", "nurses", "beds"],
        "known": pd.array([1514, 20, pd.NA, 7, 3], dtype="Float64"), "parts_known": [15, 2, 0, 1, 1],
        "parts": [86, 2, 4, 86, 9], "people_unknown": [1, 0, 2, 3, 4],
    }
)  # fmt: skip
#: of the first the total is not known, of the second it is, of the third nothing is, the fourth is in no file
ROWS = pd.DataFrame(
    {"area_code": ["1", "2", "3", "4"], "value": pd.array([pd.NA, 20, pd.NA, pd.NA], dtype="Float64")},
    index=[5, 6, 7, 8],
)


def test_a_total_of_which_a_part_is_not_known_is_at_least_what_the_others_have():
    found = known_in_part.with_parts(ROWS, COVERAGE, REGISTRY["beds_per_100k"], "province", 2023)
    assert found.index.tolist() == [5, 6, 7, 8]
    assert found.loc[5, ["at_least", "parts_known", "parts"]].tolist() == [1514, 15, 86]
    assert found.loc[[6, 7, 8], list(known_in_part.COLUMNS)].isna().all(axis=None)
    said = known_in_part.said(found, REGISTRY["beds_per_100k"], "en")
    assert said == ["Psychiatric beds: at least 1,514, from 15 of 86 counties", "", "", ""]


def test_nothing_is_said_of_another_year_level_or_indicator():
    for name, level, year in (
        ("beds", "province", 2022), ("beds", "county", 2023), ("counties_without_facility", "province", 2023),
    ):  # fmt: skip
        found = known_in_part.with_parts(ROWS, COVERAGE, REGISTRY[name], level, year)
        assert list(found.columns) == ["area_code", "value"]
        assert known_in_part.said(found, REGISTRY[name], "zh") == [""] * 4
