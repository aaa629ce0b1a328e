"""Scenarios: the laws of a ledger, three areas with their sums in sight, and the file another person opens."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhgis.errors import SchemaError, UnknownChoiceError
from mhgis.planning import scenario
from mhgis.planning.scenario import Action, Ledger, Range, ShortageError

EMPTY = Ledger("Test", "test-data", "b1", 2020)
COUNTS = pd.DataFrame(
    {"facilities": [0, 2, pd.NA], "beds": [0, 300, pd.NA], "psychiatrists": [0, 12, 4]},
    index=["a", "b", "c"], dtype="Int64",
)  # fmt: skip
PEOPLE = pd.Series({"a": 100_000, "b": 500_000, "c": 200_000})

#: each example compares whole tables
few = settings(max_examples=40)

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
    with pytest.raises(ShortageError, match="facilities of area a at -1") as caught:
        after(Action("close", ("a",)))
    assert (caught.value.action, caught.value.resource) == (1, "facilities")


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
        {"do": "reach", "areas": ("a",), "resource": "beds", "rate": float("inf")},
        {"do": "open", "areas": ("a",), "point": (200.0, 0.0)},
    ],
)
def test_what_is_no_action_is_refused(wrong):
    with pytest.raises(ValueError, match=r"^found .*; expected "):
        Action(**wrong)


@pytest.mark.parametrize(
    "utmost",
    [
        {"do": "reach", "areas": ("a",), "resource": "beds", "rate": 100_000},
        {"do": "reach", "areas": ("a",), "resource": "beds", "rate": 0},
        {"do": "recruit", "areas": ("a",), "years": 1},
        {"do": "open", "areas": ("a",), "point": (180.0, -90.0)},
    ],
)
def test_what_is_just_within_the_limits_is_an_action(utmost):
    assert Action(**utmost).do == utmost["do"]


#: what b has enough of, so that it can be taken
losses = st.one_of(
    st.builds(
        lambda held: Action("close", ("b",), held), units.filter(lambda held: dict(held).get("psychiatrists", 0) <= 12)
    ),
    st.builds(lambda n: Action("add", ("b",), (("beds", -n),)), st.integers(0, 300)),
    st.builds(lambda n: Action("move", ("b", "a"), (("facilities", 1), ("beds", n))), st.integers(0, 300)),
)


@few
@given(st.one_of(gains, losses))
def test_an_action_and_its_inverse_are_nothing(action):
    pd.testing.assert_frame_equal(after(action, action.inverse()), COUNTS)


@few
@given(st.lists(gains, max_size=6), st.randoms())
def test_the_order_of_independent_actions_does_not_matter(actions, random):
    other = list(actions)
    random.shuffle(other)
    pd.testing.assert_frame_equal(after(*actions), after(*other))
    one, two = (scenario.run(of(*done), COUNTS, PEOPLE) for done in (actions, other))
    pd.testing.assert_frame_equal(one.least, two.least)


def test_the_order_of_dependent_actions_does():
    first, second = Action("add", ("a",), (("beds", 10),)), Action("reach", ("a",), resource="beds", rate=30)
    # filled up to 30 and then ten more, or ten of the thirty
    assert after(second, first).loc["a", "beds"] == 30 + 10
    assert after(first, second).loc["a", "beds"] == 30


@few
@given(st.integers(0, 2), units.filter(lambda held: dict(held).get("psychiatrists", 0) <= 12))
def test_moving_facilities_conserves_every_total(facilities, held):
    moved = Action("move", ("b", "a"), (("facilities", facilities), *held))
    found = after(moved)
    assert found.loc[["a", "b"]].sum().tolist() == COUNTS.loc[["a", "b"]].sum().tolist()
    assert found.loc["a", "facilities"] == facilities
    # what only moves is neither made nor paid for
    effect = scenario.effect(of(moved), COUNTS, PEOPLE, resource="beds", benchmark=30, unit_costs={})
    assert (dict(effect.added), effect.cost) == ({}, 0)
    drawn = scenario.run_draws(of(moved), DRAWS, pd.Index(["a", "b"]), PEOPLE)
    for name, draws in DRAWS.items():
        assert (drawn[name].sum(axis=1) == draws.sum(axis=1)).all()


#: two draws of a and b
DRAWS = {"beds": np.array([[0, 300], [40, 20]]), "psychiatrists": np.array([[0, 12], [3, 1]])}


def results(ledger):
    effect = scenario.effect(ledger, COUNTS, PEOPLE, resource="beds", benchmark=30)
    state = scenario.run(ledger, COUNTS, PEOPLE)
    drawn = scenario.run_draws(ledger, DRAWS, pd.Index(["a", "b"]), PEOPLE)
    tables = [state.counts, state.least, state.put, scenario.changes(COUNTS, state.counts)]
    return b"".join(
        [repr(effect).encode(), *(t.to_csv().encode() for t in tables), *(d.tobytes() for d in drawn.values())]
    )


reaches = st.builds(
    lambda rate: Action("reach", ("a", "b", "c"), resource="beds", rate=rate),
    st.floats(0, 99).map(lambda n: round(n, 2)),
)


@few
@given(
    st.lists(st.one_of(gains, reaches), max_size=4),
    st.dictionaries(st.sampled_from(["beds", "facilities"]), st.integers(0, 9)),
)
def test_a_replayed_file_gives_identical_bytes_of_results(actions, costs):
    ledger = of(*actions).costing(costs)
    replayed = scenario.from_json(scenario.to_json(ledger))
    assert results(replayed) == results(ledger)
    assert scenario.digest(replayed) == scenario.digest(ledger)


def test_results_differ_where_ledgers_do():
    one, two = (of(Action("add", ("a",), (("beds", n),))) for n in (1, 2))
    assert results(one) != results(two)
    assert scenario.digest(one) != scenario.digest(two)


def test_reaching_has_no_inverse():
    with pytest.raises(ValueError, match="undoing"):
        Action("reach", ("a",), resource="beds", rate=30).inverse()


@few
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


def test_a_file_keeps_level_costs_and_what_was_asked_and_not_what_was_undone():
    ledger = Ledger(
        "x", "d", "b", 2015, (Action("close", ("a",), facility="f1"),), note="n", level="province",
        costs=(("facilities", 2.5), ("beds", 1.0)), asked=(("ind", "beds_per_100k"), ("bench", "who")),
    )  # fmt: skip
    assert scenario.from_json(scenario.to_json(ledger)) == ledger
    undone = ledger.undo()
    assert scenario.from_json(scenario.to_json(undone)).undone == ()
    assert scenario.from_json(scenario.to_json(undone, with_undone=True)) == undone
    assert scenario.digest(undone) == scenario.digest(ledger.remove(0))


@pytest.mark.parametrize(
    "wrong", ['"level": "town"', '"unit_costs": {"beds": -1}', '"unit_costs": 3', '"asked": {"a": 1}']
)
def test_a_wrong_head_of_a_file_is_told(wrong):
    text = f'{{"format": "mhgis-scenario", "version": 1, "year": 2020, "actions": [], {wrong}}}'
    with pytest.raises(SchemaError, match=r"level|unit_costs|asked"):
        scenario.from_json(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "breaks off at line 1"),
        ('{"name": "\\ud800"}', "breaks off at line 1"),
        ("[" * 100_000, "breaks off at line 1"),
        ("[]", "another kind"),
        ('{"format": "mhgis-scenario", "version": 9}', "another kind"),
        ('{"format": "mhgis-scenario", "version": 1, "year": 2020}', "a list of actions"),
        (
            '{"format": "mhgis-scenario", "version": 1, "year": 2020, "actions": [{"do": "add"}, 3]}',
            r"row 1.*\n.*row 2",
        ),
        (
            '{"format": "mhgis-scenario", "version": 1, "year": 1,"actions": [{"do": "add","areas": ["a"],"bed": 1}]}',
            r'found \["bed"\]; expected an action as this app exports it',
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


HEAD = {"format": "mhgis-scenario", "version": 1, "year": 2020}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"do": "add", "areas": ["a"], "units": {"beds": 1.5}}, "整数"),
        ({"do": "add", "areas": ["a"], "units": {"beds": 10**30}}, "不超过十亿个单位"),
        ({"do": "add", "areas": "620102"}, "地区代码列表"),
        ({"do": "burn", "areas": ["a"]}, "之一"),
        ({"do": "move", "areas": ["a", "a"]}, "两个不同的地区"),
        ({"do": "open", "areas": ["a"], "point": [1]}, "本应用导出的一项措施"),
        ({"do": "open", "areas": ["a"], "point": [200, 1]}, "经度和纬度"),
        ({"do": "reach", "areas": ["a"], "resource": "beds", "rate": 10**400}, "本应用导出的一项措施"),
        ({"do": "reach", "areas": ["a"], "resource": "beds", "rate": 1e300}, "一种资源"),
        ({"do": "recruit", "areas": ["a"], "years": 10**9}, "1 至 100 年"),
    ],
)
def test_what_is_wrong_with_an_action_is_told_in_the_readers_language(row, expected):
    with pytest.raises(SchemaError) as error:
        scenario.from_json(json.dumps(HEAD | {"actions": [row]}), "mine.json", "zh")
    (fault,) = error.value.faults
    assert fault.row == 1
    assert expected in fault.expected


def json_of(leaves):
    return st.recursive(leaves, lambda each: st.lists(each, max_size=3) | st.dictionaries(KEY, each, max_size=4))


KEY = st.sampled_from([*Action.__dataclass_fields__, "beds", "x"])
ANYTHING = json_of(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3))


@few
@given(st.lists(st.fixed_dictionaries({"do": st.sampled_from(scenario.DOES)}, optional={
    "areas": st.lists(st.sampled_from("abc"), max_size=2) | ANYTHING, "units": st.just({"beds": 1}) | ANYTHING,
    "years": ANYTHING, "resource": st.just("beds") | ANYTHING, "rate": ANYTHING, "point": ANYTHING, "note": ANYTHING,
}) | ANYTHING, max_size=3))  # fmt: skip
def test_any_file_is_a_ledger_that_can_be_run_or_a_fault(rows):
    try:
        ledger = scenario.from_json(json.dumps(HEAD | {"actions": rows}))
    except SchemaError:
        return
    assert scenario.from_json(scenario.to_json(ledger)) == ledger
    try:
        scenario.run(ledger, COUNTS, PEOPLE)
    except (UnknownChoiceError, scenario.ShortageError):
        return


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


def test_units_added_to_the_unknown_give_at_least_so_many():
    state = scenario.run(of(Action("add", ("c",), (("beds", 40), ("psychiatrists", 1)))), COUNTS, PEOPLE)
    assert pd.isna(state.counts.loc["c", "beds"])
    # forty at the least; the psychiatrists were known, so their number is
    assert state.least.loc["c"].tolist() == [0, 40, 4 + 1]
    # closing what nobody has counted says nothing of what is left
    assert scenario.run(of(Action("close", ("c",))), COUNTS, PEOPLE).least.loc["c", "facilities"] == 0


def test_an_unknown_area_is_at_the_benchmark_for_certain_by_what_is_added_alone():
    def asked(beds):
        return scenario.effect(
            of(Action("add", ("c",), (("beds", beds),))), COUNTS, PEOPLE, resource="beds", benchmark=30
        )

    # 200,000 people need 60
    assert (asked(59).assured, asked(59).people_assured) == ((), 0)
    assert (asked(60).assured, asked(60).people_assured) == (("c",), 200_000)
    assert (asked(60).closed, asked(60).covered, asked(60).unknown) == ((), 0, 1)


def test_what_closes_gives_no_money_back_and_may_open_a_gap():
    ledger = of(Action("add", ("b",), (("beds", -200),)), Action("add", ("a",), (("beds", 30),))).costing({"beds": 2})
    found = scenario.effect(ledger, COUNTS, PEOPLE, resource="beds", benchmark=30)
    # b keeps 100 of the 150 that it needs
    assert (found.closed, found.opened, found.covered) == (("a",), ("b",), 100_000 - 500_000)
    assert (dict(found.added), found.cost) == ({"beds": 30 - 200}, 30 * 2)


def test_what_is_looked_at_can_be_a_part():
    ledger = of(Action("add", ("a",), (("beds", 30),)), Action("add", ("b",), (("beds", 1),)))
    found = scenario.effect(ledger, COUNTS, PEOPLE, resource="beds", benchmark=30, within=pd.Index(["b", "c"]))
    assert (found.closed, found.changed, dict(found.added), found.unknown) == ((), ("b",), {"beds": 1}, 1)


def test_each_draw_is_changed_as_the_counts_are():
    index = pd.Index(["a", "b"])
    ledger = of(
        Action("add", ("a",), (("beds", 10),)), Action("reach", ("b",), resource="beds", rate=30),
        Action("close", ("b",), (("psychiatrists", 5),)), Action("recruit", ("a",), (("psychiatrists", 2),), years=3),
        Action("add", ("c",), (("beds", 7),)), Action("move", ("c", "a"), (("beds", 5),)),
    )  # fmt: skip
    found = scenario.run_draws(ledger, DRAWS, index, PEOPLE)
    # b needs 150 for 500,000 people; c is in no draw, but what moves from there arrives
    assert found["beds"].tolist() == [[0 + 10 + 5, 300], [40 + 10 + 5, 150]]
    # the second draw has one psychiatrist in b: more than all of them cannot go
    assert found["psychiatrists"].tolist() == [[0 + 6, 12 - 5], [3 + 6, 0]]
    assert DRAWS["beds"].tolist() == [[0, 300], [40, 20]]


def test_a_draw_moves_no_more_than_it_has():
    found = scenario.run_draws(of(Action("move", ("b", "a"), (("beds", 100),))), DRAWS, pd.Index(["a", "b"]), PEOPLE)
    assert found["beds"].tolist() == [[100, 200], [40 + 20, 0]]


def test_the_effect_over_draws_pairs_each_draw_with_itself():
    people = np.array([100_000.0, 500_000.0])
    before, now = np.array([[0, 300], [40, 20]]), np.array([[30, 300], [40, 150]])
    found = scenario.effect_of_draws(before, now, people, 30)
    # the first draw closes a, the second b: 100,000 and 500,000 people
    # of two draws the quantiles are the lesser
    assert (found.covered, found.closed) == (Range(100_000, 100_000, 100_000), Range(1, 1, 1))
    assert (found.before, found.after, found.opened) == (Range(1, 1, 1), Range(0, 0, 0), Range(0, 0, 0))


def test_over_draws_those_who_are_short_after_all_are_not_covered():
    people = np.array([100_000.0, 500_000.0])
    # a and b were short; b still is
    found = scenario.effect_of_draws(np.array([[0, 20]]), np.array([[30, 30]]), people, 30)
    assert (found.people_before.value, found.people_after.value) == (600_000, 500_000)
    assert found.covered.value == 600_000 - 500_000


FACILITIES = pd.DataFrame({
    "facility_id": ["f1", "f2"], "area_code": ["b", "b"], "lon": [103.0, 104.0], "lat": [36.0, 37.0],
    "facilities": [1, 1], "beds": [100, pd.NA], "psychiatrists": [5, 7],
})  # fmt: skip


def facilities(*actions):
    return scenario.facilities_after(of(*actions), FACILITIES).set_index("facility_id")


def test_facilities_close_move_and_grow():
    grown = facilities(Action("add", ("b",), (("beds", 20), ("psychiatrists", 1)), facility="f1"))
    assert grown.loc["f1", ["beds", "psychiatrists"]].tolist() == [120, 6]
    assert facilities(Action("close", ("b",), facility="f1")).index.tolist() == ["f2"]
    moved = facilities(Action("move", ("b", "a"), (("facilities", 1),), point=(100.0, 30.0), facility="f2"))
    assert moved.loc["f2", ["area_code", "lon", "lat", "psychiatrists"]].tolist() == ["a", 100.0, 30.0, 7]
    assert pd.isna(facilities(Action("add", ("b",), (("beds", 5),), facility="f2")).loc["f2", "beds"])
    somewhere = facilities(Action("move", ("b", "a"), (("facilities", 1),), facility="f1"))
    assert somewhere.loc["f1", ["lon", "lat"]].isna().all()


def test_a_facility_opens_at_its_point():
    found = facilities(
        Action("open", ("a",), (("beds", 60),), point=(105.0, 35.0)), Action("open", ("a",), (("beds", 9),))
    )
    assert found.index.tolist() == ["f1", "f2", "opened-0"]
    assert found.loc["opened-0"].to_dict() == {
        "area_code": "a", "lon": 105.0, "lat": 35.0, "facilities": 1, "beds": 60, "psychiatrists": 0,
    }  # fmt: skip
