"""The gap list: the true figures, the filter in the link, and nothing said of a county that nobody knows."""

import json

import numpy as np
import pandas as pd
import pytest

from mhgis import indicators, store
from mhgis.exports import csv_json
from mhgis.i18n import LANGUAGES
from mhgis.measures import benchmarks, gaps, neighbours
from mhgis.measures.drawn import CHANCES
from mhgis.measures.gaps import SortKey
from mhgis.ui.page import gaps as gaplist
from mhgis.ui.part import figure
from mhgis.ui.part import list_files as menus
from mhgis.view import selection
from mhgis.view.filters import FilterError, parse
from mhgis.view.view import View
from tests.markdown import read
from tests.pages.conftest import link, written
from tests.rules.text import untranslated

each_language = pytest.mark.parametrize("lang", LANGUAGES)
MODEL = {"data": "cn-modelled-2015"}
MINIMUM = "delphi-minimum-beds"
HEADINGS = {
    "zh": ("地区", "净缺口（整体）", "缺口合计（逐个下级单位）", "行政区划代码"),
    "en": ("Area", "Units lacking, net", "Units lacking, sum of parts", "Code"),
}
#: of a model, where both are means over the draws
HEADINGS_OF_MODEL = {
    "zh": ("地区", "缺口（均值）", "缺口（各县合计）", "行政区划代码"),
    "en": ("Area", "Units lacking, mean", "Units lacking, sum of counties", "Code"),
}


def codes(app, lang="en") -> list[list[str]]:
    return [table.value[HEADINGS[lang][3]].tolist() for table in app.dataframe]


@each_language
def test_the_two_figures_of_what_a_province_lacks_are_the_net_one_and_the_sum_over_its_counties(open_page, lang):
    app = open_page("gaps", lang=lang, level="province", bench=MINIMUM, **MODEL)
    _, net, parts, code = HEADINGS_OF_MODEL[lang]
    shown = app.dataframe[0].value.set_index(code)
    counties = store.indicator_values("cn-modelled-2015", "county", 2015, "beds_per_100k", within="620000")
    known = counties[counties["value"].notna()]
    codes_, draws = store.ensemble("cn-modelled-2015", "beds", 2015)
    beds = draws[:, codes_.get_indexer(known["area_code"])]
    # in each draw each county for itself: 30 per 100,000 of its people less its beds, rounded up, never below none
    need = known["people"].to_numpy(dtype=np.int64) * 30
    lacking = np.maximum(-((beds.astype(np.int64) * 100_000 - need) // 100_000), 0)
    assert shown.loc["620000", parts] == pytest.approx(lacking.sum() / len(draws))
    whole = store.indicator_values("cn-published", "province", 2015, "beds").set_index("area_code").loc["620000"]
    assert shown.loc["620000", net] == -(-(30 * whole["people"] - 100_000 * int(whole["value"])) // 100_000)
    assert (shown[parts] >= shown[net]).all()


@each_language
def test_where_no_part_is_published_the_sum_of_parts_is_left_out_with_a_word(open_page, lang):
    app = open_page("gaps", lang=lang)
    assert HEADINGS[lang][2] not in app.dataframe[0].value.columns
    assert {"zh": "缺口合计：无法给出", "en": "Sum of parts: not given"}[lang] in written(app)
    assert untranslated(written(app), lang) == []


def test_a_gap_says_under_how_many_benchmarks_it_stands(open_page):
    shown = open_page("gaps", lang="en").dataframe[0].value.set_index("Code")
    listed = benchmarks.listed("beds_per_100k", store.benchmarks())
    values = store.indicator_values("cn-published", "province", 2015, "beds_per_100k").set_index("area_code")["value"]
    for code, row in shown.iterrows():
        assert row["Benchmarks missed"] == sum(values[code] < one.value or values[code] == 0 for one in listed)
        assert row["Benchmarks compared"] == len(listed)


@each_language
def test_a_province_chosen_at_province_level_stands_among_all_until_only_it_is_asked_for(open_page, lang):
    app = open_page("gaps", lang=lang, **{"in": "510000"})
    listed = [code for shown in codes(app, lang) for code in shown]
    assert len(listed) == 31
    values = store.indicator_values("cn-published", "province", 2015, "beds_per_100k").set_index("area_code")["value"]
    place = int(values.rank().loc["510000"])
    assert {
        "zh": f"四川省：每10万人 49.4，排名 {place} / 31",
        "en": f"Sichuan: 49.4 per 100,000 people; rank {place} of 31",
    }[lang] in written(app)
    assert untranslated(written(app), lang) == []
    view = View("cn-published", year=2015, within="510000", benchmark=MINIMUM, lang=lang)
    made = menus.listed(view, gaplist.drawn(view, "enough").sheet, "https://x.org/gaps")
    assert made.says("area") == {"zh": "全国", "en": "All of China"}[lang]
    assert "510000" not in menus.file_name("gaps", view, "2026-11-22", "csv")
    next(
        button for button in app.button if button.label == {"zh": "只看四川省", "en": "Only Sichuan"}[lang]
    ).click().run()
    assert link(app)["f"] == "province:510000"
    assert codes(app, lang) == [["510000"]]
    limited = View(**{**vars(view), "chosen": selection.parse("province:510000")})
    made = menus.listed(limited, gaplist.drawn(limited, "enough").sheet, "https://x.org/gaps")
    assert list(made.codes) == ["510000"]
    assert {"zh": "四川", "en": "Sichuan"}[lang] in made.says("filter")


@each_language
def test_a_filter_in_the_link_limits_every_list_and_is_said(open_page, lang):
    app = open_page("gaps", lang=lang, f="value:<20;people:>50000000", sort="-people")
    values = store.indicator_values("cn-published", "province", 2015, "beds_per_100k")
    kept = values[(values["value"] < 20) & (values["people"] > 50_000_000)].sort_values("people", ascending=False)
    assert codes(app, lang) == [kept["area_code"].tolist()]
    assert len(kept) > 1
    assert {"zh": "人口：>50000000", "en": "People: >50000000"}[lang] in written(app)
    assert "17" in read(app.title[0].value)
    assert link(app)["f"] == "value:<20;people:>50000000"


def test_what_is_written_in_a_field_goes_into_the_link(open_page):
    app = open_page("gaps", lang="en", level="county", **MODEL)
    app.text_input(key="filter_people").set_value("２００万 .. 500万").run()
    assert link(app)["f"] == "people:2000000..5000000"
    people = pd.concat([table.value["People"] for table in app.dataframe])
    assert people.between(2_000_000, 5_000_000).all()
    app.multiselect(key="filter_region").set_value(["west"]).run()
    app.multiselect(key="filter_setting").set_value(["urban"]).run()
    assert link(app)["f"] == "people:2000000..5000000;region:west;setting:urban"
    areas = store.areas("county").set_index("area_code")
    listed = [code for table in codes(app) for code in table]
    assert listed
    assert set(areas.loc[listed, "region"]) == {"west"}
    assert set(areas.loc[listed, "area_type"]) == {"district"}
    next(button for button in app.button if button.label == "Clear filters").click().run()
    assert "f" not in link(app)
    assert sum(map(len, codes(app))) == 2_852


@each_language
def test_a_filter_that_cannot_be_read_is_told_beside_its_field_and_changes_nothing(open_page, lang):
    app = open_page("gaps", lang=lang, f="value:<20")
    before = codes(app, lang)
    app.text_input(key="filter_people").set_value("<b>viele").run()
    assert len(app.exception) == 0
    assert codes(app, lang) == before
    assert link(app)["f"] == "value:<20"
    with pytest.raises(FilterError) as fault:
        parse("<b>viele")
    said = [html.value for html in app.get("html") if "mh-fault" in html.value]
    assert len(said) == 1
    assert fault.value.sentence(lang).split("“")[0].split("”")[0][:8] in said[0]
    assert "<b>" not in said[0]
    assert app.text_input(key="filter_people").value == "<b>viele"
    app.text_input(key="filter_people").set_value(">1000000").run()
    assert [html for html in app.get("html") if "mh-fault" in html.value] == []


@pytest.mark.parametrize("said", ["value:viele", "colour:red", "region:north", "value:1,000", "<b>", "x" * 1_000])
def test_a_link_with_a_filter_that_cannot_be_read_shows_every_row(open_page, said):
    app = open_page("gaps", lang="en", f=said, top="-1", near="far")
    assert len(app.error) == 0
    assert not {"f", "top", "near"} & set(link(app))
    assert sum(map(len, codes(app))) == 31


def test_a_province_that_is_none_limits_nothing(open_page):
    app = open_page("gaps", lang="en", level="county", f="province:999999", **MODEL)
    assert "f" not in link(app)
    app = open_page("gaps", lang="en", level="county", f="province:620000,999999", **MODEL)
    assert link(app)["f"] == "province:620000"


def test_the_first_rows_in_several_orders(open_page):
    app = open_page("gaps", lang="en", sort="-benchmarks_short,-people", top="4")
    values = store.indicator_values("cn-published", "province", 2015, "beds_per_100k")
    listed = benchmarks.listed("beds_per_100k", store.benchmarks())
    counted = values.join(gaps.robustness(values, indicators.get("beds_per_100k"), listed))
    short = counted[counted["value"].lt(30)].sort_values(["benchmarks_short", "people"], ascending=[False, False])
    assert codes(app)[0] == short["area_code"].head(4).tolist()
    assert "the first 4" in read(app.subheader[0].value)


@each_language
def test_the_61_counties_of_gansu_are_counted_and_not_named(open_page, lang):
    app = open_page("gaps", lang=lang, level="county", **{"in": "620000"})
    said = written(app)
    expected = {
        "zh": "2015 年，甘肃省的 86 个县级单位中有 61 个没有精神卫生机构；具体是哪些，未曾公布。",
        "en": "Of 86 counties of Gansu in 2015, 61 had no mental-health facility; which ones was not published.",
    }
    assert expected[lang] in said
    # all that is listed are areas of which nothing is known
    assert len(app.dataframe) == 1
    model = open_page("gaps", lang=lang, level="county", **MODEL, **{"in": "620000"})
    assert expected[lang] in written(model)
    # a county is its own only part, so how many of its parts are known is no news
    assert {"zh": "已知的县级单位数", "en": "Counties that are counted"}[lang] not in model.dataframe[0].value.columns


@each_language
def test_the_model_claims_of_no_county_that_it_is_empty_and_served_next_door(open_page, lang):
    app = open_page("gaps", lang=lang, level="county", **MODEL)
    assert {"zh": "邻近检验：不作", "en": "Neighbour test: left out"}[lang] in written(app)
    heading = {"zh": "邻近检验", "en": "Neighbour test"}[lang]
    assert all(heading not in table.value.columns for table in app.dataframe)


def test_the_one_province_without_a_bed_is_far_from_the_next(open_page):
    shown = open_page("gaps", lang="en").dataframe[0].value.set_index("Area")
    tibet = shown.loc["Tibet"]
    areas = store.areas("province").set_index("name_en")
    values = store.indicator_values("cn-published", "province", 2015, "beds_per_100k").set_index("name_en")["value"]
    points = np.radians(areas[["lon", "lat"]].astype(float))
    east, north = points["lon"], points["lat"]
    # haversine to every province with a bed, one by one
    half = np.sin((north - north["Tibet"]) / 2) ** 2 + np.cos(north) * np.cos(north["Tibet"]) * (
        np.sin((east - east["Tibet"]) / 2) ** 2
    )
    km = (2 * neighbours.EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))[values.index[values > 0]]
    assert tibet["Nearest area with any"] == km.idxmin()
    assert tibet["Distance, km"] == pytest.approx(km.min(), abs=0.06)
    assert tibet["Neighbour test"] == "None here, and far from any"
    near = open_page("gaps", lang="en", near="1000").dataframe[0].value.set_index("Area")
    assert near.loc["Tibet", "Neighbour test"] == "None here, but next door"
    assert shown.drop("Tibet")["Distance, km"].isna().all()


@pytest.fixture
def surveyed(monkeypatch):
    """A survey of all counties in the place of what was never published: every seventh county has no bed."""
    true = store.indicator_values

    def values(dataset, level, year, indicator, within=None):
        rows = true(dataset, level, year, indicator, within)
        if (dataset, level, year) != ("cn-published", "county", 2015):
            return rows
        known = rows["status"].ne("not_applicable") & rows["people"].notna()
        value = pd.Series(np.where(np.arange(len(rows)) % 7 == 0, 0.0, 40.0), index=rows.index).where(known)
        status = rows["status"].mask(known & value.gt(0), "reported").mask(known & value.eq(0), "zero")
        return rows.assign(value=value, status=status)

    def forget():
        figure._ranked.cache_clear()
        gaplist._rows.cache_clear()
        gaplist._worded.cache_clear()
        gaplist._drawn.cache_clear()

    monkeypatch.setattr(store, "indicator_values", values)
    forget()
    yield values
    forget()


def test_empty_counties_of_a_survey_are_split_by_how_near_the_next_bed_is(open_page, surveyed):
    app = open_page("gaps", lang="en", level="county", near="40")
    shown = app.dataframe[0].value
    rows = surveyed("cn-published", "county", 2015, "beds_per_100k")
    empty = rows[rows["status"].eq("zero")]
    assert sorted(shown["Code"]) == sorted(empty["area_code"])
    split = shown["Neighbour test"].value_counts()
    within = shown["Distance, km"] <= 40
    assert split["None here, but next door"] == within.sum() > 0
    assert split["None here, and far from any"] == (~within).sum() > 0
    assert shown["Nearest area with any"].notna().all()
    filtered = open_page("gaps", lang="en", level="county", near="40", f="distance_km:>40")
    assert len(filtered.dataframe[0].value) == (~within).sum()


def test_what_is_known_for_an_earlier_year_is_shown_and_is_no_gap(open_page):
    app = open_page("gaps", lang="en", year="2020", ind="facilities")
    shown = app.dataframe[0].value
    assert len(app.dataframe) == 1
    assert set(shown["Year of the figure"]) == {2015}
    values = store.indicator_values("cn-published", "province", 2015, "facilities").set_index("area_code")["value"]
    assert shown.set_index("Code")["Mental-health facilities"].to_dict() == values.dropna().to_dict()
    assert "31 of them unknown" in written(app)
    assert "was not published for any of 31 provinces" in read(app.title[0].value)


@each_language
def test_every_file_holds_the_rows_that_are_seen_in_either_language(open_page, lang):
    query = {"f": "people:>500000", "sort": "-people", "top": "15", "in": "510000", "bench": MINIMUM}
    app = open_page("gaps", lang=lang, level="county", **MODEL, **query)
    seen = app.dataframe[0].value
    view = View(
        "cn-modelled-2015", "county", year=2015, within="510000", benchmark=MINIMUM, lang=lang, top=15,
        sort=(SortKey("people", falls=True),), chosen=selection.parse("people:>500000"),
    )  # fmt: skip
    made = menus.listed(view, gaplist.drawn(view, "gaps").sheet, "http://host/gaps")
    pd.testing.assert_frame_equal(made.rows.reset_index(drop=True), seen.reset_index(drop=True), check_dtype=False)
    assert "f=people:%3E500000" in made.says("link")
    assert {"zh": "人口：>500000；前 15 个", "en": "People: >500000; the first 15"}[lang] == made.says("filter")
    other = "en" if lang == "zh" else "zh"
    read = json.loads(csv_json.to_json(made))["rows"]
    assert [row[HEADINGS[lang][3]] for row in read] == seen[HEADINGS[lang][3]].tolist()
    abroad = gaplist.drawn(View(**{**view.__dict__, "lang": other}), "gaps").sheet
    assert list(abroad.codes) == seen[HEADINGS[lang][3]].tolist()
    assert set(HEADINGS_OF_MODEL[other][:2]) < set(abroad.rows.columns)


@pytest.mark.parametrize("form", menus.FORMATS, ids=lambda form: form.suffix)
def test_each_format_is_made_of_the_same_list(published, form):
    assert published.file.is_file()
    view = View("cn-published", "province", year=2015, benchmark=MINIMUM, lang="zh")
    made = menus.make(form, view, lambda one: gaplist.drawn(one, "gaps").sheet, "http://host/gaps")
    assert made == menus.make(form, view, lambda one: gaplist.drawn(one, "gaps").sheet, "http://host/gaps")
    assert "西藏自治区".encode() in made or form.suffix == "xlsx"
    name = menus.file_name("gaps", view, published.built_at, form.suffix)
    assert name.startswith("mhgis-gaps-cn-published-province-beds-per-100k-2015-zh-")
    assert name.endswith(form.suffix)


def test_the_lists_share_out_all_areas_whatever_is_asked(published):
    assert published.file.is_file()
    for level in ("province", "prefecture", "county"):
        view = View("cn-modelled-2015", level, year=2015, benchmark=MINIMUM)
        rows = gaplist.rows(view)
        sizes = [len(gaplist.drawn(view, key).sheet.codes) for key in gaplist.PARTS]
        assert sum(sizes) + int(rows["reason"].eq("not_applicable").sum()) == len(rows)
        gap_codes = gaplist.drawn(view, "gaps").sheet.codes
        likely = rows.set_index("area_code").loc[list(gap_codes)]
        assert (likely["p_short"] > 0).all()
        assert set(likely["reason"]) <= set(CHANCES)
        assert (rows.loc[~rows["area_code"].isin(gap_codes), "p_short"].dropna() == 0).all()
