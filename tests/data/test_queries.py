"""What is asked of the published file, against the tables of the data pack and the store, counted another way."""

import pandas as pd
import pytest

from mhgis import paths, store
from mhgis.i18n import LANGUAGES
from mhgis.importing import library
from mhgis.indicators import LEVELS, REGISTRY
from mhgis.queries import (
    alliances,
    area,
    benchmarks,
    facilities,
    imports,
    methods,
    names,
    overview,
    people,
    printed_figures,
    regions,
    rows_behind,
    sources,
    tables,
    targets,
)
from mhgis.queries.settings import settings_of_maps
from mhgis.view.links import View
from tests.data import made_import
from tests.data.made_import import draft, own_data

pytestmark = pytest.mark.usefixtures("published")

each_language = pytest.mark.parametrize("lang", LANGUAGES)

GANSU = "620000"
SHANGHAI = "310000"
CENSUS_2020 = 1_409_778_724


def entered(name):
    return pd.read_csv(paths.ROOT / "data" / "cn" / f"{name}.csv", dtype="str")


@pytest.fixture(scope="module")
def dataset(published, tmp_path_factory):
    with own_data(tmp_path_factory.mktemp("own"), published):
        yield library.save(draft()).dataset_id


def test_every_alliance_entered_is_told_and_those_of_mental_health_first():
    told, rows = alliances.alliances(), entered("alliances")
    assert sorted(told["alliance_id"]) == sorted(rows["alliance_id"])
    fields = told["field"].tolist()
    assert fields == sorted(fields, reverse=True)
    assert fields[0] == "mental"
    assert set(alliances.origins_of("alliance")) == set(rows["source_id"])
    assert len(alliances.dimensions()) == len(entered("alliance_dimensions")) >= 4 * len(told)
    assert set(alliances.places()["alliance_id"]) == set(entered("alliance_places")["alliance_id"])
    assert alliances.places()[["lon", "lat"]].notna().all(axis=None)
    assert alliances.survey()["cases"].tolist() == (
        entered("alliance_survey").astype({"answer_no": int, "cases": int})
        .sort_values(["question_id", "answer_no"])["cases"].tolist()
    )  # fmt: skip


def test_models_are_those_of_all_when_asked_one_by_one():
    every = alliances.models()
    parts = [alliances.models(model) for model in sorted(every["model_id"].unique())]
    assert pd.concat(parts, ignore_index=True).equals(every)
    assert len(parts) > 1


def test_printed_figures_are_in_the_order_of_the_compilation_with_checks_and_parts_of_their_own():
    figures = printed_figures.figures()
    assert figures["id"].tolist() == entered("published_figures")["id"].tolist()
    assert set(printed_figures.checks()["figure_id"]) <= set(figures["id"])
    assert set(printed_figures.parts()["figure_id"]) <= set(figures["id"])
    untested = figures.loc[figures["verdict"].eq("not_tested"), "id"]
    checks = printed_figures.checks()
    # where nothing that was printed is compared there is no verdict
    assert checks.loc[checks["figure_id"].isin(untested), ["printed", "verdict"]].isna().all(axis=None)
    assert checks.loc[~checks["figure_id"].isin(untested), "verdict"].notna().any()


def test_series_of_provinces_are_the_counts_entered():
    rows = entered("province_resources").query("resource == 'beds' and value.notna()")
    series = targets.series("cn-published", "beds", "province").dropna(subset="value")
    found = series.set_index(["area_code", "year"])["value"].sort_index()
    expected = rows.astype({"year": int, "value": float}).set_index(["area_code", "year"])["value"].sort_index()
    assert found.to_dict() == expected.to_dict()
    assert targets.series("cn-published", "beds", "province", GANSU)["area_code"].unique().tolist() == [GANSU]


def test_breaks_are_those_entered_with_the_rates():
    rates = entered("national_rates").query("is_main == 'true'")
    for rate, rows in rates.groupby("indicator"):
        broken = sorted(int(year) for year in rows.loc[rows["is_break"].eq("true"), "year"])
        assert list(targets.years_of_breaks(str(rate))) == broken
        assert overview.published_rates(str(rate))["year"].tolist() == sorted(int(year) for year in rows["year"])
    assert targets.years_of_breaks("beds_per_100k")


def test_what_is_known_of_the_country_is_its_row_in_the_store():
    known = overview.known("cn-published")
    assert known["value"].notna().all()
    for name in ("beds", "facilities", "beds_per_100k"):
        series = overview.series("cn-published", name)
        assert series.dropna(subset="value")["year"].tolist() == known.loc[known["indicator"].eq(name), "year"].tolist()
        for year, value in zip(series["year"], series["value"], strict=True):
            stored = store.indicator_values("cn-published", "country", int(year), name)["value"].iloc[0]
            assert (pd.isna(stored) and pd.isna(value)) or stored == value


@pytest.mark.parametrize("level", LEVELS)
def test_people_add_up_at_every_level(level):
    assert people.of_year(level, 2020)["people"].sum() == CENSUS_2020
    assert 2020 in people.known_years(level)
    latest = people.of_latest_year(level)
    assert latest.equals(people.of_year(level, max(people.known_years(level))).set_index("area_code")["people"])


def test_people_of_an_area_are_those_of_the_census():
    census = entered("province_population").query("area_code == @GANSU").astype({"year": int, "people": int})
    held = people.of_area("province", GANSU).set_index("year")["people"]
    assert {year: held[year] for year in census["year"]} == dict(zip(census["year"], census["people"], strict=True))
    assert not people.is_estimated(2020)
    assert people.methods("province", 2020)


def test_people_of_an_import_are_of_the_nearest_year(dataset):
    assert people.own_year(dataset, 2023) == 2020
    assert people.own_year("cn-published", 2015) == 2015


def test_regions_have_all_provinces_and_their_counts():
    members = regions.members()
    assert len(members) == len(store.areas("province"))
    provinces = regions.provinces("cn-published", "facilities", 2015)
    rows = entered("province_resources").query("resource == 'facilities' and year == '2015'")
    assert provinces["count"].sum() == rows["value"].astype(float).sum() == 2_936
    assert regions.divided_by() == [name for name in entered("sources")["source_id"] if name.startswith("regions")]
    totals = regions.totals("cn-published", "beds")
    assert totals["year"].tolist() == sorted(totals["year"], reverse=True)
    assert totals.set_index("year")["value"][2015] == 433_090


@each_language
def test_areas_have_the_names_of_the_store(lang):
    stored = store.areas()
    named = names.area_names(lang)
    assert len(named) == len(stored)
    for row in stored.sample(50, random_state=1).to_dict("records"):
        assert named[row["level"], row["area_code"]] == row[f"name_{lang}"]
        assert names.area_name(row["level"], row["area_code"], lang) == row[f"name_{lang}"]
    assert set(names.scopes(View("cn-published", lang=lang))) == {"", *store.areas("province")["area_code"]}
    limited = View("cn-published", "county", "620100", "620100", lang=lang)
    assert set(names.scopes(limited)) - set(names.scopes(View("cn-published", lang=lang))) == {"620100"}
    to_choose = names.areas_to_choose(lang)
    assert len(set(to_choose.values())) == len(to_choose)
    assert ("prefecture", SHANGHAI) not in to_choose


def test_an_area_has_siblings_neighbours_and_parts():
    stored = store.areas("county")
    code = "620102"
    parent = stored.set_index("area_code").loc[code, "parent_code"]
    siblings = stored.loc[stored["parent_code"].eq(parent) & stored["parent_level"].eq("prefecture"), "area_code"]
    assert area.siblings("county", code)["area_code"].tolist() == siblings.tolist()
    near = area.neighbours("county", code)
    assert near["border_km"].is_monotonic_decreasing
    for other in near["area_code"]:
        back = area.neighbours("county", other).set_index("area_code")["border_km"]
        assert back[code] == pytest.approx(near.set_index("area_code")["border_km"][other])
    city = area.parts("province", SHANGHAI)
    assert set(city["level"]) == {"county"}
    assert city["area_code"].tolist() == stored.loc[stored["province_code"].eq(SHANGHAI), "area_code"].tolist()


def test_figures_of_an_area_are_those_of_the_store():
    figures = area.figures("cn-published", "province", GANSU, 2015).set_index("indicator")
    for name in figures.index:
        rows = store.indicator_values("cn-published", "province", 2015, str(name)).set_index("area_code")
        assert figures.loc[name, "status"] == rows.loc[GANSU, "status"]
        assert pd.isna(figures.loc[name, "value"]) == pd.isna(rows.loc[GANSU, "value"])
        assert figures.loc[name, "value"] == rows.loc[GANSU, "value"] or pd.isna(figures.loc[name, "value"])
    around = area.figures_around("cn-published", 2015, area.row_of("province", GANSU).iloc[0])
    own = around[around["level"].eq("province") & around["area_code"].eq(GANSU)]
    assert sorted(own["indicator"]) == sorted(figures.index)
    assert set(area.neighbours("province", GANSU)["area_code"]) <= set(around["area_code"])


def test_counties_without_a_facility_add_up_to_those_of_the_country():
    whole = area.counties_published(tables.offer().country).iloc[0]
    of_year = [
        area.counties_published(code).set_index("year")["without"] for code in store.areas("province")["area_code"]
    ]
    assert sum(int(one[whole["year"]]) for one in of_year if whole["year"] in one.index) == whole["without"] == 1_180


@pytest.mark.parametrize("indicator", ["beds_per_100k", "psychiatrists_per_100k", "nurses_per_100k"])
def test_benchmarks_are_offered_by_rank_and_those_of_regions_last(indicator):
    rows = store.benchmarks(indicator)
    kept = [row for row in rows.to_dict("records") if row["is_listed"]]
    kept.sort(key=lambda row: (not pd.isna(row["applies_to"]), pd.isna(row["rank"]), row["rank"], row["benchmark_id"]))
    order = tuple(row["benchmark_id"] for row in kept)
    assert tuple(benchmarks.listed(indicator)["benchmark_id"]) == order
    assert tables.offer().benchmarks[indicator] == order
    assert list(names.benchmark_labels(View("cn-published", indicator=indicator))) == [*order, "none"]
    assert list(names.benchmark_names(View("cn-published", indicator=indicator))) == [*order, "none"]
    assert set(benchmarks.of_indicator(indicator)["benchmark_id"]) == set(rows["benchmark_id"])


@each_language
def test_datasets_are_called_so_that_an_import_is_known(lang, dataset):
    titles = names.dataset_titles(lang)
    stored = store.datasets().set_index("dataset_id")
    assert titles["cn-published"] == stored.loc["cn-published", f"title_{lang}"]
    assert titles[dataset] != stored.loc[dataset, f"title_{lang}"]
    assert stored.loc[dataset, f"title_{lang}"] in titles[dataset]
    assert names.is_imported(View(dataset))
    assert not names.is_modelled(View(dataset))


def test_facilities_of_an_import_lie_where_it_says(dataset):
    made = made_import.facilities()
    held = facilities.of_dataset(dataset, 2023).set_index("facility_id")
    assert held["beds"].sum() == made["beds"].sum()
    assert pd.isna(held.loc["t000", "beds"])
    assert held["nurses"].isna().all()
    first = made_import.counties()[0]
    assert facilities.within(dataset, 2023, first)["facility_id"].tolist() == ["t000", "t001", "t002", "t003"]
    assert len(facilities.within(dataset, 2023, GANSU)) == len(facilities.within(dataset, 2023)) == len(made)
    assert facilities.within(dataset, 2023, SHANGHAI).empty
    assert len(facilities.points(dataset, 2023, "", 1_000)) == len(made)
    assert facilities.of_dataset("cn-published", 2015).empty
    best = imports.known(dataset).set_index(["level", "indicator"])
    assert best.loc[("county", "facilities"), ["year", "province", "provinces"]].tolist() == [2023, GANSU, 1]


def test_every_row_entered_stands_behind_a_figure_by_its_file_and_line():
    rows = rows_behind.entered()
    for file, part in rows.groupby("file"):
        table = entered(str(file))
        assert part["line"].is_unique
        assert part["line"].between(2, len(table) + 1).all()
    beds = rows[rows["file"].eq("province_resources") & rows["quantity"].eq("beds") & rows["area_code"].eq(GANSU)]
    table = entered("province_resources")
    assert [table.loc[line - 2, "value"] for line in beds["line"]] == beds["entered"].tolist()
    codes = store.areas("prefecture").query("is_applicable and province_code == @GANSU")["area_code"].tolist()
    assert rows_behind.areas_of("prefecture", GANSU) == codes
    assert len(rows_behind.areas_of("province")) == int(store.areas("province")["is_applicable"].sum())


@each_language
def test_sources_have_one_name_each(lang):
    rows = entered("sources")
    short = sources.short_names(lang)
    assert {name: short[name] for name in rows["source_id"]} == dict(
        zip(rows["source_id"], rows[f"short_{lang}"], strict=True)
    )
    assert set(sources.shelved()["origin_id"]) == {name for name in short if "+" not in name}
    assert set(sources.licences(lang)) == set(short)
    of_counts = sources.origins(sources.of_dataset("cn-published"), lang)
    assert {source.short for source in of_counts} <= set(short.values())


def test_methods_of_indicators_are_pages_of_the_handbook():
    assert all(methods.has_method(methods.method_of(indicator)) for indicator in REGISTRY.values())
    assert not methods.has_method("no-such-page")
    assert methods.formula(REGISTRY["beds"], "en") == []
    assert "÷" in methods.formula(REGISTRY["beds_per_100k"], "en")[0]
    without = methods.people_without_by_weighting()
    assert (without["lower"] <= without["value"]).all()
    assert (without["value"] <= without["upper"]).all()
    adjusted = methods.adjustments()
    assert (adjusted["published_without"] != adjusted["modelled_without"]).all()
    assert adjusted["name_en"].notna().all()


def test_maps_have_a_window_and_a_conic():
    said = settings_of_maps()
    west, south, east, north = said["view"]
    assert west < east
    assert south < north
    assert len(said["standard_parallels"]) == len(said["centre"]) == 2
