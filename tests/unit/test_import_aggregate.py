"""From an import's rows to figures of every level, on a country of two provinces and six counties."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from mhgis.errors import SchemaError
from mhgis.importing import aggregate
from mhgis.importing.aggregate import Complete
from mhgis.indicators import HELD
from mhgis.status import status_of

#: province 10 holds prefectures 11 (111, 112, 113) and 12 (121, 122), province 20 holds 21 (211); 30 is outside
PLACES = {
    "10": ("province", "0"), "20": ("province", "0"), "30": ("province", "0"),
    "11": ("prefecture", "10"), "12": ("prefecture", "10"), "21": ("prefecture", "20"), "31": ("prefecture", "30"),
    "111": ("county", "11"), "112": ("county", "11"), "113": ("county", "11"), "121": ("county", "12"),
    "122": ("county", "12"), "211": ("county", "21"), "311": ("county", "31"),
}  # fmt: skip
LEVEL = {"0": "country"} | {code: level for code, (level, _) in PLACES.items()}
AREAS = pd.DataFrame(
    [{"level": "country", "area_code": "0", "parent_level": None, "parent_code": None}]
    + [
        {"level": level, "area_code": code, "parent_level": LEVEL[parent], "parent_code": parent}
        for code, (level, parent) in PLACES.items()
    ]
).assign(is_applicable=lambda table: ~table["area_code"].str.startswith("3"))
PEOPLE = pd.DataFrame({"area_code": ["111", "112", "113", "121", "122", "211"], "people": [1, 2, 4, 8, 16, 32]})
NO_FACILITIES = pd.DataFrame(columns=["area_code", "year", *HELD])


def counts(**by_code):
    """Beds of 2023 by code (`c111=5`); None is unknown."""
    rows = [(LEVEL[code[1:]], code[1:], 2023, "beds", value) for code, value in by_code.items()]
    table = pd.DataFrame(rows, columns=[*aggregate.COUNT_KEY, "value"]).astype({"value": "Float64"})
    return table.assign(status=status_of(table["value"]))


def register(*rows):
    table = pd.DataFrame(rows, columns=["area_code", "year", *HELD])
    return table.astype(dict.fromkeys(HELD, "Float64"))


def beds(table):
    """`code -> (value, status)` of beds."""
    table = table[table["resource"].eq("beds")]
    values = [None if pd.isna(value) else value for value in table["value"]]
    return dict(zip(table["area_code"], zip(values, table["status"], strict=True), strict=True))


def whole(given, complete=Complete(), areas=AREAS):  # noqa: B008 - frozen
    return aggregate.rolled_up(aggregate.filled(given, areas, complete), areas)


UNKNOWN = (None, "not_reported")


# adding up


def test_an_area_that_the_file_does_not_name_is_not_reported_and_neither_is_any_sum_with_it():
    found = beds(whole(counts(c111=5, c112=0, c113=7, c121=3)))
    assert found["11"] == (5 + 0 + 7, "reported")
    assert found["122"] == UNKNOWN
    assert found["12"] == found["10"] == found["0"] == UNKNOWN


def test_a_sum_of_zeros_is_zero():
    assert beds(whole(counts(c111=0, c112=0, c113=0)))["11"] == (0, "zero")


def test_zero_is_stated_for_named_areas_and_resources_only():
    complete = Complete((("province", "10"),), ("beds",))
    found = whole(counts(c111=5), complete)
    assert beds(found)["112"] == (0, "zero")
    assert beds(found)["10"] == (5, "reported")
    assert beds(found)["211"] == UNKNOWN
    assert set(found.loc[found["resource"].eq("nurses") & found["area_code"].eq("112"), "status"]) == {"not_reported"}


def test_a_statement_does_not_overrule_what_the_file_says_it_does_not_know():
    complete = Complete((("country", "0"),), ("beds",))
    found = beds(whole(counts(c111=5, c112=None), complete))
    assert found["112"] == UNKNOWN
    assert found["10"] == UNKNOWN
    assert found["20"] == (0, "zero")


def test_areas_outside_the_statistics_are_never_counted_nor_missed():
    found = beds(whole(counts(c111=1, c311=9), Complete((("country", "0"),), ("beds",))))
    assert found["311"] == (None, "not_applicable")
    assert found["0"] == (1, "reported")


def test_what_the_file_gives_for_an_upper_area_is_used_as_given_and_compared():
    given = counts(c111=5, c112=1, c113=1, c11=9, c10=50)
    found = beds(whole(given))
    assert found["11"] == (9, "reported")
    assert found["10"] == (50, "reported")
    filled = aggregate.filled(given, AREAS, Complete())
    compared = aggregate.compared_with_parts(filled, AREAS).set_index("area_code")
    assert compared.loc["11", ["given", "parts", "is_contradicted"]].tolist() == [9, 5 + 1 + 1, True]
    # of province 10 the prefecture 12 is unknown; 9 of 50 is no contradiction
    assert pd.isna(compared.loc["10", "parts"])
    assert not compared.loc["10", "is_contradicted"]


def test_known_parts_above_a_given_total_contradict_it():
    filled = aggregate.filled(counts(c111=60, c10=50), AREAS, Complete())
    assert aggregate.compared_with_parts(filled, AREAS).set_index("area_code").loc["10", "is_contradicted"]


def test_an_upper_area_said_to_be_unknown_is_still_the_sum_of_known_parts():
    assert beds(whole(counts(c111=5, c112=1, c113=1, c11=None)))["11"] == (7, "reported")


def test_a_county_that_hangs_directly_under_a_province_is_counted_once():
    areas = AREAS.assign(
        parent_level=AREAS["parent_level"].mask(AREAS["area_code"].eq("211"), "province"),
        parent_code=AREAS["parent_code"].mask(AREAS["area_code"].eq("211"), "20"),
    )
    areas = areas[areas["area_code"].ne("21")]
    assert beds(whole(counts(c211=6), areas=areas))["20"] == (6, "reported")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (pd.concat([counts(c111=5), counts(c111=6)]), "twice"),
        (counts(c111=5).assign(area_code="999"), "no area"),
        (counts(c111=5).assign(status="zero"), "contradicts"),
        (counts(c111=0).assign(status="reported"), "contradicts"),
        (counts(c111=None).assign(status="reported"), "contradicts"),
        (counts(c111=-1), "below zero"),
        (counts(c111=5).assign(resource="doctors"), "no resource"),
    ],
)
def test_rows_that_contradict_each_other_are_refused(given, words):
    with pytest.raises(SchemaError, match=words):
        aggregate.filled(given, AREAS, Complete())


# registers


def test_a_register_counts_facilities_and_adds_up_what_they_hold():
    found = aggregate.counts_of_register(register(("111", 2023, 10, 2, None), ("111", 2023, 30, 3, 1)))
    got = found.set_index("resource")
    assert got.loc["facilities", "value"] == 2
    assert got.loc["beds", "value"] == 10 + 30
    assert got.loc["psychiatrists", "value"] == 2 + 3
    assert (got.loc["nurses", "status"], got.loc["nurses", "at_least"]) == ("not_reported", 1)


def test_one_facility_with_unknown_beds_makes_the_beds_of_its_county_unknown():
    found = aggregate.counts_of_register(register(("111", 2023, 10, 2, 1), ("111", 2023, None, 3, 1)))
    got = found.set_index("resource").loc["beds"]
    assert (pd.isna(got["value"]), got["status"], got["at_least"]) == (True, "not_reported", 10)


def test_coverage_says_at_least_how_much_in_how_many_counties_and_who_lives_in_the_others():
    given = aggregate.counts_of_register(register(("111", 2023, 10, 2, 1), ("112", 2023, None, 3, 1)))
    table = aggregate.coverage(whole(given), AREAS, PEOPLE)
    found = table[table["resource"].eq("beds")].set_index("area_code")
    assert found.loc["10", ["known", "parts_known", "parts", "people_unknown"]].tolist() == [10, 1, 5, 2 + 4 + 8 + 16]
    assert found.loc["11", ["known", "parts_known", "parts", "people_unknown"]].tolist() == [10, 1, 3, 2 + 4]
    assert pd.isna(found.loc["20", "known"])
    # the county outside the subject is none of the country's six, and nobody's province has it
    assert found.loc["0", "parts"] == 6
    assert "30" not in found.index


def test_coverage_does_not_guess_people():
    few = PEOPLE.assign(people=PEOPLE["people"].astype("Int64").mask(PEOPLE["area_code"].eq("113")))
    table = aggregate.coverage(whole(counts(c111=1)), AREAS, few)
    found = table[table["resource"].eq("beds")].set_index("area_code")
    assert pd.isna(found.loc["11", "people_unknown"])
    assert found.loc["12", "people_unknown"] == 8 + 16


def test_counties_without_a_facility_are_counted_where_every_county_is_known():
    given = counts(c111=2, c112=0, c113=1, c121=0, c122=4).assign(resource="facilities")
    table = aggregate.counties_without(whole(given), AREAS)
    found = table.set_index(["resource", "area_code"])["value"]
    assert found["counties_without_facility", "10"] == 2
    assert found["counties", "10"] == 5
    assert pd.isna(found["counties_without_facility", "20"])
    assert pd.isna(found["counties_without_facility", "0"])


# disclosure


def test_a_small_count_hides_a_second_one_so_that_it_cannot_be_subtracted():
    table = whole(counts(c111=2, c112=8, c113=30, c121=50, c122=60))
    shown, _ = aggregate.suppressed(table, NO_FACILITIES, AREAS, 5)
    found = beds(shown)
    assert found["111"] == found["112"] == (None, "suppressed")
    assert found["113"] == (30, "reported")
    # 40 - 30 = 10 is shared by two: either may be 5 or more
    assert found["11"] == (2 + 8 + 30, "reported")


def test_zero_is_never_hidden_and_no_threshold_hides_nothing():
    table = whole(counts(c111=2, c112=0, c113=30))
    for threshold in (0, 1):
        shown, _ = aggregate.suppressed(table, NO_FACILITIES, AREAS, threshold)
        pd.testing.assert_frame_equal(shown, table)
    shown, _ = aggregate.suppressed(table, NO_FACILITIES, AREAS, 5)
    assert beds(shown)["112"] == (0, "zero")


def test_where_no_part_is_left_to_hide_the_total_is_hidden():
    table = whole(counts(c111=2, c112=0, c113=0))
    found = beds(aggregate.suppressed(table, NO_FACILITIES, AREAS, 5)[0])
    assert found["111"] == found["11"] == (None, "suppressed")


def test_two_small_counts_that_must_both_be_one_hide_more():
    # 2 = 1 + 1 would be told by the total alone
    table = whole(counts(c111=1, c112=1, c113=30))
    found = beds(aggregate.suppressed(table, NO_FACILITIES, AREAS, 5)[0])
    assert {found[code] for code in ("111", "112", "113")} == {(None, "suppressed")}


def test_facilities_of_a_county_whose_number_is_hidden_are_not_listed():
    given = register(("111", 2023, 10, 2, 1), *[("112", 2023, 10, 6, 6)] * 9, *[("113", 2023, 10, 6, 6)] * 9)
    table = whole(aggregate.counts_of_register(given))
    shown, listed = aggregate.suppressed(table, given, AREAS, 5)
    hidden = shown[shown["resource"].eq("facilities") & shown["status"].eq("suppressed")]["area_code"]
    assert "111" in set(hidden)
    assert not set(listed["area_code"]) & set(hidden)


def test_a_small_number_of_beds_of_a_facility_cannot_be_had_from_its_county():
    many = [("112", 2023, 40, 6, 6)] * 9
    given = register(*[("111", 2023, 20, 6, 6)] * 8, ("111", 2023, 3, 6, 6), *many)
    shown, listed = aggregate.suppressed(whole(aggregate.counts_of_register(given)), given, AREAS, 5)
    own = listed[listed["area_code"].eq("111")]
    assert beds(shown)["111"] == (8 * 20 + 3, "reported")
    assert own["beds"].isna().sum() == 2
    assert own["psychiatrists"].notna().all()


def test_what_is_known_of_an_unknown_sum_hides_small_counts_too():
    given = register(("111", 2023, 20, 6, 6), ("111", 2023, 3, 6, 6), *[("111", 2023, None, 6, 6)] * 5)
    shown, _ = aggregate.suppressed(whole(aggregate.counts_of_register(given)), given, AREAS, 5)
    own = shown[shown["resource"].eq("beds") & shown["area_code"].eq("111")].iloc[0]
    # 20 + 3 would tell the 3, which is hidden; the 20 are shown
    assert own["at_least"] == 20


NUMBERS = st.one_of(st.integers(0, 12), st.integers(0, 200), st.none())


#: no year has to do with another, so that four tables are drawn as one
YEARS = range(2001, 2005)


@st.composite
def four_tables(draw):
    codes = ["111", "112", "113", "121", "122", "211"]
    given = [counts(**{f"c{code}": draw(NUMBERS) for code in codes}).assign(year=year) for year in YEARS]
    return whole(pd.concat(given, ignore_index=True))


def by_year(table):
    """`code -> (value, status)` of the beds of each year."""
    return [beds(table[table["year"].eq(year)]) for year in YEARS]


def possible(known, code):
    """The least and the most a hidden count can be for someone who sees the known ones and knows the hierarchy."""
    places = [place for place in known if known[place][1] != "not_applicable"]
    at = {place: i for i, place in enumerate(places)}
    bounds = [
        (known[p][0], known[p][0]) if known[p][0] is not None else (1.0 if known[p][1] == "suppressed" else 0.0, None)
        for p in places
    ]
    rows = []
    for parent in places:
        parts = [p for p in places if p in PLACES and PLACES[p][1] == parent]
        if parts:
            rows.append([1.0 if p in parts else -1.0 if p == parent else 0.0 for p in places])
    aim = np.zeros(len(places))
    aim[at[code]] = 1
    ends = []
    for sign in (1, -1):
        solved = linprog(sign * aim, A_eq=np.array(rows), b_eq=np.zeros(len(rows)), bounds=bounds, method="highs")
        ends.append(np.inf if solved.status == 3 else sign * solved.fun)
    return ends


# of 80 tables
@settings(max_examples=80 // len(YEARS), deadline=None)
@given(four_tables(), st.integers(2, 12))
def test_no_hidden_count_can_be_worked_out_from_what_is_shown(tables, threshold):
    shown, _ = aggregate.suppressed(tables, NO_FACILITIES, AREAS, threshold)
    for before, after in zip(by_year(tables), by_year(shown), strict=True):
        nothing_can_be_worked_out(before, after, threshold)


def nothing_can_be_worked_out(before, after, threshold):
    for code, (value, status) in after.items():
        if status != "suppressed":
            assert (value, status) == before[code]
            assert not 0 < (value or 0) < threshold
            continue
        assert before[code][0] is not None
        least, most = possible(after, code)
        assert least + 0.5 < most, f"{code} must be {least}"
        if before[code][0] < threshold:
            assert most >= threshold - 1e-6, f"{code} must be small: at most {most}"


# of 60 tables
@settings(max_examples=60 // len(YEARS), deadline=None)
@given(four_tables())
def test_no_unknown_becomes_zero_and_no_sum_is_made_of_unknowns(tables):
    for found in by_year(tables):
        no_sum_is_made_of_unknowns(found)


def no_sum_is_made_of_unknowns(found):
    for code, (value, status) in found.items():
        parts = [found[p] for p in found if p in PLACES and PLACES[p][1] == code and found[p][1] != "not_applicable"]
        if parts and any(part[0] is None for part in parts):
            assert (value, status) == UNKNOWN
        elif parts:
            assert value == sum(part[0] for part in parts)
            assert status == ("zero" if value == 0 else "reported")


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(order):
    assert shown_in_order(tuple(order)) == shown_in_order(tuple(range(6)))


@cache
def shown_in_order(order):
    """The beds that are shown, in their order, of rows in this order."""
    given = counts(c111=2, c112=8, c113=3, c121=3, c122=3, c211=9)
    return list(beds(aggregate.suppressed(whole(given.iloc[list(order)]), NO_FACILITIES, AREAS, 5)[0]).items())
