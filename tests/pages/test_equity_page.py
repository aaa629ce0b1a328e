"""Equity: the figures of the literature on the page, ranges beside every index, clusters in words."""

import pytest

from mhgis.i18n import LANGUAGES
from mhgis.measures.equity import EquityQuestion
from mhgis.ui.page import equity
from mhgis.ui.part import list_files
from mhgis.view.view import View
from tests.markdown import read
from tests.pages.conftest import link, written
from tests.rules.text import untranslated

each_language = pytest.mark.parametrize("lang", LANGUAGES)


@each_language
def test_provinces_of_2015_are_even_over_people_and_uneven_over_land(open_page, lang):
    app = open_page("equity", lang=lang)
    assert "0.21" in read(app.title[0].value)
    assert "0.67" in read(app.title[0].value)
    assert "99.6 %" in written(app)
    assert untranslated(written(app), lang) == []


@each_language
def test_the_model_runs_over_its_draws_and_says_so(open_page, lang):
    app = open_page("equity", lang=lang, data="cn-modelled-2015", level="prefecture")
    said = written(app)
    assert {"zh": "模型估计：", "en": "Model estimate: "}[lang] in read(app.title[0].value)
    assert {"zh": "模型 1,000 次抽样", "en": "1,000 draws of the model"}[lang] in said
    assert {"zh": "几乎不能说明服务在哪里", "en": "say little about where care is"}[lang] in said
    assert untranslated(said, lang) == []


def test_a_choice_for_small_numbers_is_said_not_to_be_used_and_stands_under_no_figure(open_page):
    said = written(open_page("equity", lang="en", sure="shrunken,people-2020"))
    assert "“Steadied for small populations; people of 2020” is chosen for rates on the map" in said
    assert "empirical Bayes" not in said
    assert "Chosen instead" not in said


def test_nothing_is_measured_where_nothing_is_known(open_page):
    app = open_page("equity", lang="en", level="county")
    assert "nobody can say" in read(app.title[0].value)
    assert len(app.dataframe) == 0


def test_facilities_have_a_course_over_two_years(open_page):
    app = open_page("equity", lang="en", ind="facilities_per_100k")
    years = next(table.value for table in app.table if table.value.index.name == "Year")
    assert years.index.tolist() == ["2010", "2015"]


def test_what_is_asked_is_in_the_link(open_page):
    app = open_page("equity", lang="en")
    app.number_input(key="equity_closed").set_value(10).run()
    app.selectbox(key="equity_neighbouring").set_value("nearest")
    app.selectbox(key="equity_statistic").set_value("star").run()
    assert link(app)["even"] == "closed-10,neighbouring-nearest,statistic-star"
    assert "10 areas that lack most" in written(app)
    groups = next(one.value for one in app.dataframe if "Cluster" in one.value)
    assert groups.columns[groups.columns.str.startswith("Gi*")].tolist() == ["Gi* (standard score)"]


def test_contributions_add_up_and_areas_outside_the_statistics_are_in_no_measure(published):
    assert published.file.is_file()
    view = View(dataset="cn-published", year=2015, benchmark="none")
    got = equity.found(view)
    assert (got.people.n, got.people.n_unknown) == (31, 0)
    rows = list_files.listed(view, equity.sheet(view), "http://host/equity").rows
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


def test_what_areas_of_a_model_add_has_its_range(published):
    assert published.file.is_file()
    rows = equity.sheet(View(dataset="cn-modelled-2015", level="prefecture", year=2015)).rows
    for measure in ("Adds to the Gini", "Adds to Theil's T", "Location quotient", "Per 100,000"):
        low, middle, high = (rows[f"{measure}{end}"].dropna() for end in (", 5 %", "", ", 95 %"))
        assert (low.le(middle) & middle.le(high)).all(), measure
        assert low.lt(high).any()


@each_language
def test_the_list_of_clusters_holds_every_area_with_its_class_and_says_what_it_rests_on(published, lang):
    assert published.file.is_file()
    view = View(
        dataset="cn-published", year=2015, lang=lang, even=EquityQuestion(statistic="star", neighbouring="nearest", k=4)
    )
    made = equity.cluster_sheet(view)
    got = equity.found(view)
    assert set(made.codes) == set(got.rows.index)
    cold = equity.groups(view, got).table["cluster"].eq("cold").sum()
    said = {"zh": "本地与周围合计偏低（冷点）", "en": "Low, area and neighbours together (cold spot)"}[lang]
    kinds = made.rows.iloc[:, 1]
    assert cold > 0
    assert kinds.eq(said).sum() == cold
    assert kinds.iloc[0] == said
    assert "Gi*" in made.chosen
    assert "4" in made.chosen


def test_a_click_on_the_scatter_selects_its_area():
    assert equity.clicked({"selection": {"points": [{"customdata": "620102"}, {"customdata": "620103"}]}}) == "620102"
    assert equity.clicked({"selection": {"points": []}}) == ""
