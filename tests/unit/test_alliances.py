"""Alliances: each rule of the planner by itself, laws that hold of any plan, and the tables as printed."""

import csv
from dataclasses import replace
from math import cos, pi, radians

import numpy as np
import pandas as pd
import pytest

from etl import schemas, tables
from mhgis import paths
from mhgis.measures.neighbours import EARTH_RADIUS_KM
from mhgis.planning import alliance_words, alliances
from mhgis.planning.alliances import AllianceQuestion

RULES = AllianceQuestion(vertical=100, horizontal=300, remote=1_000, size=50, load=100)
KM = 180 / (pi * EARTH_RADIUS_KM)


def towns(*rows):
    """Areas on the equator: code, km to the east, finding, people, beds, psychiatrists, prefecture, province."""
    names = ["area_code", "km", "reason", "people", "beds", "psychiatrists", "prefecture_code", "province_code"]
    table = pd.DataFrame(rows, columns=names).set_index("area_code")
    kinds = {"people": "Int64", "beds": "Float64", "psychiatrists": "Float64", "prefecture_code": "str"}
    return table.astype(kinds).assign(lon=table["km"] * KM, lat=0.0, name=table.index)


#: a gap of 100,000 people, and a hub that can carry 10 x 100,000 - 400,000 = 600,000 beside its own
GAP = ("gap", 0, "zero", 100_000, 0, 0, "P1", "P")
HUB = ("hub", 60, "meets", 400_000, 200, 10, "P1", "P")


def hub(code="hub", *, km=60, prefecture="P1", province="P", beds=200, staff=10, people=400_000, reason="meets"):
    return (code, km, reason, people, beds, staff, prefecture, province)


def row(*rows, rules=RULES, facilities=None):
    return alliances.plan(towns(*rows), rules, facilities).gaps.loc["gap"]


@pytest.mark.parametrize(
    ("hub_of", "model"),
    [
        (hub(km=100), "vertical"),
        (hub(km=101), "horizontal"),
        (hub(km=60, prefecture="P2"), "horizontal"),
        (hub(km=300, prefecture="P2"), "horizontal"),
        (hub(km=301, prefecture="P2"), "remote"),
        (hub(km=20, prefecture="Q1", province="Q"), "remote"),
        (hub(km=20, prefecture=None, province="Q"), "remote"),
        (hub(km=1_000, prefecture="Q1", province="Q"), "remote"),
        (hub(km=1_001, prefecture="Q1", province="Q"), "none"),
    ],
)
def test_where_the_hub_lies_says_the_model(hub_of, model):
    found = row(GAP, hub_of)
    assert found["model"] == model
    assert pd.isna(found["hub_id"]) == (model == "none")
    assert pd.isna(found["distance_km"]) == (model == "none")
    if model != "none":
        assert found["distance_km"] == pytest.approx(hub_of[1], abs=0.001)


def test_two_areas_of_no_prefecture_do_not_share_one():
    assert row((*GAP[:6], None, "P"), hub(prefecture=None))["model"] == "horizontal"


def test_open_borders_let_a_hub_of_another_province_lead_horizontally():
    abroad = hub(km=20, prefecture="Q1", province="Q")
    assert row(GAP, abroad, rules=replace(RULES, borders="open"))["model"] == "horizontal"
    assert row(GAP, abroad)["model"] == "remote"


def test_the_better_model_comes_before_the_nearer_hub_and_the_other_is_second():
    found = row(GAP, hub(km=90), hub("near", km=10, prefecture="Q1", province="Q"))
    assert found[["hub_id", "model", "second_hub", "second_model"]].tolist() == ["hub", "vertical", "near", "remote"]
    assert found["second_km"] == pytest.approx(10, abs=0.001)


def test_of_two_hubs_alike_the_nearer_leads_and_of_two_equally_near_the_first_by_code():
    assert row(GAP, hub(km=60), hub("nearer", km=50))["hub_id"] == "nearer"
    assert row(GAP, hub("b", km=60), hub("a", km=-60))["hub_id"] == "a"


def test_a_hub_needs_beds_and_unknown_beds_are_none():
    assert row(GAP, hub(beds=50))["model"] == "vertical"
    assert row(GAP, hub(beds=49))["model"] == "none"
    assert row(GAP, hub(beds=None))["model"] == "none"
    assert row(GAP, hub(beds=49), rules=replace(RULES, size=49))["model"] == "vertical"


def test_a_gap_leads_nobody_unless_any_area_with_more_beds_may():
    small = ("gap", 0, "below_benchmark", 100_000, 60, 1, "P1", "P")
    larger = hub(reason="below_benchmark", beds=61)
    asked = replace(RULES, lead="any")
    assert row(small, larger)["model"] == "none"
    assert row(small, larger, rules=asked)["hub_id"] == "hub"
    assert alliances.plan(towns(small, larger), asked).gaps.loc["hub", "model"] == "none"
    assert row(small, hub(reason="below_benchmark", beds=60), rules=asked)["model"] == "none"


def test_unknown_areas_are_neither_gaps_nor_hubs_and_are_counted():
    unknown = [hub(f"u{at}", km=at, reason=reason) for at, reason in enumerate(["not_reported", "suppressed"])]
    outside = hub("outside", reason="not_applicable")
    found = alliances.plan(towns(GAP, HUB, *unknown, outside), RULES)
    assert (found.n_unknown, found.n_enough) == (2, 1)
    assert found.gaps.index.tolist() == ["gap"]
    assert found.hubs.index.tolist() == ["hub"]


def test_an_area_without_a_point_is_unknown():
    table = towns(GAP, HUB)
    table.loc["hub", "lon"] = np.nan
    found = alliances.plan(table, RULES)
    assert (found.n_unknown, len(found.hubs), found.gaps.loc["gap", "model"]) == (1, 0, "none")


def test_a_hub_carries_what_its_psychiatrists_support_beside_its_own_people():
    found = alliances.plan(towns(GAP, HUB), RULES).hubs.loc["hub"]
    assert (found["capacity"], found["load"], found["room"]) == (10 * 100_000 - 400_000, 100_000, 500_000)
    assert not found["is_overloaded"]


def test_who_finds_no_room_goes_to_the_next_hub_and_it_is_said():
    far = hub("far", km=200, prefecture="P2")
    found = alliances.plan(towns(GAP, hub(staff=4), far), RULES)
    assert found.hubs.loc["hub", "capacity"] == 0
    assert found.gaps.loc["gap", ["hub_id", "model", "was_full", "is_over"]].tolist() == ["far", "horizontal", True,
                                                                                        False]  # fmt: skip
    ignored = alliances.plan(towns(GAP, hub(staff=4), far), replace(RULES, room="ignored"))
    assert ignored.gaps.loc["gap", ["hub_id", "was_full", "is_over"]].tolist() == ["hub", False, False]
    assert ignored.hubs.loc["hub", "is_overloaded"]


def test_where_nobody_has_room_the_best_hub_is_overloaded_and_flagged():
    found = alliances.plan(towns(GAP, hub(staff=4)), RULES)
    assert found.gaps.loc["gap", ["hub_id", "is_over"]].tolist() == ["hub", True]
    assert found.hubs.loc["hub", ["load", "room", "is_overloaded"]].tolist() == [100_000, -100_000, True]


def test_a_hub_that_is_short_for_its_own_people_is_not_called_overloaded_while_it_leads_nobody():
    found = alliances.plan(towns(GAP, hub(), hub("idle", km=90, staff=1)), RULES)
    assert found.hubs.loc["idle", ["n_gaps", "is_overloaded"]].tolist() == [0, False]


def test_a_hub_of_unknown_staff_leads_and_nothing_is_said_of_its_room():
    found = alliances.plan(towns(GAP, hub(staff=None)), RULES).hubs.loc["hub"]
    assert found["n_gaps"] == 1
    assert pd.isna(found["capacity"])
    assert pd.isna(found["room"])
    assert not found["is_overloaded"]


def test_the_nearest_of_those_that_ask_are_taken_while_there_is_room():
    gaps = [("b", 10, "zero", 400_000, 0, 0, "P1", "P"), ("c", 20, "zero", 400_000, 0, 0, "P1", "P")]
    found = alliances.plan(towns(*gaps, hub(km=0)), RULES).gaps
    assert found["is_over"].to_dict() == {"b": False, "c": True}


def test_an_area_of_unknown_people_is_led_and_is_in_no_load():
    found = alliances.plan(towns((*GAP[:3], None, *GAP[4:]), HUB), RULES)
    assert found.hubs.loc["hub", ["n_gaps", "load", "n_load_unknown"]].tolist() == [1, 0, 1]


def test_a_private_chain_is_an_option_where_no_public_hub_is_near():
    assert not row(GAP, HUB)["has_option"]
    assert row(GAP, hub(km=400))["has_option"]
    assert row(GAP)["has_option"]


FACILITIES = pd.DataFrame({
    "facility_id": ["f1", "f2", "f3"], "name": ["First", "Second", "Third"], "area_code": ["hub", "hub", "hub"],
    "lon": [30 * KM, np.nan, 40 * KM], "lat": [0.0, np.nan, 0.0], "beds": [100, 60, 40],
    "psychiatrists": [6, 4, 1], "sponsor": ["public", None, "public"],
})  # fmt: skip


def test_facilities_lead_where_there_are_any_and_share_the_people_of_their_area():
    found = alliances.plan(towns(GAP, HUB), RULES, FACILITIES)
    assert found.gaps.loc["gap", "hub_id"] == "f1"
    assert found.gaps.loc["gap", "distance_km"] == pytest.approx(30, abs=0.001)
    assert found.gaps.loc["gap", "second_km"] == pytest.approx(60, abs=0.001)
    assert found.hubs.index.tolist() == ["f1", "f2"]
    # 6 of 10 psychiatrists have 6/10 of 400,000 people
    assert found.hubs.loc["f1", "capacity"] == 6 * 100_000 - 240_000
    assert found.hubs["is_facility"].all()


def test_where_one_facility_does_not_tell_its_staff_nobody_knows_how_the_people_of_the_area_are_shared():
    facilities = FACILITIES.assign(psychiatrists=pd.array([6, pd.NA, 1], dtype="Float64"))
    hubs = alliances.plan(towns(GAP, HUB), RULES, facilities).hubs
    assert hubs["capacity"].isna().to_dict() == {"f1": True, "f2": True}


def test_a_private_facility_is_an_option_and_leads_only_where_no_public_hub_is():
    private = FACILITIES.assign(sponsor="Private")
    found = row(GAP, HUB, rules=RULES, facilities=private)
    assert found[["model", "hub_id", "has_option", "option_hub"]].tolist() == ["chain", "f1", True, "f1"]
    both = row(GAP, HUB, hub("public", km=500), facilities=private)
    assert both[["model", "hub_id", "second_hub", "option_hub"]].tolist() == ["remote", "public", "f1", "f1"]


def test_a_facility_of_no_known_sponsor_is_not_called_private():
    found = alliances.plan(towns(GAP, HUB), RULES, FACILITIES.iloc[[1]])
    assert found.gaps.loc["gap", ["model", "hub_id", "has_option"]].tolist() == ["vertical", "f2", False]
    assert not found.hubs["is_private"].any()


def test_a_hub_whose_room_is_just_what_is_asked_for_takes_who_was_turned_away():
    # near: 5 x 100,000 - 400,000 = 100,000; hub: 10 x 100,000 - 400,000 = 600,000
    found = row(("gap", 0, "zero", 600_000, 0, 0, "P1", "P"), hub("near", km=10, staff=5), hub())
    assert found[["hub_id", "is_over"]].tolist() == ["hub", False]


def test_no_area_no_plan():
    found = alliances.plan(towns(GAP).iloc[:0], RULES)
    assert (len(found.gaps), len(found.hubs), found.n_unknown) == (0, 0, 0)


def country(seed, n=40):
    """Return areas strewn over 1,500 km: some gaps, some hubs, some unknown; some numbers missing."""
    random = np.random.default_rng(seed)
    reasons = random.choice(["zero", "below_benchmark", "meets", "not_reported", "not_applicable"], n)
    province = random.integers(0, 4, n)
    table = pd.DataFrame({
        "reason": reasons, "people": random.integers(1, 900, n) * 1_000, "beds": random.integers(0, 300, n),
        "psychiatrists": random.integers(0, 30, n),
        "lon": random.uniform(100, 113, n), "lat": random.uniform(30, 42, n),
        "province_code": [f"P{one}" for one in province],
        "prefecture_code": [f"P{one}{random.integers(0, 3)}" for one in province],
    }, index=[f"a{at:03d}" for at in range(n)])  # fmt: skip
    table = table.astype({"people": "Int64", "beds": "Float64", "psychiatrists": "Float64"}).assign(name=table.index)
    for column in ("people", "psychiatrists", "beds"):
        table.loc[random.random(n) < 0.08, column] = pd.NA
    return table


def question(seed):
    """Return rules at random."""
    random = np.random.default_rng(10_000 + seed)

    def number(most):
        return int(random.integers(1, most))

    def one_of(*words):
        return words[random.integers(0, len(words))]

    return AllianceQuestion(
        vertical=number(400), horizontal=number(900), remote=number(2_000), borders=one_of("open", "closed"),
        lead=one_of("enough", "any"), size=number(200), load=number(300), room=one_of("kept", "ignored"),
    )  # fmt: skip


def kilometres(one, two):
    """Return the distance by another formula: the haversine."""
    lat1, lat2 = radians(one["lat"]), radians(two["lat"])
    half = (1 - cos(lat2 - lat1)) / 2 + cos(lat1) * cos(lat2) * (1 - cos(radians(two["lon"] - one["lon"]))) / 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))


def model_by_the_words(gap, lead, km, rules):
    """Say the model as the method page does, one pair at a time; None where the pair is none."""
    holds_no_more = pd.notna(gap["beds"]) and gap["beds"] >= lead["beds"]
    if gap.name == lead.name or holds_no_more:
        return None
    if gap["prefecture_code"] == lead["prefecture_code"] and km <= rules.vertical:
        return "vertical"
    if (gap["province_code"] == lead["province_code"] or rules.borders == "open") and km <= rules.horizontal:
        return "horizontal"
    return "remote" if km <= rules.remote else None


def by_the_words(table, gap, rules):
    """Return the ids of all hubs of a gap, best first, with their models: the planner without any array."""
    can = ("meets",) if rules.lead == "enough" else ("meets", "zero", "below_benchmark")
    found = []
    for _, lead in table.iterrows():
        if lead["reason"] in can and pd.notna(lead["beds"]) and lead["beds"] >= rules.size:
            km = round(float(kilometres(gap, lead)), 3)
            model = model_by_the_words(gap, lead, km, rules)
            if model:
                found.append((alliance_words.MODELS.index(model), km, lead.name, model))
    return sorted(found)


@pytest.mark.parametrize("seed", range(10))
def test_without_a_limit_each_area_gets_the_hub_that_the_words_of_the_rules_give_it(seed):
    table, rules = country(seed, 24), replace(question(seed), room="ignored")
    found = alliances.plan(table, rules)
    for code, got in found.gaps.iterrows():
        expected = by_the_words(table, table.loc[code], rules)
        first = expected[0] if expected else (0, None, None, "none")
        assert (got["model"], got["hub_id"] if pd.notna(got["hub_id"]) else None) == (first[3], first[2])
        second = expected[1][2] if len(expected) > 1 else None
        assert (got["second_hub"] if pd.notna(got["second_hub"]) else None) == second
        assert got["has_option"] == all(one[3] == "remote" for one in expected)


@pytest.mark.parametrize("seed", range(30))
def test_laws_of_any_plan(seed):
    table, rules = country(seed), question(seed)
    found = alliances.plan(table, rules)
    gaps, hubs = found.gaps, found.hubs
    short = table["reason"].isin(["zero", "below_benchmark"])
    # every gap area, and no other, has a model, and a hub or the explicit word that there is none
    assert gaps.index.tolist() == table.index[short].tolist()
    assert gaps["model"].isin(alliance_words.MODELS).all()
    assert (gaps["hub_id"].isna() == gaps["model"].eq("none")).all()
    # unknown areas are neither
    unknown = table["reason"].eq("not_reported")
    assert found.n_unknown == unknown.sum()
    assert not set(hubs["area_code"]) & set(table.index[unknown | table["reason"].eq("not_applicable")])
    # who is led is counted once, and its people with it
    assert hubs["n_gaps"].sum() == gaps["hub_id"].notna().sum()
    assert hubs["load"].sum() == gaps.loc[gaps["hub_id"].notna(), "people"].sum()
    # capacity is never exceeded without a flag, and no flag without reason
    above = (hubs["load"].astype("Float64") > hubs["capacity"]).fillna(value=False) & hubs["n_gaps"].gt(0)
    assert (hubs["is_overloaded"] == above).all()
    if rules.room == "kept":
        assert set(hubs.index[hubs["is_overloaded"]]) <= set(gaps.loc[gaps["is_over"], "hub_id"])
    else:
        assert not gaps["is_over"].any()
    # the same input gives the same plan, in whatever order the rows come
    again = alliances.plan(table.iloc[::-1], rules)
    pd.testing.assert_frame_equal(gaps, again.gaps)
    pd.testing.assert_frame_equal(hubs, again.hubs)


@pytest.mark.parametrize("seed", range(10))
def test_a_changed_rule_changes_what_it_should_and_nothing_else(seed):
    table, rules, other = (
        country(seed, 24),
        replace(question(seed), room="ignored", remote=2_000),
        question(seed + 1_000),
    )
    vertical, horizontal, load = other.vertical, other.horizontal, other.load
    before = alliances.plan(table, rules)

    after = alliances.plan(table, replace(rules, vertical=vertical))
    pd.testing.assert_frame_equal(before.hubs[["beds", "capacity"]], after.hubs[["beds", "capacity"]])
    moved = before.gaps["hub_id"].fillna("").ne(after.gaps["hub_id"].fillna("")) | before.gaps["model"].ne(
        after.gaps["model"]
    )
    low, high = sorted((rules.vertical, vertical))
    # only who has a hub of its prefecture between the two distances
    within = [
        any(low < one[1] <= high and table.loc[one[2], "prefecture_code"] == table.loc[code, "prefecture_code"]
            for one in by_the_words(table, table.loc[code], rules))
        for code in before.gaps.index
    ]  # fmt: skip
    assert not (moved & ~pd.Series(within, index=moved.index)).any()
    assert (before.gaps["model"].eq("none") == after.gaps["model"].eq("none")).all()

    after = alliances.plan(table, replace(rules, horizontal=horizontal))
    assert (before.gaps["model"].eq("vertical") == after.gaps["model"].eq("vertical")).all()
    assert (before.gaps["model"].eq("none") == after.gaps["model"].eq("none")).all()

    after = alliances.plan(table, replace(rules, load=load))
    pd.testing.assert_frame_equal(before.gaps, after.gaps)
    same = ["area_code", "beds", "psychiatrists", "n_gaps", "load", "n_load_unknown"]
    pd.testing.assert_frame_equal(before.hubs[same], after.hubs[same])


def test_a_part_of_a_plan_keeps_whole_loads():
    table = country(3)
    whole = alliances.plan(table, RULES)
    some = whole.gaps.index[:4]
    part = alliances.areas_of(whole, some)
    assert part.gaps.index.tolist() == some.tolist()
    assert set(part.hubs.index) == set(whole.gaps.loc[some, "hub_id"].dropna())
    assert (part.hubs["load"] == whole.hubs.loc[part.hubs.index, "load"]).all()


def test_in_how_many_draws_a_gap_and_a_hub_stand():
    beds = np.array([[0, 30, 60], [1, 29, 60], [0, 30, 40], [3, 31, 60]])
    people = pd.Series([10_000, 100_000, pd.NA], index=["a", "b", "c"], dtype="Int64")
    found = alliances.stands(beds, beds, people, scale=100_000, benchmark=30, least_beds=30)
    # 3 of 10,000 are 30 of 100,000: only the last draw meets it
    assert found.loc["a"].tolist() == [75, 0]
    assert found.loc["b"].tolist() == [25, 75]
    assert found.loc["c"].isna().all()
    without = alliances.stands(beds, beds, people, scale=100_000, benchmark=None, least_beds=50)
    assert without["gap"].tolist() == [50, 0, 0]
    assert without["hub"].tolist() == [0, 0, 75]


def test_draws_are_summed_over_what_holds_the_areas():
    draws = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.int32)
    names, found = alliances.summed(draws, pd.Index(["a", "b", "c"]), pd.Series({"c": "Y", "a": "Z", "b": "Y"}))
    assert names.tolist() == ["Y", "Z"]
    assert found.tolist() == [[2 + 3, 1], [5 + 6, 4]]


# the tables

FOLDER = paths.ROOT / "data" / "cn"


def sourced(name):
    return tables.read(name, FOLDER)


def test_the_alliances_are_21_and_each_is_classified_in_every_dimension():
    found, dimensions = sourced("alliances"), sourced("alliance_dimensions")
    assert found["field"].value_counts().to_dict() == {"general": 11, "mental": 10}
    pairs = dimensions[["alliance_id", "dimension"]].apply(tuple, axis=1)
    assert set(pairs) == {(one, name) for one in found["alliance_id"] for name in alliance_words.DIMENSIONS}
    assert (dimensions["value"].eq("not_printed") == dimensions["basis"].eq("absent")).all()
    assert set(sourced("alliance_places")["alliance_id"]) == set(found["alliance_id"])


def test_what_the_print_marks_as_inferred_is_not_called_printed():
    found = sourced("alliances").set_index("alliance_id")
    dimensions = sourced("alliance_dimensions").set_index(["alliance_id", "dimension"])["basis"]
    for (alliance, dimension), basis in dimensions.items():
        if "inferred" in found.loc[alliance, dimension]:
            assert basis == "inferred", (alliance, dimension)


def test_members_are_text_as_printed_and_no_table_has_a_number_of_them():
    published = {column.name: column.dtype for column in schemas.SCHEMAS["alliances"].columns}
    assert {name: dtype for name, dtype in published.items() if dtype != "str"} == {}
    for name in ("alliance_dimensions", "alliance_places", "alliance_models"):
        assert "members_count" not in schemas.SCHEMAS[name].names


def test_every_model_says_all_that_is_said_of_a_model():
    models = sourced("alliance_models")
    said = models.groupby("model_id")["part"].agg(set).to_dict()
    assert said == {name: set(alliance_words.PARTS) for name in alliances.MODELS if name != "none"}


def test_the_survey_adds_up_to_its_sample_and_prints_what_the_paper_prints():
    survey = sourced("alliance_survey")
    assert survey.groupby("question_id")["cases"].sum().tolist() == [970] * 5
    first = survey[survey["answer_no"].eq(1)].set_index("question_id")["percent"]
    assert first.loc[["1_known", "2_preferred", "3_return"]].tolist() == [94.84, 93.5, 89.07]
    off = (survey["percent"].astype(float) - 100 * survey["cases"].astype(float) / 970).abs()
    assert off.max() < 0.0101


def test_six_foreign_forms_five_of_them_in_the_papers_table_and_policies_from_2000_to_2017():
    forms, policies = sourced("alliance_foreign"), sourced("alliance_policies")
    assert (len(forms), forms["combination"].ne("not_printed").sum()) == (6, 5)
    years = policies["issued"].str[:4].astype(int)
    assert (years.min(), years.max()) == (2000, 2017)


def test_every_text_is_there_in_both_languages():
    for file in sorted(FOLDER.glob("alliance*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines):
                for name, text in line.items():
                    other = name[:-3] + "_zh" if name.endswith("_en") else None
                    assert other is None or bool(text) == bool(line[other]), (file.name, line)
