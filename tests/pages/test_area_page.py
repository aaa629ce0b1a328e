"""The page of one area says what is known of it and what is not, in both languages."""

import io
import re

import pypdf
import pytest

from mhgis import store
from mhgis.i18n import LANGUAGES
from mhgis.queries.tables import offer
from mhgis.ui.page import area
from mhgis.view import links
from mhgis.view.view import View
from tests.markdown import read
from tests.pages.conftest import written

each_language = pytest.mark.parametrize("lang", LANGUAGES)
MODEL = {"data": "cn-modelled-2015"}
PLACES = {
    "gansu": {"area": "620000"},
    "wuhou": {"level": "county", "area": "510107"},
    "wuhou modelled": {"level": "county", "area": "510107", **MODEL},
    "beijing": {"area": "110000"},
    "dongguan": {"level": "prefecture", "area": "441900", **MODEL},
    "taiwan": {"area": "710000"},
    "baiyang": {"level": "county", "area": "659012", **MODEL},
}


def tables(app) -> str:
    """Return the tables of a page, which are HTML."""
    return "\n".join(element.value for element in app.get("html") if "<style" not in element.value)


def cells(app, name: str) -> list[str]:
    """Return the words of the table row that starts with `name`."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", tables(app), re.DOTALL)
    found = [[re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r"<td.*?</td>", row)] for row in rows]
    return next(row for row in found if row and row[0].startswith(name))


@each_language
def test_gansu_is_held_against_the_country_and_its_siblings(open_page, lang):
    app = open_page("area", lang=lang, area="620000")
    assert {"14.2", "31.6"} <= set(re.findall(r"\d+\.\d", read(app.title[0].value)))
    row = cells(app, {"zh": "每10万人精神科床位数", "en": "Psychiatric beds per 100,000"}[lang])
    values = store.indicator_values("cn-published", "province", 2015, "beds_per_100k").dropna(subset=["value"])
    place = int(values["value"].rank().loc[values["area_code"].eq("620000")].iloc[0])
    assert row[3:] == ["30.0", "31.6", f"{place} / 31"]
    # beds: what 25,316,325 people would have at the norm's 30 and at the country's 433,090 / 1,368,692,680
    row = cells(app, {"zh": "精神科床位", "en": "Psychiatric beds"}[lang])
    assert row[3:5] == [f"{30 * 253.16325:,.0f}", f"{433_090 / 1_368_692_680 * 25_316_325:,.0f}"]


def test_gansus_history_is_that_of_the_two_years_that_are_known(open_page):
    app = open_page("area", lang="en", area="620000")
    row = re.findall(r"<td[^>]*>Mental-health facilities</td><td[^>]*>31</td><td[^>]*>48</td>", tables(app))
    assert len(row) == 1


@each_language
def test_a_county_says_that_its_beds_were_never_published(open_page, lang):
    app = open_page("area", lang=lang, **PLACES["wuhou"])
    said = written(app)
    assert {"zh": "武侯区任何年份均未公布", "en": "Never published for Wuhou District"}[lang] in said
    assert {"zh": "79 个没有机构", "en": "79 of the 183 counties of Sichuan had none"}[lang] in said
    row = cells(app, {"zh": "精神科床位", "en": "Psychiatric beds"}[lang])
    assert row[1] == {"zh": "未报告", "en": "not reported"}[lang]
    # no mark of a value where there is none
    assert '<i style="left' not in tables(app)


@each_language
def test_a_modelled_county_is_a_range_under_a_badge(open_page, lang):
    app = open_page("area", lang=lang, **PLACES["wuhou modelled"])
    value = store.indicator_values("cn-modelled-2015", "county", 2015, "beds_per_100k").set_index("area_code")
    own = value.loc["510107"]
    title = read(app.title[0].value)
    assert f"{own['lower']:.1f}" in title
    assert f"{own['upper']:.1f}" in title
    assert f" {own['value']:.1f}" not in title
    assert {"zh": "不代表任何一个县", "en": "says nothing certain"}[lang] in written(app)
    # the ranges allow nearly every place
    row = cells(app, {"zh": "每10万人精神科床位数", "en": "Psychiatric beds per 100,000"}[lang])
    assert re.fullmatch(r"\d+–\d+ / \d+", row[-1])


def test_the_neighbours_are_those_that_share_a_border(open_page):
    app = open_page("area", lang="en", area="620000")
    expected = ["Qinghai", "Inner Mongolia", "Shaanxi", "Ningxia", "Sichuan", "Xinjiang"]
    rows = re.findall(r"<tr[^>]*><td[^>]*>([^<]*)</td>", tables(app).split("Shared border")[1])
    assert rows[:7] == ["Gansu", *expected]


def test_what_is_special_about_a_place_is_said(open_page):
    assert "city without counties" in written(open_page("area", lang="en", **PLACES["dongguan"]))
    beijing = open_page("area", lang="en", level="prefecture", area="110000")
    assert "municipality" in written(beijing)


def test_a_county_without_people_says_that_no_rate_can_be_given(open_page):
    app = open_page("area", lang="en", **PLACES["baiyang"])
    assert "How many people live in Baiyang City is not known" in written(app)
    assert "Founded after the census of 2020." in written(app)
    assert cells(app, "Psychiatric beds per 100,000")[1] == "not reported"


def test_taiwan_has_no_indicators_and_no_gap(open_page):
    app = open_page("area", lang="en", area="710000")
    assert "do not reach Taiwan" in written(app)
    assert "Every indicator" not in [heading.value for heading in app.subheader]


def brief_text(lang: str, **parts: str) -> tuple[str, bytes]:
    view = links.settle(View(lang=lang, **parts), offer())
    content = area.draw_brief(view, area.gather(view))
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    assert len(pages) == 1
    return re.sub(r"\s+", "", pages[0].extract_text()), content


@each_language
def test_the_brief_says_it_all_on_one_page_as_text(published, lang):
    text, content = brief_text(lang, area="620000")
    for part in {
        "zh": ("甘肃省2015年每10万人精神科床位数为14.2", "3,596", "25,316,325", "未知之处", "青海省", "来源："),
        "en": ("PsychiatricbedsinGansu".replace("in", "per100,000in"), "3,596", "Whatisnotknown", "Qinghai", "Source:"),
    }[lang]:
        assert part in text
    assert published.build in text
    assert {"zh": "模型估计", "en": "Modelestimate"}[lang] not in text
    assert content == brief_text(lang, area="620000")[1]


@each_language
def test_a_modelled_brief_is_marked_as_one(published, lang):
    text, _content = brief_text(lang, dataset="cn-modelled-2015", level="county", area="510107")
    assert text.count({"zh": "模型估计", "en": "Modelestimate"}[lang]) >= 2
    assert published.build in text


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "band 13.8–14.2 · below"), ("zh", "区间 13.8–14.2 · 低于")],
)
def test_a_published_rate_has_the_band_of_its_people_and_its_side_of_the_benchmark(open_page, lang, said):
    query = {"data": "cn-published", "level": "province", "ind": "beds_per_100k", "year": "2015", "area": "620000"}
    assert said in tables(open_page("area", lang=lang, bench="delphi-minimum-beds", **query))


def test_a_modelled_rate_has_the_range_of_its_model_only(open_page):
    query = {"data": "cn-modelled-2015", "level": "county", "ind": "beds_per_100k", "year": "2015", "area": "110101"}
    assert "band " not in tables(open_page("area", lang="en", **query))
