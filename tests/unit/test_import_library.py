"""The library of imported datasets: versions, rolling back, comparing, the wastebasket, names, archives."""

import io
import json
import zipfile

import pandas as pd
import pytest

from mhgis import paths, store
from mhgis.errors import SchemaError, UnknownChoiceError
from mhgis.exports import formula_cells
from mhgis.importing import library
from mhgis.status import status_of
from tests.data import made_import
from tests.data.made_import import draft

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    """A data folder of its own, with the published file in it."""
    (tmp_path / "published").symlink_to(paths.published().resolve())
    monkeypatch.setenv("MHGIS_DATA", str(tmp_path))
    return tmp_path


def beds(dataset_id, code):
    rows = store.query(
        "SELECT value, status FROM resource WHERE dataset_id = ? AND area_code = ? AND level = 'county' "
        "AND resource = 'beds'",
        [dataset_id, code],
    )
    return None if pd.isna(rows["value"].iloc[0]) else rows["value"].iloc[0], rows["status"].iloc[0]


def corrected(code, **held):
    rows = made_import.facilities()
    at = rows.index[rows["area_code"].eq(code)]
    return rows.assign(**{name: rows[name].mask(rows.index.isin(at), value) for name, value in held.items()})


def test_a_saved_dataset_is_read_beside_the_published_ones_at_the_next_call():
    before = store.fingerprint()
    version = library.save(draft())
    assert store.fingerprint() != before
    rows = store.datasets().set_index("dataset_id")
    assert rows.loc[version.dataset_id, ["kind", "year", "created_at"]].tolist() == ["imported", 2023, "2026-11-22"]
    assert {"published", "modelled"} <= set(rows["kind"])
    published = [row for row in rows.index if rows.loc[row, "kind"] != "imported"]
    assert version.dataset_id not in published
    second = made_import.counties()[1]
    # the fifth to the eighth facility, of 24, 25, 26 and 27 beds
    assert beds(version.dataset_id, second) == (24 + 25 + 26 + 27, "reported")
    assert beds(version.dataset_id, made_import.counties()[0]) == (None, "not_reported")


def test_rates_divide_by_the_people_of_the_nearest_year_and_say_so():
    version = library.save(draft())
    assert version.manifest["people_years"] == {"2023": 2020}
    years = store.query("SELECT * FROM dataset_year WHERE dataset_id = ?", [version.dataset_id])
    assert years[["year", "people_year"]].to_numpy().tolist() == [[2023, 2020]]
    code = made_import.counties()[1]
    rows = store.indicator_values(version.dataset_id, "county", 2023, "beds_per_100k", made_import.PROVINCE)
    people = store.query(
        "SELECT people FROM population WHERE area_code = ? AND level = 'county' AND year = 2020", [code]
    )
    assert rows.set_index("area_code").loc[code, "value"] == (24 + 25 + 26 + 27) * 100_000 / people["people"].iloc[0]


def test_the_origin_of_an_import_names_the_office_and_the_file():
    version = library.save(draft(file="C:\\\\forms\\\\../登记.csv"))
    row = store.origins().set_index("origin_id").loc[f"{version.dataset_id}-v1"]
    assert (row["publisher"], row["licence"]) == ("Test office", "own data")
    assert row["identifier"] == f"sha256:{version.manifest['sha256']}"
    assert version.manifest["file"] == "登记.csv"


@pytest.mark.parametrize("years", [{2023: 2020}, {2015: 2015}, {2016: 2015}, {2018: 2020}, {1990: 2015}])
def test_the_nearest_year_with_people_is_taken_the_later_of_two(years):
    population = pd.DataFrame(
        [("county", "1", 2015, 5, "a"), ("county", "1", 2020, 6, "a"), ("county", "1", 2010, None, "a")],
        columns=["level", "area_code", "year", "people", "origin_id"],
    )
    people, found = library.people_of(list(years), population)
    assert found == years
    assert people["year"].tolist() == list(years)


def test_a_new_version_is_shown_and_an_older_one_can_be_shown_again():
    code = made_import.counties()[1]
    first = library.save(draft())
    second = library.save(draft(facilities=corrected(code, beds=10)), first.dataset_id)
    assert (second.number, second.is_active) == (2, True)
    assert beds(first.dataset_id, code) == (4 * 10, "reported")
    library.activate(first.dataset_id, 1)
    assert beds(first.dataset_id, code) == (24 + 25 + 26 + 27, "reported")
    library.activate(first.dataset_id, None)
    assert first.dataset_id not in set(store.datasets()["dataset_id"])
    assert [version.is_active for version in library.versions(first.dataset_id)] == [False, False]


def test_a_version_that_is_not_shown_at_once_changes_nothing():
    first = library.save(draft())
    library.save(draft(facilities=corrected(made_import.counties()[1], beds=10)), first.dataset_id, activate=False)
    assert library.datasets()[0].active == 1


def test_two_versions_are_compared_area_by_area():
    code = made_import.counties()[1]
    first = library.save(draft())
    library.save(draft(facilities=corrected(code, beds=10)), first.dataset_id)
    table = library.compare(first.dataset_id, 1, 2)
    own = table[table["area_code"].eq(code)]
    assert own[["resource", "value_a", "value_b", "difference", "change"]].to_numpy().tolist() == [
        ["beds", 24 + 25 + 26 + 27, 4 * 10, 4 * 10 - (24 + 25 + 26 + 27), "fewer"]
    ]
    assert set(table["resource"]) == {"beds"}
    known = library.compare(first.dataset_id, 1, 1, everything=True)
    assert set(known["change"]) == {"same"}
    assert library.compare(first.dataset_id, 2, 1)["change"].iloc[-1] == "more"


def test_what_becomes_known_is_told_from_what_grows():
    code = made_import.counties()[0]
    first = library.save(draft())
    library.save(draft(facilities=corrected(code, beds=10)), first.dataset_id)
    table = library.compare(first.dataset_id, 1, 2).set_index(["area_code", "resource"])
    assert table.loc[(code, "beds"), "change"] == "now_known"
    assert pd.isna(table.loc[(code, "beds"), "difference"])


def test_a_name_is_changed_for_all_versions_and_quotes_do_no_harm():
    first = library.save(draft())
    library.annotate(first.dataset_id, title_en='Gansu\'s "own"; --', note_zh="说明")
    row = store.datasets().set_index("dataset_id").loc[first.dataset_id]
    assert (row["title_en"], row["title_zh"], row["note_zh"]) == ('Gansu\'s "own"; --', "测试用虚构登记册", "说明")
    assert library.version(first.dataset_id, 1).manifest["title_en"] == made_import.TITLE


def test_what_is_deleted_can_be_restored_until_the_basket_is_emptied():
    first = library.save(draft())
    thrown = library.delete(first.dataset_id)
    assert library.datasets() == ()
    assert first.dataset_id not in set(store.datasets()["dataset_id"])
    assert [one.token for one in library.wastebasket()] == [thrown.token]
    other = library.save(draft())
    assert other.dataset_id != first.dataset_id
    assert library.restore(thrown.token).dataset_id == first.dataset_id
    library.delete(first.dataset_id)
    assert library.empty_wastebasket() == 1
    assert library.wastebasket() == ()
    with pytest.raises(UnknownChoiceError, match="wastebasket"):
        library.restore(thrown.token)


def test_an_archive_holds_the_figures_and_the_manifest_never_the_original_and_is_always_the_same():
    first = library.save(draft())
    archive = library.export(first.dataset_id, 1)
    assert archive == library.export(first.dataset_id, 1)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.namelist() == ["facilities.csv", "manifest.json", "resources.csv"]
        assert json.loads(opened.read("manifest.json"))["original"].startswith("not exported")
        assert not any(b"made up" in opened.read(name) for name in opened.namelist())
        rows = pd.read_csv(io.BytesIO(opened.read("resources.csv")), dtype={"area_code": str})
    county = rows[rows["area_code"].eq(made_import.counties()[1]) & rows["resource"].eq("beds")]
    assert county[["value", "status"]].to_numpy().tolist() == [[24 + 25 + 26 + 27, "reported"]]


#: names of facilities that a spreadsheet would run, and one that it would not
RUN = (
    "=cmd|' /C calc'!A0",
    "+86-10 中心",
    "-北京院",
    "@SUM(1+1)",
    "\t=1+1",
    '=HYPERLINK("http://x","院")',
    "＝1+1",
    "测试机构",
)


def test_no_name_in_an_archive_is_run_by_a_spreadsheet():
    rows = made_import.facilities()
    names = [RUN[at % len(RUN)] for at in range(len(rows))]
    first = library.save(draft(facilities=rows.assign(name=names)))
    assert set(store.query("SELECT name FROM facility")["name"]) == set(RUN)
    with zipfile.ZipFile(io.BytesIO(library.export(first.dataset_id, 1))) as opened:
        tables = {name: pd.read_csv(opened.open(name), dtype="str") for name in ("facilities.csv", "resources.csv")}
    assert set(tables["facilities.csv"]["name"]) == {*(f"'{name}" for name in RUN[:-1]), RUN[-1]}
    cells = {cell for table in tables.values() for column in table for cell in (column, *table[column].dropna())}
    assert [cell for cell in cells if formula_cells.is_formula(cell)] == []


def test_small_counts_are_nowhere_in_what_is_shown():
    first = library.save(draft(threshold=3))
    codes = made_import.counties()[10:20]
    facilities = store.query("SELECT area_code FROM facility WHERE dataset_id = ?", [first.dataset_id])
    rows = store.query("SELECT * FROM resource WHERE dataset_id = ? AND resource = 'facilities'", [first.dataset_id])
    hidden = rows[rows["area_code"].isin(codes)]
    assert set(hidden["status"]) == {"suppressed"}
    assert not set(facilities["area_code"]) & set(codes)
    assert not rows["value"].between(1, 2).any()


def test_the_same_draft_makes_the_same_figures():
    tables = [library.measure(draft()).tables for _ in range(2)]
    for name, table in tables[0].items():
        pd.testing.assert_frame_equal(table, tables[1][name])


def test_rows_that_contradict_each_other_leave_nothing():
    counts = library.no_counts()
    counts.loc[0] = ["999999", "county", 2023, "beds", 5, "reported"]
    with pytest.raises(SchemaError, match="no area"):
        library.save(draft(counts=counts))
    assert (library.datasets(), library.leftovers()) == ((), ())


def test_a_facility_that_is_there_twice_is_refused():
    rows = made_import.facilities()
    with pytest.raises(SchemaError, match="t000 twice"):
        library.measure(draft(facilities=rows.assign(facility_id=rows["facility_id"].replace("t001", "t000"))))


def test_figures_of_upper_areas_are_kept_as_given_and_compared():
    table = pd.DataFrame(
        [
            ("620000", "province", 2023, "beds", 7000.0),
            *((code, "county", 2023, "beds", 9.0) for code in made_import.counties()),
        ],
        columns=["area_code", "level", "year", "resource", "value"],
    ).astype({"value": "Float64"})
    table = table.assign(status=status_of(table["value"]))
    given = draft(counts=table, facilities=library.no_facilities())
    measured = library.measure(given)
    compared = measured.compared.iloc[0]
    assert (compared["given"], compared["parts"]) == (7000, 9 * len(made_import.counties()))
    assert compared["is_contradicted"]
    first = library.save(given)
    rows = store.indicator_values(first.dataset_id, "province", 2023, "beds").set_index("area_code")
    assert rows.loc["620000", "value"] == 7000


@pytest.mark.parametrize("wanted", ["cn-published", "../published", "none", ""])
def test_only_imported_datasets_are_in_the_library(wanted):
    with pytest.raises(UnknownChoiceError, match="no imported dataset"):
        library.versions(wanted)
    with pytest.raises(UnknownChoiceError):
        library.delete(wanted)


def test_ids_are_plain_and_never_taken_twice():
    assert library.new_id("甘肃省") == "local-data"
    assert library.new_id("Gansu's register, 2023!") == "local-gansu-s-register-2023"
    taken = [library.save(draft()).dataset_id for _ in range(2)]
    assert len(set(taken)) == 2
    assert not set(taken) & {"cn-published", "cn-modelled-2015"}
