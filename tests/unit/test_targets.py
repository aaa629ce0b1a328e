"""Targets: growth worked out by hand, nothing carried on over a change of what is counted, unknown years unknown."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhgis.planning import targets
from mhgis.planning.targets import Target


def series(*rows):
    made = pd.DataFrame(rows, columns=["area_code", "year", "value"])
    status = ["not_reported" if math.isnan(value) else "zero" if value == 0 else "reported" for value in made["value"]]
    return made.assign(status=status)


def test_growth_is_compound():
    # 100 -> 121 in two years is 10 % a year
    assert targets.growth(100, 121, 2) == pytest.approx(10)
    assert targets.growth(200, 100, 1) == pytest.approx(-50)
    assert math.isnan(targets.growth(0, 5, 2))
    assert math.isnan(targets.growth(5, 6, 0))
    assert targets.carried_on(100, 10, 2) == pytest.approx(121)


def test_what_a_target_takes_against_what_was_seen():
    # 10 -> 20 in five years is 14.87 % a year; 20 -> 60 in ten years takes 11.61 %
    judged = targets.judge(series(("a", 2010, 10.0), ("a", 2015, 20.0)), Target(60, 2025)).loc["a"]
    assert judged["seen"] == pytest.approx(100 * (2 ** (1 / 5) - 1))
    assert judged["needed"] == pytest.approx(100 * (3 ** (1 / 10) - 1))
    assert judged["yearly"] == 4
    assert judged["then"] == pytest.approx(80)
    assert (judged["verdict"], judged["reached"]) == ("will", 2023)
    late = targets.judge(series(("a", 2010, 10.0), ("a", 2015, 20.0)), Target(60, 2020)).loc["a"]
    assert (late["verdict"], late["reached"]) == ("will_not", 2023)


def test_what_is_met_stays_met_and_zero_has_no_pace():
    rows = series(("met", 2015, 30.0), ("zero", 2010, 0.0), ("zero", 2015, 5.0), ("gone", 2015, 0.0))
    judged = targets.judge(rows, Target(30, 2020))
    assert judged["verdict"].to_dict() == {"gone": "cannot_tell", "met": "met", "zero": "cannot_tell"}
    assert judged.loc["met", "reached"] == 2015
    # from zero no rate leads up, but so many units a year do
    assert np.isnan(judged.loc["gone", "needed"])
    assert judged.loc["gone", "yearly"] == 6


def test_nothing_is_carried_on_over_a_change_of_what_is_counted():
    rows = series(("a", 2010, 10.0), ("a", 2015, 20.0), ("a", 2020, 30.0))
    assert targets.periods(rows, broken=[2015])["is_broken"].tolist() == [True, False]
    assert targets.judge(rows, Target(60, 2025), broken=[2020]).loc["a", "verdict"] == "cannot_tell"
    assert targets.judge(rows, Target(60, 2025), broken=[2015]).loc["a", "verdict"] == "will_not"


def test_an_unknown_year_is_passed_over_and_an_unknown_area_cannot_be_told():
    rows = series(("a", 2010, 10.0), ("a", 2015, math.nan), ("a", 2020, 40.0), ("b", 2015, math.nan))
    seen = targets.periods(rows)
    assert seen[["area_code", "from", "to"]].to_numpy().tolist() == [["a", 2010, 2020]]
    judged = targets.judge(rows, Target(60, 2025))
    assert judged.loc["b", "verdict"] == "cannot_tell"
    assert pd.isna(judged.loc["b", "value"])


def test_less_can_be_better():
    target = Target(100, 2020, "less_is_better")
    judged = targets.judge(series(("a", 2010, 400.0), ("a", 2015, 200.0)), target).loc["a"]
    assert (judged["verdict"], judged["reached"]) == ("will", 2020)
    assert judged["needed"] == pytest.approx(judged["seen"])


def test_the_fan_goes_on_from_the_last_year_seen():
    rows = series(("a", 2010, 10.0), ("a", 2015, 20.0), ("b", 2015, 7.0))
    target = Target(60, 2017)
    drawn = targets.fan(rows, targets.judge(rows, target), target)
    ahead = drawn[~drawn["is_seen"]]
    assert ahead["year"].tolist() == [2015, 2016, 2017]
    assert ahead["value"].iloc[0] == 20
    assert drawn[drawn["area_code"].eq("b")]["is_seen"].all()


@given(st.floats(0.1, 1e6), st.floats(0.1, 1e6), st.integers(1, 60))
def test_the_growth_that_is_needed_reaches_the_target(value, aim, years):
    needed = targets.growth(value, aim, years)
    assert targets.carried_on(value, needed, years) == pytest.approx(aim, rel=1e-9)
