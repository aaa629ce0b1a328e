"""Which rows stand behind a figure?"""

import pandas as pd
import pytest

from mhgis.words.trace import PEOPLE, parts_of, quantities, rows_behind

C, P1, P2, A, B, D = (
    ("country", "0"), ("province", "1"), ("province", "2"), ("county", "11"), ("county", "12"), ("county", "21"),
)  # fmt: skip
ABOVE = {P1: (C,), P2: (C,), A: (P1, C), B: (P1, C), D: (P2, C)}


def table(*rows):
    columns = ["area_level", "area_code", "year", "quantity", "entered"]
    return pd.DataFrame([(*place, *rest) for place, *rest in rows], columns=columns)


PEOPLE_ROWS = table(
    (P1, 2010, PEOPLE, "10"), (P1, 2020, PEOPLE, "12"), (P2, 2010, PEOPLE, "20"), (P2, 2020, PEOPLE, "21"),
    (A, 2020, PEOPLE, "5"), (B, 2020, PEOPLE, "7"), (D, 2020, PEOPLE, "21"),
)  # fmt: skip
BEDS = table((C, 2015, "beds", "9"), (P1, 2015, "beds", "4"), (P2, 2015, "beds", "5"), (P1, 2010, "beds", "3"))


def entered(found):
    return found["entered"].tolist()


def test_a_rate_rests_on_what_it_is_made_of():
    assert quantities(["beds_per_100k"], is_modelled=False) == ("beds", PEOPLE)
    assert quantities(["beds_per_100k"], is_modelled=False, is_series=True) == ("beds", PEOPLE, "beds_per_100k")
    assert quantities(["beds", "nurses"], is_modelled=False) == ("beds", "nurses")
    assert quantities(["share_counties_without_facility"], is_modelled=False) == (
        "counties_without_facility", "counties",
    )  # fmt: skip
    assert quantities(["published_figures"], is_modelled=False) == ("published_figures",)


def test_a_modelled_rate_rests_on_the_totals_that_were_allocated():
    found = quantities(["psychiatrists_per_100k"], is_modelled=True)
    assert {"psychiatrists", "east_share_psychiatrists", "beds", "facilities", "counties_without_facility"} < set(found)
    assert PEOPLE in found
    assert quantities(["probability_no_facility"], is_modelled=True)[0] == "facilities"


def test_an_area_has_its_own_rows_of_the_year():
    assert entered(rows_behind(BEDS, ["beds"], [P1], 2015, ABOVE)) == ["4"]
    assert entered(rows_behind(BEDS, ["beds"], [P1], None, ABOVE)) == ["4", "3"]
    assert entered(rows_behind(BEDS, ["beds"], [C], 2015, ABOVE)) == ["9"]


def test_what_nobody_published_has_no_row_and_is_not_taken_from_above():
    assert entered(rows_behind(BEDS, ["beds"], [A], 2015, ABOVE)) == []
    assert entered(rows_behind(BEDS, ["nurses"], [P1], 2015, ABOVE)) == []


def test_a_modelled_count_rests_on_the_nearest_total_above():
    assert entered(rows_behind(BEDS, ["beds"], [A], 2015, ABOVE, is_modelled=True)) == ["4"]
    national = BEDS[BEDS["area_level"].eq("country")]
    assert entered(rows_behind(national, ["beds"], [A], 2015, ABOVE, is_modelled=True)) == ["9"]


def test_a_sum_rests_on_its_largest_parts():
    # the country of 2020: its provinces, not their counties as well
    assert entered(rows_behind(PEOPLE_ROWS, [PEOPLE], [C], 2020, ABOVE)) == ["12", "21"]


def test_people_between_two_censuses_rest_on_both():
    assert entered(rows_behind(PEOPLE_ROWS, [PEOPLE], [P1], 2015, ABOVE)) == ["10", "12"]
    # a county that one census has no figure of takes its share of the province
    assert entered(rows_behind(PEOPLE_ROWS, [PEOPLE], [A], 2015, ABOVE)) == ["10", "12", "5"]
    assert entered(rows_behind(PEOPLE_ROWS, [PEOPLE], [A], 2020, ABOVE)) == ["5"]


@pytest.mark.parametrize("areas", [[P1, P2], [A, B, D], [C]])
def test_each_row_is_told_once(areas):
    rows = pd.concat([PEOPLE_ROWS, BEDS], ignore_index=True)
    found = rows_behind(rows, ["beds", PEOPLE, "beds"], areas, 2015, ABOVE, is_modelled=True)
    assert not found.index.has_duplicates
    assert len(found)


def test_nothing_asked_is_nothing_found():
    assert rows_behind(BEDS, [], [P1], 2015, ABOVE).empty


def test_a_median_rests_on_the_values_it_was_computed_from():
    rows = pd.DataFrame({
        "row_key": ["benchmark_id=x", "benchmark_id=xy", "iso3=A", "iso3=B", "iso3=C"],
        "part_of": [pd.NA, pd.NA, "x;xy", "xy", pd.NA],
    })  # fmt: skip
    assert parts_of(rows, rows.iloc[:1])["row_key"].tolist() == ["iso3=A"]
    assert parts_of(rows, rows.iloc[1:2])["row_key"].tolist() == ["iso3=A", "iso3=B"]
    assert parts_of(rows, rows.iloc[2:]).empty
