"""Each page says the true figures, in both languages, and only what the build has."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from mhgis import paths, store
from mhgis.i18n import LANGUAGES
from mhgis.ui.page import overview
from tests.markdown import read
from tests.pages.conftest import PAGES, link, written
from tests.rules.text import untranslated

each_language = pytest.mark.parametrize("lang", LANGUAGES)
each_page = pytest.mark.parametrize("name", PAGES)
MODEL = {"data": "cn-modelled-2015"}
BADGE = {"zh": "模型估计 · 不代表任何一个县的实际情况", "en": "Modelled · says nothing certain about any one county"}


def number(text: str) -> float:
    return float(re.sub(r"[^0-9.]", "", text))


@each_language
@each_page
def test_a_page_opens_with_a_headline_in_its_language_and_nothing_of_the_other(open_page, name, lang):
    app = open_page(name, lang=lang)
    assert len(app.title) == 1
    assert bool(re.search("[\u4e00-\u9fff]", read(app.title[0].value))) == (lang == "zh")
    assert untranslated(written(app), lang) == []


@each_language
@pytest.mark.parametrize("year", ["", "2015"])
def test_the_overview_leads_with_the_latest_of_six_figures(open_page, lang, year):
    app = open_page(lang=lang, **{"year": year} if year else {})
    assert [metric.value for metric in app.metric] == ["5,936", "798,191", "56.6", "3.56", "9.91", "350"]
    # 798,191 / 1,409,778,724 x 100,000 = 56.62; the minimum is 30
    assert app.metric[2].delta == "+26.6"
    # like with like: WHO's own series has China at 2.199 and 5.423 in 2015, and its medians at 2.134 and 6.857
    assert [metric.delta for metric in app.metric][3:5] == ["+0.07", "-1.43"]
    assert {"2020", "56.6", "350", "31.6", "1,180", "2015"} <= set(re.findall(r"\d[\d.,]*\d", read(app.title[0].value)))
    said = written(app)
    assert "2,936" in said
    assert "433,090" in said
    assert "56.5" in said  # as the source prints it, with the reason


@each_language
def test_later_figures_are_listed_with_how_they_were_read_and_join_no_line(open_page, lang):
    app = open_page(lang=lang)
    (later,) = [one.value for one in app.dataframe if len(one.value) == 9]
    figure = {"en": "Figure", "zh": "数值"}[lang]
    assert {"2,098", "51,448", "131,400", "840,871", "991,751"} <= set(later[figure])
    assert later.iloc[-1, :3].str.cat(sep=" ").startswith("2025 ")
    assert "88" in later.iloc[-1, 2]
    assert later.notna().all(axis=None)


def test_the_overview_lists_the_ten_provinces_with_the_fewest_beds(open_page):
    app = open_page(lang="zh")
    values = store.indicator_values("cn-published", "province", 2015, "beds_per_100k").dropna(subset=["value"])
    worst = values.sort_values("value").head(10)["name_zh"].tolist()
    assert app.table[0].value["省级"].tolist() == worst
    assert worst[0] == "西藏自治区"


@each_language
def test_the_map_says_how_many_provinces_are_below_the_benchmark(open_page, lang):
    values = store.indicator_values("cn-published", "province", 2015, "beds_per_100k")
    below, known = int((values["value"] < 30).sum()), int(values["value"].notna().sum())
    said = open_page("map", lang=lang).title[0].value
    assert {"2015", str(below), str(known), "30"} <= set(re.findall(r"\d+", said))
    assert (below, known) == (17, 31)


def test_the_gap_list_counts_what_each_province_lacks(open_page):
    app = open_page("gaps", lang="en")
    shown = app.dataframe[0].value
    # beds a province lacks to 30 per 100,000, rounded up, from the counts themselves
    beds = store.indicator_values("cn-published", "province", 2015, "beds").dropna(subset=["value"])
    lacking = {
        row.name_en: -(-(30 * row.people - 100_000 * int(row.value)) // 100_000)
        for row in beds.itertuples()
        if 100_000 * row.value < 30 * row.people
    }
    assert dict(zip(shown["Area"], shown["Units lacking, net"], strict=True)) == lacking
    assert f"{sum(lacking.values()):,}" in read(app.title[0].value)
    assert shown["Area"].iloc[0] == "Tibet"


def test_every_area_is_in_one_list_or_said_to_be_outside_the_statistics(open_page):
    app = open_page("gaps", lang="en", level="county", **MODEL)
    listed = [code for table in app.dataframe for code in table.value["Code"]]
    assert len(listed) == len(set(listed)) == 2_852
    assert "Outside these statistics, in none of the lists: 39 counties." in written(app)


def test_the_list_is_limited_to_a_province_by_the_link(open_page):
    app = open_page("gaps", lang="en", level="county", **MODEL, **{"in": "620000"})
    codes = store.areas("county").query("province_code == '620000'")["area_code"]
    assert {code for table in app.dataframe for code in table.value["Code"]} == set(codes)
    assert "Gansu" in read(app.title[0].value)


@pytest.mark.parametrize(
    ("sort", "column", "descending"),
    [("-people", "People", True), ("people", "People", False), ("area_code", "Code", False)],
)
def test_the_order_of_the_list_is_in_the_link(open_page, sort, column, descending):
    shown = open_page("gaps", lang="en", sort=sort).dataframe[0].value[column].tolist()
    assert shown == sorted(shown, reverse=descending)


@each_language
@pytest.mark.parametrize("name", ["map", "gaps"])
def test_where_nothing_was_published_the_page_says_so_and_offers_a_way(open_page, name, lang):
    app = open_page(name, lang=lang, level="county")
    assert "2,852" in read(app.title[0].value)
    ways = [button for button in app.button if "2015" in button.label]
    assert len(ways) == 2
    ways[0].click().run()
    assert link(app)["data"] == "cn-modelled-2015"
    assert BADGE[lang] in written(app)
    assert len(app.exception) == 0


@each_language
@pytest.mark.parametrize("name", PAGES)
def test_modelled_figures_wear_a_badge_on_every_page(open_page, name, lang):
    assert BADGE[lang] in written(open_page(name, lang=lang, **MODEL))
    assert BADGE[lang] not in written(open_page(name, lang=lang))


@each_language
@pytest.mark.parametrize("name", ["audit", "present"])
def test_what_is_of_no_one_dataset_wears_the_badge_of_none(open_page, name, lang):
    assert BADGE[lang] not in written(open_page(name, lang=lang, **MODEL))


def test_people_in_counties_without_a_facility_are_called_an_estimate(open_page):
    app = open_page("map", lang="en", level="county", ind="probability_no_facility", **MODEL)
    said = read(app.title[0].value)
    assert "1,180 counties had no mental-health facility" in said
    assert "model estimate" in said
    row = store.indicator_values("cn-modelled-2015", "country", 2015, "people_without_facility").iloc[0]
    assert f"{row['value'] / 1e6:.0f} million people" in said


@each_language
def test_the_sources_page_names_every_source_and_what_is_not_known(open_page, lang):
    app = open_page("sources", lang=lang)
    text = written(app)
    origins = store.query("SELECT title, title_zh FROM origin WHERE origin_id NOT LIKE '%+%'")
    missing = [title for title in origins["title" if lang == "en" else "title_zh"] if title not in text]
    assert missing == []
    assert {"zh": "从未在任何地方公布", "en": "published nowhere"}[lang] in text


@each_language
def test_the_method_page_holds_the_tables_of_the_build(open_page, lang):
    text = written(open_page("sources", lang=lang, show="downscale-2015"))
    adjusted = store.query("SELECT * FROM model_adjustment").iloc[0]
    assert f"| {adjusted['counties']} | {adjusted['facilities']} |" in text
    assert "<!--" not in text


@each_page
def test_a_link_full_of_nonsense_opens_the_first_view_with_one_notice(open_page, name):
    nonsense = dict.fromkeys(
        ("lang", "data", "level", "ind", "year", "bench", "area", "in", "cls", "sort", "cam"), "<b>=1+1'\";--"
    )
    app = open_page(name, **nonsense)
    assert len(app.error) == 0
    assert link(app)["data"] == "cn-published"
    assert "<b>" not in written(app)
    if name == "overview":
        assert len(app.warning) == 1
        assert len(app.run().warning) == 0


def test_a_control_changes_the_view_and_the_link(open_page):
    app = open_page("map", lang="en")
    app.selectbox(key="control_indicator").set_value("facilities").run()
    assert link(app)["ind"] == "facilities"
    assert link(app)["bench"] == "none"
    assert "mental-health facilities" in read(app.title[0].value)
    app.selectbox(key="control_scope").set_value("620000").run()
    assert link(app)["in"] == "620000"
    assert "Gansu" in [heading.value for heading in app.subheader]


def test_the_controls_offer_only_what_the_build_has(open_page):
    app = open_page("map", lang="en", **MODEL)
    assert app.selectbox(key="control_year").options == ["2015"]
    published = open_page("map", lang="en")
    assert "Probability of no facility" not in published.selectbox(key="control_indicator").options
    years = published.selectbox(key="control_year").options
    assert years == ["2010: not published", "2015", "2020: not published"]


def test_a_change_of_language_changes_nothing_else(open_page):
    app = open_page("gaps", lang="zh", level="county", sort="-people", **MODEL, **{"in": "620000"})
    before = {key: value for key, value in link(app).items() if key != "lang"}
    codes = app.dataframe[0].value["行政区划代码"].tolist()
    app.button_group(key="control_lang").set_value("en").run()
    assert {key: value for key, value in link(app).items() if key != "lang"} == before
    assert app.dataframe[0].value["Code"].tolist() == codes


def test_an_unknown_area_is_told_as_unknown_and_not_as_zero(open_page):
    app = open_page("map", lang="en", level="county", area="620102", **{"in": "620000"})
    panel = "\n".join(element.value for element in app.get("html") if "<style>" not in element.value)
    assert '<div class="mh-big mh-word">not reported</div>' in panel
    assert "mh-bullet" not in panel


def test_without_a_published_file_the_app_says_what_to_do(open_page, tmp_path, monkeypatch):
    monkeypatch.setenv("MHGIS_DATA", str(tmp_path))
    app = open_page("overview", lang="en")
    assert "make build" in app.info[0].value
    assert len(app.title) == 0


def test_a_bug_is_told_as_one_and_its_words_to_nobody_but_the_log(published, monkeypatch):
    assert published.file.is_file()

    def fail(_view: object) -> None:
        message = "a bug"
        raise KeyError(message)

    monkeypatch.setattr(overview, "cards", fail)
    app = AppTest.from_file(paths.ROOT / "app.py", default_timeout=60).run()
    assert ["a bug" in shown.message for shown in app.exception] == [False]
