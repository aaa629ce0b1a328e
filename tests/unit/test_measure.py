"""Indicators from counts and draws, on a country of two provinces."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from etl import measure
from mhgis.errors import UnknownRuleError
from mhgis.indicators import (
    LEVELS,
    PEOPLE_WITHOUT,
    REGISTRY,
    Count,
    Indicator,
    Measured,
    Probability,
    Rate,
    Ratio,
    Share,
    require_rules,
)
from mhgis.measures import downscale, tables, weightings

AREAS = pd.DataFrame(
    [
        ("country", "0", True), ("province", "1", True), ("province", "2", True), ("province", "9", False),
    ],
    columns=["level", "area_code", "is_applicable"],
)  # fmt: skip


def counts(*rows):
    table = pd.DataFrame(rows, columns=["level", "area_code", "year", "resource", "value", "status", "origin_id"])
    return table.astype({"value": "Float64"})


def people(*rows):
    table = pd.DataFrame(rows, columns=["level", "area_code", "year", "people", "origin_id"])
    return table.astype({"people": "Int64"})


PUBLISHED = counts(
    ("country", "0", 2004, "beds", 5, "reported", "old"),
    ("country", "0", 2015, "beds", 40, "reported", "survey"),
    ("province", "1", 2015, "beds", 40, "reported", "survey"),
    ("province", "2", 2015, "beds", 0, "zero", "survey"),
)


def test_every_area_gets_a_row_and_what_is_unknown_says_so():
    table = tables.expand(AREAS, PUBLISHED, [2015], ["beds", "nurses"])
    found = table[table["year"] == 2015].set_index(["area_code", "resource"])
    assert len(found) == 4 * 2
    assert found.loc[("1", "beds"), "status"] == "reported"
    assert found.loc[("2", "beds"), "status"] == "zero"
    assert found.loc[("1", "nurses"), "status"] == "not_reported"
    assert found.loc[("9", "beds"), "status"] == "not_applicable"
    assert found["value"].count() == 3
    # another year keeps the one row it has
    assert table.loc[table["year"] == 2004, "value"].tolist() == [5]


def test_a_rate_is_count_over_people_with_both_origins():
    table = tables.expand(AREAS, PUBLISHED, [2015], ["beds"])
    residents = people(("country", "0", 2015, 300_000, "census"), ("province", "1", 2015, 200_000, "census"),
                       ("province", "2", 2015, 100_000, "census"))  # fmt: skip
    found = tables.indicators_of(table, residents)
    rate = found[found["indicator"].eq("beds_per_100k") & found["year"].eq(2015)].set_index("area_code")
    assert rate.loc["1", "value"] == 40 / 200_000 * 100_000
    assert rate.loc["1", "origin_id"] == "census+survey"
    assert (rate.loc["2", "value"], rate.loc["2", "status"]) == (0, "zero")
    assert pd.isna(rate.loc["9", "value"])
    assert rate.loc["9", "status"] == "not_applicable"


def test_a_rate_without_people_is_unknown_and_never_zero():
    table = tables.expand(AREAS, PUBLISHED, [2015], ["beds"])
    residents = people(("province", "1", 2015, pd.NA, pd.NA), ("province", "2", 2015, 0, "census"))
    found = tables.indicators_of(table, residents)
    rate = found[found["indicator"].eq("beds_per_100k") & found["year"].eq(2015)].set_index("area_code")
    assert rate["value"].isna().all()
    assert rate.loc["1", "status"] == "not_reported"
    assert rate.loc["2", "status"] == "not_applicable"


@pytest.mark.parametrize(
    ("ids", "expected"),
    [(("a", "b"), "a+b"), (("b", "a"), "a+b"), (("a+b", "b"), "a+b"), (("a", None), "a"), ((None, None), None)],
)
def test_origins_unite_once_each_in_order(ids, expected):
    found = tables.united(*(pd.Series([i], dtype="str") for i in ids)).iloc[0]
    assert (None if pd.isna(found) else found) == expected


# ratios of two resources

LOAD = Indicator("nurses_per_bed", "", "", "more_is_better", ("country", "province"), Ratio("nurses", "beds"))

#: status of nurses and of beds -> of nurses per bed; 30 nurses and 40 beds where known, 0 where zero
STATUSES = {
    ("reported", "reported"): "reported",
    ("zero", "reported"): "zero",
    ("reported", "zero"): "not_applicable",
    ("zero", "zero"): "not_applicable",
    ("not_reported", "reported"): "not_reported",
    ("reported", "not_reported"): "not_reported",
    ("not_reported", "zero"): "not_reported",
    ("suppressed", "reported"): "suppressed",
    ("reported", "suppressed"): "suppressed",
    ("zero", "suppressed"): "suppressed",
    ("suppressed", "not_reported"): "suppressed",
    ("not_reported", "suppressed"): "suppressed",
    ("not_applicable", "not_applicable"): "not_applicable",
    ("not_applicable", "suppressed"): "not_applicable",
    ("reported", "not_applicable"): "not_applicable",
}


@pytest.mark.parametrize(("nurses", "beds"), STATUSES)
def test_a_ratio_is_as_unknown_as_the_worse_of_its_parts(nurses, beds):
    def known(status, number):
        return {"reported": number, "zero": 0}.get(status, pd.NA)

    found = tables.of_counts(LOAD, counts(
        ("province", "1", 2015, "nurses", known(nurses, 30), nurses, "a"),
        ("province", "1", 2015, "beds", known(beds, 40), beds, "b"),
    )).iloc[0]  # fmt: skip
    assert found["status"] == STATUSES[nurses, beds]
    assert (None if pd.isna(found["value"]) else found["value"]) == {"reported": 30 / 40, "zero": 0}.get(
        found["status"]
    )
    assert (None if pd.isna(found["origin_id"]) else found["origin_id"]) == (
        "a+b" if found["status"] in {"reported", "zero"} else None
    )


def test_a_ratio_is_of_one_year_and_one_area_and_of_its_levels_alone():
    found = tables.of_counts(LOAD, counts(
        ("province", "1", 2010, "nurses", 30, "reported", "a"), ("province", "1", 2015, "beds", 40, "reported", "a"),
        ("province", "2", 2015, "nurses", 30, "reported", "a"), ("county", "3", 2015, "nurses", 1, "reported", "a"),
    ))  # fmt: skip
    assert found[["area_code", "year", "status"]].to_numpy().tolist() == [
        ["1", 2010, "not_reported"], ["2", 2015, "not_reported"],
    ]  # fmt: skip


#: four draws of three counties: A and B make up province 1, C is province 2
DRAWS = {
    "facilities": [[1, 1, 0], [1, 1, 0], [2, 0, 0], [1, 1, 1]],
    "beds": [[10, 20, 0], [20, 10, 0], [30, 0, 0], [5, 20, 5]],
    "psychiatrists": [[1, 1, 0], [1, 1, 0], [2, 0, 0], [1, 1, 1]],
    "nurses": [[6, 9, 0], [8, 4, 0], [9, 0, 0], [1, 4, 2]],
}
GROUPS = {
    "country": ["0", "0", "0"], "province": ["1", "1", "2"], "prefecture": ["P", "P", "Q"], "county": ["A", "B", "C"],
}  # fmt: skip


@pytest.fixture
def drawn():
    def ensemble(shift):
        arrays = {name: np.roll(np.array(rows, np.int32), shift, axis=1) for name, rows in DRAWS.items()}
        return downscale.Ensemble(
            area_code=np.array(["A", "B", "C"]), province_code=np.array(["1", "1", "2"]), **arrays,
            weighting=weightings.WEIGHTINGS["central"], seed=1, adjustments=pd.DataFrame(),
        )  # fmt: skip

    people = pd.DataFrame(
        [("county", "A", 100), ("county", "B", 300), ("county", "C", pd.NA), ("province", "1", 400),
         ("province", "2", 0), ("prefecture", "P", 400), ("country", "0", 1_000)],
        columns=["level", "area_code", "people"],
    ).astype({"people": "Int64"})  # fmt: skip
    groups = {level: pd.Series(codes, index=["A", "B", "C"]) for level, codes in GROUPS.items()}
    return measure.Drawn({"central": ensemble(0), "flat": ensemble(1)}, people, groups)


def of_draws(rule, drawn, level):
    indicator = Indicator("made_up", "", "", "more_is_better", LEVELS, rule)
    rows = measure.of_draws(indicator, drawn, level).set_index("area_code")
    return {code: row if row[3] == "modelled" else row[3] for code, *row in rows.itertuples()}


def test_a_ratio_of_a_model_is_made_draw_by_draw(drawn):
    ratio = Ratio("nurses", "beds")
    # province 1: 15/30, 12/30, 9/30, 5/25 -> their mean; 5 % is the least of four, 95 % the largest
    mean = pytest.approx((15 / 30 + 12 / 30 + 9 / 30 + 5 / 25) / 4)
    assert of_draws(ratio, drawn, "province") == {"1": [mean, 0.2, 0.5, "modelled"], "2": "not_reported"}
    of_country = pytest.approx((15 / 30 + 12 / 30 + 9 / 30 + 7 / 30) / 4)
    assert of_draws(ratio, drawn, "country") == {"0": [of_country, 7 / 30, 0.5, "modelled"]}


def test_where_some_draws_have_nothing_to_divide_by_the_ratio_of_a_model_is_not_known(drawn):
    # B has no bed in the third draw, C in three of four
    found = of_draws(Ratio("nurses", "beds"), drawn, "county")
    mean = pytest.approx((6 / 10 + 8 / 20 + 9 / 30 + 1 / 5) / 4)
    assert found == {"A": [mean, 0.2, 0.6, "modelled"], "B": "not_reported", "C": "not_reported"}


def test_where_no_draw_has_anything_to_divide_by_there_is_no_ratio(drawn):
    empty = drawn.ensembles["central"]
    none = replace(empty, beds=np.where(empty.area_code == "C", 0, empty.beds))
    found = of_draws(Ratio("nurses", "beds"), replace(drawn, ensembles={"central": none}), "province")
    assert found["2"] == "not_applicable"


def test_a_rate_of_a_model_needs_people(drawn):
    assert of_draws(Rate("beds"), drawn, "county") == {
        # 10, 20, 30 and 5 beds for 100 people; 20, 10, 0 and 20 for 300
        "A": [65 / 4 / 100 * 100_000, 5_000, 30_000, "modelled"],
        "B": [pytest.approx(50 / 4 / 300 * 100_000), 0, pytest.approx(20 / 300 * 100_000), "modelled"],
        "C": "not_reported",
    }  # fmt: skip
    assert of_draws(Rate("beds"), drawn, "province")["2"] == "not_applicable"


def test_counties_and_people_without_a_facility_are_counted_in_each_draw(drawn):
    # province 1: none, none, B, none; C is without in three of four, and nobody knows how many live there
    assert of_draws(Count("counties_without_facility"), drawn, "country") == {"0": [1.0, 0, 2, "modelled"]}
    assert of_draws(Share("counties_without_facility", "counties"), drawn, "province") == {
        "1": [50 / 4, 0, 50, "modelled"], "2": [3 * 100 / 4, 0, 100, "modelled"],
    }  # fmt: skip
    assert of_draws(Count(PEOPLE_WITHOUT), drawn, "prefecture") == {
        "P": [300 / 4, 0, 300, "modelled"],
        "Q": "not_reported",
    }
    assert of_draws(Share(PEOPLE_WITHOUT, "people"), drawn, "province")["1"] == [75 / 4, 0, 75, "modelled"]


def test_the_means_of_counties_add_up_at_every_level(drawn):
    table = measure.modelled_resources(drawn.ensembles["central"], drawn.groups)
    for resource, draws in DRAWS.items():
        own = table[table["resource"].eq(resource)].set_index(["level", "area_code"])["value"]
        assert own["county"].sum() == own["province"].sum() == own["country", "0"] == np.sum(draws) / 4
        assert own["province", "1"] == own["county", "A"] + own["county", "B"] == own["prefecture", "P"]


def test_a_probability_ranges_over_the_weightings(drawn):
    # without in the draws of `central`: A 0, B 1, C 3 of 4; of `flat`, which has C's draws for A: A 3, B 0, C 1
    assert of_draws(Probability(), drawn, "county") == {
        "A": [0, 0, 75, "modelled"], "B": [25, 0, 25, "modelled"], "C": [75, 25, 75, "modelled"],
    }  # fmt: skip


class Guess:
    """A rule that nothing knows."""

    numerator, denominator, scale = "nurses", "beds", 1

    def __repr__(self):
        return "Guess()"


SENTENCE = (
    r"^The indicator 'made_up' cannot be computed, for its rule is Guess\(\); give it one of these in "
    r"mhgis/indicators\.py: Count, Rate, Ratio, Share, Probability\.$"
)


def test_an_unknown_rule_stops_with_one_sentence(drawn, monkeypatch):
    unknown = Indicator("made_up", "", "", "more_is_better", ("province",), Guess())
    monkeypatch.setitem(REGISTRY, "made_up", unknown)
    for apply in (
        lambda: tables.of_counts(unknown, PUBLISHED), lambda: measure.of_draws(unknown, drawn, "province"),
        lambda: tables.indicators_of(PUBLISHED, people()), lambda: measure.modelled_indicators(drawn),
        lambda: require_rules(REGISTRY.values()),
    ):  # fmt: skip
        with pytest.raises(UnknownRuleError, match=SENTENCE):
            apply()


@pytest.mark.parametrize("rule", [Ratio("nurses", "hospitals"), Ratio("wards", "beds"), Measured()])
def test_what_nothing_counts_and_what_a_page_measures_are_no_indicators_to_publish(rule, monkeypatch):
    monkeypatch.setitem(REGISTRY, "made_up", Indicator("made_up", "", "", "more_is_better", ("province",), rule))
    with pytest.raises(UnknownRuleError, match=r"'made_up' (is made of '(hospitals|wards)'|cannot be computed)"):
        tables.indicators_of(PUBLISHED, people())


def test_every_registered_rule_is_known():
    require_rules(REGISTRY.values())
