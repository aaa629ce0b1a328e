"""From sourced tables to published columns: corrections bite, totals hold, benchmarks are like with like."""

import csv
from functools import cache

import pandas as pd
import pytest

from etl import boundaries, harmonise, pack, tables
from mhgis import paths
from mhgis.errors import SchemaError
from mhgis.indicators import RESOURCES
from mhgis.measures import population
from mhgis.measures import tables as measures

CN = paths.ROOT / "data" / "cn"
CHINA = "100000"


@cache
def sourced():
    return harmonise.apply_corrections(tables.read_all(CN))


@cache
def boundary_attributes():
    file = boundaries.source_file(pack.read(CN).borders, CN, "tianditu/cn_district.csv")
    return pd.read_csv(file, dtype="str", encoding="utf-8-sig")


@cache
def areas():
    """The hierarchy as the boundary set's own table has it; what applies, from the special cases."""
    of = boundary_attributes()
    county = {
        "area_code": of["district_adcode"],
        "parent_code": of["city_adcode"],
        "province_code": of["province_adcode"],
    }
    prefecture = {
        "area_code": of["city_adcode"],
        "parent_code": of["province_adcode"],
        "province_code": of["province_adcode"],
    }
    province = {"area_code": of["province_adcode"], "parent_code": CHINA, "province_code": of["province_adcode"]}
    table = pd.concat([
        pd.DataFrame({"level": ["country"], "area_code": [CHINA]}),
        pd.DataFrame(province).drop_duplicates().assign(level="province"),
        pd.DataFrame(prefecture).drop_duplicates().assign(level="prefecture"),
        pd.DataFrame(county).assign(level="county"),
    ], ignore_index=True)  # fmt: skip
    special = sourced()["area_special"]
    outside = special.loc[special["kind"].eq("outside_mainland_statistics"), "area_code"]
    return table.assign(is_applicable=~table["province_code"].isin(list(outside)))


# corrections


def correction(**changes):
    entry = {
        "correction_id": "one", "table": "national_resources", "key": "year=2010;measure=beds", "column": "value",
        "expect": "218100", "correct": "228100", "reason": "a slip", "source_id": "s",
    }  # fmt: skip
    return pd.DataFrame([entry | changes])


def national(value):
    return pd.DataFrame({
        "year": pd.array([2010, 2015], dtype="Int64"), "measure": ["beds", "beds"], "note": ["printed so", None],
        "value": pd.array([value, 433_090], dtype="Float64"),
    })  # fmt: skip


def correct(value, **changes):
    return harmonise.apply_corrections({"national_resources": national(value)}, correction(**changes))[
        "national_resources"
    ]


def test_a_correction_mends_the_one_cell_and_leaves_the_table_it_was_given():
    before = national(218_100)
    after = harmonise.apply_corrections({"national_resources": before}, correction())["national_resources"]
    assert after["value"].tolist() == [228_100, 433_090]
    assert before["value"].tolist() == [218_100, 433_090]
    assert after.dtypes.equals(before.dtypes)


def test_a_correction_of_text_and_one_to_unknown():
    assert correct(218_100, column="note", expect="printed so", correct="meant so")["note"].iloc[0] == "meant so"
    assert correct(218_100, correct=None)["value"].iloc[0] is pd.NA


@pytest.mark.parametrize(("found", "state"), [(228_100, "mended"), (228_000, "changed"), (pd.NA, "changed")])
def test_a_correction_fails_once_upstream_no_longer_has_the_error(found, state):
    with pytest.raises(SchemaError, match=f"expected 218100, the error to correct. Upstream has {state} it") as raised:
        correct(found)
    (fault,) = raised.value.faults
    assert (fault.file, fault.row, fault.column) == ("corrections.csv", 2, "expect")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"key": "year=2011"}, "0 rows for year=2011"),
        ({"key": "measure=beds"}, "2 rows for measure=beds"),
        ({"key": "jahr=2010"}, "jahr"),
        ({"column": "wert"}, "wert"),
        ({"table": "nowhere"}, "nowhere"),
    ],
)
def test_a_correction_that_finds_no_place_is_a_fault(changes, found):
    with pytest.raises(SchemaError) as raised:
        correct(218_100, **changes)
    assert [fault.found for fault in raised.value.faults] == [found]


def test_all_faulty_corrections_are_told_at_once():
    both = pd.concat([correction(expect="1"), correction(table="nowhere")], ignore_index=True)
    with pytest.raises(SchemaError) as raised:
        harmonise.apply_corrections({"national_resources": national(218_100)}, both)
    assert [fault.row for fault in raised.value.faults] == [2, 3]


def test_a_correction_of_a_table_not_given_waits():
    assert harmonise.apply_corrections({}, correction()) == {}


def test_every_entry_of_the_project_bites():
    raw = tables.read_all(CN)
    raw["boundaries"] = boundary_attributes()
    mended = harmonise.apply_corrections(raw)
    changed = [name for name in raw if not raw[name].equals(mended[name])]
    assert sorted(changed) == sorted(set(raw["corrections"]["table"]))
    assert len(raw["corrections"]) == sum(
        int((raw[name].astype("object").fillna("") != mended[name].astype("object").fillna("")).sum().sum())
        for name in changed
    )


def test_japans_mental_hospitals_come_out_ten_times_fewer():
    values = sourced()["who_country_values"].query("iso3 == 'JPN' and measure == 'mental_hospitals'")["value"]
    assert values.tolist() == [8.3141 / 10]


# counts


def test_national_counts_are_those_printed_and_no_others():
    rows = harmonise.harmonise_resources(sourced(), CHINA).query("level == 'country'")
    found = {(row.year, row.resource): row.value for row in rows.itertuples()}
    assert found == {
        (2004, "psychiatrists"): 16_103, (2004, "nurses"): 24_793, (2005, "beds"): 109_000,
        (2010, "facilities"): 1_650, (2010, "beds"): 228_100,
        (2015, "facilities"): 2_936, (2015, "beds"): 433_090,
        (2015, "psychiatrists"): 27_733, (2015, "nurses"): 57_591,
        (2020, "facilities"): 5_936, (2020, "beds"): 798_191,
        (2020, "psychiatrists"): 50_124, (2020, "nurses"): 139_642,
    }  # fmt: skip
    assert set(rows["status"]) == {"reported"}


def test_a_province_with_none_is_zero_and_not_unknown():
    rows = harmonise.harmonise_resources(sourced(), CHINA).query("area_code == '540000'")
    assert rows["value"].tolist() == [0, 0, 0]
    assert set(rows["status"]) == {"zero"}


def test_provinces_sum_to_the_country():
    rows = harmonise.harmonise_resources(sourced(), CHINA)
    sums = rows.query("level == 'province'").groupby(["year", "resource"])["value"].agg(["sum", "count"])
    country = rows.query("level == 'country'").set_index(["year", "resource"])["value"]
    assert sums["sum"].to_dict() == country.reindex(sums.index).to_dict()
    assert set(sums["count"]) == {31}
    assert list(sums.index) == [(2010, "facilities"), (2015, "beds"), (2015, "facilities")]


def test_two_printed_numbers_for_one_thing_are_a_fault():
    raw = tables.read_all(CN)
    with pytest.raises(SchemaError, match="beds of 2010 printed as 218100, 228100; expected one number"):
        harmonise.harmonise_resources(raw, CHINA)


def test_counties_of_the_country_are_the_provinces_sum():
    rows = harmonise.harmonise_province_published(sourced(), CHINA)
    country = rows.query("level == 'country'").set_index("year")
    provinces = rows.query("level == 'province'")
    assert country["counties_without_facility"].to_dict() == {2015: 1_180, 2020: 350}
    assert country["counties"][2015] == provinces["counties"].sum() == 2_853
    assert country["counties"][2020] is pd.NA


def test_a_province_changed_by_one_no_longer_sums_to_the_country():
    changed = dict(sourced())
    long = changed["province_resources"].copy()
    cell = long["area_code"].eq("630000") & long["resource"].eq("counties_without_facility")
    long.loc[cell, "value"] += 1
    changed["province_resources"] = long
    with pytest.raises(SchemaError, match=r"1181 counties without a facility in 2015 .* expected 1180"):
        harmonise.harmonise_province_published(changed, CHINA)


def test_published_rates_have_one_to_draw_a_year():
    rates = harmonise.harmonise_published_rates(sourced(), CHINA)
    drawn = rates[rates["is_main"]]
    assert not drawn.duplicated(["indicator", "year"]).any()
    beds = drawn[drawn["indicator"].eq("beds_per_100k")].set_index("year")["value"]
    assert beds.to_dict() == {2004: 9.95, 2010: 17.1, 2015: 31.5, 2020: 56.5}
    per_10_000 = rates[rates["unit_printed"].eq("per 10,000")]
    assert (per_10_000["as_printed"].astype("float64") * 10).round(6).tolist() == per_10_000["value"].tolist()


# benchmarks


def test_no_weak_value_and_none_of_another_unit_is_published():
    found = harmonise.harmonise_benchmarks(sourced())
    raw = sourced()["benchmarks"].set_index("benchmark_id")
    assert set(found["status"]) == {"read", "computed"}
    weak = raw.index[raw["status"].eq("read-secondary")]
    assert len(weak) > 50
    assert not set(found["benchmark_id"]) & set(weak)
    # a count is a benchmark of a count, never of a rate
    counts = raw.index[raw["unit"].str.startswith("count")]
    of_counts = found[found["benchmark_id"].isin(counts)]
    assert set(of_counts["indicator"]) <= set(RESOURCES)
    assert not set(found.loc[~found["benchmark_id"].isin(counts), "indicator"]) & set(RESOURCES)


def test_every_benchmark_says_what_it_counts_and_how_it_compares():
    found = harmonise.harmonise_benchmarks(sourced())
    needed = ["value", "year", "statistic", "unit", "source", "definition", "definition_zh", "comparability",
              "comparability_zh", "label_en", "label_zh", "short_en", "short_zh"]  # fmt: skip
    assert found[needed].notna().all().all()


def test_a_rate_per_1000_becomes_one_per_100_000_and_says_so():
    few = dict(sourced())
    one = few["benchmarks"].query("unit == 'per 1,000 population'").head(1).assign(status="read")
    few["benchmarks"] = one
    found = harmonise.harmonise_benchmarks(few).iloc[0]
    assert (one["value"].iloc[0], found["value"]) == (2.55, 255)  # 2.55 * 100
    assert found["note"].endswith("Printed as 2.55 per 1,000 population.")


def test_the_picker_has_a_few_in_order_and_only_comparable_ones():
    listed = harmonise.harmonise_benchmarks(sourced()).query("is_listed")
    for _, group in listed.groupby("indicator"):
        assert sorted(group["rank"]) == list(range(1, len(group) + 1))
        assert len(group) <= 10
    assert set(listed["comparability_class"]) == {"like"}
    values = listed.set_index("benchmark_id")["value"]
    bands = [f"delphi-{band}-beds" for band in ("severe", "moderate", "minimum", "optimal")]
    assert values[bands].tolist() == [15, 25, 30, 60]
    assert values[["plan2020-east-psychiatrists", "plan2020-centre-west-psychiatrists"]].tolist() == [3.8, 2.8]


def test_the_plans_targets_say_which_regions_they_are_for():
    found = harmonise.harmonise_benchmarks(sourced()).set_index("benchmark_id")["applies_to"].dropna()
    assert found.to_dict() == {
        "plan2020-east-psychiatrists": "east", "plan2020-centre-west-psychiatrists": "central;west"
    }  # fmt: skip


# a derived median is recomputed from the countries' own values, with the standard library's csv and no pandas


def country_values():
    with (CN / "who_country_values.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    values = {(row["iso3"], row["measure"]): float(row["value"]) for row in rows}
    countries = {row["iso3"]: row for row in rows}
    sums = []
    for whole, parts in PARTS.items():
        for code, row in countries.items():
            # a kind of bed that a country does not report is not none
            if all((code, part) in values for part in parts):
                sums.append(row | {"measure": whole, "value": sum(values[code, part] for part in parts)})
    return [row for row in rows if row["measure"] not in PARTS] + sums


BEDS = "beds_mental_plus_general_hospital"
ALL_BEDS = "beds_mental_plus_general_plus_community_residential"
HOSPITAL_BEDS = ("beds_mental_hospitals", "beds_general_hospital_psychiatric")
PARTS = {BEDS: HOSPITAL_BEDS, ALL_BEDS: (*HOSPITAL_BEDS, "beds_community_residential")}
GROUP_COLUMN = {"world": None, "income_group": "income_group", "who_region": "who_region"}


def median(values):
    ordered = sorted(values)
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2


def test_derived_medians_are_those_of_the_country_values():
    computed = sourced()["benchmarks"].query("status == 'computed'")
    values = country_values()
    assert len(computed) == 11 * 11 + 4
    for row in computed.itertuples():
        column = GROUP_COLUMN[row.group_type]
        group = [
            float(v["value"]) for v in values
            if v["measure"] == row.measure and (column is None or v[column] == row.group_printed)
        ]  # fmt: skip
        # figures are printed to four places
        digits = 2 if row.measure == ALL_BEDS else 3
        assert abs(median(group) - row.value) <= 0.51 * 10**-digits, row.benchmark_id
        assert f"n={len(group)}" in row.note, row.benchmark_id
        # a reader is told of how many
        assert row.statistic == f"unweighted median of {len(group)} countries", row.benchmark_id
        assert row.statistic_zh == f"{len(group)}国未加权中位数", row.benchmark_id


def test_the_medians_of_beds_are_of_countries_that_report_both_kinds():
    found = sourced()["benchmarks"].set_index("benchmark_id")["value"]
    assert abs(found["who2017-world-beds"] - 17.065) < 0.001
    assert abs(found["who2017-uppermiddle-beds"] - 20.962) < 0.001
    entered = list(csv.DictReader((CN / "who_country_values.csv").open(encoding="utf-8", newline="")))
    kinds = {}
    for row in entered:
        kinds.setdefault(row["iso3"], set()).add(row["measure"])
    # a sum is entered for a country that reports both, and for no other
    assert [code for code, has in kinds.items() if (BEDS in has) != has.issuperset(HOSPITAL_BEDS)] == []
    assert sum(BEDS in has for has in kinds.values()) == 105


def test_country_benchmarks_of_the_same_round_are_the_country_values():
    values = sourced()["who_country_values"].set_index(["country", "measure"])["value"]
    rows = sourced()["benchmarks"].query("source_id == 'who_gho' and group_type == 'country'")
    assert len(rows) == 64
    for row in rows.itertuples():
        assert abs(values[row.group_printed, row.measure] - row.value) < 0.001, row.benchmark_id


# origins


def test_computed_origins_unite_sources_only():
    origin, part = harmonise.harmonise_origins(sourced())
    kind = origin.set_index("origin_id")["kind"]
    assert set(kind.loc[part["origin_id"]]) == {"derived"}
    assert set(kind.loc[part["part_id"]]) == {"source"}
    assert set(origin.loc[origin["kind"].eq("derived"), "origin_id"]) == set(part["origin_id"])
    assert part.query("origin_id == 'midyear-2015'")["part_id"].tolist() == ["census2010", "census2020"]


ORIGIN_TEXTS = {
    "en": ("title", "publisher", "licence", "how_read", "short_en"),
    "zh": ("title_zh", "publisher_zh", "licence_zh", "how_read_zh", "short_zh"),
}
HAN = r"[\u4e00-\u9fff]"


@pytest.mark.parametrize("column", [column for columns in ORIGIN_TEXTS.values() for column in columns])
def test_every_origin_has_all_texts_in_both_languages(column):
    origin, _ = harmonise.harmonise_origins(sourced())
    assert origin.loc[origin[column].fillna("").str.strip().eq(""), "origin_id"].tolist() == []


@pytest.mark.parametrize("column", ORIGIN_TEXTS["zh"])
def test_chinese_texts_of_origins_are_chinese(column):
    origin, _ = harmonise.harmonise_origins(sourced())
    # the name of a licence is the same in both
    named = origin[column].eq("MIT")
    assert origin.loc[~origin[column].str.contains(HAN) & ~named, "origin_id"].tolist() == []


def test_a_licence_without_chinese_stands_as_it_is():
    tables = sourced()
    plain = tables["sources"].assign(licence_zh=None)
    origin, _ = harmonise.harmonise_origins({**tables, "sources": plain})
    assert origin["licence_zh"].tolist() == tables["sources"]["licence"].tolist()


def test_short_names_tell_origins_apart_and_are_short():
    origin, _ = harmonise.harmonise_origins(sourced())
    assert not origin["short_en"].str.contains(HAN).any()
    for column, most in {"short_en": 36, "short_zh": 24}.items():
        assert origin[column].is_unique, column
        assert origin.loc[origin[column].str.len() > most, column].tolist() == []


def test_a_united_origin_joins_the_names_of_its_parts():
    sources, parts = harmonise.harmonise_origins(sourced())
    ids = pd.Series(["midyear-2015+shi2019", "shi2019", None])
    origin, part = measures.origins(sources, parts, [ids])
    united = origin.set_index("origin_id").loc["midyear-2015+shi2019"]
    assert len(origin) == len(sources) + 1
    assert united["short_en"] == "Mid-2015 population (computed) + Shi et al. 2019"
    assert united["short_zh"] == "2015年年中人口（计算） + 史晨辉等 2019"
    assert united["title_zh"] == "2015年年中人口 + 《中国精神卫生资源状况分析》（史晨辉、马宁、王立英等）"
    leaves = part.query("origin_id == 'midyear-2015+shi2019'")["part_id"].tolist()
    assert leaves == ["census2010", "census2020", "shi2019"]
    texts = [column for columns in ORIGIN_TEXTS.values() for column in columns]
    assert united[texts].notna().all()


# people


@cache
def people():
    return harmonise.harmonise_population(sourced(), areas())


@pytest.mark.parametrize("level", ["country", "province", "prefecture", "county"])
def test_people_of_2020_at_each_level(level):
    found = people().query("year == 2020 and level == @level")
    assert found["people"].sum() == 1_409_778_724


def test_people_of_2015_sum_to_the_same_at_each_level_and_in_each_province():
    mid = people().query("year == 2015")
    assert set(mid.groupby("level")["people"].sum()) == {1_368_692_680}
    county = mid.query("level == 'county'").merge(areas().query("level == 'county'"), on="area_code")
    by_province = county.groupby("province_code")["people"].sum(min_count=1).dropna()
    province = mid.query("level == 'province'").set_index("area_code")["people"].dropna()
    assert by_province.to_dict() == province.to_dict()


def test_the_country_in_the_middle_of_2015_by_hand():
    first, second = 1_332_810_869, 1_409_778_724
    assert round(first + (second - first) * 1703 / 3653) == 1_368_692_680


def test_people_of_another_source_add_up_to_a_parent_only_where_it_counts_all_of_its_parts():
    areas = pd.DataFrame({
        "level": ["country", "province", "province", "province", "county"], "area_code": ["0", "1", "2", "3", "11"],
        "parent_level": [None, "country", "country", "country", "province"], "parent_code": [None, "0", "0", "0", "1"],
        "is_applicable": [True, True, True, False, True],
    })  # fmt: skip
    listed = pd.DataFrame({
        "level": "province", "area_code": ["1", "2", "1"], "year": [2015, 2015, 2016], "people": [40, 60, 41],
        "note_en": None, "note_zh": None, "source_id": "yearbook",
    })  # fmt: skip
    found = harmonise.people_otherwise(listed, areas)
    # the third province is outside the statistics; of 2016 one of two is not counted
    assert found[["level", "area_code", "year", "people"]].to_numpy().tolist() == [
        ["country", "0", 2015, 100], ["province", "1", 2015, 40], ["province", "1", 2016, 41],
        ["province", "2", 2015, 60],
    ]  # fmt: skip
    assert found["origin_id"].eq("yearbook").all()


def test_a_county_keeps_its_share_of_the_province():
    found = people().set_index(["level", "area_code", "year"])["people"]
    # Beijing: 19,612,368 + (21,893,095 - 19,612,368) * 1703 / 3653; Dongcheng holds 708,829 of 21,893,095
    beijing = 19_612_368 + 2_280_727 * 1703 / 3653
    assert abs(found["province", "110000", 2015] - beijing) < 1
    assert abs(found["county", "110101", 2015] - beijing * 708_829 / 21_893_095) < 1


def test_every_area_has_a_row_a_year_and_unknown_is_said():
    table = people()
    assert len(table) == 3 * (1 + 34 + 375 + 2_891)
    unknown = table.query("level == 'county' and year == 2020 and status == 'not_reported'")
    assert unknown["area_code"].tolist() == ["350527", "629700", "629800", "629900", "659011", "659012"]
    assert table["people"].isna().equals(table["status"].isin(["not_reported", "not_applicable"]))
    assert set(unknown["method"]) == {population.METHOD_NONE}


def test_taiwan_hong_kong_and_macao_are_not_applicable():
    table = people().query("year == 2020 and status == 'not_applicable'")
    assert table["level"].value_counts().to_dict() == {"county": 20 + 18 + 1, "prefecture": 3, "province": 3}


def test_a_zone_divided_by_area_makes_an_estimate():
    found = people().set_index(["level", "area_code", "year"])
    # Shijiazhuang's high-tech zone lies in Yuhua and Luancheng
    assert found.loc[("county", "130108", 2020), ["status", "method"]].tolist() == [
        "modelled", population.METHOD_AREA_SPLIT
    ]  # fmt: skip
    assert found.loc[("county", "110101", 2020), "status"] == "reported"
    assert (found.query("level == 'county' and year == 2020 and status == 'modelled'")).shape[0] == 83 + 4


def test_a_prefecture_that_holds_a_part_of_a_divided_zone_is_an_estimate_and_one_that_holds_all_is_not():
    counties = pd.DataFrame({
        "area_code": ["a1", "a2", "b1", "b2"], "name_zh": "x", "people": pd.array([10, 20, 30, 40], dtype="Int64"),
        "method": ["exact+zone_area_split", "exact+zone_area_split", "exact+zone_area_split", "exact"],
        "census_units": ["1;111171甲区:0.4;111172乙区:0.5", "2;111171甲区:0.6", "3;111172乙区:0.5", "4"],
    })  # fmt: skip
    provinces = pd.DataFrame({
        "area_code": ["p", "p"], "year": pd.array([2010, 2020], dtype="Int64"),
        "people": pd.array([90, 100], dtype="Int64"),
    })  # fmt: skip
    small = pd.DataFrame({
        "level": ["country", "province", *["prefecture"] * 3, *["county"] * 4],
        "area_code": ["c", "p", "A", "B", "C", "a1", "a2", "b1", "b2"],
        "parent_code": [None, "c", "p", "p", "p", "A", "A", "B", "C"],
        "province_code": [None, *["p"] * 8], "is_applicable": True,
    })  # fmt: skip
    found = harmonise.harmonise_population({"county_population": counties, "province_population": provinces}, small)
    now = found.query("level == 'prefecture' and year == 2020").set_index("area_code")
    # zone 111171 lies in A alone; zone 111172 lies half in A, half in B
    assert now["status"].to_dict() == {"A": "modelled", "B": "modelled", "C": "reported"}
    assert now["people"].to_dict() == {"A": 10 + 20, "B": 30, "C": 40}
    alone = counties.assign(census_units=["1;111171甲区:0.4", "2;111171甲区:0.6", "3", "4"])
    found = harmonise.harmonise_population({"county_population": alone, "province_population": provinces}, small)
    assert set(found.query("level == 'prefecture' and year == 2020")["status"]) == {"reported"}


def test_a_county_of_the_boundaries_without_a_row_is_a_fault():
    less = dict(sourced())
    less["county_population"] = less["county_population"].query("area_code != '110101'")
    with pytest.raises(SchemaError, match="no row for 110101"):
        harmonise.harmonise_population(less, areas())


# the rest


def test_the_audit_and_the_alliances_keep_what_was_printed():
    figures, checks, parts = harmonise.harmonise_published_figures(sourced())
    assert (len(figures), len(checks), len(parts)) == (87, 120, 226)
    figures = figures.set_index("id")
    assert figures.loc["B-315", ["as_printed", "most_likely_value"]].tolist() == ["315 per 100,000", "31.5 per 100,000"]
    alliances = harmonise.harmonise_alliances(sourced()).set_index("alliance_id")
    assert len(alliances) == 21
    assert alliances.loc["MH02", ["established", "established_printed"]].tolist() == [
        "2015-05-27",
        "Wednesday, May 27, 2015",
    ]
