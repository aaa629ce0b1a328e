"""People between censuses and below them: against exact fractions, with totals kept to the person."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhgis.measures import population

DATES = (date(2010, 11, 1), date(2020, 11, 1))
MID_2015 = date(2015, 7, 1)


def people(**by_area):
    return pd.Series(by_area, dtype="Int64")


# between two censuses


def test_the_middle_of_2015_is_1703_of_3653_days_from_census_to_census():
    # four years with one leap day to 2014-11-01, then November to June
    assert (MID_2015 - DATES[0]).days == 4 * 365 + 1 + (30 + 31 + 31 + 28 + 31 + 30 + 31 + 30) == 1703
    assert (DATES[1] - DATES[0]).days == 10 * 365 + 3 == 3653
    assert population.midyear(2015) == MID_2015
    assert tuple(population.CENSUS_DATES.values()) == DATES


def test_an_area_grows_by_the_same_number_every_day():
    first, second = people(a=1_000_000, b=500_000), people(a=1_365_300, b=500_000)
    # a grows by 365,300 in 3,653 days: 100 a day
    found = population.interpolate(first, second, DATES, MID_2015)
    assert found.to_dict() == {"a": 1_000_000 + 100 * 1703, "b": 500_000}


def test_an_area_may_shrink():
    found = population.interpolate(people(a=1_365_300), people(a=1_000_000), DATES, MID_2015)
    assert found["a"] == 1_365_300 - 100 * 1703


@pytest.mark.parametrize(("on", "expected"), [(DATES[0], 17), (DATES[1], 23)])
def test_on_the_day_of_a_census_its_own_count_is_given(on, expected):
    assert population.interpolate(people(a=17), people(a=23), DATES, on)["a"] == expected


def test_an_area_unknown_at_either_census_stays_unknown():
    first, second = people(a=10, b=10, c=10), people(a=10, b=10, c=10)
    first["b"] = second["c"] = pd.NA
    found = population.interpolate(first, second, DATES, MID_2015)
    assert found.isna().to_dict() == {"a": False, "b": True, "c": True}


def test_a_day_outside_the_censuses_is_refused():
    with pytest.raises(ValueError, match="2021-01-01 does not lie between"):
        population.interpolate(people(a=1), people(a=1), DATES, date(2021, 1, 1))


def test_censuses_of_different_areas_are_refused():
    with pytest.raises(ValueError, match="same index"):
        population.interpolate(people(a=1), people(b=1), DATES, MID_2015)


@given(st.lists(st.tuples(st.integers(0, 130_000_000), st.integers(0, 130_000_000)), min_size=1, max_size=40))
def test_interpolated_areas_sum_to_the_interpolated_total(counts):
    first = pd.Series([then for then, _ in counts], dtype="Int64")
    second = pd.Series([now for _, now in counts], dtype="Int64")
    found = population.interpolate(first, second, DATES, MID_2015)
    exact = [then + Fraction((now - then) * 1703, 3653) for then, now in counts]
    assert found.sum() == int(sum(exact) + Fraction(1, 2))
    assert all(abs(whole - value) < 1 for whole, value in zip(found, exact, strict=True))


# shares of a total


def test_a_total_is_divided_in_proportion_and_the_rest_goes_to_the_largest_remainder():
    # 10 people by 1 : 2 : 3 is 1.67, 3.33 and 5.00; 1 + 3 + 5 leaves one, for the remainder .67
    found = population.share_out(people(p=10), people(a=1, b=2, c=3), pd.Series({"a": "p", "b": "p", "c": "p"}))
    assert found.to_dict() == {"a": 1 + 1, "b": 3, "c": 5}


def test_of_equal_remainders_the_earlier_is_rounded_up():
    # 4 people by 1 : 1 : 1 is 1.33 each; 1 + 1 + 1 leaves one
    found = population.share_out(people(p=4), people(a=1, b=1, c=1), pd.Series({"a": "p", "b": "p", "c": "p"}))
    assert found.to_dict() == {"a": 2, "b": 1, "c": 1}


def test_a_member_without_a_weight_stays_unknown_and_the_others_share_the_whole():
    weights = people(a=3, b=1, c=0)
    weights["c"] = pd.NA
    found = population.share_out(people(p=8), weights, pd.Series({"a": "p", "b": "p", "c": "p"}))
    assert found["a"] + found["b"] == 6 + 2
    assert found["c"] is pd.NA


def test_a_weight_of_zero_is_known_and_gets_nobody():
    found = population.share_out(people(p=8), people(a=1, b=0), pd.Series({"a": "p", "b": "p"}))
    assert found.to_dict() == {"a": 8, "b": 0}


def test_a_group_of_one_gets_it_all():
    assert population.share_out(people(p=7), people(a=3), pd.Series({"a": "p"})).to_dict() == {"a": 7}


def test_a_group_without_a_total_leaves_its_members_unknown():
    found = population.share_out(people(p=7), people(a=3, x=3), pd.Series({"a": "p", "x": "q"}))
    assert found["a"] == 7
    assert found["x"] is pd.NA


def test_people_are_never_lost_for_want_of_a_member():
    with pytest.raises(ValueError, match="groups without a member of known weight: q"):
        population.share_out(people(p=7, q=5), people(a=3), pd.Series({"a": "p"}))
    with pytest.raises(ValueError, match="no weight to divide"):
        population.share_out(people(p=7), people(a=0), pd.Series({"a": "p"}))


@given(
    st.integers(0, 120_000_000),
    st.lists(st.integers(0, 6_000_000), min_size=1, max_size=60).filter(lambda weights: sum(weights) > 0),
)
def test_shares_sum_to_the_total_and_none_is_a_person_off(total, weights):
    members = pd.Series(weights, dtype="Int64")
    found = population.share_out(pd.Series({"p": total}, dtype="Int64"), members, pd.Series("p", index=members.index))
    assert found.sum() == total
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    assert all(abs(whole - value) < 1 for whole, value in zip(found, exact, strict=True))


# sums


def test_a_sum_takes_the_known_and_is_unknown_only_where_nothing_is():
    counts = people(a=1, b=2, c=4, d=8)
    counts["b"] = counts["d"] = pd.NA
    found = population.sum_up(counts, pd.Series({"a": "p", "b": "p", "c": "p", "d": "q"}))
    assert found["p"] == 1 + 4
    assert found["q"] is pd.NA
