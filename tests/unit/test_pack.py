"""A data pack and what can be wrong with it: every fault at once, each with its place and what to do."""

import shutil

import geopandas as gpd
import pandas as pd
import pytest

from etl import areas, boundaries, cli, harmonise, pack, review, tables
from mhgis import paths

TESTLAND = paths.ROOT / "tests" / "packs" / "testland"


@pytest.fixture
def folder(tmp_path):
    """A copy of the test pack."""
    return shutil.copytree(TESTLAND, tmp_path / "testland")


def change(folder, name, old, new):
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def only_fault(folder):
    found = review.faults(folder)
    assert len(found) == 1, [str(one) for one in found]
    return found[0]


WRONG = {
    "no name in a language": ("pack.toml", 'name = { en = "Testland", zh = "测试国" }', 'name = { en = "Testland" }',
                              "country.name.zh"),
    "levels that cannot be": ("pack.toml", 'used = ["province", "county"]', 'used = ["county", "province"]',
                              "levels.used"),
    "an indicator that is not": ("pack.toml", '"beds_per_100k"', '"beds_a_head"', "start.indicator"),
    "a dataset that is not there": ("pack.toml", 'dataset_id = "testland-published"', 'dataset_id = "other"',
                                    "published.dataset_id"),
    "an unknown column of codes": ("pack.toml", 'code_column = "code"', 'code_column = "id"', "id"),
    "a file that is not there": ("pack.toml", '"boundaries.geojson"', '"shapes.gpkg"', "boundaries.file"),
    "a code of another form": ("areas.csv", "county,T101,T1", "county,X101,T1", "area_code"),
    "a region that is not named": ("areas.csv", ",region,inland,", ",region,hills,", "region"),
    "a number with a status it cannot have": ("resources.csv", "facilities,3,reported", "facilities,3,zero", "value"),
    "text for a number": ("population.csv", "2020,40000,", "2020,many,", "people"),
    "a year the pack does not have": ("population.csv", "T101,2020", "T101,1999", "year"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "column"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_with_its_place_and_what_to_do(folder, name, old, new, column):
    change(folder, name, old, new)
    found = review.faults(folder)
    assert found
    assert all(one.todo.endswith(".") for one in found)
    assert column in {one.column for one in found}


def test_all_faults_come_at_once(folder, capsys):
    change(folder, "pack.toml", 'zh = "测试国全境"', 'zh = ""')
    assert cli.main(["pack", "check", str(folder)]) == cli.EXIT_USER_ERROR
    assert "country.whole.zh" in capsys.readouterr().err
    change(folder, "pack.toml", 'zh = ""', 'zh = "测试国全境"')
    change(folder, "areas.csv", "county,T102,T1", "county,T102,T9")
    change(folder, "population.csv", "2020,40000,", "2020,-1,")
    change(folder, "resources.csv", "county,T101,2022,facilities,", "county,T999,2022,facilities,")
    assert cli.main(["pack", "check", str(folder)]) == cli.EXIT_USER_ERROR
    said = capsys.readouterr().err
    assert "population.csv, row 2" in said
    assert "resources.csv, row 2" in said


def test_a_pack_without_a_fault_says_how_to_build_it(capsys):
    assert cli.main(["pack", "check", str(TESTLAND)]) == 0
    assert "mhgis build --pack" in capsys.readouterr().out


def test_an_area_without_a_shape_and_a_shape_without_a_row_are_told(folder):
    change(folder, "boundaries.geojson", '"code":"T101"', '"code":"T188"')
    assert [(one.file, one.row) for one in review.faults(folder)] == [("areas.csv", 7), ("boundaries.geojson", 1)]


def test_a_parent_that_is_not_there_is_told(folder):
    change(folder, "areas.csv", "county,T102,T1", "county,T102,T9")
    found = only_fault(folder)
    assert (found.column, found.found) == ("parent_code", "T9, which is no province of this file")


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet", ".shp.zip"])
def test_boundaries_come_in_any_form_and_any_system_of_coordinates(folder, suffix):
    own = pack.read(folder)
    as_they_are = boundaries.read(own.borders, folder).set_index("area_code").geometry
    frame = gpd.read_file(folder / "boundaries.geojson").to_crs(3857)
    file = folder / f"shapes{suffix}"
    frame.to_parquet(file) if suffix == ".parquet" else frame.to_file(file)
    change(folder, "pack.toml", '"boundaries.geojson"', f'"{file.name}"')
    found = boundaries.read(pack.read(folder).borders, folder).set_index("area_code").geometry
    assert found.crs == boundaries.CRS
    # a shapefile winds its rings the other way
    assert found.loc[as_they_are.index].normalize().geom_equals_exact(as_they_are.normalize(), 1e-6).all()


def test_larger_areas_are_those_that_the_table_says(folder):
    own = pack.read(folder)
    shapes, attributes = areas.place(boundaries.read(own.borders, folder), tables.read("areas", folder), own)
    assert set(shapes.loc[shapes["province_code"].eq("T1"), "area_code"]) == {f"T10{n}" for n in range(1, 7)}
    assert set(shapes["country_code"]) == {"T"}
    province = attributes.set_index("area_code")["province_code"]
    assert (province["T306"], province["T3"]) == ("T3", "T3")
    assert pd.isna(province["T"])


def test_people_are_summed_where_all_parts_are_known_and_only_there():
    listed = pd.DataFrame(
        [("county", "a1", 2020, 10), ("county", "a2", 2020, 20), ("county", "b1", 2020, 5),
         ("county", "b2", 2020, pd.NA)],
        columns=["level", "area_code", "year", "people"],
    ).astype({"people": "Int64"}).assign(method="Census count.", source_id="census")  # fmt: skip
    rows = [("country", "x", None, None, True), ("province", "a", "x", "country", True),
            ("province", "b", "x", "country", True)]  # fmt: skip
    rows += [("county", code, code[0], "province", True) for code in ("a1", "a2", "b1", "b2")]
    own = pd.DataFrame(rows, columns=["level", "area_code", "parent_code", "parent_level", "is_applicable"])
    found = harmonise.plain_population(listed, own, [2020]).set_index("area_code")
    assert found.loc["a", "people"] == 30  # 10 + 20
    assert found.loc["a", "method"] == "Sum of its parts."
    assert pd.isna(found.loc["b", "people"])
    assert (found.loc["b", "status"], found.loc["x", "status"]) == ("not_reported", "not_reported")
