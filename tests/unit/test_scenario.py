"""Scenarios: the laws of a ledger, three areas with their sums in sight, and the file another person opens."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhgis import scenario
from mhgis.errors import SchemaError, UnknownChoiceError
from mhgis.scenario import Action, Ledger

EMPTY = Ledger("Test", "test-data", "b1", 2020)
COUNTS = pd.DataFrame(
    {"facilities": [0, 2, pd.NA], "beds": [0, 300, pd.NA], "psychiatrists": [0, 12, 4]},
    index=["a", "b", "c"], dtype="Int64",
)  # fmt: skip
PEOPLE = pd.Series({"a": 100_000, "b": 500_000, "c": 200_000})

areas = st.sampled_from(["a", "b"])
units = st.dictionaries(st.sampled_from(["beds", "psychiatrists"]), st.integers(0, 90), min_size=1).map(
    lambda found: tuple(sorted(found.items()))
)
gains = st.one_of(
    st.builds(lambda area, held: Action("open", (area,), held), areas, units),
    st.builds(lambda area, held: Action("add", (area,), held), areas, units),
    st.builds(lambda area, held, years: Action("recruit", (area,), held, years), areas, units, st.integers(1, 5)),
)


def of(*actions):
    return Ledger("Test", "test-data", "b1", 2020, actions)


def after(*actions):
    return scenario.apply(of(*actions), COUNTS, PEOPLE)


def test_nothing_done_is_the_baseline():
    pd.testing.assert_frame_equal(after(), COUNTS)
    assert scenario.changes(COUNTS, after()).empty


def test_a_facility_that_opens_counts_itself_and_what_it_holds():
    found = after(Action("open", ("a",), (("beds", 50), ("psychiatrists", 3))))
    assert found.loc["a"].tolist() == [0 + 1, 0 + 50, 0 + 3]
    assert found.loc["b"].tolist() == COUNTS.loc["b"].tolist()


def test_recruiting_takes_years():
    assert after(Action("recruit", ("b",), (("psychiatrists", 2),), years=3)).loc["b", "psychiatrists"] == 12 + 2 * 3


def test_reaching_a_rate_fills_each_area_up_and_takes_from_none():
    # 30 beds per 100,000: a needs 30 for 100,000 people; b has 300, twice the 150 it needs
    found = after(Action("reach", ("a", "b"), resource="beds", rate=30))
    assert found["beds"].tolist()[:2] == [30, 300]


def test_units_added_to_the_unknown_make_no_known_count():
    found = after(Action("add", ("c",), (("beds", 40), ("psychiatrists", 1))))
    assert found["beds"].isna().tolist() == [False, False, True]
    assert found.loc["c", "psychiatrists"] == 4 + 1
    reached = after(Action("reach", ("c",), resource="beds", rate=30))
    assert pd.isna(reached.loc["c", "beds"])


def test_the_effect_of_a_scenario():
    ledger = of(Action("reach", ("a",), resource="beds", rate=30), Action("add", ("c",), (("beds", 10),)))
    found = scenario.effect(ledger, COUNTS, PEOPLE, resource="beds", benchmark=30, unit_costs={"beds": 1_000.0})
    assert (found.before, found.after, found.closed) == (1, 0, ("a",))
    assert (found.people_before, found.people_after, found.unknown) == (100_000, 0, 1)
    # the ten of c are added and paid for, though how many it then has cannot be told
    assert (dict(found.added), found.cost, found.untold) == ({"beds": 30 + 10}, (30 + 10) * 1_000.0, ("c",))
    assert found.changed == ("a", "c")
    assert scenario.effect(ledger, COUNTS, PEOPLE, resource="beds", benchmark=30).cost is None


def test_no_more_can_be_taken_than_there_is():
    with pytest.raises(SchemaError, match=r"row 2, column beds: found beds of area b at -1"):
        after(Action("add", ("a",), (("beds", 1),)), Action("add", ("b",), (("beds", -301),)))
    with pytest.raises(SchemaError, match="facilities of area a at -1"):
        after(Action("close", ("a",)))


def test_an_area_that_is_not_there_is_named():
    with pytest.raises(UnknownChoiceError, match="the area z"):
        after(Action("add", ("z",), (("beds", 1),)))
    with pytest.raises(UnknownChoiceError, match="no nurses"):
        after(Action("reach", ("a",), resource="nurses", rate=3))


@pytest.mark.parametrize(
    "wrong",
    [
        {"do": "burn", "areas": ("a",)},
        {"do": "open", "areas": ("a", "b")},
        {"do": "move", "areas": ("a",)},
        {"do": "move", "areas": ("a", "a")},
        {"do": "add", "areas": ("a",), "units": (("doctors", 1),)},
        {"do": "add", "areas": ("a",), "units": (("beds", 1), ("beds", 2))},
        {"do": "open", "areas": ("a",), "units": (("beds", -1),)},
        {"do": "reach", "areas": ("a",), "resource": "beds", "rate": -1},
        {"do": "reach", "areas": ("a",), "resource": "", "rate": 1},
        {"do": "recruit", "areas": ("a",), "years": 0},
    ],
)
def test_what_is_no_action_is_refused(wrong):
    with pytest.raises(ValueError, match=r"action|units|rate|year"):
        Action(**wrong)


@given(gains)
def test_an_action_and_its_inverse_are_nothing(action):
    pd.testing.assert_frame_equal(after(action, action.inverse()), COUNTS)


@given(st.lists(gains, max_size=6), st.randoms())
def test_the_order_of_independent_actions_does_not_matter(actions, random):
    other = list(actions)
    random.shuffle(other)
    pd.testing.assert_frame_equal(after(*actions), after(*other))


@given(units.filter(lambda held: dict(held).get("psychiatrists", 0) <= 12))
def test_moving_conserves_the_total(held):
    found = after(Action("move", ("b", "a"), held))
    assert found.loc[["a", "b"]].sum().tolist() == COUNTS.loc[["a", "b"]].sum().tolist()
    pd.testing.assert_frame_equal(after(Action("move", ("b", "a"), held), Action("move", ("a", "b"), held)), COUNTS)


def test_reaching_has_no_inverse():
    with pytest.raises(ValueError, match="undoing"):
        Action("reach", ("a",), resource="beds", rate=30).inverse()


@given(st.lists(gains, max_size=5))
def test_a_file_gives_the_same_ledger_and_the_same_bytes(actions):
    ledger = of(*actions)
    text = scenario.to_json(ledger)
    assert scenario.from_json(text) == ledger
    assert scenario.to_json(scenario.from_json(text)) == text


def test_a_file_keeps_notes_points_and_rates():
    ledger = of(
        Action("open", ("a",), (("beds", 5),), point=(103.8, 36.1), note="新院区"),
        Action("reach", ("a", "b"), resource="beds", rate=30.5),
    )
    found = scenario.from_json(scenario.to_json(ledger))
    assert found == ledger
    assert scenario.opened([found])[["area_code", "lon", "lat", "beds"]].to_numpy().tolist() == [["a", 103.8, 36.1, 5]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[]", "another kind"),
        ('{"format": "mhgis-scenario", "version": 9}', "another kind"),
        ('{"format": "mhgis-scenario", "version": 1, "year": 2020}', "no actions"),
        (
            '{"format": "mhgis-scenario", "version": 1, "year": 2020, "actions": [{"do": "add"}, 3]}',
            r"row 1.*\n.*row 2",
        ),
        (
            '{"format": "mhgis-scenario", "version": 1, "year": 1,"actions": [{"do": "add","areas": [],"years": 1.5}]}',
            "whole number",
        ),
    ],
)
def test_a_file_that_is_none_is_told(text, said):
    with pytest.raises(SchemaError, match=said):
        scenario.from_json(text)


def test_undo_redo_and_order():
    first, second = Action("add", ("a",), (("beds", 1),)), Action("add", ("b",), (("beds", 2),))
    ledger = EMPTY.do(first).do(second)
    assert ledger.undo().actions == (first,)
    assert ledger.undo().redo() == ledger
    assert ledger.undo().do(second).undone == ()
    assert EMPTY.undo() == EMPTY.redo() == EMPTY
    assert ledger.move(0, 1).actions == (second, first)
    assert ledger.remove(0).actions == (second,)
    assert ledger.annotate(1, "why").actions[1].note == "why"
    with pytest.raises(UnknownChoiceError, match="no action 3"):
        ledger.remove(2)


def test_a_ledger_of_another_build_says_so():
    assert scenario.is_of(EMPTY, "test-data", "b1")
    assert not scenario.is_of(EMPTY, "test-data", "b2")
    assert scenario.is_of(EMPTY.rebased("other", "b2", 2021), "other", "b2")
