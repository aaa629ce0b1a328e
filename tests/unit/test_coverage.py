"""Coverage: whose people live where somebody reported, and whose report would tell most."""

import pandas as pd

from mhgis.measures import coverage

AREAS = pd.DataFrame(
    [
        ("1", "A", "reported", 100),
        ("2", "A", "zero", 50),
        ("3", "A", "not_reported", 250),
        ("4", "B", "modelled", 300),
        ("5", "B", "suppressed", 50),
        ("6", "B", "not_applicable", 999),
        ("7", "B", "not_reported", None),
    ],
    columns=["area_code", "province_code", "status", "people"],
).astype({"people": "Int64"})


def test_zero_is_a_report_and_a_model_is_none():
    found = coverage.share_of_people(AREAS).iloc[0]
    # 100 + 50 of 100 + 50 + 250 + 300 + 50
    assert found[["areas", "areas_reported", "people", "people_reported", "share"]].tolist() == [6, 2, 750, 150, 20]


def test_provinces_add_up_to_the_whole():
    found = coverage.share_of_people(AREAS, "province_code").set_index("province_code")
    assert found["people_reported"].to_dict() == {"A": 150, "B": 0}
    assert found["share"].to_dict() == {"A": 150 * 100 / 400, "B": 0}
    assert found["people"].sum() == 750


def test_the_largest_unknown_would_tell_most():
    found = coverage.most_telling(AREAS, 2)
    assert found["area_code"].tolist() == ["4", "3"]
    assert found["share_of_unknown"].tolist() == [300 * 100 / 600, 250 * 100 / 600]


def test_nothing_unknown_and_nobody_there():
    known = AREAS.head(2)
    assert coverage.most_telling(known).empty
    nobody = AREAS.head(1).assign(people=pd.array([0], dtype="Int64"))
    assert coverage.share_of_people(nobody)["share"].isna().all()
    assert coverage.share_of_people(AREAS.head(0)).empty


def test_nobody_and_everybody_are_classes_of_their_own():
    shares = pd.Series([0, 0.1, 24.9, 25, 74.9, 75, 99.99, 100, None], dtype="Float64")
    assert coverage.classes(shares).tolist() == [0, 1, 1, 2, 3, 4, 4, 5, 6]
    assert coverage.N_SHARES == 5
