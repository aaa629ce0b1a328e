"""Equity: the figures of the literature on the page, ranges beside every index, clusters in words."""

import pytest

from mhgis.i18n import LANGUAGES
from mhgis.links import View
from mhgis.ui import equity, export
from tests.pages.conftest import link, written
from tests.rules.text import untranslated

each_language = pytest.mark.parametrize("lang", LANGUAGES)


@each_language
def test_provinces_of_2015_are_even_over_people_and_uneven_over_land(open_page, lang):
    app = open_page("equity", lang=lang)
    assert "0.21" in app.title[0].value
    assert "0.67" in app.title[0].value
    assert "99.6 %" in written(app)
    assert untranslated(written(app), lang) == []


@each_language
def test_the_model_runs_over_its_draws_and_says_so(open_page, lang):
    app = open_page("equity", lang=lang, data="cn-modelled-2015", level="prefecture")
    said = written(app)
    assert {"zh": "模型估计：", "en": "Model estimate: "}[lang] in app.title[0].value
    assert {"zh": "模型 500 次抽样", "en": "500 draws of the model"}[lang] in said
    assert {"zh": "并不能说明服务实际在哪里", "en": "say little about where care is"}[lang] in said
    assert untranslated(said, lang) == []


def test_nothing_is_measured_where_nothing_is_known(open_page):
    app = open_page("equity", lang="en", level="county")
    assert "nobody can say" in app.title[0].value
    assert len(app.dataframe) == 0


def test_facilities_have_a_course_over_two_years(open_page):
    app = open_page("equity", lang="en", ind="facilities_per_100k")
    years = next(table.value for table in app.table if table.value.index.name == "Year")
    assert years.index.tolist() == ["2010", "2015"]


def test_what_is_asked_is_in_the_link(open_page):
    app = open_page("equity", lang="en")
    app.number_input(key="equity_closed").set_value(10).run()
    app.selectbox(key="equity_neighbouring").set_value("nearest").run()
    assert link(app)["even"] == "closed-10,neighbouring-nearest"
    assert "10 areas that lack most" in written(app)


def test_contributions_add_up_and_areas_outside_the_statistics_are_in_no_measure(published):
    assert published.file.is_file()
    view = View(dataset="cn-published", year=2015, benchmark="none")
    got = equity.found(view)
    assert (got.people.n, got.people.n_unknown) == (31, 0)
    rows = export.listed(view, equity.sheet(view), "http://host/equity").rows
    assert rows["Adds to the Gini"].sum() == pytest.approx(got.index("people", "gini")[0], abs=31 * 0.00005)
    value, low, high = got.index("people", "gini")
    assert low <= value <= high


def test_clusters_count_the_unknown_apart(published):
    assert published.file.is_file()
    view = View(dataset="cn-modelled-2015", level="county", year=2015, within="540000")
    got = equity.found(view)
    them = equity.groups(view, got)
    assert them.table["cluster"].isin(["unknown", "no_neighbours"]).sum() == them.moran.n_unknown + them.moran.n_alone
    assert len(them.table) == len(got.rows)


def test_a_click_on_the_scatter_selects_its_area():
    assert equity.clicked({"selection": {"points": [{"customdata": "620102"}, {"customdata": "620103"}]}}) == "620102"
    assert equity.clicked({"selection": {"points": []}}) == ""
