"""Is every area in the class whose printed bounds hold it, and does the legend add up?"""

import itertools
import re
from decimal import Decimal

import mapclassify
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhgis import indicators
from mhgis.errors import SchemaError, UnknownChoiceError
from mhgis.figures import classify, palette
from mhgis.i18n import LANGUAGES
from mhgis.status import STATUSES

BED_RATE = indicators.get("beds_per_100k")
FROM_DATA = [m for m in classify.METHODS if m not in {"custom", "benchmark_bands", "benchmark_ratio"}]


def areas(*values, status="reported", people=None):
    statuses = ["zero" if v == 0 and status == "reported" else status for v in values]
    return pd.DataFrame(
        {"value": pd.array(values, "Float64"), "status": statuses, "people": people or [10] * len(values)}
    )


def legend(classes):
    return [(classify.label(row, "en", BED_RATE), row.n_areas, row.people) for row in classes.legend]


def test_a_break_belongs_to_the_class_above_it_and_the_last_bound_to_the_last_class():
    classes = classify.classify(areas(14.9, 15, 24.9, 25, 60, 99), "custom", edges=[15, 25, 60])
    assert classes.index.tolist() == [0, 1, 1, 2, 3, 3]
    assert legend(classes) == [("< 15", 1, 10), ("15 – 25", 2, 20), ("25 – 60", 1, 10), ("≥ 60", 2, 20)]
    top = classify.classify(areas(1, 2, 3, 4, 5), "equal_interval", 2).legend[-1]
    assert (top.lower, top.upper, top.has_upper, top.n_areas) == (3, 5, True, 3)
    assert "not its upper" in classify.note(classes, "en", "more_is_better")


def test_zero_unknown_suppressed_and_not_applicable_are_four_rows_of_their_own():
    frame = pd.DataFrame(
        {
            "value": [0.0, 3.0, None, None, None, 0.0, 7.0],
            "status": ["zero", "reported", "not_reported", "suppressed", "not_applicable", "modelled", "modelled"],
            "people": [100, 20, 30, 5, None, 1, 2],
        }
    )
    classes = classify.classify(frame, "custom", edges=[5])
    assert legend(classes) == [
        ("< 5", 1, 20),
        ("≥ 5", 1, 2),
        ("Zero", 2, 101),  # 100 + 1: a model's exact zero too
        ("Not reported", 1, 30),
        ("Suppressed", 1, 5),
        ("Not applicable", 1, None),  # nobody knows how many people: not nobody
    ]
    assert classes.index.tolist() == [2, 0, 3, 4, 5, 2, 1]
    assert [row.colour for row in classes.legend[2:]] == list(palette.STATUS_COLOURS.values())
    assert [classify.label(row, "zh", BED_RATE) for row in classes.legend[2:]] == ["零", "未报告", "已隐去", "不适用"]


def test_no_care_shouts_and_no_lack_of_care_is_calm():
    care = classify.classify(areas(0, 3), "quantile")
    lack = classify.classify(areas(0, 3), "quantile", direction="less_is_better")
    assert (care.legend[-1].kind, care.legend[-1].colour) == ("zero", palette.ZERO)
    assert (lack.legend[-1].kind, lack.legend[-1].colour) == ("zero", palette.ZERO_OF_A_LACK)


def test_beds_fall_into_the_bands_of_the_consensus():
    classes = classify.classify(areas(14.96, 15, 25, 30, 60), "benchmark_bands", bands=indicators.BED_BANDS)
    assert classes.index.tolist() == [0, 1, 2, 3, 4]  # 14.96 is a severe shortage, however 14.96 is rounded
    assert [row.colour for row in classes.legend] == list(palette.BANDS[5])
    assert classify.label(classes.legend[0], "en", BED_RATE) == "Severe shortage: < 15"
    assert classify.label(classes.legend[3], "zh", BED_RATE) == "达到最低标准：30 – 60"


def test_a_ratio_is_brown_where_it_falls_short_and_meeting_the_benchmark_is_blue():
    supply = classify.classify(areas(14.9, 29.9, 30, 300), "benchmark_ratio", benchmark=30)
    assert [supply.legend[i].colour for i in supply.index] == [palette.DIVERGING[7][i] for i in (0, 2, 3, 6)]
    assert legend(supply)[2:4] == [("75 – 100 %", 1, 10), ("100 – 125 %", 1, 10)]
    lack = classify.classify(areas(2, 14, 16, 300), "benchmark_ratio", benchmark=15, direction="less_is_better")
    assert [lack.legend[i].colour for i in lack.index] == [palette.DIVERGING[7][i] for i in (6, 3, 2, 0)]


def test_quantiles_hold_equal_numbers_of_areas():
    classes = classify.classify(areas(*range(1, 101)), "quantile", 4)
    assert [row.n_areas for row in classes.legend] == [25, 25, 25, 25]


def test_quantiles_are_those_of_mapclassify():
    values = np.random.default_rng(3).gamma(2, 9, 97)
    ours = np.searchsorted(classify.quantile_breaks(values, 5), values, side="right")
    assert np.bincount(ours).tolist() == mapclassify.Quantiles(values, 5).counts.tolist()


def test_standard_deviations_are_counted_from_the_mean():
    # mean 5, sample standard deviation sqrt((16 + 4 + 0 + 4 + 16) / 4) = 3.16
    assert classify.std_dev_breaks(np.array([1.0, 3, 5, 7, 9]), 4) == pytest.approx(
        [5 - 3.1623, 5, 5 + 3.1623], abs=1e-4
    )


def test_logarithmic_breaks_are_at_equal_ratios():
    assert classify.logarithmic_breaks(np.array([1.0, 1000.0]), 3).tolist() == [10, 100]
    assert classify.logarithmic_breaks(np.array([-1.0, 5.0]), 2).tolist() == [2]  # below zero there is no logarithm


def test_pretty_breaks_are_round():
    classes = classify.classify(areas(3.2, 17, 41, 58, 96), "pretty", 5)
    assert classes.breaks == (20, 40, 60, 80)
    # 0 to 6 million in steps of two would be three classes; steps of one make six, which is nearer to five
    assert classify.classify(areas(2_150, 5_370_000), "pretty", 5).breaks == (1e6, 2e6, 3e6, 4e6, 5e6)


def squares(groups):
    return sum(float(((np.array(g) - np.mean(g)) ** 2).sum()) for g in groups)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-50, 200), min_size=2, max_size=9), st.integers(2, 5))
def test_natural_breaks_are_the_best_of_all_partitions(values, k):
    ordered = np.sort(np.array(values, dtype=float))
    k = min(k, len(np.unique(ordered)))
    cuts = itertools.combinations(range(1, len(ordered)), k - 1)
    best = min(squares(np.split(ordered, cut)) for cut in cuts)
    breaks = classify.natural_breaks(ordered, k)
    found = np.split(ordered, np.searchsorted(ordered, breaks, side="right"))
    assert len(breaks) == k - 1
    assert squares(g for g in found if len(g)) == pytest.approx(best, abs=1e-6)


def test_natural_breaks_agree_with_fisher_and_jenks():
    values = np.random.default_rng(7).lognormal(2, 1, 120)
    theirs = mapclassify.FisherJenks(values, 5)
    ours = np.searchsorted(classify.natural_breaks(values, 5), values, side="right")
    assert np.bincount(ours).tolist() == theirs.counts.tolist()


def holds(text, value):
    """Read a printed class back: does it hold the value? The bound it leaves out is checked by the next class."""
    digits = [Decimal(n.replace(",", "").replace("\u2212", "-")) for n in re.findall("\u2212?[\\d,]+\\.?\\d*", text)]
    exact = Decimal(repr(float(value)))
    if text.startswith("< "):
        return exact < digits[0]
    if text.startswith("≥ "):
        return exact >= digits[0]
    if text.startswith("> "):
        return digits[0] < exact <= digits[1]
    return digits[0] <= exact <= digits[-1]


VALUES = st.one_of(
    st.floats(0, 5, allow_subnormal=False),
    st.floats(-3, 2000),
    st.integers(0, 40).map(float),
    st.integers(0, 3_000_000).map(float),
    st.sampled_from([0.04, 0.05, 0.06, 14.95, 15.0, 15.05]),
)
ROWS = st.lists(
    st.tuples(VALUES, st.sampled_from(STATUSES), st.one_of(st.none(), st.integers(0, 10**7))), min_size=0, max_size=40
)


def frame_of(rows):
    known = {"reported", "modelled"}
    return pd.DataFrame(
        {
            "value": pd.array([v if s in known else 0 if s == "zero" else None for v, s, _ in rows], "Float64"),
            "status": pd.Series([s for _, s, _ in rows], dtype="str"),
            "people": pd.array([p for _, _, p in rows], "Int64"),
        }
    )


def classed(frame, method, k, decimals):
    return classify.classify(
        frame, method, k, decimals=decimals, edges=[0.5, 15, 15.05], bands=indicators.BED_BANDS, benchmark=8
    )


@settings(max_examples=300, deadline=None)
@given(ROWS, st.sampled_from(classify.METHODS), st.integers(1, 6), st.integers(0, 2))
def test_every_area_is_in_the_class_whose_printed_bounds_hold_it(rows, method, k, decimals):
    frame = frame_of(rows)
    classes = classed(frame, method, k, decimals)
    labels = [classify.label(row, "en", BED_RATE) for row in classes.legend]
    assert len(set(labels)) == len(labels)
    factor = 100 / 8 if method == "benchmark_ratio" else 1  # exact: the benchmark is a power of two
    for value, status, place in zip(frame["value"], frame["status"], classes.index, strict=True):
        row = classes.legend[place]
        if status in {"reported", "modelled"} and value != 0:
            assert row.kind == "class"
            assert holds(classify.interval(row, BED_RATE), value * factor)
            # and in no class below it: a shared bound belongs to the upper one
            assert row.lower is None or value * factor >= row.lower
            assert row.upper is None or value * factor < row.upper or row.has_upper
        else:
            assert row.kind == ("zero" if value is not pd.NA and value == 0 else status)


@settings(max_examples=200, deadline=None)
@given(ROWS, st.sampled_from(classify.METHODS), st.integers(1, 6))
def test_counts_add_up_to_all_areas_and_all_known_people(rows, method, k):
    frame = frame_of(rows)
    classes = classed(frame, method, k, 1)
    assert sum(row.n_areas for row in classes.legend) == len(frame) == classes.n_areas
    assert sum(row.people or 0 for row in classes.legend) == frame["people"].sum()
    assert classes.index.dtype == np.uint8
    assert np.bincount(classes.index, minlength=len(classes.legend)).tolist() == [r.n_areas for r in classes.legend]


@settings(max_examples=100, deadline=None)
@given(ROWS, st.sampled_from(classify.METHODS), st.randoms(use_true_random=False))
def test_the_order_of_areas_does_not_matter(rows, method, random):
    frame = frame_of(rows)
    order = list(range(len(frame)))
    random.shuffle(order)
    one, two = classed(frame, method, 5, 1), classed(frame.iloc[order], method, 5, 1)
    assert two.legend == one.legend
    assert two.index.tolist() == one.index[order].tolist()


@pytest.mark.parametrize("method", FROM_DATA)
@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (areas(7.25, 7.25, 7.25), [("7.25", 3, 30)]),
        (areas(4), [("4", 1, 10)]),
        (areas(0, 0), [("Zero", 2, 20)]),
        (areas(None, None, status="not_reported"), [("Not reported", 2, 20)]),
        (areas(None, status="not_applicable", people=[None]), [("Not applicable", 1, None)]),
        (areas(), []),
    ],
)
def test_degenerate_data_have_a_sensible_legend(frame, expected, method):
    classes = classify.classify(frame, method, 5, decimals=1)
    assert legend(classes) == expected
    shades = any(row.kind == "class" for row in classes.legend)
    assert ("darker" in classify.note(classes, "en", "less_is_better")) == shades


@pytest.mark.parametrize("method", FROM_DATA)
def test_fewer_distinct_values_than_classes_give_fewer_classes_with_their_own_colours(method):
    classes = classify.classify(areas(1, 1, 2, 2, 2), method, 5)
    assert 1 <= len(classes.legend) <= 2
    assert tuple(row.colour for row in classes.legend) == palette.colours("sequential", len(classes.legend))


def test_breaks_that_would_print_alike_get_one_more_digit():
    classes = classify.classify(areas(0.011, 0.012, 0.021, 0.022, 0.041, 0.042), "natural_breaks", 3, decimals=1)
    assert [text for text, *_ in legend(classes)] == ["0.01 – 0.02", "0.02 – 0.03", "0.03 – 0.05"]


def test_counts_never_get_decimals():
    classes = classify.classify(areas(1, 2, 3), "equal_interval", 5)
    assert all(float(edge).is_integer() for edge in classes.breaks)


def test_thousands_are_rounded_to_three_digits_before_areas_are_put_into_classes():
    classes = classify.classify(areas(12_345, 23_456, 34_567, 45_678), "quantile", 2)
    assert [text for text, *_ in legend(classes)] == ["12,300 – 29,000", "29,000 – 45,700"]
    assert classes.index.tolist() == [0, 0, 1, 1]


def test_a_first_class_from_zero_does_not_claim_the_zeros():
    classes = classify.classify(areas(0, 0.04, 7, 9), "custom", edges=[5])
    assert [text for text, *_ in legend(classes)] == ["< 5", "≥ 5", "Zero"]
    assert "Zero is a class of its own" in classify.note(classes, "en", "more_is_better")
    found = classify.classify(areas(0, 0.04, 7, 9), "equal_interval", 2, decimals=1)
    assert legend(found)[0] == ("> 0.0 – 4.5", 1, 10)


def test_percentages_carry_their_sign():
    row = classify.classify(areas(5, 50), "custom", edges=[25]).legend[0]
    assert classify.label(row, "zh", indicators.get("probability_no_facility")) == "< 25 %"


def test_every_method_has_a_name_in_both_languages():
    assert set(classify.METHOD_NAMES) == set(classify.METHODS)
    for lang in LANGUAGES:
        notes = {classify.note(classed(areas(1, 2, 30), m, 3, 0), lang, "more_is_better") for m in classify.METHODS}
        assert len(notes) == 2


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"method": "jenks"}, UnknownChoiceError, "no class method 'jenks'"),
        ({"method": "quantile", "k": 9}, UnknownChoiceError, "not for 9"),
        ({"method": "custom", "edges": [1, 2, 3, 4, 5, 6]}, UnknownChoiceError, "not for 7"),
        ({"method": "custom", "edges": [3, 3]}, SchemaError, "each above the one before"),
        ({"method": "custom", "edges": [float("nan")]}, SchemaError, "finite numbers"),
        ({"method": "benchmark_ratio"}, UnknownChoiceError, "need a benchmark"),
        ({"method": "benchmark_ratio", "benchmark": 0}, UnknownChoiceError, "above zero"),
        ({"method": "benchmark_bands"}, UnknownChoiceError, "need a benchmark"),
    ],
)
def test_what_cannot_be_done_is_said(asked, error, said):
    with pytest.raises(error, match=said):
        classify.classify(areas(1, 2), **asked)


def test_a_known_value_that_is_missing_or_an_unknown_status_is_a_fault_not_a_class():
    with pytest.raises(SchemaError, match="row 3, column value"):
        classify.classify(areas(1, None), "quantile")
    with pytest.raises(SchemaError, match="found maybe"):
        classify.classify(areas(1, status="maybe"), "quantile")
