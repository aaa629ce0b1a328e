"""Rates, shortfalls and gaps: exact arithmetic, and unknown is never a gap."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhgis.measures import rates

counts = st.integers(min_value=0, max_value=800_000)
people = st.integers(min_value=1, max_value=1_500_000_000)
#: benchmarks as sources print them
benchmarks = st.one_of(
    st.sampled_from([30.0, 60.0, 15.0, 25.0, 4.535, 1.431, 0.06, 2.8]),
    st.decimals(min_value=0, max_value=200, places=3).map(float),
)


def ints(*values):
    return pd.Series(values, dtype="Int64")


def test_rate_is_count_by_people():
    found = rates.rate(ints(3, 0, None, 5, 5), ints(10_000, 50, 50, None, 0))
    assert found.dtype == "Float64"
    assert found[:2].tolist() == [30.0, 0.0]  # 3 x 100,000 / 10,000
    assert found[2:].isna().all()


def test_a_rate_that_equals_its_benchmark_is_not_below_it():
    assert 3 / 10_000 * 100_000 < 30  # what the other order of operations gives
    found = rates.rate(ints(3), ints(10_000))
    assert rates.classify_gap(found, pd.Series(["reported"]), 30, "more_is_better").tolist() == ["meets"]


def test_status_of_a_rate():
    status = pd.Series(["reported", "zero", "modelled", "reported", "reported", "suppressed", "not_reported"])
    found = rates.status_of_rate(status, ints(5, 5, 5, None, 0, None, 0))
    assert found.tolist() == [
        "reported",
        "zero",
        "modelled",
        "not_reported",
        "not_applicable",
        "suppressed",
        "not_reported",
    ]


def test_shortfall_by_hand():
    # 30 x 100,001 / 100,000 = 30.0003 beds are needed: 31; 30 x 10,000 / 100,000 = 3; 4 are more than enough
    found = rates.shortfall_to(30, ints(0, 1, 4, None, 2), ints(100_001, 10_000, 10_000, 500, None))
    assert found.dtype == "Int64"
    assert found[:3].tolist() == [31, 2, 0]
    assert found[3:].isna().all()


def test_shortfall_does_not_trip_over_binary_fractions():
    # 4.535 x 20,000,000 / 100,000 = 907 exactly; in floating point it may come out a hair above
    assert rates.shortfall_to(4.535, ints(0), ints(20_000_000)).tolist() == [907]
    assert rates.shortfall_to(0.06, ints(0), ints(50_000_000)).tolist() == [30]


@pytest.mark.parametrize("benchmark", [-1.0, float("nan"), float("inf")])
def test_a_benchmark_is_a_number_from_zero_up(benchmark):
    with pytest.raises(ValueError, match="zero up"):
        rates.shortfall_to(benchmark, ints(1), ints(1))


@given(benchmarks, counts, people)
def test_the_shortfall_closes_the_gap_and_one_unit_fewer_does_not(benchmark, count, persons):
    lacking = int(rates.shortfall_to(benchmark, ints(count), ints(persons))[0])
    goal = Fraction(str(benchmark))

    def exact(units):
        return Fraction(units * 100_000, persons)

    assert exact(count + lacking) >= goal
    assert lacking == 0 or exact(count + lacking - 1) < goal


@given(benchmarks, counts, people)
def test_shortfall_and_gap_agree(benchmark, count, persons):
    value = rates.rate(ints(count), ints(persons))
    status = pd.Series(["reported" if count else "zero"])
    reason = rates.classify_gap(value, status, benchmark, "more_is_better")[0]
    lacking = int(rates.shortfall_to(benchmark, ints(count), ints(persons))[0])
    assert (reason == "meets") == (lacking == 0 and count > 0)


parts = st.lists(
    st.tuples(counts, people, st.integers(0, 3), st.integers(0, 1), st.booleans()), min_size=1, max_size=12
)


def frame_of(rows):
    frame = pd.DataFrame(rows, columns=["count", "people", "prefecture", "province", "is_known"])
    frame["count"] = frame["count"].astype("Int64").where(frame["is_known"])
    frame["prefecture"] = frame["province"] * 10 + frame["prefecture"]
    return frame.astype({"people": "Int64"})


@given(parts, benchmarks)
def test_sum_of_parts_adds_up_over_levels(rows, benchmark):
    frame = frame_of(rows)
    fine = rates.shortfall_sum_of_parts(frame, benchmark, ["province", "prefecture"])
    coarse = rates.shortfall_sum_of_parts(frame, benchmark, "province").set_index("province")
    again = fine.groupby("province")[["parts_short", "parts_known", "parts_unknown"]].sum()
    assert coarse[again.columns].equals(again)
    assert coarse["shortfall"].equals(fine.groupby("province")["shortfall"].sum(min_count=1))


@given(parts, benchmarks)
def test_sum_of_parts_is_never_below_net(rows, benchmark):
    known = frame_of(rows).dropna(subset="count")
    if known.empty:
        return
    by_part = rates.shortfall_sum_of_parts(known, benchmark, "province").set_index("province")["shortfall"]
    whole = known.groupby("province")[["count", "people"]].sum()
    net = rates.shortfall_to(benchmark, whole["count"], whole["people"])
    assert (by_part >= net).all()


def test_a_surplus_does_not_fill_another_parts_gap():
    frame = pd.DataFrame({"count": ints(60, 0, None), "people": ints(100_000, 100_000, 100_000), "parent": "a"})
    sums = rates.shortfall_sum_of_parts(frame, 30, "parent")
    assert sums.to_dict("records") == [
        {"parent": "a", "shortfall": 30, "parts_short": 1, "parts_known": 2, "parts_unknown": 1}
    ]
    # net of the two known: 30 x 200,000 / 100,000 - 60 = 0
    assert rates.shortfall_to(30, ints(60), ints(200_000)).tolist() == [0]


def test_the_sum_over_nothing_known_is_unknown():
    frame = pd.DataFrame({"count": ints(None), "people": ints(5), "parent": "a"})
    assert rates.shortfall_sum_of_parts(frame, 30, "parent")["shortfall"].isna().all()


def gaps(values, status, benchmark, direction):
    return rates.classify_gap(pd.Series(values, dtype="Float64"), pd.Series(status), benchmark, direction).tolist()


def test_reasons_where_more_is_better():
    status = ["zero", "modelled", "reported", "reported", "reported", "not_reported", "suppressed", "not_applicable"]
    values = [0, 0, 29.9, 30, 31, None, None, None]
    assert gaps(values, status, 30, "more_is_better") == [
        "zero",
        "zero",
        "below_benchmark",
        "meets",
        "meets",
        "not_reported",
        "suppressed",
        "not_applicable",
    ]


def test_reasons_where_less_is_better():
    # to have none of a lack is the best there is
    found = gaps([0, 12.31, 12.32, None], ["zero", "reported", "reported", "not_reported"], 12.31, "less_is_better")
    assert found == ["meets", "meets", "below_benchmark", "not_reported"]


def test_without_a_benchmark_only_nothing_is_a_gap():
    assert gaps([0, 5], ["zero", "reported"], None, "more_is_better") == ["zero", "no_benchmark"]
    assert gaps([0, 5], ["zero", "reported"], None, "less_is_better") == ["no_benchmark", "no_benchmark"]


@given(st.sampled_from(["not_reported", "suppressed", "not_applicable"]), benchmarks)
def test_unknown_is_never_a_gap(status, benchmark):
    for direction in ("more_is_better", "less_is_better"):
        reason = gaps([None], [status], benchmark, direction)
        assert reason == [status]
        assert not rates.is_gap(pd.Series(reason)).any()


def test_gaps_are_zero_and_below():
    reasons = pd.Series(list(rates.GAP_REASONS))
    assert reasons[rates.is_gap(reasons)].tolist() == ["zero", "below_benchmark"]
    assert set(rates.GAP_LABELS) == set(rates.GAP_REASONS)


@pytest.mark.parametrize(("value", "status"), [(None, "reported"), (3.0, "not_reported")])
def test_a_status_that_contradicts_its_value_is_refused(value, status):
    with pytest.raises(ValueError, match="exactly where"):
        gaps([value], [status], 30, "more_is_better")


def test_ratio():
    found = rates.ratio_to_benchmark(pd.Series([15, 60, None], dtype="Float64"), 30)
    assert found[:2].tolist() == [0.5, 2.0]
    assert found[2:].isna().all()
    with pytest.raises(ValueError, match="above zero"):
        rates.ratio_to_benchmark(found, 0)
