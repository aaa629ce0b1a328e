"""Every data check finds what it is there to find: each is shown one file that is wrong in just its way."""

import shutil

import duckdb
import pytest

from etl import publish
from mhgis import paths, store
from mhgis.errors import CheckError

#: check -> what is done to a good file
HARM = {
    "status_is_known": "UPDATE resource SET status = 'guessed' WHERE level = 'country'",
    "value_fits_status": "UPDATE resource SET value = 0 WHERE status = 'not_reported' AND level = 'province'",
    "modelled_says_so": "UPDATE indicator_value SET status = 'reported', lower = NULL, upper = NULL "
    "WHERE dataset_id = 'cn-modelled-2015' AND level = 'county' AND value > 0",
    "range_holds_value": "UPDATE indicator_value SET upper = value - 1 WHERE status = 'modelled' AND value > 2",
    "nothing_below_zero": "UPDATE resource SET value = -value WHERE status = 'reported'",
    "hierarchy_is_whole": "UPDATE area SET parent_code = '999999' WHERE level = 'county' AND area_code = '110101'",
    "every_parent_has_children": "DELETE FROM area WHERE level = 'county' AND area_code = '441900'",
    "every_area_has_shapes": "DELETE FROM area_shape WHERE level = 'county' AND area_code = '110101' AND tolerance = 0",
    "names_are_given": "UPDATE area SET name_en = '东城区' WHERE level = 'county' AND area_code = '110101'",
    "population_adds_up": "UPDATE population SET people = people + 1 WHERE level = 'province' AND area_code = '110000'",
    "every_level_has_the_same_people": "UPDATE population SET people = people + 1 "
    "WHERE level = 'county' AND area_code = '110101'",
    "country_is_named": "DELETE FROM pack WHERE key = 'whole'",
    "country_is_sum_of_provinces": "UPDATE resource SET value = value + 1 "
    "WHERE level = 'province' AND area_code = '110000' AND resource = 'beds' AND year = 2015",
    "model_keeps_published_totals": "UPDATE resource SET upper = upper + 1 "
    "WHERE dataset_id = 'cn-modelled-2015' AND level = 'province' AND resource = 'beds'",
    "model_lies_within_priors": "UPDATE model_calibration SET value = highest + 1 "
    "WHERE quantity = 'prefectures_without_beds'",
    "neighbours_are_mutual": "DELETE FROM neighbour WHERE level = 'province' AND area_code = '110000'",
    "figures_have_origins": "UPDATE resource SET origin_id = 'hearsay' WHERE level = 'country'",
    "figures_have_source_rows": "DELETE FROM source_row WHERE area_level = 'province' AND quantity = 'beds'",
    "computed_origins_lead_to_sources": "UPDATE origin_part SET part_id = 'hearsay'",
    "rates_recompute": "UPDATE indicator_value SET value = value * 10 "
    "WHERE indicator = 'beds_per_100k' AND status = 'reported'",
    "every_area_has_every_row": "UPDATE indicator_offer SET n = n - 1 WHERE level = 'county'",
    "outside_has_no_figures": "UPDATE indicator_value SET status = 'not_reported' WHERE area_code = '710000'",
    "benchmark_is_sourced": "UPDATE benchmark SET definition = '' WHERE benchmark_id = 'delphi-minimum-beds'",
    "registry_is_published": "DELETE FROM indicator WHERE indicator = 'beds_per_100k'",
    "former_codes_lead_somewhere": "UPDATE area_change SET area_code = '999999' WHERE former_code = '110103'",
    "maps_have_settings": "UPDATE setting SET value = '[105.5, 2.8, 123.5]' WHERE key = 'map.inset'",
}


@pytest.fixture
def copy(published, tmp_path):
    file = tmp_path / "copy.duckdb"
    shutil.copyfile(published.file, file)
    return file


def run_checks(file):
    return publish.check(file, paths.tables() / "row_counts.csv")


def test_the_published_file_passes_every_check(copy):
    assert run_checks(copy) == len(publish.check_texts(paths.tables())) == len(HARM)


@pytest.mark.parametrize("check", HARM)
def test_a_check_finds_the_harm_it_is_there_for(copy, check):
    with store.create(copy) as connection:
        connection.execute(HARM[check])
    assert len(store.query(publish.check_texts(paths.tables())[f"{check}.sql"], file=copy)) > 0


def test_what_a_check_finds_is_said_with_what_was_expected(copy):
    with store.create(copy) as connection:
        connection.execute(HARM["country_is_named"])
    with pytest.raises(CheckError, match=r"country_is_named\.sql: 1 offending rows; expected: the pack says which .*"):
        run_checks(copy)


def test_every_check_is_shown_to_find_something():
    assert set(publish.check_texts(paths.tables())) == {f"{name}.sql" for name in HARM}


def test_a_lost_row_is_missed_by_the_reviewed_counts(copy):
    with store.create(copy) as connection:
        connection.execute("DELETE FROM alliance WHERE alliance_id = 'MH01'")
    with pytest.raises(CheckError, match=r"row_counts\.csv: alliance has 20 rows; expected 21\."):
        run_checks(copy)


def test_a_repeated_key_is_not_written(tmp_path, published):
    tables = {name: store.query(f'SELECT * FROM "{name}"') for name in publish.TABLES}
    tables["origin"] = tables["origin"].iloc[[0, 0]]
    with pytest.raises(CheckError, match="Table origin has 1 rows with a key that is there already"):
        publish.write(tmp_path / "new.duckdb", tables)


def test_a_reader_cannot_write(published):
    for statement, file in (("DELETE FROM area", published.file), ("DELETE FROM published.area", None)):
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            store.query(statement, file=file)
