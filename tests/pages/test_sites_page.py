"""Next sites: the answer and its proof first, each condition in the link, whom the sites reach counted by hand."""

import io
import re

import numpy as np
import pandas as pd
import pytest

from mhgis import store
from mhgis.figures import static_map
from mhgis.i18n import LANGUAGES
from mhgis.measures.neighbours import EARTH_RADIUS_KM
from mhgis.planning.sites import SitesQuestion
from mhgis.ui.page import sites
from mhgis.ui.part import list_files
from mhgis.view.view import View
from tests.markdown import read
from tests.pages.conftest import link, written
from tests.rules.text import untranslated

each_language = pytest.mark.parametrize("lang", LANGUAGES)
MODEL = {"data": "cn-modelled-2015", "level": "county"}
GANSU = {"in": "620000"}


def view(lang="en", **more):
    given = {"benchmark": "delphi-minimum-beds"} | more
    return View(dataset="cn-modelled-2015", level="county", year=2015, lang=lang, **given)


def newly_reached_by_hand(codes, province, reach_km):
    """People of a province in each draw who have no bed within a distance but a new site, by brute force."""
    counties, draws = store.ensemble("cn-modelled-2015", "beds", 2015)
    areas = store.areas("county").set_index("area_code").loc[counties]
    people = store.query("SELECT area_code, people FROM population WHERE level = 'county' AND year = 2015")
    number = people.set_index("area_code")["people"].reindex(counties).fillna(0).to_numpy()
    here = areas["province_code"].eq(province).to_numpy()
    lon, lat = (np.radians(areas[name].to_numpy()) for name in ("lon", "lat"))
    cosine = np.sin(lat[here])[:, None] * np.sin(lat) + np.cos(lat[here])[:, None] * np.cos(lat) * np.cos(
        lon[here][:, None] - lon
    )
    near = EARTH_RADIUS_KM * np.arccos(np.clip(cosine, -1, 1)) <= reach_km
    new = near[:, counties.isin(codes)].any(axis=1)
    return sorted(float(number[here] @ (new & ~(near & (draw > 0)).any(axis=1))) for draw in draws)


@each_language
def test_the_next_sites_of_gansu_with_their_proof_are_the_headline(open_page, lang):
    app = open_page("sites", lang=lang, **MODEL, **GANSU)
    got = sites.answer(view(lang, within="620000"))
    span = got.found.reached
    by_hand = newly_reached_by_hand(list(got.found.sites.index), "620000", 100)
    assert [span.lower, span.value, span.upper] == pytest.approx([by_hand[49], by_hand[499], by_hand[949]], abs=1)
    assert {"zh": "模型估计：在甘肃省新增10个站点", "en": "Model estimate: 10 new sites in Gansu"}[lang] in read(
        app.title[0].value
    )
    assert {"zh": "已证明", "en": "proven"}[lang] in read(" ".join(one.value for one in app.markdown))
    assert untranslated(written(app), lang) == []


def test_every_condition_is_in_the_link_and_replayed_from_it(open_page):
    app = open_page("sites", lang="en", **MODEL)
    app.selectbox(key="sites_region").set_value("west").run()
    app.number_input(key="sites_sites").set_value(20).run()
    app.number_input(key="sites_quota").set_value(4).run()
    app.multiselect(key="sites_forbidden").set_value(["540104"]).run()
    said = link(app)["next"]
    assert said == "sites-20,quota-4,region-west,forbidden-540104"
    again = open_page("sites", **link(app))
    assert read(again.title[0].value) == read(app.title[0].value)
    assert "the western region" in read(app.title[0].value)
    chosen = sites.answer(view(next=SitesQuestion.parse(said))).found.sites
    assert "540104" not in chosen.index
    assert chosen.index.str[:2].value_counts().max() <= 4


@pytest.mark.parametrize(
    ("goal", "said"),
    [("mean", "on average, instead of"), ("fewest", "new sites bring 97 %"), ("worst", "nobody in Gansu is further")],
)
def test_each_goal_says_what_it_achieves(open_page, goal, said):
    app = open_page("sites", lang="en", next=f"goal-{goal},sites-3,share-97,reach-60", **MODEL, **GANSU)
    assert said in read(app.title[0].value)


@pytest.mark.parametrize(
    ("lang", "why", "then"),
    [("en", "10 new sites cannot be chosen", "10 new sites in Gansu"), ("zh", "无法选出10个新站点", "甘肃")],
)
def test_conditions_that_leave_no_choice_are_said_in_words(open_page, lang, why, then):
    app = open_page("sites", lang=lang, next="sites-10,quota-3", **MODEL, **GANSU)
    [said] = app.error
    assert said.value.startswith(why)
    app.number_input(key="sites_quota").set_value(0).run()
    assert then in read(app.title[0].value)
    assert not app.error


def test_what_was_never_published_has_no_next_sites(open_page):
    app = open_page("sites", lang="en", data="cn-published", **GANSU)
    assert "Not known from these figures" in read(app.title[0].value)
    assert len(app.dataframe) == 0


def test_lists_and_files_have_the_same_rows_and_legend_and_map_add_up():
    v = view(within="620000")
    got = sites.answer(v)
    for draw in (sites.sheet, sites.left_sheet):
        made = draw(v)
        for form in list_files.FORMATS[:2]:
            content = list_files.make(form, v, draw, "http://localhost/sites")
            if form.suffix == "csv":
                rows = pd.read_csv(io.BytesIO(content), comment="#", dtype=str)
                assert rows["Code"].tolist() == list(made.codes)
    classes, codes = sites.classes(got)
    assert sum(row.n_areas for row in classes.legend) == len(codes) == int(got.inside.sum())
    left = set(sites.left_sheet(v).codes)
    # who was not known and has a new site within reach is out of reach no more
    assert left == set(got.found.fate.index[got.found.fate.isin(["left", "unknown"])]) - set(got.found.assured)


@each_language
def test_the_slide_says_who_is_left_and_where(lang):
    v = view(lang, next=SitesQuestion(sites=1, region="west"))
    got = sites.answer(v)
    words, n = static_map.words_of(sites.paper(v)), int(got.found.fate.eq("left").sum())
    where = sites.left_where(v, got)
    assert sites.left_in_words(v, got) in " ".join(words.foot)
    assert where in " ".join(words.foot)
    first, counted = where.split({"zh": "：", "en": ": "}[lang])
    assert {"zh": "多数抽样中仍不可及的有", "en": f"Still out of reach in most draws are {n} counties"}[lang] in first
    # the provinces add up
    assert sum(map(int, re.findall(r"\d+", counted))) == n


def test_the_sites_become_a_scenario():
    v = view(within="620000")
    made = sites.ledger(v, sites.answer(v), 60)
    assert [(one.do, one.areas, dict(one.units)) for one in made.actions] == [
        ("open", (code,), {"beds": 60}) for code in sites.answer(v).found.sites.index
    ]
    assert (made.dataset, made.build, made.year) == ("cn-modelled-2015", store.current().build, 2015)
