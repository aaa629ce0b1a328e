"""The sourced tables and their reader: each way a table can be wrong gives one sentence that says where and what."""

import csv
import io
import shutil

import pandas as pd
import pytest

from etl import tables
from etl.schemas import SCHEMAS
from mhgis import paths
from mhgis.errors import SchemaError

PROVINCES = "province_resources.csv"
CN = paths.ROOT / "data" / "cn"
HEADER = "area_code,name_zh,resource,year,value,source_id"


@pytest.fixture
def folder(tmp_path):
    """A copy of the project's own tables."""
    return shutil.copytree(CN, tmp_path / "cn")


def replace(folder, name, old, new):
    path = folder / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} is in {name} {text.count(old)} times"
    path.write_text(text.replace(old, new), "utf-8", newline="")


def faults(folder):
    with pytest.raises(SchemaError) as raised:
        tables.read_all(folder)
    return raised.value.faults


def only_fault(folder):
    found = faults(folder)
    assert len(found) == 1, [str(fault) for fault in found]
    assert found[0].todo.endswith(".")
    return found[0]


# what is read


def test_the_projects_own_tables_have_no_fault(folder):
    found = tables.read_all(folder)
    assert set(found) == set(SCHEMAS)
    # a pack whose people and counts come by tables of its own leaves out the plain ones
    assert {name for name, table in found.items() if table.empty} == {"areas", "population", "resources"}


def test_every_row_of_every_table_has_a_source(folder):
    found = tables.read_all(folder)
    known = set(found["sources"]["source_id"])
    # a check has the source of the printed figure it is part of
    checks = found.pop("published_figure_checks")
    assert set(checks["figure_id"]) <= set(found["published_figures"]["id"])
    assert all(set(table["source_id"]) <= known for table in found.values())


def test_columns_come_typed_and_unknown_is_na(folder):
    people = tables.read("county_population", folder).set_index("area_code")["people"]
    assert people.dtype == "Int64"
    assert people["110101"] == 708_829
    assert people["659012"] is pd.NA


def test_one_table_is_read_without_the_others(folder):
    (folder / "alliances.csv").unlink()
    assert len(tables.read("province_population", folder)) == 31 * 2


def test_reading_writes_nothing(folder):
    def state():
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}

    before = state()
    tables.read_all(folder)
    assert state() == before


# each fault, one sentence


def test_missing_file(folder):
    (folder / PROVINCES).unlink()
    fault = only_fault(folder)
    assert (fault.file, fault.row, fault.found) == (PROVINCES, None, "no such file")
    assert "area_code, name_zh, resource, year, value, source_id" in fault.expected


def test_corrupted_bytes(folder):
    path = folder / PROVINCES
    lines = path.read_bytes().split(b"\n")
    lines[2] = lines[2].replace("北".encode(), b"\xb1\xb1")
    path.write_bytes(b"\n".join(lines))
    fault = only_fault(folder)
    assert (fault.file, fault.row) == (PROVINCES, 3)
    assert (fault.found, fault.expected) == ("a byte that is not UTF-8 (0xb1)", "text in UTF-8")


@pytest.mark.parametrize("lost", [1, 3, 9, 25])
def test_a_file_cut_anywhere_in_its_last_row(folder, lost):
    path = folder / PROVINCES
    path.write_bytes(path.read_bytes()[:-lost])
    fault = only_fault(folder)
    assert (fault.file, fault.row, fault.expected) == (PROVINCES, 1 + 155, "a line end after every row")


def test_a_file_cut_at_a_line_end_is_told_by_its_checksum(folder):
    path = folder / PROVINCES
    path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[:101]) + b"\n")
    fault = only_fault(folder)
    assert fault.file == PROVINCES
    assert fault.found == "100 rows that are not the ones last accepted"
    assert fault.expected == "the 155 rows recorded in checksums.csv"
    assert "mhgis accept-tables" in fault.todo


def test_a_row_with_a_field_too_few(folder):
    replace(folder, PROVINCES, "北京市,beds,2015,10560,", "北京市,beds,2015,")
    fault = only_fault(folder)
    assert (fault.row, fault.found) == (4, "5 fields")
    assert fault.expected == "6 fields: area_code, name_zh, resource, year, value, source_id"


def test_a_row_with_a_field_too_many(folder):
    replace(folder, PROVINCES, "北京市,beds,2015,10560,", "北京市,beds,2015,10,560,")
    assert (only_fault(folder).row, only_fault(folder).found) == (4, "7 fields")


def test_text_where_a_number_belongs(folder):
    replace(folder, PROVINCES, "北京市,beds,2015,10560,", "北京市,beds,2015,about 10560,")
    fault = only_fault(folder)
    assert (fault.file, fault.row, fault.column) == (PROVINCES, 4, "value")
    assert (fault.found, fault.expected) == ('"about 10560"', "a whole number of 0 or more")
    assert str(fault) == (
        'province_resources.csv, row 4, column value: found "about 10560"; expected a whole number of 0 or more. '
        "Mend the value, or restore the file from git."
    )


def test_a_negative_count(folder):
    replace(folder, PROVINCES, "北京市,beds,2015,10560,", "北京市,beds,2015,-10560,")
    fault = only_fault(folder)
    assert (fault.row, fault.column, fault.found) == (4, "value", '"-10560"')
    assert fault.expected == "a whole number of 0 or more"


def test_an_unknown_area_code(folder):
    replace(folder, PROVINCES, "110000,北京市,beds,2015", "110001,北京市,beds,2015")
    fault = only_fault(folder)
    assert (fault.row, fault.column, fault.found) == (4, "area_code", '"110001"')
    assert fault.expected == "the code of a province in the boundary set"


def test_a_county_code_is_no_province_code(folder):
    replace(folder, PROVINCES, "110000,北京市,beds,2015", "110101,北京市,beds,2015")
    assert only_fault(folder).expected == "the code of a province in the boundary set"


def test_an_unknown_source(folder):
    replace(folder, PROVINCES, "北京市,beds,2015,10560,shi2019", "北京市,beds,2015,10560,shi2091")
    fault = only_fault(folder)
    assert (fault.row, fault.column, fault.found) == (4, "source_id", '"shi2091"')
    assert fault.expected == "a source_id of sources.csv"


def test_a_duplicate_key_names_both_rows(folder):
    replace(folder, PROVINCES, "110000,北京市,facilities,2015,", "110000,北京市,facilities,2010,")
    fault = only_fault(folder)
    assert (fault.file, fault.row, fault.column) == (PROVINCES, 3, "area_code, resource, year")
    assert fault.found == "the key 110000, facilities, 2010 of row 2 again"
    assert fault.expected == "each key once"


def test_a_value_outside_its_domain(folder):
    replace(folder, PROVINCES, "北京市,beds,2015,10560,", "北京市,bed,2015,10560,")
    fault = only_fault(folder)
    assert (fault.column, fault.found) == ("resource", '"bed"')
    assert fault.expected == "one of: facilities, beds, counties, counties_without_facility"


def test_an_empty_cell_where_a_value_is_needed(folder):
    replace(folder, PROVINCES, "北京市,beds,2015,10560,", "北京市,beds,2015,,")
    assert (only_fault(folder).found, only_fault(folder).expected) == ("an empty cell", "a value")


def test_spaces_around_a_value(folder):
    replace(folder, PROVINCES, "北京市,beds,2015,10560,", "北京市,beds,2015, 10560,")
    assert only_fault(folder).expected == "a value without spaces around it"


def test_a_year_out_of_range(folder):
    replace(folder, PROVINCES, "北京市,beds,2015,10560,", "北京市,beds,20155,10560,")
    assert (only_fault(folder).column, only_fault(folder).expected) == ("year", "a whole number from 1900 to 2100")


def test_a_missing_column(folder):
    replace(folder, PROVINCES, HEADER, "area_code,name_zh,year,resource,value,source_id")
    assert only_fault(folder).expected.startswith("the order area_code, name_zh, resource, year")


def test_an_optional_column_may_be_missing_and_is_then_empty(folder):
    path = folder / "sources.csv"
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    at = rows[0].index("licence_zh")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([*row[:at], *row[at + 1 :]] for row in rows)
    tables.accept(folder)
    read = tables.read_all(folder)["sources"]
    assert read["licence_zh"].isna().all()
    assert read["licence"].notna().all()
    assert list(read.columns) == rows[0]


def test_an_empty_table(folder):
    path = folder / PROVINCES
    path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n")
    assert only_fault(folder).found == "no row below the header"


def test_an_empty_file(folder):
    (folder / PROVINCES).write_bytes(b"")
    assert {fault.found for fault in faults(folder)} == {"no such column"}


def test_a_quote_that_does_not_close(folder):
    replace(folder, PROVINCES, "西藏自治区,beds,", '"西藏自治区,beds,')
    fault = only_fault(folder)
    assert fault.file == PROVINCES
    assert fault.expected == "one closing quote for each opening quote"


def test_a_hand_edit_that_is_still_a_number_is_told_by_its_checksum(folder):
    replace(folder, PROVINCES, "北京市,beds,2015,10560,", "北京市,beds,2015,10570,")
    fault = only_fault(folder)
    assert (fault.file, fault.row) == (PROVINCES, None)
    assert fault.found == "155 rows that are not the ones last accepted"


def test_a_table_without_a_record_is_not_trusted(folder):
    path = folder / tables.CHECKSUMS
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if PROVINCES not in line))
    assert only_fault(folder).found == "a table that was never accepted"


def test_without_any_record_there_is_one_sentence(folder):
    (folder / tables.CHECKSUMS).unlink()
    assert (only_fault(folder).file, only_fault(folder).found) == (tables.CHECKSUMS, "no such file")


def test_rows_are_counted_as_an_editor_counts_them(folder):
    path = folder / "national_resources.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[1] = '2004,beds_in_hospitals,129314,count,text,pmc5980243,"a note\nof two lines"\n'
    lines[2] = lines[2].replace(",count,", ",number,")
    path.write_text("".join(lines), "utf-8", newline="")
    assert (only_fault(folder).row, only_fault(folder).column) == (4, "unit")


def test_all_faults_are_told_at_once_and_the_checksum_only_when_there_is_none(folder):
    replace(folder, PROVINCES, "北京市,beds,2015,10560,", "北京市,beds,2015,-1,")
    replace(folder, PROVINCES, "天津市,beds,2015,5662,", "天津市,beds,2015,many,")
    (folder / "alliances.csv").unlink()
    found = faults(folder)
    assert [(fault.file, fault.row) for fault in found] == [("alliances.csv", None), (PROVINCES, 4), (PROVINCES, 9)]
    with pytest.raises(SchemaError, match=r"(?s)alliances\.csv.*row 4.*row 9"):
        tables.read_all(folder)


# accepting a change


def test_a_reviewed_change_is_accepted_and_then_read(folder):
    replace(folder, PROVINCES, "北京市,beds,2015,10560,", "北京市,beds,2015,10570,")
    assert tables.accept(folder) == [PROVINCES]
    assert tables.read("province_resources", folder)["value"].iloc[2] == 10_570
    assert tables.accept(folder) == []


def test_a_faulty_table_is_not_accepted(folder):
    before = (folder / tables.CHECKSUMS).read_bytes()
    replace(folder, PROVINCES, "北京市,beds,2015,10560,", "北京市,beds,2015,-1,")
    with pytest.raises(SchemaError, match="row 4, column value"):
        tables.accept(folder)
    assert (folder / tables.CHECKSUMS).read_bytes() == before


def test_the_digest_tells_any_change(folder):
    before = tables.digest(folder)
    assert tables.digest(folder) == before
    replace(folder, PROVINCES, "北京市,beds,2015,10560,", "北京市,beds,2015,10561,")
    assert tables.digest(folder) != before


# what the figures sum to


@pytest.fixture(scope="module")
def provinces():
    long = tables.read("province_resources", CN)
    return long.pivot_table(index="area_code", columns=["resource", "year"], values="value", aggfunc="sum")


def test_facilities_of_2010_over_the_provinces(provinces):
    north = 64 + 26 + 81 + 59 + 30 + 84 + 31 + 47
    east = 48 + 104 + 100 + 39 + 51 + 46 + 108
    south = 81 + 72 + 53 + 89 + 48 + 25
    west = 51 + 85 + 45 + 47 + 0 + 71 + 31 + 1 + 7 + 26
    assert provinces["facilities", 2010].sum() == north + east + south + west == 1_650


def test_facilities_of_2015_over_the_provinces(provinces):
    north = 114 + 39 + 204 + 80 + 23 + 128 + 29 + 42
    east = 64 + 95 + 175 + 58 + 69 + 155 + 171
    south = 186 + 139 + 126 + 287 + 84 + 40
    west = 70 + 172 + 78 + 105 + 0 + 98 + 48 + 2 + 9 + 46
    assert provinces["facilities", 2015].sum() == north + east + south + west == 2_936


def test_beds_of_2015_over_the_provinces(provinces):
    north = 10_560 + 5_662 + 13_458 + 6_718 + 5_086 + 26_940 + 8_383 + 13_774
    east = 14_267 + 19_375 + 17_370 + 11_823 + 13_060 + 15_102 + 21_970
    south = 20_708 + 22_096 + 31_111 + 34_127 + 14_191 + 5_381
    west = 15_361 + 40_437 + 11_805 + 13_848 + 0 + 9_735 + 3_596 + 218 + 1_016 + 5_912
    assert provinces["beds", 2015].sum() == north + east + south + west == 433_090


def test_counties_without_a_facility_over_the_provinces(provinces):
    north = 0 + 0 + 59 + 73 + 86 + 24 + 39 + 96
    east = 0 + 19 + 13 + 58 + 30 + 7 + 21
    south = 41 + 25 + 32 + 18 + 48 + 6
    west = 1 + 79 + 40 + 57 + 74 + 47 + 61 + 41 + 16 + 69
    assert provinces["counties_without_facility", 2015].sum() == north + east + south + west == 1_180


def test_the_eastern_regions_share_of_2015(provinces):
    region = tables.read("province_names", CN).set_index("area_code")["region"]
    east = provinces[region.reindex(provinces.index).eq("east")]
    # Beijing, Tianjin, Hebei, Liaoning, Shanghai, Jiangsu, Zhejiang, Fujian, Shandong, Guangdong, Hainan
    facilities = 114 + 39 + 204 + 128 + 64 + 95 + 175 + 69 + 171 + 287 + 40
    beds = 10_560 + 5_662 + 13_458 + 26_940 + 14_267 + 19_375 + 17_370 + 13_060 + 21_970 + 34_127 + 5_381
    assert east["facilities", 2015].sum() == facilities == 1_386
    assert east["beds", 2015].sum() == beds == 182_170
    assert round(100 * facilities / 2_936, 2) == 47.21
    assert round(100 * beds / 433_090, 2) == 42.06


def test_people_of_2020_over_counties_and_provinces():
    folder = CN
    counties = tables.read("county_population", folder)
    provinces = tables.read("province_population", folder)
    assert counties["people"].sum() == 1_409_778_724
    assert counties["people"].notna().sum() == 2_891 - (20 + 18 + 1) - 6
    assert provinces.loc[provinces["year"].eq(2020), "people"].sum() == 1_409_778_724


def test_polygons_differ_from_the_census_in_four_provinces_only():
    folder = CN
    counties = tables.read("county_population", folder)
    # a mainland county's code begins with its province's two digits; the published hierarchy is a table, see areas
    polygons = counties.groupby(counties["area_code"].str[:2] + "0000")["people"].sum()
    rows = tables.read("province_population", folder).query("year == 2020").set_index("area_code")["people"]
    differing = (polygons.reindex(rows.index) - rows).loc[lambda d: d.ne(0)]
    # Lutai lies in Ninghe of Tianjin, Jiagedaqi and Songling in Oroqen of Inner Mongolia
    assert differing.to_dict() == {"120000": 43_558, "130000": -43_558, "150000": 153_101, "230000": -153_101}


# the hierarchy's special cases


def test_333_prefectures_are_left_when_the_special_units_are_taken_out():
    special = tables.read("area_special", CN).query("level == 'prefecture'")
    kinds = special["kind"].value_counts()
    municipalities, administered, reserves, outside = 4, 32, 3, 3
    assert kinds["municipality"] == municipalities
    assert kinds["directly_administered"] == administered
    assert kinds["reserve"] == reserves
    assert kinds["outside_mainland_statistics"] == outside
    assert len(tables.area_codes("prefecture", CN)) - (municipalities + administered + reserves + outside) == 333


def test_directly_administered_units_are_those_whose_code_is_no_prefectures():
    special = tables.read("area_special", CN)
    listed = set(special.loc[special["kind"].eq("directly_administered"), "area_code"])
    assert listed == {code for code in tables.area_codes("prefecture", CN) if not code.endswith("00")}
    assert listed <= tables.area_codes("county", CN)


def test_cities_without_counties_are_a_county_of_the_same_code():
    special = tables.read("area_special", CN)
    listed = set(special.loc[special["kind"].eq("city_without_counties"), "area_code"])
    both = tables.area_codes("prefecture", CN) & tables.area_codes("county", CN)
    others = set(special.loc[special["kind"].isin(["directly_administered", "reserve"]), "area_code"]) | {"820000"}
    assert listed == both - others == {"441900", "442000", "460400", "620200"}


def test_names_of_special_units_are_those_of_the_boundary_set():
    special = tables.read("area_special", CN)
    counties = tables.read("county_population", CN).set_index("area_code")["name_zh"]
    named = special[special["level"].eq("county")]
    assert (named["name_zh"].to_numpy() == counties.reindex(named["area_code"]).to_numpy()).all()


def test_units_without_a_census_figure_are_the_ones_listed():
    folder = CN
    counties = tables.read("county_population", folder)
    special = tables.read("area_special", folder).query("level == 'county'")
    unknown = set(counties.loc[counties["people"].isna(), "area_code"])
    outside = {code for code in unknown if code[:2] in {"71", "81", "82"}}
    assert unknown - outside == set(special["area_code"])
    assert len(outside) == 20 + 18 + 1


def test_regions_have_eleven_eight_and_twelve_provinces():
    names = tables.read("province_names", CN)
    assert names["region"].value_counts().to_dict() == {"west": 12, "east": 11, "central": 8}


def test_another_code_of_a_unit_is_no_units_own_code():
    aliases = tables.read("area_code_aliases", CN)
    assert not set(aliases["alias_code"]) & tables.area_codes("county", CN)
