"""The figures of the published file against what the sources print, the arithmetic in sight."""

import pytest

from etl import publish
from etl.contract import TABLES
from mhgis import store
from mhgis.i18n import LANGUAGES
from mhgis.indicators import REGISTRY
from mhgis.queries import sources

pytestmark = pytest.mark.usefixtures("published")

EAST = ("110000", "120000", "130000", "210000", "310000", "320000", "330000", "350000", "370000", "440000", "460000")
CENSUS_2020 = 1_409_778_724


def total(resource, year, codes=None):
    rows = store.query(
        "SELECT area_code, value FROM resource WHERE dataset_id = 'cn-published' AND level = 'province' "
        "AND resource = ? AND year = ?",
        [resource, year],
    )
    return rows["value"].sum() if codes is None else rows.loc[rows["area_code"].isin(codes), "value"].sum()


@pytest.mark.parametrize(
    ("resource", "year", "expected"),
    [("facilities", 2010, 1_650), ("facilities", 2015, 2_936), ("beds", 2015, 433_090)],
)
def test_provinces_sum_to_the_printed_total(resource, year, expected):
    assert total(resource, year) == expected


def test_1180_counties_have_no_facility():
    rows = store.query("SELECT level, counties_without_facility AS n FROM province_published WHERE year = 2015")
    assert rows.loc[rows["level"] == "province", "n"].sum() == 1_180
    assert rows.loc[rows["level"] == "country", "n"].tolist() == [1_180]


def test_the_east_holds_its_printed_shares():
    assert round(total("facilities", 2015, EAST) / total("facilities", 2015) * 100, 2) == 47.21  # 1,386 / 2,936
    assert round(total("beds", 2015, EAST) / total("beds", 2015) * 100, 2) == 42.06  # 182,170 / 433,090
    regions = store.query("SELECT area_code FROM area WHERE level = 'province' AND region = 'east'")
    assert set(regions["area_code"]) == set(EAST)


def test_people_of_2020_are_the_census_total_at_every_level():
    rows = store.query("SELECT level, sum(people) AS people FROM population WHERE year = 2020 GROUP BY level")
    assert dict(zip(rows["level"], rows["people"], strict=True)) == dict.fromkeys(
        ("country", "province", "prefecture", "county"), CENSUS_2020
    )


def test_gansu_by_hand():
    # 3,596 beds; 25,575,263 people on 2010-11-01 and 25,019,831 on 2020-11-01; 1,703 of 3,653 days to 2015-07-01
    people = 25_575_263 + (25_019_831 - 25_575_263) * 1_703 / 3_653
    rows = store.indicator_values("cn-published", "province", 2015, "beds_per_100k").set_index("area_code")
    assert rows.loc["620000", "value"] == pytest.approx(3_596 / people * 100_000, rel=1e-6)
    assert round(rows.loc["620000", "value"], 1) == 14.2
    assert rows.loc["620000", "people"] == pytest.approx(people, abs=1)


def test_tibet_is_zero_and_not_unknown():
    row = store.indicator_values("cn-published", "province", 2015, "beds_per_100k").set_index("area_code").loc["540000"]
    assert (row["value"], row["status"]) == (0, "zero")


def test_nothing_is_published_below_the_provinces():
    rows = store.query(
        "SELECT level, count(value) AS n FROM resource WHERE dataset_id = 'cn-published' GROUP BY level ORDER BY level"
    )
    known = dict(zip(rows["level"], rows["n"], strict=True))
    assert known["county"] == known["prefecture"] == 0


def test_the_registry_and_the_published_indicators_agree_both_ways():
    rows = store.query("SELECT DISTINCT indicator, level FROM indicator_value")
    published = set(zip(rows["indicator"], rows["level"], strict=True))
    assert published == {(i.id, level) for i in REGISTRY.values() for level in i.levels}
    table = store.query("SELECT indicator, unit, direction FROM indicator").set_index("indicator")
    assert table["unit"].to_dict() == {i.id: i.unit for i in REGISTRY.values()}
    assert table["direction"].to_dict() == {i.id: i.direction for i in REGISTRY.values()}


def test_every_table_and_column_says_what_it_is(published):
    file = published.file
    tables = store.query("SELECT table_name, comment FROM duckdb_tables()", file=file)
    tables = tables.set_index("table_name")["comment"]
    assert tables.to_dict() == {name: table.comment for name, table in TABLES.items()}
    columns = store.query("SELECT column_name, comment FROM duckdb_columns() WHERE NOT internal", file=file)
    assert columns["comment"].notna().all()
    assert len(columns) == sum(len(table.columns) for table in TABLES.values())


def test_the_row_counts_are_the_reviewed_ones(published):
    reviewed = publish.as_csv(publish.count_rows(published.file))
    assert (publish.paths.tables() / "row_counts.csv").read_text("utf-8") == reviewed


# where figures come from


def test_every_published_origin_has_its_texts_in_both_languages():
    texts = ["title", "title_zh", "publisher", "publisher_zh", "how_read", "how_read_zh", "short_en", "short_zh"]
    texts += ["licence", "licence_zh"]
    rows = store.origins()
    assert rows[texts].notna().all().all()
    assert not rows["short_en"].str.contains(r"[\u4e00-\u9fff]").any()


@pytest.mark.parametrize(
    ("origin_id", "lang", "expected"),
    [
        ("midyear-2015+shi2019", "zh", ["史晨辉等 2019", "2015年年中人口（计算）"]),
        ("midyear-2015+shi2019", "en", ["Shi et al. 2019", "Mid-2015 population (computed)"]),
        ("census2020+ma2022", "zh", ["马宁等 2022", "2020年人口普查"]),
        ("model-2015", "zh", ["2015年模型"]),
    ],
)
def test_a_figure_cites_who_counted_first_and_the_people_after(origin_id, lang, expected):
    assert [origin.brief(lang) for origin in sources.origins([origin_id], lang)] == expected


def test_a_computed_origin_leads_to_all_its_sources_in_either_language():
    for lang in LANGUAGES:
        (people,) = sources.origins(["midyear-2015"], lang)
        assert [part.origin_id for part in people.parts] == ["census2010", "census2020"]
