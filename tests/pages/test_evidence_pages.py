"""Benchmarks and printed figures: what the pages answer, in both languages, and what a link keeps."""

import pytest

from mhgis import indicators
from tests.markdown import read
from tests.pages.conftest import link, written

GANSU = {"data": "cn-published", "level": "province", "ind": "beds_per_100k", "year": "2015", "area": "620000"}


@pytest.mark.parametrize(
    ("lang", "headline", "sure"),
    [
        (
            "en",
            "Gansu, 2015: Psychiatric beds per 100,000 14.2, below the benchmark of 30.0",
            "chance has no part in it",
        ),
        ("zh", "甘肃省，2015年：每10万人精神科床位数14.2，低于对标值30.0", "不存在抽样误差"),
    ],
)
def test_gansu_is_below_the_minimum_norm_and_surely(open_page, lang, headline, sure):
    app = open_page("benchmarks", lang=lang, bench="delphi-minimum-beds", **GANSU)
    assert read(app.title[0].value).startswith(headline)
    assert sure in written(app)
    assert "3,999" in written(app)


@pytest.mark.parametrize(
    ("indicator", "side", "there"), [("psychiatrists", "above", "2.20 (2015)"), ("nurses", "below", "5.42 (2015)")]
)
def test_the_country_is_held_against_a_benchmark_in_the_benchmarks_own_series(open_page, indicator, side, there):
    asked = {"data": "cn-published", "level": "province", "year": "2015", "ind": f"{indicator}_per_100k"}
    app = open_page("benchmarks", lang="en", bench=f"who2017-uppermiddle-{indicator}", **asked)
    assert f"like with like {there}, {side} the benchmark of" in read(app.title[0].value)
    row = app.dataframe[0].value.set_index("Benchmark").filter(like="Upper-middle-income countries, median", axis=0)
    assert row[["Finding", "In its own series"]].to_numpy().tolist() == [[side, there]]
    assert "That lies" not in written(app)


def test_each_benchmark_has_source_year_statistic_definition_and_comparability(open_page):
    table = open_page("benchmarks", lang="en", **GANSU).dataframe[0].value
    assert {"Source", "Year", "Statistic", "Definition", "Comparability", "Units lacking, net"} <= set(table.columns)
    assert table[["Source", "Year", "Statistic", "Definition", "Comparability"]].notna().all(axis=None)
    assert set(table["Finding"]) <= {"below", "above", "cannot tell"}


def test_what_counts_something_else_is_shown_on_request_with_a_warning(open_page):
    like = open_page("benchmarks", lang="en", **GANSU).dataframe[0].value
    assert like["Comparability"].str.startswith("like with like").all()
    every = open_page("benchmarks", lang="en", show="all", **GANSU).dataframe[0].value
    assert len(every) > len(like)
    assert every["Comparability"].str.startswith("counts less than ours").any()


def test_an_own_benchmark_is_kept_in_the_link_and_marked(open_page):
    app = open_page("benchmarks", lang="en", own="beds_per_100k;12;2025;Our plan", **GANSU)
    assert read(app.title[0].value).startswith(
        "Gansu, 2015: Psychiatric beds per 100,000 14.2, above the benchmark of 12.0;"
    )
    assert app.dataframe[0].value.iloc[0]["Comparability"] == "set by the user, checked by nobody"
    assert link(app)["own"] == "beds_per_100k;12;2025;Our plan"


def test_the_west_alone_is_not_published_and_with_the_centre_lacks_7949(open_page):
    # 2015: 2.8 for 792,475,448 people are 22,190; 27,733 less the east's 48.65 % leave 14,241
    app = open_page(
        "benchmarks",
        lang="en",
        data="cn-published",
        level="province",
        ind="psychiatrists_per_100k",
        year="2015",
        show="regions",
    )
    tables = [table.value for table in app.table]
    of_2015 = tables[1]
    assert of_2015.loc["western region", "Lacking"] == "not published; between 0 and 10,384"
    assert of_2015.loc["central region and western region together", "Lacking"] == "7,949"


@pytest.mark.parametrize(("lang", "said"), [("en", "14 of 87 printed figures do not add up"), ("zh", "14个算不通")])
def test_printed_figures_are_told_and_filtered(open_page, lang, said):
    app = open_page("audit", lang=lang)
    assert said in read(app.title[0].value)
    assert len(app.expander) == 14
    app = open_page("audit", lang=lang, show="rounding")
    assert len(app.expander) == 8
    assert "433,100 ÷ 30,100 = **14.39**" in written(app)
    assert len(open_page("audit", lang=lang, show="all").expander) == 87


@pytest.mark.parametrize("indicator", sorted(indicators.REGISTRY))
@pytest.mark.parametrize(("data", "level"), [("cn-published", "province"), ("cn-modelled-2015", "county")])
def test_every_indicator_opens(open_page, indicator, data, level):
    app = open_page("benchmarks", lang="en", data=data, level=level, ind=indicator)
    assert read(app.title[0].value)


@pytest.mark.parametrize(
    ("lang", "said", "formula"),
    [
        ("en", "How it is made: ", "Formula: Psychiatric beds ÷ People × 100,000"),
        ("zh", "怎么算的：", "公式：精神科床位 ÷ 人口 × 100,000"),
    ],
)
def test_the_dictionary_tells_of_every_indicator_how_it_is_made(open_page, lang, said, formula):
    text = written(open_page("sources", lang=lang))
    assert text.count(said) == len(indicators.REGISTRY)
    assert formula in text


@pytest.mark.parametrize(
    ("lang", "level", "said", "telling"),
    [
        (
            "en",
            "province",
            "100.0 % of people live in areas with a report, 31 of 31 provinces",
            "Every area has a report",
        ),
        ("zh", "county", "2,852 个县级单位中没有一个有报告", "东莞市：9,504,839人"),
    ],
)
def test_coverage_says_of_whom_nothing_is_reported(open_page, lang, level, said, telling):
    app = open_page("coverage", lang=lang, **GANSU | {"level": level, "area": ""})
    assert said in read(app.title[0].value)
    assert telling in written(app)
    assert len(app.table[0].value) == 6  # two datasets at three levels


def test_an_estimate_is_no_report_in_the_small_type_of_coverage_either(open_page):
    app = open_page("coverage", lang="en", data="cn-modelled-2015", level="county")
    assert "2,852 areas, 2,852 of them unknown." in written(app)


def test_small_numbers_are_one_key_on_every_page_that_shows_rates(open_page):
    asked = {"lang": "en", "sure": "shrunken,hidden,people-2020", "bench": "delphi-minimum-beds", **GANSU}
    for page in ("map", "gaps", "area", "benchmarks"):
        app = open_page(page, **asked)
        assert link(app)["sure"] == "shrunken,hidden,people-2020"
        text = written(app)
        assert "Steadied for small populations; areas left out that cannot be told; people of 2020" in text
        assert "Chosen instead: counts of 2015 are divided by the people of 2020" in text
    app = open_page("gaps", **asked | {"sure": "shrunken,hidden"})
    assert "Left out because it cannot be told, in none of the lists: " in written(app)
    assert {"As counted", "Given its band"} <= set(app.dataframe[0].value.columns)
    assert "cannot tell" not in set(app.dataframe[0].value["Given its band"])


def test_an_own_benchmark_holds_on_the_map_and_in_the_list_too(open_page):
    own = {"lang": "en", "own": "beds_per_100k;20;2025;Our plan", "bench": "own", **GANSU}
    assert "fewer than 20 psychiatric beds" in open_page("map", **own).title[0].value
    app = open_page("gaps", **own)
    assert "fewer than 20 psychiatric beds" in read(app.title[0].value)
    assert set(app.dataframe[0].value["Benchmark"]) == {20}
