"""What is asked of the tables, on a published file of a country that is no country, and without a screen."""

import subprocess
import sys

import pandas as pd
import pytest

from mhgis import paths
from mhgis.queries import alliances, area, benchmarks, facilities, names, overview, people, regions, sources, tables
from mhgis.queries import imports as known_of_imports
from mhgis.queries import targets as years_of
from mhgis.queries.settings import settings_of_maps
from mhgis.view.links import View
from tests.unit.made_published import publish

WITHOUT_SCREEN = """
import importlib, pkgutil, sys
import mhgis.queries
for module in pkgutil.iter_modules(mhgis.queries.__path__):
    importlib.import_module(f"mhgis.queries.{module.name}")
    print(module.name)
assert not [name for name in sys.modules if name == "streamlit" or name.startswith("mhgis.ui")]
"""


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    """A data folder of one's own, in which nothing is published yet."""
    monkeypatch.setenv("MHGIS_DATA", str(tmp_path))


def values(*rows):
    columns = ["dataset_id", "level", "area_code", "year", "indicator", "value", "status", "people", "origin_id"]
    return pd.DataFrame(rows, columns=columns)


BEDS = values(
    ("made", "country", "900000", 2015, "beds", 60.0, "reported", 600_000, "book"),
    ("made", "country", "900000", 2020, "beds", None, "not_reported", 600_000, None),
    ("made", "province", "910000", 2015, "beds", 40.0, "reported", 300_000, "book"),
    ("made", "province", "920000", 2015, "beds", 0.0, "zero", 200_000, "book+map"),
    ("made", "province", "930000", 2015, "beds", None, "not_reported", None, None),
    ("made", "prefecture", "930000", 2015, "beds", None, "not_reported", None, None),
    ("made", "county", "910101", 2015, "beds", 40.0, "reported", 100_000, "book"),
)
ORIGINS = pd.DataFrame(
    [("book", "A book", "Ein Buch", 2016), ("map", "A map", "Ein Plan", None), ("book+map", "Both", "Beide", None)],
    columns=["origin_id", "title", "title_zh", "year"],
).assign(short_en=lambda t: t["title"].str.lower(), short_zh=lambda t: t["title_zh"], publisher="Made", licence="none")


def test_every_query_is_there_without_a_screen():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_SCREEN], cwd=paths.ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert {"tables", "names", "sources", "area"} <= set(done.stdout.split())


def test_a_frame_is_the_callers_own():
    publish(indicator_value=BEDS)
    first = overview.known("made")
    first.loc[0, "value"] = -1.0
    first["more"] = "mine"
    assert overview.known("made")["value"].tolist() == [60.0]
    assert "more" not in overview.known("made")


def test_another_build_is_asked_anew():
    publish(indicator_value=BEDS)
    assert overview.known("made")["value"].tolist() == [60.0]
    publish(indicator_value=BEDS.assign(value=BEDS["value"] * 2))
    assert overview.known("made")["value"].tolist() == [120.0]


def test_what_is_not_known_is_left_out_or_missing_and_never_zero():
    publish(indicator_value=BEDS)
    assert overview.known("made")["year"].tolist() == [2015]
    series = overview.series("made", "beds")
    assert series["year"].tolist() == [2015, 2020]
    assert series["value"].isna().tolist() == [False, True]
    provinces = years_of.series("made", "beds", "province").set_index("area_code")
    assert provinces.loc["920000", ["value", "status"]].tolist() == [0.0, "zero"]
    assert pd.isna(provinces.loc["930000", "value"])
    assert provinces.loc["930000", "status"] == "not_reported"
    figures = area.figures("made", "province", "930000", 2015)
    assert figures["value"].isna().all()
    assert figures["people"].isna().all()
    assert area.figure("made", "beds", "930000", 2015)["level"].tolist() == ["prefecture", "province"]
    assert years_of.series("made", "beds", "county", "920000").empty
    assert years_of.series("made", "beds", "county", "910100")["area_code"].tolist() == ["910101"]


def test_an_area_stands_among_its_siblings_and_parts():
    publish()
    assert area.siblings("county", "910102")["area_code"].tolist() == ["910101", "910102", "910103"]
    assert area.siblings("country", "900000").empty
    assert area.parts("country", "900000")["area_code"].tolist() == ["910000", "920000", "930000"]
    assert area.parts("province", "910000")[["level", "area_code"]].to_numpy().tolist() == [["prefecture", "910100"]]
    # a municipality's counties lie below its own row as a prefecture
    assert area.parts("province", "930000")[["level", "area_code"]].to_numpy().tolist() == [["county", "930101"]]
    assert area.row_of("county", "930101")["province_en"].tolist() == ["Made City"]
    assert area.row_of("country", "900000")["province_en"].isna().all()


def test_figures_around_an_area_are_its_own_its_siblings_its_neighbours_and_those_above():
    rows = values(
        *(
            ("made", level, code, 2015, "beds", 1.0, "reported", 1, "book")
            for level, code in (
                ("country", "900000"), ("province", "910000"), ("province", "920000"), ("prefecture", "910100"),
                ("county", "910101"), ("county", "910102"), ("county", "920101"), ("county", "920102"),
            )
        )
    )  # fmt: skip
    shared = pd.DataFrame(
        [("county", "910101", "920102", 5.0), ("county", "920102", "910101", 5.0)],
        columns=["level", "area_code", "neighbour_code", "border_km"],
    )
    publish(indicator_value=rows, neighbour=shared)
    around = area.figures_around("made", 2015, area.row_of("county", "910101").iloc[0])
    assert sorted(around["area_code"]) == ["900000", "910000", "910101", "910102", "920102"]
    assert area.neighbours("county", "910101")[["area_code", "border_km"]].to_numpy().tolist() == [["920102", 5.0]]
    whole = area.figures_around("made", 2015, area.row_of("country", "900000").iloc[0])
    assert whole["area_code"].tolist() == ["900000"]


def test_facilities_lie_in_their_county_and_in_all_that_holds_it():
    held = pd.DataFrame(
        [("a", "910101", 101.5, 30.5, 20), ("b", "930101", None, None, None), ("c", "910101", 101.6, 30.6, 30)],
        columns=["facility_id", "area_code", "lon", "lat", "beds"],
    ).assign(dataset_id="local", year=2023, name=["甲", None, "丙"])
    publish(facility=held)
    assert facilities.of_dataset("local", 2023)[["facility_id", "facilities"]].to_numpy().tolist() == [
        ["a", 1], ["b", 1], ["c", 1],
    ]  # fmt: skip
    for holder, ids in {"910101": "ac", "910100": "ac", "910000": "ac", "930000": "b", "": "acb", "920000": ""}.items():
        assert "".join(facilities.within("local", 2023, holder)["facility_id"]) == ids
    assert pd.isna(facilities.within("local", 2023, "930000")["beds"].iloc[0])
    assert facilities.points("local", 2023, "", 5)["beds"].tolist() == [20, 30]
    assert len(facilities.points("local", 2023, "", 1)) == 1
    assert facilities.names("local", 2023) == {"c": "丙", "a": "甲", "b": "b"}
    assert facilities.of_dataset("local", 2022).empty


def test_areas_are_named_once():
    publish()
    assert names.area_name("county", "920102", "zh") == "北林县"
    assert names.area_name("county", "920102", "en") == "North Wood County"
    assert names.area_name("county", "999999", "en") == "999999"
    assert names.area_names("en", "prefecture") == {
        ("prefecture", "910100"): "East City", ("prefecture", "920100"): "West City",
        ("prefecture", "930000"): "Made City",
    }  # fmt: skip
    assert names.upper_area_names("zh")["province", "910000"] == "东省 East"
    assert names.upper_area_names("en")["province", "910000"] == "East"
    assert ("county", "910101") not in names.upper_area_names("en")
    assert names.uppermost_area_name("930000", "en") == "Made City"
    assert names.uppermost_area_name("", "en") == ""
    to_choose = names.areas_to_choose("en")
    # two of one name are told apart by what holds them, and a municipality stands there once
    assert to_choose["county", "910101"] == "River County 河县 · East City"
    assert to_choose["county", "920101"] == "River County 河县 · West City"
    assert ("prefecture", "930000") not in to_choose


def test_datasets_say_of_which_kind_they_are():
    listed = pd.DataFrame(
        [
            ("made", "published", "Counts", "计数"), ("drawn", "modelled", "Draws", "抽样"),
            ("local", "imported", "Ours", "本"),
        ],
        columns=["dataset_id", "kind", "title_en", "title_zh"],
    )  # fmt: skip
    publish(dataset=listed)
    assert names.dataset_titles("en") == {"drawn": "Draws", "local": "Ours (imported)", "made": "Counts"}
    assert [names.kind_of(View(dataset)) for dataset in ("made", "drawn", "local")] == [
        "published", "modelled", "imported",
    ]  # fmt: skip
    assert names.is_modelled(View("drawn"))
    assert not names.is_modelled(View("local"))
    assert names.is_imported(View("local"))
    assert names.year_word(View("local"))(2023, 0) != names.year_word(View("made"))(2023, 0)
    assert names.year_word(View("made"))(2023, 7) == "2023"


def test_benchmarks_are_offered_in_one_order():
    rows = pd.DataFrame(
        [
            ("e-region", 1, "east", True), ("d-unranked", None, None, True), ("c-third", 3, None, True),
            ("b-first", 1, None, True), ("a-unlisted", 1, None, False),
        ],
        columns=["benchmark_id", "rank", "applies_to", "is_listed"],
    )  # fmt: skip
    rows = rows.assign(
        indicator="beds_per_100k", value=[10.0, 20.0, 30.0, 40.5, 50.0], label_en="a label", short_en="one of"
    )
    other = rows.head(1).assign(benchmark_id="other", indicator="nurses_per_100k")
    publish(benchmark=pd.concat([rows, other]))
    order = ["b-first", "c-third", "d-unranked", "e-region"]
    assert benchmarks.listed("beds_per_100k")["benchmark_id"].tolist() == order
    assert tables.offer().benchmarks["beds_per_100k"] == tuple(order)
    assert benchmarks.of_indicator("beds_per_100k")["benchmark_id"].tolist() == ["a-unlisted", *order]
    assert benchmarks.indicators_by_region() == ["beds_per_100k", "nurses_per_100k"]
    view = View("made", indicator="beds_per_100k", lang="en")
    assert list(names.benchmark_names(view).values()) == [
        "40.5 · one of", "30 · one of", "20 · one of", "10 · one of", "None",
    ]  # fmt: skip
    assert list(names.benchmark_labels(view)) == [*order, "none"]


def test_people_are_of_a_year_and_unknown_where_nobody_counted():
    rows = pd.DataFrame(
        [("910000", 2010, 100), ("910000", 2020, 120), ("920000", 2010, 50), ("920000", 2020, None)],
        columns=["area_code", "year", "people"],
    ).assign(level="province", status="reported", method="counted", origin_id="book")
    guessed = pd.DataFrame([("900000", 2023, 180)], columns=["area_code", "year", "people"])
    guessed = guessed.assign(level="country", status="modelled", method="carried on", origin_id="map")
    publish(population=pd.concat([rows, guessed]))
    assert people.of_year("province", 2010)["people"].tolist() == [100, 50]
    assert people.of_latest_year("province").isna().tolist() == [False, True]
    assert people.known_years("province") == [2010, 2020]
    assert people.known_years("county") == []
    assert people.methods("province", 2020) == ["counted"]
    assert people.is_estimated(2023)
    assert not people.is_estimated(2020)
    assert people.origins() == ["book", "map"]
    assert people.own_year("local", 2024) == 2024


def test_sources_of_a_figure_are_taken_apart_and_people_come_last():
    counted = pd.DataFrame([("910000", "province", 2015, 100, "book")],
                           columns=["area_code", "level", "year", "people", "origin_id"])  # fmt: skip
    publish(origin=ORIGINS, indicator_value=BEDS, population=counted)
    assert [source.origin_id for source in sources.origins(["book+map"], "en")] == ["map", "book"]
    assert [source.year for source in sources.origins(["book+map"], "en")] == [None, 2016]
    assert sources.of_dataset("made") == ["book", "book+map"]
    # nothing is known of it: what the pack has was searched in vain
    assert sources.of_dataset("empty") == ["book", "map"]
    assert sources.short_names("zh") == {"book": "Ein Buch", "map": "Ein Plan", "book+map": "Beide"}
    assert sources.licences("zh") == dict.fromkeys(("book", "map", "book+map"), "none")
    shelves = sources.shelved().set_index("origin_id")["shelf"]
    assert shelves.to_dict() == {"book": "figures", "map": "figures"}


def test_regions_are_made_of_their_provinces():
    counts = pd.DataFrame(
        [("province", "910000", 2020, 7.0, "book"), ("country", "900000", 2020, 9.0, "book")],
        columns=["level", "area_code", "year", "value", "origin_id"],
    ).assign(dataset_id="made", resource="nurses")
    residents = pd.DataFrame(
        [("910000", 300), ("920000", 200), ("930000", None)], columns=["area_code", "people"]
    ).assign(level="province", year=2020, origin_id="map")
    publish(resource=counts, population=residents)
    provinces = regions.provinces("made", "nurses", 2020)
    assert provinces["region"].tolist() == ["east", "west", "east"]
    assert provinces["count"].isna().tolist() == [False, True, True]
    assert provinces["people"].isna().tolist() == [False, False, True]
    assert regions.totals("made", "nurses")["value"].tolist() == [9.0]
    assert regions.provinces("made", "nurses", 2010).empty
    assert regions.members()["region"].tolist() == ["east", "west", "east"]
    assert regions.divided_by() == []
    assert regions.shares("nurses", 2020).empty


def test_a_pack_that_tells_of_no_alliance_has_none():
    publish()
    assert alliances.alliances().empty
    assert alliances.models().empty
    assert alliances.models("any").empty
    assert alliances.origins_of("alliance") == []


def test_an_import_says_where_it_knows_most():
    publish(indicator_value=BEDS)
    known = known_of_imports.known("made").set_index("level")
    # the country and what is not known are left out
    assert known["n"].to_dict() == {"county": 1, "province": 2}
    assert known.loc["county", ["year", "province", "provinces"]].tolist() == [2015, "910000", 1]


def test_settings_of_maps_are_read_by_their_names():
    said = pd.DataFrame({"key": ["map.view", "other.view"], "value": ["[1, 2, 3, 4]", "[9]"]})
    publish(setting=said)
    assert settings_of_maps() == {"view": [1, 2, 3, 4]}


def test_borders_that_moved_are_counted_by_the_units_of_today():
    changes = pd.DataFrame(
        [
            ("910101", 2018, "divided"), ("910101", 2016, "ceded"), ("920101", 2011, "divided"),
            ("920102", 2018, "renamed"),
        ],
        columns=["area_code", "last_listed", "kind"],
    ).assign(level_now="county", level="county")  # fmt: skip
    publish(area_change=changes)
    assert area.moved_since("county", 2015) == (2024, 1)
    assert area.moved_since("county", 2010) == (2024, 2)
    assert area.moved_since("nowhere", 2010) == (None, 0)
