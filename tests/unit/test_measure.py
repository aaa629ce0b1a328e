"""Indicators from counts and draws, on a country of two provinces."""

import pandas as pd
import pytest

from mhgis.measures import tables

AREAS = pd.DataFrame(
    [
        ("country", "0", True), ("province", "1", True), ("province", "2", True), ("province", "9", False),
    ],
    columns=["level", "area_code", "is_applicable"],
)  # fmt: skip


def counts(*rows):
    table = pd.DataFrame(rows, columns=["level", "area_code", "year", "resource", "value", "status", "origin_id"])
    return table.astype({"value": "Float64"})


def people(*rows):
    table = pd.DataFrame(rows, columns=["level", "area_code", "year", "people", "origin_id"])
    return table.astype({"people": "Int64"})


PUBLISHED = counts(
    ("country", "0", 2004, "beds", 5, "reported", "old"),
    ("country", "0", 2015, "beds", 40, "reported", "survey"),
    ("province", "1", 2015, "beds", 40, "reported", "survey"),
    ("province", "2", 2015, "beds", 0, "zero", "survey"),
)


def test_every_area_gets_a_row_and_what_is_unknown_says_so():
    table = tables.expand(AREAS, PUBLISHED, [2015], ["beds", "nurses"])
    found = table[table["year"] == 2015].set_index(["area_code", "resource"])
    assert len(found) == 4 * 2
    assert found.loc[("1", "beds"), "status"] == "reported"
    assert found.loc[("2", "beds"), "status"] == "zero"
    assert found.loc[("1", "nurses"), "status"] == "not_reported"
    assert found.loc[("9", "beds"), "status"] == "not_applicable"
    assert found["value"].count() == 3
    # another year keeps the one row it has
    assert table.loc[table["year"] == 2004, "value"].tolist() == [5]


def test_a_rate_is_count_over_people_with_both_origins():
    table = tables.expand(AREAS, PUBLISHED, [2015], ["beds"])
    residents = people(("country", "0", 2015, 300_000, "census"), ("province", "1", 2015, 200_000, "census"),
                       ("province", "2", 2015, 100_000, "census"))  # fmt: skip
    found = tables.indicators_of(table, residents)
    rate = found[found["indicator"].eq("beds_per_100k") & found["year"].eq(2015)].set_index("area_code")
    assert rate.loc["1", "value"] == 40 / 200_000 * 100_000
    assert rate.loc["1", "origin_id"] == "census+survey"
    assert (rate.loc["2", "value"], rate.loc["2", "status"]) == (0, "zero")
    assert pd.isna(rate.loc["9", "value"])
    assert rate.loc["9", "status"] == "not_applicable"


def test_a_rate_without_people_is_unknown_and_never_zero():
    table = tables.expand(AREAS, PUBLISHED, [2015], ["beds"])
    residents = people(("province", "1", 2015, pd.NA, pd.NA), ("province", "2", 2015, 0, "census"))
    found = tables.indicators_of(table, residents)
    rate = found[found["indicator"].eq("beds_per_100k") & found["year"].eq(2015)].set_index("area_code")
    assert rate["value"].isna().all()
    assert rate.loc["1", "status"] == "not_reported"
    assert rate.loc["2", "status"] == "not_applicable"


@pytest.mark.parametrize(
    ("ids", "expected"),
    [(("a", "b"), "a+b"), (("b", "a"), "a+b"), (("a+b", "b"), "a+b"), (("a", None), "a"), ((None, None), None)],
)
def test_origins_unite_once_each_in_order(ids, expected):
    found = tables.united(*(pd.Series([i], dtype="str") for i in ids)).iloc[0]
    assert (None if pd.isna(found) else found) == expected
