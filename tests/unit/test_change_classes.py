"""Classes of differences: every area in one row, the unknown apart from the unchanged, more split where it differs."""

import pandas as pd

from mhgis import indicators
from mhgis.figures import change_classes, classify

BEDS = indicators.get("beds_per_100k")


def classed(change, least=None, status=None, people=None):
    index = pd.Index(list("abcdefgh")[: len(change)])
    return change_classes.classes(
        pd.Series(change, index=index, dtype="Float64"),
        pd.Series(least or [0] * len(change), index=index, dtype="Float64"),
        pd.Series(status or ["reported"] * len(change), index=index),
        pd.Series(people or [10] * len(change), index=index, dtype="Int64"),
        1,
    )


def test_each_area_is_in_the_row_that_says_what_became_of_it():
    found = classed(
        [-1, 0, 2, 8, None, None, None], [0, 0, 0, 0, 3, 0, 5], ["reported"] * 6 + ["not_applicable"],
        [1, 2, 3, 4, 5, 6, None],
    )  # fmt: skip
    labels = [classify.label(row, "en", BEDS) for row in found.legend]
    # half of what is more is from 5.0 up: the middle of 2 and 8
    assert labels == [
        "Fewer", "Unchanged", "More: < 5.0", "More: 5.0 – 8.0", "More, from a number not known", "Not reported",
        "Not applicable",
    ]  # fmt: skip
    assert found.index.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert [(row.n_areas, row.people) for row in found.legend] == [
        (1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (1, None),
    ]  # fmt: skip


def test_what_gains_alike_is_one_class():
    found = classed([0, 3, 3])
    assert [classify.label(row, "en", BEDS) for row in found.legend] == ["Unchanged", "More"]
    assert found.index.tolist() == [0, 1, 1]


def test_nothing_changed_has_its_row_and_no_other():
    found = classed([0, 0])
    assert [(row.name, row.n_areas) for row in found.legend] == [("Unchanged", 2)]


def test_the_smallest_gain_is_no_class_of_its_own_where_most_gain_alike():
    # the middle is the least gain itself: all are in one class
    found = classed([1, 1, 1, 9])
    assert [classify.label(row, "en", BEDS) for row in found.legend][1:] == ["More"]
